"""Signing: what is signed, in which order, how keys change, and when nothing is signed any more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events import checkpoints, logs, note
from events.checkpoint import parse_body
from events.checkpoints import SignedOtherwise
from events.note import parse_vkey
from service.notary import kept, keys, signing
from service.notary.signing import Contradicted, Desk, NotOurKeys, Signer, sign
from tests.service.notary.conftest import LOG, ORIGIN, Grow

pytestmark = pytest.mark.anyio


async def test_a_checkpoint_is_signed_kept_outside_and_published(
    desk: Desk, engine: AsyncEngine, grow: Grow, tmp_path: Path
) -> None:
    """The head is signed with the log's own key, and the same note stands in database, outside copy and publication."""
    log = await grow("a", "b", "c")
    signed = await sign(desk, log)
    assert signed is not None
    found = note.parse(signed.note)
    async with engine.connect() as conn:
        (vkey,) = await checkpoints.vkeys(conn, LOG)
        assert await checkpoints.newest(conn, LOG) == signed
        assert await checkpoints.published(conn, LOG) == signed
    assert found.signed_by(parse_vkey(vkey))
    assert parse_body(found.text) == kept.read(tmp_path / "notary", LOG, ORIGIN)
    assert (signed.size, signed.root, parse_body(found.text).origin) == (3, log.root, ORIGIN)
    assert (tmp_path / "notary" / LOG / kept.COPY).read_text() == signed.note


async def test_a_new_key_signs_first_what_it_signs_now(desk: Desk, engine: AsyncEngine, grow: Grow) -> None:
    """Entries that come while the first checkpoint is signed do not move the size from which its key is on record."""
    before = await grow("a", "b")
    await grow("c")
    async with engine.begin() as conn:
        signed = await signing._sign_head(desk, conn, before)
        first = (await conn.execute(text("SELECT first_size FROM log_key WHERE log_id = :log"), {"log": LOG})).scalar()
    assert first == signed.size == 2


async def test_an_empty_log_is_not_signed(desk: Desk, grow: Grow) -> None:
    """Before its first entry a log has neither key nor checkpoint."""
    log = await grow()
    assert await sign(desk, log) is None
    assert not desk.directory.exists()


async def test_the_second_line_is_of_sm2(desk: Desk, grow: Grow) -> None:
    """Where SM2 is asked for, be it later, a line of it stands below that of Ed25519, and both verify."""
    await sign(desk, await grow("a"))
    before = keys.read(desk.directory, LOG)
    signed = await sign(replace(desk, sm2=True), await grow("b"))
    ring = keys.read(desk.directory, LOG)
    assert signed is not None
    found = note.parse(signed.note)
    assert [each.key_id for each in found.signatures] == [key.public.key_id for key in ring.current]
    assert [key.public.algorithm for key in ring.current] == ["Ed25519", "SM2"]
    assert ring.current[0] == before.current[0]
    assert all(found.signed_by(key.public) for key in ring.current)


async def test_keys_change_with_two_lines(desk: Desk, engine: AsyncEngine, grow: Grow) -> None:
    """While old keys retire both sign; afterwards the new ones alone; all of them stay on record."""
    await sign(desk, await grow("a"))
    (old,) = keys.read(desk.directory, LOG).current
    (new,) = keys.rotate(desk.directory, LOG, ORIGIN, sm2=False).current
    both = await sign(desk, await grow("b"))
    keys.retire(desk.directory, LOG)
    alone = await sign(desk, await grow("c"))
    assert both is not None
    assert alone is not None
    assert [each.key_id for each in note.parse(both.note).signatures] == [new.public.key_id, old.public.key_id]
    assert [each.key_id for each in note.parse(alone.note).signatures] == [new.public.key_id]
    async with engine.connect() as conn:
        assert await checkpoints.vkeys(conn, LOG) == [str(old.public), str(new.public)]


async def test_a_log_that_came_back_smaller_is_halted(
    desk: Desk, engine: AsyncEngine, grow: Grow, lose: Callable[[], Awaitable[None]]
) -> None:
    """A restored log with fewer entries than were signed is not signed, and takes no entries."""
    await sign(desk, await grow("a", "b", "c"))
    await lose()
    with pytest.raises(Contradicted, match="smaller"):
        await sign(desk, await grow("a"))
    async with engine.connect() as conn:
        assert (await logs.get(conn, LOG)).state == "halted"
        assert await checkpoints.newest(conn, LOG) is None


async def test_a_log_that_came_back_different_is_halted(
    desk: Desk, engine: AsyncEngine, grow: Grow, lose: Callable[[], Awaitable[None]]
) -> None:
    """A log that grew again beyond what was signed, with other entries, is not signed."""
    await sign(desk, await grow("a", "b", "c"))
    await lose()
    with pytest.raises(Contradicted, match="different"):
        await sign(desk, await grow("a", "b", "c", "d"))
    async with engine.connect() as conn:
        assert (await logs.get(conn, LOG)).state == "halted"


