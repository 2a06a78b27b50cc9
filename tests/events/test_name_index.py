"""The map of names follows its log, and the companion log has its root on record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events import entries, logs, name_index, name_tables
from events.appender import Appender
from events.clock import ScriptedClock, SystemClock
from events.errors import NotAsIndexed, NotYetIndexed
from events.knowledge import root_at
from events.name_growing import EMPTY_MAP_ROOT
from events.name_index import EVERY, index_of
from events.name_map import BadOpening, check, check_entries, key_of
from events.receipts import Appended, Offer

pytestmark = pytest.mark.anyio

Make = Callable[..., Offer]


@pytest.fixture
async def appender(engine: AsyncEngine) -> AsyncIterator[Appender]:
    """An appender on this test's database."""
    opened = Appender(engine, SystemClock())
    yield opened
    await opened.close()


async def extend(engine: AsyncEngine, appender: Appender, log: str, later: timedelta = EVERY) -> bool:
    """Extend, as if so much time had passed."""
    return await name_index.extend(engine, appender.append, ScriptedClock(SystemClock().now() + later), log, 10.0)


async def recorded(engine: AsyncEngine, log: str) -> list[Any]:
    """What the entries of the companion log say, in order."""
    async with engine.connect() as conn:
        return [entry.data for entry in await entries.between(conn, index_of(log), 0, 100, limit=100)]


async def proved(engine: AsyncEngine, log: str, names: Sequence[str]) -> dict[str, list[int]]:
    """The positions that the map proves for some names, every opening checked."""
    opened = await name_index.open_keys(engine, log, names)
    found = {}
    async with engine.connect() as conn:
        told = await name_index.positions(conn, log, names, opened.entry.size)
        leaves = await entries.leaf_hashes(conn, log, 0, opened.entry.size)
    for name, opening in opened.openings.items():
        check(opened.entry.map_root, key_of(log, name), opening)
        check_entries(opening, [(position, leaves[position]) for position in told[name]])
        found[name] = told[name]
    return found


async def test_what_names_an_id_is_proved(engine: AsyncEngine, appender: Appender, log: str, offer: Make) -> None:
    """Every name opens to just the entries that give it: a correction under old names and new, its approver's too."""
    await appender.append(log, [offer("person.registered", "e1"), offer("record.filed", "e2", archive="j1")])
    changed = {"corrected_payload": {"person_id": "p2", "name_zh": "李四"}, "approved_by": {"post_id": "s1"}}
    await appender.append(log, [offer("record.corrected", "e3", **changed)])
    await appender.append(log, [offer("record.annulled", "e4", annuls_event_id="e3", approver="b1")])
    entry = await name_index.ensure(engine, appender.append, log, 4)
    assert (entry.position, entry.size) == (0, 4)
    assert await proved(engine, log, ["p1", "p2", "s1", "b1", "r1", "j1", "e1", "e3", "nobody"]) == {
        "p1": [0, 2, 3],
        "p2": [2, 3],
        "s1": [2, 3],
        "b1": [3],
        "r1": [1],
        "j1": [1],
        "e1": [2, 3],
        "e3": [3],
        "nobody": [],
    }


async def test_the_companion_says_what_the_map_was(
    engine: AsyncEngine, appender: Appender, log: str, offer: Make
) -> None:
    """An entry has the log, its size, its root there and the map's root, and its log is one of the service's own."""
    await appender.append(log, [offer("record.filed", "e1")])
    await extend(engine, appender, log)
    (said,) = await recorded(engine, log)
    async with engine.connect() as conn:
        standing = await name_tables.state(conn, log)
        root = await root_at(conn, log, 1)
        assert (await logs.get(conn, index_of(log))).service
    newest = await name_index.newest(engine, log)
    assert newest is not None
    assert (newest.size, newest.root, newest.map_root) == (1, root, standing.root)
    assert set(said) == {"log", "size", "root", "map_root"}
    assert (said["log"], said["size"]) == (log, 1)
    assert standing.root != EMPTY_MAP_ROOT


