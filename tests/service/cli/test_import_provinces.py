"""`zeren import DIR --year` of several provinces: moves between them, imports that broke off, provinces gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
import typer

from service.cli import divisions
from tests.service.division_tables import Rows, written
from tests.service.servers import Commands

pytestmark = pytest.mark.usefixtures("own_directory")

GANSU: Rows = {
    "62": "甘肃省", "6212": "陇南市", "621223": "宕昌县", "621223100": "城关镇",
    "621223100200": "东关村委会", "621223100201": "西关村委会",
}  # fmt: skip
QINGHAI: Rows = {
    "63": "青海省", "6301": "西宁市", "630121": "大通县", "630121100": "桥头镇", "630121100200": "毛家村委会",
}  # fmt: skip


def moved(county: str) -> Rows:
    """A county with four townships."""
    return {county: "示例县"} | {f"{county}1{index:02}": f"{name}镇" for index, name in enumerate("甲乙丙丁")}


LOGS = ("cn-62", "cn-63")
BOTH = GANSU | QINGHAI
EAST = {"621223100200": "新东村委会"}
MAO = {"630121100200": "新毛村委会"}


def put(commands: Commands, year: int, rows: Rows, *options: str, code: int = 0) -> Any:
    """Import a table; its summary."""
    return commands.json("import", written(Path(f"table-{year}"), rows), "--year", str(year), *options, code=code)


def size(commands: Commands, log: str) -> int:
    """How many events a log holds."""
    return {one["id"]: int(one["size"]) for one in commands.json("logs")}[log]


def broken_off(commands: Commands, patch: pytest.MonkeyPatch, year: int, rows: Rows) -> None:
    """Import a table and break off when the events of the first province are recorded."""

    def broken(answer: httpx.Response) -> Any:
        if answer.request.method == "POST" and "cn-62" in str(answer.request.url):
            raise typer.Exit(1)
        return answer.json()

    with patch.context() as patched:
        patched.setattr(divisions, "read", broken)
        commands.run("import", written(Path(f"table-{year}"), rows), "--year", str(year), code=1)


@pytest.mark.parametrize("log", LOGS)
def test_a_move_between_provinces_is_for_a_person_province_by_province_too(commands: Commands, log: str) -> None:
    """With `--log` either half of a move is listed as without it, and not recorded."""
    put(commands, 2018, BOTH | moved("630122"))
    said = put(commands, 2019, BOTH | moved("621231"), "--log", log, "--dry-run")
    assert [one["log"] for one in said["logs"]] == [log]
    assert said["totals"]["founded"] == said["totals"]["abolished"] == 0
    assert said["totals"]["undecided"] == 1
    after = BOTH | moved("621231") | EAST | MAO
    assert put(commands, 2019, after, "--log", log)["totals"]["appended"] == 1


def test_provinces_that_cannot_be_compared_are_said(commands: Commands) -> None:
    """With `--log`, the provinces of the table that have no log are named: a move to them is not noticed."""
    put(commands, 2018, BOTH, "--log", "cn-62")
    directory = written(Path("table-2019"), BOTH | EAST)
    said = commands.run("import", directory, "--year", "2019", "--log", "cn-62").stderr
    assert "a move between cn-62 and cn-63 is not noticed" in " ".join(said.split())


def test_an_import_that_broke_off_between_provinces(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a province lacks the table that another has of the same import, no further year is taken."""
    put(commands, 2018, BOTH)
    broken_off(commands, monkeypatch, 2019, BOTH | EAST | MAO)
    further = BOTH | EAST | MAO | {"621223100201": "新西村委会", "630121100": "桥头街道"}
    for options in ((), ("--dry-run",), ("--log", "cn-63")):
        refused = put(commands, 2020, further, *options, code=1)["refused"]
        assert [one["en"] for one in refused] == [
            "cn-63 lacks the table of 2019, which cn-62 has: that import broke off; send that table again first"
        ]
    assert size(commands, "cn-63") == len(QINGHAI)
    assert put(commands, 2019, BOTH | EAST | MAO)["totals"]["appended"] == 1
    assert put(commands, 2020, further)["totals"]["appended"] == 2


def test_a_first_import_that_broke_off_between_provinces(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """A province that was to be registered with an earlier table is not taken for a new one."""
    broken_off(commands, monkeypatch, 2018, BOTH)
    refused = put(commands, 2019, BOTH | EAST | MAO, code=1)["refused"]
    assert "cn-63 lacks the table of 2018" in refused[0]["en"]
    put(commands, 2018, BOTH)
    assert put(commands, 2019, BOTH | EAST | MAO)["totals"]["renamed"] == 2


def test_provinces_without_changes_and_new_ones_lack_nothing(commands: Commands) -> None:
    """A province that did not change in a year, was imported by itself, or joins later, holds nothing up."""
    put(commands, 2018, BOTH)
    put(commands, 2019, BOTH | EAST)
    put(commands, 2020, BOTH | EAST | MAO, "--log", "cn-63")
    third = {"64": "宁夏回族自治区", "6401": "银川市"}
    said = put(commands, 2021, BOTH | EAST | third | {"630121100200": "毛家新村委会", "621223100201": "新西村委会"})
    assert (said["totals"]["renamed"], said["totals"]["registered"]) == (2, 2)


def test_a_province_that_is_not_in_the_table_is_said(commands: Commands) -> None:
    """A province on record that the next table lacks is left as it is, and named."""
    assert put(commands, 2018, BOTH)["not_in_the_table"] == []
    said = put(commands, 2019, GANSU | EAST, "--dry-run")
    assert said["not_in_the_table"] == ["cn-63"]
    told = commands.run("import", "table-2019", "--year", "2019")
    assert "left as they are: cn-63" in " ".join(told.stderr.split())
    assert size(commands, "cn-63") == len(QINGHAI)


def test_an_earlier_table_under_a_further_year(commands: Commands) -> None:
    """The table of 2018, sent as that of 2020 when that of 2019 is on record, would undo what changed: refused."""
    put(commands, 2018, BOTH)
    put(commands, 2019, BOTH | EAST)
    for options in ((), ("--dry-run",), ("--log", "cn-62")):
        refused = put(commands, 2020, BOTH, *options, code=1)["refused"][0]["en"]
        assert refused.startswith("not the table of 2020 but that of 2018: 0 codes and names are unlike")
    assert put(commands, 2020, BOTH | MAO)["totals"]["renamed"] == 2


def test_lists_of_several_runs(commands: Commands) -> None:
    """Each `--log` has a list of its own, and a run that leaves nothing open leaves no old list behind."""
    put(
        commands,
        2018,
        BOTH | {"621223100202": "南关村委会", "630121100201": "庙沟村委会", "630121100202": "元墩村委会"},
    )
    chains = {"621223100201": "新西村委会", "621223100202": "西关村委会"}
    chains |= {"630121100201": "新庙村委会", "630121100202": "庙沟村委会"}
    listed = [put(commands, 2019, BOTH | chains, "--log", log, "--dry-run")["undecided_file"] for log in LOGS]
    assert listed == ["undecided-2019-cn-62.csv", "undecided-2019-cn-63.csv"]
    for log in LOGS:
        assert len(Path(f"undecided-2019-{log}.csv").read_text(encoding="utf-8-sig").splitlines()) == 5
    only = BOTH | {"621223100202": "新南村委会"}
    assert put(commands, 2019, only, "--log", "cn-62", "--dry-run")["undecided_file"] is None
    assert len(Path(listed[0]).read_text(encoding="utf-8-sig").splitlines()) == 1
