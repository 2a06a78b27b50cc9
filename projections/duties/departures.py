"""Departures from posts while their place is frozen, with who decided them and on what ground. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from projections.duties.case import Case, fits
from projections.duties.freezing import Params
from projections.duties.outcome import Evidence, Outcome, earliest
from projections.duties.records import Matter, Post, Tenure
from projections.duties.release import Freeze, freezes
from projections.policies.rule import Status
from projections.tenure import ALWAYS, NEVER, days_between


def of(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome for each appointment that ended in a freeze, and one for each post where that broke nothing."""
    for post, listed in _frozen(params, case):
        freeze = replace(listed, since=max(listed.since, case.since))
        if freeze.r1 <= freeze.since or freeze.since > case.day:
            continue
        if case.span is not None and not (freeze.since < case.span[1] and case.span[0] < freeze.r1):
            continue
        moves = _moves(case, post)
        left = [
            found
            for tenure in case.dossier.tenures_of(post.id)
            if (found := _departure(params, case, post, tenure, freeze, moves))
        ]
        yield from left
        if all(one.status == "met" for one in left):
            yield _kept(params, case, post, freeze, moves)


def _frozen(params: Params, case: Case) -> Iterator[tuple[Post, Freeze]]:
    dossier, here = case.dossier, case.subject.place
    if params.level is None:
        for post in case.subject.posts:
            yield post, Freeze(ALWAYS, params.not_before or NEVER)
        return
    places = [*([here] if here is not None and dossier.level(here) == params.level else [])]
    for place in [*places, *dossier.below(here or "", params.level)]:
        found = list(freezes(dossier, place, params.lists, params.release))
        for post in dossier.posts_at(place) if found else ():
            if not case.functions(post).isdisjoint(params.functions):
                yield from ((post, freeze) for freeze in found)


def _kept(params: Params, case: Case, post: Post, freeze: Freeze, moves: Sequence[Matter]) -> Outcome:
    """The post while nobody leaves it against the rule; undecided where nobody is on record in it."""
    last = min(case.day, freeze.r1)
    held = [one for one in case.dossier.tenures_of(post.id) if one.bounds.meets(freeze.since, last)]
    planned = [one.bounds.e0 for one in held if case.day < one.bounds.e0 < NEVER]
    return Outcome(
        "met" if held else "undetermined",
        freeze.since,
        freeze.until,
        about=post.id,
        evidence=_evidence([one.evidence for one in held]),
        changes_on=min(planned, default=None),
        more=_place(params, case, post, freeze) | {"decisions": [_decision(move) for move in moves]},
    )


def _departure(
    params: Params, case: Case, post: Post, tenure: Tenure, freeze: Freeze, moves: Sequence[Matter]
) -> Outcome | None:
    """What the end of an appointment comes to; None where it is none, or none within the freeze.

    An end after the release is told where it is before another day that might be read as the release.
    """
    first, last = tenure.bounds.e0, tenure.bounds.e1
    released = first >= freeze.r1
    outside = first > case.day or last <= freeze.since or (released and first > freeze.latest)
    if not tenure.ended or outside or tenure.capacity in params.uncounted or tenure.reason == "correction":
        return None
    if case.span is not None and not (first < case.span[1] and case.span[0] <= last):
        return None
    if _goes_on(case, post, tenure):
        return None
    move = _move_of(case, tenure, moves)
    decided = {} if move is None else _decision(move)
    ground = _excused(params, case, post, tenure, decided)
    certain = freeze.since < first and last < freeze.r0 and last <= case.day
    reason = tenure.reason or ("transfer" if str(decided.get("decision")).startswith("approved") else None)
    status: Status = "breached" if certain else "undetermined"
    if ground is not None or released:
        status = "met"
    elif reason is None and set(params.permitted) - {"correction"}:
        status = "undetermined"
    who = {"id": tenure.person, "name": case.dossier.name_of(tenure.person)}
    acts = [] if move is None else [[act.evidence for act in move.acts]]
    return Outcome(
        status,
        freeze.since,
        earliest(freeze.until, last if last < NEVER else None),
        about=tenure.id,
        evidence=_evidence([tenure.evidence, *acts]),
        changes_on=last if case.day < last < NEVER else None,
        more=_place(params, case, post, freeze)
        | {"person": who, "left_on": first if first == last else [first, last], "reason": tenure.reason}
        | {"excused_by": ground, "days_before_release": _days_before(first, last, freeze), "decision": decided or None},
    )


