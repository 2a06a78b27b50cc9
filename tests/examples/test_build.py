"""The sample logs: built again they are the same, and every number in them is one of the facts."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from events.catalogue.registry import KINDS
from examples.build import listed
from examples.build.__main__ import write
from examples.build.ledger import SYNTHETIC
from examples.build.sources import ROOT, facts

LOGS = sorted(path.stem for path in (ROOT / "logs").glob("*.ndjson"))
LISTED_LOGS = sorted(listed.LOGS)
OWN_IDS = {
    "person.registered": "person_id",
    "body.established": "body_id",
    "post.established": "post_id",
    "appointment.started": "appointment_id",
    "responsibility-letter.signed": "letter_id",
    "pairing.started": "pairing_id",
    "household.identified": "household_id",
    "visit.made": "visit_id",
    "report.submitted": "report_id",
    "handover.completed": "handover_id",
    "exit.proposed": "exit_id",
    "finding.raised": "finding_id",
    "funds.allocated": "allocation_id",
    "funds.disbursed": "disbursement_id",
    "funds.recovered": "recovery_id",
    "funds.reimbursed": "reimbursement_id",
    "inspection.held": "inspection_id",
    "meeting.held": "meeting_id",
    "plan.adopted": "plan_id",
    "project.proposed": "project_id",
    "publicity.posted": "posting_id",
    "record.filed": "record_id",
    "rectification.ordered": "rectification_id",
    "target.set": "target_id",
    "task.assigned": "task_id",
}


def lines(log: str) -> list[dict[str, Any]]:
    """The entries of a committed log."""
    text = (ROOT / "logs" / f"{log}.ndjson").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def events(log: str, kind: str | None = None) -> list[dict[str, Any]]:
    """The events of a committed log, of one kind or of all."""
    return [line["event"] for line in lines(log) if kind in (None, line["event"]["type"])]


def test_rebuilding_gives_the_same_bytes(tmp_path: Path) -> None:
    """The builder is deterministic and the committed files are what it writes."""
    write(tmp_path)
    built = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.*")}
    kept = {path.relative_to(ROOT): path.read_bytes() for path in (ROOT / "logs").glob("*")}
    kept[Path("cases.json")] = (ROOT / "cases.json").read_bytes()
    assert built == kept


def test_the_logs_stay_small() -> None:
    """All logs together hold at most 12,000 events in at most 8 MB."""
    files = list((ROOT / "logs").glob("*.ndjson"))
    assert sum(len(lines(log)) for log in LOGS) <= 12_000
    assert sum(path.stat().st_size for path in files) < 8_000_000


@pytest.mark.parametrize("log", LOGS)
def test_every_event_is_a_cloudevent_of_a_known_kind(log: str) -> None:
    """Every event, and every corrected payload, is valid by the catalogue."""
    kinds: dict[str, str] = {}
    for event in events(log):
        assert set(event) - {"time"} == {"specversion", "id", "source", "type", "data"}
        assert event["specversion"] == "1.0"
        KINDS[event["type"]].model_validate(event["data"])
        kinds[event["id"]] = event["type"]
        if event["type"] == "record.corrected":
            kinds[event["id"]] = kinds[event["data"]["corrects_event_id"]]
            KINDS[kinds[event["id"]]].model_validate(event["data"]["corrected_payload"])


@pytest.mark.parametrize("log", LOGS)
def test_the_clock_never_goes_back(log: str) -> None:
    """`recorded_at` has six decimals and Z and is non-decreasing, and no event id is used twice."""
    stamps = [line["recorded_at"] for line in lines(log)]
    assert stamps == sorted(stamps)
    assert all(len(stamp) == len("2018-01-15T02:00:00.000000Z") and stamp.endswith("Z") for stamp in stamps)
    ids = [event["id"] for event in events(log)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("log", LOGS)
def test_a_correction_names_an_earlier_event_of_its_source(log: str) -> None:
    """The one reference that the door checks holds for every correction and annulment."""
    before: dict[str, str] = {}
    for event in events(log):
        data = event["data"]
        target = data.get("corrects_event_id") or data.get("annuls_event_id")
        if target is not None:
            assert before[target] == event["source"]
        before[event["id"]] = event["source"]


@pytest.mark.parametrize("log", LOGS)
def test_what_is_invented_says_so(log: str) -> None:
    """An event has the synthetic source exactly if its id says so, and so have the ids it makes."""
    for event in events(log):
        synthetic = event["source"] == SYNTHETIC
        assert event["id"].startswith("syn-") == synthetic
        own = event["data"].get(OWN_IDS.get(event["type"], ""))
        if event["type"] == "jurisdiction.registered":
            own = event["data"]["jurisdiction_id"]
        if own is not None:
            assert own.startswith("syn-") == synthetic
        assert synthetic or event["data"]["basis"]


def test_no_invented_person_has_a_real_name() -> None:
    """Persons are obviously synthetic, but for the two office holders that the Henan report names."""
    names = {event["data"]["name_zh"] for log in LOGS for event in events(log, "person.registered")}
    real = {name for name in names if not name.startswith("示例干部-")}
    assert real == {holder["name"] for holder in facts("henan_2017")["named_office_holders"]}


@pytest.mark.parametrize("log", LISTED_LOGS)
def test_listed_places_of_a_province_are_as_many_as_stated(log: str) -> None:
    """Counties and villages on the list of 2020 have the stated numbers, names and criteria."""
    province = listed.province_of(log)
    on_list = [
        event["data"] for event in events(log, "designation.listed") if event["data"]["list"] == "listed-supervision"
    ]
    levels = {event["data"]["jurisdiction_id"]: event["data"] for event in events(log, "jurisdiction.registered")}
    criteria = Counter((levels[data["jurisdiction_id"]]["level"], data["criterion"]) for data in on_list)
    villages = province["villages"]
    assert criteria["county", "not-delisted"] == province["stated_county_count"]
    assert criteria["village", "poor-population"] == villages["poor_population_over_1000_persons"]
    assert criteria["village", "poverty-rate"] == villages["poverty_rate_over_10_percent"]
    assert sum(criteria.values()) == province["stated_county_count"] + villages["total"]
    parents = {
        levels[data["jurisdiction_id"]]["parent_id"] for data in on_list if "-village-" in data["jurisdiction_id"]
    }
    assert parents <= {f"j-{log[-2:]}0000"}


def test_listed_places_add_up() -> None:
    """52 counties and 1,113 villages, 88 of them by persons and 1,025 by rate."""
    stated = facts("guapai_2020")
    found: Counter[str] = Counter()
    for log in LISTED_LOGS:
        found.update(
            event["data"]["criterion"]
            for event in events(log, "designation.listed")
            if event["data"]["list"] == "listed-supervision"
        )
    assert found["not-delisted"] == stated["counties_total_stated"] == 52
    assert found["poor-population"] == stated["criteria"][0]["villages"] == 88
    assert found["poverty-rate"] == stated["criteria"][1]["villages"] == 1025
    assert found["poor-population"] + found["poverty-rate"] == stated["villages_total_stated"] == 1113


def test_the_ministry_plan_adds_up() -> None:
    """42 units in 13 groups help 47 and 40 villages, each village one unit."""
    plan = facts("mee_2017")
    bodies = [event["data"] for event in events("demo-cn-13", "body.established")]
    units = [body for body in bodies if "assisting-unit" in body.get("functions", [])]
    villages = [
        event["data"]
        for event in events("demo-cn-13", "jurisdiction.registered")
        if event["data"]["name_zh"].startswith(("原有", "新增"))
    ]
    assisted = [event["data"]["assisted"] for event in events("demo-cn-13", "pairing.started")]
    assert len(units) == plan["units"] == 42
    assert len({unit["unit_id"] for unit in units}) == plan["assistance_groups"] == 13
    assert sum(place["name_zh"].startswith("原有") for place in villages) == plan["villages"]["original_paired"] == 47
    assert sum(place["name_zh"].startswith("新增") for place in villages) == plan["villages"]["new_deeply_poor"] == 40
    assert sorted(assisted) == sorted(place["jurisdiction_id"] for place in villages)


@pytest.mark.parametrize(("log", "table"), [("demo-cn-62", "621223"), ("demo-cn-14", "141126")])
def test_every_row_of_a_division_table_is_on_record(log: str, table: str) -> None:
    """All townships and villages of the two counties are registered with their codes and parents."""
    with (ROOT / "divisions" / f"{table}.csv").open(encoding="utf-8", newline="") as rows:
        stated = {(row["code"], f"j-{row['parent_code']}", row["level"]) for row in csv.DictReader(rows)}
    registered = {
        (event["data"]["code"], event["data"].get("parent_id"), event["data"]["level"])
        for event in events(log, "jurisdiction.registered")
    }
    assert stated <= registered


def test_enough_is_staffed() -> None:
    """Every township of Dangchang has its two principals, and 60 villages have everyone."""
    titles = Counter(
        (event["data"]["functions"] or [""])[0]
        for event in events("demo-cn-62", "post.established")
        if event["data"].get("functions") and "621223" in event["data"]["post_id"]
    )
    places = {
        event["data"]["jurisdiction_id"]
        for event in events("demo-cn-62", "body.established")
        if event["data"].get("functions") == ["work-team"]
    }
    assert titles["party-principal"] == titles["government-principal"] == 1 + 25
    assert titles["village-party-secretary"] == 340
    assert len(places) >= 60


def test_dates_of_office_are_as_vague_as_real_ones() -> None:
    """About 60 % of the starts are unknown and about a quarter known by month, in the two large logs."""
    starts = [event["data"] for log in ("demo-cn-14", "demo-cn-62") for event in events(log, "appointment.started")]
    unknown = sum("held_by" in data for data in starts) * 100 // len(starts)
    monthly = sum(len(data.get("effective_from", "")) == len("2018-03") for data in starts) * 100 // len(starts)
    assert 55 <= unknown <= 66
    assert 19 <= monthly <= 29
