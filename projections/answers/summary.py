"""How many duties of a place and of all below it are met, by place, rule, system and level: counts and rates. Pure.

It is told from counts, whether these were kept on the board or evaluated just now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, get_args

from projections.answers import duties
from projections.duties.dossier import Dossier
from projections.duties.tallying import Counts, Kind, by_place, rules_by_id, with_repeated
from projections.policies.pack import Pack
from projections.policies.rule import Status
from projections.scene import Scene

Item = dict[str, Any]
DIMENSIONS: Final = ("jurisdiction", "rule", "system", "level")
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
_PLACES: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Part:
    """The duties of the place itself (`own`), or of one directly below it with all below that."""

    place: str
    own: bool
    counts: Counts


@dataclass(frozen=True, slots=True)
class Counted:
    """The duties of a place with all below it, as a whole and in parts."""

    whole: Counts
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a summary is to tell: grouped by which dimensions, of which systems, rules and levels, of which days."""

    by: Sequence[str] = ("jurisdiction", "rule")
    systems: frozenset[str] | None = None
    rules: frozenset[str] | None = None
    levels: frozenset[str] | None = None
    span: tuple[str, str] | None = None

    def takes(self, kind: Kind, system: str) -> bool:
        """Whether a kind of duties is asked for."""
        return (
            (self.systems is None or system in self.systems)
            and (self.rules is None or kind.rule in self.rules)
            and (self.levels is None or kind.level in self.levels)
        )


async def evaluated(
    scene: Scene, place_id: str, children: Sequence[str], wanted: Wanted, *, subtree: bool = True
) -> Counted:
    """The duties of a place and all below it, or of itself alone, evaluated from scratch.

    `children` are the places directly below it.
    """
    rules = {
        one: pack
        for one, (pack, _) in rules_by_id(scene.packs).items()
        if (wanted.systems is None or pack.system in wanted.systems) and (wanted.rules is None or one in wanted.rules)
    }
    needed = with_repeated(scene.packs, rules)
    asked = duties.Asked(rules=needed, span=wanted.span, subtree=subtree, readings=False)
    found = await duties.of_places(scene, [place_id], asked)
    counts = by_place((one for one in found.duties if one.subject.place not in found.ended), found.dossier)
    inside = {child: {child, *found.dossier.below(child)} for child in children}
    for place, last in found.ended.items():
        counts |= by_place((one for one in found.duties if one.subject.place == place), last)
        inside.setdefault(_below(place_id, place, last), set()).add(place)
    inside.pop(place_id, None)
    parts = [Part(place_id, own=True, counts=counts.get(place_id, Counter()))]
    for child, places in inside.items():
        parts.append(Part(child, own=False, counts=_added(counts.get(one, Counter()) for one in places)))
    return Counted(_added(counts.values()), parts)


def _below(place_id: str, ended: str, last: Dossier) -> str:
    """The place directly below one that an ended place belonged to on its last day: itself where it stood there."""
    path = [ended, *last.above(ended)]
    return path[path.index(place_id) - 1] if place_id in path[1:] else ended


def together(each: Mapping[str, Counted]) -> Counted:
    """Several places with all below them as one, each place a part of it."""
    parts = [Part(place, own=False, counts=counted.whole) for place, counted in each.items()]
    return Counted(_added(part.counts for part in parts), parts)


def _added(some: Iterable[Counts]) -> Counts:
    found: Counter[Kind] = Counter()
    for counts in some:
        found.update(counts)
    return found


def told(counted: Counted, packs: Sequence[Pack], wanted: Wanted, briefs: Mapping[str, Item]) -> Item:
    """A summary as answered: `total`, and `items` in the order of parts, packs and rules; `briefs` show places."""
    telling = _Telling(packs, wanted)
    whole = telling.taken(counted.whole)
    return {
        "by": list(wanted.by),
        **_shown(telling, whole),
        "items": telling.items(counted, whole, briefs),
    }


