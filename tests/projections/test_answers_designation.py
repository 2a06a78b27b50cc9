"""Lists that a place stands on, and whether it is listed, exited or lifted on a day, and since when."""

from __future__ import annotations

from typing import Any

import pytest

from projections.answers import state
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio


@pytest.fixture
def ledger() -> Ledger:
    """A county c with a village v; c on the national list since 2012-03-19."""
    made = Ledger()
    made.place("c", "county", "621223")
    made.place("v", "village", "621223100201", "c")
    listed(made, "2012-03-19", criterion="poverty-rate", document="国开发〔2012〕1号")
    return made


def listed(ledger: Ledger, on: str, place: str = "c", named: str = "poor-county-national", **more: Any) -> int:
    """List a place."""
    return ledger.record("designation.listed", jurisdiction_id=place, list=named, effective_from=on, **more)


def lifted(ledger: Ledger, on: str, cause: str | None = None, named: str = "poor-county-national", **more: Any) -> int:
    """Lift the county from a list."""
    return ledger.record("designation.lifted", jurisdiction_id="c", list=named, effective_from=on, cause=cause, **more)


def approved(ledger: Ledger, exit_id: str, on: str, effective_on: str | None = None) -> int:
    """Approve an exit of the county."""
    ledger.record("exit.proposed", exit_id=exit_id, subject="c", level="county", proposed_on="2016-01-01")
    return ledger.record("exit.approved", exit_id=exit_id, approved_on=on, effective_on=effective_on)


async def asked(ledger: Ledger, day: str, place: str = "c", size: int | None = None) -> dict[str, Any]:
    """The state of a place on a day."""
    return await state.of_place(ledger.scene(day, size), place, subtree=True)


async def left(ledger: Ledger, *days: str) -> list[tuple[str, str | None]]:
    """Status and since of the county's exit on some days."""
    exits = [(await asked(ledger, day))["exit"] for day in days]
    return [(one["status"], one["since"]) for one in exits]


async def test_a_designation_stands_until_it_is_lifted(ledger: Ledger) -> None:
    """Each list by itself, since its first listing without a break, with what the last listing states."""
    listed(ledger, "2017-06-01", named="deeply-poor")
    listed(ledger, "2015-01-01", document="again")
    lifted(ledger, "2018-01-01", named="deeply-poor")
    answer = await asked(ledger, "2017-12-31")
    assert [(one["list"], one["since"], one["document"], len(one["evidence"])) for one in answer["designations"]] == [
        ("poor-county-national", "2012-03-19", "again", 1), ("deeply-poor", "2017-06-01", None, 1),
    ]  # fmt: skip
    after = await asked(ledger, "2018-01-01")
    assert [one["list"] for one in after["designations"]] == ["poor-county-national"]
    assert (await asked(ledger, "2012-03-18"))["designations"] == []
    again = await asked(ledger, "2014-12-31")
    assert again["designations"][0]["document"] == "国开发〔2012〕1号"


async def test_places_of_a_scope_are_counted_by_list(ledger: Ledger) -> None:
    """`designated` counts the places below on each list on the day; `designations` are those of the place alone."""
    listed(ledger, "2014-01-01", "v", "poor-village")
    listed(ledger, "2014-01-01", "v")
    answer = await asked(ledger, "2018-03-05")
    assert answer["designated"] == {"poor-county-national": 2, "poor-village": 1}
    assert len(answer["designations"]) == 1
    own = await state.of_place(ledger.scene("2018-03-05"), "c", subtree=False)
    assert own["designated"] == {"poor-county-national": 1}


async def test_never_listed_is_none(ledger: Ledger) -> None:
    """Before the first listing, and of a place that never was on a list, nothing is said to have ended."""
    assert await left(ledger, "2012-03-18", "2012-03-19") == [("none", None), ("listed", "2012-03-19")]
    assert (await asked(ledger, "2018-03-05", "v"))["exit"]["status"] == "none"


