"""Upkeep: a duty that is kept or not on each day, and what that comes to on one day or over a span. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from projections.duties.case import Case
from projections.duties.days import holds
from projections.duties.outcome import SEVERITY, Evidence, Gap, Outcome
from projections.duties.records import Body, Post
from projections.duties.spells import Spell, extent, known, runs, spells
from projections.policies.rule import Status
from projections.tenure import day_before


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that is not there: why, of whom, and which (a letter kind, a function)."""

    cause: str
    about: str | None
    what: str | None = None
    who: str | None = None
    """The person who lacks it, where `about` is a post."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How a duty stands on a day."""

    status: Status
    lacks: tuple[Lack, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What an outcome shows besides its status and its gaps."""

    about: str | None = None
    posts: tuple[str, ...] = ()
    expected: Any = None
    actual: Any = None
    evidence: Evidence = ()
    more: Mapping[str, Any] | None = None


_NOT_OWED: Final = Kept("not-applicable")


def last_day(case: Case) -> str:
    """The day of which an answer shows the particulars: the one asked about, or the last of the span before it."""
    return case.day if case.span is None else max(case.span[0], min(case.day, day_before(case.span[1])))


def days_asked(case: Case) -> tuple[str, str]:
    """The first and the last day that an answer is about: the day asked about, or the days of the span so far."""
    return (case.day, case.day) if case.span is None else (max(case.span[0], case.since), last_day(case))


def there(one: Post | Body, days: tuple[str, str]) -> bool:
    """Whether a post or body was on record on any day of [first, last]."""
    return (one.since is None or one.since <= days[1]) and (one.until is None or days[0] < one.until)


def seen(entries: Iterable[Mapping[str, Any]], many: int = 20) -> list[Mapping[str, Any]]:
    """Entries each once, in their order, the last `many` of them."""
    found = {entry["position"]: entry for entry in entries}
    return [found[position] for position in sorted(found)][-many:]


def judged(case: Case, state: Callable[[str], Kept], edges: Iterable[str], shown: Shown) -> Outcome | None:
    """What a duty comes to whose state is constant between edges; None where no day of the span is to be judged.

    Of one day: its status, with the run of days that stand alike. Of a span: the most serious of its days, each
    run of days on which something lacked being a gap; days still to come are not judged.
    """
    owed = case.owed_on
    kept = cache(lambda day: state(day) if holds(owed, day) else _NOT_OWED)
    cuts = (*edges, *(day for stretch in owed for day in stretch))
    end = case.until
    now = kept(case.day)
    alike = extent(lambda day: kept(day) == now, cuts, case.day, min(case.since, case.day), end)
    changes_on = known(alike[1]) if alike[1] > case.day else None
    if case.span is None:
        lacking = [Spell(*_lacked(kept, one, cuts, case), one) for one in now.lacks]
        return _outcome(now.status, alike, lacking, changes_on, shown)
    since, until = max(case.span[0], case.since), min(case.span[1], case.tomorrow, end)
    found = spells(kept, cuts, since, until)
    if not found:
        return None
    status = max((spell.state.status for spell in found), key=lambda one: SEVERITY[one])
    lacking = sorted(runs(found, lambda one: one.lacks), key=lambda one: (one.since, one.state.about or ""))
    return _outcome(status, (since, until), lacking, changes_on, shown)


def _lacked(kept: Callable[[str], Kept], one: Lack, cuts: Sequence[str], case: Case) -> tuple[str, str]:
    return extent(lambda day: one in kept(day).lacks, cuts, case.day, min(case.since, case.day), case.until)


def _outcome(
    status: Status, window: tuple[str, str], lacking: Sequence[Spell[Lack]], changes_on: str | None, shown: Shown
) -> Outcome:
    missing = [
        {
            "cause": one.state.cause, "about": one.state.about, "what": one.state.what, "person": one.state.who,
            "since": known(one.since), "until": known(one.until), "days": one.days,
        }
        for one in lacking
    ]  # fmt: skip
    gaps = {(one.since, one.until, one.state.cause, one.state.about): one for one in lacking}
    return Outcome(
        status, known(window[0]), known(window[1]), about=shown.about, expected=shown.expected, actual=shown.actual,
        gaps=tuple(Gap(known(one.since), known(one.until), one.state.cause, one.state.about) for one in gaps.values()),
        evidence=shown.evidence, posts=shown.posts, changes_on=changes_on,
        more={**(shown.more or {}), **({"missing": missing} if missing else {})},
    )  # fmt: skip
