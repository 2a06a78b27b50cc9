"""The boards of the sample logs: what evaluation from scratch gives, in whatever dossier a place is looked at."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import pytest

from events.database import open_engine
from projections.boards import tables
from projections.boards.groups import line
from projections.boards.keeping import MOST, digest_of, keep_up
from projections.duties.evaluating import Wanted, duties
from projections.duties.gathering import dossier_of
from projections.duties.tallying import kinds_of
from projections.policies.pack import load_all
from projections.reading import PostgresReader
from projections.runner import progress

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

PACKS: Final = list(load_all().values())
EVERY: Final = 7
"""Every seventh place is looked at in its own dossier too."""


@pytest.mark.parametrize("log_id", ["demo-cn-13", "demo-cn-14", "demo-cn-52", "demo-cn-62"])
@pytest.mark.long
async def test_a_place_owes_the_same_in_every_dossier(samples_url: str, log_id: str) -> None:
    """Of two days, one after the other: the board, a place's own dossier and that of all of the log agree."""
    engine = open_engine(samples_url)
    for day in ("2018-12-31", "2019-01-02"):
        await keep_up(engine, log_id, PACKS, day)
        async with engine.connect() as conn:
            here = (await progress(conn, [log_id]))[log_id]
            board = tables.Board(log_id, here.generation, here.size, day, digest_of(PACKS, MOST))
            assert await tables.board_of(conn, log_id) == board
            parents = await tables.tree(conn, board)
            kept = await tables.statuses(conn, log_id, list(parents))
            reader = PostgresReader(conn, log_id, here.generation, here.size)
            for top in {line(parents, place)[-1] for place in parents}:
                within = [place for place in parents if line(parents, place)[-1] == top]
                whole = await _owed(reader, top, within, day)
                for place in within:
                    told = Counter((one.kind.rule, one.subject, one.about, one.since, one.kind.status)
                                   for one in kept.get(place, {}).values())  # fmt: skip
                    assert told == whole.get(place, Counter()), place
                for place in within[::EVERY]:
                    alone = await _owed(reader, place, [place], day)
                    assert alone.get(place, Counter()) == whole.get(place, Counter()), place
    await engine.dispose()


async def _owed(reader: PostgresReader, top: str, places: list[str], day: str) -> dict[str, Counter[Any]]:
    """What places owe, evaluated in the dossier of one of them that is above the others."""
    dossier = await dossier_of(reader, [top], day, packs=PACKS)
    found: dict[str, Counter[Any]] = {}
    for duty, kind in kinds_of(duties(PACKS, dossier, Wanted(places, readings=False)), dossier):
        one = kind.rule, duty.subject.id, duty.outcome.about, duty.outcome.since, kind.status
        found.setdefault(str(duty.subject.place), Counter())[one] += 1
    return found
