"""Where a dossier changed between two sizes of a log, the ids that changed rows are found by are among its own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from projections.boards.dirt import Between
from projections.boards.noting import NotingReader
from projections.duties.gathering import dossier_of
from projections.reading import PostgresReader
from projections.registry import PROJECTIONS
from projections.runner import progress
from tests.projections.boards.kept import base, new_log
from tests.projections.histories import PLACES, History, Json, histories
from tests.thorough import examples

pytestmark = pytest.mark.anyio

DAY = "2017-07-10"

many = settings(
    max_examples=examples(60),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


async def rows_of(reader: PostgresReader, place: str, day: str) -> dict[str, Any]:
    """The rows of a place's dossier."""
    dossier = await dossier_of(reader, [place], day)
    return {name: list(dossier.rows(name)) for name in PROJECTIONS}


@given(history=histories(), cuts=st.lists(st.integers(0, 1000), min_size=3, max_size=3), rooted=st.booleans())
@many
async def test_a_dossier_that_changed_was_reached(
    engine: AsyncEngine, history: History, cuts: list[int], rooted: bool
) -> None:
    """For each place, at random pairs of sizes: rows that differ come with an id at which its gathering looked."""
    log = await new_log(engine, [])
    if rooted:
        await log.append(base())
    await log.append(history.events)
    async with engine.connect() as conn:
        here = (await progress(conn, [log.log_id]))[log.log_id]
        sizes = sorted({here.size * cut // 1000 for cut in cuts} | {here.size})
        for small, large in pairwise(sizes):
            readers = [PostgresReader(conn, log.log_id, here.generation, size) for size in (small, large)]
            dirt = await Between(*readers).dirt()
            for place in PLACES:
                noting = NotingReader(conn, log.log_id, here.generation, small)
                before, after = await rows_of(noting, place, DAY), await rows_of(readers[1], place, DAY)
                reached = dirt.everywhere or not dirt.ids.isdisjoint(noting.reach)
                assert before == after or reached, (place, small, large)
                event(f"{'changed' if before != after else 'the same'}, {'reached' if reached else 'not reached'}")


def told(*facts: tuple[str, Json]) -> list[Json]:
    """Facts as events."""
    return [
        {"specversion": "1.0", "id": f"{kind}-{number}", "source": "urn:y", "type": kind, "data": data}
        for number, (kind, data) in enumerate(facts)
    ]


HELD_AT: Json = {"inspection_id": "i", "subject_id": "j0", "started_on": "2017-01-01", "inspector_body_id": "far"}
RAISED: Json = {"finding_id": "f", "jurisdiction_id": "j2", "raised_on": "2017-01-01"}
ORDERED: Json = {"rectification_id": "r", "finding_id": "f", "ordered_on": "2017-02-01"}
FAR_POST: Json = {"post_id": "far-post", "title_zh": "处长", "body_id": "far"}
HELD: Json = {"appointment_id": "far-a", "person_id": "far-x", "post_id": "far-post", "effective_from": "2016"}
SIGNED: Json = {"letter_id": "l9", "signatory": {"person_id": "x0"}, "signed_on": "2017-01-01"}


@pytest.mark.parametrize(
    ("before", "then", "reaching", "leaving"),
    [
        ([("finding.raised", RAISED)], ("rectification.ordered", ORDERED), {"j2", "j3", "j4"}, {"j0", "j1"}),
        ([("inspection.held", HELD_AT)], ("body.established", {"body_id": "far"}), {"j0", "j4"}, {"j1", "j2"}),
        ([("inspection.held", HELD_AT), ("body.established", {"body_id": "far"}), ("post.established", FAR_POST)],
         ("appointment.started", HELD), {"j0", "j3"}, {"j1", "j2"}),
        ([("inspection.held", HELD_AT), ("body.established", {"body_id": "far"}), ("post.established", FAR_POST),
          ("appointment.started", HELD)],
         ("person.registered", {"person_id": "far-x", "name_zh": "某"}), {"j0"}, {"j2"}),
        ([], ("person.registered", {"person_id": "x0", "name_zh": "某"}), {"j0", "j3", "j4"}, {"j1", "j2"}),
        ([], ("pairing.started", {"pairing_id": "r9", "helper": "x9", "assisted": "t0", "effective_from": "2016"}),
         {"j2", "j3"}, {"j0", "j1"}),
        ([], ("responsibility-letter.signed", SIGNED), {"j0", "j4"}, {"j1", "j2"}),
        ([], ("appointment.ended", {"appointment_id": "a2", "effective_until": "2017"}), {"j1", "j4"}, {"j0", "j2"}),
        ([], ("pairing.ended", {"pairing_id": "r0", "effective_until": "2017"}), {"j0", "j4"}, {"j1", "j2"}),
        ([], ("jurisdiction.renamed", {"jurisdiction_id": "j3", "new_name_zh": "新", "effective_from": "2017-01-01"}),
         {"j0", "j1", "j2", "j3", "j4"}, set()),
        ([], ("body.established", {"body_id": "elsewhere", "name_zh": "厅"}), set(), set(PLACES)),
    ],
)  # fmt: skip
async def test_what_an_event_reaches(
    engine: AsyncEngine, before: Sequence[tuple[str, Json]], then: tuple[str, Json], reaching: set[str],
    leaving: set[str],
) -> None:  # fmt: skip
    """A step of a matter, a doer from elsewhere and whoever serves there, a signer, a place above: and nobody else."""
    log = await new_log(engine, [])
    await log.append([*base(), *told(*before)])
    async with engine.connect() as conn:
        small = (await progress(conn, [log.log_id]))[log.log_id].size
    await log.append([one | {"id": "then"} for one in told(then)])
    async with engine.connect() as conn:
        here = (await progress(conn, [log.log_id]))[log.log_id]
        where = (conn, log.log_id, here.generation)
        dirt = await Between(PostgresReader(*where, small), PostgresReader(*where, here.size)).dirt()
        reached = set()
        for place in PLACES:
            noting = NotingReader(*where, small)
            await rows_of(noting, place, DAY)
            if not dirt.ids.isdisjoint(noting.reach):
                reached.add(place)
    assert not dirt.everywhere
    assert reaching <= reached
    assert not reached & leaving
