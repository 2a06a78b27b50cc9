"""One append transaction in the making: the entries it adds, and how their rows and tiles are written.

The one file that writes `event`, `payload`, `event_id`, `append_tx`, `tile` and the counters of `log`;
`signing_keys.py` writes the rows of the registry for it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import orjson

from events import signing_keys
from events.cloudevent import Submission
from events.keyring import KEY_KINDS
from events.leaf import ENVELOPED, SALT_SIZE, Leaves, header_digests, payload_digests, sealing_salt
from events.merkle import TILE_WIDTH, Frontier
from events.receipts import Offer, Receipt
from events.targets import Known, Named

FEW: Final = 64
"""Up to so many entries go in by one statement; more by COPY, which asks more often and is quicker for each."""
TURN: Final = 100
"""How many entries are hashed before whoever else waits for the processor gets it."""

EVENT_COLUMNS: Final = (
    "log_id", "position", "recorded_at", "kind", "kind_version", "source", "id", "salt_h", "leaf_hash",
    "payload_sha256", "payload_sm3", "credential", "target_position", "fact_position",
)  # fmt: skip
PAYLOAD_COLUMNS: Final = ("log_id", "position", "salt_p", "kept")
SEALED_COLUMNS: Final = (*PAYLOAD_COLUMNS, "envelope", "signatures")
"""Where an entry of a batch came in an envelope."""
ID_COLUMNS: Final = ("log_id", "source", "id", "position")
TILE_COLUMNS: Final = ("log_id", "level", "tile_index", "hashes", "root")

INSERT_APPEND: Final = """
    INSERT INTO append_tx (log_id, size, first_position, recorded_at, root, frontier) VALUES ($1, $2, $3, $4, $5, $6)
"""
COUNT: Final = "UPDATE log SET size = $2, recorded_at = $3, frontier = $4 WHERE log_id = $1"
_FINISHED: Final = f"""
    into_append AS ({INSERT_APPEND}), into_tile AS (
        INSERT INTO tile (log_id, level, tile_index, hashes, root)
        SELECT $1, full_tile.* FROM unnest($7::integer[], $8::bigint[], $9::bytea[], $10::bytea[]) AS full_tile
    )
    UPDATE log SET size = $2, recorded_at = $4, frontier = $6 WHERE log_id = $1
"""
FINISH: Final = f"WITH {_FINISHED}"
_INSERT_ALL: Final = f"""
    WITH added AS (
        SELECT * FROM unnest(
            $11::bigint[], $12::text[], $13::integer[], $14::text[], $15::text[], $16::bytea[], $17::bytea[],
            $18::bytea[], $19::bytea[], $20::text[], $21::bigint[], $22::bigint[], $23::bytea[], $24::bytea[]{{arrays}}
        ) AS entry (
            position, kind, kind_version, source, id, salt_h, leaf_hash,
            payload_sha256, payload_sm3, credential, target_position, fact_position, salt_p, kept{{columns}}
        )
    ), into_event AS (
        INSERT INTO event ({", ".join(EVENT_COLUMNS)})
        SELECT $1, position, $4, {", ".join(EVENT_COLUMNS[3:])} FROM added
    ), into_payload AS (
        INSERT INTO payload (log_id, position, salt_p, kept{{columns}})
        SELECT $1, position, salt_p, kept{{values}} FROM added
    ), into_event_id AS (
        INSERT INTO event_id (log_id, source, id, position) SELECT $1, source, id, position FROM added
    ), {_FINISHED}
"""
INSERT_ALL: Final = _INSERT_ALL.format(arrays="", columns="", values="")
INSERT_SEALED: Final = _INSERT_ALL.format(
    arrays=", $25::bytea[], $26::text[]", columns=", envelope, signatures", values=", envelope, signatures::jsonb"
)
LEAVES: Final = "SELECT leaf_hash FROM event WHERE log_id = $1 AND position >= $2 AND position < $3 ORDER BY position"
TILE_ROOTS: Final = """
    SELECT root FROM tile
    WHERE log_id = $1 AND level = $2 AND tile_index >= $3 AND tile_index < $4 ORDER BY tile_index
