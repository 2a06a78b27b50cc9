"""One append transaction in the making: the entries it adds, and how their rows and tiles are written.

The one file that writes `event`, `payload`, `event_id`, `append_tx`, `tile` and the counters of `log`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import asyncpg

from events.leaf import SALT_SIZE, Leaves, PayloadDigests, header_digest
from events.merkle import TILE_WIDTH, Frontier
from events.receipts import Offer, Receipt
from events.targets import About, Known, Named

FEW: Final = 64
"""Up to so many entries go in by one statement. More go in by COPY, which asks more often and does each faster."""

EVENT_COLUMNS: Final = (
    "log_id", "position", "recorded_at", "kind", "kind_version", "source", "id", "salt_h", "leaf_hash",
    "payload_sha256", "payload_sm3", "credential", "target_position", "fact_position",
)  # fmt: skip
PAYLOAD_COLUMNS: Final = ("log_id", "position", "salt_p", "kept")
ID_COLUMNS: Final = ("log_id", "source", "id", "position")

_COUNTED: Final = """
    into_append AS (
        INSERT INTO append_tx (log_id, size, first_position, recorded_at, root, frontier)
        VALUES ($1, $2, $3, $4, $5, $6)
    ), into_tile AS (
        INSERT INTO tile (log_id, level, tile_index, hashes, root)
        SELECT $1, full_tile.* FROM unnest($7::integer[], $8::bigint[], $9::bytea[], $10::bytea[]) AS full_tile
    )
    UPDATE log SET size = $2, recorded_at = $4, frontier = $6 WHERE log_id = $1
"""
COUNT: Final = f"WITH {_COUNTED}"
INSERT_FEW: Final = f"""
    WITH added AS (
        SELECT *
        FROM unnest(
            $11::bigint[], $12::text[], $13::integer[], $14::text[], $15::text[], $16::bytea[], $17::bytea[],
            $18::bytea[], $19::bytea[], $20::text[], $21::bigint[], $22::bigint[], $23::bytea[], $24::bytea[]
        ) AS entry (
            position, kind, kind_version, source, id, salt_h, leaf_hash,
            payload_sha256, payload_sm3, credential, target_position, fact_position, salt_p, kept
        )
    ), into_event AS (
        INSERT INTO event ({", ".join(EVENT_COLUMNS)})
        SELECT $1, position, $4, {", ".join(EVENT_COLUMNS[3:])} FROM added
    ), into_payload AS (
        INSERT INTO payload (log_id, position, salt_p, kept) SELECT $1, position, salt_p, kept FROM added
    ), into_event_id AS (
        INSERT INTO event_id (log_id, source, id, position) SELECT $1, source, id, position FROM added
    ), {_COUNTED}
"""
LEAVES: Final = "SELECT leaf_hash FROM event WHERE log_id = $1 AND position >= $2 AND position < $3 ORDER BY position"
TILE_ROOTS: Final = """
    SELECT root FROM tile
    WHERE log_id = $1 AND level = $2 AND tile_index >= $3 AND tile_index < $4 ORDER BY tile_index
