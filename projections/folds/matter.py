"""A matter: anything with dated steps and an id of its own, kept in one of the registers.

The one row of a matter keeps every fact of it as stated, in the order of their days; what it comes
to on a day is computed from them where it is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from events.catalogue import registry as kinds
from events.dated import main_day
from events.fields import is_id
from events.named import named_ids
from projections.facts import Data, Fact, evidence_of
from projections.folds.registers import ANCHORS, NAMED_BY, OF_KIND, OWN, REGISTERS, as_stated_last, stated
from projections.rows import Projection, Row

_TEXTS: Final = ("archive",)
"""Pointers that are plain text: the name of an archive may be the id of what it is of."""
_ACTORS: Final = ("post_id", "body_id", "unit_id", "person_id")
_ID_MAX: Final = 512
"""As long as the id of an event may be: what is longer, in a field of plain text, names none."""
KEYS: Final = ("register", "stands_at", "part_of", "done_by", "day", "amount")


def matter_id(register: str, own_id: str) -> str:
    """The entity of a matter: ids are one space within a register."""
    return f"{register}:{own_id}"


def own_id(entity_id: str) -> str:
    """The id of a matter as it was sent."""
    return entity_id.partition(":")[2]


def as_matters(ids: Iterable[str]) -> set[str]:
    """The matters that ids may mean: `register:id` its own, a plain id a project, finding, household or plan."""
    forms = (form for one in ids for form in (one, *(matter_id(register, one) for register in ANCHORS)))
    return {form for form in forms if form.partition(":")[0] in REGISTERS}


def named(kind: str, data: Data, event_id: str) -> Iterator[str]:
    """The matter that an event of a kind is about; none where its id is not given."""
    register, id_field = OF_KIND[kind]
    found = event_id if id_field == OWN else data.get(id_field)
    if isinstance(found, str) and len(found) <= _ID_MAX:
        yield matter_id(register.name, found)


def pointing(kind: str, data: Data, event_id: str) -> set[str]:
    """The matter that an event is about and where its own data says that it stands; nothing for other kinds."""
    if kind not in OF_KIND:
        return set()
    register, _ = OF_KIND[kind]
    stands = _pointer(register.stands_at, data) or _pointer(register.part_of, data) or _pointer(register.done_by, data)
    return {*named(kind, data, event_id), *([stands] if stands is not None else [])}


def fold(entity_id: str, facts: Sequence[Fact]) -> list[Row]:
    """The one row of a matter; none where no fact of it stands."""
    if not facts:
        return []
    register = REGISTERS[entity_id.partition(":")[0]]
    steps = [_step(fact) for fact in facts]
    stand = as_stated_last(steps)
    said = stated(stand)
    opening = next(iter(register.kinds))
    day = next((step["on"] for step in reversed(stand) if step["type"] == opening and step["on"] is not None), None)
    if day is None:
        day = min((step["on"] for step in stand if step["on"] is not None), default=None)
    if len(steps) > 1:
        steps.sort(key=lambda step: (step["on"] or "", step["position"]))
    keys = {
        "register": register.name,
        "stands_at": _pointer(register.stands_at, said),
        "part_of": _pointer(register.part_of, said),
        "done_by": _pointer(register.done_by, said),
        "day": day,
        "amount": _amount(register.amount, said),
    }
    doc = {**keys, "facts": steps, "evidence": evidence_of(facts)}
    return [Row(keys, doc)]


def ids_in(doc: Mapping[str, Any]) -> set[str]:
    """Every id that the facts of a matter, as its row keeps them, name."""
    found: set[str] = set()
    for step in doc["facts"]:
        kind = kinds.find(step["type"])
        if kind is not None:
            found |= named_ids(kind, step["data"])
    return found


def names_any(doc: Mapping[str, Any], ids: Collection[str]) -> bool:
    """Whether a fact of a matter, as its row keeps it, names one of these ids."""
    return not ids_in(doc).isdisjoint(ids)


def _step(fact: Fact) -> dict[str, Any]:
    kind = kinds.find(fact.kind)
    assert kind is not None
    return {
        "type": fact.kind,
        "on": main_day(kind, fact.data),
        "position": fact.position,
        "recorded_at": fact.recorded_at,
        "data": fact.data,
    }


def _pointer(fields: Sequence[str], said: Mapping[str, Any]) -> str | None:
    for name in fields:
        value = said.get(name)
        if isinstance(value, list):
            value = next(iter(value), None)
        if isinstance(value, dict):  # who acts: the post is what stands somewhere, else the body, else the person
            value = next((value[part] for part in _ACTORS if value.get(part) is not None), None)
        if isinstance(value, str) and (name not in _TEXTS or is_id(value)):
            return matter_id(NAMED_BY[name], value) if name in NAMED_BY else value
    return None


def _amount(fields: Sequence[str], said: Mapping[str, Any]) -> str | None:
    for name in fields:
        value = said.get(name)
        if value is not None:
            return str(value)
    return None


PROJECTION = Projection(
    name="matter",
    keys=KEYS,
    touches={kind: (() if id_field == OWN else (id_field,)) for kind, (_, id_field) in OF_KIND.items()},
    names=named,
    fold=fold,
)
