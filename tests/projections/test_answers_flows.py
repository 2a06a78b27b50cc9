"""Flows of money: allocations added up by the way they took, from the source down to the levels of a scope."""

from __future__ import annotations

import pytest

from projections.answers import money
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio

DAY = "2018-03-05"


@pytest.fixture
def ledger() -> Ledger:
    """Two sources into a county below its province, on to two villages, between them, and out to another county."""
    made = Ledger()
    made.county("621223")
    for one in ("v", "w"):
        made.place(one, "village", f"62122310020{'vw'.index(one) + 1}", "c")
    made.place("d", "county", "621224", "p")
    made.record("body.established", body_id="office", jurisdiction_id="c", name_zh="财政局")
    made.record("body.established", body_id="ministry", name_zh="中央")
    for one, above, giver, to, amount, on, source in (
        ("A1", None, "ministry", "p", "1000.00", "2017-01-01", "central-special"),
        ("A2", "A1", None, "c", "600.00", "2017-02-01", "central-special"),
        ("B1", None, None, "c", "50.50", "2017-02-02", None),
        ("A3", "A2", None, "v", "250.00", "2017-03-01", "central-special"),
        ("A4", None, "c", "w", "20.00", "2017-03-02", "county"),
        ("A5", None, "v", "w", "5.00", "2017-03-03", "county"),
        ("A6", None, "c", "office", "70.00", "2017-03-04", "county"),
        ("A7", None, "c", "d", "30.00", "2017-03-05", "county"),
        ("A8", None, "c", "w", "9.00", "2018-03-06", "county"),
    ):
        given = {"from_allocation_id": above, "allocator_id": giver, "source": source}
        stated = {name: value for name, value in given.items() if value is not None}
        made.record("funds.allocated", allocation_id=one, recipient_id=to, amount=amount, allocated_on=on, **stated)
    return made


Flow = tuple[str, str | None, str, str | None, str, int]


async def flows(ledger: Ledger, place: str) -> set[Flow]:
    """The flows of a place: kind and id of both ends, the amount, and of how many allocations."""
    found = await money.of_place(ledger.scene(DAY), place, subtree=True)
    return {
        (one["from"]["kind"], one["from"]["id"], one["to"]["kind"], one["to"]["id"], one["amount"], one["allocations"])
        for one in found.head["flows"]
    }


async def test_what_came_in_is_told_from_its_source_with_its_own_amount(ledger: Ledger) -> None:
    """Above the scope each step has the amount that came on; without a giver the source gives."""
    assert await flows(ledger, "c") == {
        ("source", "central-special", "body", "ministry", "600.00", 1),
        ("body", "ministry", "jurisdiction", "p", "600.00", 1),
        ("jurisdiction", "p", "level", "county", "600.00", 1),
        ("source", None, "level", "county", "50.50", 1),
        ("level", "county", "level", "village", "270.00", 2),
        ("level", "village", "level", "village", "5.00", 1),
        ("level", "county", "jurisdiction", "d", "30.00", 1),
    }


async def test_within_a_wider_scope_steps_go_from_level_to_level(ledger: Ledger) -> None:
    """From the province its county's money does not come from outside; one county to the other stays in a level."""
    assert await flows(ledger, "p") == {
        ("source", "central-special", "body", "ministry", "1000.00", 1),
        ("body", "ministry", "level", "province", "1000.00", 1),
        ("level", "province", "level", "county", "600.00", 1),
        ("source", None, "level", "county", "50.50", 1),
        ("level", "county", "level", "county", "30.00", 1),
        ("level", "county", "level", "village", "270.00", 2),
        ("level", "village", "level", "village", "5.00", 1),
    }


async def test_what_enters_a_level_leaves_it_or_stays(ledger: Ledger) -> None:
    """For each level, flows in and out are what the sums by level say."""
    found = await money.of_place(ledger.scene(DAY), "c", subtree=True)
    for level in found.head["levels"]:
        sums = {"from": 0.0, "to": 0.0}
        for one in found.head["flows"]:
            for side in sums:
                if one[side] == {"id": level["level"], "name": None, "kind": "level"}:
                    sums[side] += float(one["amount"])
        assert (sums["to"], sums["from"]) == (float(level["allocated"]), float(level["passed_on"]))


async def test_a_circle_of_allocations_ends(ledger: Ledger) -> None:
    """Two allocations that each claim to come from the other are told once, not for ever."""
    for one, above in (("C1", "C2"), ("C2", "C1")):
        ledger.record("funds.allocated", allocation_id=one, recipient_id="p" if one == "C1" else "c",
                      from_allocation_id=above, amount="1.00", allocated_on="2017-05-01")  # fmt: skip
    assert ("jurisdiction", "p", "level", "county", "601.00", 2) in await flows(ledger, "c")
