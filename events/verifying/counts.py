"""What counts the entries of a log from beside them: identities, the log's own row, rows without an entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import orjson

from events.logs import ACCESS, SAMPLE_PREFIX
from events.verifying.lies import Lie
from events.verifying.tree import Grown

IDENTITIES: Final = """
    SELECT min(e.position) FILTER (WHERE i.position IS DISTINCT FROM e.position), count(i.position)
    FROM (SELECT source, id, position FROM event WHERE log_id = $1) e
    FULL JOIN (SELECT source, id, position FROM event_id WHERE log_id = $1) i ON i.source = e.source AND i.id = e.id
"""
"""As a whole: with an order and a limit every entry would be looked up by itself."""
PLACED: Final = """
    SELECT i.position FROM event e JOIN event_id i ON i.log_id = $1 AND i.source = e.source AND i.id = e.id
    WHERE e.log_id = $1 AND e.position = $2
"""
BEYOND: Final = """
    SELECT (SELECT count(*) FROM event WHERE log_id = $1 AND (position < 0 OR position >= $2)) AS event,
           (SELECT count(*) FROM payload WHERE log_id = $1 AND (position < 0 OR position >= $2)) AS payload,
           (SELECT count(*) FROM erasure WHERE log_id = $1) AS erasure
"""
"""What has a position within the log is counted slice by slice."""
ERASURE: Final = "SELECT ground, ordered_by, erased_on FROM erasure WHERE log_id = $1 AND position = $2"
RECORD: Final = """
    SELECT p.kept FROM event_id i JOIN payload p ON p.log_id = i.log_id AND p.position = i.position
    WHERE i.log_id = $1 AND i.source = 'urn:zeren:service' AND i.id = $2
"""
LOG: Final = "SELECT size, recorded_at, frontier, clock, service FROM log WHERE log_id = $1"
INDEX: Final = ".index"


async def lies_of_identities(raw: Any, log_id: str, size: int) -> list[Lie]:
    """The first entry whose source and id are recorded for another one, or for none; or how many are of no entry."""
    position, count = await raw.fetchrow(IDENTITIES, log_id)
    if position is not None:
        placed = await raw.fetchval(PLACED, log_id, position)
        return [Lie(position, f"its source and id are recorded for position {placed}")]
    return [] if count == size else [Lie(None, f"table event_id has {count} rows for {size} entries")]


async def lies_of_counters(raw: Any, log_id: str, grown: Grown) -> list[Lie]:
    """What the log's own row, and the number of rows of each table, say otherwise than its entries."""
    size, gone = grown.size, len(grown.gone)
    beyond = await raw.fetchrow(BEYOND, log_id, size)
    surplus = {"event": beyond["event"], "payload": beyond["payload"], "erasure": beyond["erasure"] - gone}
    due = {"event": size, "payload": size - gone, "erasure": gone}
    lies = [
        Lie(None, f"table {name} has {due[name] + count} rows for {size} entries")
        for name, count in surplus.items()
        if count
    ]
    log = await raw.fetchrow(LOG, log_id)
    if log["size"] != size:
        lies.append(Lie(min(log["size"], size), f"the log counts {log['size']} entries; there are {size}"))
    if log["frontier"] != grown.frontier:
        lies.append(Lie(None, "the frontier of the log is not that of its entries"))
    if log["recorded_at"] != grown.recorded_at:
        lies.append(Lie(None, "the log's recorded_at is not that of its last entry"))
    if (log["clock"] == "scripted") != (log_id.startswith(SAMPLE_PREFIX) and not log["service"]):
        lies.append(Lie(None, f"the log's clock is said to be {log['clock']}"))
    if log["service"] != (log_id == ACCESS or log_id.endswith(INDEX)):
        lies.append(Lie(None, f"the log is said to be {'the service' if log['service'] else 'a sender'}'s"))
    return lies


async def lies_of_erasures(raw: Any, log_id: str, gone: Sequence[int]) -> list[Lie]:
    """The first erased entry of which the log `access` does not have on record that, why and by whose order."""
    for position in gone:
        erased = await raw.fetchrow(ERASURE, log_id, position)
        kept = await raw.fetchval(RECORD, ACCESS, f"erased-{log_id}-{position}")
        said = {} if kept is None else orjson.loads(kept)["data"]
        expected = {"log": log_id, "position": position, **{key: value for key, value in erased.items() if value}}
        if {key: said[key] for key in (*expected, "ordered_by") if key in said} != expected:
            return [Lie(position, "its erasure is not what the log access has on record of it")]
    return []
