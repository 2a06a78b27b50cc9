"""The rows of an append: the same by one statement as by COPY, found again by their keys."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events import batch, merkle, store
from events.clock import ScriptedClock, SystemClock
from events.database import driver_of
from events.receipts import Appended, Offer

pytestmark = pytest.mark.anyio

Make = Callable[..., Offer]
TABLES = ("event", "payload", "event_id", "append_tx", "tile", "log")
AT = datetime(2018, 3, 5, 1, 2, 3, 4, tzinfo=UTC)


def offers_of(dice: random.Random, offer: Make, count: int) -> list[Offer]:
    """Offers of all sorts: new ones, some twice, some under an id that is taken, corrections and annulments."""
    made: list[Offer] = []
    for number in range(count):
        some = f"e{dice.randrange(number + 1)}"
        made.append(
            dice.choice(
                [
                    offer("person.registered", f"e{number}", f"urn:{dice.randrange(3)}", name_zh=f"\U00020000{number}"),
                    offer("person.registered", f"e{number}", name_zh='张\n"三"', born="1970"),
                    offer("record.filed", some, record_id=f"r{number}"),
                    offer("record.corrected", f"c{number}", corrects_event_id=some),
                    offer("record.annulled", f"a{number}", annuls_event_id=some),
                ]
            )
        )
    return made


async def rows_after(conn: AsyncConnection, log: str, rounds: list[list[Offer]]) -> tuple[list[Appended], list[Any]]:
    """What appends in one transaction are answered, and every row of every table after them."""
    answers = [await store.append(conn, log, offers, ScriptedClock(AT)) for offers in rounds]
    rows = [list(await conn.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2, 3"))) for table in TABLES]
    return answers, rows


@pytest.mark.parametrize("seed", range(6))
async def test_one_statement_and_copy_leave_the_same_rows(
    engine: AsyncEngine, sample_log: str, offer: Make, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Whatever is offered, in batches of any size, every row and every receipt is the same either way."""
    monkeypatch.setattr(batch, "TILE_WIDTH", 4)
    monkeypatch.setattr(merkle, "TILE_WIDTH", 4)
    dice = random.Random(seed)
    rounds = [offers_of(dice, offer, dice.choice([1, 2, 7, 30])) for _ in range(5)]
    outcomes = []
    for few in (0, 10_000):
        monkeypatch.setattr(batch, "FEW", few)
        salts = random.Random(seed)
        monkeypatch.setattr(os, "urandom", salts.randbytes)
        async with engine.connect() as conn:
            outcomes.append(await rows_after(conn, sample_log, rounds))
            await conn.rollback()
    (copied, rows), (inserted, other_rows) = outcomes
    assert [answer.size for answer in copied] == [answer.size for answer in inserted]
    assert str(copied) == str(inserted)
    assert rows == other_rows
    assert all(rows)


async def test_where_tables_are_sharded_each_statement_writes_to_one(
    engine: AsyncEngine, database_url: str, log: str, offer: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the function is there that tells of Citus, few entries go in by COPY too, not by the one statement."""
    monkeypatch.setattr(batch, "INSERT_ALL", "SELECT no_statement_for_several_tables()")
    async with engine.begin() as conn:
        with pytest.raises(asyncpg.UndefinedFunctionError):
            await store.append(conn, log, [offer("record.filed", "e1")], SystemClock())
    owner = await asyncpg.connect(database_url)
    await owner.execute("CREATE FUNCTION citus_version() RETURNS text LANGUAGE sql RETURN 'Citus 14'")
    await owner.close()
    async with engine.begin() as conn:
        appended = await store.append(conn, log, [offer("record.filed", "e1")], SystemClock())
    assert appended.receipts[0].status == "appended"


FILL = """
    INSERT INTO event SELECT $1, n, now(), 'k', 1, 'urn:test', 'e' || n, '', '', '', '', 'c', NULL, n
    FROM generate_series(1, 20000) n;
    INSERT INTO event_id SELECT $1, 'urn:test', 'e' || n, n FROM generate_series(1, 20000) n;
"""


async def test_look_ups_go_by_keys_however_many(engine: AsyncEngine, log: str) -> None:
    """An append that looks up hundreds of ids at once reads no table as a whole, not one that was never analysed."""
    listed = ", ".join(f"'e{number}'" for number in range(500))
    async with engine.connect() as conn:
        raw = await driver_of(conn)
        for statement in FILL.split(";")[:2]:
            await raw.execute(statement, log)
        await raw.execute(f"PREPARE look_up AS {store.LOOK_UP}")
        plan = await raw.fetch(f"EXPLAIN EXECUTE look_up ('{log}', ARRAY[{listed}], ARRAY[{listed}])")
    told = "\n".join(row[0] for row in plan)
    assert "Seq Scan" not in told, told
    assert told.count("Index Scan using") == 2, told
