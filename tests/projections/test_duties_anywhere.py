"""What a place owes is the same whatever was asked about: in its own dossier, and in that of every place there is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from projections.answers.answering import Answering
from projections.answers.duties import described
from projections.duties.evaluating import Wanted, duties
from projections.duties.gathering import dossier_of
from projections.duties.parties import DOERS
from projections.policies.pack import Pack, Place, load_all
from projections.reading import PostgresReader
from projections.rows import Reader
from projections.runner import progress
from tests.projections.boards.kept import Log, new_log
from tests.projections.histories import DAYS, PLACES, History, Json, histories
from tests.projections.kinds import MATTERS
from tests.thorough import examples

pytestmark = pytest.mark.anyio

ANYWHERE: Final = Place(frozenset(), (), None)
PACKS: Final = [replace(pack, place=ANYWHERE) for pack in load_all().values()]
LATER: Final = [*DAYS, "2018-12-31", "2019-06-30"]
DONE: Final = sorted(MATTERS.keys() & DOERS.keys())
acts = st.lists(st.sampled_from(DONE), min_size=1, max_size=3).flatmap(
    lambda kinds: st.lists(
        st.sampled_from(kinds).flatmap(lambda kind: st.tuples(st.just(kind), MATTERS[kind])), min_size=10, max_size=40
    )
)
"""Acts of a few kinds, each done many times."""

many = settings(
    max_examples=examples(60),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


def county() -> list[Json]:
    """Two townships j1 and j3 with a village each, j0 and j2; a unit without a place that helps j0; who holds what."""
    since = "2016-02-01"
    told: list[tuple[str, Json]] = [
        ("jurisdiction.registered", {"jurisdiction_id": place, "code": code, "level": level, "name_zh": "名", **above})
        for place, code, level, above in (
            ("j4", "140925", "county", {}),
            ("j1", "140925100", "township", {"parent_id": "j4"}),
            ("j3", "140925101", "township", {"parent_id": "j4"}),
            ("j0", "140925100201", "village", {"parent_id": "j1"}),
            ("j2", "140925101201", "village", {"parent_id": "j3"}),
        )
    ]
    government: Json = {"jurisdiction_id": "j3", "functions": ["government", "work-team"]}
    told.append(("body.established", {"body_id": "b0", "name_zh": "名", **government}))
    told.append(("body.established", {"body_id": "b2", "name_zh": "名", "functions": ["assisting-unit"]}))
    principals = ["party-principal", "government-principal", "deputy-in-charge"]
    posts: tuple[tuple[str, Json, list[str]], ...] = (
        ("s0", {"jurisdiction_id": "j0"}, ["village-party-secretary", "first-secretary"]),
        ("s1", {"body_id": "b0"}, principals),
        ("s2", {"body_id": "b2"}, ["assisting-unit-head"]),
    )
    for nth, (post, where, functions) in enumerate(posts):
        told.append(("post.established", {"post_id": post, "title_zh": "名", "functions": functions, **where}))
        held = {"appointment_id": f"a{nth}", "person_id": f"x{nth}", "post_id": post, "held_by": since}
        told.append(("appointment.started", held))
    told.append(("pairing.started", {"pairing_id": "r0", "helper": "b2", "assisted": "j0", "effective_from": since}))
    for place in ("j0", "j2"):
        listed = {"jurisdiction_id": place, "list": "poor-village", "effective_from": since}
        told.append(("designation.listed", listed))
    return events("county", told)


def events(prefix: str, told: Sequence[tuple[str, Json]]) -> list[Json]:
    """Facts as events."""
    return [
        {"specversion": "1.0", "id": f"{prefix}{nth}", "source": "urn:y", "type": kind, "data": data}
        for nth, (kind, data) in enumerate(told)
    ]


async def owed(reader: Reader, asked: Collection[str], place: str, packs: Sequence[Pack], day: str) -> dict[str, Any]:
    """What a place owes, as answered, in the dossier of the places asked about."""
    dossier = await dossier_of(reader, asked, day)
    answering = Answering(dossier)
    return {one.id: described(one, dossier, answering) for one in duties(packs, dossier, Wanted([place]))}


async def agreed(log: Log, packs: Sequence[Pack], day: str) -> None:
    """Assert that each place owes the same, asked alone and with all others."""
    async with log.engine.connect() as conn:
        here = (await progress(conn, [log.log_id]))[log.log_id]
        reader = PostgresReader(conn, log.log_id, here.generation, here.size)
        for place in PLACES:
            alone, whole = [await owed(reader, asked, place, packs, day) for asked in ([place], PLACES)]
            event(f"duties: {min(len(alone) // 20, 5)}")
            for one in alone.keys() | whole.keys():
                assert alone.get(one) == whole.get(one), (place, one)


@given(history=histories(), day=st.sampled_from(LATER), packs=st.sets(st.integers(0, len(PACKS) - 1), max_size=3))
@many
async def test_a_place_owes_the_same_whatever_was_asked_about(
    engine: AsyncEngine, history: History, day: str, packs: set[int]
) -> None:
    """Of random histories, trees and all."""
    log = await new_log(engine, [])
    await log.append(history.events)
    await agreed(log, [PACKS[one] for one in packs], day)


@given(told=acts, day=st.sampled_from(LATER))
@many
async def test_acts_elsewhere_are_seen_from_everywhere(
    engine: AsyncEngine, told: list[tuple[str, Json]], day: str
) -> None:
    """Of a county with two townships, whose people and units act anywhere in it."""
    log = await new_log(engine, [])
    await log.append(county())
    await log.append(events("told", told))
    await agreed(log, PACKS, day)
