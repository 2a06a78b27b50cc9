"""Coverage: every member of a set that changes daily has what it needs, on a day or on every day of a span.

A member lacks something on a day unless it is certain that it has it: what only may be there is counted apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties import covering
from projections.duties.case import Case
from projections.duties.members import Whom
from projections.duties.needs import Need
from projections.duties.outcome import SEVERITY, Gap, Outcome, earliest
from projections.duties.windows import Period
from projections.policies.rule import UNMET, Status


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Cover:
    """One set and what each of its members must have. Without needs, that it has members is all."""

    name: str
    whom: Whom
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """The sets. What texts leave open about all of them stands here, where a reading can change it.

    `stated`: numbers that the text gives, shown beside those on record and never compared with them.
    """

    covers: tuple[Cover, ...]
    enough: Literal["all", "some"] = "all"
    """Whether every member must have what it needs, or one of each set is enough."""
    empty: Literal["not-applicable", "gap"] = "not-applicable"
    """What a set without members comes to."""
    at_least: int = 0
    """How many members a set must have."""
    listed: tuple[str, ...] = ()
    """The lists of sets of places and households that name none."""
    having: tuple[str, ...] = ()
    """The lists of which sets of places that name none must have a place below."""
    since: str | None = None
    """The first day of events that are members, where their set names none."""
    per: Period | None = None
    """Where given, an event counts for its calendar window alone."""
    filled_by: tuple[str, ...] = ()
    """The kinds of pairing of those who should fill a gap at a place."""
    stated: Mapping[str, int] = field(default_factory=dict)
    shown: int = 100
    """How many uncovered members are listed; all are counted."""


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome: of the day, or of the days of the span up to it."""
    expected = {"sets": [_told(cover) for cover in params.covers], "enough": params.enough, "stated": params.stated}
    if case.span is None:
        yield _on_day(params, case, expected)
        return
    first, end = max(case.span[0], case.since), min(case.span[1], case.tomorrow, case.until)
    if first < end:
        yield _over(params, case, expected, first, end)


def _on_day(params: Params, case: Case, expected: Mapping[str, Any]) -> Outcome:
    found = [covering.on_day(_whom(cover.whom, params), cover.needs, case, params.per) for cover in params.covers]
    status = _worst(_judged(params, one) for one in found)
    missing = [each for one in found for each in one.missing]
    shown = [covering.explained(each, case, params.filled_by) for each in missing[: params.shown]]
    return Outcome(
        status,
        min((one.gap.since for one in shown if one.gap.since is not None), default=None) if status in UNMET else None,
        expected=expected,
        actual=[{"set": cover.name, **one.told(params.shown)} for cover, one in zip(params.covers, found, strict=True)],
        gaps=tuple(one.gap for one in shown),
        evidence=_evidence(found),
        changes_on=earliest(*(one.changes_on for one in found)),
        more={"uncovered": [one.told for one in shown], "uncovered_count": len(missing)},
    )


def _over(params: Params, case: Case, expected: Mapping[str, Any], first: str, end: str) -> Outcome:
    found = [
        covering.over(_whom(cover.whom, params), cover.needs, case, (first, end), params.per) for cover in params.covers
    ]
    status = _worst(_judged_over(params, one) for one in found)
    gaps = [gap for one in found for gap in one.gaps]
    return Outcome(
        status,
        first,
        end,
        expected=expected,
        actual=[{"set": cover.name, **one.told()} for cover, one in zip(params.covers, found, strict=True)],
        gaps=tuple(Gap(gap.since, gap.until, gap.cause, gap.member.id) for gap in gaps[: params.shown]),
        evidence=[entry for gap in gaps[:20] for entry in gap.member.evidence][:20],
        changes_on=case.tomorrow if end == case.tomorrow else None,
        more={
            "uncovered": [covering.explained_over(gap, case, params.filled_by) for gap in gaps[: params.shown]],
            "uncovered_count": len(gaps),
        },
    )


def _judged(params: Params, one: covering.Counted) -> Status:
    if one.total == 0:
        return params.empty
    if one.total < params.at_least:
        return "gap"
    full = one.total - len(one.lacking) - len(one.uncertain)
    if params.enough == "some":
        if full > 0:
            return "met"
        return "undetermined" if one.uncertain else _missed(params)
    if one.lacking:
        return _missed(params)
    return "undetermined" if one.uncertain else "met"


def _missed(params: Params) -> Status:
    return "due" if params.per is not None else "breached"


def _judged_over(params: Params, one: covering.Summed) -> Status:
    if one.days == 0:
        return params.empty
    if params.enough == "some":
        return "breached" if one.bare else "met"
    if one.lacking:
        return "breached"
    return "undetermined" if one.uncertain else "met"


def _worst(found: Iterator[Status]) -> Status:
    return max(found, key=lambda status: SEVERITY[status], default="not-applicable")


def _told(cover: Cover) -> dict[str, Any]:
    return {"set": cover.name, "of": cover.whom.of, "needs": [need.name for need in cover.needs]}


def _whom(whom: Whom, params: Params) -> Whom:
    """The set under the lists that the parameters give to those that name none."""
    changed: dict[str, Any] = {}
    if whom.of in ("itself", "places", "households", "assisted") and not (whom.listed or whom.unlisted):
        changed |= {"listed": params.listed, "having": whom.having or params.having}
    if whom.of == "acts" and whom.since is None:
        changed |= {"since": params.since}
    return covering.changed(whom, changed)


def _evidence(found: list[covering.Counted]) -> list[Mapping[str, Any]]:
    """Of those that lack something, why they are members; then what gives the others what they need."""
    lacking = [entry for one in found for each in one.missing[:10] for entry in each.member.evidence]
    return [*lacking[:20], *(entry for one in found for entry in one.evidence)][:40]
