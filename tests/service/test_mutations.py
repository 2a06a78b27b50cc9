"""Every mutation is caught: whatever one changes in a database with all rights, a verification names it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import asyncpg
import pytest

from events import logs
from events.clock import SystemClock
from events.database import open_engine
from events.verify import Manner, verify
from events.verifying.published import Outside
from service.notary.keys import generate
from service.notary.signing import Desk, sign
from tests.service.evidence import EARLIER, LOG, SIZE, World, append, history, lie_after

pytest_plugins = ["tests.service.evidence"]
pytestmark = pytest.mark.anyio

ELSEWHERE: Final = {
    "alembic_version": "the schema's version",
    "api_key": "keys of the API are no evidence: they say who may ask, not what is on record",
    "directory": "finds the log that knows an id; what it leads to is checked, and `zeren rebuild` fills it again",
    "log_origin": "keeps the origins of new logs apart; which one a log has is in its row and in what it signed",
    "projection_state": "how far the projections are: a verification takes them to the head, and compares their rows",
    **dict.fromkeys(
        ("duty_board", "duty_place", "duty_group", "duty_reach", "duty_status", "duty_tally"),
        "counts of what follows from the entries, made again after a rebuild; no answer is proven by them",
    ),
}
"""Tables without evidence, and why."""
UNCOVERED: Final = {
    "log.name": "a title, which the operator may set",
    "log.state": "the operator's to set",
    "log.created_at": "the database's own note",
    "event.credential": "not in the leaf: guarded by the database alone",
    "checkpoint.signed_at": "the service's own clock; what proves a time is the time token",
    "erasure.recorded_at": "the service's own clock; the day is on record in the log access",
    "cosignature.received_at": "the service's own clock; the witness's time is in its line",
    "time_token.received_at": "the service's own clock; the authority's time is in the token",
    "cosignature.log_id": "a cosignature that is gone is one that never came",
    "time_token.log_id": "a token that is gone is one that never came",
    "publication.log_id": "a checkpoint that is signed and not published is one that waits for its witnesses",
    "publication.published_at": "the service's own clock",
}
"""Columns that nothing else confirms, and why."""
ROW: Final = {
    "event": "position = 400", "payload": "position = 1", "event_id": "position = 400",
    "append_tx": f"size = {EARLIER}",
    "checkpoint": f"size = {EARLIER}", "signing_key": "position = 0", "tile": "tile_index = 1",
}  # fmt: skip
"""Which row of a table is changed; of the others the first."""
CHANGED: Final = {
    "bigint": "{0} + 1000000", "integer": "{0} + 1000000", "boolean": "NOT {0}",
    "timestamp with time zone": "{0} + interval '1 us'",
    "text": "{0} || 'x'", "bytea": "set_byte({0}, length({0}) / 2, get_byte({0}, length({0}) / 2) # 1)",
    "jsonb": "'[]'::jsonb", "ARRAY": "array_append({0}, 'x')",
}  # fmt: skip
GIVEN: Final = {
    "bigint": "7",
    "integer": "7",
    "text": "'x'",
    "bytea": r"'\x00'",
    "timestamp with time zone": "'2020-01-01'",
}
"""In the place of null."""
CHOSEN: Final = {
    "log.clock": "'scripted'",
    "signing_key.act": "'revoked'",
    "tile.level": "{0} + 1",
    "time_token.token": "set_byte({0}, length({0}) - 5, get_byte({0}, length({0}) - 5) # 1)",
}
"""Where not every value is one of the column's."""


async def columns_of(url: str) -> list[tuple[str, str, str]]:
    """Table, column and type of every column of the database."""
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' "
        "AND table_name IN (SELECT tablename FROM pg_tables) ORDER BY table_name, ordinal_position"
    )
    await connection.close()
    return [(row[0], row[1], row[2]) for row in rows]


async def changing(world: World, table: str, column: str, kind: str) -> str:
    """The statement that changes a column in one row of the log."""
    connection = await asyncpg.connect(world.url)
    generation = " AND generation = 1" if table.startswith("p_") or table == "mention" else ""
    where = f"log_id = '{LOG}'{generation}" + (f" AND {ROW[table]}" if table in ROW else "")
    row = await connection.fetchrow(
        f"SELECT ctid::text AS at, {column} AS now FROM {table} WHERE {where} ORDER BY 1 LIMIT 1"
    )
    await connection.close()
    assert row is not None, f"{table} is empty: nothing proves that it is checked"
    name = f"{table}.{column}"
    changed = CHOSEN.get(name) or (GIVEN if row["now"] is None else CHANGED)[kind]
    return f"UPDATE {table} SET {column} = {changed.format(column)} WHERE ctid = '{row['at']}'"


async def test_the_log_is_sound(world: World) -> None:
    """Untouched, the log and all beside it is found sound, with nothing left unchecked."""
    assert await lie_after(world) is None


