"""What a notary directory keeps is held against the log it was kept for: another database is not halted by it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events import checkpoints, logs
from events.appender import Appender
from events.clock import SystemClock
from events.database import open_engine
from events.errors import LogClosed, LogUnknown, OtherDatabase
from service.notary import belonging, kept, keys
from service.notary.guarding import Guard
from service.notary.signing import Contradicted, Desk, Signer, sign
from tests.service.notary.conftest import LOG, ORIGIN, Grow, offer

pytestmark = pytest.mark.anyio

Lose = Callable[[], Awaitable[None]]
Owner = Callable[[str], Awaitable[None]]


@pytest.fixture
async def appender(desk: Desk, engine: AsyncEngine) -> AsyncIterator[Appender]:
    """An appender guarded by the notary directory."""
    made = Appender(engine, SystemClock(), guard=Guard(engine, desk.directory))
    yield made
    await made.close()


@pytest.fixture
def owner(database_url: str) -> Owner:
    """Changes what triggers and grants keep from everybody else."""

    async def work(statement: str) -> None:
        opened = open_engine(database_url, owner=True, pool_size=1)
        async with opened.begin() as conn:
            await conn.exec_driver_sql("SET session_replication_role = replica")
            await conn.exec_driver_sql(statement)
        await opened.dispose()

    return work


@pytest.fixture
def another(lose: Lose, owner: Owner) -> Lose:
    """Puts the log of another installation in the place of the one that was signed: of its name, made later, empty."""

    async def work() -> None:
        await lose()
        await owner(f"UPDATE log SET created_at = clock_timestamp() WHERE log_id = '{LOG}'")

    return work


async def standing(engine: AsyncEngine) -> tuple[str, int, bool]:
    """State and size of the log, and whether a checkpoint of it is in the database."""
    async with engine.connect() as conn:
        log = await logs.get(conn, LOG)
        return log.state, log.size, await checkpoints.newest(conn, LOG) is not None


async def test_the_directory_of_another_database_halts_nothing(
    desk: Desk, appender: Appender, engine: AsyncEngine, grow: Grow, another: Lose, tmp_path: Path
) -> None:
    """With it nothing is appended or signed, in plain words; with a directory of its own the log goes on."""
    await sign(desk, await grow("a", "b", "c"))
    await another()
    log = await grow("x")
    for _ in range(2):
        with pytest.raises(OtherDatabase) as refused:
            await appender.append(LOG, [offer("y")])
    assert "is of another database" in refused.value.message("en")
    assert "属于另一数据库" in refused.value.message("zh")
    with pytest.raises(OtherDatabase, match=r"of size 3, which is not of the log of that name here, of 1 entries"):
        await sign(desk, log)
    assert await standing(engine) == ("open", 1, False)

    own = replace(desk, directory=tmp_path / "own")
    beside = Appender(engine, SystemClock(), guard=Guard(engine, own.directory))
    assert (await beside.append(LOG, [offer("y")])).size == 2
    await beside.close()
    assert await sign(own, log) is not None


async def test_one_stranger_keeps_no_other_log_from_being_signed(desk: Desk, grow: Grow, another: Lose) -> None:
    """The notary leaves the log alone whose copy is of another database, and signs the others."""
    await sign(desk, await grow("a"))
    await another()
    await grow("a", log_id="cn-63")
    signer = Signer(desk)
    await signer.sign_all()
    assert list(signer.newest) == ["cn-63"]


async def test_a_log_that_is_not_there_is_not_begun(
    desk: Desk, appender: Appender, engine: AsyncEngine, grow: Grow
) -> None:
    """Where a checkpoint is kept of a log that the database has not, the log takes no first entry either."""
    await sign(desk, await grow("a"))
    (desk.directory / LOG).rename(desk.directory / "cn-63")
    with pytest.raises(OtherDatabase, match="no such log here"):
        await appender.append("cn-63", [offer("a")])
    async with engine.begin() as conn:
        await logs.create(conn, "cn-63", name=None, origin="zeren.example/cn-63", clock="live")
    with pytest.raises(OtherDatabase):
        await appender.append("cn-63", [offer("a")])
    with pytest.raises(LogUnknown):
        await appender.append("x" * 300, [offer("a")])


async def test_the_copy_of_another_origin_halts_nothing(
    desk: Desk, appender: Appender, engine: AsyncEngine, grow: Grow, another: Lose
) -> None:
    """A copy that names another origin, or is damaged, halts the log that it was kept for and no other."""
    await sign(desk, await grow("a"))
    await another()
    log = await grow("x")
    copy = desk.directory / LOG / kept.COPY
    for text in (copy.read_text().replace(ORIGIN, "elsewhere.example/cn-62"), "nonsense"):
        copy.write_text(text)
        with pytest.raises(OtherDatabase):
            await appender.append(LOG, [offer("y")])
        with pytest.raises(OtherDatabase):
            await sign(desk, log)
    assert await standing(engine) == ("open", 1, False)


async def test_a_backup_from_before_new_keys_is_halted(
    desk: Desk, engine: AsyncEngine, grow: Grow, lose: Lose, owner: Owner
) -> None:
    """A database that knows only keys that were retired since is still the one that was signed."""
    await sign(desk, await grow("a"))
    (old,) = keys.read(desk.directory, LOG).vkeys
    keys.rotate(desk.directory, LOG, ORIGIN, sm2=False)
    await sign(desk, await grow("b"))
    keys.retire(desk.directory, LOG)
    await sign(desk, await grow("c"))
    await lose()
    await owner(f"INSERT INTO log_key VALUES ('{LOG}', '{old}', 1)")
    with pytest.raises(Contradicted, match="smaller"):
        await sign(desk, await grow("a"))
    assert await standing(engine) == ("halted", 1, False)


async def test_a_directory_from_before_badges_is_known_by_its_key(
    desk: Desk, appender: Appender, engine: AsyncEngine, grow: Grow, lose: Lose, owner: Owner
) -> None:
    """Where no badge stands yet, a copy under a key on record is of this log: a restored backup of it is halted."""
    await sign(desk, await grow("a", "b"))
    (vkey,) = keys.read(desk.directory, LOG).vkeys
    (desk.directory / LOG / belonging.BADGE).unlink()
    await lose()
    await owner(f"INSERT INTO log_key VALUES ('{LOG}', '{vkey}', 1)")
    with pytest.raises(LogClosed, match="halted"):
        await appender.append(LOG, [offer("a")])
    assert (await standing(engine))[0] == "halted"


async def test_a_sound_log_gets_its_badge(desk: Desk, grow: Grow) -> None:
    """The next look at a log that agrees with its copy writes the badge that was missing, or was of another log."""
    log = await grow("a", "b")
    await sign(desk, log)
    badge = desk.directory / LOG / belonging.BADGE
    right = badge.read_text()
    badge.unlink()
    await sign(desk, log)
    assert badge.read_text() == right
    badge.write_text("cn-62 made 2001-01-01T00:00:00.000000Z\n")
    await sign(desk, log)
    assert badge.read_text() == right


@pytest.mark.parametrize("badge", ["stands", "is missing", "is of another log"])
@pytest.mark.parametrize("on_record", ["no key", "another's key"])
async def test_keys_that_were_taken_off_the_record_open_no_way(
    desk: Desk,
    appender: Appender,
    engine: AsyncEngine,
    grow: Grow,
    lose: Lose,
    owner: Owner,
    badge: str,
    on_record: str,
) -> None:
    """Whoever removes or replaces the keys of a changed log, and its instant, gets nothing appended and signed."""
    await sign(desk, await grow("a", "b"))
    await lose()
    log = await grow("x", "y", "z")
    if badge == "is missing":
        (desk.directory / LOG / belonging.BADGE).unlink()
    if badge == "is of another log":
        await owner(f"UPDATE log SET created_at = clock_timestamp() WHERE log_id = '{LOG}'")
    if on_record == "another's key":
        (key,) = keys.generate(ORIGIN, sm2=False)
        await owner(f"INSERT INTO log_key VALUES ('{LOG}', '{key.public}', 1)")
    before = (desk.directory / LOG / kept.COPY).read_text()
    with pytest.raises((LogClosed, OtherDatabase)):
        await appender.append(LOG, [offer("c")])
    if badge == "stands":
        assert await sign(desk, log) is None
    else:
        with pytest.raises(OtherDatabase):
            await sign(desk, log)
    assert await standing(engine) == ("halted" if badge == "stands" else "open", 3, False)
    assert (desk.directory / LOG / kept.COPY).read_text() == before
