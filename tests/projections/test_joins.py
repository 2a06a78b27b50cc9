"""What one statement joins is what step by step look-ups find, over random histories at many sizes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any, Final

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from events.standing import CORRECTED
from projections.joins import BULK
from projections.memory import MemoryReader
from projections.reading import PostgresReader
from projections.rows import Found, Reader
from tests.projections.histories import BODIES, FACTS, PERSONS, PLACES, POSTS, History, Json
from tests.projections.test_agreement import filled, looks, many, pauses

pytestmark = pytest.mark.anyio

Said = dict[str, Any]

KINDS: Final = (
    *("person.registered", "person.merged", "pairing.started"),
    *(2 * ["responsibility-letter.signed", "responsibility-letter.countersigned", "jurisdiction.registered"]),
    *(3 * ["body.established", "post.established", "appointment.started", "jurisdiction.reparented"]),
)
"""What rows are followed to and from."""
ANYONE: Final = (*PLACES, *POSTS, *BODIES, *PERSONS)


def told(facts: Iterable[tuple[str, Json]]) -> list[Json]:
    """The events that state facts."""
    return [
        {"specversion": "1.0", "id": f"e{position}", "source": "urn:x", "type": kind, "data": data}
        for position, (kind, data) in enumerate(facts)
    ]


@st.composite
def dense(draw: st.DrawFn) -> History:
    """A history of what is joined alone, and corrections of it: so much of it that most is found."""
    facts = [(kind, draw(FACTS[kind])) for kind in draw(st.lists(st.sampled_from(KINDS), min_size=30, max_size=60))]
    for target in draw(st.lists(st.integers(0, len(facts) - 1), max_size=8)):
        stated = {"corrects_event_id": f"e{target}", "corrected_payload": draw(FACTS[facts[target][0]])}
        facts.append((CORRECTED, stated))
    events = told(facts)
    return History(events, draw(st.lists(st.integers(1, len(events)), max_size=5, unique=True)))


def in_order(rows: Iterable[Found]) -> list[Found]:
    """Rows by entity and ordinal; one that comes twice stays twice."""
    return sorted(rows, key=lambda row: (row.entity_id, row.ordinal))


def each_in_order(found: Mapping[str, list[Found]]) -> dict[str, list[Found]]:
    """Rows of several projections, each in order."""
    return {name: in_order(rows) for name, rows in found.items()}


async def joined(reader: Reader, day: str) -> Said:
    """All that can be followed in this small world: from each thing alone, and from all together."""
    said: Said = {}
    for places in (*([place] for place in PLACES), PLACES, ()):
        said[f"lineage {places}"] = in_order(await reader.lineage(places, day))
        said[f"estate {places}"] = each_in_order(await reader.estate(places))
    said["topmost"] = in_order(await reader.topmost(day))
    for persons in (*([person] for person in PERSONS), PERSONS, ()):
        said[f"kin {persons}"] = in_order(await reader.kin(persons))
    for ids in ([PLACES[0], POSTS[0], BODIES[0], PERSONS[0]], [*PLACES, *POSTS, *BODIES, *PERSONS, "nobody"], ()):
        said[f"named {ids}"] = each_in_order(await reader.named(ids))
    for (projection, key, but), values, among in product(BULK, (ANYONE, ()), (ANYONE[::2], ())):
        found = await reader.bulk(projection, key, values, but, among if but else ())
        said[f"bulk {projection} {key} {but} {values} {among}"] = in_order(found)
    return said


@given(history=dense(), catching_up=pauses, asked=looks)
@many
async def test_what_is_joined_is_what_is_found_step_by_step(
    engine: AsyncEngine, history: History, catching_up: list[bool], asked: list[tuple[int, str]]
) -> None:
    """At the head and inside of batches, every joining statement finds the rows that the plain reader walks to."""
    log = await filled(engine, history, catching_up)
    kept, here = await log.entries(), await log.progress()
    sizes = [(len(kept), asked[0][1])] + [(len(kept) * permille // 1000, day) for permille, day in asked]
    for size, day in sizes:
        expected = await joined(MemoryReader(log.log_id, kept, size), day)
        async with engine.connect() as conn:
            found = await joined(PostgresReader(conn, log.log_id, here.generation, size), day)
        for name, rows in expected.items():
            assert found[name] == rows, f"{name} at {size} on {day}"
        for name in expected[f"estate {PLACES}"]:
            event(f"found: {name}")


@pytest.mark.parametrize(
    ("day", "above"), [("2016-02-28", {"j0", "j1"}), ("2016-02-29", {"j0", "j2"}), ("2016-03-01", {"j0", "j2"})]
)
async def test_a_lineage_is_that_of_the_day(engine: AsyncEngine, day: str, above: set[str]) -> None:
    """On the day a place is moved it lies below the new parent, and the day before below the old one."""
    tree = {"j0": ("14", None), "j1": ("1409", "j0"), "j2": ("1410", "j0"), "j3": ("140925", "j1")}
    facts: list[tuple[str, Json]] = [
        (
            "jurisdiction.registered",
            {"jurisdiction_id": place, "code": code, "name_zh": place, "level": "county", "parent_id": parent},
        )
        for place, (code, parent) in tree.items()
    ]
    moved = {"jurisdiction_id": "j3", "new_parent_id": "j2", "effective_from": "2016-02-29"}
    log = await filled(engine, History(told([*facts, ("jurisdiction.reparented", moved)])), [True])
    here = await log.progress()
    async with engine.connect() as conn:
        rows = await PostgresReader(conn, log.log_id, here.generation, here.size).lineage(["j3"], day)
    assert {row.entity_id for row in rows} == {"j3", *above}


@pytest.mark.parametrize("known", [(), ("j0",), ("j0", "j1", "b0")])
async def test_many_matters_but_for_those_known(engine: AsyncEngine, known: tuple[str, ...]) -> None:
    """Each matter with a key's value comes once, but for those that stand where all is known; nowhere is not there."""
    reports: list[tuple[str, Json]] = [
        (
            "report.submitted",
            {"report_id": f"r{n}", "reporter": {"body_id": body}, "recipient": "b2", "submitted_on": "2016-01-01"},
        )
        for n, body in enumerate(("b0", "b1", "b0"))
    ]
    papers = [("instrument.issued", {"instrument_id": "paper", "title_zh": "办法", "interpreted_by": "b2"})]
    exits: list[tuple[str, Json]] = [
        ("exit.proposed", {"exit_id": f"e-{place}", "subject": place, "proposed_by": "b2", "proposed_on": "2016-01-01"})
        for place in PLACES
    ]
    facts: list[tuple[str, Json]] = [*reports, *papers, *exits]
    log = await filled(engine, History(told(facts)), [True])
    here, plain = await log.progress(), MemoryReader(log.log_id, await log.entries(), len(facts))
    async with engine.connect() as conn:
        stored = PostgresReader(conn, log.log_id, here.generation, here.size)
        every = await stored.by("matter", "done_by", ["b2"])
        assert {"report:r0", "instrument:paper", "exit:e-j4"} <= {row.entity_id for row in every}
        for key, values in (("done_by", ["b2", "b2", "nobody"]), ("part_of", PLACES)):
            found = in_order(await stored.bulk("matter", key, values, "stands_at", known))
            assert found == in_order(await plain.bulk("matter", key, values, "stands_at", known))
            if key == "done_by":
                assert found == [row for row in every if row.doc["stands_at"] not in known]
        assert in_order(await stored.bulk("matter", "stands_at", PLACES)) == await stored.by(
            "matter", "stands_at", PLACES
        )
