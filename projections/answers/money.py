"""Money of a place, from the source down to the village: every dated step, and what is left at each level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from projections.answers import allocations, flows, payments, purse
from projections.answers.membership import Membership, fallen_to, membership_of
from projections.answers.parties import Parties, named_in, parties, party, said
from projections.answers.purse import Purse, added
from projections.answers.territory import Place, find, nearest, on_day
from projections.folds.jurisdiction import LEVELS
from projections.folds.matter import own_id
from projections.rows import Found, Reader, Transfer
from projections.scene import Scene

Item = dict[str, Any]

BUDGET: Final = (
    "fund", "fiscal_year", "base_definition", "base_revenue", "previous_year_fund", "previous_year_revenue",
)  # fmt: skip
"""What a budget states beside its amount, each time it is adopted or amended."""
STATED: Final = {
    "consolidation": ("sources", "plan_id", "due_on"),
    "donation": ("goods", "intent"),
}
"""What the registers that have no view of their own state beside amount and day."""
DAYS: Final = {"consolidation": "consolidated_on", "donation": "received_on"}


@dataclass(frozen=True, slots=True)
class Flows:
    """The money of a scope: what its answer says before the items, and which matters are its items, in order."""

    head: dict[str, Any]
    ids: list[str]
    members: Membership


async def of_place(scene: Scene, ref: str, *, subtree: bool) -> Flows:
    """`GET /jurisdictions/{ref}/money`, its items by their ids. Raises NotFound or Ambiguous."""
    reader, day = scene.reader, scene.valid_at
    place_id, resolved_by, tree = await find(reader, ref, day)
    place = Place(place_id, nearest(tree[place_id], day).doc)
    members = await membership_of(reader, place_id, day, subtree=subtree)
    members.places[place_id] = place.doc["level"]  # of the nearest day, where it is not on record
    transfers = await reader.transfers(members.ids, day)
    fallen = await fallen_to(reader, members, purse.FALLING)
    further = [row for row, _ in fallen]
    tallies = purse.with_fallen(await reader.tally(members.ids, purse.COUNTED, day), further, day)
    unpaid = [*await reader.unpaid(members.ids, day), *purse.unpaid_of(further, day)]
    budgets = await reader.matters("stands_at", members.ids, ["budget"])
    keys = {(one.day, one.entity_id) for one in transfers}
    keys |= set(await reader.dated(members.ids, purse.COUNTED, day))
    keys |= {(row.doc["day"], row.entity_id) for row in further if row.doc["day"] <= day}
    keys |= {(str(said(row)["approved_on"]), row.entity_id) for row in unpaid}
    keys |= {(step["on"], row.entity_id) for row in budgets if (step := purse.adopted(row, day)) is not None}
    head = {
        "jurisdiction": place.brief,
        "on_record": on_day(tree[place_id], day) is not None,
        **scene.header(),
        "resolved_by": resolved_by,
        "scope": "subtree" if subtree else "own",
        "totals": purse.of_scope(members, Purse(tallies, transfers, budgets, unpaid), day),
        "levels": await _levels(reader, members, transfers, fallen, day),
        "flows": await flows.of_scope(reader, members, transfers, day),
        "withheld": 0,
    }
    return Flows(head, [entity_id for _, entity_id in sorted(keys)], members)


async def _levels(
    reader: Reader, members: Membership, transfers: Sequence[Transfer], fallen: Sequence[tuple[Found, str]], day: str
) -> list[dict[str, Any]]:
    """What came to the places of each level from elsewhere, left them, was paid and recovered there."""
    moved = [one for one in transfers if members.place_of(one.giver) != members.place_of(one.receiver)]
    found = []
    present = set(members.places.values())
    for level in [*(level for level in LEVELS if level in present), *({None} & present)]:
        tallies = await reader.tally(members.at_level(level), ["disbursement", "recovery"], day)
        further = [row for row, at in fallen if members.places.get(members.place_of(at) or "") == level]
        tallies = purse.with_fallen(tallies, further, day)
        total = {name: tally.total for name, tally in tallies.items()}
        here = {place for place, of_level in members.places.items() if of_level == level}
        received = added(one.amount for one in moved if members.place_of(one.receiver) in here)
        given = added(one.amount for one in moved if members.place_of(one.giver) in here and one.receiver is not None)
        disbursed, recovered = total.get("disbursement", added([])), total.get("recovery", added([]))
        found.append({"level": level, **purse.balance(received, given, disbursed, recovered)})
    return found


async def described(scene: Scene, members: Membership, ids: Sequence[str]) -> list[Item]:
    """The matters with these ids as items, in this order."""
    reader, day = scene.reader, scene.valid_at
    rows = {row.entity_id: row for row in await reader.of("matter", ids)}
    given = {row.entity_id: row for row in rows.values() if row.doc["register"] == "allocation"}
    ways = await allocations.ways_of(reader, list(given.values()), day)
    names = await parties(reader, named_in([*rows.values(), *ways.rows.values()]), day)
    projects = await _projects(reader, rows.values())
    items = []
    for row in (rows[one] for one in ids):
        register = row.doc["register"]
        if register == "allocation":
            item = allocations.allocation(row, ways, names)
            item["direction"] = _direction(members, ways.giver(row), row.doc["stands_at"])
        else:
            item = _item(row, names, projects, day)
        items.append({"type": register, **item})
    return items


async def _projects(reader: Reader, rows: Iterable[Found]) -> dict[str, Found]:
    """The projects of reimbursements, with their acceptances."""
    wanted = {row.doc["part_of"] for row in rows if row.doc["register"] == "reimbursement"} - {None}
    return {row.entity_id: row for row in await reader.of("matter", wanted)} if wanted else {}


def _item(row: Found, names: Parties, projects: dict[str, Found], day: str) -> Item:
    register = row.doc["register"]
    if register == "disbursement":
        return payments.disbursement(row, names, day)
    if register == "reimbursement":
        return payments.reimbursement(row, names, payments.acceptances(projects.get(row.doc["part_of"]), day))
    if register == "recovery":
        return payments.recovery(row, names)
    if register == "budget":
        return _budget(row, names, day)
    data = said(row)
    return {
        register: own_id(row.entity_id),
        "amount": data.get("amount"),
        DAYS[register]: data[DAYS[register]],
        **{name: data.get(name) for name in STATED[register]},
        "jurisdiction": party(names, data.get("jurisdiction_id")),
        **({"donor": party(names, data.get("donor_id"))} if register == "donation" else {}),
        "evidence": row.doc["evidence"],
    }


def _budget(row: Found, names: Parties, day: str) -> Item:
    """A budget as it stood on the day: an amendment moves the amount and the base, every version of them is a step."""
    told = [step for step in row.doc["facts"] if step["on"] <= day]
    data = told[-1]["data"]
    return {
        "budget": own_id(row.entity_id),
        "amount": data["special_fund"],
        "adopted_on": told[-1]["on"],
        **{name: data.get(name) for name in BUDGET},
        "jurisdiction": party(names, data.get("jurisdiction_id")),
        "steps": [_adoption(step) for step in told],
        "evidence": row.doc["evidence"],
    }


def _adoption(step: Mapping[str, Any]) -> Item:
    data = step["data"]
    stated = {name: data.get(name) for name in BUDGET}
    return {"on": step["on"], "amount": data["special_fund"], **stated, "position": step["position"]}


def _direction(members: Membership, giver: str | None, receiver: str | None) -> str:
    """Which way an allocation goes, seen from the scope: in, within or out."""
    received, given = members.place_of(receiver) is not None, members.place_of(giver) is not None
    return ("within" if given else "in") if received else "out"