async def test_only_growth_is_recorded(engine: AsyncEngine, appender: Appender, log: str, offer: Make) -> None:
    """An empty log has no companion; a log that did not grow gets no entry, one that did gets one, after a while."""
    await extend(engine, appender, log)
    for size in (0, 1):
        with pytest.raises(NotYetIndexed):
            await name_index.ensure(engine, appender.append, log, size)
    assert await name_index.newest(engine, log) is None
    await appender.append(log, [offer("record.filed", "e1")])
    for _ in range(2):
        await extend(engine, appender, log)
    assert [said["size"] for said in await recorded(engine, log)] == [1]
    await appender.append(log, [offer("record.filed", "e2")])
    await extend(engine, appender, log, EVERY / 2)
    assert [said["size"] for said in await recorded(engine, log)] == [1]
    await extend(engine, appender, log)
    assert [said["size"] for said in await recorded(engine, log)] == [1, 2]


async def test_service_logs_and_halted_logs_have_none(
    engine: AsyncEngine, appender: Appender, database_url: str, log: str, offer: Make
) -> None:
    """The companion has no companion, and of a halted log nothing is said."""
    await appender.append(log, [offer("record.filed", "e1")])
    await extend(engine, appender, log)
    await extend(engine, appender, index_of(log))
    assert await name_index.newest(engine, index_of(log)) is None
    await appender.append(log, [offer("record.filed", "e2")])
    await as_owner(database_url, "UPDATE log SET state = 'halted' WHERE log_id = $1", log)
    await extend(engine, appender, log)
    assert [said["size"] for said in await recorded(engine, log)] == [1]
    with pytest.raises(NotYetIndexed):
        await name_index.ensure(engine, appender.append, index_of(log), 1)


async def as_owner(database_url: str, statement: str, *given: Any) -> None:
    """A statement as the owner, whom no trigger stops."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(statement, *given)
    finally:
        await connection.close()


async def test_a_size_is_ensured_at_once(engine: AsyncEngine, appender: Appender, log: str, offer: Make) -> None:
    """A size that is asked for is indexed without waiting for its turn; one covered already makes no entry."""
    await appender.append(log, [offer("record.filed", f"e{n}") for n in range(3)])
    await name_index.ensure(engine, appender.append, log, 2)
    await appender.append(log, [offer("record.filed", "e3")])
    assert (await name_index.ensure(engine, appender.append, log, 3)).size == 3
    assert (await name_index.ensure(engine, appender.append, log, 4)).size == 4
    assert [said["size"] for said in await recorded(engine, log)] == [3, 4]
    with pytest.raises(NotYetIndexed):
        await name_index.ensure(engine, appender.append, log, 5)


async def test_many_at_once(engine: AsyncEngine, appender: Appender, log: str, offer: Make) -> None:
    """Whoever extends and asks at one time, the companion's sizes rise and every opening holds."""

    async def grow() -> None:
        for n in range(8):
            await appender.append(log, [offer("person.registered", f"e{n}", person_id=f"p{n % 3}")])
            await extend(engine, appender, log)

    async def ask(pauses: int) -> None:
        for _ in range(pauses):
            await asyncio.sleep(0.01)
            async with engine.connect() as conn:
                head = await logs.get(conn, log)
            if head.size:
                entry = await name_index.ensure(engine, appender.append, log, head.size)
                assert entry.size >= head.size
                await proved(engine, log, ["p0", "p1"])

    await asyncio.gather(grow(), *(ask(pauses) for pauses in (1, 3, 5, 8, 8)))
    await name_index.ensure(engine, appender.append, log, 8)
    sizes = [said["size"] for said in await recorded(engine, log)]
    assert sizes == sorted(set(sizes))
    assert sizes[-1] == 8


async def test_a_crash_before_the_entry_is_made_good(
    engine: AsyncEngine, appender: Appender, log: str, offer: Make
) -> None:
    """Where the map was taken on and nothing was appended of it, the next call appends."""

    async def crash(_log_id: str, _offers: Sequence[Offer]) -> Appended:
        raise ConnectionResetError

    await appender.append(log, [offer("person.registered", "e1")])
    with pytest.raises(ConnectionResetError):
        await name_index.extend(engine, crash, SystemClock(), log, 1.0)
    async with engine.connect() as conn:
        assert (await name_tables.state(conn, log)).size == 1
    with pytest.raises(NotYetIndexed):
        await name_index.open_keys(engine, log, ["p1"], patience=0.1)
    await extend(engine, appender, log)
    assert await proved(engine, log, ["p1"]) == {"p1": [0]}


