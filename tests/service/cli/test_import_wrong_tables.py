"""`zeren import DIR --year` with what is no table of that year: it is said, and nothing is recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer

from service.cli import divisions
from tests.service.division_tables import LAIWU_2018, LAIWU_2019, Rows, files_of, written
from tests.service.servers import Commands

pytestmark = pytest.mark.usefixtures("own_directory")

SMALL: Rows = {
    "62": "甘肃省", "6212": "陇南市", "621223": "宕昌县", "621223100": "城关镇",
    "621223100200": "东关村委会", "621223100201": "西关村委会",
}  # fmt: skip


def put(commands: Commands, year: int, rows: Rows, *options: str, said: int | None = None, code: int = 0) -> Any:
    """Import a table of `year`, said to be that of `said`."""
    directory = written(Path(f"table-{year}"), rows)
    return commands.json("import", directory, "--year", str(said or year), *options, code=code)


def size(commands: Commands) -> int:
    """How many events all logs hold."""
    return sum(log["size"] for log in commands.json("logs"))


def test_a_table_with_faults_is_not_recorded(commands: Commands) -> None:
    """Every fault is listed with file and line, no log is made, and the exit code is 1."""
    directory = written(Path("table"), SMALL)
    villages = directory / "villages.csv"
    villages.write_bytes(villages.read_bytes() + b'6.21223E+11,"x",621223100,62,6212,621223\n621223100202,"x')
    said = commands.json("import", directory, "--year", "2018", code=1)
    assert (said["recorded"], said["count"]) == (False, 2)
    assert [(found["file"], found["line"]) for found in said["faults"]] == [("villages.csv", 4), ("villages.csv", 5)]
    told = commands.run("import", directory, "--year", "2018", code=1).stderr
    assert "villages.csv line 4, column code, value '6.21223E+11'" in told
    assert "villages.csv line 5" in told
    assert "nothing was recorded" in told
    assert commands.json("logs") == []


def test_a_directory_without_tables(commands: Commands) -> None:
    """A directory without the five files is a fault of usage; the package's own folder is pointed at."""
    written(Path("package"), {})
    for name in files_of({}):
        (Path("package") / name).unlink()
    assert "provinces.csv" in commands.run("import", "package", "--year", "2018", code=2).stderr
    written(Path("package") / "dist", SMALL)
    assert "folder dist" in commands.run("import", "package", "--year", "2018", code=2).stderr


@pytest.mark.parametrize(("year", "said"), [("1998", "2009"), ("2999", "2009"), ("eighteen", "integer")])
def test_a_year_that_cannot_be(commands: Commands, year: str, said: str) -> None:
    """A year before there were such codes, or yet to come, is a fault of usage."""
    assert said in commands.run("import", written(Path("table"), SMALL), "--year", year, code=2).stderr


def test_the_rows_say_another_year(commands: Commands) -> None:
    """The table of 2019 said to be that of 2018 is refused by rows that only later tables have, and the other way."""
    for rows, year, said, row in ((LAIWU_2019, 2019, 2018, "370116 莱芜区"), (LAIWU_2018, 2018, 2019, "3712 莱芜市")):
        refused = put(commands, year, rows, said=said, code=1)["refused"][0]
        assert row in refused["zh"]
        assert f"not the table of {said}" in refused["en"]
    assert commands.json("logs") == []


def test_a_table_older_than_the_record(commands: Commands) -> None:
    """After the table of 2020, that of 2019 is refused: tables are imported in the order of their years."""
    put(commands, 2018, SMALL)
    put(commands, 2020, SMALL | {"621223100201": "新西村委会"})
    before = size(commands)
    refused = put(commands, 2019, SMALL | {"621223100200": "新东村委会"}, code=1)["refused"]
    assert "2020" in refused[0]["en"]
    assert size(commands) == before
    assert put(commands, 2018, SMALL)["totals"]["duplicates"] == len(SMALL)


def test_a_table_that_differs_in_nothing(commands: Commands) -> None:
    """The table on record sent as that of a further year changes nothing, so it is refused as another year's."""
    put(commands, 2018, SMALL)
    assert "another year" in put(commands, 2018, SMALL, said=2019, code=1)["refused"][0]["en"]


def test_another_table_for_a_year_on_record(commands: Commands) -> None:
    """A year that is on record takes its own table alone: what another would add or change is not recorded."""
    put(commands, 2018, SMALL)
    for rows in (
        SMALL | {"621223100200": "新东村委会"},
        {code: SMALL[code] for code in SMALL if code != "621223100201"},
    ):
        refused = put(commands, 2018, rows, code=1)["refused"][0]
        assert "not the table of 2018 that cn-62 has" in refused["en"]
    assert size(commands) == len(SMALL)


