"""One entry of a log, as it is read back: the event as kept, and what the log added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from events.cloudevent import without_nulls
from events.standing import CORRECTED, Version


class Erasure(NamedTuple):
    """On what ground, and on what day, the payload of an entry was erased; and the names it gave."""

    ground: str
    on: str
    named: Sequence[str]


@dataclass(slots=True)
class Entry:
    """One entry of a log. Nothing changes it; it is not frozen, for a replay makes a million of them."""

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
    signatures: Sequence[Mapping[str, Any]] | None = None
    """Those of its envelope as the log keeps them (key_id, registered_at_position, sig); None where it came without."""
    erased: Erasure | None = None
    """Where its payload was erased: then nothing is kept. Only who asks for such entries is given them."""
    _event: dict[str, Any] | None = field(default=None, init=False, repr=False, compare=False)
    _stated: dict[str, Any] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def event(self) -> dict[str, Any]:
        """The CloudEvent as it was sent. What is kept has been through the door: nothing in it can be misread."""
        if self._event is None:
            self._event = orjson.loads(self.kept)
        return self._event

    @property
    def data(self) -> dict[str, Any]:
        """The event's data as it was sent."""
        data: dict[str, Any] = self.event["data"]
        return data

    @property
    def stated(self) -> dict[str, Any] | None:
        """What the entry states of its fact: its data, or the payload it corrects it to; None for an annulment.

        Null means absent, and is left out.
        """
        if self._stated is None:
            if self.target_position is None:
                said = self.data
            elif self.kind == CORRECTED:
                said = self.data["corrected_payload"]
            else:
                return None
            self._stated = without_nulls(said) if b"null" in self.kept else said
        return self._stated

    def slim(self) -> None:
        """Let go of what was read from the kept bytes: ten times as large, it is read again where it is asked for."""
        self._event = self._stated = None

    @property
    def version(self) -> Version:
        """The entry as a version of its fact."""
        return Version(self.position, self.kind, self.target_position)
