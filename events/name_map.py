"""The verifiable map of names: what it commits to, how one name is opened, how an opening is checked.

A name is an id or another text that an event's data gives to find a thing by. Its key is
SHA-256(log id || 00 || name), in UTF-8. Its value is the number of entries that name it, and a hash chain over
their positions and leaf hashes. Keys lie in 65,536 buckets by their first 16 bits; over the buckets stands a
complete binary tree. docs/completeness.md describes it byte for byte. Nothing here but hashing.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from events.merkle import HASH_SIZE, TILE_HEIGHT, TILE_WIDTH, node_hash
from events.signatures import read_base64

DEPTH: Final = 2 * TILE_HEIGHT
BUCKETS: Final = 1 << DEPTH
COUNT_SIZE: Final = 8
VALUE_SIZE: Final = COUNT_SIZE + HASH_SIZE
RECORD_SIZE: Final = HASH_SIZE + VALUE_SIZE
"""A stored record: key, count, chain. In an opening the value gives way to its commitment."""
OPENED_SIZE: Final = 2 * HASH_SIZE
NOBODY: Final = bytes(VALUE_SIZE)
"""The value of a name that no entry names: count 0, and 32 zero bytes at the chain's start."""
EMPTY_BUCKET: Final = sha256(b"\x00").digest()
"""The hash of a bucket without records."""


class BadOpening(ValueError):
    """An opening that does not show what it is said to; the message says why."""


@lru_cache(maxsize=1 << 16)
def key_of(log_id: str, name: str) -> bytes:
    """The key of a name, 32 bytes."""
    return sha256(f"{log_id}\0{name}".encode()).digest()


def bucket_of(key: bytes) -> int:
    """The bucket that a key lies in."""
    return key[0] << 8 | key[1]


def linked(value: bytes, position: int, leaf: bytes) -> bytes:
    """The value of a name after one more entry names it: count || SHA-256(chain || position || leaf hash)."""
    count = int.from_bytes(value[:COUNT_SIZE]) + 1
    chain = sha256(value[COUNT_SIZE:] + position.to_bytes(COUNT_SIZE) + leaf).digest()
    return count.to_bytes(COUNT_SIZE) + chain


def commitment(value: bytes) -> bytes:
    """What a bucket shows of a value that is not opened: SHA-256(count || chain)."""
    return sha256(value).digest()


def bucket_hash(records: bytes) -> bytes:
    """The hash of a bucket, from its sorted records as an opening shows them: SHA-256(00 || key || commitment ...)."""
    return sha256(b"\x00" + records).digest()


def shown(content: bytes) -> bytes:
    """A bucket's stored records as an opening shows them."""
    return b"".join(
        [
            content[at : at + HASH_SIZE] + sha256(content[at + HASH_SIZE : at + RECORD_SIZE]).digest()
            for at in range(0, len(content), RECORD_SIZE)
        ]
    )


@dataclass(frozen=True, slots=True)
class Opening:
    """How one name stands in a map: its whole bucket, the way from there to the root, and the value.

    A name that no entry names has count 0 and a chain of zeros; its bucket then has no record of its key.
    """

    count: int
    chain: bytes
    records: bytes
    siblings: Sequence[bytes]

    def as_json(self) -> dict[str, Any]:
        """The opening as JSON: bytes in base64."""
        return {
            "count": self.count,
            "chain": _text(self.chain),
            "records": _text(self.records),
            "siblings": [_text(sibling) for sibling in self.siblings],
        }


def read_opening(told: Any) -> Opening:
    """An opening from its JSON form, and nothing beside it. Raises BadOpening."""
    if not isinstance(told, Mapping) or set(told) != {"count", "chain", "records", "siblings"}:
        raise BadOpening("an opening has exactly count, chain, records and siblings")
    count, siblings = told["count"], told["siblings"]
    if type(count) is not int or not 0 <= count < 1 << 63:
        raise BadOpening(f"no count: {count!r}")
    if not isinstance(siblings, list):
        raise BadOpening("siblings are a list")
    return Opening(count, _bytes(told["chain"]), _bytes(told["records"]), [_bytes(one) for one in siblings])


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(told: Any) -> bytes:
    try:
        return read_base64(told)
    except (TypeError, ValueError) as error:
        raise BadOpening(f"no base64: {error}") from None