@pytest.mark.long
async def test_every_column_is_covered(world: World) -> None:
    """Each column of each table of evidence is changed in turn, and a lie is found; new ones must be listed."""
    missed = []
    columns = await columns_of(world.url)
    for table, column, kind in columns:
        if table in ELSEWHERE or f"{table}.{column}" in UNCOVERED:
            continue
        statement = await changing(world, table, column, kind)
        if table == "log" and column == "log_id":
            continue  # then there is no such log
        found = await lie_after(world, statement)
        if found is None:
            missed.append(statement)
    assert not missed, "\n".join(missed)
    assert {f"{table}.{column}" for table, column, _ in columns} > set(UNCOVERED)
    assert {table for table, _, _ in columns} > set(ELSEWHERE)


def flipped(table: str, column: str, where: str, at: int) -> str:
    """The statement that flips one bit of bytes, in the rows of the log."""
    place = at if at >= 0 else f"length({column}) + {at}"
    return (
        f"UPDATE {table} SET {column} = set_byte({column}, {place}, get_byte({column}, {place}) # 1) "
        f"WHERE log_id = '{LOG}' AND {where}"
    )


@pytest.mark.parametrize("at", [0, 4095, 8191])
@pytest.mark.parametrize("tile", [0, 1])
async def test_a_byte_of_each_tile(world: World, tile: int, at: int) -> None:
    """One bit changed in a tile, and the tile is named."""
    found = await lie_after(world, flipped("tile", "hashes", f"tile_index = {tile}", at))
    assert found is not None
    assert f"tile 0/{tile}" in found.what


@pytest.mark.parametrize("table", ["name_bucket", "name_tile"])
async def test_a_byte_of_the_map(world: World, table: str) -> None:
    """One bit changed in the map of names, and its table is named."""
    key = "bucket = (SELECT min(bucket) FROM name_bucket)" if table == "name_bucket" else "level = 1"
    column = "content" if table == "name_bucket" else "hashes"
    found = await lie_after(world, flipped(table, column, key, -1))
    assert found is not None
    assert table in found.what


NOTED = {
    "its root": "overlay(note PLACING 'AAAA' FROM position(E'\n300\n' IN note) + 5)",
    "its size": "replace(note, E'\n300\n', E'\n299\n')",
    "its origin": "replace(note, 'zeren.example/cn-62' || E'\n', 'zeren.example/cn-63' || E'\n')",
    "its signature": "overlay(note PLACING 'AAAA' FROM length(note) - 20)",
    "its signature left out": "split_part(note, '—', 1)",
}


@pytest.mark.parametrize("changed", NOTED.values(), ids=NOTED.keys())
async def test_a_checkpoint(world: World, changed: str) -> None:
    """Whatever is changed of a checkpoint's note, the checkpoint is named."""
    found = await lie_after(
        world, f"UPDATE checkpoint SET note = {changed} WHERE log_id = '{LOG}' AND size = {EARLIER}"
    )
    assert found is not None
    assert f"size {EARLIER}" in found.what


FOREIGN = str(generate("zeren.example/cn-62", sm2=False)[0].public)
FAR = {0: "none of the 2 checkpoints", EARLIER: "none of the 2 checkpoints", SIZE + 2: f"has {SIZE} entries"}


@pytest.mark.parametrize(("first_size", "told"), FAR.items())
async def test_a_foreign_key(world: World, first_size: int, told: str) -> None:
    """A key on record that signs none of what it should, or from a size on that no key can begin at, is named."""
    found = await lie_after(world, f"INSERT INTO log_key VALUES ('{LOG}', '{FOREIGN}', {first_size})")
    assert found is not None
    assert (FOREIGN in found.what, told in found.what) == (True, True), found


@pytest.mark.parametrize("first_size", [SIZE, SIZE + 1])
async def test_a_key_that_has_not_signed(world: World, first_size: int) -> None:
    """A key that may sign the next checkpoint first is no lie, and is told as one of which nothing is known."""
    engine = open_engine(world.url, owner=True, pool_size=1)
    async with engine.connect() as conn:
        await conn.exec_driver_sql(f"INSERT INTO log_key VALUES ('{LOG}', '{FOREIGN}', {first_size})")
        verdict = await verify(conn, LOG, Manner(outside=world.outside))
        await conn.rollback()
    await engine.dispose()
    assert verdict.lie is None
    assert [FOREIGN in told and "signed no checkpoint yet" in told for told in verdict.unchecked] == [True]


