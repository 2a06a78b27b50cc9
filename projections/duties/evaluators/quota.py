"""Quota: how many acts of some kinds each window must have, or may have at most: by whom, for whom, of what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from projections.duties import days
from projections.duties.case import Case, evidence
from projections.duties.counting import Counted, Tally, completing, shown
from projections.duties.holding import held
from projections.duties.outcome import Gap, Outcome, earliest
from projections.duties.quotas import Params, Quota, Window
from projections.duties.targets import Target
from projections.duties.windows import later
from projections.duties.working_days import working_days
from projections.policies.rule import Status
from projections.tenure import ALWAYS, NEVER, day_before, days_between, next_day

_COUNTING: Final = ("by_functions", "together", "shared", "all_posts")
"""Parameters whose readings change who or what is counted: the answer shows the count under each."""


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome for each target and window asked about; without a span, of earlier windows those not kept."""
    quota = Quota(params, case)
    others = list(_others(params, case))
    for since, until in quota.asked():
        for target in quota.targets(since, until):
            outcome = _outcome(quota, target, (since, until))
            if outcome is not None and _wanted(case, outcome, until):
                counts = {
                    name: _amount(other.tally(_alike(other, target, (since, until)), since, until))
                    for name, other in others
                }
                yield replace(outcome, more={**outcome.more, **({"counts": counts} if counts else {})})


def _wanted(case: Case, outcome: Outcome, until: str) -> bool:
    """Whether a window is told: all within a span; else the current one, and earlier ones that were not kept."""
    return case.span is not None or until > case.day or outcome.status not in ("met", "not-applicable")


def _others(params: Params, case: Case) -> Iterator[tuple[str, Quota]]:
    """The quota under every value of the readings that change who is counted; of the default reading alone."""
    readings = [one for one in case.rule.readings if one.name in _COUNTING]
    if all(_plain(getattr(params, one.name)) == _plain(one.default) for one in readings):
        for one in readings:
            for value in (one.default, *one.others):
                changes: dict[str, Any] = {one.name: tuple(value) if isinstance(value, list) else value}
                under = replace(params, **changes)
                said = "+".join(value) if isinstance(value, list | tuple) else str(value).lower()
                yield f"{one.name}={said}", Quota(under, case)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, list | tuple) else value


def _alike(quota: Quota, target: Target, one: Window) -> Target:
    """The same target under another reading."""
    return next((each for each in quota.targets(*one) if each.about == target.about), target)


def _amount(one: Tally) -> int:
    return one.certain + one.possible


# -- one window ------------------------------------------------------------------------------------------------


def _outcome(quota: Quota, target: Target, one: Window) -> Outcome | None:
    """What a window comes to for a target; None where it is not owed at all."""
    params, case = quota.params, quota.case
    since, until = one
    owed = _owed(quota, target, one)
    if owed == "no":
        return None
    bounds = (None if since == ALWAYS else since, None if until == NEVER else until)
    if owed == "not-applicable":
        return Outcome("not-applicable", *bounds, target.about, changes_on=until if until > case.day else None)
    found = quota.tally(target, since, until)
    if params.at_most is not None:
        return _ceiling(quota, target, found, bounds)
    due_on = day_before(until)
    if params.within_days is not None:
        due_on = min(due_on, _plus(since, params.within_days - 1))
    late_act = _surplus(quota, target, one) if found.certain < params.at_least else None
    acts = [*found.acts, late_act] if late_act is not None else list(found.acts)
    gaps: tuple[Gap, ...] = ()
    if params.window == "sliding":
        status, due_on, gaps = _sliding(quota, target, one, possible=owed == "possible")
        changes = earliest(*(day for day in (next_day(due_on), until) if case.day < day)) if case.day < until else None
    else:
        status = _status(quota, found, due_on, possible=owed == "possible", late=late_act is not None)
        changes = _changes(case, status, due_on, until)
    last = late_act or completing(acts, params.at_least)
    return Outcome(
        status, *bounds, target.about, due_on,
        expected={"at_least": params.at_least, "count": params.count, "events": list(params.events)},
        actual={"count": found.certain, "possible": found.possible},
        late_days=_late(last, due_on) if status == "met" else None, gaps=gaps,
        evidence=evidence([each.act for each in acts]), posts=tuple(target.posts),
        changes_on=changes, more=_more(quota, target, one, acts, due_on),
    )  # fmt: skip


