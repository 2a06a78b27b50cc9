"""The rows of one run of entries: each hashed again and held against what its columns say. Pure.

It shares hashing, canonical form and parsing with the writer, and trusts nothing else of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, Final, NamedTuple

import orjson

from events.canonical import NotJson, canonical, is_astral, read_json
from events.leaf import Leaves, PayloadDigests, header_digest, is_sealed
from events.merkle import leaf_hash
from events.standing import TARGET_FIELDS
from events.verifying.lies import LieFound
from events.verifying.runs import sound_run

Name = tuple[str, str]
"""A source and an id."""

REGISTRY_KINDS: Final = ("key.registered", "key.revoked")
TOGETHER: Final = 256
"""How many entries are checked as a whole: what they are read into stays in the processor's cache."""
_POSITION: Final = itemgetter(0)
_NOTED: Final = {*TARGET_FIELDS, *REGISTRY_KINDS}
"""Kinds of which the checks after this one need something."""
_NONE: Final = (None,) * 6
"""In place of a payload that is not there."""


class Aim(NamedTuple):
    """What a correction or annulment names, and the target and fact recorded for it."""

    position: int
    named: Name
    target: int | None
    fact: int


class Signed(NamedTuple):
    """A signed entry: its bytes, and the envelope and signatures kept with them."""

    position: int
    kept: bytes
    envelope: bytes | None
    signatures: Any


class KeyAct(NamedTuple):
    """An entry of the registry of signing keys."""

    position: int
    kind: str
    data: Mapping[str, Any]


class Rows:
    """A run of entries from a position on, as far as nothing lies; what it saw is kept for the checks that follow."""

    def __init__(self, log_id: str, first: int, erased: frozenset[int]) -> None:
        self.end = first
        """The position of the row that is to come next."""
        self.leaves: list[bytes] = []
        self.stamps: list[tuple[int, datetime]] = []
        """Where a `recorded_at` begins that differs from that of the entry before it in the run."""
        self.aims: list[Aim] = []
        self.key_acts: list[KeyAct] = []
        self.signed: list[Signed] = []
        self.gone: list[int] = []
        """Entries whose payload was erased."""
        self._log_id = log_id
        self._erased = erased

    def check(self, events: Sequence[Any], payloads: Sequence[Any]) -> None:
        """Check records of `slices.EVENTS` that go on where the run stands, with those of `slices.PAYLOADS` about them.

        Raises LieFound at the first that lies.
        """
        for start in range(0, len(events), TOGETHER):
            some = events[start : start + TOGETHER]
            first, last = (bisect_left(payloads, at, key=_POSITION) for at in (some[0][0], some[-1][0] + 1))
            self._check_together(some, payloads[first:last])

    def _check_together(self, events: Sequence[Any], payloads: Sequence[Any]) -> None:
        """Check records as a whole, or one by one where they are not sound as a whole. Raises LieFound."""
        positions = range(self.end, self.end + len(events))
        run = sound_run(self._log_id, self.end, events, payloads) if self._erased.isdisjoint(positions) else None
        if run is None:
            self._judge(events, payloads)
            return
        self.leaves += run.leaves
        for position, recorded_at in run.stamps:
            self._stamped(position, recorded_at)
        self.end = positions.stop
        for event, payload, said in zip(events, payloads, run.said, strict=True):
            if event[2] in _NOTED:
                self._note(said, event, payload)

    def _judge(self, events: Sequence[Any], payloads: Sequence[Any]) -> None:
        """Check records one by one. Raises LieFound."""
        plain = not is_astral(b"".join([payload[2] or b"" for payload in payloads]))
        of_position = {payload[0]: payload for payload in payloads}
        leaves_of = None
        for event in events:
            position, recorded_at = event[0], event[1]
            if position != self.end:
                raise LieFound(self.end, f"the entry is missing; the next one is at position {position}")
            if self._stamped(position, recorded_at) or leaves_of is None:
                leaves_of = Leaves(self._log_id, recorded_at)
            payload = of_position.get(position, _NONE)
            said = self._leaf(leaves_of, event, payload, plain=plain)
            self.end = position + 1
            if said is not None:
                self._note(said, event, payload)

    def _stamped(self, position: int, recorded_at: datetime) -> bool:
        """Note the stamp of an entry; whether that before it has another."""
        if self.stamps and self.stamps[-1][1] == recorded_at:
            return False
        self.stamps.append((position, recorded_at))
        return True

    def _leaf(self, leaves_of: Leaves, event: Any, payload: Any, *, plain: bool) -> Mapping[str, Any] | None:
        """Check what is hashed of an entry, and add its leaf; its event, None where erased. Raises LieFound."""
        position, _, kind, kind_version, source, event_id, salt_h, stored, said_sha256, said_sm3, _, _ = event
        _, salt_p, kept, envelope, signatures, _ = payload
        said = None
        header = header_digest(salt_h, source=source, event_id=event_id, kind=kind, kind_version=kind_version)
        if kept is None:
            self._check_gone(position)
        else:
            if position in self._erased:
                raise LieFound(position, "its payload is there, though it is recorded as erased")
            if PayloadDigests.of(salt_p, kept) != (said_sha256, said_sm3):
                raise LieFound(position, "the kept bytes do not have the digests recorded for them")
            if not is_sealed(salt_h, salt_p, envelope):
                raise LieFound(position, "the envelope is not the one that its leaf holds, or none")
            if envelope is None and signatures is None:
                said = _event(kept, position, plain=plain)
            else:
                said = _signed_event(kept, position)
            if said.get("id") != event_id or said.get("source") != source or said.get("type") != kind:
                raise _column_lies(position, said, {"id": event_id, "source": source, "kind": kind})
        leaf = leaf_hash(leaves_of.record(position, header, said_sha256, said_sm3))
        if leaf != stored:
            raise LieFound(
                position, "the leaf hash is not that of its record (position, time, header or digests were changed)"
            )
        self.leaves.append(leaf)
        return said

    def _note(self, said: Mapping[str, Any], event: Any, payload: Any) -> None:
        """Check what follows from an event, and keep what the checks after this one need. Raises LieFound."""
        position, kind, source, target, fact = event[0], event[2], event[4], event[10], event[11]
        _, _, kept, envelope, signatures, encryption_key_id = payload
        if encryption_key_id is not None:
            raise LieFound(position, f"an encryption key {encryption_key_id!r} is named, but nothing is encrypted")
        if kind in TARGET_FIELDS:
            self.aims.append(Aim(position, _named(said, kind, source), target, fact))
        elif target is not None or fact != position:
            raise LieFound(position, _aimed_elsewhere(target, fact, None, position))
        if kind in REGISTRY_KINDS:
            self.key_acts.append(KeyAct(position, kind, said.get("data") or {}))
        if envelope is not None or signatures is not None:
            self.signed.append(Signed(position, kept, envelope, signatures))

    def _check_gone(self, position: int) -> None:
        if position not in self._erased:
            raise LieFound(position, "the payload is missing")
        self.gone.append(position)


