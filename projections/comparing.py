"""Holds the live projections of a log against ones built anew, row by row: the first that differs, by position.

They are built beside the live ones and thrown away again. What the projections say is no evidence; but an answer
is made from it, so a verification that ends with it has followed the answer down to the entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from projections.rebuild import ASTRAY, OvertakenError, beside
from projections.registry import PROJECTIONS
from projections.runner import catch_up_log, look, progress

TURNS: Final = 20

_SIDE: Final = "SELECT * FROM p_{name} WHERE log_id = :log_id AND generation = :{generation}"
DIFFERENT: Final = {
    name: text(
        f"""
        SELECT entity_id, known_from
        FROM ({_SIDE.format(name=name, generation="live")}) a
        FULL JOIN ({_SIDE.format(name=name, generation="rebuilt")}) b USING (entity_id, known_from, ordinal)
        WHERE CAST(ROW(a.known_to, {", ".join(f"a.{key}" for key in (*projection.keys, "doc"))}) AS text)
              IS DISTINCT FROM
              CAST(ROW(b.known_to, {", ".join(f"b.{key}" for key in (*projection.keys, "doc"))}) AS text)
        ORDER BY known_from, entity_id COLLATE "C" LIMIT 1
        """
    )
    for name, projection in PROJECTIONS.items()
}
MENTIONED: Final = text(
    """
    SELECT id, position FROM (SELECT * FROM mention WHERE log_id = :log_id AND generation = :live) a
    FULL JOIN (SELECT * FROM mention WHERE log_id = :log_id AND generation = :rebuilt) b
    USING (id, projection, position) WHERE a.log_id IS NULL OR b.log_id IS NULL
    ORDER BY position, id COLLATE "C" LIMIT 1
    """
)


@dataclass(frozen=True, slots=True)
class Difference:
    """Where live projections are not what the log says: from which position on, and in what."""

    position: int | None
    what: str


async def compare(engine: AsyncEngine, log_id: str) -> Difference | None:
    """The first difference between the live projections of a log and its entries; None where there is none.

    Raises OvertakenError where other rebuilds or a steady stream of appends do not let it come to an end.
    """
    for _ in range(TURNS):
        async with engine.connect() as conn:
            generation = (await progress(conn, [log_id]))[log_id].generation
        try:
            await catch_up_log(engine, log_id, generation)
        except ASTRAY as error:
            return Difference(None, f"the projections are further than projection_state says: {error}")
        async with beside(engine, log_id) as (conn, live, rebuilt):
            made = await look(conn, log_id, rebuilt)
            assert made is not None
            if made.size != live.size:
                continue
            if live.failures:
                return Difference(None, f"projections have stopped: {', '.join(sorted(live.failures))}")
            found = await first_difference(conn, log_id, live.generation, rebuilt)
            if found is None and made.digest != live.digest:
                return Difference(None, "the rolling digest of the projections is not that of the entries")
            return found
    raise OvertakenError(f"{log_id} grows too fast for its projections to be compared")


async def first_difference(conn: AsyncConnection, log_id: str, live: int, rebuilt: int) -> Difference | None:
    """The first difference between two generations that have come equally far; None where there is none."""
    where = {"log_id": log_id, "live": live, "rebuilt": rebuilt}
    found = []
    for name, statement in DIFFERENT.items():
        row = (await conn.execute(statement, where)).one_or_none()
        if row is not None:
            found.append(Difference(row.known_from, f"table p_{name}, {row.entity_id}: not what the entries say"))
    row = (await conn.execute(MENTIONED, where)).one_or_none()
    if row is not None:
        found.append(Difference(row.position, f"table mention, {row.id}: not what the entries say"))
    return min(found, key=lambda each: each.position or 0, default=None)
