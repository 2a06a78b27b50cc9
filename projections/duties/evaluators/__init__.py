"""The evaluators by name. Each is a function of its parameters and a case; a new instrument needs no new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from projections.duties.case import Case
from projections.duties.evaluators import presence
from projections.duties.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Evaluator:
    """What a rule's `params` must be, and how they decide. `subject` may be None to list the subjects itself."""

    params: type[Any]
    """A pydantic dataclass: what it refuses, the pack refuses."""
    evaluate: Callable[[Any, Case], Iterator[Outcome]]


EVALUATORS: Final[Mapping[str, Evaluator]] = {
    "presence": Evaluator(presence.Params, presence.evaluate),
}
