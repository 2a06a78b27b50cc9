"""A body on a day."""

from __future__ import annotations

import pytest

from projections.answers import bodies
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio

DAY = "2018-03-05"


@pytest.fixture
def ledger() -> Ledger:
    """A unit of a county that helps villages, and its head."""
    made = Ledger()
    made.county()
    made.record("body.established", body_id="b", jurisdiction_id="c", name_zh="局", functions=["assisting-unit"])
    made.post("h", body_id="b", functions=["assisting-unit-head"])
    made.start("a", "x", "h", "2016-01-01")
    return made


@pytest.mark.parametrize("gone", ["body", "place"])
async def test_a_body_that_is_gone_bears_nothing(ledger: Ledger, gone: str) -> None:
    """Nothing is laid on a body that is dissolved, or whose place is gone, nor on its posts; these still stand."""
    before = await bodies.one(ledger.scene(DAY), "b")
    assert before["responsibilities"]
    assert before["posts"][0]["responsibilities"]
    if gone == "body":
        ledger.record("body.dissolved", body_id="b", effective_from="2018-01-01")
    else:
        ledger.record("jurisdiction.restructured", predecessor_ids=["c"], effective_from="2018-01-01")
    after = await bodies.one(ledger.scene(DAY), "b")
    assert after["on_record"] == (gone == "place")
    assert (after["responsibilities"], after["posts"][0]["responsibilities"]) == ([], [])
    assert after["posts"][0]["status"] == "held"
    assert (await bodies.one(ledger.scene("2017-12-31"), "b"))["responsibilities"] == before["responsibilities"]
