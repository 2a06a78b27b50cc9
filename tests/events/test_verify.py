"""Verification: a sound log passes, and each lie is named where it stands."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events import logs, store
from events.clock import SystemClock
from events.database import open_engine
from events.errors import LogUnknown
from events.leaf import sm3
from events.receipts import Offer
from events.verify import Manner, Verdict, verify

pytestmark = pytest.mark.anyio

SIZE = 262
SWAPPED = (
    "UPDATE payload SET position = CASE position WHEN 7 THEN -8 ELSE -7 END WHERE position IN (7, 8); "
    "UPDATE payload SET position = -position WHERE position < 0"
)
DOUBLED = "ALTER TABLE {0} DROP CONSTRAINT {0}_pkey CASCADE; INSERT INTO {0} SELECT * FROM {0} WHERE position = 7"
# Each tampering of a stored log, and the position at which it has to be named (None: of the whole log).
TAMPERINGS: dict[str, tuple[str, int | None]] = {
    "entry removed": ("DELETE FROM event WHERE position = 7", 7),
    "last entry removed": ("DELETE FROM event WHERE position = 261", 261),
    "payload removed": ("DELETE FROM payload WHERE position = 7", 7),
    "payload changed": ("UPDATE payload SET kept = replace(kept::text, '7', '8')::bytea WHERE position = 7", 7),
    "payloads swapped": (SWAPPED, 7),
    "salt of the payload changed": ("UPDATE payload SET salt_p = sha256(salt_p) WHERE position = 7", 7),
    "salt of the header changed": ("UPDATE event SET salt_h = sha256(salt_h) WHERE position = 7", 7),
    "leaf changed": ("UPDATE event SET leaf_hash = sha256(leaf_hash) WHERE position = 7", 7),
    "time changed": ("UPDATE event SET recorded_at = recorded_at - interval '1 day' WHERE position = 7", 7),
    "kind changed": ("UPDATE event SET kind = 'record.attested' WHERE position = 7", 7),
    "version changed": ("UPDATE event SET kind_version = 2 WHERE position = 7", 7),
    "source changed": ("UPDATE event SET source = 'urn:x' WHERE position = 7", 7),
    "identity moved": ("UPDATE event_id SET position = 8 WHERE position = 7", 7),
    "identity removed": ("DELETE FROM event_id WHERE position = 7", 7),
    "identity added": ("INSERT INTO event_id VALUES ('cn-62', 'urn:x', 'x', 7)", None),
    "payload added": ("INSERT INTO payload (log_id, position, salt_p, kept) VALUES ('cn-62', 999, '', '')", None),
    "payload doubled": (DOUBLED.format("payload"), None),
    "identity doubled": (DOUBLED.format("event_id"), None),
    "correction aimed elsewhere": ("UPDATE event SET target_position = 1 WHERE position = 261", 261),
    "correction of another fact": ("UPDATE event SET fact_position = 1 WHERE position = 261", 261),
    "correction made a fact": ("UPDATE event SET target_position = NULL WHERE position = 261", 261),
    "append removed": ("DELETE FROM append_tx WHERE size = 2", 0),
    "last append removed": ("DELETE FROM append_tx WHERE size = 262", 260),
    "root changed": ("UPDATE append_tx SET root = sha256(root) WHERE size = 2", 1),
    "frontier changed": ("UPDATE append_tx SET frontier = sha256(frontier) WHERE size = 2", 1),
    "stamp of an append changed": ("UPDATE append_tx SET recorded_at = recorded_at - interval '1 s' WHERE size = 2", 0),
    "tile removed": ("DELETE FROM tile", None),
    "tile changed": ("UPDATE tile SET hashes = hashes || hashes", None),
    "root of a tile changed": ("UPDATE tile SET root = sha256(root)", None),
    "tile added": ("INSERT INTO tile VALUES ('cn-62', 1, 0, '', '')", None),
    "counter set back": ("UPDATE log SET size = 261", 261),
    "counter set forward": ("UPDATE log SET size = 263", 262),
    "frontier of the log changed": ("UPDATE log SET frontier = sha256(frontier)", None),
    "stamp of the log changed": ("UPDATE log SET recorded_at = recorded_at + interval '1 day'", None),
}  # fmt: skip


@pytest.fixture
async def filled(engine: AsyncEngine, log: str, offer: Callable[..., Offer]) -> str:
    """A log of 262 entries in four transactions, with one full tile and a correction at the end."""
    offers = [offer("record.filed", f"e{index}") for index in range(SIZE - 2)]
    last = [offer("person.registered", "p1"), offer("record.corrected", "c1", corrects_event_id="p1")]
    for batch in (offers[:2], offers[2:100], offers[100:], last):
        async with engine.begin() as conn:
            await store.append(conn, log, batch, SystemClock())
    return log


async def tamper(database_url: str, statements: str) -> None:
    """Run statements as one who may do anything, with the triggers off."""
    owner = open_engine(database_url, owner=True)
    async with owner.begin() as conn:
        await conn.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements.split("; "):
            await conn.execute(text(statement))
    await owner.dispose()


async def verdict_of(engine: AsyncEngine, log: str) -> Verdict:
    """What a verification finds."""
    async with engine.connect() as conn:
        return await verify(conn, log)


async def test_a_sound_log(engine: AsyncEngine, filled: str) -> None:
    """A log as the writer left it is found sound, with its size and root, and progress is told to the end."""
    told: list[tuple[int, int]] = []
    async with engine.connect() as conn:
        head = await logs.get(conn, filled)
        found = await verify(conn, filled, Manner(progress=lambda done, of: told.append((done, of))))
    assert found == Verdict(filled, SIZE, head.root, None)
    assert told[-1] == (SIZE, SIZE)


async def test_an_empty_log(engine: AsyncEngine, log: str) -> None:
    """An empty log is sound; a log that is not there is no verdict."""
    assert (await verdict_of(engine, log)).lie is None
    with pytest.raises(LogUnknown):
        await verdict_of(engine, "cn-99")


@pytest.mark.parametrize(("statements", "position"), TAMPERINGS.values(), ids=TAMPERINGS.keys())
async def test_a_lie_is_named(
    engine: AsyncEngine, database_url: str, filled: str, statements: str, position: int | None
) -> None:
    """Each tampering is found, and named at the position where it was done."""
    await tamper(database_url, statements)
    found = await verdict_of(engine, filled)
    assert found.lie is not None
    assert found.lie.position == position, found.lie


@pytest.mark.parametrize(
    "kept",
    [b"{", b"[]", b"1", b'{"id":"e7"}', b'{ "id": "e7"}', b'{"a":1.5}', b'{"a":1,"a":1}', b'{"a":"\\ud800"}', b"\xff"],
)
async def test_forged_bytes_are_a_lie_and_no_crash(
    engine: AsyncEngine, database_url: str, filled: str, kept: bytes
) -> None:
    """Bytes that no door would have let in are named, though their digests were forged to fit."""
    async with engine.connect() as conn:
        salt = (await conn.execute(text("SELECT salt_p FROM payload WHERE position = 7"))).scalar_one()
    salted = bytes(salt) + kept
    digests = (hashlib.sha256(salted).hexdigest(), sm3(salted).hex())
    await tamper(
        database_url,
        rf"UPDATE payload SET kept = '\x{kept.hex()}' WHERE position = 7; "
        rf"UPDATE event SET payload_sha256 = '\x{digests[0]}', payload_sm3 = '\x{digests[1]}' WHERE position = 7",
    )
    found = await verdict_of(engine, filled)
    assert found.lie is not None
    assert found.lie.position == 7