def _excused(params: Params, case: Case, post: Post, tenure: Tenure, decided: Mapping[str, Any]) -> str | None:
    """Why leaving breaks nothing; None where it does."""
    if tenure.reason in params.permitted:
        return tenure.reason
    if decided.get("decision") == "approved-as-exception" and params.exceptions:
        return "approved-as-exception"
    if decided.get("kind") in params.permitted_kinds and str(decided.get("decision")).startswith("approved"):
        return str(decided["kind"])
    if params.leaving == "place" and any(
        case.dossier.posts[one.post].place == post.place
        for one in case.dossier.offices_of(tenure.person or "", tenure.bounds.e1)
        if one.post in case.dossier.posts and one.id != tenure.id
    ):
        return "stays-in-place"
    return None


def _goes_on(case: Case, post: Post, tenure: Tenure) -> bool:
    """Whether the same person holds the same post on from the day of the end: no departure."""
    mine = tenure.bounds
    return any(
        one.id != tenure.id and one.person == tenure.person and one.bounds.s0 <= mine.e1 < one.bounds.e1
        for one in case.dossier.tenures_of(post.id)
    )


def _moves(case: Case, post: Post) -> list[Matter]:
    """The transfers from a post that were proposed or decided, in order of days."""
    dossier = case.dossier
    acts = [*dossier.about("transfer.proposed", post.id), *dossier.about("transfer.decided", post.id)]
    return [dossier.matters[one] for one in dict.fromkeys(act.matter for act in acts)]


def _move_of(case: Case, tenure: Tenure, moves: Sequence[Matter]) -> Matter | None:
    """The last transfer of the holder that was decided by the last possible day of the end."""
    found: Matter | None = None
    for move in moves:
        proposed, decided = move.said("transfer.proposed"), move.said("transfer.decided")
        said = {**(proposed.data if proposed else {}), **(decided.data if decided else {})}
        if decided is not None and case.dossier.person(said.get("person_id")) == tenure.person:
            found = move if (decided.on or "") <= tenure.bounds.e1 else found
    return found


def _decision(move: Matter) -> dict[str, Any]:
    proposed, decided = move.said("transfer.proposed"), move.said("transfer.decided")
    asked = {} if proposed is None else proposed.data
    said = {} if decided is None else decided.data
    return {name: asked.get(name) for name in ("person_id", "kind", "proposed_on")} | {
        name: said.get(name) for name in ("decision", "ground", "decided_on", "decided_by")
    }


def _place(params: Params, case: Case, post: Post, freeze: Freeze) -> dict[str, Any]:
    """Where it is, when it was released and when that was planned."""
    dossier = case.dossier
    place = dossier.places.get(post.place or "")
    shown = {
        "place": None if place is None else place.brief,
        "post": {"id": post.id, "title": post.title},
        "released_on": freeze.until,
        "released_by": freeze.by,
    }
    if not params.target or post.place is None:
        return shown
    targets = [act for act in dossier.about("target.set", post.place) if fits(act.data, params.target)]
    planned = max((str(act.data["due_on"]) for act in targets if act.data.get("due_on")), default=None)
    if planned is None:
        return shown
    end = freeze.until or case.day
    return shown | {"planned_on": planned, "days_later_than_planned": max(days_between(planned, end), 0)}


def _days_before(first: str, last: str, freeze: Freeze) -> int | list[int] | None:
    """Days from leaving to the release; the fewest and the most where the day of leaving is not known."""
    if freeze.until is None:
        return None
    fewest, most = days_between(last, freeze.until), days_between(first, freeze.until)
    return most if fewest == most else [fewest, most]


def _evidence(rows: Sequence[Evidence]) -> list[Mapping[str, Any]]:
    return [entry for row in rows for entry in row][-20:]
