"""What an answer is asked of: one log, one state of knowledge, one day, and the packs in force."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from events.clock import stamp
from events.known import Knowledge
from projections.duties.remembered import Evaluations
from projections.policies.pack import Pack
from projections.rows import Reader
from projections.tenure import NEVER


@dataclass(frozen=True, slots=True)
class Scene:
    """A question's ground. `valid_at` is an ISO day; `root` is the root at the knowledge's size."""

    reader: Reader
    known: Knowledge
    root: bytes
    valid_at: str
    packs: Sequence[Pack]
    stale: Sequence[str] = ()
    """Projections that have stopped on a bug, so that the answer may be old."""
    compared: Scene | None = None
    """The scene of the state of knowledge that it is compared to, where one was named."""
    evaluations: Evaluations | None = None
    """Where evaluations of duties are remembered."""
    duties_until: str = NEVER
    """The last day as of which duties are worked out: the windows of all days before it are."""

    def header(self) -> dict[str, Any]:
        """The two times and the log, as every answer carries them."""
        return {"valid_at": self.valid_at, **self.ground()}

    def ground(self) -> dict[str, Any]:
        """The state of knowledge and the log it is of."""
        known_at = self.known.known_at
        log = {
            "id": self.known.log_id,
            "size": self.known.size,
            "root": base64.b64encode(self.root).decode(),
            "clock": self.known.clock,
        }
        ground: dict[str, Any] = {"known_at": None if known_at is None else stamp(known_at), "log": log}
        return (
            {**ground, "clock": "scripted"} | stale(self.stale)
            if log["clock"] == "scripted"
            else ground | stale(self.stale)
        )


def stale(stopped: Sequence[str]) -> dict[str, Any]:
    """The mark of an answer that stopped projections have made old."""
    return {"stale": list(stopped)} if stopped else {}
