"""Rows of a ledger that are on record already: the same, or edited since, against what stands now.

A row that was edited, or edited back, is corrected against the version that stands; the id of the
correction is made of the row, that version, the newest entry about it and the new content, so that it
is sent once, and once more where that correction was annulled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

from events.canonical import canonical, differences
from events.standing import ANNULLED, CORRECTED, Standing, Version, decide
from service.tables.ledger import Entry

KINDS = (CORRECTED, ANNULLED)


class Edit(NamedTuple):
    """A row that differs from what stands of its event."""

    entry: Entry
    position: int
    differs: list[str]
    """JSON pointers."""
    replaces: str
    """The id of the event whose content stands: the row's own, or of a correction of it."""
    newest: int
    """The position of the newest entry about the event, whether that stands or not: an annulment, too."""


class Annulled(NamedTuple):
    """A row whose event was annulled."""

    entry: Entry
    position: int


class Erased(NamedTuple):
    """A row whose event was erased."""

    entry: Entry
    position: int


class Belief(NamedTuple):
    """What stood of a fact from one entry of the log to another; the last one to the end."""

    data: Any
    position: int
    """That of the entry that states it: the fact, or a correction."""
    since: tuple[int, str]
    """Position and instant of the entry with which it came to stand."""
    until: tuple[int, str] | None
    """Those of the entry with which it did so no more."""


@dataclass(slots=True)
class Corrections:
    """The corrections and annulments of a log, as its entries tell them."""

    _versions: dict[int, list[Version]] = field(default_factory=lambda: defaultdict(list))
    _said: dict[int, tuple[str, Any]] = field(default_factory=dict)
    _erased: set[int] = field(default_factory=set)
    """The positions of the facts whose content was erased, and with it that of all that is about them."""
    _recorded: dict[int, str] = field(default_factory=dict)
    """When each was recorded."""

    def add(self, entry: Mapping[str, Any]) -> None:
        """Take note of an entry of the log."""
        if entry["names"] is not None:
            self._versions[entry["about"]].append(Version(entry["position"], entry["type"], entry["names"]))
            self._recorded[entry["position"]] = entry["recorded_at"]
        if entry["event"] is None:
            self._erased.add(entry["about"])
        elif entry["names"] is not None:
            self._said[entry["position"]] = entry["id"], entry["event"]["data"].get("corrected_payload")

    def stands(self, entry: Mapping[str, Any]) -> Any:
        """The data of a fact that stands, of which this is the entry; None where it was annulled or erased."""
        return self.stated(entry, self.standing(entry["position"]))

    def stated(self, entry: Mapping[str, Any], standing: Standing) -> Any:
        """What `stands` gives, where it is known what holds of the fact."""
        if entry["event"] is None or standing.version is None:
            return None
        return entry["event"]["data"] if standing.version == entry["position"] else self._said[standing.version][1]

    def standing(self, position: int) -> Standing:
        """What holds of a fact."""
        return decide(self._versions_of(position))

    def believed(self, entry: Mapping[str, Any]) -> list[Belief]:
        """What stood of a fact, of which this is the entry, one after the other; nothing of one that was erased."""
        if entry["event"] is None:
            return []
        position = entry["position"]
        fact, *later = sorted(self._versions_of(position), key=lambda version: version.position)
        told = [Belief(entry["event"]["data"], position, (position, entry["recorded_at"]), None)]
        known, standing = [fact], Standing(position, frozenset())
        for version in later:
            known.append(version)
            decided = decide(known)
            if decided.version == standing.version:
                continue
            at = version.position, self._recorded[version.position]
            if standing.version is not None:
                told[-1] = told[-1]._replace(until=at)
            if decided.version is not None:
                told.append(Belief(self.stated(entry, decided), decided.version, at, None))
            standing = decided
        return told

    def _versions_of(self, position: int) -> list[Version]:
        """A fact, and all that corrects or annuls it."""
        return [Version(position, "", None), *self._versions.get(position, ())]

    def compare(self, entry: Entry, position: int, differs: Iterable[str]) -> Edit | Annulled | Erased | None:
        """How a row stands to its event at a position; `differs` is how it differs from that as first sent."""
        if position in self._erased:
            return Erased(entry, position)
        versions = self._versions_of(position)
        standing = decide(versions).version
        if standing is None:
            return Annulled(entry, position)
        own = entry.event["id"]
        replaces = own
        if standing != position:
            replaces, data = self._said[standing]
            differs = differences(data, entry.event["data"], "/data")
        found = [pointer for pointer in differs if pointer.startswith("/data")]
        newest = max(version.position for version in versions)
        return Edit(entry, position, found, replaces, newest) if found else None


def correction(edit: Edit, reason: str) -> dict[str, Any]:
    """The event that corrects an edited row's."""
    event = edit.entry.event
    made_of = [event["id"], edit.replaces, edit.newest, event["data"]]
    return {
        "specversion": "1.0",
        "id": f"correction:{sha256(canonical(made_of)).hexdigest()[:32]}",
        "source": event["source"],
        "type": CORRECTED,
        "data": {"corrects_event_id": event["id"], "corrected_payload": event["data"], "reason": reason},
    }
