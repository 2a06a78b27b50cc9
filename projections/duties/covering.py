"""Who of a set has what all of it must have: counted on a day, summed over the days of a span. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Any, Final

from projections.duties import days as sets
from projections.duties.case import Case
from projections.duties.days import Stretch
from projections.duties.members import Member, Whom, members
from projections.duties.needs import Given, Need, given, posts_of
from projections.duties.outcome import Gap
from projections.duties.windows import Period
from projections.tenure import NEVER, Bounds, days_between

_FOUR: Final = Decimal("0.0001")
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Missing:
    """A member that lacks something on the day, and what there is or was of it."""

    member: Member
    need: Need
    cause: str
    had: Sequence[Given]


@dataclass(slots=True)
class Counted:
    """A set on a day."""

    total: int = 0
    lacking: set[str] = field(default_factory=set)
    """Members that certainly lack something."""
    uncertain: set[str] = field(default_factory=set)
    """Members that lack nothing for certain, and may lack something."""
    missing: list[Missing] = field(default_factory=list)
    """One for each thing that a member lacks or may lack."""
    each: dict[str, Counter[str]] = field(default_factory=dict)
    """Need to how many have it (`covered`), may have it (`uncertain`) or lack it (`uncovered`)."""
    evidence: list[Mapping[str, Any]] = field(default_factory=list)
    changes_on: str | None = None

    def told(self, shown: int) -> dict[str, Any]:
        """The counts as answers show them."""
        covered = self.total - len(self.lacking) - len(self.uncertain)
        return {
            "total": self.total,
            "covered": covered,
            "ratio": ratio(covered, self.total),
            "uncertain": sorted(self.uncertain)[:shown],
            "uncovered": sorted(self.lacking)[:shown],
            "uncovered_count": len(self.lacking),
            "needs": [{"need": name, **_counts(counts), "total": self.total} for name, counts in self.each.items()],
        }


@dataclass(frozen=True, slots=True)
class Lack:
    """Days on which a member lacked something."""

    member: Member
    need: Need
    since: str
    until: str
    cause: str
    had: Sequence[Given]


@dataclass(slots=True)
class Summed:
    """A set over the days of a span, in member-days."""

    days: int = 0
    each: dict[str, Counter[str]] = field(default_factory=dict)
    """Need to the member-days `covered`, `uncertain` and `uncovered`."""
    gaps: list[Lack] = field(default_factory=list)
    series: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Need to the stretches of days with the same counts."""
    lacking: bool = False
    uncertain: bool = False
    bare: bool = False
    """Whether on some day no member of the set had something."""

    def told(self) -> dict[str, Any]:
        """The sums as answers show them; ratios are of member-days."""
        return {
            "member_days": self.days,
            "needs": [
                {
                    "need": name,
                    **{f"{part}_days": counts[part] for part in ("covered", "uncertain", "uncovered")},
                    "ratio": ratio(counts["covered"], self.days),
                    "days": self.series[name],
                }
                for name, counts in self.each.items()
            ],
        }


def ratio(part: int, whole: int) -> str | None:
    """A share to four places, rounded down so that only a full one is 1; None of nothing."""
    return None if whole == 0 else str((Decimal(part) / Decimal(whole)).quantize(_FOUR, rounding=ROUND_FLOOR))


def on_day(whom: Whom, needs: Sequence[Need], case: Case, per: Period | None) -> Counted:
    """The members of a set on the day, and what they lack."""
    found, day, soonest = Counted(each={need.name: Counter() for need in needs}), case.day, NEVER
    for member in members(whom, case):
        for stretch in member.needed:
            soonest = _sooner(soonest, day, stretch)
        if not sets.holds(member.needed, day):
            continue
        found.total += 1
        if not needs and len(found.evidence) < _SHOWN:
            found.evidence += member.evidence
        for need in needs:
            had = list(given(need, member, case, per))
            for one in had:
                soonest = _sooner(soonest, day, _edges(one.bounds))
            held = [(one.bounds.certainty(day), one) for one in had]
            sure = next((one for certainty, one in held if certainty == "certain"), None)
            if sure is not None:
                found.each[need.name]["covered"] += 1
                if len(found.evidence) < _SHOWN:
                    found.evidence += sure.evidence
                continue
            maybe = any(certainty == "possible" for certainty, _ in held)
            found.each[need.name]["uncertain" if maybe else "uncovered"] += 1
            (found.uncertain if maybe else found.lacking).add(member.id)
            cause = "uncertain" if maybe else _cause(need, member, case, day)
            found.missing.append(Missing(member, need, cause, had))
    found.uncertain -= found.lacking
    found.changes_on = sets.known(soonest)
    return found


