"""One entry of a log, as it is read back: the event as kept, and what the log added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson

from events.standing import Version


@dataclass(frozen=True)
class Entry:
    """One entry of a log."""

    position: int
    recorded_at: datetime
    kind: str
    kind_version: int
    source: str
    id: str
    leaf_hash: bytes
    credential: str
    target_position: int | None
    """The entry that a correction or annulment names."""
    fact_position: int
    """The fact it is about: itself, for a fact."""
    kept: bytes

    @cached_property
    def event(self) -> dict[str, Any]:
        """The CloudEvent as it was sent. What is kept has been through the door: nothing in it can be misread."""
        event: dict[str, Any] = orjson.loads(self.kept)
        return event

    @property
    def data(self) -> dict[str, Any]:
        """The event's data as it was sent."""
        data: dict[str, Any] = self.event["data"]
        return data

    @property
    def version(self) -> Version:
        """The entry as a version of its fact."""
        return Version(self.position, self.kind, self.target_position)