SIGNED = {
    "a signature recorded": (
        "UPDATE payload SET signatures = jsonb_set(signatures, '{0,sig}', '\"AAAA\"') WHERE position = 1", 1
    ),
    "the key of a signature": (
        "UPDATE payload SET signatures = jsonb_set(signatures, '{0,key_id}', '\"k9\"') WHERE position = 1", 1
    ),
    "no signatures": ("UPDATE payload SET signatures = NULL, envelope = NULL WHERE position = 1", 1),
    "a signature of the envelope": (
        """UPDATE payload SET envelope = convert_to(regexp_replace(
           convert_from(envelope, 'UTF8'), '"sig":"....', '"sig":"AAAA'), 'UTF8') WHERE position = 1""", 1
    ),
    "the revocation left out": ("DELETE FROM signing_key WHERE act = 'revoked'", SIZE - 1),
    "a key of somebody else's": ("UPDATE signing_key SET public_key = sha256(public_key) WHERE position = 0", 0),
    "a key from nowhere": (
        """INSERT INTO signing_key SELECT log_id, 7, 'k7', act, algorithm, public_key, signer_id, valid_from, NULL
           FROM signing_key WHERE position = 0""", 7
    ),
}  # fmt: skip


@pytest.mark.parametrize(("statement", "position"), SIGNED.values(), ids=SIGNED.keys())
async def test_a_signature_and_a_key(world: World, statement: str, position: int) -> None:
    """Whatever is changed of signatures and of the keys on record, the entry is named."""
    found = await lie_after(world, statement)
    assert found is not None
    assert found.position == position, found


def swapped(table: str, one: int, other: int) -> tuple[str, ...]:
    """The statements that swap two rows of a table."""
    where = f"log_id = '{LOG}' AND position"
    return tuple(
        f"UPDATE {table} SET position = {to} WHERE {where} = {now}"
        for now, to in ((one, -9), (other, one), (-9, other))
    )


EVENTS = ("event", "payload", "event_id")


@pytest.mark.parametrize("tables", [("event",), ("payload",), ("event_id",), EVENTS], ids="+".join)
async def test_two_events_swapped(world: World, tables: tuple[str, ...]) -> None:
    """Two events that changed places, alone or with all that belongs to them, are named at the first place."""
    found = await lie_after(world, *(statement for table in tables for statement in swapped(table, 20, 400)))
    assert found is not None
    assert found.position == 20, found


@pytest.mark.parametrize("position", [0, 270, SIZE - 1], ids=["first", "middle", "last"])
@pytest.mark.parametrize("tables", [("event",), ("payload",), EVENTS], ids="+".join)
async def test_an_event_deleted(world: World, tables: tuple[str, ...], position: int) -> None:
    """An event that is gone, alone or with all that belongs to it, is named."""
    where = f"log_id = '{LOG}' AND position = {position}"
    found = await lie_after(world, *(f"DELETE FROM {table} WHERE {where}" for table in tables))
    assert found is not None
    assert found.position == position, found


async def test_the_end_cut_off_with_its_traces(world: World) -> None:
    """Entries cut off with their append, the counters set back: the checkpoints beyond the end are named."""
    cut = [f"DELETE FROM {table} WHERE log_id = '{LOG}' AND position >= {EARLIER}" for table in EVENTS]
    cut += [
        f"DELETE FROM append_tx WHERE log_id = '{LOG}' AND size > {EARLIER}",
        "DELETE FROM tile WHERE tile_index = 1",
    ]
    cut += ["DELETE FROM signing_key WHERE position > 0", f"DELETE FROM checkpoint WHERE size > {EARLIER}"]
    cut += [f"DELETE FROM {table} WHERE size > {EARLIER}" for table in ("publication", "cosignature", "time_token")]
    back = (
        f"UPDATE log SET size = {EARLIER}, recorded_at = a.recorded_at, frontier = a.frontier, registry_size = 1 "
        f"FROM append_tx a WHERE log.log_id = '{LOG}' AND a.log_id = '{LOG}' AND a.size = {EARLIER}"
    )
    found = await lie_after(world, *cut, back)
    assert found is not None
    assert "the outside copy is of size 540, beyond the entries" in found.what


@pytest.mark.parametrize("size", [EARLIER, SIZE, SIZE + 10], ids=["shorter", "as long", "longer"])
async def test_another_history_with_consistent_hashes(
    world: World, database_url: str, tmp_path: Path, size: int
) -> None:
    """A history issued again, sound in itself and signed, is named by the checkpoint that is kept outside."""
    engine = open_engine(database_url)
    values = [each for each in history() if "payload" not in each and not each["type"].startswith("key.")]
    more = [{**values[5], "id": f"again-{at}"} for at in range(size - len(values))]
    async with engine.begin() as conn:
        await logs.create(conn, LOG, name=None, origin=None, clock="live")
    await append(engine, [*values, *more][:size])
    async with engine.connect() as conn:
        log = await logs.get(conn, LOG)
    await sign(Desk(engine, tmp_path / "notary", SystemClock()), log)
    async with engine.connect() as conn:
        assert (await verify(conn, LOG)).lie is None
        found = (await verify(conn, LOG, Manner(outside=Outside(world.outside.notes)))).lie
    await engine.dispose()
    assert found is not None
    assert "the outside copy" in found.what
