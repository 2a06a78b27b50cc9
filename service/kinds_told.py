"""Which kinds of events the answers of the API tell of: a key that is narrowed to kinds needs all of them.

An answer is refused, rather than given without what rests on other kinds: a chain without a letter, or a sum without
a payment, would say that there is none. Lists of entries and timelines leave out and count item by item instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from events.standing import ANNULLED, CORRECTED
from projections.folds.registers import ANCHORS, NAMED_BY, OF_KIND, REGISTERS
from projections.registry import PROJECTIONS
from service.access import Asker

Item = Mapping[str, Any]

_NAMES: Final = ("jurisdiction", "body", "post", "person")
"""What answers name by its name, and where things are."""
_OFFICES: Final = (*_NAMES, "appointment", "letter", "key")
"""Who held which post and signed what, by which key."""
_CHAIN: Final = (*_OFFICES, "pairing")
_MONEY: Final = ("budget", "allocation", "consolidation", "disbursement", "reimbursement", "recovery", "donation")
_EVERY: Final = tuple(PROJECTIONS)
"""What a rule or a flag looks at is known once it has looked."""

ANSWERS: Final[Mapping[str, tuple[str, ...]]] = {
    "/jurisdictions": ("jurisdiction",),
    "/jurisdictions/{ref}": ("jurisdiction", "body", "post", "letter", "pairing"),
    "/jurisdictions/{ref}/children": ("jurisdiction",),
    "/jurisdictions/{ref}/responsibility": _CHAIN,
    "/jurisdictions/{ref}/changes": _CHAIN,
    "/jurisdictions/{ref}/state": (
        *_NAMES, "letter", "visit", *ANCHORS, "rectification", "designation", "exit", *_MONEY,
    ),
    "/jurisdictions/{ref}/money": (*_NAMES, *ANCHORS, *_MONEY),
    "/persons": ("person", "appointment", "post"),
    "/persons/{person_id}": ("person", "appointment", "post"),
    "/persons/{person_id}/responsibility": _OFFICES,
    "/posts/{post_id}/holders": _OFFICES,
    "/bodies/{body_id}": _CHAIN,
    "/letters": _OFFICES,
    "/letters/{letter_id}": _OFFICES,
    "/projects/{project_id}": (*_NAMES, *ANCHORS, *_MONEY, "posting", "record"),
    "/rectifications": (*_NAMES, "appointment", *ANCHORS, "rectification"),
    "/rectifications/{rectification_id}": (*_NAMES, "appointment", *ANCHORS, "rectification"),
    "/logs/{log}/events/{position}/responsible": (*_CHAIN, *ANCHORS),
    "/logs/{log}/exhibits": ("access.recorded",),
    "/handovers/{appointment_id}": _EVERY,
    "/flags": _EVERY,
    "/duties": _EVERY,
    "/duties/summary": _EVERY,
}  # fmt: skip
"""Path of an answer, below `/v1`, to the projections, registers of matters and kinds that it tells of."""
ITEM_BY_ITEM: Final = frozenset(
    {
        "/jurisdictions/{ref}/timeline", "/persons/{person_id}/timeline", "/posts/{post_id}/timeline",
        "/logs/{log}/events", "/logs/{log}/events/{position}", "/logs/{log}/events/{position}/exhibit",
        "/logs/{log}/events/{position}/proof", "/logs/{log}/back-dated",
    }
)  # fmt: skip
"""Calls that look at the kinds of each item or entry themselves."""
NO_FACTS: Final = frozenset(
    {
        "/logs", "/logs/{log}", "/logs/{log}/verifications", "/logs/{log}/consistency",
        "/kinds", "/kinds/{kind_name}", "/kinds/{kind_name}/schema", "/kinds/{kind_name}/template",
        "/policies", "/policies/{system}", "/keys", "/keys/self", "/keys/{key_id}",
    }
)  # fmt: skip
"""Calls that tell no facts."""


def _kinds_of(names: Iterable[str]) -> frozenset[str]:
    """The kinds that feed projections and registers; those that correct and annul are among them."""
    found = {CORRECTED, ANNULLED}
    for name in names:
        if name in PROJECTIONS:
            found |= PROJECTIONS[name].touches.keys()
        elif name in REGISTERS:
            found |= REGISTERS[name].kinds.keys()
        else:
            found.add(name)
    return frozenset(found)


EVERY: Final = _kinds_of(_EVERY)
"""All kinds that answers can rest on."""
_TOLD: Final[Mapping[str, frozenset[str]]] = {
    **{path: _kinds_of(names) for path, names in ANSWERS.items()},
    **dict.fromkeys(ITEM_BY_ITEM | NO_FACTS, frozenset[str]()),
}
_STANDING: Final = PROJECTIONS["appointment"].touches.keys()
_SIGNING: Final = REGISTERS["key"].kinds.keys()


def kinds_told(path: str) -> frozenset[str]:
    """The kinds that the answer of a call tells of, by the path of its route below `/v1`; all of an unknown one."""
    return _TOLD.get(path, EVERY)


def kinds_placing(kind: str) -> frozenset[str]:
    """The kinds that say where an event of a kind happened: of its own register, and of those that it points into."""
    newest = {OF_KIND[kind][0].name} if kind in OF_KIND else set()
    found = set[str]()
    while newest:
        found |= newest
        pointing = [REGISTERS[name] for name in newest]
        fields = {one for register in pointing for one in (*register.stands_at, *register.part_of, *register.done_by)}
        newest = {NAMED_BY[one] for one in fields & NAMED_BY.keys()} - found
    return _kinds_of(found)


def readable_items(asker: Asker, items: Iterable[Item]) -> list[Item]:
    """The items of a timeline that rest on kinds alone that the asker may read."""
    return [item for item in items if asker.reads(*_kinds_behind(item))]


def _kinds_behind(item: Item) -> set[str]:
    """The kinds of the entries behind an item. That a post is not simply held rests on all who ever held it."""
    found = {entry["type"] for entry in item["evidence"]}
    if item["type"] in ("vacant", "uncertain", "contested"):
        found |= {*_STANDING, CORRECTED, ANNULLED}
    if item.get("signed_by"):
        found |= _SIGNING
    return found
