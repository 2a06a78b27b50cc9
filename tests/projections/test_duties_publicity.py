"""Publicity: items, channels, stages and years of postings, and the days on which they really hung."""

from __future__ import annotations

from typing import Any

import pytest

from projections.duties.evaluating import Duty
from projections.policies.rule import Reading, Rule
from tests.projections.rules_made import Event, duties_of, event, rule_of, statuses

FIVE = ["content", "funding", "scope", "beneficiary-households", "expected-benefit"]
ITEMS: dict[str, Any] = {"of": ["project"], "once": ["project.approved"], "items": FIVE}


def publicity(readings: tuple[Reading, ...] = (), **params: Any) -> Rule:
    """A county's duty to post something."""
    return rule_of("publicity", params, readings=readings)


def project(n: int = 1, place: str = "county", **more: str) -> list[Event]:
    """A project is proposed and approved."""
    days = {"proposed": "2018-02-01", "approved": "2018-03-12", **more}
    name = {"project_id": f"x{n}", "jurisdiction_id": place}
    return [event(f"project.{verb}", **name, **{f"{verb}_on": on}) for verb, on in days.items()]


def posted(n: int, on: str, subject: str = "x1", channel: str = "board", **more: Any) -> Event:
    """Something is posted."""
    return event("publicity.posted", posting_id=f"b{n}", subject_id=subject, channel=channel, posted_from=on, **more)


def taken_down(n: int, on: str) -> Event:
    """A posting is taken down."""
    return event("publicity.withdrawn", posting_id=f"b{n}", withdrawn_on=on)


def one(rule: Rule, told: list[Event], day: str = "2018-12-31") -> Duty:
    """The one duty of a day."""
    (found,) = duties_of(rule, told, day)
    return found


def test_each_project_is_told_apart() -> None:
    """One result for each approved project; one that was not approved owes nothing yet."""
    told = [*project(1), *project(2), *project(3, approved="2019-01-01"), posted(1, "2018-04-01", items=FIVE)]
    found = {duty.outcome.about: duty.status for duty in duties_of(publicity(**ITEMS), told, "2018-12-31")}
    assert found == {"x1": "met", "x2": "gap"}


@pytest.mark.parametrize(("day", "status"), [("2018-03-31", "gap"), ("2018-04-01", "met"), ("2018-04-20", "met")])
def test_items_count_from_the_day_they_are_posted(day: str, status: str) -> None:
    """The day of posting is the first; having been posted is enough, also when it was taken down."""
    told = [*project(), posted(1, "2018-04-01", items=FIVE, posted_until="2018-12-31"), taken_down(1, "2018-04-20")]
    assert one(publicity(**ITEMS), told, day).status == status


def test_a_posting_taken_down_early_covers_nothing_more() -> None:
    """It covers nineteen days; under the reading that it must hang, the day it is taken down is the first without."""
    told = [*project(), posted(1, "2018-04-01", items=FIVE, posted_until="2018-12-31"), taken_down(1, "2018-04-20")]
    (shown,) = one(publicity(**ITEMS), told).outcome.more["postings"]
    assert (shown["from"], shown["until"]) == ("2018-04-01", "2018-04-20")
    lasting = (Reading("lasting", False, (True,), "once, or on the day"),)
    found = one(publicity(lasting, **ITEMS, lasting=False), told, "2018-04-20")
    assert (found.status, found.alternatives[0].status) == ("met", "gap")
    hanging = publicity(**ITEMS, lasting=True)
    assert one(hanging, told[:-1], "2018-04-19").outcome.changes_on == "2018-12-31"
    assert [one(hanging, told, day).status for day in ("2018-04-19", "2018-04-20")] == ["met", "gap"]


def test_a_posting_of_no_day_tells_nothing() -> None:
    """Taken down on the day that it was put up."""
    told = [*project(), posted(1, "2018-04-01", items=FIVE), taken_down(1, "2018-04-01")]
    found = one(publicity(**ITEMS), told).outcome
    assert (found.status, found.more["missing"], found.more["postings"]) == ("gap", FIVE, [])


def test_the_first_payment_is_shown_and_not_judged() -> None:
    """Both days stand beside each other; a posting after the payment is no worse."""
    paid = event("funds.disbursed", disbursement_id="d", project_id="x1", amount="1.00", disbursed_on="2018-03-20")
    told = [*project(), paid, posted(1, "2018-04-01", items=FIVE)]
    found = one(publicity(**ITEMS, against=["funds.disbursed"]), told).outcome
    assert (found.status, found.more["first_posted_on"]) == ("met", "2018-04-01")
    assert found.more["first"] == [{"step": "funds.disbursed", "on": "2018-03-20", "days_before": -12}]


