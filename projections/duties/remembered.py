"""Evaluations remembered for a minute: the next page of an answer, or the same question, costs only the telling.

What is remembered follows from its key alone, so that it is never out of date; it is forgotten because memory is
short, and because what was erased from a log may not linger.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from projections.duties.dossier import Dossier
from projections.duties.evaluating import Duty

SECONDS: Final = 60.0
MOST: Final = 50_000
"""Duties and rows in all: four counties of 300 villages, some hundred MiB."""
LEAST: Final = 10
"""What an evaluation without any duties weighs."""


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """The duties found, and the dossier they are told with."""

    dossier: Dossier
    duties: Sequence[Duty]
    ended: Mapping[str, Dossier] = field(default_factory=dict)
    """Places that ended within the days asked about, to the dossiers that their duties are told with."""
    of_units: Mapping[str, Sequence[Duty]] = field(default_factory=dict)
    """Units that are and help at no place of the day, to the duties that they have all the same."""

    @property
    def alone(self) -> list[Duty]:
        """The duties of all these units."""
        return [one for duties in self.of_units.values() for one in duties]

    @property
    def weight(self) -> int:
        """How many duties and rows it holds on to."""
        dossiers = (self.dossier, *self.ended.values())
        return LEAST + len(self.duties) + len(self.alone) + sum(one.size for one in dossiers)


class Evaluations:
    """Evaluations by what they follow from: the state of a log, the packs, the question. Of one event loop."""

    def __init__(self, most: int = MOST, seconds: float = SECONDS) -> None:
        self._most = most
        self._seconds = seconds
        self._kept: dict[Hashable, tuple[Evaluation, asyncio.TimerHandle]] = {}
        """With what forgets each, which holds on to it until then or until it is cancelled."""
        self._weight = 0
        """Of all that are kept."""

    def find(self, key: Hashable) -> Evaluation | None:
        """The evaluation of a key, which is then the last to make room for others."""
        if key not in self._kept:
            return None
        kept = self._kept[key] = self._kept.pop(key)
        return kept[0]

    def keep(self, key: Hashable, found: Evaluation) -> None:
        """Keep an evaluation; those not asked for the longest make room. One that is too heavy is not kept."""
        if found.weight > self._most:
            return
        self._forget(key)
        self._kept[key] = found, asyncio.get_running_loop().call_later(self._seconds, self._forget, key)
        self._weight += found.weight
        while self._weight > self._most:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: Hashable) -> None:
        if key in self._kept:
            found, timer = self._kept.pop(key)
            self._weight -= found.weight
            timer.cancel()
