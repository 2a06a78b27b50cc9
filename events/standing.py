"""Which version of a fact stands, by the corrections and annulments known so far.

Decided from the newest entry to the oldest: what a standing annulment names does not stand; of the
standing corrections of a fact the last applies; a correction of a correction corrects the fact.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

CORRECTED: Final = "record.corrected"
ANNULLED: Final = "record.annulled"
TARGET_FIELDS: Final = {
    CORRECTED: ("corrects_event_id", "corrects_event_source"),
    ANNULLED: ("annuls_event_id", "annuls_event_source"),
}
"""Kinds that name another event, to the fields with its id and its source; without a source it is their own."""


@dataclass(frozen=True, slots=True)
class Version:
    """An entry that says something of a fact: the fact itself, a correction, or an annulment.

    `target` is the position that a correction or annulment names; None for the fact itself.
    """

    position: int
    kind: str
    target: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds of one fact: the position of the version that stands, or None where annulled."""

    version: int | None
    annulled: frozenset[int]
    """Positions of the versions that a standing annulment names."""


def decide(versions: Iterable[Version]) -> Standing:
    """The standing of one fact, from all its known versions (itself included), in any order."""
    ordered = sorted(versions, key=lambda version: version.position, reverse=True)
    annulled: set[int] = set()
    correction: int | None = None
    fact: int | None = None
    for version in ordered:
        if version.kind == ANNULLED and version.target is not None:
            if version.position not in annulled:
                annulled.add(version.target)
        elif version.kind == CORRECTED and version.target is not None:
            if version.position not in annulled and correction is None:
                correction = version.position
        elif version.position not in annulled:
            fact = version.position
    if fact is None:
        return Standing(None, frozenset(annulled))
    return Standing(fact if correction is None else correction, frozenset(annulled))
