"""What every kind of event is made of: a frozen model of its `data`, and words about it.

A kind is a class with its name, Chinese title, version and source; a field is an annotated type
of `events.fields` with its Chinese title. JSON `null` means absent, so optional fields accept it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from events.fields import Text


def titled(zh: str, *, note: str | None = None) -> Any:
    """A required field with its Chinese title."""
    return Field(title=zh, description=note)


def maybe(zh: str, *, note: str | None = None) -> Any:
    """An optional field with its Chinese title."""
    return Field(default=None, title=zh, description=note)


class Part(BaseModel):
    """A JSON object inside `data`."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Kind(Part):
    """The `data` of one kind of event."""

    NAME: ClassVar[str]
    TITLE_ZH: ClassVar[str]
    SOURCE: ClassVar[str]
    """Where the kind and its fields come from: a section of the catalogue in docs/events.md."""
    VERSION: ClassVar[int] = 1
    SERVICE_ONLY: ClassVar[bool] = False
    """Made by the service alone; never accepted at the door."""

    basis: Text | None = maybe("依据", note="文件、表格或其他依据")


def exactly_one(model: Part, *names: str) -> None:
    """Raise `exactly_one_of` (ctx `fields`) unless just one of the fields `names` is given."""
    if sum(getattr(model, name) is not None for name in names) != 1:
        raise PydanticCustomError("exactly_one_of", "exactly one of {fields}", {"fields": ", ".join(names)})


def at_least_one(model: Part, *names: str) -> None:
    """Raise `at_least_one_of` (ctx `fields`) unless one or more of the fields `names` are given."""
    if all(getattr(model, name) is None for name in names):
        raise PydanticCustomError("at_least_one_of", "at least one of {fields}", {"fields": ", ".join(names)})
