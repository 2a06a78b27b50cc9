"""How the map of names grows: buckets, the two levels of tiles over their hashes, and the map of a whole log in memory.

A link says that an entry names a name: (key, position, leaf hash). Links come in the order of the log.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Final

from events.merkle import HASH_SIZE, TILE_WIDTH, tile_root
from events.name_map import (
    BUCKETS,
    COUNT_SIZE,
    EMPTY_BUCKET,
    NOBODY,
    RECORD_SIZE,
    bucket_hash,
    bucket_of,
    commitment,
    key_of,
    linked,
    shown,
)

Link = tuple[bytes, int, bytes]
"""Key, position, leaf hash."""
Tile = tuple[int, int]
"""Level and index: (0, N) has the hashes of buckets 256N to 256N+255, (1, 0) the roots of the 256 below."""
TOP: Final[Tile] = (1, 0)


def split(tile: bytes) -> list[bytes]:
    """The hashes of a tile, one by one."""
    return [tile[at : at + HASH_SIZE] for at in range(0, len(tile), HASH_SIZE)]


_START: Final = NOBODY[COUNT_SIZE:]
_LOW: Final = EMPTY_BUCKET * TILE_WIDTH
_HIGH: Final = tile_root(split(_LOW)) * TILE_WIDTH
EMPTY_MAP_ROOT: Final = tile_root(split(_HIGH))
"""The root of a map without names."""


def empty_tile(tile: Tile) -> bytes:
    """A tile of a map without names."""
    return _HIGH if tile == TOP else _LOW


def grow(contents: Mapping[int, bytes], links: Iterable[Link]) -> dict[int, bytes]:
    """The buckets that links change, as they are then; `contents` has those of them that are not empty."""
    changed: dict[int, dict[bytes, bytes]] = {}
    for key, position, leaf in links:
        records = changed.get(bucket := bucket_of(key))
        if records is None:
            content = contents.get(bucket, b"")
            records = changed[bucket] = {
                content[at : at + HASH_SIZE]: content[at + HASH_SIZE : at + RECORD_SIZE]
                for at in range(0, len(content), RECORD_SIZE)
            }
        records[key] = linked(records.get(key, NOBODY), position, leaf)
    return {bucket: b"".join([key + records[key] for key in sorted(records)]) for bucket, records in changed.items()}


def tiles_over(buckets: Iterable[int]) -> set[Tile]:
    """The tiles that have a hash which rests on one of these buckets."""
    return {TOP, *((0, bucket // TILE_WIDTH) for bucket in buckets)}


def retile(tiles: Mapping[Tile, bytes], hashes: Mapping[int, bytes]) -> tuple[dict[Tile, bytes], bytes]:
    """The tiles that new hashes of buckets change, and the root; `tiles` has those of them that are not empty."""
    parts: dict[int, list[bytes]] = {}
    for bucket, digest in hashes.items():
        part = parts.get(index := bucket // TILE_WIDTH)
        if part is None:
            part = parts[index] = split(tiles.get((0, index), _LOW))
        part[bucket % TILE_WIDTH] = digest
    top = split(tiles.get(TOP, _HIGH))
    for index, part in parts.items():
        top[index] = tile_root(part)
    changed = {(0, index): b"".join(part) for index, part in parts.items()}
    return {**changed, TOP: b"".join(top)}, tile_root(top)


class WholeMap:
    """The map over a log from its first entry on, in memory: about 300 bytes for each name that it has."""

    def __init__(self, log_id: str) -> None:
        self._log_id = log_id
        self._chains: dict[bytes, bytes] = {}
        self._counts: dict[bytes, int] = {}
        self._fresh: list[bytes] = []
        """Keys that are in no bucket yet."""
        self._buckets: dict[int, list[bytes]] = {}
        self._stale: set[bytes] = set()
        """Keys whose values changed since the root was last worked out."""
        self._tiles: dict[Tile, bytes] = {}
        self._root = EMPTY_MAP_ROOT
        self.size = 0
        """How many entries of the log it covers."""

    def add(self, leaf: bytes, names: Iterable[str]) -> None:
        """Take the next entry: its leaf hash, and every name that it and the earlier versions of its fact give."""
        log_id = self._log_id
        self.add_keys(leaf, {key_of(log_id, name) for name in names})

    def add_keys(self, leaf: bytes, keys: Collection[bytes]) -> None:
        """Take the next entry: its leaf hash, and the keys of its names, each once."""
        chains, counts = self._chains, self._counts
        link = self.size.to_bytes(COUNT_SIZE) + leaf
        for key in keys:
            chain = chains.get(key)
            if chain is None:
                chain = _START
                counts[key] = 0
                self._fresh.append(key)
            counts[key] += 1
            chains[key] = sha256(chain + link).digest()
        self._stale.update(keys)
        self.size += 1

    def root(self) -> bytes:
        """The root as of this size."""
        self._file()
        if self._stale:
            hashes = {bucket: bucket_hash(self._shown(bucket)) for bucket in {bucket_of(key) for key in self._stale}}
            changed, self._root = retile(self._tiles, hashes)
            self._tiles |= changed
            self._stale.clear()
        return self._root

    def _file(self) -> None:
        """Put fresh keys into their buckets, in order."""
        for key in self._fresh:
            insort(self._buckets.setdefault(bucket_of(key), []), key)
        self._fresh.clear()

    def _shown(self, bucket: int) -> bytes:
        return b"".join([key + commitment(self.value_of(key)) for key in self._buckets[bucket]])

    def value_of(self, key: bytes) -> bytes:
        """Count and chain of a key."""
        return self._counts.get(key, 0).to_bytes(COUNT_SIZE) + self._chains.get(key, _START)

    def keys(self) -> list[bytes]:
        """The keys of all names, in order."""
        return sorted(self._counts)

    def buckets(self) -> Iterator[tuple[int, bytes]]:
        """The buckets that are not empty, in order, as they are stored."""
        self._file()
        for bucket in sorted(self._buckets):
            yield bucket, b"".join([key + self.value_of(key) for key in self._buckets[bucket]])

    def tiles(self) -> dict[Tile, bytes]:
        """The tiles that are not empty, as they are stored."""
        self.root()
        return dict(self._tiles)


def hashes_of(contents: Mapping[int, bytes]) -> dict[int, bytes]:
    """The hashes of buckets, from their stored records."""
    return {bucket: bucket_hash(shown(content)) for bucket, content in contents.items()}


assert BUCKETS == TILE_WIDTH * TILE_WIDTH, "two levels of tiles stand over the buckets"
