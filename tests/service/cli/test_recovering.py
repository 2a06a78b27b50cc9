"""`zeren recover --from-mirror`: what a mirror has comes back row for row, under a checkpoint of the log's own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events import logs
from events.clock import SystemClock
from events.database import open_engine
from service.mirror.kept import Kept
from service.mirror.mirroring import mirror
from service.mirror.remote import Remote
from service.notary import kept as outside
from service.notary import keys
from service.notary.signing import Desk, sign
from tests.service.evidence import LOG, append, history
from tests.service.servers import Commands

pytestmark = pytest.mark.anyio

BEGIN, MIRRORED, SIGNED = 200, 530, 540
"""What the backup has, what the mirror has, what was signed last."""
ROWS = {
    "event": "(to_jsonb(t) - 'credential')",
    "payload": "to_jsonb(t)",
    "event_id": "to_jsonb(t)",
    "append_tx": "to_jsonb(t)",
    "tile": "to_jsonb(t)",
    "signing_key": "to_jsonb(t)",
}
OF_POSITION = ("event", "payload", "event_id", "signing_key")
OF_SIZE = ("append_tx", "checkpoint", "publication")
BEYOND = {
    **dict.fromkeys(OF_POSITION, "position >= {}"),
    **dict.fromkeys(OF_SIZE, "size > {}"),
    "tile": "(tile_index + 1) * 256 * (CASE level WHEN 0 THEN 1 ELSE 256 END) > {}",
}
"""What of each table stands beyond a size."""


async def rows(engine: AsyncEngine) -> dict[str, Any]:
    """Everything that is kept of the log, but for who posted it."""
    async with engine.connect() as conn:
        found: dict[str, Any] = {
            table: await conn.scalar(
                text(f"SELECT jsonb_agg({what} ORDER BY {what}::text) FROM {table} t WHERE log_id = :log"), {"log": LOG}
            )
            for table, what in ROWS.items()
        }
        log = await logs.get(conn, LOG)
        registry = await conn.scalar(text("SELECT registry_size FROM log WHERE log_id = :log"), {"log": LOG})
    return found | {"log": (log.size, log.root, log.recorded_at, log.frontier, registry)}


async def restore_backup(url: str, size: int) -> None:
    """Take the log back to an earlier size, as the restoring of a backup does."""
    owner = open_engine(url, owner=True, pool_size=1)
    async with owner.begin() as conn:
        for table, beyond in BEYOND.items():
            await conn.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            await conn.exec_driver_sql(f"DELETE FROM {table} WHERE log_id = '{LOG}' AND {beyond.format(size)}")
            await conn.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        await conn.execute(
            text("UPDATE log SET (size, recorded_at, frontier) = "
                 "(SELECT size, recorded_at, frontier FROM append_tx WHERE log_id = :log AND size = :size), "
                 "registry_size = coalesce((SELECT max(position) + 1 FROM signing_key WHERE log_id = :log), 0) "
                 "WHERE log_id = :log"),
            {"log": LOG, "size": size},
        )  # fmt: skip
    await owner.dispose()


@pytest.fixture
async def mirrored(engine: AsyncEngine, tmp_path: Path, client: httpx.AsyncClient) -> Callable[[int], Awaitable[None]]:
    """Grows the log to its signed size, mirrors it at some size on the way."""
    desk = Desk(engine, tmp_path / "data" / "notary", SystemClock())
    values = history()

    async def work(size: int) -> None:
        async with engine.begin() as conn:
            await logs.create(conn, LOG, name=None, origin=None, clock="live")
        at = 0
        for end in sorted({50, BEGIN, 256, 300, size, SIGNED}):
            await append(engine, values[at:end])
            at = end
            async with engine.connect() as conn:
                assert await sign(desk, await logs.get(conn, LOG)) is not None
            if end == size:
                await mirror(Kept(tmp_path / "mirror", LOG), Remote(client, LOG), None)

    return work


Recover = Callable[..., Awaitable[Any]]


@pytest.fixture
def recover(tmp_path: Path, database_url: str) -> Recover:
    """Runs `zeren recover` on the log."""
    commands = Commands(tmp_path / "data", database_url)

    async def work(*arguments: str, code: int = 0) -> Any:
        told = ("recover", LOG, "--from-mirror", str(tmp_path / "mirror"), *arguments)
        if code:
            return (await asyncio.to_thread(commands.run, *told, code=code)).stderr
        return await asyncio.to_thread(commands.json, *told)

    return work


async def test_a_mirror_makes_a_log_whole_again(
    mirrored: Callable[[int], Awaitable[None]], recover: Recover, engine: AsyncEngine, database_url: str, tmp_path: Path
) -> None:
    """Every row comes back as it was, appends, tiles and signing keys included; the log is open and its copy stands."""
    await mirrored(SIGNED)
    before = await rows(engine)
    copy = (tmp_path / "data" / "notary" / LOG / outside.COPY).read_text()
    await restore_backup(database_url, BEGIN)
    assert (await rows(engine))["log"][0] == BEGIN
    said = await recover()
    assert (said["size"], said["restored"], said["kept"]) == (SIGNED, SIGNED - BEGIN, None)
    after = await rows(engine)
    for table in before:
        assert after[table] == before[table], table
    async with engine.connect() as conn:
        log = await logs.get(conn, LOG)
        credentials = await conn.scalar(
            text("SELECT array_agg(DISTINCT credential) FROM event WHERE log_id = :log AND position >= :size"),
            {"log": LOG, "size": BEGIN},
        )
    assert (log.state, credentials) == ("open", ["restored"])
    assert (tmp_path / "data" / "notary" / LOG / outside.COPY).read_text() == copy
    desk = Desk(engine, tmp_path / "data" / "notary", SystemClock())
    assert await sign(desk, log) is not None


async def test_what_the_mirror_has_not_is_declared_lost(
    mirrored: Callable[[int], Awaitable[None]], recover: Recover, engine: AsyncEngine, database_url: str
) -> None:
    """A mirror that is behind brings back what it has, and only by decision does the log go on without the rest."""
    await mirrored(MIRRORED)
    await restore_backup(database_url, BEGIN)
    assert "more was signed" in await recover(code=1)
    assert (await rows(engine))["log"][0] == BEGIN
    unfit = ("--declare-loss", "--reason", "the entry of 110101199003070011 is gone")
    assert "identity number" in await recover(*unfit, code=2)
    said = await recover("--declare-loss", "--reason", "the rest is gone")
    assert (said["size"], said["restored"], said["lost_size"]) == (MIRRORED, MIRRORED - BEGIN, SIGNED)
    assert "lost-1" in said["kept"]


async def test_a_mirror_that_does_not_fit_is_refused(
    mirrored: Callable[[int], Awaitable[None]], recover: Recover, engine: AsyncEngine, database_url: str, tmp_path: Path
) -> None:
    """A mirror that was changed, is not under this log's key, or is of nothing changes nothing."""
    await mirrored(SIGNED)
    await restore_backup(database_url, BEGIN)
    before = await rows(engine)
    entries = next((tmp_path / "mirror" / LOG / "entries").rglob("*.ndjson"))
    whole = entries.read_bytes()
    entries.write_bytes(whole.replace(b'"source":"urn:test"', b'"source":"urn:tess"', 1))
    assert "does not hold" in await recover(code=1)
    entries.write_bytes(whole)
    file = tmp_path / "mirror" / LOG / "checkpoint"
    note = file.read_text()
    other = keys.generate("zeren.example/other", sm2=False)[0]
    file.write_text(note.replace(note.splitlines()[-1], "— " + other.public.name + " " + note.split(" ")[-1].strip()))
    assert "does not hold" in await recover(code=1)
    file.unlink()
    assert "holds no mirror" in await recover(code=1)
    assert await rows(engine) == before
