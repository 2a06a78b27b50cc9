"""Matters as timelines show them: the days they ran, every step as stated, and who is meant by the ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from events import edtf
from projections.answers.people import helpers
from projections.folds.matter import ids_in, own_id
from projections.folds.registers import REGISTERS, Step, as_stated_last
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
    "plan.adopted": ("covers_until",),
}
"""Kinds that say when something ends."""
OPEN_ENDED = ("posting", "sanction", "plan")
"""Registers whose matters last until something ends them."""
SPELLS: Mapping[str, tuple[str, str]] = {
    "designation": ("designation.listed", "designation.lifted"),
    "household": ("household.identified", "household.removed"),
}
"""Registers of what may begin again after its end: the kinds that begin and end it."""
INCLUSIVE = ("ended_on",)
"""Ends of which the day still belongs to it."""


async def items(reader: Reader, rows: Sequence[Found]) -> list[Item]:
    """Matters as items of a timeline, each with the names of those whom its facts name."""
    named = {row.entity_id: ids_in(row.doc) for row in rows}
    known = await helpers(reader, {one for ids in named.values() for one in ids}) if rows else {}
    names = {one: told["name"] for one, told in known.items() if told["name"] is not None}
    return [item for row in rows for item in _of(row, {one: names[one] for one in named[row.entity_id] & names.keys()})]


def _of(row: Found, names: Mapping[str, str]) -> Iterator[Item]:
    """The items of one matter: one, or one for each time that a place was listed or a household on the register."""
    steps, register = row.doc["facts"], row.doc["register"]
    if register not in SPELLS:
        yield _item(row, steps, span(register, steps), names)
        return
    for spell in spells(register, steps):
        item = _item(row, spell, _lasted(register, spell), names)
        yield item | {"list": spell[0]["data"].get("list")} if register == "designation" else item


def spells(register: str, steps: Iterable[Step]) -> list[list[Step]]:
    """The steps of what may begin again, cut into what belongs together: what began it, and all up to what ended it.

    Of places, list by list. What began while it lasted is stated once more; what ends a thing that has not begun, or is
    told of it before or after, stands alone.
    """
    begins, ends = SPELLS[register]
    found: list[list[Step]] = []
    lasting: dict[Any, list[Step]] = {}
    for step in steps:
        about = step["data"].get("list")
        if about in lasting:
            lasting[about].append(step)
        else:
            found.append([step])
            if step["type"] == begins:
                lasting[about] = found[-1]
        if step["type"] == ends:
            lasting.pop(about, None)
    return found


def _lasted(register: str, spell: Sequence[Step]) -> Days:
    begins, ends = SPELLS[register]
    if spell[0]["type"] != begins:
        return _span(spell)
    return spell[0]["on"], spell[-1]["on"] if spell[-1]["type"] == ends else None


def span(register: str, steps: Sequence[Step]) -> Days:
    """The days [first, until) that a matter ran, from those of its steps that stand; None where that is not said."""
    stand = as_stated_last(steps)
    if register not in OPEN_ENDED:
        return _span(stand)
    ending = [step for step in stand if step["type"] in ENDS]
    if register == "plan":  # adopted again, it covers what it said last
        ending = ending[-1:]
    return min(_days(stand), default=None), min(_ends(ending), default=None)


def _span(steps: Sequence[Step]) -> Days:
    days = _days(steps)
    return min(days, default=None), max([*(_after(day) for day in days), *_ends(steps)], default=None)


def _days(steps: Iterable[Step]) -> list[str]:
    return [step["on"] for step in steps if step["on"] is not None]


def _ends(steps: Iterable[Step]) -> list[str]:
    return [
        next_day(step["data"][name]) if name in INCLUSIVE else step["data"][name]
        for step in steps
        for name in ENDS.get(step["type"], ())
        if name in step["data"]
    ]


def _after(day: str) -> str:
    return next_day(edtf.parse(day).last.isoformat())


def _item(row: Found, steps: Sequence[Mapping[str, Any]], days: Days, names: Mapping[str, str]) -> Item:
    doc = row.doc
    positions = {step["position"] for step in steps}
    standing = {step["position"] for step in as_stated_last(steps)}
    return {
        "type": doc["register"],
        **exact(*days),
        "id": own_id(row.entity_id),
        "stands_at": doc["stands_at"],
        "steps": [dict(step) if step["position"] in standing else {**step, "stands": False} for step in steps],
        "names": dict(names),
        "evidence": [
            entry for entry in doc["evidence"] if entry["position"] in positions or entry.get("corrects") in positions
        ],
    }


def exact(since: str | None, until: str | None) -> Item:
    """The days of an item that are known: certain, or none where it ended before it lasted a day."""
    days = {"from": since, "until": until}
    if since is None or until is None or since < until:
        return {**days, "certainty": "certain", "certain": days, "possible": days}
    return {**days, "certainty": "no", "certain": None, "possible": {"from": since, "until": since}}


def registers_of(types: Iterable[str] | None) -> list[str]:
    """The registers among the types of items asked for; all of them where none is."""
    return list(REGISTERS) if types is None else [name for name in types if name in REGISTERS]
