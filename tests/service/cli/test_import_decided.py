"""`zeren import DIR --year` again, after a person decided what the table had left undecided."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.service.division_tables import Rows, written
from tests.service.servers import Commands

pytestmark = pytest.mark.usefixtures("own_directory")

NEAR: Rows = {
    "35": "申省", "3501": "申市", "350102": "别县", "350102100": "别镇", "350102100200": "老名村委会",
}  # fmt: skip


def county(code: str, name: str, *villages: str) -> Rows:
    """A county with two townships, the villages being those of the first."""
    rows = {code: name, f"{code}100": "午镇", f"{code}101": "未乡", f"{code}101200": "固定村委会"}
    return NEAR | rows | {f"{code}100{at}": f"{village}村委会" for at, village in enumerate(villages, 200)}


BEFORE = county("350101", "午县", "甲庄", "乙庄", "丙庄")
AFTER = county("350111", "未区", "甲庄", "乙庄", "改庄", "加庄", "补庄") | {"350102100200": "新名村委会"}


def put(commands: Commands, year: int, rows: Rows) -> Any:
    """Import a table; its totals."""
    return commands.json("import", written(Path(f"table-{year}"), rows), "--year", str(year))["totals"]


def report(commands: Commands, kind: str, **data: Any) -> None:
    """Report a change by hand."""
    event = {"specversion": "1.0", "id": kind, "source": "urn:hand", "type": kind, "data": data}
    Path("hand.ndjson").write_text(json.dumps(event), encoding="utf-8")
    commands.run("import", "hand.ndjson", "--log", "cn-35")


def decide(commands: Commands, day: str) -> None:
    """Say that 午县 became 未区."""
    report(
        commands, "jurisdiction.renamed", jurisdiction_id="j-350101", new_name_zh="未区", new_code="350111",
        old_code="350101", effective_from=day,
    )  # fmt: skip


def entries(commands: Commands) -> list[dict[str, Any]]:
    """The events of the log."""
    return [json.loads(line)["event"] for line in commands.run("export", "cn-35").stdout.splitlines()]


def changes(commands: Commands, year: int) -> list[dict[str, Any]]:
    """The data of the events of a table."""
    return [event["data"] for event in entries(commands) if event["source"].endswith(str(year))]


def test_a_decision_releases_what_lay_below_in_its_own_year(commands: Commands) -> None:
    """The same table again records what waited, as of its own day, and nothing the third time."""
    put(commands, 2018, BEFORE)
    first = put(commands, 2019, AFTER)
    assert (first["undecided"], first["appended"]) == (1, 1)
    decide(commands, "2019-05-01")
    again = put(commands, 2019, AFTER)
    assert (again["undecided"], again["held"], again["duplicates"]) == (0, 0, 1)
    assert again["appended"] > 5
    found = changes(commands, 2019)
    assert {data["effective_from"] for data in found} == {"2019-10-31"}
    assert "加庄村委会" in [data.get("name_zh") for data in found]
    assert put(commands, 2019, AFTER)["appended"] == 0
    chain = commands.json("ask", "350111100203", "--valid-at", "2019-12-31")["chain"]
    assert [level["jurisdiction"]["name"] for level in chain] == ["申省", "申市", "未区", "午镇", "加庄村委会"]
    report(commands, "jurisdiction.reparented", jurisdiction_id="j-350102100200", new_parent_id="j-350101",
           effective_from="2019-06-01")  # fmt: skip
    assert put(commands, 2019, AFTER)["appended"] == 0
    assert put(commands, 2020, AFTER | {"350111100205": "再庄村委会"})["founded"] == 1
    assert put(commands, 2019, AFTER)["appended"] == 0
    at = [event["id"] for event in entries(commands)].index("jurisdiction.renamed")
    commands.json("erase", "cn-35", str(at), "--ground", "某院决定")
    assert put(commands, 2019, AFTER)["appended"] == 0


def test_a_decision_that_no_table_waits_for_changes_nothing(commands: Commands) -> None:
    """What is reported of other places, of a day after the table's, or after a later table, releases nothing."""
    put(commands, 2018, BEFORE)
    put(commands, 2019, AFTER)
    report(commands, "jurisdiction.registered", jurisdiction_id="x", code="350109", name_zh="某县", level="county",
           parent_id="j-350100", effective_from="2015-01-01")  # fmt: skip
    assert put(commands, 2019, AFTER)["appended"] == 0
    decide(commands, "2019-12-01")
    assert put(commands, 2019, AFTER)["appended"] == 0
    assert put(commands, 2020, AFTER)["founded"] > 0
    assert put(commands, 2019, AFTER)["appended"] == 0
