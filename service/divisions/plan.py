"""What the table of a year makes of one log: the events to send, what a person must decide, or a refusal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from events.canonical import canonical
from service.divisions.changes import (
    RESTRUCTURED,
    Change,
    Ids,
    differences,
    event_of,
    id_of,
    registered,
    sort_of,
)
from service.divisions.evidence import Below
from service.divisions.matching import Matching, match
from service.divisions.record import TOGETHER, WHOLE, OnRecord
from service.divisions.table import Province
from service.divisions.tree import LEVELS, TOWNSHIP, Node, Tree


class Open(NamedTuple):
    """One division of a group of which a person must say which are the same."""

    log: str
    group: int
    reason: str
    on_record: bool
    """As the record has it, with its id; else as the table has it, with its code."""
    key: str
    code: str
    name: str
    level: str


class Loose(NamedTuple):
    """A division that ends or is founded, and what lies below it: another province may have its other half."""

    node: Node
    names: frozenset[str]
    about: frozenset[str]
    """The subjects of the changes that are not to be made where it has: it and what ends or begins with it."""


@dataclass(slots=True)
class Plan:
    """What a table makes of one log."""

    log: str
    name: str
    year: int
    placeholders: int
    first: bool
    """Whether no earlier table is on record."""
    all_changes: Callable[[], Iterable[Change]] = tuple
    sent: Collection[str] = ()
    """The ids of the events of this table that are on record already."""
    unchanged: int = 0
    """Divisions that stayed as they were."""
    open: list[Open] = field(default_factory=list)
    held: int = 0
    """Divisions of the table that wait for a decision, or lie below such."""
    ending: list[Loose] = field(default_factory=list)
    founded: list[Loose] = field(default_factory=list)
    apart: Mapping[int, int] = field(default_factory=dict)
    """The years of earlier tables, and in how many codes and names this one is unlike the record of their days."""
    refused: tuple[str, str] | None = None
    suppressed: set[str] = field(default_factory=set)
    """Subjects of changes that another province put in doubt."""
    together: tuple[str, ...] = ()
    """The logs of which the same import records something."""
    earlier: Mapping[int, Collection[str]] = field(default_factory=dict)
    """The years whose tables the log has, each with the logs that its import recorded something of."""

    def changes(self) -> Iterator[Change]:
        """What the table makes of the log, in order, whether it is on record already or not."""
        for change in self.all_changes():
            if self.suppressed.isdisjoint((change.about, change.data.get("new_parent_id"))):
                yield change

    def events(self) -> Iterator[dict[str, Any]]:
        """The events to send, in order: those not on record yet."""
        whole: dict[str, Any] = {WHOLE: sum(1 for _ in self.changes())}
        if self.together:
            whole[TOGETHER] = " ".join(self.together)
        for change in self.changes():
            if id_of(self.year, change) not in self.sent:
                yield event_of(self.year, change) | whole
            whole = {}

    def counts(self) -> Counter[str]:
        """How many changes there are of each sort."""
        return Counter(sort_of(change) for change in self.changes())

    def undecided(self) -> int:
        """How many groups a person must decide about."""
        return len({found.group for found in self.open})


def plan_of(
    log: str, province: Province, record: OnRecord, year: int, day: str, decided: OnRecord | None = None
) -> Plan:
    """The plan of one province, by what its log has on record; `decided` with what was reported since."""
    first = not any(earlier < year for earlier in record.years)
    plan = Plan(log, province.name, year, province.placeholders, first, earlier=record.together)
    later = max(record.years, default=year)
    before = {earlier: since for earlier, since in record.days.items() if earlier < year}
    broken = {year: parts for year, parts in record.broken.items() if year != plan.year}
    if year not in record.years and later > year:
        plan.refused = _later(log, later, year)
    elif broken:
        plan.refused = _broken(log, *next(iter(broken.items())))
    elif year not in record.years and day <= max(before.values(), default=""):
        plan.refused = _not_after(log, max(before, key=before.__getitem__), max(before.values()), day)
    elif year in record.years and not first and day != record.days[year]:
        plan.refused = _other_day(log, year, record.days[year], day)
    elif first:
        _first(plan, province, record)
    else:
        _further(plan, province, record, day, decided)
    return plan


def _later(log: str, later: int, year: int) -> tuple[str, str]:
    return (
        f"{log} 已导入 {later} 年的表,晚于 {year} 年;各年的表须按年份先后导入",
        f"{log} has the table of {later} on record, later than {year}: tables are imported in the order of their years",
    )


def _not_after(log: str, earlier: int, since: str, day: str) -> tuple[str, str]:
    zh = f"--reference-day {day} 应晚于 {since},即在册的 {earlier} 年表的基准日:否则会改写此前的记载"
    en = f"--reference-day {day}: expected a day after {since}, the day of the table of {earlier} on record"
    return f"{log}:{zh}", f"{log}: {en}: what stood before would be written anew"


def _other_day(log: str, year: int, since: str, day: str) -> tuple[str, str]:
    return (
        f"{log} 中 {year} 年的表以 {since} 为基准日,不是 {day}:再次导入须用 --reference-day {since}",
        f"{log} has the table of {year} as of {since}, not {day}: send it again with --reference-day {since}",
    )


def _broken(log: str, year: int, parts: tuple[int, int]) -> tuple[str, str]:
    there, whole = parts
    return (
        f"{log} 中 {year} 年的表只记录了 {whole} 条中的 {there} 条:请先重新导入该年的表",
        f"{log} has only {there} of {whole} events of the table of {year}: import that again first",
    )


def _first(plan: Plan, province: Province, record: OnRecord) -> None:
    """Register what is not on record; what is, and differs, is for a person: no table says since when."""
    nodes, known = province.nodes, {}
    if len(record.tree) or record.others:
        after = Tree(nodes)
        done = match(record.tree, after, record.others)
        _stay(done, record.tree, after)
        nodes = [new for new in nodes if new.key not in done.old_of and new.key not in done.held]
        known = done.old_of
        plan.open = _open(plan.log, done, record, after)
        plan.held = len(done.held)
        plan.unchanged = len(done.old_of)
    year, taken, borne = plan.year, record.ids, record.codes
    plan.all_changes = lambda: registered(nodes, Ids(year, set(taken), borne), known)
    _check(plan, record)


def _stay(done: Matching, before: Tree, after: Tree) -> None:
    """Turn what a dated difference would be into doubts."""
    for old, new in list(done.new_of.items()):
        one, other = before[old], after[new]
        parent = None if other.parent is None else done.old_of.get(other.parent)
        if (one.code, one.name, one.parent) != (other.code, other.name, parent):
            done.doubt(one.level, "differs-from-record", [old], [new])
            done.kept.discard(old)
            done.held.discard(new)
    for key in [*done.into, *(node.key for level in before.levels for node in level if not done.has_old(node.key))]:
        done.doubt(before[key].level, "not-in-the-table", [key], [])
    done.into.clear()


def _further(plan: Plan, province: Province, record: OnRecord, day: str, decided: OnRecord | None) -> None:
    after = Tree(province.nodes)
    done = match(record.tree, after, record.others)
    ids = Ids(plan.year, set(record.ids), record.codes)
    changes = list(differences(record, after, done, ids, day))
    plan.all_changes = lambda: changes
    plan.open = _open(plan.log, done, record, after)
    plan.held = len(done.held)
    plan.unchanged = len(done.old_of) - len({change.about for change in changes} & done.new_of.keys())
    plan.ending = _loose(record.tree, {c.about for c in changes if c.kind == RESTRUCTURED}, {})
    plan.founded = _loose(after, ids.given.keys(), ids.given)
    if plan.year not in record.years:
        told = {(node.code, node.name) for node in province.nodes}
        plan.apart = {earlier: len(told ^ those) for earlier, those in record.stood.items()}
    waited: set[str] = set()
    if decided is not None and done.undecided:
        waited = {*done.kept, *(ids.of(after[key]) for key in sorted(done.held))}
        released = _released(plan, decided, after, done, ids, waited, day)
        over = max(record.years) > plan.year
        changes += [change for change in released if not over or id_of(plan.year, change) in record.sent]
    _check(plan, record, waited)
    ended = [key for key in province.bare if _emptied(done.old_of.get(key), record.tree, done)]
    plan.refused = plan.refused or (_cut_off(after[ended[0]], len(ended)) if ended else None)


def _released(
    plan: Plan, decided: OnRecord, after: Tree, done: Matching, ids: Ids, waited: Collection[str], day: str
) -> list[Change]:
    """The changes of what was undecided, or lay below such, when a person reported what happened there."""
    anew = match(decided.tree, after, decided.others)
    anew.undecided = [
        group
        for group in anew.undecided
        if not done.kept.isdisjoint(group.olds) or not done.held.isdisjoint(group.news)
    ]
    plan.open = _open(plan.log, anew, decided, after)
    plan.held = len(done.held & anew.held)
    return [change for change in differences(decided, after, anew, ids, day) if change.about in waited]


def _emptied(township: str | None, before: Tree, done: Matching) -> bool:
    """Whether all villages that a township had would end."""
    villages = [] if township is None else before.children(township)
    return bool(villages) and not any(done.has_old(village.key) for village in villages)


def _cut_off(first: Node, townships: int) -> tuple[str, str]:
    said = f"{first.code} {first.name}"
    zh = f"villages.csv 可能被截断:{said} 等 {townships} 个乡级区划在册有村,此表中没有,别处也没有"
    en = f"villages.csv may be cut off: {townships} townships, as {said}, have villages on record and none in the table"
    return zh, f"{en}, nor do these stand elsewhere"


def _loose(tree: Tree, keys: Iterable[str], given: dict[str, str]) -> list[Loose]:
    """Cities, counties and townships that end or begin."""
    keys, below, found = set(keys), Below(tree), []
    for node in (node for level in tree.levels[1 : TOWNSHIP + 1] for node in level if node.key in keys):
        subjects, newest = {node.key}, [node]
        while newest:
            newest = [child for parent in newest for child in tree.children(parent.key) if child.key in keys]
            subjects |= {child.key for child in newest}
        found.append(Loose(node, below.of(node), frozenset(given.get(key, key) for key in subjects)))
    return found


def _open(log: str, done: Matching, record: OnRecord, after: Tree) -> list[Open]:
    known = {node.key: node for node in record.others} | record.tree.nodes
    found = []
    for group, undecided in enumerate(done.undecided, 1):
        for key, on_record in [(old, True) for old in undecided.olds] + [(new, False) for new in undecided.news]:
            node = known[key] if on_record else after[key]
            level = LEVELS[undecided.level]
            found.append(Open(log, group, undecided.reason, on_record, key, node.code, node.name, level))
    return found


def _check(plan: Plan, record: OnRecord, waited: Collection[str] = ()) -> None:
    """Compare with what is on record of this year's table: the same table makes the same events.

    But for what `waited` for a decision: it was made by what had been reported by then.
    """
    if not record.sent:
        return
    missing, differing, made = 0, [], set()
    for change in plan.all_changes():
        event_id = id_of(plan.year, change)
        made.add(event_id)
        kept = record.sent.get(event_id)
        loose = change.about in waited
        missing += kept is None and not loose
        if kept and kept != canonical(change.data) and not loose:
            differing.append(event_id)
    differing += sorted(one for one in record.sent.keys() - made if one.split(":", 2)[2] not in waited)
    plan.sent = frozenset(record.sent)
    if differing:
        plan.refused = (
            f"这不是 {plan.log} 中已作为 {plan.year} 年导入的表:在册的 {len(differing)} 条与它不符,如 {differing[0]}",
            f"not the table of {plan.year} that {plan.log} has: {len(differing)} events differ, as {differing[0]}",
        )
    elif missing and max(record.years) > plan.year:
        plan.refused = _later(plan.log, max(record.years), plan.year)