async def test_an_exit_shows_each_of_its_days(ledger: Ledger) -> None:
    """Exited since the day the approval takes effect; approval, effect and lifting are shown each by itself."""
    approval = approved(ledger, "X", "2018-12-20", "2019-01-01")
    lifting = lifted(ledger, "2019-04-28", "exit-approved", exit_id="X")
    assert await left(ledger, "2018-12-31", "2019-01-01") == [("listed", "2012-03-19"), ("exited", "2019-01-01")]
    shown = (await asked(ledger, "2020-01-01"))["exit"]
    assert (shown["exit"], shown["approved_on"], shown["effective_on"], shown["lifted_on"]) == (
        "X", "2018-12-20", "2019-01-01", "2019-04-28",
    )  # fmt: skip
    assert {one["position"] for one in shown["evidence"]} == {approval, lifting}
    before = await asked(ledger, "2019-04-27")
    assert (before["exit"]["lifted_on"], len(before["designations"])) == (None, 1)


async def test_an_exit_is_told_by_approval_or_by_lifting(ledger: Ledger) -> None:
    """Either alone ends the listing; of both the first counts; a rejected or merely proposed exit ends nothing."""
    size = len(ledger.entries)
    lifted(ledger, "2019-04-28", "exit-approved", exit_id="X")
    assert await left(ledger, "2019-04-27", "2019-04-28") == [("listed", "2012-03-19"), ("exited", "2019-04-28")]
    assert (await asked(ledger, "2019-04-28"))["exit"]["exit"] == "X"
    approved(ledger, "X", "2018-12-20")
    assert await left(ledger, "2019-05-01") == [("exited", "2018-12-20")]
    ledger.record("exit.rejected", exit_id="X", rejected_on="2018-12-21")
    assert await left(ledger, "2018-12-20", "2018-12-21", "2019-05-01") == [
        ("exited", "2018-12-20"), ("listed", "2012-03-19"), ("exited", "2019-04-28"),
    ]  # fmt: skip
    assert (await asked(ledger, "2020-01-01", size=size))["exit"]["status"] == "listed"


async def test_a_listing_after_an_exit_is_listed_again(ledger: Ledger) -> None:
    """Listed again since then, and exited again by a later exit of that listing only."""
    approved(ledger, "X", "2018-12-20")
    listed(ledger, "2020-01-01", named="listed-supervision")
    assert await left(ledger, "2019-12-31", "2020-01-01") == [("exited", "2018-12-20"), ("listed", "2020-01-01")]
    approved(ledger, "Y", "2020-11-21")
    assert await left(ledger, "2020-11-20", "2021-01-01") == [("listed", "2020-01-01"), ("exited", "2020-11-21")]


async def test_a_listing_after_an_exit_that_nobody_followed_by_a_lifting_is_listed_again(ledger: Ledger) -> None:
    """The exit ended the listing, lifted or not: what is listed after it is listed since then, as on another list."""
    approved(ledger, "x", "2016-12-01")
    listed(ledger, "2017-06-01", document="again")
    days = ("2016-11-30", "2016-12-01", "2017-05-31", "2017-06-01", "2018-01-01")
    assert await left(ledger, *days) == [
        ("listed", "2012-03-19"), *[("exited", "2016-12-01")] * 2, *[("listed", "2017-06-01")] * 2,
    ]  # fmt: skip
    told = await asked(ledger, "2018-01-01")
    assert [one["since"] for one in told["designations"]] == ["2012-03-19"]
    assert told["exit"]["evidence"] == told["designations"][0]["evidence"]


async def test_lifted_for_another_cause_is_no_exit(ledger: Ledger) -> None:
    """A correction or an expiry ends the listing as lifted; while another list stands the place is listed."""
    listed(ledger, "2017-06-01", named="deeply-poor")
    lifted(ledger, "2018-01-01", "correction")
    lifted(ledger, "2018-06-01", "expired", named="deeply-poor")
    assert await left(ledger, "2018-01-01", "2018-06-01") == [("listed", "2017-06-01"), ("lifted", "2018-06-01")]
    assert (await asked(ledger, "2018-06-01"))["exit"]["lifted_on"] == "2018-06-01"


async def test_a_correction_moves_the_day_of_an_exit(ledger: Ledger) -> None:
    """Before the correction the old day answers, from then on the new one, with both entries as evidence."""
    position = approved(ledger, "X", "2018-12-20")
    size = len(ledger.entries)
    correction = ledger.correct(position, exit_id="X", approved_on="2019-02-20")
    assert (await asked(ledger, "2020-01-01", size=size))["exit"]["since"] == "2018-12-20"
    shown = (await asked(ledger, "2020-01-01"))["exit"]
    assert (shown["since"], [one["position"] for one in shown["evidence"]]) == ("2019-02-20", [position, correction])
