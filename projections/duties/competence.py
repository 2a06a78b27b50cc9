"""Whether those who took a step were the ones competent: by function, level and line of territory. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

from projections.duties.case import Case
from projections.duties.parties import addressees
from projections.duties.records import Act

Answer = Literal["yes", "no", "unknown"]


def competent(case: Case, act: Act, place: str | None, functions: Collection[str], level: str | None) -> Answer:
    """Whether one of the doers of a step bears one of the functions at a level of a place or above it.

    `unknown` where the step names nobody, or somebody of whom the record says too little. No functions and no
    level: anyone.
    """
    if not functions and level is None:
        return "yes"
    found = [_one(case, doer, act.on or case.day, place, functions, level) for doer in sorted(act.doers)]
    if "yes" in found:
        return "yes"
    return "unknown" if not found or "unknown" in found else "no"


def addressed(case: Case, act: Act, place: str | None, functions: Collection[str], level: str | None) -> Answer:
    """The same of whom a step is addressed to."""
    if not functions and level is None:
        return "yes"
    found = [
        _one(case, one, act.on or case.day, place, functions, level) for one in sorted(addressees(act.kind, act.data))
    ]
    if "yes" in found:
        return "yes"
    return "unknown" if not found or "unknown" in found else "no"


def _one(case: Case, one: str, day: str, place: str | None, functions: Collection[str], level: str | None) -> Answer:
    dossier = case.dossier
    if one in dossier.bodies or one in dossier.posts:
        acting = [dossier.bodies.get(one) or dossier.posts[one]]
    else:
        offices = dossier.offices_of(one, day)
        acting = [dossier.posts[office.post] for office in offices if office.post in dossier.posts]
    carried = [(case.functions(each), each.place) for each in acting]
    if not any(codes for codes, _ in carried):
        return "unknown"
    fitting = [where for codes, where in carried if not functions or not codes.isdisjoint(functions)]
    return "yes" if any(_in_line(case, where, place, level, day) for where in fitting) else "no"


def _in_line(case: Case, where: str | None, place: str | None, level: str | None, day: str) -> bool:
    """Whether a body's place was a place or above it on the day, and of a level; `centre` has no place in a log."""
    if level is None:
        return True
    if level == "centre":
        return where is None
    return place is not None and where is not None and case.dossier.line_on(place, day).get(where) == level


def told(case: Case, act: Act) -> dict[str, Any]:
    """A step with its day and its doers, as answers show it."""
    return {
        "type": act.kind,
        "on": act.on,
        "position": act.position,
        "by": [_who(case, one, act.on or case.day) for one in sorted(act.doers)],
    }


def _who(case: Case, one: str, day: str) -> dict[str, Any]:
    dossier = case.dossier
    body, post = dossier.bodies.get(one), dossier.posts.get(one)
    name = body.name if body is not None else post.title if post is not None else dossier.name_of(one)
    acting = body or post
    shown: dict[str, Any] = {"id": one, "name": name}
    if acting is None:
        return shown | {"kind": "person"} if dossier.is_person(one) else shown
    shown["kind"] = "body" if body is not None else "post"
    level = None if acting.place is None else dossier.line_on(acting.place, day).get(acting.place)
    return shown | {"level": level, "functions": sorted(case.functions(acting))}
