"""A run of entries checked as a whole, column by column: what is sound is told, and what is not is left to be judged.

That nothing lies is found a third quicker so than entry by entry; what lies is found by looking at them one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

import orjson

from events.canonical import is_astral
from events.leaf import ENVELOPED, Leaves, header_digests, payload_digests
from events.standing import TARGET_FIELDS

_IDENTITY: Final = itemgetter("id", "source", "type")


class Run(NamedTuple):
    """What a sound run comes to."""

    leaves: list[bytes]
    stamps: list[tuple[int, datetime]]
    """Where it begins, and where a `recorded_at` begins that differs from that of the entry before it."""
    said: list[dict[str, Any]]
    """The events."""


class _Events(NamedTuple):
    """The columns of `slices.EVENTS`."""

    position: Sequence[int]
    recorded_at: Sequence[datetime]
    kind: Sequence[str]
    kind_version: Sequence[int]
    source: Sequence[str]
    id: Sequence[str]
    salt_h: Sequence[bytes]
    leaf_hash: Sequence[bytes]
    sha256: Sequence[bytes]
    sm3: Sequence[bytes]
    target: Sequence[int | None]
    fact: Sequence[int]


class _Payloads(NamedTuple):
    """The columns of `slices.PAYLOADS`."""

    position: Sequence[int]
    salt_p: Sequence[bytes]
    kept: Sequence[bytes]
    envelope: Sequence[bytes | None]
    signatures: Sequence[Any]
    encryption_key_id: Sequence[str | None]


def sound_run(log_id: str, first: int, events: Sequence[Any], payloads: Sequence[Any]) -> Run | None:
    """What records of `slices.EVENTS` from a position on, with those of `slices.PAYLOADS` about them, come to.

    None where something of them may lie, was erased or signed, or holds a character beyond the Basic Multilingual
    Plane: those are to be judged one by one.
    """
    if not events or len(payloads) != len(events):
        return None
    of_events, of_payloads = _Events(*zip(*events, strict=True)), _Payloads(*zip(*payloads, strict=True))
    if not _is_plain(first, of_events, of_payloads):
        return None
    said = _events(of_payloads.kept)
    if said is None or not _is_said(said, of_events):
        return None
    run = Run(*_leaves(log_id, first, of_events), said)
    return run if run.leaves == list(of_events.leaf_hash) else None


def _is_plain(first: int, events: _Events, payloads: _Payloads) -> bool:
    """Whether these are the entries from a position on, each with the digests of its payload, none of them rare."""
    count = len(events.position)
    rare = payloads.envelope, payloads.signatures, payloads.encryption_key_id
    return (
        tuple(range(first, first + count)) == events.position == payloads.position
        and all(column.count(None) == count for column in rare)
        and ENVELOPED not in b"".join(events.salt_h)
        and _only_corrections_aim(events)
        and payload_digests(payloads.salt_p, payloads.kept) == (list(events.sha256), list(events.sm3))
    )


def _only_corrections_aim(events: _Events) -> bool:
    """Whether every entry that names no other is recorded as about itself."""
    targets: list[int | None] = [None] * len(events.kind)
    facts = list(events.position)
    for index, kind in enumerate(events.kind):
        if kind in TARGET_FIELDS:
            targets[index], facts[index] = events.target[index], events.fact[index]
    return targets == list(events.target) and facts == list(events.fact)


def _events(kept: Sequence[bytes]) -> list[dict[str, Any]] | None:
    """The events of kept bytes, where each is in RFC 8785 form.

    All are written out at once. Each was read by itself, as a whole object, which says where it ends: so the two texts
    are the same only where each event's are.
    """
    text = b"[%b]" % b",".join(kept)
    if is_astral(text):
        return None
    try:
        said = list(map(orjson.loads, kept))
        again = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONDecodeError, TypeError):
        return None
    return said if again == text and set(map(type, said)) == {dict} else None


def _is_said(said: Sequence[dict[str, Any]], events: _Events) -> bool:
    """Whether the columns say what the events do."""
    try:
        return list(map(_IDENTITY, said)) == list(zip(events.id, events.source, events.kind, strict=True))
    except KeyError:
        return False


def _leaves(log_id: str, first: int, events: _Events) -> tuple[list[bytes], list[tuple[int, datetime]]]:
    """The leaf hashes, and where the stamps begin."""
    headers = header_digests(events.salt_h, events.id, events.kind_version, events.source, events.kind)
    leaves: list[bytes] = []
    stamps = []
    for instant, alike in groupby(events.recorded_at):
        stamps.append((first + len(leaves), instant))
        part = slice(len(leaves), len(leaves) + sum(1 for _ in alike))
        columns = events.position[part], headers[part], events.sha256[part], events.sm3[part]
        leaves += Leaves(log_id, instant).hashes(*columns)
    return leaves, stamps
