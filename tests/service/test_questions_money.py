"""Money from the source to a village: what is left at each level, every step with its days, and who approved it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.service.samples import CASES, Answer, Samples, levels_of, persons_of, posts_of

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE, SHANXI = CASES["money"], CASES["money_shanxi"]
PROVINCE, CITY, COUNTY, TOWN, VILLAGE = "j-620000", "j-621200", "j-621223", "j-621223104", "j-621223104211"
DAY = CASE["valid_at"]
LEFT = ("allocated", "passed_on", "disbursed", "recovered", "left")

Row = dict[str, Any]


async def money(samples: Samples, place: str, valid_at: str = DAY, scope: str = "subtree", **more: str) -> Answer:
    """The money of a place."""
    found: Answer = await samples.get(f"/jurisdictions/{place}/money", valid_at=valid_at, scope=scope, **more)
    assert (found["valid_at"], found["scope"], found["next"], found["withheld"]) == (valid_at, scope, None, 0)
    assert found["known_at"]
    assert all(item["evidence"] for item in found["items"])
    return found


def of_type(answer: Answer, name: str) -> list[Answer]:
    """The items of one type."""
    return [item for item in answer["items"] if item["type"] == name]


def cases() -> list[tuple[str, str, str, str, Row]]:
    """Log, place, day, scope and the amounts expected."""
    return [
        (case["log"], place, case["valid_at"], scope, row)
        for case in (CASE, SHANXI)
        for scope in ("own", "subtree")
        for place, row in case[scope].items()
    ]


@pytest.mark.parametrize(("log", "place", "day", "scope", "expected"), cases())
async def test_what_is_left_at_each_level(
    samples: Samples, log: str, place: str, day: str, scope: str, expected: Row
) -> None:
    """What came in, went on, was paid and came back leaves what the case states, in the money and in the state."""
    found = await money(samples, place, day, scope)
    assert {name: found["totals"][name] for name in expected} == expected
    assert found["log"]["id"] == log
    amounts = {name: Decimal(found["totals"][name]) for name in LEFT}
    assert amounts["left"] == sum(amounts[name] for name in ("allocated", "recovered")) - sum(
        amounts[name] for name in ("passed_on", "disbursed")
    )
    state = await samples.get(f"/jurisdictions/{place}/state", valid_at=day, scope=scope)
    assert state["money"] == found["totals"]


@pytest.mark.parametrize("place", [PROVINCE, CITY, COUNTY])
async def test_the_levels_add_up(samples: Samples, place: str) -> None:
    """What is left at the levels below, level by level, is together what is left of the whole, to the fen."""
    found = await money(samples, place)
    for name in ("disbursed", "recovered", "left"):
        assert sum(Decimal(level[name]) for level in found["levels"]) == Decimal(found["totals"][name])
    levels = ["province", "city", "county", "township", "village"]
    assert [level["level"] for level in found["levels"]] == levels[levels.index(found["levels"][0]["level"]) :]


async def test_the_way_from_the_centre_to_the_village(samples: Samples) -> None:
    """The village's 900,000 came from the centre through province, city, county and town, each step with its day."""
    (given,) = of_type(await money(samples, VILLAGE), "allocation")
    names = ("centre_2018", "city", "county", "township", "village")
    steps = [CASE["allocations"][name] for name in names]
    way = [*given["along"], given]
    assert [(one["allocation"], one["to"]["id"], one["amount"], one["allocated_on"]) for one in way] == [
        (step["allocation"], step["recipient"], step["amount"], step["allocated_on"]) for step in steps
    ]
    assert [one["from"]["name"] for one in way] == ["中央", "甘肃省", "陇南市", "宕昌县", "官亭镇"]
    assert [above["allocation"] for above in way[:-1]] == [step["from"] for step in steps[1:]]
    assert (given["direction"], given["passed_on"], given["left_here"]) == ("in", "0.00", "900000.00")
    assert {one["source"] for one in way} == {"central-special"}


async def test_every_allocation_of_the_province(samples: Samples) -> None:
    """Twelve allocations with source, receiver, day and amount; what each passed on is what names it as its source."""
    found = {one["allocation"]: one for one in of_type(await money(samples, PROVINCE), "allocation")}
    rows = CASE["allocations"].values()
    assert {row["allocation"] for row in rows} == set(found)
    for row in rows:
        shown = found[row["allocation"]]
        assert (shown["to"]["id"], shown["amount"], shown["allocated_on"]) == (
            row["recipient"], row["amount"], row["allocated_on"],
        )  # fmt: skip
        onward = sum((Decimal(one["amount"]) for one in rows if one["from"] == row["allocation"]), Decimal(0))
        assert Decimal(shown["passed_on"]) == onward
        assert Decimal(shown["left_here"]) == Decimal(row["amount"]) - onward
        assert shown["document"]


