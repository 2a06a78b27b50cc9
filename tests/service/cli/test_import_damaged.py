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