async def test_without_the_copy_the_database_s_own_checkpoint_is_held_against_it(desk: Desk, grow: Grow) -> None:
    """Where no outside copy is left, a log that contradicts its newest checkpoint is not signed either."""
    log = await grow("a", "b")
    await sign(desk, log)
    kept.set_aside(desk.directory, LOG)
    async with desk.engine.begin() as conn:
        await conn.execute(
            text("INSERT INTO checkpoint VALUES (:log, 3, :root, 'note', now())"), {"log": LOG, "root": bytes(32)}
        )
    with pytest.raises(Contradicted, match="different"):
        await sign(desk, await grow("c"))


async def test_a_copy_that_cannot_be_read_halts_the_log(desk: Desk, engine: AsyncEngine, grow: Grow) -> None:
    """A damaged outside copy proves nothing: nothing is signed until an operator has looked."""
    await sign(desk, await grow("a"))
    (desk.directory / LOG / kept.COPY).write_text("nonsense")
    with pytest.raises(kept.CopyUnreadable):
        await sign(desk, await grow("b"))
    async with engine.connect() as conn:
        assert (await logs.get(conn, LOG)).state == "halted"


async def test_the_signer_takes_a_damaged_log_by_itself(desk: Desk, grow: Grow) -> None:
    """One log that cannot be signed keeps no other from being signed, the service's own included."""
    await sign(desk, await grow("a"))
    (desk.directory / LOG / kept.COPY).write_text("nonsense")
    await grow("b")
    await grow("a", log_id="cn-63")
    await grow("a", log_id="access")
    signer = Signer(desk)
    await signer.sign_all()
    assert sorted(signer.newest) == ["access", "cn-63"]


async def test_a_crash_before_the_copy_is_made_good(desk: Desk, engine: AsyncEngine, grow: Grow) -> None:
    """A notary that died between the row and the copy leaves nothing published; the next one writes the copy first."""
    log = await grow("a", "b")
    async with engine.begin() as conn:
        made = await signing._sign_head(desk, conn, log)
    async with engine.connect() as conn:
        assert await checkpoints.published(conn, LOG) is None
    assert kept.read(desk.directory, LOG, ORIGIN) is None
    assert await sign(desk, log) == made
    assert kept.read(desk.directory, LOG, ORIGIN) == parse_body(note.parse(made.note).text)
    async with engine.connect() as conn:
        assert await checkpoints.published(conn, LOG) == made


async def test_two_notaries_agree(desk: Desk, engine: AsyncEngine, grow: Grow) -> None:
    """Notaries that share keys and sign at the same moment keep one checkpoint for each size."""
    for turn in range(5):
        log = await grow(f"a{turn}", f"b{turn}")
        first, second = await asyncio.gather(sign(desk, log), sign(desk, log))
        assert first == second
    async with engine.connect() as conn:
        assert await conn.scalar(text("SELECT count(*) FROM checkpoint WHERE log_id = :log"), {"log": LOG}) == 5
        assert len(await checkpoints.vkeys(conn, LOG)) == 1


async def test_a_notary_with_other_keys_does_not_sign(
    desk: Desk, engine: AsyncEngine, grow: Grow, tmp_path: Path
) -> None:
    """A second notary that has not the log's keys leaves the log alone, but keeps what the first has signed."""
    signed = await sign(desk, await grow("a"))
    assert signed is not None
    with pytest.raises(NotOurKeys):
        await sign(replace(desk, directory=tmp_path / "other"), await grow("b"))
    assert (tmp_path / "other" / LOG / kept.COPY).read_text() == signed.note
    assert not (tmp_path / "other" / LOG / keys.CURRENT).exists()
    async with engine.connect() as conn:
        assert len(await checkpoints.vkeys(conn, LOG)) == 1


async def test_another_root_for_a_signed_size_is_refused(desk: Desk, engine: AsyncEngine, grow: Grow) -> None:
    """The database keeps one checkpoint for a size, and says so where another root is brought."""
    signed = await sign(desk, await grow("a"))
    assert signed is not None
    async with engine.begin() as conn:
        with pytest.raises(SignedOtherwise):
            await checkpoints.add(conn, LOG, replace(signed, root=bytes(32)))


async def test_where_a_quorum_must_first_nothing_is_published(desk: Desk, engine: AsyncEngine, grow: Grow) -> None:
    """A notary that does not publish signs and keeps, and what was published before stands."""
    first = await sign(desk, await grow("a"))
    await sign(replace(desk, publishes=False), await grow("b"))
    async with engine.connect() as conn:
        assert await checkpoints.published(conn, LOG) == first


async def test_a_commit_that_waits_for_no_disk_is_flushed_before_the_copy(desk: Desk, grow: Grow) -> None:
    """What a checkpoint covers is on disk before the copy is written: the copy never outruns a crash."""
    log = await grow("a")
    async with desk.engine.begin() as conn:
        await conn.exec_driver_sql("SET LOCAL synchronous_commit = off")
        await conn.execute(checkpoints.DURABLY)
        assert await conn.scalar(text("SHOW synchronous_commit")) == "on"
        await conn.rollback()
    before = await desk_lsn(desk)
    await sign(desk, log)
    assert await desk_lsn(desk) > before


async def desk_lsn(desk: Desk) -> int:
    """How far the database's log is flushed, in bytes."""
    async with desk.engine.connect() as conn:
        flushed = await conn.scalar(text("SELECT pg_current_wal_flush_lsn() - '0/0'::pg_lsn"))
        return int(flushed)
