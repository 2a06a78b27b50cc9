"""`zeren import` of ledgers that some hand or program damaged: every row that is wrong is told, the others are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.service.cli.test_import_csv import A1, STARTED, Ledger, counts, places
from tests.service.servers import Commands

HEAD = ",".join(STARTED)


@pytest.fixture
def ledger(commands: Commands, tmp_path: Path) -> Ledger:
    """A ledger that is written and imported."""
    return Ledger(commands, tmp_path / "ledger.csv")


def test_a_quote_out_of_place_costs_its_row_alone(ledger: Ledger) -> None:
    """The rows after a stray quote are read, with their own lines: wrong ones are listed, right ones may stand."""
    rows = [
        ",".join(A1), ',a2,x2,s1,,2018,,"第一行\n第二行"', ',a3,x3,s1,,2018,,"他"说', ",a4,x4,s1,,2018/3/5,,",
        ',a5,x5,s1,,2018,,"第一行\n\n第三行"', ',a6,x6,s1,,2018,"",""x', ",a7,x7,s1,,2018/3/5,,", ",a8,x8,s1,,2018,,",
    ]  # fmt: skip
    ledger.raw("\r\n".join([HEAD, *rows, ""]))
    said = ledger.again(code=1)
    assert places(said) == [
        (5, None, None),
        (6, "任职起始日期", "2018/3/5"),
        (10, None, None),
        (11, *places(said)[1][1:]),
    ]
    assert "written twice" in said["problems"][0]["expected_en"]
    assert "were not read" not in said["problems"][0]["expected_en"]
    assert (counts(said), said["rows"]) == ({"rejected": 4}, 8)
    assert counts(ledger.again("--partial", code=1)) == {"appended": 4, "rejected": 4}
    assert [event["data"]["appointment_id"] for event in ledger.events()] == ["a1", "a2", "a5", "a8"]


def test_a_quote_that_another_row_closes_costs_the_rows_between(ledger: Ledger) -> None:
    """Rows that an open quote ran over are told as lines that were not read; those below them are."""
    ledger.raw(f'{HEAD}\n,a1,x1,s1,,2018,,"甲\n,a2,x2,s1,,2018,,\n,a3,x3,s1,,2018,,"乙"\n,a4,x4,s1,,x,,\n')
    said = ledger.again(code=1)
    assert places(said) == [(2, None, None), (5, "任职起始日期", "x")]
    assert "lines 2 to 4 were not read" in said["problems"][0]["expected_en"]
    assert "第 2 至 4 行未读取" in said["problems"][0]["expected_zh"]


def test_a_quote_never_closed_costs_the_rest(ledger: Ledger) -> None:
    """From the row of a quote that nothing closes none is read, and that is said."""
    ledger.raw("\n".join([HEAD, ",".join(A1), ',a2,x2,s1,,2018,,"甲', ",a3,x3,s1,,2018,,", ""]))
    said = ledger.again("--partial", code=1)
    assert (places(said), counts(said)) == ([(3, None, None)], {"appended": 1, "rejected": 1})
    assert "from line 3 on nothing was read" in said["problems"][0]["expected_en"]
    assert "自第 3 行起均未读取" in said["problems"][0]["expected_zh"]


def test_a_header_with_a_quote_out_of_place(ledger: Ledger) -> None:
    """No other row is taken for the header."""
    ledger.raw("\n".join([HEAD + ',"备"注', HEAD, ",".join(A1), ""]))
    said = ledger.again("--partial", code=1)
    assert (places(said), said["size"]) == ([(1, None, None)], None)


def test_all_that_is_wrong_with_a_row_is_told(ledger: Ledger) -> None:
    """A cell that cannot be read hides no other; of what only that cell could have said nothing is told."""
    said = ledger.put(STARTED, ["", "1.0E+05", "x1", "s1", "boss", "2018/3/5", "", ""], code=1)
    assert places(said) == [
        (2, "任职编号", "1.0E+05"),
        (2, "任职方式", "boss"),
        (2, "任职起始日期", "2018/3/5"),
    ]
    header = ["事件标识(responsibility-letter.signed)", "责任书编号", "签订人.人员编号", "签订日期"]
    said = ledger.put(header, ["", "l1", "'001", "never"], code=1)
    assert places(said) == [(2, "签订人.人员编号", "'001"), (2, "签订日期", "never")]


def test_what_is_wrong_within_a_cell_is_named(ledger: Ledger) -> None:
    """Of a cell with JSON the item and the field are named."""
    header = ["事件标识(responsibility-letter.signed)", "责任书编号", "签订人", "签订日期"]
    said = ledger.put(header, ["", "l1", '{"person_id": "p1", "colour": "red"}', "2018-03-05"], code=1)
    wrong = next(found for found in said["problems"] if found["column"] == "签订人")
    assert wrong["expected_en"].startswith("colour: no such field")
    assert wrong["expected_zh"].startswith("colour:")
    restructured = ["事件标识(jurisdiction.restructured)", "kind", "predecessor_ids", "effective_from"]
    said = ledger.put(restructured, ["", "abolish", f"j1;{'长' * 300};j3", "2018-01-01"], code=1)
    assert [found["expected_en"].partition(":")[0] for found in said["problems"]] == ["item 2"]


def test_what_shows_nothing_at_the_ends_of_a_cell(ledger: Ledger) -> None:
    """Zero-width spaces and marks of direction around a cell, and around an item of a list, mean nothing."""
    header = ["事件标识(jurisdiction.restructured)", "kind", "predecessor_ids", "effective_from"]
    ledger.put(header, ["\u200be1\u2060", "abolish", "\u200ej1\u200b;\u2003j2", "2018-01-01\u200f"])
    event = ledger.events()[0]
    assert (event["id"], event["data"]["predecessor_ids"]) == ("e1", ["j1", "j2"])


def test_a_household_identified_again_has_an_id_of_its_own(ledger: Ledger) -> None:
    """Without one it is told as edited, and that another event needs one; with one it is recorded beside the first."""
    header = ["事件标识(household.identified)", "农户编号", "人数", "生效日期"]
    ledger.put(header, ["", "hh1", "4", "2014-01-01"])
    assert len(ledger.put(header, ["", "hh1", "3", "2019-01-01"], code=1)["edited"]) == 1
    assert "another event needs an id of its own" in ledger.told(code=1)
    for counted in ({"appended": 1}, {"duplicates": 1}):
        assert counts(ledger.put(header, ["hh1-2019", "hh1", "3", "2019-01-01"])) == counted
    assert [event["id"] for event in ledger.events()] == ["household.identified:hh1", "hh1-2019"]


def test_a_log_is_made_once_something_is_recorded(ledger: Ledger) -> None:
    """Where a row has not its form, or with --partial none has, no log is made; every fault is told once."""
    wrong = ["", "a2", "x2", "s1", "boss", "2018/3/5", "", ""]
    for rows, options in (([A1, wrong], ()), ([wrong], ("--partial",))):
        said = ledger.put(STARTED, *rows, options=options, code=1)
        assert ([column for _, column, _ in places(said)], said["size"]) == (["任职方式", "任职起始日期"], None)
        assert "nothing was recorded" in ledger.told(*options, code=1)
        assert ledger.commands.json("logs") == []
    said = ledger.put(STARTED, A1, wrong, options=("--partial",), code=1)
    assert (counts(said), len(said["problems"]), said["size"]) == ({"appended": 1, "rejected": 1}, 2, 1)
