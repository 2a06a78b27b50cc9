"""Who held some posts over some days, day by day: the holders that are certain, and the days without one. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from projections.duties import days
from projections.duties.dossier import Dossier
from projections.tenure import days_between


def held(dossier: Dossier, posts: Iterable[str], since: str, until: str) -> list[dict[str, Any]]:
    """The stretches of [since, until) of each post: a person or, without a certain one, None."""
    found: list[dict[str, Any]] = []
    for post in posts:
        tenures = [one for one in dossier.tenures_of(post) if max(one.bounds.s1, since) < min(one.bounds.e0, until)]
        rows = [(max(one.bounds.s1, since), min(one.bounds.e0, until), one.person) for one in tenures]
        vacant = days.without([(since, until)], days.certain(one.bounds for one in tenures))
        for first, end, person in sorted([*rows, *((a, b, None) for a, b in vacant)], key=lambda row: row[:2]):
            days_held = days_between(first, end)
            found.append({"post": post, "person": person, "from": first, "until": end, "days": days_held})
    return found


def holders_on(dossier: Dossier, posts: Iterable[str], day: str) -> list[dict[str, Any]]:
    """Who certainly or possibly held some posts on a day."""
    return [
        {"post": post, "person": one.person, "certainty": one.bounds.certainty(day)}
        for post in posts
        for one in dossier.tenures_of(post)
        if one.bounds.certainty(day) != "no"
    ]
