"""Rectifications that someone must complete: by which deadline, extended or not, and when they were done. Pure.

Done is what was reported done and not judged otherwise or reopened since, or was closed: confirmed or struck off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from projections.duties.case import Case
from projections.duties.due import Due
from projections.duties.holding import holders_on
from projections.duties.records import Act, Matter

Of = Literal["bearer", "place"]
"""Which: those that name a post of the subject or its holder as responsible, or all that stand at its place."""
Done = Literal["completed", "closed"]
_ORDERED = "rectification.ordered"
_REASSIGNED = "rectification.reassigned"
_COMPLETED = "rectification.completed"


def of_case(case: Case, of: Of, done: Done) -> Iterator[Due]:
    """The rectifications of a case, in the order in which they were recorded."""
    found = {act.matter for act in _naming(case, of)}
    for matter in sorted((case.dossier.matters[one] for one in found), key=lambda one: one.acts[0].position):
        if of == "place" or _bears(case, matter):
            yield _due(case, matter, done)


def _naming(case: Case, of: Of) -> Iterator[Act]:
    dossier, place = case.dossier, case.subject.place
    if of == "place":
        yield from dossier.about(_ORDERED, place) if place is not None else ()
        return
    mine = {post.id for post in case.subject.posts} | {body.id for body in case.subject.bodies}
    people = {one.person for post in case.subject.posts for one in dossier.tenures_of(post.id) if one.person}
    for one in mine | people:
        yield from dossier.about(_ORDERED, one)
    for act in dossier.acts(_REASSIGNED):
        if {*_ids(act.data.get("to"))} & (mine | people):
            yield act


def _bears(case: Case, matter: Matter) -> bool:
    """Whether the subject is responsible now: by its post or body, or by a person who held the post when charged."""
    charged = _charging(matter)
    if charged is None:
        return False
    named = charged.data.get("to") if charged.kind == _REASSIGNED else charged.data.get("responsible")
    actor = named if isinstance(named, Mapping) else {}
    mine = {post.id for post in case.subject.posts}
    if actor.get("post_id") is not None:
        return actor["post_id"] in mine
    person = case.dossier.person(actor.get("person_id"))
    tenures = (one for post in mine for one in case.dossier.tenures_of(post) if one.person == person)
    if person is not None and any(one.bounds.certainty(charged.on or case.day) != "no" for one in tenures):
        return True
    ordered = matter.said(_ORDERED)
    bodies = {body.id for body in case.subject.bodies}
    return ordered is not None and bool(ordered.subjects & bodies)


def _charging(matter: Matter) -> Act | None:
    """The step that says who is responsible: the last reassignment, else the order that stands."""
    moved = [act for act in matter.acts if act.kind == _REASSIGNED and act.data.get("to")]
    return moved[-1] if moved else matter.said(_ORDERED)


def _due(case: Case, matter: Matter, done: Done) -> Due:
    steps = sorted((act for act in matter.acts if act.on is not None), key=lambda act: (str(act.on), act.position))
    ordered = matter.said(_ORDERED)
    given = [
        {"deadline": act.data["deadline"], "on": act.on, "position": act.position}
        for act in steps
        if (act.kind in ("rectification.extended", "rectification.reopened") or act is ordered)
        and act.data.get("deadline") is not None
    ]
    deadline = str(given[-1]["deadline"]) if given else None
    completed, closed = _done(steps)
    finished = closed if done == "closed" else completed or closed
    charged = _charging(matter)
    named = None if charged is None else charged.data.get("to" if charged.kind == _REASSIGNED else "responsible")
    post, person = (named.get("post_id"), named.get("person_id")) if isinstance(named, Mapping) else (None, None)
    posts = (post,) if post is not None else ()
    arose = _arose(case, matter)
    more: dict[str, Any] = {
        "deadlines": given,
        "completed_on": completed,
        "closed_on": closed,
        "at_deadline": holders_on(case.dossier, posts, deadline) if deadline is not None else [],
        "arose_on": arose,
        "arose_under": holders_on(case.dossier, posts, arose) if arose is not None else [],
    }
    return Due(
        matter.own_id, None if ordered is None else ordered.on, deadline, finished,
        None if deadline is not None else "no-deadline", {"done": done, "by": deadline}, {"done_on": finished},
        steps, posts, (person,) if person is not None and not posts else (), more,
    )  # fmt: skip


def _done(steps: list[Act]) -> tuple[str | None, str | None]:
    """The days on which it was reported done and closed, each the first after it was last opened again."""
    completed: str | None = None
    closed: str | None = None
    for act in steps:
        closes = _closes(act)
        if act.kind == _COMPLETED:
            completed = completed or act.on
        elif closes:
            closed = closed or act.on
        elif closes is False:
            completed = closed = None
    return completed, closed


def _closes(act: Act) -> bool | None:
    """Whether a step closes, or opens again; None where it decides nothing."""
    if act.kind == "rectification.verified":
        verdict = act.data.get("verdict")
        return None if verdict is None else bool(verdict == "confirmed")
    return {"rectification.closed": True, "rectification.reopened": False}.get(act.kind)


def _arose(case: Case, matter: Matter) -> str | None:
    """The first day of the defect that the finding gives, else the day on which it was raised."""
    finding = case.dossier.matters.get(matter.part_of or "")
    raised = finding.said("finding.raised") if finding is not None else None
    if raised is None:
        return None
    return raised.data.get("occurred_from") or raised.on


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (one for one in value.values() if isinstance(one, str))
