"""What is remembered to tell duties with is enough: they are told as with all that they were worked out from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from unittest.mock import patch

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from events.clock import read_stamp
from events.known import Knowledge
from projections.answers import duties
from projections.duties.dossier import Dossier
from projections.duties.evaluating import Duty
from projections.reading import PostgresReader
from projections.runner import progress
from projections.scene import Scene
from tests.projections.boards.kept import new_log
from tests.projections.histories import BODIES, PERSONS, PLACES, History, histories
from tests.projections.test_agreement import said
from tests.projections.test_duties_anywhere import LATER, PACKS, county, events, many
from tests.thorough import examples

pytestmark = pytest.mark.anyio

SPANS: Final = (None, ("2016-06-01", "2018-06-01"))


async def told(scene: Scene) -> dict[str, Any]:
    """The duties of every place alone, every person and every body, of a day and over days, described."""
    found = {}
    for span in SPANS:
        asked = duties.Asked(span=span, subtree=False)
        for place in PLACES:
            found[f"{place} {span}"] = await said(_described(duties.of_places(scene, [place], asked)))
        for person in PERSONS:
            found[f"{person} {span}"] = await said(_described(duties.of_person(scene, person, asked)))
        for body in BODIES:
            found[f"{body} {span}"] = await said(_described(duties.of_body(scene, body, asked)))
    return found


async def _described(found: Any) -> Any:
    answer = await found
    return answer.described(answer.duties)


def everything(dossier: Dossier, _duties: Iterable[Duty]) -> Dossier:
    """All that there is."""
    return dossier


@pytest.mark.long
@given(history=histories(), day=st.sampled_from(LATER), ended=st.booleans())
@settings(many, max_examples=examples(24))
async def test_no_more_is_needed_to_tell_duties(engine: AsyncEngine, history: History, day: str, ended: bool) -> None:
    """After a county's beginnings and a random history, as if everything had been kept: of places, persons, bodies."""
    log = await new_log(engine, [])
    await log.append(county())
    if ended:  # within the days asked about: where a body is, and where a unit of no place helps
        merged = {"predecessor_ids": ["j3", "j0"], "successor_ids": ["j1"], "effective_from": "2017-07-10"}
        await log.append(events("ended", [("jurisdiction.restructured", merged)]))
    await log.append(history.events)
    async with log.engine.connect() as conn:
        here = (await progress(conn, [log.log_id]))[log.log_id]
        reader = PostgresReader(conn, log.log_id, here.generation, here.size)
        known = Knowledge(log.log_id, here.size, read_stamp("2020-01-01T00:00:00Z"), "live")
        scene = Scene(reader, known, b"", day, PACKS)
        little = await told(scene)
        with patch.object(duties, "enough", everything):
            assert little == await told(scene)
    for what in (PERSONS, BODIES):
        event(f"duties of {what[0]} and others: {min(sum(len(little[f'{one} None']) for one in what) // 20, 5)}")
