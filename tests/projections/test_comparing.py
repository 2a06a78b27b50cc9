"""Live projections held against the entries: sound ones pass, and each change is named where it is."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from projections import comparing
from projections.comparing import Difference, compare
from projections.runner import catch_up, progress
from tests.service.evidence import LOG, append, history

pytestmark = pytest.mark.anyio

CHANGES = {
    "a row": ("UPDATE p_person SET doc = doc || '{\"name\": \"x\"}' WHERE entity_id = 'p3'", "p_person, p3"),
    "a key of a row": ("UPDATE p_post SET body_id = 'x'", "p_post, s"),
    "a row added": (
        """INSERT INTO p_body SELECT log_id, generation, 'b2', known_from, ordinal, known_to, jurisdiction_id, unit_id,
           name, doc FROM p_body""",
        "p_body, b2",
    ),
    "a row deleted": ("DELETE FROM p_letter", "p_letter, l0"),
    "a version ended": ("UPDATE p_matter SET known_to = 8", "p_matter, key:k1"),
    "a mention": ("DELETE FROM mention WHERE id = 'p3'", "mention, p3"),
    "the digest": ("UPDATE projection_state SET digest = sha256(digest)", "rolling digest"),
    "a stop": ('UPDATE projection_state SET failures = \'{"post": "x"}\'', "have stopped: post"),
}


async def test_sound_projections(projected: AsyncEngine) -> None:
    """Nothing differs, and what was built for the comparison is gone again."""
    assert await compare(projected, LOG) is None
    async with projected.connect() as conn:
        assert (await conn.execute(text("SELECT count(*) FROM projection_state"))).scalar_one() == 1
        assert (await conn.execute(text("SELECT count(DISTINCT generation) FROM p_person"))).scalar_one() == 1


@pytest.mark.parametrize(("statement", "where"), CHANGES.values(), ids=CHANGES.keys())
async def test_a_change_is_named(projected: AsyncEngine, statement: str, where: str) -> None:
    """Whatever is changed in the live projections is named with its table and entity."""
    async with projected.begin() as conn:
        await conn.exec_driver_sql(statement)
    found = await compare(projected, LOG)
    assert isinstance(found, Difference)
    assert where in found.what


async def test_the_live_projections_go_on(projected: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """While rows are compared the live projections take in what comes, and what came is no difference."""
    real, sizes = comparing.first_difference, list[int]()

    async def meanwhile(conn: AsyncConnection, log_id: str, live: int, rebuilt: int) -> Difference | None:
        await append(projected, history()[20:22])
        assert await catch_up(projected) == 2
        async with projected.connect() as other:
            sizes.append((await progress(other, [LOG]))[LOG].size)
        return await real(conn, log_id, live, rebuilt)

    monkeypatch.setattr(comparing, "first_difference", meanwhile)
    assert await compare(projected, LOG) is None
    assert sizes == [22]
