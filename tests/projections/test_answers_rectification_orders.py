"""What the order of a rectification decides: where it stands without a finding, and what it states as told last."""

from __future__ import annotations

from typing import Any

import pytest

from projections.answers import rectifications
from tests.projections.test_answers_rectifications import DAY, Case

pytestmark = pytest.mark.anyio


@pytest.fixture
def case() -> Case:
    """The case of question 7."""
    return Case()


@pytest.mark.parametrize(
    "answering", [{"responsible": {"post_id": "director"}}, {"lead_body_id": "b"}, {"responsible_body_ids": ["b", "q"]}]
)
async def test_without_a_finding_it_is_at_whom_the_order_names(case: Case, answering: dict[str, Any]) -> None:
    """The post, else the body that leads, else the first that answers; whoever takes it over, it stays there."""
    case.place("d", "county", "140926", "p")
    case.post("far", "d")
    case.record("rectification.ordered", rectification_id="R2", ordered_on="2019-11-05", **answering)
    case.record("rectification.reassigned", rectification_id="R2", to={"post_id": "far"}, handover_on="2019-12-01")
    told = await rectifications.one(case.scene(DAY), "R2")
    assert (told["place"]["id"], told["responsible"]["post"]["id"]) == ("c", "far")
    for place, expected in (("c", ["R1", "R2"]), ("d", [])):
        assert await case.listed(place=place) == expected


async def test_an_order_stated_again_is_as_it_was_recorded_last(case: Case) -> None:
    """Whole: a finding or a deadline that the last one does not state is none."""
    case.record(
        "rectification.ordered", rectification_id="R1", ordered_on="2019-12-01", responsible={"post_id": "deputy"}
    )
    told = await case.answer()
    assert (told["finding"], told["deadline"]) == (None, None)