def open_key(key: bytes, content: bytes, below: bytes, above: bytes) -> Opening:
    """Open a key: with its bucket's stored records, the tile of bucket hashes it is in, and the tile above."""
    bucket = bucket_of(key)
    values = {content[at : at + HASH_SIZE]: content[at + HASH_SIZE : at + RECORD_SIZE]
              for at in range(0, len(content), RECORD_SIZE)}  # fmt: skip
    value = values.get(key, NOBODY)
    siblings = [*_siblings(below, bucket % TILE_WIDTH), *_siblings(above, bucket // TILE_WIDTH)]
    return Opening(int.from_bytes(value[:COUNT_SIZE]), value[COUNT_SIZE:], shown(content), siblings)


def _siblings(tile: bytes, index: int) -> list[bytes]:
    return [level[(index >> height) ^ 1] for height, level in enumerate(_levels(tile))]


@lru_cache(maxsize=64)
def _levels(tile: bytes) -> list[list[bytes]]:
    """The hashes of a tile, level by level from the bottom, its root left out."""
    levels = [[tile[at : at + HASH_SIZE] for at in range(0, len(tile), HASH_SIZE)]]
    while len(below := levels[-1]) > 2:
        levels.append([node_hash(below[at], below[at + 1]) for at in range(0, len(below), 2)])
    return levels


def check(map_root: bytes, key: bytes, opening: Opening) -> None:
    """Check that under this root the key has just the value of the opening, or is absent. Raises BadOpening."""
    if len(opening.chain) != HASH_SIZE or len(opening.records) % OPENED_SIZE:
        raise BadOpening("a chain has 32 bytes, a record 64")
    if len(opening.siblings) != DEPTH or any(len(sibling) != HASH_SIZE for sibling in opening.siblings):
        raise BadOpening(f"the way to the root has {DEPTH} hashes of 32 bytes")
    if not 0 <= opening.count < 1 << 63 or (opening.count == 0 and opening.chain != NOBODY[COUNT_SIZE:]):
        raise BadOpening("a name that no entry names has a chain of zeros")
    bucket, before, found = bucket_of(key), b"", None
    for at in range(0, len(opening.records), OPENED_SIZE):
        record = opening.records[at : at + HASH_SIZE]
        if record <= before or bucket_of(record) != bucket:
            raise BadOpening("the records of a bucket are its own, in order, and none twice")
        before = record
        if record == key:
            found = opening.records[at + HASH_SIZE : at + OPENED_SIZE]
    value = opening.count.to_bytes(COUNT_SIZE) + opening.chain
    if found != (commitment(value) if opening.count else None):
        raise BadOpening("the bucket does not have the key with this value")
    node = bucket_hash(opening.records)
    for height, sibling in enumerate(opening.siblings):
        node = node_hash(sibling, node) if bucket >> height & 1 else node_hash(node, sibling)
    if node != map_root:
        raise BadOpening("the opening does not lead to the root of the map")


def chained(entries: Iterable[tuple[int, bytes]]) -> bytes:
    """The value of a name, from the entries that name it as (position, leaf hash). Raises BadOpening out of order."""
    value, last = NOBODY, -1
    for position, leaf in entries:
        if position <= last or len(leaf) != HASH_SIZE:
            raise BadOpening(f"position {position} is out of order, or its leaf hash is none")
        value, last = linked(value, position, leaf), position
    return value


def check_entries(opening: Opening, entries: Iterable[tuple[int, bytes]]) -> None:
    """Check that these are all the entries that name it, as (position, leaf hash) in order. Raises BadOpening."""
    value = chained(entries)
    if int.from_bytes(value[:COUNT_SIZE]) != opening.count:
        raise BadOpening(f"{int.from_bytes(value[:COUNT_SIZE])} entries are given, {opening.count} name it")
    if value[COUNT_SIZE:] != opening.chain:
        raise BadOpening("the entries given are not those that name it")
