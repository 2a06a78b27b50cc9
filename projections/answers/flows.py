"""Flows of money: allocations added up by the way they took, from their source down to the levels of a scope."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from projections.answers.allocations import Ways, ways_of
from projections.answers.membership import Membership
from projections.answers.parties import Parties, named_in, parties, party, said
from projections.answers.purse import added, yuan
from projections.folds.jurisdiction import LEVELS
from projections.rows import Found, Reader, Transfer

Item = dict[str, Any]
End = tuple[str, str | None]
"""One end of a flow: `source` and its code, `level` and its name, or `party` and an id."""
Step = tuple[End, End]

SOURCE: Final = "source"
LEVEL: Final = "level"
PARTY: Final = "party"
_KINDS: Final = (SOURCE, PARTY, LEVEL)


@dataclass(slots=True)
class _Flow:
    amount: Decimal = Decimal(0)
    allocations: set[str] = field(default_factory=set)


async def of_scope(reader: Reader, members: Membership, transfers: Sequence[Transfer], day: str) -> list[Item]:
    """What flowed to and between the levels of a scope, and out of it, with the way of what came in.

    What came in counts with its own amount on every step above the scope, so a step there may be part of a larger
    allocation. Between two places of one level both ends are that level.
    """
    coming = [one for one in transfers if _inside(members, one.receiver) and not _inside(members, one.giver)]
    rows = {row.entity_id: row for row in await reader.of("matter", [one.entity_id for one in coming])}
    ways = await ways_of(reader, list(rows.values()), day)
    flows: dict[Step, _Flow] = {}
    for one in transfers:
        steps = [*_way(members, ways, rows[one.entity_id])] if one.entity_id in rows else [*_moved(members, one)]
        for step in steps:
            flow = flows.setdefault(step, _Flow())
            flow.amount += added([one.amount])
            flow.allocations.add(one.entity_id)
    named = {end[1] for step in flows for end in step if end[0] == PARTY and end[1] is not None}
    names = await parties(reader, named | named_in(ways.rows.values()), day)
    return [
        {
            "from": _shown(step[0], names),
            "to": _shown(step[1], names),
            "amount": yuan(flow.amount),
            "allocations": len(flow.allocations),
        }
        for step, flow in sorted(flows.items(), key=_in_order)
    ]


def _in_order(flow: tuple[Step, _Flow]) -> list[tuple[int, int, str]]:
    """From sources to parties to levels, higher levels first; whoever reads the transfers in whichever order."""
    return [
        (_KINDS.index(kind), LEVELS.index(one) if kind == LEVEL and one in LEVELS else -1, one or "")
        for kind, one in flow[0]
    ]


def _inside(members: Membership, one: str | None) -> bool:
    return members.place_of(one) is not None


def _level(members: Membership, one: str | None) -> End:
    place = members.place_of(one)
    return LEVEL, None if place is None else members.places[place]


def _way(members: Membership, ways: Ways, row: Found) -> Iterator[Step]:
    """The steps of an allocation that came into the scope, from its source on."""
    along = [*ways.above(row), row]
    givers = [ways.giver(one) for one in along]
    source: End = (SOURCE, said(along[0]).get("source"))
    if givers[0] is not None:
        yield source, (PARTY, givers[0])
    for one, giver in zip(along, givers, strict=True):
        last = one is row
        yield (
            source if giver is None else (PARTY, giver),
            _level(members, one.doc["stands_at"]) if last else (PARTY, one.doc["stands_at"]),
        )


def _moved(members: Membership, one: Transfer) -> Iterator[Step]:
    """The step of an allocation within the scope, or out of it; what a place gave to itself moved nothing."""
    if members.place_of(one.giver) == members.place_of(one.receiver) or one.receiver is None:
        return
    yield (
        _level(members, one.giver),
        _level(members, one.receiver) if _inside(members, one.receiver) else (PARTY, one.receiver),
    )


def _shown(end: End, names: Parties) -> Item:
    kind, one = end
    if kind == PARTY:
        return party(names, one) or {"id": None, "name": None, "kind": None}
    return {"id": one, "name": None, "kind": kind}
