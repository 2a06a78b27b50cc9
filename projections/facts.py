"""Corrected facts: what an entry states, in the version that stands at some size of the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from events.clock import stamper
from events.entry import Entry
from events.standing import CORRECTED, decide

Data = Mapping[str, Any]

_stamped = stamper()


@dataclass(slots=True)
class Fact:
    """One fact as it stands: its own place in the order, the content of the version that applies.

    Nothing changes it; it is not frozen, for a rebuild makes a million of them.
    """

    position: int
    recorded_at: str
    kind: str
    id: str
    data: Data
    version: int
    """The position of the version that stands: the fact's own, or a correction's."""
    version_id: str
    signatures: Sequence[Mapping[str, Any]] = ()
    """Those of the version that stands, as the log keeps them."""

    @property
    def evidence(self) -> list[dict[str, Any]]:
        """The entries behind the fact: itself, and the correction that stands."""
        own = {"position": self.position, "id": self.id, "type": self.kind}
        if self.version == self.position:
            return [own]
        return [own, {"position": self.version, "id": self.version_id, "type": CORRECTED, "corrects": self.position}]


def evidence_of(facts: Iterable[Fact]) -> list[dict[str, Any]]:
    """The entries behind several facts, in the order of the log."""
    behind: list[dict[str, Any]] = []
    for fact in facts:
        behind += fact.evidence
    if len(behind) > 1:
        behind.sort(key=itemgetter("position"))
    return behind


def standing_fact(versions: Sequence[Entry]) -> Fact | None:
    """The fact that stands among all known versions of one, the fact itself first; None if annulled."""
    fact = version = versions[0]
    if len(versions) > 1:
        standing = decide(entry.version for entry in versions).version
        if standing is None:
            return None
        version = next(entry for entry in versions if entry.position == standing)
    data = version.stated
    assert data is not None
    recorded_at, signed = _stamped(fact.recorded_at), version.signatures or ()
    return Fact(fact.position, recorded_at, fact.kind, fact.id, data, version.position, version.id, signed)