def _owed(quota: Quota, target: Target, one: Window) -> str:
    """Whether a window is owed: `certain`, `possible`, `not-applicable` or, for a pairing of other days, `no`."""
    params = quota.params
    since, until = one
    works = working_days(since, until) if params.period == "P1W" and not params.holidays else days_between(since, until)
    if works == 0 or _nobody_owes(quota, target, one):
        return "not-applicable"
    surely = "certain" if works is not None else "possible"
    if not target.bounds:
        return surely
    overlaps = days.both(days.certain(target.bounds), [(since, until)])
    perhaps = any(bounds.meets(since, day_before(until)) for bounds in target.bounds)
    if not params.partial and overlaps != [(since, until)]:
        return "not-applicable" if perhaps else "no"
    return surely if overlaps else "possible" if perhaps else "no"


def _nobody_owes(quota: Quota, target: Target, one: Window) -> bool:
    """Whether a window is of no list that counts, or slides and was over before a first whole period was."""
    params, case = quota.params, quota.case
    if params.at_most is not None:
        return bool(params.while_listed) and not quota.ever_listed
    if not quota.listed(one[0]):
        return True
    over = params.window == "sliding" and one[1] <= case.day
    return over and not days.both(_whole(quota, target), [one])


def _status(quota: Quota, found: Tally, due_on: str, *, possible: bool, late: bool) -> Status:
    params, case = quota.params, quota.case
    if found.certain >= params.at_least or late:
        return "met"
    if found.certain + found.possible >= params.at_least:
        return "undetermined"
    if not case.passed(due_on):
        return "due"
    surely = case.pack.start.last.isoformat()
    if possible or (due_on < surely and surely != NEVER):
        return "undetermined"
    return "overdue" if params.late else "breached"


def _changes(case: Case, status: Status, due_on: str, until: str) -> str | None:
    """The next day on which the result changes by itself: after the last day, or when the next window begins."""
    late_on = case.late_on(due_on) if status == "due" else None
    if late_on is not None:
        return late_on
    return until if case.day < until < NEVER else None


def _late(last: Counted | None, due_on: str) -> int | None:
    if last is None or last.act.on is None or last.act.on <= due_on:
        return None
    return days_between(due_on, last.act.on)


def _surplus(quota: Quota, target: Target, one: Window) -> Counted | None:
    """An act of a later window that this window lacks: one that says it reports on it, and that its own can spare."""
    params = quota.params
    if not params.late or params.counts_by != "day" or params.period is None or params.at_least != 1:
        return None
    for act in quota.acts(target):
        period = act.act.data.get("period_from") or act.act.data.get("covers_from")
        if period is not None and one[0] <= period < one[1] <= act.first and act.certain:
            home = quota.window_of(act.first)
            if quota.tally(target, *home).certain > params.at_least:
                return act
    return None


def _ceiling(quota: Quota, target: Target, found: Tally, bounds: tuple[str | None, str | None]) -> Outcome:
    """What a window with a most comes to: kept until it has more."""
    params, case = quota.params, quota.case
    most = params.at_most or 0
    status: Status = "met"
    if found.certain > most:
        status = "breached"
    elif found.certain + found.possible > most:
        status = "undetermined"
    return Outcome(
        status, *bounds, target.about, expected={"at_most": most, "count": params.count, "events": list(params.events)},
        actual={"count": found.certain, "possible": found.possible}, evidence=evidence([one.act for one in found.acts]),
        posts=tuple(target.posts), changes_on=bounds[1] if bounds[1] is not None and bounds[1] > case.day else None,
        more={"acts": shown(case, found.acts, None)},
    )  # fmt: skip


