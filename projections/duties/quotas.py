"""What a quota asks, and what a case has towards it: whom it is counted for, its windows, the acts that count. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties.case import Case, Whose, fits
from projections.duties.counting import Border, Count, Counted, CountsBy, Tally, counted, tally
from projections.duties.doing import bearers, done
from projections.duties.records import Act
from projections.duties.saying import lacks
from projections.duties.targets import Each, Selected, Target, governed, named, paired, selected
from projections.duties.windows import Period, later, window, windows
from projections.duties.working_days import Days
from projections.tenure import ALWAYS, NEVER, Certainty, day_before

_THURSDAY = 3
Window = tuple[str, str]


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """What must be counted, and the points that texts leave open.

    `events` saying `where` (of one kind: `where_of`) are counted: as `count` says, acts, nights, distinct places or
    days; `items_say`: only plans each of whose items gives these fields; `part_named`: only evaluations with a part
    so named. `at_least` in each window, or `at_most` (0: a prohibition). `period`: the length of the windows, None:
    one without bounds.

    Whose acts: `whose`; of its own, those of the posts and bodies with `by_functions` alone (none: all its own);
    `received`: those addressed to it, `governed`: those at the places that the instrument names. `shared`: an act for
    which one person claims several posts counts for each of them, else for the one named first.
    `all_posts`: each post that counts must reach the number, else all together.
    `to`, `to_functions`: what is known of the recipient must not be another level or body. `to_listed`: only at places
    on such a list that day.

    `each`: one count for whom or what; `pairing_kinds` and `of` say which. `together`: an act at any of the places
    counts for each of them (one trip), else at the place alone.

    Windows: `window` calendar, or sliding (no day without the number in the period before it, told by calendar
    window). `counts_by`: an act belongs to the window of its day, of the period it reports on or covers, or to the one
    after that. `border`: which day of an act of several days. `within_days`: the last day is the nth of the window;
    None: its last. `late`: what is missing can still be done, so it is overdue and not breached. `partial`: a window
    in which a pairing held on some days alone is owed. `holidays`: a week without a working day is owed.
    `while_listed`: owed in windows on whose first day the place or one below is on such a list; acts of a prohibition
    count on the days on which the place is. `selected_on`: the day of the window on which `of` is told.
    """

    events: tuple[str, ...]
    where: Mapping[str, Any] = field(default_factory=dict)
    where_of: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    count: Count = "occurrences"
    items_say: tuple[str, ...] = ()
    part_named: tuple[str, ...] = ()
    at_least: int = 1
    at_most: int | None = None
    period: Period | None = "P1Y"
    whose: Whose | Literal["received", "governed"] = "own"
    by_functions: tuple[str, ...] = ()
    shared: bool = True
    all_posts: bool = False
    to: str | None = None
    to_functions: tuple[str, ...] = ()
    to_listed: tuple[str, ...] = ()
    each: Each = "subject"
    pairing_kinds: tuple[str, ...] = ()
    of: tuple[Selected, ...] = ()
    together: bool = False
    window: Literal["calendar", "sliding"] = "calendar"
    counts_by: CountsBy = "day"
    border: Border = "first-day"
    within_days: Days | None = None
    late: bool = False
    partial: bool = True
    holidays: bool = True
    while_listed: tuple[str, ...] = ()
    selected_on: Literal["start", "end"] = "start"

    def __post_init__(self) -> None:
        """Refuse windows that slide and have no length. Raises ValueError."""
        if self.window == "sliding" and self.period is None:
            raise ValueError("should have a period, since its window is sliding")


class Quota:
    """The quota of one case, under the parameters of one reading."""

    def __init__(self, params: Params, case: Case) -> None:
        self.params = params
        self.case = case
        self.own = bearers(case, params.by_functions) | {case.subject.id}
        self._acts: dict[Target, list[Counted]] = {}
        self._targets: dict[Window, list[Target]] = {}

    # -- whom it is counted for --------------------------------------------------------------------------------

    def targets(self, since: str, until: str) -> list[Target]:
        """The counts of a window, as `each` has them."""
        key = (since, until) if self.params.each in ("post", "below") else ("", "")
        if key not in self._targets:
            self._targets[key] = self._select(since, until)
        return self._targets[key]

    def _select(self, since: str, until: str) -> list[Target]:
        params, case = self.params, self.case
        match params.each:
            case "post":
                posts = sorted(one for one in self.own if one in case.dossier.posts)
                return [Target(one, (), frozenset([one]), (one,)) for one in posts if self._exists(one, since, until)]
            case "paired":
                return list(paired(case, self.own, params.pairing_kinds))
            case "governed":
                everywhere = tuple(named(case))
                return [Target(one, everywhere if params.together else (one,)) for one in governed(case)]
            case "below":
                on = since if params.selected_on == "start" else min(day_before(until), case.day)
                return [Target(one, (one,)) for one in selected(case, params.of, on)]
            case _:
                return [Target()]

    def _exists(self, post: str, since: str, until: str) -> bool:
        one = self.case.dossier.posts[post]
        return (one.since is None or one.since < until) and (one.until is None or one.until > since)

    # -- windows -----------------------------------------------------------------------------------------------

    def asked(self) -> Iterator[Window]:
        """The windows that the question is about, in order; those that begin after the day are not judged yet."""
        params, case = self.params, self.case
        if params.period is None:
            yield case.since, case.until
            return
        end = min(case.until, case.tomorrow)
        if case.span is None:
            first = case.day if case.rule.verdicts == "presence" else self.first()
            yield from windows(params.period, first, end) if first < end else ()
            return
        since, until = max(case.span[0], self.first(asked=True)), min(case.span[1], end)
        found = list(windows(params.period, since, until)) if since < until else []
        whole = [one for one in found if params.period != "P1W" or _in_its_thursday(one, case.span)]
        yield from whole or found

    def first(self, *, asked: bool = False) -> str:
        """The first day on which it was owed: of the instrument, the place or the unit.

        Without a span the first on which the instrument certainly was in force or, where nobody knows, that of the
        first act, or the last before the current window.
        """
        case = self.case
        first, surely = case.since, case.pack.start.last.isoformat()
        if not asked and surely != NEVER:
            first = max(first, surely)
        if first == ALWAYS and not asked and self.params.period is not None:
            acts = (one for target in self.targets(case.day, case.tomorrow) for one in self.acts(target))
            before = day_before(window(self.params.period, case.day)[0])
            first = min((one.first for one in acts if one.act.on is not None), default=before)
        return max(first, self._existing())

    def _existing(self) -> str:
        """Since when the place is on record, or the unit."""
        subject, dossier = self.case.subject, self.case.dossier
        if subject.kind == "unit":
            return min((body.since or ALWAYS for body in subject.bodies), default=ALWAYS)
        known = [act.on or ALWAYS for act in dossier.about("jurisdiction.registered", subject.id)]
        return min(known, default=ALWAYS)

    def listed(self, since: str) -> bool:
        """Whether the place or one below it was on one of the lists on a day."""
        lists = self.params.while_listed
        return not lists or any(self.case.listed(place, lists, since) for place in self._on_lists)

    def whole_period(self, since: str) -> str:
        """The day with which the first whole period from a day on ends."""
        period = self.params.period
        return since if period is None else day_before(later(period, date.fromisoformat(since)).isoformat())

    @property
    def ever_listed(self) -> bool:
        """Whether the place or one below it ever was on one of the lists."""
        return bool(self._on_lists)

    def window_of(self, day: str) -> Window:
        """The window that holds a day."""
        period = self.params.period
        return (self.case.since, self.case.until) if period is None else window(period, day)

    @cached_property
    def _on_lists(self) -> list[str]:
        """The places at or below the subject that were ever on one of the lists."""
        case = self.case
        here = case.subject.place or ""
        found = {
            place
            for act in case.dossier.acts("designation.listed")
            if act.data.get("list") in self.params.while_listed
            for place in act.subjects
        }
        return [place for place in sorted(found) if here in (place, *case.dossier.above(place))]

    # -- acts --------------------------------------------------------------------------------------------------

    def tally(self, target: Target, since: str, until: str) -> Tally:
        """What a window has; where all posts must reach the number, what the least of them has."""
        params = self.params
        if params.all_posts and target.doers is None:
            posts = sorted(one for one in self.own if one in self.case.dossier.posts)
            one_by_one = [self.tally(self._of_post(target, post), since, until) for post in posts]
            if one_by_one:
                return min(one_by_one, key=lambda one: (one.certain, one.possible))
        return tally(self.acts(target), since, until, params.count, params.border)

    def _of_post(self, target: Target, post: str) -> Target:
        return replace(target, doers=frozenset([post]), posts=(post,))

    def acts(self, target: Target) -> list[Counted]:
        """The acts that count for a target, whatever their day."""
        if target not in self._acts:
            self._acts[target] = list(self._count(target))
        return self._acts[target]

    def _count(self, target: Target) -> Iterator[Counted]:
        params, dossier = self.params, self.case.dossier
        for act, certainty in self._found(target):
            place = next((at for one in sorted(act.subjects) if (at := dossier.place_of(one)) is not None), None)
            if self._counts(act, target, place):
                sure = act.on is not None and certainty == "certain" and self._says(act) is not None
                yield counted(act, place, params.period, params.count, params.counts_by, sure=sure)

    def _found(self, target: Target) -> Iterable[tuple[Act, Certainty]]:
        params, case, dossier = self.params, self.case, self.case.dossier
        for kind in params.events:
            where = params.where_of.get(kind, params.where)
            if params.each == "below":
                for place in target.places:
                    yield from ((act, "certain") for act in case.dossier.about(kind, place) if fits(act.data, where))
            elif params.whose == "own":
                yield from done(case, [kind], where, target.doers or self.own, shared=params.shared)
            elif params.whose == "received":
                acts = case.dossier.acts(kind)
                mine = (act for act in acts if act.data.get("recipient") in self.own and fits(act.data, where))
                yield from ((act, "certain") for act in mine)
            elif params.whose == "governed":
                there = {one for place in named(case) for one in (place, *dossier.below(place))}
                for one in sorted(there):
                    yield from ((act, "certain") for act in dossier.about(kind, one) if fits(act.data, where))
            else:
                ever = replace(case, since=ALWAYS, until=NEVER)
                yield from ((act, "certain") for act in ever.happened([kind], where, params.whose))

    def _counts(self, act: Act, target: Target, place: str | None) -> bool:
        """Whether an act is early enough, at the right place, to the right body, and says what it must."""
        params, case = self.params, self.case
        if act.on is not None and case.since != ALWAYS and act.on < self._earliest():
            return False
        if target.places and params.each != "below" and not self._is_at(target.places, place, act):
            return False
        if params.to_listed and not case.listed(place, params.to_listed, act.on):
            return False
        if params.at_most is not None and not self._listed_on(act):
            return False
        return self._addressed(act.data.get("recipient")) and self._says(act) is not False

    def _is_at(self, places: Sequence[str], place: str | None, act: Act) -> bool:
        """Whether an act was at or below one of some places on its day, also where its own is no more."""
        day, at = act.on or self.case.day, [place] if place is not None else act.subjects
        return any(not self.case.dossier.line_on(each, day).keys().isdisjoint(places) for each in at)

    def _listed_on(self, act: Act) -> bool:
        """Whether the subject's place was on one of the lists on the day of an act."""
        lists = self.params.while_listed
        return not lists or self.case.listed(self.case.subject.place, lists, act.on)

    def _earliest(self) -> str:
        """The first day of the window in which the instrument began: what was done then counts for that window."""
        period = self.params.period
        since = self.case.since if period is None else window(period, self.case.since)[0]
        return since if self.params.counts_by == "day" or period is None else window(period, day_before(since))[0]

    def _addressed(self, recipient: str | None) -> bool:
        """Whether nothing that is known of a recipient speaks against it."""
        params, dossier = self.params, self.case.dossier
        body = dossier.bodies.get(recipient or "")
        if body is None:
            return True
        level = "centre" if body.place is None else dossier.level(body.place)
        right_level = params.to is None or level is None or level == params.to
        carried = self.case.functions(body)
        return right_level and (not params.to_functions or not carried or not carried.isdisjoint(params.to_functions))

    def _says(self, act: Act) -> bool | None:
        """Whether an act has the items or parts it must; None where it names none."""
        params, data = self.params, act.data
        if params.items_say and act.kind == "plan.adopted":
            items = data.get("items") or ()
            return None if not items else not any(lacks(item, params.items_say) for item in items)
        if params.part_named and act.kind == "evaluation.recorded":
            names = [part.get("name") or "" for part in data.get("components") or ()]
            return None if not names else any(word in name for name in names for word in params.part_named)
        return True


def _in_its_thursday(one: Window, span: Window) -> bool:
    """Whether an ISO week belongs to a span of days: where its Thursday does, as a week belongs to its year."""
    return span[0] <= (date.fromisoformat(one[0]) + timedelta(days=_THURSDAY)).isoformat() < span[1]