class _Telling:
    """The rules of some packs, asked for what a summary wants."""

    def __init__(self, packs: Sequence[Pack], wanted: Wanted) -> None:
        self._wanted = wanted
        self._rules = rules_by_id(packs)
        self._order = {rule: nth for nth, rule in enumerate(self._rules)}
        self._systems = {pack.system: nth for nth, pack in enumerate(packs)}

    def taken(self, counts: Counts) -> Counts:
        """The counts that are asked for."""
        return {
            kind: many
            for kind, many in counts.items()
            if many and kind.rule in self._rules and self._wanted.takes(kind, self._rules[kind.rule][0].system)
        }

    def informs(self, kind: Kind) -> bool:
        """Whether a rule can inform alone."""
        return self._rules[kind.rule][1].informs

    def items(self, counted: Counted, whole: Counts, briefs: Mapping[str, Item]) -> list[Item]:
        """An item for each group of duties."""
        if "jurisdiction" not in self._wanted.by:
            return self._grouped(whole, {})
        found = []
        for part in counted.parts:
            head = {"jurisdiction": briefs.get(part.place, {"id": part.place}), "own": part.own}
            found += self._grouped(self.taken(part.counts), head)
        return found

    def _grouped(self, counts: Counts, head: Item) -> list[Item]:
        groups: dict[tuple[str, ...], dict[Kind, int]] = {}
        for kind, many in counts.items():
            groups.setdefault(self._group(kind), {})[kind] = many
        return [{**head, **self._named(group), **_shown(self, groups[group])} for group in sorted(groups, key=self._at)]

    def _group(self, kind: Kind) -> tuple[str, ...]:
        values = {"rule": kind.rule, "system": self._rules[kind.rule][0].system, "level": kind.level}
        return tuple(values[name] for name in self._wanted.by if name in values)

    def _at(self, group: tuple[str, ...]) -> tuple[Any, ...]:
        names = [name for name in self._wanted.by if name != "jurisdiction"]
        orders: Mapping[str, Mapping[str, int]] = {"rule": self._order, "system": self._systems, "level": _LEVELS}
        return tuple(orders[name].get(value, len(orders[name])) for name, value in zip(names, group, strict=True))

    def _named(self, group: tuple[str, ...]) -> Item:
        names = [name for name in self._wanted.by if name != "jurisdiction"]
        found: Item = dict(zip(names, group, strict=True))
        if "rule" in found:
            pack, rule = self._rules[found["rule"]]
            found |= {"system": pack.system, "article": rule.article, "force": rule.force}
        return found


_LEVELS: Final = {name: nth for nth, name in enumerate(("province", "city", "county", "township", "village"))}


def _shown(telling: _Telling, counts: Counts) -> Item:
    """Counts of what binds and, apart, of what informs; and how many results count under the rule they repeat."""
    once = {kind: many for kind, many in counts.items() if not kind.again}
    again = {kind: many for kind, many in counts.items() if kind.again}
    return {
        **rated({kind: many for kind, many in once.items() if not telling.informs(kind)}),
        "informing": rated({kind: many for kind, many in once.items() if telling.informs(kind)}),
        "counted_once": {"left_out": sum(again.values()), "rules": sorted({kind.rule for kind in again})},
    }


def rated(counts: Counts) -> Item:
    """Counts by status, how many are owed, and the part of these that is met: four places, null where nothing is."""
    statuses = by_status(counts)
    owed = sum(statuses.values()) - statuses["not-applicable"]
    rate = None if not owed else (Decimal(statuses["met"]) / owed).quantize(_PLACES, ROUND_HALF_UP)
    return {"counts": statuses, "owed": owed, "rate": None if rate is None else str(rate)}


def by_status(counts: Counts) -> dict[str, int]:
    """How many there are of each status."""
    found: dict[str, int] = dict.fromkeys(STATUSES, 0)
    for kind, many in counts.items():
        found[kind.status] += many
    return found


def binding(counts: Counts, packs: Sequence[Pack]) -> dict[str, int]:
    """How many duties that bind there are of each status, each counted once."""
    rules = rules_by_id(packs)
    kept = {
        kind: many
        for kind, many in counts.items()
        if not kind.again and kind.rule in rules and not rules[kind.rule][1].informs
    }
    return by_status(kept)