def test_villages_that_were_cut_off(commands: Commands) -> None:
    """A table without any village is refused, and a further one whose last township lost all of them."""
    last = {"621223101": "哈达铺镇", "621223101200": "上街村委会", "621223101201": "下街村委会"}
    rows = {code: name for code, name in SMALL.items() if len(code) < 12}
    fault = put(commands, 2018, rows, code=1)["faults"][0]
    assert (fault["file"], fault["line"]) == ("villages.csv", 1)
    assert "621223100 城关镇" in fault["expected_en"]
    put(commands, 2018, SMALL | last)
    cut = {code: name for code, name in (SMALL | last).items() if not code.startswith("6212231012")}
    told = put(commands, 2019, cut, code=1)["refused"][0]["en"]
    assert told.startswith("villages.csv may be cut off: 1 townships, as 621223101 哈达铺镇")
    assert put(commands, 2019, cut | {"621223100202": "上街村委会"})["totals"]["abolished"] == 1


def test_an_import_that_was_broken_off(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a broken import left is finished by the same table, and no further year is taken before."""
    answers = 0

    def broken(answer: httpx.Response) -> Any:
        nonlocal answers
        answers += 1
        if answers == 4:
            raise typer.Exit(1)
        return answer.json()

    with monkeypatch.context() as patched:
        patched.setattr(divisions, "LINES_TOGETHER", 1)
        patched.setattr(divisions, "read", broken)
        commands.run("import", written(Path("table-2018"), SMALL), "--year", "2018", code=1)
    assert size(commands) == 3
    further = SMALL | {"621223100200": "新东村委会"}
    assert "only 3 of 6 events of the table of 2018" in put(commands, 2019, further, code=1)["refused"][0]["en"]
    total = put(commands, 2018, SMALL)["totals"]
    assert (total["appended"], total["duplicates"], size(commands)) == (3, 3, 6)
    assert put(commands, 2019, further)["totals"]["appended"] == 1


def test_a_day_of_reference_that_is_said(commands: Commands) -> None:
    """Changes take effect on the day said, else on 31 October; a table known to be of another day is noted."""
    put(commands, 2018, SMALL)
    directory = written(Path("table-2020"), SMALL | {"621223100200": "新东村委会"})
    noted = commands.run("import", directory, "--year", "2020", "--dry-run").stderr
    assert "2020-06-30" in noted
    said = commands.json("import", directory, "--year", "2020", "--reference-day", "2020-06-30")
    assert said["effective_from"] == "2020-06-30"
    event = json.loads(commands.run("export", "cn-62").stdout.splitlines()[-1])["event"]
    assert event["data"]["effective_from"] == "2020-06-30"


def test_a_day_before_an_earlier_table_is_refused(commands: Commands) -> None:
    """Changes of a table take effect after the day of every earlier one on record, that of the first included."""
    put(commands, 2018, SMALL)
    rows = SMALL | {"621223100200": "新东村委会"}
    for day in ("2017-05-01", "2018-10-31"):
        refused = put(commands, 2019, rows, "--reference-day", day, code=1)["refused"][0]
        assert f"--reference-day {day}: expected a day after 2018-10-31, the day of the table of 2018" in refused["en"]
        assert "应晚于 2018-10-31" in refused["zh"]
    put(commands, 2019, rows, "--reference-day", "2019-12-31")
    before = size(commands)
    rows |= {"621223100201": "新西村委会"}
    for options in ((), ("--dry-run",)):
        told = put(commands, 2020, rows, "--reference-day", "2019-12-30", *options, code=1)["refused"][0]["en"]
        assert "after 2019-12-31, the day of the table of 2019" in told
    assert size(commands) == before
    assert put(commands, 2020, rows, "--reference-day", "2020-01-01")["totals"]["appended"] == 1
    again = put(commands, 2019, SMALL | {"621223100200": "新东村委会"}, "--reference-day", "2019-12-31")
    assert again["totals"]["duplicates"] == 1


def test_another_day_for_a_year_on_record(commands: Commands) -> None:
    """A table sent again as of another day is refused for the day, and the day on record is said."""
    put(commands, 2018, SMALL)
    rows = SMALL | {"621223100200": "新东村委会"}
    put(commands, 2019, rows, "--reference-day", "2019-12-31")
    refused = put(commands, 2019, rows, code=1)["refused"][0]
    assert refused["en"].endswith("as of 2019-12-31, not 2019-10-31: send it again with --reference-day 2019-12-31")
    assert put(commands, 2018, SMALL, "--reference-day", "2018-12-31")["totals"]["appended"] == 0


def test_a_day_outside_the_year_is_said(commands: Commands) -> None:
    """A day in another year than the table's is taken, and noted."""
    put(commands, 2018, SMALL)
    directory = written(Path("table-2019"), SMALL | {"621223100200": "新东村委会"})
    noted = commands.run("import", directory, "--year", "2019", "--reference-day", "2020-01-31", "--dry-run").stderr
    assert "--reference-day 2020-01-31 is not in 2019" in " ".join(noted.split())
    assert "is not in" not in commands.run("import", directory, "--year", "2019", "--dry-run").stderr