"""

Sealing = asyncio.Task[tuple[Sequence[Any], ...]]
"""Hashing under way; its outcome are the columns of `event` from `kind` on."""


class Batch:
    """What one append transaction adds of what is offered to a log."""

    def __init__(self, log_id: str, recorded_at: datetime, frontier: Frontier, offers: Sequence[Offer]) -> None:
        self.log_id = log_id
        self.first = frontier.size
        self.recorded_at = recorded_at
        self._frontier = frontier
        self._offers = offers
        self.salts_p = _salts(len(offers))
        self.salts_h = _header_salts(offers, self.salts_p)
        """Those of the payloads and the headers of what is offered: drawn, but for entries that are put back."""
        self._headers: list[bytes] = []
        self._sha256s: list[bytes] = []
        self._sm3s: list[bytes] = []
        """The digests of all that is offered, by its place among it."""
        self._added: list[Offer] = []
        self._indexes: list[int] = []
        self._targets: list[int | None] = []
        self._facts: list[int] = []
        self._signatures: dict[int, Sequence[Mapping[str, Any]]] = {}
        """Of what came in envelopes, by its place among what is added."""
        self._keys: list[tuple[int, str, Mapping[str, Any]]] = []
        """Position, kind and data of what registers and revokes keys."""
        self._completed: list[list[bytes]] = []
        self._decided = asyncio.Event()
        self.positions: dict[tuple[str, str], int] = {}
        """Of what it adds, by source and id."""
        self.leaves: list[bytes] = []
        """The leaf hashes of what it adds, once it is written."""

    @property
    def size(self) -> int:
        """The size of the log with these entries."""
        return self.first + len(self._added)

    def add(self, index: int, aimed: Named | None = None) -> Receipt:
        """Give the next position to an offer. Its receipt has no leaf hash yet."""
        offer = self._offers[index]
        sent = offer.submission
        position = self.first + len(self._added)
        self._added.append(offer)
        self._indexes.append(index)
        self._targets.append(None if aimed is None else aimed.position)
        self._facts.append(position if aimed is None else aimed.fact_position)
        self.positions[sent.source, sent.id] = position
        return Receipt(sent.id, sent.source, "appended", position, self.recorded_at)

    def sign(self, position: int, signatures: Sequence[Mapping[str, Any]]) -> None:
        """Keep the signatures of an entry that it adds; one that registers or revokes a key may have none."""
        sent = self._added[position - self.first].submission
        if signatures:
            self._signatures[position - self.first] = signatures
        if sent.kind in KEY_KINDS:
            self._keys.append((position, sent.kind, sent.data))

    def known(self, source: str, event_id: str) -> Known | None:
        """The entry of that source and id, where this batch adds it."""
        position = self.positions.get((source, event_id))
        if position is None:
            return None
        at = position - self.first
        kind = self._added[at].submission.kind
        return Known(position, self.recorded_at, None, kind, self._targets[at], self._facts[at])

    def submission(self, position: int) -> Submission | None:
        """What was sent for the entry at a position, where this batch adds it."""
        return None if position < self.first else self._added[position - self.first].submission

    def begin(self) -> Sealing | None:
        """Start to hash while the database works, where there is much to hash. `write` waits for it."""
        return asyncio.create_task(self._seal_in_turns()) if len(self._offers) > FEW else None

    async def write(self, raw: asyncpg.Connection, *, sharded: bool, sealing: Sealing | None) -> None:
        """Write all rows, inside the transaction that holds the log's lock; where nobody is `sealing`, seal first.

        Where the tables are `sharded` (Citus) no statement may write to several.
        """
        positions = range(self.first, self.size)
        if sealing is None:
            self._seal(0, len(self._offers))
            self._leave(0, len(self._added))
            self._completed = self._frontier.extend(self.leaves)
            if len(self._added) <= FEW and not sharded:
                finished = await self._finished(raw)
                insert = INSERT_SEALED if self._signatures else INSERT_ALL
                await raw.execute(insert, *finished, positions, *self._event_columns(), *self._payload_columns())
                await self._write_keys(raw)
                return
        self._decided.set()
        logs = [self.log_id] * len(self._added)
        names = [(offer.submission.source, offer.submission.id) for offer in self._added]
        ids = [(self.log_id, *name, position) for name, position in zip(names, positions, strict=True)]
        await raw.copy_records_to_table("event_id", records=ids, columns=ID_COLUMNS)
        payloads = zip(logs, positions, *self._payload_columns(), strict=True)
        columns = SEALED_COLUMNS if self._signatures else PAYLOAD_COLUMNS
        await raw.copy_records_to_table("payload", records=payloads, columns=columns)
        event_columns = self._event_columns() if sealing is None else await sealing
        events = zip(logs, positions, [self.recorded_at] * len(logs), *event_columns, strict=True)
        await raw.copy_records_to_table("event", records=events, columns=EVENT_COLUMNS)
        await self._finish(raw, sharded=sharded)
        await self._write_keys(raw)

    async def _write_keys(self, raw: asyncpg.Connection) -> None:
        if self._keys:
            await signing_keys.write(raw, self.log_id, self._keys)

    async def _finish(self, raw: asyncpg.Connection, *, sharded: bool) -> None:
        finished = await self._finished(raw)
        if not sharded:
            await raw.execute(FINISH, *finished)
            return
        await raw.execute(INSERT_APPEND, *finished[:6])
        tiles = [(self.log_id, *tile) for tile in zip(*finished[6:], strict=True)]
        await raw.copy_records_to_table("tile", records=tiles, columns=TILE_COLUMNS)
        await raw.execute(COUNT, self.log_id, self.size, self.recorded_at, self._frontier.pack())

    async def _seal_in_turns(self) -> tuple[Sequence[Any], ...]:
        """Hash all that is offered and, once it is known what is added, the leaves; the columns that were missing."""
        for start in range(0, len(self._offers), TURN):
            self._seal(start, start + TURN)
            await asyncio.sleep(0)
        await self._decided.wait()
        for start in range(0, len(self._added), TURN):
            self._leave(start, start + TURN)
            await asyncio.sleep(0)
        self._completed = self._frontier.extend(self.leaves)
        return self._event_columns()

    def _seal(self, start: int, end: int) -> None:
        sent = [offer.submission for offer in self._offers[start:end]]
        self._headers += header_digests(
            self.salts_h[start:end], [each.id for each in sent], [each.kind_version for each in sent],
            [each.source for each in sent], [each.kind for each in sent],
        )  # fmt: skip
        by_sha256, by_sm3 = payload_digests(self.salts_p[start:end], [each.kept for each in sent])
        self._sha256s += by_sha256
        self._sm3s += by_sm3

    def _leave(self, start: int, end: int) -> None:
        columns = [self._of_added(column, start, end) for column in (self._headers, self._sha256s, self._sm3s)]
        positions = range(self.first + start, self.first + start + len(columns[0]))
        self.leaves += Leaves(self.log_id, self.recorded_at).hashes(positions, *columns)

    def _of_added(self, offered: Sequence[bytes], start: int = 0, end: int | None = None) -> list[bytes]:
        """What belongs to the entries that it adds, of what there is by the place among what is offered."""
        return [offered[index] for index in self._indexes[start:end]]

    def _payload_columns(self) -> tuple[Sequence[Any], ...]:
        """`salt_p` and `kept` of what it adds, and `envelope` and `signatures` where one of them has these."""
        plain = self._of_added(self.salts_p), [each.submission.kept for each in self._added]
        if not self._signatures:
            return plain
        envelopes: list[bytes | None] = [None] * len(self._added)
        texts: list[str | None] = [None] * len(self._added)
        for at, signatures in self._signatures.items():
            claim = self._added[at].submission.claim
            envelopes[at] = None if claim is None else claim.envelope
            texts[at] = orjson.dumps(signatures).decode()
        return *plain, envelopes, texts

    def _event_columns(self) -> tuple[Sequence[Any], ...]:
        """The columns of `event` from `kind` on."""
        sent = [offer.submission for offer in self._added]
        return (
            [each.kind for each in sent], [each.kind_version for each in sent],
            [each.source for each in sent], [each.id for each in sent],
            self._of_added(self.salts_h), self.leaves, self._of_added(self._sha256s), self._of_added(self._sm3s),
            [offer.credential for offer in self._added], self._targets, self._facts,
        )  # fmt: skip

    async def _finished(self, raw: asyncpg.Connection) -> tuple[Any, ...]:
        """The parameters of `FINISH`: the row of `append_tx`, and the columns of the tiles that are full now."""
        tiles = await self._tiles(raw)
        columns = zip(*tiles, strict=True) if tiles else ([], [], [], [])
        root, packed = self._frontier.root(), self._frontier.pack()
        return self.log_id, self.size, self.first, self.recorded_at, root, packed, *columns

    async def _tiles(self, raw: asyncpg.Connection) -> list[tuple[int, int, bytes, bytes]]:
        """The tiles of height 8 that this batch fills, level by level, from the roots that it completed."""
        tiles: list[tuple[int, int, bytes, bytes]] = []
        level, hashes, first, height = 0, self.leaves, self.first, TILE_WIDTH.bit_length() - 1
        for roots in self._completed[height - 1 :: height]:
            start = first - first % TILE_WIDTH
            if roots and start < first:
                hashes = await self._hashes_at(raw, level, start, first) + hashes
            begin = first // TILE_WIDTH
            for at, root in enumerate(roots):
                full = hashes[at * TILE_WIDTH : (at + 1) * TILE_WIDTH]
                tiles.append((level, begin + at, b"".join(full), root))
            level, hashes, first = level + 1, list(roots), begin
        return tiles

    async def _hashes_at(self, raw: asyncpg.Connection, level: int, first: int, end: int) -> list[bytes]:
        """The stored hashes [first, end) of a level: of leaves, or the roots of the full tiles below."""
        if level == 0:
            return [row[0] for row in await raw.fetch(LEAVES, self.log_id, first, end)]
        return [row[0] for row in await raw.fetch(TILE_ROOTS, self.log_id, level - 1, first, end)]


def _salts(count: int) -> list[bytes]:
    drawn = os.urandom(SALT_SIZE * count)
    while ENVELOPED in drawn:
        drawn = os.urandom(SALT_SIZE * count)
    return [drawn[at : at + SALT_SIZE] for at in range(0, len(drawn), SALT_SIZE)]


def _header_salts(offers: Sequence[Offer], salts_p: Sequence[bytes]) -> list[bytes]:
    """The salts of headers: of what came in envelopes they hold these."""
    salts = _salts(len(offers))
    for index, offer in enumerate(offers):
        claim = offer.submission.claim
        if claim is not None and claim.envelope is not None:
            salts[index] = sealing_salt(salts_p[index], claim.envelope)
    return salts
