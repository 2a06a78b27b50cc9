"""Letters, pairings, bodies, posts, places and appointments told as acts, on their first possible days. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from projections.duties.records import Act, Body, Data, Letter, Pairing, Post, Tenure
from projections.rows import Found
from projections.tenure import ALWAYS, NEVER

One = Letter | Pairing | Body | Post | Tenure


def of_letters(letters: Iterable[Letter], day: str) -> Iterator[Act]:
    """The signing of letters, and their countersigning."""
    for letter in letters:
        if letter.signed_as != "signatory":
            continue
        signer = frozenset(one for one in (letter.person, letter.post) if one is not None)
        about = frozenset(one for one in (letter.counterparty, letter.scope) if one is not None)
        yield from _told("responsibility-letter.signed", letter, letter.signed_on, signer, about, day)
        for counter in letter.doc["countersignatures"]:
            data = counter["signatory"]
            who = frozenset(data[part] for part in ("person_id", "post_id") if data.get(part) is not None)
            on = counter["signed_on"] or letter.signed_on
            yield from _told("responsibility-letter.countersigned", letter, on, who, about | signer, day)


def of_pairings(pairings: Iterable[Pairing], day: str) -> Iterator[Act]:
    """The beginning and the end of pairings."""
    for pairing in pairings:
        helper, assisted = frozenset([pairing.helper]), frozenset([pairing.assisted])
        yield from _told("pairing.started", pairing, _known(pairing.bounds.s0), helper, assisted, day)
        if pairing.bounds.e0 < NEVER:
            yield from _told("pairing.ended", pairing, pairing.bounds.e0, helper, assisted, day)


def of_bodies(bodies: Iterable[Body], day: str) -> Iterator[Act]:
    """The setting up of bodies, and their end."""
    for body in bodies:
        about = frozenset(one for one in (body.id, body.place) if one is not None)
        yield from _told("body.established", body, body.since, frozenset(), about, day)
        if body.until is not None:
            yield from _told("body.dissolved", body, body.until, frozenset(), about, day)


def of_posts(posts: Iterable[Post], day: str) -> Iterator[Act]:
    """The establishment of posts."""
    for post in posts:
        about = frozenset(one for one in (post.id, post.place, post.body) if one is not None)
        yield from _told("post.established", post, post.since, frozenset(), about, day)


def of_tenures(tenures: Iterable[Tenure], day: str) -> Iterator[Act]:
    """The beginning and the end of appointments."""
    for tenure in tenures:
        about = frozenset(one for one in (tenure.post, tenure.person, tenure.sending_unit) if one is not None)
        yield from _told("appointment.started", tenure, _known(tenure.bounds.s0), frozenset(), about, day)
        if tenure.ended:
            yield from _told("appointment.ended", tenure, tenure.bounds.e0, frozenset(), about, day)


def of_places(rows: Iterable[Found]) -> Iterator[Act]:
    """The registration of places, as their rows tell."""
    for row in rows:
        first = next(iter(row.doc["evidence"]), None)
        position, place = -1 if first is None else first["position"], row.entity_id
        about = frozenset([place])
        yield Act("jurisdiction.registered", row.doc["from"], row.doc, position, place, frozenset(), about, first)


def _known(day: str) -> str | None:
    return None if day == ALWAYS else day


def _told(kind: str, one: One, on: str | None, who: frozenset[str], about: frozenset[str], day: str) -> Iterator[Act]:
    """An act from a row, where it has begun by the day; the entry of that kind behind the row is its position."""
    if on is not None and on > day:
        return
    told = next((each for each in one.evidence if each["type"] == kind), next(iter(one.evidence), None))
    yield Act(kind, on, _data(one), -1 if told is None else told["position"], one.id, who, about, told)


def _data(one: Letter | Pairing | Body | Post | Tenure) -> Data:
    """What evaluators may ask of an act told from a row, by the names of the events' fields."""
    match one:
        case Letter():
            return {"kind": one.kind, "counterparty": one.counterparty, "scope": one.scope, "duties": one.duties}
        case Pairing():
            return {"kind": one.kind, "helper": one.helper, "assisted": one.assisted, "reason": one.reason}
        case Body():
            return {"body_type": one.type, "functions": one.functions, "leader_rule": one.leader_rule}
        case Post():
            return {"functions": one.functions, "title_zh": one.title}
        case Tenure():
            return {"capacity": one.capacity, "reason": one.reason, "sending_unit_id": one.sending_unit}
