"""Flows of money and what becomes of it, as lines between named ends: what the Sankey is drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from service.console import terms, words
from service.console.steps import party

Doc = Mapping[str, Any]


@dataclass(frozen=True)
class End:
    """One end of a stream."""

    key: str
    name: str
    href: str | None
    tone: str
    """`source`, `above`, `level` or `end`."""


@dataclass(frozen=True)
class Stream:
    """How much went from one end to another, by how many allocations; None where it is a sum of something else."""

    from_: End
    to: End
    amount: str
    allocations: int | None

    @property
    def drawn(self) -> bool:
        """Whether it has a way: something, from one end to another."""
        return Decimal(self.amount) > 0 and self.from_.key != self.to.key


def streams_of(answer: Doc, language: str) -> list[Stream]:
    """The allocations of an answer by their way, then for each level what was paid, came back and is left.

    What enters an end leaves it again: allocated + recovered = passed on + paid + left. Where more was paid than came
    in, the rest is from nowhere on record.
    """
    found = [
        Stream(
            _end(one["from"], answer, language), _end(one["to"], answer, language), one["amount"], one["allocations"]
        )
        for one in answer["flows"]
    ]
    for level in answer["levels"]:
        here = _end({"kind": "level", "id": level["level"], "name": None}, answer, language)
        left = Decimal(level["left"])
        for key, pair, amount, outward in (
            ("paid", ("已拨付", "paid out"), level["disbursed"], True),
            ("left", ("结余", "left"), level["left"], True),
            ("recovered", ("追回", "recovered"), level["recovered"], False),
            ("short", ("来源不在册", "from nowhere on record"), f"{-left:.2f}", False),
        ):
            if Decimal(amount) <= 0:
                continue
            name = f"{pair[0]}·{here.name}" if language == "zh" else f"{pair[1]}, {here.name}"
            other = End(f"{key}:{here.key}", name, None, "end")
            found.append(Stream(here, other, amount, None) if outward else Stream(other, here, amount, None))
    return found


def _end(told: Doc, answer: Doc, language: str) -> End:
    kind, one = told.get("kind"), told.get("id")
    if kind == "source":
        return End(f"source:{one}", terms.word(one, language) if one else _unnamed(language), None, "source")
    if kind == "level":
        place = answer["jurisdiction"]
        own = one == place["level"] or len(answer["levels"]) == 1
        unknown = "不在册的地方" if language == "zh" else "places not on record"
        return End(
            f"level:{one}",
            str(place["name"] or place["id"]) if own else (words.name(one, language) if one else unknown),
            None,
            "level",
        )
    found = party(told)
    return End(f"party:{one}", _unnamed(language) if found is None else found[0], found and found[1], "above")


def _unnamed(language: str) -> str:
    return "来源未载明" if language == "zh" else "source not stated"