def _sliding(quota: Quota, target: Target, one: Window, *, possible: bool) -> tuple[Status, str, tuple[Gap, ...]]:
    """Whether each day of a window that a whole period precedes has the number within that period; until when.

    `possible`: whether the window is only perhaps owed. Days before the instrument certainly was in force, and those
    that acts in doubt would cover, are left open.
    """
    params, case = quota.params, quota.case
    kept = _kept(params, [act.first for act in quota.acts(target) if act.certain])
    perhaps = _kept(params, [act.first for act in quota.acts(target)])
    surely = case.pack.start.last.isoformat()
    whole = _whole(quota, target)
    sure = whole if surely == NEVER else days.both(whole, [(surely, NEVER)])
    asked = days.union([(one[0], min(one[1], case.tomorrow))])
    lacking = days.without(days.both(whole, asked), kept)
    missing = [] if possible else days.without(days.both(sure, asked), perhaps)
    if missing:
        gaps = tuple(Gap(since, until, "none-in-the-period-before") for since, until in missing)
        return ("overdue" if params.late else "breached"), day_before(missing[0][0]), gaps
    if lacking:
        turns = [day for day, _ in sure] + [day for _, day in perhaps]
        return "undetermined", day_before(min((day for day in turns if day > case.day), default=lacking[0][0])), ()
    current = days.at(kept, case.day)
    if not days.both(whole, asked) and current is None:
        return "due", day_before(min((day for day, _ in whole if day > case.day), default=one[1])), ()
    return "met", day_before(current[1] if current is not None else one[1]), ()


def _whole(quota: Quota, target: Target) -> list[days.Stretch]:
    """The days that a whole period, itself ending with them, precedes while the duty was owed."""
    case = quota.case
    owed = days.certain(target.bounds) if target.bounds else [(case.since, case.until)]
    return days.union((quota.whole_period(max(begin, case.since)), min(end, case.until)) for begin, end in owed)


def _kept(params: Params, firsts: Iterable[str]) -> list[days.Stretch]:
    """The days that have the number of acts, told by their first days, within the period that ends with them."""
    if params.period is None:
        raise ValueError("a sliding window has a period")
    found, many = sorted(firsts), params.at_least
    return days.union(
        (found[n + many - 1], later(params.period, date.fromisoformat(found[n])).isoformat())
        for n in range(len(found) - many + 1)
    )


def _more(quota: Quota, target: Target, one: Window, acts: list[Counted], due_on: str) -> Mapping[str, Any]:
    """The acts, who held the duty in the window, and of a week its number and its working days."""
    params, case = quota.params, quota.case
    more: dict[str, Any] = {"acts": shown(case, acts, due_on)}
    if params.within_days is not None:
        more["late_days"] = _late_under(quota, one, acts)
    if params.each == "paired":
        posts = target.posts or sorted(post.id for post in case.subject.posts if _answers(case, post.id))
        more["held"] = held(case.dossier, posts, *one)
    if params.period == "P1W":
        year, week, _ = date.fromisoformat(one[0]).isocalendar()
        more |= {"week": f"{year}-W{week:02d}", "working_days": working_days(*one)}
    return more


def _late_under(quota: Quota, one: Window, acts: list[Counted]) -> dict[str, int | None]:
    """How late a window was done under every reading of its last day; None where it was not done, or in time."""
    params, case = quota.params, quota.case
    last = completing(acts, params.at_least)
    readings = (reading for reading in case.rule.readings if reading.name == "within_days")
    values = {params.within_days, *(value for one in readings for value in (one.default, *one.others))}
    ends = {str(days): min(_plus(one[0], days - 1), day_before(one[1])) for days in sorted(filter(None, values))}
    return {name: _late(last, end) for name, end in ends.items()}


def _answers(case: Case, post: str) -> bool:
    return not case.functions(case.dossier.posts[post]).isdisjoint(case.rule.functions)


def _plus(day: str, many: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=many)).isoformat()
