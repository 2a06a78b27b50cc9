"""Matters as timelines show them: the days they ran, every step as stated, and who is meant by the ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from events import edtf
from projections.answers.people import helpers
from projections.folds.matter import ids_in, own_id
from projections.folds.registers import REGISTERS
from projections.rows import Found, Reader
from projections.tenure import next_day

Item = dict[str, Any]
Days = tuple[str | None, str | None]

ENDS: Mapping[str, tuple[str, ...]] = {
    "visit.made": ("ended_on",),
    "inspection.held": ("ended_on",),
    "publicity.posted": ("posted_until",),
    "publicity.withdrawn": ("withdrawn_on",),
    "sanction.imposed": ("effective_until",),
    "sanction.lifted": ("lifted_on",),
    "household.removed": ("effective_from",),
    "plan.adopted": ("covers_until",),
}
"""Kinds that say when something ends."""
OPEN_ENDED = ("posting", "sanction", "household", "plan", "designation")
"""Registers whose matters last until something ends them."""
INCLUSIVE = ("ended_on",)
"""Ends of which the day still belongs to it."""


async def items(reader: Reader, rows: Sequence[Found]) -> list[Item]:
    """Matters as items of a timeline, each with the names of those whom its facts name."""
    named = {row.entity_id: ids_in(row.doc) for row in rows}
    known = await helpers(reader, {one for ids in named.values() for one in ids}) if rows else {}
    names = {one: told["name"] for one, told in known.items() if told["name"] is not None}
    return [item for row in rows for item in _of(row, {one: names[one] for one in named[row.entity_id] & names.keys()})]


def _of(row: Found, names: Mapping[str, str]) -> Iterator[Item]:
    """The items of one matter: one, or of a designation one for each time a place was listed."""
    steps = row.doc["facts"]
    if row.doc["register"] != "designation":
        yield _item(row, steps, span(row.doc["register"], steps), names)
        return
    for listing in listings(steps):
        yield _item(row, listing, (listing[0]["on"], _lifted(listing)), names) | {
            "list": listing[0]["data"].get("list")
        }


def listings(steps: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """The steps of a place's designations, cut into what belongs together: a listing and what lifted it.

    Of one list, a lifting belongs to the last listing before it; one without a listing stands alone.
    """
    found: list[list[Mapping[str, Any]]] = []
    open_of: dict[Any, list[Mapping[str, Any]]] = {}
    for step in steps:
        of_list = step["data"].get("list")
        if step["type"] == "designation.lifted" and of_list in open_of:
            open_of.pop(of_list).append(step)
        else:
            found.append([step])
            if step["type"] == "designation.listed":
                open_of[of_list] = found[-1]
    return found


def _lifted(listing: Sequence[Mapping[str, Any]]) -> str | None:
    on: str | None = listing[-1]["on"]
    return on if listing[-1]["type"] == "designation.lifted" else None


def span(register: str, steps: Iterable[Mapping[str, Any]]) -> Days:
    """The days [first, until) that a matter ran, from its steps; None where that is not said."""
    told = list(steps)
    days = [step["on"] for step in told if step["on"] is not None]
    ends = [
        next_day(step["data"][name]) if name in INCLUSIVE else step["data"][name]
        for step in told
        for name in ENDS.get(step["type"], ())
        if name in step["data"]
    ]
    if register in OPEN_ENDED:
        return (min(days, default=None), min(ends, default=None))
    lasting = [*(_after(day) for day in days), *ends]
    return (min(days, default=None), max(lasting, default=None))


def _after(day: str) -> str:
    return next_day(edtf.parse(day).last.isoformat())


def _item(row: Found, steps: Sequence[Mapping[str, Any]], days: Days, names: Mapping[str, str]) -> Item:
    doc = row.doc
    inside = {"from": days[0], "until": days[1]}
    positions = {step["position"] for step in steps}
    return {
        "type": doc["register"],
        **inside,
        "certainty": "certain",
        "certain": inside,
        "possible": inside,
        "id": own_id(row.entity_id),
        "stands_at": doc["stands_at"],
        "steps": [dict(step) for step in steps],
        "names": dict(names),
        "evidence": [
            entry for entry in doc["evidence"] if entry["position"] in positions or entry.get("corrects") in positions
        ],
    }


def registers_of(types: Iterable[str] | None) -> list[str]:
    """The registers among the types of items asked for; all of them where none is."""
    return list(REGISTERS) if types is None else [name for name in types if name in REGISTERS]
