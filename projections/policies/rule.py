"""A rule of a pack: one duty as data, with the text it comes from and the examples that prove it.

Pure. `obligations.csv` of the project's sources is where the rules of the first thirteen packs were read from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, StringConstraints
from pydantic.dataclasses import dataclass

from events import edtf

Level = Literal["province", "city", "county", "township", "village"]
RuleLevel = Literal["centre", "province", "city", "county", "township", "village", "unit", "person"]
Force = Literal["binding", "guiding", "draft", "advisory", "reported-practice"]
Verdicts = Literal["full", "presence"]
Status = Literal["met", "due", "overdue", "breached", "gap", "undetermined", "not-applicable"]

INFORMING: tuple[Force, ...] = ("draft", "advisory", "reported-practice")
"""Forces that inform and never breach."""

UNMET: frozenset[Status] = frozenset({"breached", "overdue", "gap"})
"""Statuses of what was not kept, or not shown to be."""

Text = Annotated[str, StringConstraints(min_length=1)]


def _day(text: str) -> str:
    try:
        return edtf.parse_day(text).isoformat()
    except ValueError as error:
        raise ValueError("should be a day: 2017-03-09") from error


Day = Annotated[str, AfterValidator(_day)]


def _event(given: Mapping[str, Any]) -> Mapping[str, Any]:
    if given.keys() != {"type", "data"} or not isinstance(given["type"], str):
        raise ValueError("should be an event, {type: a kind of the catalogue, data: its fields}")
    return given


Given = Annotated[Mapping[str, Any], AfterValidator(_event)]
"""An event of an example."""
_STRICT = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, slots=True, config=_STRICT)
class Reading:
    """A point the text leaves open: a parameter of the evaluator, the value taken, the others possible."""

    name: Text
    """The parameter, a key of `with`."""
    default: Any
    others: tuple[Any, ...]
    means: Text
    """What the values say, in a sentence."""


@dataclass(frozen=True, slots=True, config=_STRICT)
class Condition:
    """What must be on record for the duty to be owed: without it, `not-applicable`.

    `listed`: the place (or, for a rule about those below, one below) is on one of these lists that day.
    `events`: one of these happened at the place or below, by the day, saying what `where` asks.
    """

    listed: tuple[Text, ...] = ()
    events: tuple[Text, ...] = ()
    where: Mapping[str, Any] = field(default_factory=dict)
    below: bool = False


@dataclass(frozen=True, slots=True, config=_STRICT)
class Example:
    """Given events on top of the pack's little world, the status on each of some days.

    The world (`projections/duties/world.py`) has one place at each level, named by its level, with the posts and
    bodies that the rule's functions need. Where the rule gives several results, the most serious is meant, or that
    of `about`. `without` leaves out what the world has: ids of entities. `given` are `{type, data}`.
    """

    name: Text
    given: tuple[Given, ...]
    on: Mapping[Day, Status]
    about: Text | None = None
    without: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, config=_STRICT)
class Narrowed:
    """Where alone a rule applies: at some levels, within some six-digit codes, to bearers of some titles.

    `titles`: patterns that a post's whole title, a body's whole name or, of a duty of places, the name of the place
    must fit, as where a text charges one bureau.
    """

    levels: frozenset[Level] = frozenset()
    codes: frozenset[Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]] = frozenset()
    titles: tuple[re.Pattern[str], ...] = ()


@dataclass(frozen=True, slots=True, config=_STRICT)
class Rule:
    """One duty: who owes it (`level`, `functions`), what the text says, and how events decide it."""

    id: Text
    article: Text
    level: RuleLevel
    functions: tuple[Text, ...]
    act: Text
    quote: Text
    source: Text
    """The file of `policies/sources` that holds the quote."""
    kind: Text
    force: Force
    verdicts: Verdicts
    checkable: Literal["yes", "partly"]
    evaluator: Text
    params: Mapping[str, Any] = field(default_factory=dict)
    towards: Text | None = None
    levels: tuple[Level, ...] = ()
    """The levels of a duty of 各级; empty: `level` alone."""
    note: Text | None = None
    """How the text was read."""
    same_as: Text | None = None
    """The rule that states the same duty and counts for both."""
    only: Narrowed = field(default_factory=Narrowed)
    condition: Condition = field(default_factory=Condition)
    readings: tuple[Reading, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def informs(self) -> bool:
        """Whether it can inform alone: nobody breaches a draft, an advice or a report of what others do."""
        return self.force in INFORMING


@dataclass(frozen=True, slots=True, config=_STRICT)
class Undecided:
    """A row of the source that no event decides, and why."""

    id: Text
    article: Text
    quote: Text
    source: Text
    checkable: Literal["yes", "partly", "no"]
    reason: Text


@dataclass(frozen=True, slots=True, config=_STRICT)
class Function:
    """What a function code means to rules.

    `collective`: it acts through any organ or post of its place (a Party committee), so that an act need not be by
    a post or body that bears the code itself. `answered_by`: the posts whose holders answer for a body's duties.
    """

    borne_by: Literal["post", "body", "anyone"]
    collective: bool = False
    answered_by: tuple[Text, ...] = ()