async def test_the_way_of_shanxi(samples: Samples) -> None:
    """The same in Shanxi: five allocations one after the other, and the payments of the county."""
    village = SHANXI["allocations"][-1]
    (given,) = of_type(await money(samples, village["recipient"], SHANXI["valid_at"]), "allocation")
    assert [one["allocation"] for one in (*given["along"], given)] == [
        row["allocation"] for row in SHANXI["allocations"]
    ]
    county = await money(samples, "j-141126", SHANXI["valid_at"])
    assert {one["disbursement"] for one in of_type(county, "disbursement")} == set(SHANXI["disbursements"])


async def test_funds_made_one_pool(samples: Samples) -> None:
    """The county made 12 million of three sources one pool; that moves nothing between places."""
    (found,) = of_type(await money(samples, COUNTY), "consolidation")
    case = CASE["consolidation"]
    assert (found["consolidation"], found["amount"], found["plan_id"]) == (
        case["consolidation"], case["amount"], case["plan"],
    )  # fmt: skip
    assert {one["source"]: one["amount"] for one in found["sources"]} == case["sources"]
    assert sum(Decimal(one["amount"]) for one in found["sources"]) == Decimal(found["amount"])


async def test_a_project_of_the_village_from_payment_to_recovery(samples: Samples) -> None:
    """Paid 400,000 in two parts, settled 360,000 after acceptance, 40,000 came back because of an audit's finding."""
    case = CASE["village_project"]
    found = await samples.get(f"/projects/{case['project']}", valid_at=DAY)
    assert [one["disbursement"] for one in found["disbursements"]] == case["disbursements"]
    (settled,) = found["reimbursements"]
    (back,) = found["recoveries"]
    assert (settled["reimbursement"], settled["amount"]) == (case["reimbursement"], case["reimbursed"])
    assert (settled["accepted_before"], settled["days_after_acceptance"]) == (True, 21)
    assert (back["recovery"], back["amount"], back["finding"]) == (case["recovery"], case["recovered"], case["finding"])
    totals = {name: found["totals"][name] for name in ("disbursed", "reimbursed", "recovered", "left")}
    assert totals == {name: case[name] for name in ("disbursed", "reimbursed", "recovered")} | {"left": "40000.00"}
    rectified = await samples.get(f"/rectifications/{case['rectification']}", valid_at=DAY)
    assert (rectified["finding"], rectified["status"]) == (case["finding"], "closed")


async def test_a_payment_between_its_approval_and_its_day(samples: Samples) -> None:
    """From 2018-05-02 to the 7th 260,000 are approved and not paid; on the 8th they are; each day is shown."""
    for day, paid, waiting in (
        ("2018-05-01", "0.00", "0.00"),
        ("2018-05-02", "0.00", "260000.00"),
        ("2018-05-07", "0.00", "260000.00"),
        ("2018-05-08", "260000.00", "0.00"),
    ):
        found = await money(samples, VILLAGE, day)
        assert (found["totals"]["disbursed"], found["totals"]["approved_not_paid"]) == (paid, waiting)
        shown = [(one["approved_on"], one["disbursed_on"], one["paid"]) for one in of_type(found, "disbursement")]
        assert shown == ([("2018-05-02", "2018-05-08", day == "2018-05-08")] if day > "2018-05-01" else [])


async def test_who_approved_each_payment_held_the_post(samples: Samples) -> None:
    """Two holders of one post approved the village's payments, each in office on the day of approval."""
    approvers = []
    for payment in of_type(await money(samples, VILLAGE), "disbursement"):
        (entry,) = payment["evidence"]
        answer = await samples.get(f"/logs/{CASE['log']}/events/{entry['position']}/responsible")
        step = answer["steps"][0]
        assert (step["step"], step["on"]) == ("approved", payment["approved_on"])
        person, post = payment["approved_by"]["person"], payment["approved_by"]["post"]
        held = posts_of(levels_of(step)["county"])[post["id"]]
        assert persons_of(held) == {person["id"]: "certain"}
        approvers.append((payment["disbursement"], person["name"], post["title"]))
    title = "宕昌县副县长(分管住房和饮水安全)"
    first, second = CASE["village_project"]["disbursements"]
    assert approvers == [(first, "示例干部-62-0949", title), (second, "示例干部-62-0950", title)]


async def test_money_is_known_from_when_it_was_recorded(samples: Samples) -> None:
    """The village's allocation was recorded as an entry; just before it, nothing of it is known on the same day."""
    (given,) = of_type(await money(samples, VILLAGE), "allocation")
    (entry,) = given["evidence"]
    then = await money(samples, VILLAGE, "2018-04-30", known_at=f"@{entry['position']}")
    now = await money(samples, VILLAGE, "2018-04-30", known_at=f"@{entry['position'] + 1}")
    assert [answer["totals"]["allocated"] for answer in (then, now)] == ["0.00", "900000.00"]
    assert (await money(samples, VILLAGE, "2018-04-15"))["items"] == []
