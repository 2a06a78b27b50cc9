"""The ministry's ledger (台账): nine columns, the amounts of the source exactly, and what was accepted in time."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.service.samples import CASES, Answer, Samples, ids

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE = CASES["ledger"]
PROVINCE, CITY = "j-130000", "j-130800"
YEAR_END = "2018-12-31"
COLUMNS = {
    "group": "小组",
    "unit": "单位(部门)",
    "paired_village": "结对帮扶村",
    "project_name": "项目名称",
    "content": "内容",
    "implementing_unit": "实施单位",
    "beneficiaries": "扶贫对象",
    "funds": "经费",
    "expected_effect": "预期扶贫效果",
}


async def below(samples: Samples, place: str, register: str, **more: str) -> list[Answer]:
    """The matters of a register at a place and below it."""
    asked = {"valid_at": YEAR_END, **more}
    answer = await samples.get(
        f"/jurisdictions/{place}/timeline", type=register, scope="subtree", log=CASE["log"], **asked
    )
    assert (answer["valid_at"], answer["log"]["id"], answer["next"]) == (asked["valid_at"], CASE["log"], None)
    assert answer["known_at"]
    found: list[Answer] = answer["items"]
    return found


async def entries(samples: Samples, place: str = PROVINCE, **more: str) -> dict[str, dict[str, Any]]:
    """The entries of the ledger by the id of their event."""
    found = {}
    for item in await below(samples, place, "ledger-entry", **more):
        (step,) = item["steps"]
        assert (ids(item["evidence"]), item["stands_at"]) == ({item["id"]}, step["data"]["paired_village"])
        found[item["id"]] = step["data"]
    return found


async def test_the_nine_columns(samples: Samples) -> None:
    """Every entry fills all nine columns of the plan, which the catalogue names as the plan does."""
    found = await entries(samples)
    assert set(found) == {row["event"] for row in (*CASE["stated"], *CASE["own"])}
    assert list(COLUMNS.values()) == CASE["columns"]
    for data in found.values():
        assert data["ledger"] == CASE["ledger"]
        assert all(data[column] for column in COLUMNS)
    kind = await samples.get("/kinds/ledger-entry.recorded")
    titles = {field["name"]: field["title"] for field in kind["fields"]}
    assert all(titles[column].startswith(name) for column, name in COLUMNS.items())


async def test_the_stated_amounts_exactly(samples: Samples) -> None:
    """Four amounts, 170 million for one county and 110 for the other, 280 in all, as decimal strings of yuan."""
    found = await entries(samples)
    for row in CASE["stated"]:
        assert {name: found[row["event"]][name] for name in row if name != "event"} == {
            name: value for name, value in row.items() if name != "event"
        }
    for county, total in CASE["totals"].items():
        own = await entries(samples, county)
        assert {data["paired_village"] for data in own.values()} == {county}
        assert str(sum(Decimal(data["funds"]) for data in own.values())) == total
    stated = [found[row["event"]]["funds"] for row in CASE["stated"]]
    assert str(sum(map(Decimal, stated))) == CASE["total"] == "280000000.00"


async def test_the_entries_say_where_their_amounts_come_from(samples: Samples) -> None:
    """The stated entries name file, line and phrase; the others are no part of the source and name none."""
    found = await entries(samples)
    for row in CASE["stated"]:
        assert found[row["event"]]["basis"].startswith("000_70c7c084360d0f91.txt")
    assert not any("basis" in found[row["event"]] for row in CASE["own"])


async def test_a_ledger_moves_no_money(samples: Samples) -> None:
    """What stands in a ledger was not allocated or paid by it: no total of a state counts it."""
    for county in CASE["totals"]:
        money = (await samples.get(f"/jurisdictions/{county}/state", valid_at=YEAR_END))["money"]
        assert {Decimal(amount) for amount in money.values()} == {Decimal(0)}


async def test_what_was_accepted_by_the_years_end(samples: Samples) -> None:
    """Three of the four projects of units were accepted by the year's end, on the days stated; one was not."""
    projects = {item["id"]: item for item in await below(samples, CITY, "project")}
    found = await entries(samples, CITY)
    assert {row["project"] for row in CASE["own"]} == set(projects)
    for row in CASE["own"]:
        data, project = found[row["event"]], projects[row["project"]]
        answer = await samples.get(f"/projects/{row['project']}", valid_at=YEAR_END)
        accepted = [step["on"] for step in answer["steps"] if step["step"] == "accepted"]
        assert accepted == ([row["accepted_on"]] if row["accepted_on"] else [])
        assert (data["project_name"], data["paired_village"]) == (answer["project"]["name"], project["stands_at"])
        assert data["funds"] == answer["totals"]["budget"] == row["funds"]
    assert [row["accepted_on"] for row in CASE["own"]].count(None) == 1
    early = await samples.get(f"/projects/{CASE['own'][0]['project']}", valid_at="2018-12-10")
    assert [step["step"] for step in early["steps"]] == ["proposed"]


async def test_the_unit_of_an_entry_is_who_helps_the_village(samples: Samples) -> None:
    """The column of the unit names the body that the village is paired with on the day of the entry."""
    found = await entries(samples, CITY)
    for row in CASE["own"]:
        data = found[row["event"]]
        village = await samples.chain(row["paired_village"], data["entered_on"])
        (pairing,) = village["chain"][-1]["assistance"]
        assert (pairing["helper"]["name"], pairing["certainty"]) == (data["unit"], "certain")


async def test_entries_are_known_from_when_they_were_recorded(samples: Samples) -> None:
    """The entries of 2017-12-29 were recorded on 2018-01-05: unknown on the 4th."""
    stated = {row["event"] for row in CASE["stated"]}
    assert await entries(samples, known_at="2018-01-04") == {}
    assert set(await entries(samples, known_at="2018-01-05")) == stated
    assert {data["entered_on"] for data in (await entries(samples, known_at="2018-01-05")).values()} == {"2017-12-29"}