def test_channels_one_or_all() -> None:
    """Any of the channels, or each of them; another channel is none of them."""
    rule = publicity(of=["project"], channels=["board", "website"])
    strict = publicity(of=["project"], channels=["board", "website"], all_channels=True)
    board, card = posted(1, "2018-04-01"), posted(2, "2018-04-01", channel="card")
    assert one(rule, [*project(), board]).status == "met"
    assert one(rule, [*project(), card]).status == "gap"
    found = one(strict, [*project(), board]).outcome
    assert (found.status, found.more["missing"]) == ("gap", ["website"])


def test_stages_that_were_reached_must_be_told() -> None:
    """A posting of the first stage does not tell of the second; what is not reached is not missed."""
    stages = [
        {"name": "proposed", "since": ["project.proposed"], "until": ["project.approved"]},
        {"name": "carried-out", "since": ["project.approved"], "until": ["project.accepted"]},
        {"name": "settled", "since": ["funds.reimbursed"]},
    ]
    within = (Reading("within", "whole", ("begins",), "begins and was to end, or begins"),)
    rule = publicity(within, of=["project"], stages=stages, within="whole")
    early = posted(1, "2018-02-01", posted_until="2018-03-12")
    long = posted(2, "2018-04-01", posted_until="2018-12-31")
    told = [*project(accepted="2018-09-01"), early, long]
    assert one(rule, told, "2018-03-11").outcome.actual["stages"] == ["proposed"]
    assert one(rule, told, "2018-03-11").status == "met"
    assert one(rule, told, "2018-03-12").outcome.more["missing"] == ["carried-out"]
    assert one(rule, told, "2018-08-31").status == "met"
    over = one(rule, told, "2018-09-01")
    assert (over.outcome.more["missing"], over.alternatives[0].status) == (["carried-out"], "met")


def test_a_payment_is_posted_by_itself_or_with_its_project() -> None:
    """A posting about the project tells of its payments too."""
    paid = event(
        "funds.disbursed", disbursement_id="d", project_id="x1", jurisdiction_id="county", amount="1.00",
        disbursed_on="2018-03-20",
    )  # fmt: skip
    rule = publicity(of=["disbursement"])
    assert one(rule, [*project(), paid]).status == "gap"
    assert one(rule, [*project(), paid, posted(1, "2018-04-01")]).status == "met"
    assert one(rule, [*project(), paid, posted(1, "2018-04-01", "d")]).status == "met"


def test_one_of_each_register_or_all_of_them() -> None:
    """That a system works is shown by one; the counts are told, and the other reading beside them."""
    enough = (Reading("enough", "some", ("all",), "one of each, or all"),)
    rule = publicity(enough, of=["project"], each=False, enough="some")
    found = one(rule, [*project(1), *project(2), posted(1, "2018-04-01")])
    assert (found.status, found.alternatives[0].status) == ("met", "gap")
    assert found.outcome.actual == {"project": {"total": 2, "posted": 1}}
    assert one(rule, []).status == "not-applicable"


def test_every_year_from_the_first_funds_on() -> None:
    """Open until the last day of the year, breached from the next; a posting of another year is none of this one."""
    rule = publicity(of=["disbursement"], items=["funding"], per="P1Y")
    paid = event(
        "funds.disbursed", disbursement_id="d", jurisdiction_id="county", amount="1.00", disbursed_on="2017-03-20"
    )
    late = posted(1, "2018-01-01", "d", items=["funding"])
    assert statuses(rule, [paid, late], "2017-12-31") == {"2017": "due"}
    assert statuses(rule, [paid, late], "2018-01-01") == {"2017": "breached", "2018": "met"}
    assert statuses(rule, [paid, late], "2018-06-01", ("2018-01-01", "2019-01-01")) == {"2018": "met"}
    in_time = posted(1, "2017-12-31", "d", items=["funding"])
    assert statuses(rule, [paid, in_time], "2017-12-31") == {"2017": "met"}
    assert statuses(rule, [paid, in_time], "2018-01-01") == {"2018": "due"}
    assert one(rule, []).status == "not-applicable"