"""


@dataclass(frozen=True, slots=True)
class Tile:
    """A full tile: 256 hashes of a level, and the hash they make one level up."""

    level: int
    index: int
    hashes: bytes
    root: bytes


class Batch:
    """What one append transaction adds to a log; room is made for `most` entries."""

    def __init__(self, log_id: str, recorded_at: datetime, frontier: Frontier, most: int) -> None:
        self.log_id = log_id
        self.first = frontier.size
        self.recorded_at = recorded_at
        self._frontier = frontier
        self._leaves = Leaves(log_id, recorded_at)
        self._salts = os.urandom(most * 2 * SALT_SIZE)
        self._events: list[tuple[Any, ...]] = []
        self._payloads: list[tuple[Any, ...]] = []
        self._ids: list[tuple[Any, ...]] = []
        self._hashes: list[bytes] = []
        self._positions: dict[tuple[str, str], int] = {}

    @property
    def size(self) -> int:
        """The size of the log with these entries."""
        return self.first + len(self._events)

    def add(self, offer: Offer, aimed: Named | None) -> Receipt:
        """Give the next position to an offer."""
        sent = offer.submission
        log_id, recorded_at, source, event_id, kept = self.log_id, self.recorded_at, sent.source, sent.id, sent.kept
        position = self.first + len(self._events)
        at = (position - self.first) * 2 * SALT_SIZE
        salt_h, salt_p = self._salts[at : at + SALT_SIZE], self._salts[at + SALT_SIZE : at + 2 * SALT_SIZE]
        digests = PayloadDigests.of(salt_p, kept)
        header = header_digest(
            salt_h, source=source, event_id=event_id, kind=sent.kind, kind_version=sent.kind_version
        )
        leaf = self._leaves.hash(position, header, digests)
        target = None if aimed is None else aimed.position
        fact = position if aimed is None else aimed.fact_position
        self._events.append(
            (
                log_id, position, recorded_at, sent.kind, sent.kind_version, source, event_id, salt_h, leaf,
                *digests, offer.credential, target, fact,
            )
        )  # fmt: skip
        self._payloads.append((log_id, position, salt_p, kept))
        self._ids.append((log_id, source, event_id, position))
        self._hashes.append(leaf)
        self._positions[source, event_id] = position
        return Receipt(event_id, source, "appended", position, recorded_at, leaf)

    def known(self, source: str, event_id: str) -> Known | None:
        """The entry of that source and id, where this batch adds it."""
        position = self._positions.get((source, event_id))
        if position is None:
            return None
        row = self._events[position - self.first]
        return Known(position, self.recorded_at, row[8], row[3], row[12], row[13])

    def about(self, position: int) -> About | None:
        """The fact at a position, where this batch adds it."""
        if position < self.first:
            return None
        row = self._events[position - self.first]
        return About(row[3], row[5])

    def kept(self, position: int) -> bytes | None:
        """The kept bytes at a position, where this batch adds it."""
        if position < self.first:
            return None
        kept: bytes = self._payloads[position - self.first][3]
        return kept

    async def write(self, raw: asyncpg.Connection) -> None:
        """Write all rows, inside the transaction that holds the log's lock."""
        tiles = await self._tiles(raw, self._frontier.extend(self._hashes))
        counted = (
            self.log_id, self.size, self.first, self.recorded_at, self._frontier.root(), self._frontier.pack(),
            [tile.level for tile in tiles], [tile.index for tile in tiles],
            [tile.hashes for tile in tiles], [tile.root for tile in tiles],
        )  # fmt: skip
        if len(self._events) <= FEW:
            _, positions, _, *columns = zip(*self._events, strict=True)
            _, _, *more = zip(*self._payloads, strict=True)
            await raw.execute(INSERT_FEW, *counted, positions, *columns, *more)
            return
        await raw.copy_records_to_table("event", records=self._events, columns=EVENT_COLUMNS)
        await raw.copy_records_to_table("payload", records=self._payloads, columns=PAYLOAD_COLUMNS)
        await raw.copy_records_to_table("event_id", records=self._ids, columns=ID_COLUMNS)
        await raw.execute(COUNT, *counted)

    async def _tiles(self, raw: asyncpg.Connection, completed: Sequence[Sequence[bytes]]) -> list[Tile]:
        """The tiles of height 8 that this batch fills, level by level; their roots are among those it completed."""
        tiles: list[Tile] = []
        level, hashes, first, height = 0, self._hashes, self.first, TILE_WIDTH.bit_length() - 1
        for roots in completed[height - 1 :: height]:
            start = first - first % TILE_WIDTH
            if roots and start < first:
                hashes = await self._hashes_at(raw, level, start, first) + hashes
            begin = first // TILE_WIDTH
            for at, root in enumerate(roots):
                full = hashes[at * TILE_WIDTH : (at + 1) * TILE_WIDTH]
                tiles.append(Tile(level, begin + at, b"".join(full), root))
            level, hashes, first = level + 1, list(roots), begin
        return tiles

    async def _hashes_at(self, raw: asyncpg.Connection, level: int, first: int, end: int) -> list[bytes]:
        """The stored hashes [first, end) of a level: of leaves, or the roots of the full tiles below."""
        if level == 0:
            return [row[0] for row in await raw.fetch(LEAVES, self.log_id, first, end)]
        return [row[0] for row in await raw.fetch(TILE_ROOTS, self.log_id, level - 1, first, end)]