async def test_a_log_that_is_another_is_not_indexed(
    engine: AsyncEngine, appender: Appender, database_url: str, log: str, offer: Make
) -> None:
    """A log whose root at the size on record is another, or that is smaller, is refused, and nothing is appended."""
    await appender.append(log, [offer("record.filed", "e1")])
    await extend(engine, appender, log)
    await appender.append(log, [offer("record.filed", "e2")])
    await as_owner(database_url, "UPDATE append_tx SET frontier = sha256(frontier) WHERE log_id = $1 AND size = 1", log)
    with pytest.raises(NotAsIndexed, match="another"):
        await extend(engine, appender, log)
    await as_owner(database_url, "UPDATE log SET size = 0, frontier = '' WHERE log_id = $1", log)
    with pytest.raises(NotAsIndexed, match="has 0 entries"):
        await extend(engine, appender, log)
    assert [said["size"] for said in await recorded(engine, log)] == [1]


async def test_a_map_that_is_another_is_not_opened(
    engine: AsyncEngine, appender: Appender, database_url: str, log: str, offer: Make
) -> None:
    """A bucket or root that somebody changed gives no opening that holds."""
    await appender.append(log, [offer("person.registered", "e1")])
    await extend(engine, appender, log)
    await as_owner(database_url, "UPDATE name_bucket SET content = content || content WHERE log_id = $1", log)
    opened = await name_index.open_keys(engine, log, ["p1"])
    with pytest.raises(BadOpening):
        check(opened.entry.map_root, key_of(log, "p1"), opened.openings["p1"])
    await as_owner(database_url, "UPDATE name_map SET root = sha256(root) WHERE log_id = $1", log)
    with pytest.raises(NotAsIndexed):
        await name_index.open_keys(engine, log, ["p1"])


@pytest.mark.parametrize("asked", [True, False])
async def test_a_map_that_was_emptied_is_made_again(
    engine: AsyncEngine, appender: Appender, database_url: str, log: str, offer: Make, asked: bool
) -> None:
    """Without its tables a map is made again, when asked for or by itself, and no entry is added for it."""
    await appender.append(log, [offer("person.registered", "e1"), offer("person.registered", "e2")])
    await extend(engine, appender, log)
    for table in ("name_map", "name_bucket", "name_tile", "name_position"):
        await as_owner(database_url, f"DELETE FROM {table} WHERE log_id = $1", log)
    with pytest.raises(NotYetIndexed):
        await name_index.open_keys(engine, log, ["p1"])
    if asked:
        await name_index.ensure(engine, appender.append, log, 1)
    else:
        await extend(engine, appender, log, timedelta())
    assert await proved(engine, log, ["p1"]) == {"p1": [0, 1]}
    assert [said["size"] for said in await recorded(engine, log)] == [2]


async def test_slices_give_the_same_map(
    engine: AsyncEngine, appender: Appender, log: str, offer: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However the log is cut into slices, the map is one, and a budget that is over leaves the rest for later."""
    offers = [offer("person.registered", f"e{n}", person_id=f"p{n % 7}") for n in range(50)]
    offers += [offer("record.corrected", f"c{n}", corrects_event_id=f"e{n}") for n in range(0, 50, 5)]
    await appender.append(log, offers)
    await extend(engine, appender, log)
    async with engine.connect() as conn:
        whole = await name_tables.state(conn, log)
    async with engine.begin() as conn:
        await logs.create(conn, "cn-63", name=None, origin=None, clock="live")
    await appender.append("cn-63", offers)
    monkeypatch.setattr(name_tables, "SLICE", 7)
    turns = 0
    while await name_index.extend(engine, appender.append, SystemClock(), "cn-63", 0.0):
        turns += 1
    assert turns == 8
    names = [f"p{n}" for n in range(7)]
    one, other = await proved(engine, log, names), await proved(engine, "cn-63", names)
    assert one == other
    assert sum(map(len, one.values())) >= 60
    assert whole.size == 60
