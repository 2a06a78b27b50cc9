"""What a dry run would change: the accepted events taken as appended, their rows worked out, nothing written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from events import entries, logs
from events.clock import today
from events.cloudevent import Submission
from events.entry import Entry
from projections.answers.impact import Supposition, impact
from projections.gathering import Gatherer
from projections.ground import ground_of
from projections.reading import PostgresReader
from projections.runner import catch_up
from projections.scene import Scene
from projections.supposing import SupposingReader, suppose
from service.access import READERS, Asker
from service.kinds_told import EVERY
from service.places import within
from service.state import Service
from service.waiting import wait_for


async def impact_of(service: Service, asker: Asker, log_id: str, accepted: Sequence[Submission]) -> dict[str, Any]:
    """What appending these events would change, as the log stands now.

    Raises Forbidden unless the asker may read answers too, LogUnknown, or NotYetProjected.
    """
    asker.require(*READERS)
    asker.require_kinds(EVERY)
    if service.local_runner:
        await catch_up(service.engine)
    async with service.engine.connect() as conn:
        size = (await logs.get(conn, log_id)).size
    await wait_for(service, log_id, size)
    async with service.engine.connect() as conn:
        await conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        here = await ground_of(conn, log_id)
        run = await _entries(conn, log_id, here.progress.size, service.clock.now(), accepted)
        gatherer = Gatherer(conn, log_id, here.progress.generation)
        history = await gatherer.gather(run)
        rows = suppose(run, history)
        reader = PostgresReader(conn, log_id, here.progress.generation, here.progress.size)
        day = today(service.clock).isoformat()
        before = Scene(reader, here.known, here.root, day, list(service.packs.values()))
        after = replace(before, reader=SupposingReader(reader, rows, run))
        stated = [
            (history.versions[entry.fact_position][0].kind, version.stated)
            for entry in run
            for version in history.versions[entry.fact_position]
            if version.stated is not None
        ]

        async def reaches(place: str) -> bool:
            granted = asker.grant.jurisdictions
            return not granted or await within(after.reader, place, granted, day)

        touched = {one for _, one in rows}
        return {**before.header(), **await impact(Supposition(before, after, touched, stated), reaches)}


async def _entries(
    conn: AsyncConnection, log_id: str, size: int, now: datetime, accepted: Sequence[Submission]
) -> list[Entry]:
    """The events as entries at the positions they would take, each with the fact that it is about."""
    found: list[Entry] = []
    own: dict[tuple[str, str], Entry] = {}
    for position, sent in enumerate(accepted, size):
        target, fact = None, position
        if sent.target is not None:
            target, fact = await _target(conn, log_id, sent, own)
        entry = Entry(
            position, now, sent.kind, sent.kind_version, sent.source, sent.id, b"", "", target, fact, sent.kept
        )
        own[sent.source, sent.id] = entry
        found.append(entry)
    return found


async def _target(
    conn: AsyncConnection, log_id: str, sent: Submission, own: Mapping[tuple[str, str], Entry]
) -> tuple[int, int]:
    """The position that a correction names, and that of the fact it is about. The dry run has found both."""
    assert sent.target is not None
    named = (sent.target.source, sent.target.id)
    if named in own:
        return own[named].position, own[named].fact_position
    position = await entries.position_named(conn, log_id, *named)
    fact = await entries.fact_named(conn, log_id, *named)
    assert position is not None
    assert fact is not None
    return position, fact.position