def check_aim(aim: Aim, found: tuple[int, int] | None) -> None:
    """Check a correction against the entry that it names: (position, fact), or None. Raises LieFound."""
    if found is None or found[0] >= aim.position:
        raise LieFound(aim.position, "it corrects or annuls an event that is not below it")
    if (aim.target, aim.fact) != found:
        raise LieFound(aim.position, _aimed_elsewhere(aim.target, aim.fact, *found))


def _aimed_elsewhere(target: int | None, fact: int, named: int | None, about: int) -> str:
    return f"it is recorded as naming {target}, about {fact}; its event names {named}, about {about}"


def _signed_event(kept: bytes, position: int) -> Mapping[str, Any]:
    """The event of kept bytes that were signed: they are kept as they came, in whatever form. Raises LieFound."""
    try:
        event = read_json(kept)
        canonical(event)
    except (NotJson, TypeError):
        event = None
    if not isinstance(event, dict):
        raise LieFound(position, "the kept bytes are no event in JSON")
    return event


def _event(kept: bytes, position: int, *, plain: bool) -> Mapping[str, Any]:
    """The event of kept bytes that were not signed; `plain` of characters beyond the BMP. Raises LieFound."""
    try:
        event = orjson.loads(kept)
        again = orjson.dumps(event, option=orjson.OPT_SORT_KEYS) if plain else canonical(event)
    except orjson.JSONDecodeError as error:
        raise LieFound(position, f"the kept bytes are no JSON: {error}") from None
    except TypeError:  # what no door lets in: a surrogate
        again = b""
    if not isinstance(event, dict) or again != kept:
        raise LieFound(position, "the kept bytes are not the RFC 8785 form of an event")
    return event


def _column_lies(position: int, event: Mapping[str, Any], columns: Mapping[str, str]) -> LieFound:
    for column, said in columns.items():
        kept = event.get("type" if column == "kind" else column)
        if kept != said:
            return LieFound(position, f"column {column} says {said!r}, the kept event {kept!r}")
    raise AssertionError(columns)


def _named(event: Mapping[str, Any], kind: str, source: str) -> Name:
    """What a correction or annulment names; nothing, where its data is none."""
    field_of_id, field_of_source = TARGET_FIELDS[kind]
    given = event.get("data")
    data = given if isinstance(given, dict) else {}
    return str(data.get(field_of_source) or source), str(data.get(field_of_id))
