"""Reading what is recorded of one appointment, beside `select_events` of an aggregate with as many events.

Both in process, both from one server, both histories of the same size. Theirs is one sequence, to be
replayed to know what holds. Ours are the entries by the index of mentions, corrections with them; and
the row that is visible as of a size, which is what holds, also as of any earlier state of knowledge.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bench.loading import LOG
from bench.locality import Told
from bench.measured import Line, Results, middle
from bench.rival import Rival, entity_of
from bench.site import Site
from events import entries
from events.database import open_engine
from projections.reading import PostgresReader
from projections.runner import progress

BATCH: Final = 500
MICROSECONDS: Final = 1_000_000.0
BASELINE: Final = "eventsourcing, select_events"
LIMIT: Final = 1000


class ReadError(Exception):
    """The two sides did not read the same number of events."""


def overwritten_appointments(told: Sequence[Told], most: int) -> list[str]:
    """Up to `most` appointments that are corrected most often, spread over the history."""
    corrected: dict[str, int] = {}
    for one in told:
        if one.event["type"] == "record.corrected":
            entity = entity_of(one.event)
            corrected[entity] = corrected.get(entity, 0) + 1
    often = [entity for entity, count in corrected.items() if count == max(corrected.values())]
    return often[:: max(1, len(often) // most)][:most]


def measure(site: Site, told: Sequence[Told], rival: Rival, results: Results, *, rounds: int, reads: int) -> None:
    """Read the same appointments from both, in turns, and add the lines."""
    rival.insert(told, BATCH)
    appointments = overwritten_appointments(told, 100)
    theirs, events, rows = [], [], []
    for _ in range(rounds):
        count, taken = rival.select(appointments, reads)
        theirs += taken
        read, of_events, of_rows = asyncio.run(_read(site.url, appointments, reads))
        if read != count:
            raise ReadError(f"{read} entries of {len(appointments)} appointments here, {count} there")
        events += of_events
        rows += of_rows
    beside = middle(theirs) * MICROSECONDS
    results.lines += [
        Line("read-entity-events", middle(events) * MICROSECONDS, "µs", beside, BASELINE),
        Line("read-entity-state", middle(rows) * MICROSECONDS, "µs", beside, BASELINE),
    ]


async def _read(url: str, appointments: Sequence[str], reads: int) -> tuple[int, list[float], list[float]]:
    """How many entries were read, the seconds of each reading of entries, and of each reading of the row."""
    engine = open_engine(url, pool_size=1)
    try:
        async with engine.connect() as conn:
            state = (await progress(conn, [LOG]))[LOG]
            reader = PostgresReader(conn, LOG, state.generation, state.size)
            count, of_events, of_rows = 0, [], []
            for turn in range(-len(appointments), reads):
                one = appointments[turn % len(appointments)]
                began = time.perf_counter()
                read = await _entries(conn, reader, one)
                between = time.perf_counter()
                found = await reader.of("appointment", [one])
                if turn >= 0:
                    of_rows.append(time.perf_counter() - between)
                    of_events.append(between - began)
                    count += read
                if len(found) != 1:
                    raise ReadError(f"{len(found)} rows of appointment {one}, not one")
            return count, of_events, of_rows
    finally:
        await engine.dispose()


async def _entries(conn: AsyncConnection, reader: PostgresReader, appointment: str) -> int:
    """Read all entries that name an appointment; how many they are."""
    positions = await reader.mentioning([appointment], 0, reader.size, LIMIT)
    return len(await entries.at(conn, LOG, positions))
