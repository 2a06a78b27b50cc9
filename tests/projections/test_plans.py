"""Look-ups read a few pages of a log that statistics do not know yet, however large it is."""

from __future__ import annotations

from typing import Final

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.database import KEEP_PLANS, driver_of
from projections import joins, tables
from projections.answers.rectifications import REGISTER
from projections.duties.gathering import EVERYWHERE
from projections.registry import PROJECTIONS

pytestmark = pytest.mark.anyio

MANY: Final = 5000
PAGES: Final = 100
"""A look-up of one id reads a tenth of this; the whole log in one table has more."""
UNINDEXED: Final = ("name", "day", "amount", "register")
DAY: Final = "2018-03-05"


def look_ups() -> dict[str, tuple[str, str]]:
    """Name to a statement with numbered parameters and the arguments of one look-up, of two ids, as SQL."""
    found = {name: (_numbered(statement.text), _asked("e7", "e8")) for name, statement in tables.BY_ENTITY.items()}
    for (name, key), statement in tables.BY_KEY.items():
        if key not in UNINDEXED:
            found[f"{name} by {key}"] = _numbered(statement.text), _asked(f"{key}7", f"{key}8")
    for name in ("KIN", "NAMED", "ESTATE"):
        found[name] = getattr(joins, name), _asked("e7", "e8")
    for registers in (frozenset(EVERYWHERE), frozenset([REGISTER])):
        found[f"{sorted(registers)}"] = _numbered(tables.of_registers(registers).text), "'cn-62', 1, 1"
    return {**found, "LINEAGE": (joins.LINEAGE, f"{_asked('e7', 'e8')}, '{DAY}'")}


def _numbered(statement: str) -> str:
    for number, name in enumerate(("log_id", "generation", "size", "values"), start=1):
        statement = statement.replace(f":{name}", f"${number}")
    return statement


def _asked(*ids: str) -> str:
    return f"'cn-62', 1, 1, ARRAY[{', '.join(repr(one) for one in ids)}]"


async def fill(conn: AsyncConnection) -> None:
    """One log, of which each table holds many rows that differ in every key; no statistics are made."""
    for name, projection in PROJECTIONS.items():
        keys = projection.keys
        values = ", ".join(f"'{key}' || g" for key in keys)
        await conn.execute(
            text(
                f"INSERT INTO p_{name} (log_id, generation, entity_id, known_from, ordinal, {', '.join(keys)}, doc) "
                f"SELECT 'cn-62', 1, 'e' || g, 0, 0, {values}, '{{}}' FROM generate_series(1, {MANY}) g"
            )
        )


@pytest.mark.parametrize("kept", [False, True])
async def test_a_look_up_takes_the_index_of_its_key(engine: AsyncEngine, kept: bool) -> None:
    """By id, by each key and joined, a log never analysed is not read whole, by a plan made when it was empty too."""
    asked = look_ups()
    read = {}
    async with engine.connect() as conn:
        raw = await driver_of(conn)
        if kept:
            await raw.execute(KEEP_PLANS)
        for serial, (statement, arguments) in enumerate(asked.values()):
            await raw.execute(f"PREPARE asked_{serial} AS {statement}")
            await raw.execute(f"EXECUTE asked_{serial} ({arguments})")
        await fill(conn)
        for serial, (name, (_, arguments)) in enumerate(asked.items()):
            explained = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE asked_{serial} ({arguments})"
            plan = (await raw.fetchval(explained))[0]["Plan"]
            read[name] = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    assert {name: pages for name, pages in read.items() if pages > PAGES} == {}
