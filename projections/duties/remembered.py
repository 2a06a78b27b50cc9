"""Evaluations remembered for a minute: the next page of an answer, or the same question, costs only the telling.

What is remembered follows from its key alone, so that it is never out of date; it is forgotten because memory is
short, and because what was erased from a log may not linger.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

from projections.duties.dossier import Dossier
from projections.duties.evaluating import Duty

SECONDS: Final = 60.0
MOST: Final = 50_000
"""Duties and rows in all: four counties of 300 villages, some hundred MiB."""
SETTLE_AFTER: Final = 0.3
"""Seconds after which what no answer has asked for yet is worked out, and the rows it rests on are let go."""
SETTLE_PAUSE: Final = 0.005
SETTLED_TOGETHER: Final = 100
"""Duties, some milliseconds."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The duties found, and the dossier they are told with."""

    dossier: Dossier
    duties: list[Duty]

    @property
    def weight(self) -> int:
        """How many duties and rows it holds on to."""
        return len(self.duties) + self.dossier.size

    def settle(self, first: int, many: int) -> bool:
        """Work out what is left of some duties, so that they let go of all that was read; whether others follow."""
        end = min(first + many, len(self.duties))
        self.duties[first:end] = [duty.settled() for duty in self.duties[first:end]]
        return end < len(self.duties)


class Evaluations:
    """Evaluations by what they follow from: the state of a log, the packs, the question. Of one event loop."""

    def __init__(self, most: int = MOST, seconds: float = SECONDS) -> None:
        self._most = most
        self._seconds = seconds
        self._kept: dict[Hashable, tuple[Evaluation, asyncio.TimerHandle]] = {}
        """With what forgets each, which holds on to it until then or until it is cancelled."""

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
        loop = asyncio.get_running_loop()
        self._kept[key] = found, loop.call_later(self._seconds, self._forget, key)
        loop.call_later(SETTLE_AFTER, self._settle, found, 0)
        while sum(one.weight for one, _ in self._kept.values()) > self._most:
            self._forget(next(iter(self._kept)))

    def _settle(self, found: Evaluation, first: int) -> None:
        """Settle an evaluation bit by bit once its first answer is out, between other requests."""
        if found.settle(first, SETTLED_TOGETHER):
            pause = asyncio.get_running_loop().call_later
            pause(SETTLE_PAUSE, self._settle, found, first + SETTLED_TOGETHER)

    def _forget(self, key: Hashable) -> None:
        if key in self._kept:
            _, timer = self._kept.pop(key)
            timer.cancel()
