"""The dates that an event's data states, read off the types of its kind's fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, get_args, get_type_hints

from events.catalogue.base import Kind
from events.clock import day_of, read_stamp
from events.fields import Dated

PLANNED: Final = ("deadline", "due_on", "planned_until")
TRAITS: Final = ("born",)
"""Dates that tell two of a name apart: nothing is stated of that day."""


@dataclass(frozen=True, slots=True)
class DateField:
    """One date of a kind: the name of its field, as JSON has it, its form, and whether the kind requires it."""

    name: str
    form: str
    required: bool

    @property
    def planned(self) -> bool:
        """Whether it says when something should be, not when it was."""
        return self.name in PLANNED

    @property
    def step(self) -> str:
        """What happened on it: `approved` for `approved_on`, the name of the field where it ends otherwise."""
        return self.name.removesuffix("_on").removesuffix("_at")

    def day(self, value: str) -> str:
        """The date as stated; of a time, its day in Asia/Shanghai."""
        return day_of(read_stamp(value)).isoformat() if self.form == "timestamp" else value


@cache
def date_fields(kind: type[Kind]) -> tuple[DateField, ...]:
    """The dates of a kind but for traits: required ones first, the rest as its fields stand, planned ones last."""
    hints = get_type_hints(kind, include_extras=True)
    found = [
        DateField(info.alias or name, form, info.is_required())
        for name, info in kind.model_fields.items()
        if name not in TRAITS and (form := _form(hints[name])) is not None
    ]
    return tuple(sorted(found, key=lambda field: (field.planned, not field.required)))


def _form(hint: Any) -> str | None:
    for mark in getattr(hint, "__metadata__", ()):
        if isinstance(mark, Dated):
            return mark.form
    return next((form for arg in get_args(hint) if (form := _form(arg)) is not None), None)


def main_day(kind: type[Kind], data: Mapping[str, Any]) -> str | None:
    """The date that data of a kind is about: the one it requires, else the first one given that was not planned."""
    for field in _main_fields(kind):
        value = data.get(field.name)
        if isinstance(value, str):
            return field.day(value)
    return None


@cache
def _main_fields(kind: type[Kind]) -> tuple[DateField, ...]:
    return tuple(field for field in date_fields(kind) if not field.planned)
