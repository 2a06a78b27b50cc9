"""Coupling of grades: what one who was sent is graded caps, or is set beside, the grade of the sender in that year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass as plain
from typing import Any, Final, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties.case import Case, evidence, last_stated
from projections.duties.outcome import Outcome
from projections.duties.records import Act, Tenure
from projections.duties.years import asked, bounds, ended, year_of
from projections.policies.rule import Status
from projections.tenure import ALWAYS, NEVER, Certainty, day_before

_GRADED: Final = "evaluation.recorded"


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """`sent_functions`: the posts to which the unit sent someone; `to`: the unit's grade is coupled, or its head's.

    `failing`: grades of the sent that bar the sender from the grades `barred`; without `barred` the two are only set
    beside each other, and nothing can contradict. `serving` and `counting` are readings, for one who was replaced in
    mid-year: whether `any` who served in the year counts or those `at-year-end`; whether `any` of several grades of
    one year counts or the `last` recorded.
    """

    sent_functions: tuple[str, ...]
    head_functions: tuple[str, ...] = ()
    to: Literal["unit", "head"] = "unit"
    failing: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    serving: Literal["any", "at-year-end"] = "any"
    counting: Literal["any", "last"] = "any"


@plain(frozen=True, slots=True)
class _Sent:
    """Someone whom the unit had sent in a year, with the grades of that year that count."""

    tenure: Tenure
    certainty: Certainty
    graded: tuple[Act, ...]


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome for each year in which someone sent by the unit was graded or, for a mere link, served.

    A year still running, without a grade, is told where no other is: grades of a year come after it.
    """
    sent = [one for one in case.dossier.sent_by(case.subject.id) if _fits(params, case, one)]
    grades = [act for one in sent for act in _of(case, one.person)]
    first = min((act.data["year"] for act in grades), default=None)
    starts = [int(one.bounds.s0[:4]) for one in sent if ALWAYS < one.bounds.s0 < NEVER]
    found: list[Outcome] = []
    for year in asked(case, min([*starts, *([] if first is None else [first])], default=None)):
        served = [one for one in _serving(params, case, sent, year) if one.certainty != "no"]
        if not params.barred and served:
            found.append(_linked(params, case, year, served))
        elif any(one.graded for one in served):
            found.append(_capped(params, case, year, served))
    told = [one for one in found if one.evidence or one.status != "due"]
    yield from told or found or [Outcome("not-applicable")]


def _capped(params: Params, case: Case, year: int, served: list[_Sent]) -> Outcome:
    own = _own_grades(params, case, year)
    failed = [one for one in served if any(act.data.get("grade") in params.failing for act in one.graded)]
    unread = [one for one in served if any(act.data.get("grade") is None for act in one.graded)]
    excellent = [act for act in own if act.data.get("grade") in params.barred]
    status: Status
    if not failed and not (unread and excellent):
        status = "not-applicable"
    elif not own:
        status = "due"
    elif excellent:
        status = "breached" if any(one.certainty == "certain" for one in failed) else "undetermined"
    else:
        status = "undetermined" if any(act.data.get("grade") is None for act in own) else "met"
    return _outcome(params, case, year, status, served, own)


def _linked(params: Params, case: Case, year: int, served: list[_Sent]) -> Outcome:
    """Both grades on record show the link; how it works is not stated, so no grade can contradict it."""
    own = _own_grades(params, case, year)
    both = bool(own) and any(one.graded for one in served)
    status: Status = "met" if both else "gap" if ended(case, year) else "due"
    return _outcome(params, case, year, status, served, own)


def _outcome(params: Params, case: Case, year: int, status: Status, served: list[_Sent], own: list[Act]) -> Outcome:
    since, until = bounds(year)
    heads = tuple(post.id for post in case.dossier.posts_in(case.subject.id) if _heads(params, case, post.id))
    graded_on = max((str(act.on) for act in own if act.on is not None), default=None)
    return Outcome(
        status, since, until, about=case.subject.id,
        expected={"not": list(params.barred), "where": list(params.failing)} if params.barred else {"to": params.to},
        actual={"grades": [act.data.get("grade") for act in own], "sent": [_told(case, one) for one in served]},
        evidence=evidence([*(act for one in served for act in one.graded), *own]), posts=heads,
        changes_on=None if params.barred else bounds(year_of(case.day))[1],
        more={
            "year": year,
            "graded_on": graded_on,
            "heads_at_selection": {
                one.tenure.id: _holders(case, heads, one.tenure.bounds.s1)
                for one in served
                if one.tenure.bounds.s1 < NEVER
            },
            "heads_at_evaluation": None if graded_on is None else _holders(case, heads, graded_on),
        },
    )  # fmt: skip


def _fits(params: Params, case: Case, tenure: Tenure) -> bool:
    post = case.dossier.posts.get(tenure.post or "")
    return post is not None and not case.functions(post).isdisjoint(params.sent_functions)


def _serving(params: Params, case: Case, sent: list[Tenure], year: int) -> Iterator[_Sent]:
    """Those sent who served in the year, as the readings count them."""
    since, until = bounds(year)
    last = day_before(until)
    for one in sent:
        held: Certainty = "certain" if max(one.bounds.s1, since) <= last and since < one.bounds.e0 else "no"
        if held == "no" and one.bounds.meets(since, last):
            held = "possible"
        if params.serving == "at-year-end":
            held = one.bounds.certainty(last)
        graded = [act for act in _of(case, one.person) if act.data["year"] == year]
        yield _Sent(one, held, tuple(graded[-1:] if params.counting == "last" else graded))


def _own_grades(params: Params, case: Case, year: int) -> list[Act]:
    """The grades of a year of the unit, or of those who headed it then and of the posts that do."""
    unit = case.subject.id
    if params.to == "unit":
        graded = list(_of(case, unit))
    else:
        posts = [post.id for post in case.dossier.posts_in(unit) if _heads(params, case, post.id)]
        posts += [post.id for post in case.subject.posts if post.id not in posts and _heads(params, case, post.id)]
        since, until = bounds(year)
        tenures = [one for post in posts for one in case.dossier.tenures_of(post)]
        held = {one.person for one in tenures if one.bounds.meets(since, day_before(until))}
        graded = [act for one in sorted({*posts, *(each for each in held if each)}) for act in _of(case, one)]
    return [act for act in graded if act.data["year"] == year]


def _of(case: Case, one: str | None) -> Iterable[Act]:
    """The grades of a unit, person or post, each evaluation as it was stated last, in order."""
    stated = last_stated(case.dossier.about(_GRADED, one or ""))
    return [
        act
        for act in stated
        if act.data.get("year") is not None and case.dossier.person(act.data.get("subject")) == one
    ]


def _heads(params: Params, case: Case, post_id: str) -> bool:
    return not case.functions(case.dossier.posts[post_id]).isdisjoint(params.head_functions)


def _holders(case: Case, posts: Iterable[str], day: str) -> list[dict[str, Any]]:
    return [
        {"post": post, "person": one.person, "name": case.dossier.name_of(one.person)}
        for post in posts
        for one in case.dossier.holders(post, day, ("certain", "possible"))
    ]


def _told(case: Case, one: _Sent) -> dict[str, Any]:
    return {
        "person": one.tenure.person,
        "name": case.dossier.name_of(one.tenure.person),
        "post": one.tenure.post,
        "appointment": one.tenure.id,
        "certainty": one.certainty,
        "grades": [act.data.get("grade") for act in one.graded],
    }