def over(whom: Whom, needs: Sequence[Need], case: Case, span: Stretch, per: Period | None) -> Summed:
    """The members of a set on every day of a span, and the days on which they lacked something."""
    found = Summed(each={need.name: Counter() for need in needs})
    changes: dict[str, list[tuple[str, str, int]]] = {need.name: [] for need in needs}
    owed = sets.both([span], case.owed_on)
    for member in members(whom, case):
        needed = sets.both(member.needed, owed)
        found.days += sets.count(needed)
        for need in needs if needed else ():
            had = list(given(need, member, case, per))
            sure = sets.both(needed, sets.certain(one.bounds for one in had))
            lacking = sets.without(needed, sets.possible(one.bounds for one in had))
            unsure = sets.without(sets.without(needed, sure), lacking)
            for part, stretches in (("covered", sure), ("uncovered", lacking), ("uncertain", unsure)):
                found.each[need.name][part] += sets.count(stretches)
                changes[need.name] += [(since, part, 1) for since, _ in stretches]
                changes[need.name] += [(until, part, -1) for _, until in stretches]
            for since, until in lacking:
                found.gaps.append(Lack(member, need, since, until, _cause(need, member, case, since), had))
            found.gaps += [Lack(member, need, since, until, "uncertain", had) for since, until in unsure]
            found.lacking |= bool(lacking)
            found.uncertain |= bool(unsure)
    found.series = {name: list(_series(made)) for name, made in changes.items()}
    stretches_told = (part for parts in found.series.values() for part in parts)
    found.bare = any(part["covered"] + part["uncertain"] == 0 < part["uncovered"] for part in stretches_told)
    return found


def changed(whom: Whom, values: Mapping[str, Any]) -> Whom:
    """A set with other values for some of its fields."""
    return replace(whom, **values) if values else whom


@dataclass(frozen=True, slots=True)
class Explained:
    """A gap with what is known of why, and who should have filled it."""

    gap: Gap
    told: Mapping[str, Any]


def explained(one: Missing, case: Case, filled_by: Sequence[str]) -> Explained:
    """The stretch around the day on which a member lacks something, why, and who should have filled it."""
    bare = sets.without(one.member.needed, sets.certain(each.bounds for each in one.had))
    since, until = sets.at(bare, case.day) or (case.day, case.tomorrow)
    gap = Gap(sets.known(max(since, case.since)), sets.known(until), one.cause, one.member.id)
    return Explained(gap, _told(one.member, one.need, gap, one.had, case, filled_by))


def explained_over(one: Lack, case: Case, filled_by: Sequence[str]) -> Mapping[str, Any]:
    """The same of a stretch within a span, with its length."""
    gap = Gap(one.since, one.until, one.cause, one.member.id)
    told = _told(one.member, one.need, gap, one.had, case, filled_by)
    return {**told, "days": days_between(one.since, one.until)}


def _told(
    member: Member, need: Need, gap: Gap, had: Sequence[Given], case: Case, filled_by: Sequence[str]
) -> dict[str, Any]:
    at = gap.since or case.since
    last = max((one for one in had if one.bounds.e1 <= at), key=lambda one: one.bounds.e1, default=None)
    should = {
        pairing.helper
        for pairing in (case.dossier.pairings_with(member.place) if member.place is not None else ())
        if pairing.kind in filled_by and pairing.bounds.certainty(at if gap.since else case.day) != "no"
    }
    return {
        "member": member.id,
        "place": member.place,
        "need": need.name,
        "cause": gap.cause,
        "from": gap.since,
        "until": gap.until,
        "last": None if last is None else {"id": last.id, "who": last.who, "reason": last.reason},
        "should_fill": sorted(should),
    }


def _cause(need: Need, member: Member, case: Case, day: str) -> str:
    """Why it is lacking: a post that nobody holds is vacant, everything else is not there."""
    if need.by == "post" and any(case.exists(post, day) for post in posts_of(need, member, case)):
        return "vacancy"
    return f"no-{need.name}"


def _sooner(soonest: str, day: str, edges: Iterable[str]) -> str:
    """The first of some edges after the day, if it is before the soonest so far."""
    for edge in edges:
        if day < edge < soonest:
            soonest = edge
    return soonest


def _edges(bounds: Bounds) -> tuple[str, str, str, str]:
    return bounds.s0, bounds.s1, bounds.e0, bounds.e1


def _counts(counts: Mapping[str, int]) -> dict[str, int]:
    return {part: counts.get(part, 0) for part in ("covered", "uncertain", "uncovered")}


def _series(changes: Iterable[tuple[str, str, int]]) -> Iterator[dict[str, Any]]:
    """Stretches of days with the same counts, in order; days on which the set has no member are left out."""
    by_day: dict[str, Counter[str]] = {}
    for day, part, step in changes:
        by_day.setdefault(day, Counter())[part] += step
    now: Counter[str] = Counter()
    days = sorted(by_day)
    for day, until in pairwise(days):
        for part, step in by_day[day].items():
            now[part] += step
        counts = _counts(now)
        total = sum(counts.values())
        if total:
            yield {"from": day, "until": until, **counts, "total": total, "ratio": ratio(counts["covered"], total)}
