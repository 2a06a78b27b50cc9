"""`zeren import FILE.xlsx`: ledgers as spreadsheets keep them, with their numbers, days, formulas and errors."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet as Page

from service.tables import workbook
from service.tables.cells import Row
from tests.service.cli.test_import_csv import Ledger, counts, places
from tests.service.servers import Commands

PAID = ["事件标识(funds.disbursed)", "拨付编号", "项目编号", "金额(元)", "审批日期", "拨付日期", "依据"]


class Book(Ledger):
    """Writes cells to a workbook and imports it into cn-62."""

    def fill(self, *rows: list[Any], shape: Callable[[Page], object] = lambda _: None) -> None:
        """Write the rows of one sheet; `shape` sees to formats."""
        book = Workbook()
        page = book.worksheets[0]
        page.title = "资金"
        for row in rows:
            page.append(row)
        shape(page)
        book.create_sheet("说明")
        book.save(self.path)

    def rewrite(self, member: str, *changes: tuple[str, str]) -> None:
        """Change a part of the file as no writer of ours would."""
        out = io.BytesIO()
        with zipfile.ZipFile(self.path) as old, zipfile.ZipFile(out, "w") as new:
            for name in old.namelist():
                text = old.read(name)
                if name == member:
                    for was, now in changes:
                        changed = re.sub(was.encode(), now.encode(), text)
                        assert changed != text
                        text = changed
                new.writestr(name, text)
        self.path.write_bytes(out.getvalue())


@pytest.fixture
def book(commands: Commands, tmp_path: Path) -> Book:
    """A workbook that is written and imported."""
    return Book(commands, tmp_path / "拨付.xlsx")


def test_what_a_sheet_keeps_is_recorded_once(book: Book) -> None:
    """Amounts kept as numbers, days, text and numbers that are ids are read; the same as CSV is the same events."""
    book.fill(
        PAID,
        ["", "d1", "p1", 170000000, date(2018, 3, 5), datetime(2018, 3, 9), " 财农〔2018〕5号 "],
        [],
        [None, "d2", "p1", 1200.5, "2018-03-05", "2018-03-09"],
        [None, 2018003, "p1", "88.10", date(2018, 3, 5), date(2018, 3, 9)],
    )
    said = book.again()
    assert counts(said) == {"appended": 3}
    assert (said["kind"], said["encoding"], said["rows"]) == ("funds.disbursed", "Excel .xlsx, 资金", 3)
    assert book.events()[0]["data"] == {
        "disbursement_id": "d1", "project_id": "p1", "amount": "170000000.00", "approved_on": "2018-03-05",
        "disbursed_on": "2018-03-09", "basis": "财农〔2018〕5号",
    }  # fmt: skip
    assert [(each["data"]["disbursement_id"], each["data"]["amount"]) for each in book.events()[1:]] == [
        ("d2", "1200.50"),
        ("2018003", "88.10"),
    ]
    assert counts(book.again()) == {"duplicates": 3}
    book.path = book.path.with_suffix(".csv")
    again = book.put(PAID, ["", "d2", "p1", "1200.50", "2018-03-05", "2018-03-09", ""])
    assert counts(again) == {"duplicates": 1}


def test_an_edited_row_is_a_correction(book: Book) -> None:
    """A cell that was changed is told, and recorded as a correction when a reason is given."""
    book.fill(PAID, ["", "d1", "p1", 100, "2018-03-05", "2018-03-09"])
    book.again()
    book.fill(PAID, ["", "d1", "p1", 120, "2018-03-05", "2018-03-09"])
    assert book.again(code=1)["edited"][0]["line"] == 2
    said = book.again("--as-corrections", "--reason", "抄录有误")
    assert counts(said) == {"corrected": 1}
    assert [data["amount"] for data in book.standing()] == ["120.00"]


def test_formulas_count_for_what_they_came_to(book: Book) -> None:
    """A formula is its saved value; one that was never computed, and an error, are told and nothing is recorded."""
    rows: list[list[Any]] = [PAID, ["", "d1", "p1", "=60+40", "2018-03-05", "2018-03-09"]]
    rows += [["", "d2", "p1", "#REF!", "2018-03-05", "2018-03-09"], ["", "d3", "p1", 5, "2018-03-05", "2018-03-09"]]
    book.fill(*rows)
    said = book.again(code=1)
    assert places(said) == [(2, "金额(元)", "=60+40"), (3, "金额(元)", "#REF!")]
    assert "电子表格的错误" in said["problems"][0]["expected_zh"]
    assert said["rows"] == 3
    assert book.commands.json("logs") == []
    book.rewrite("xl/worksheets/sheet1.xml", ("<f>60\\+40</f><v */>|<f>60\\+40</f><v></v>", "<f>60+40</f><v>100</v>"))
    assert counts(book.again("--partial", code=1)) == {"appended": 2, "rejected": 1}
    assert [each["data"]["amount"] for each in book.events()] == ["100.00", "5.00"]


def test_text_is_read_as_in_csv(book: Book) -> None:
    """Marks of text around an id are told, and line breaks in a cell are line feeds, however they are kept."""
    rows = [["", each, "p1", "1.00", "2018-03-05", "2018-03-09"] for each in ("'00124", "x")]
    book.fill(PAID, *rows, ["", "d1", "p1", "1.00", "2018-03-05", "2018-03-09", "一_x000D_\n二_x005F_x000D_"])
    book.rewrite("xl/worksheets/sheet1.xml", ("<v>x</v>|<t>x</t>", '<t>="00123"</t>'))
    assert places(book.again("--partial", code=1)) == [(2, "拨付编号", "'00124"), (3, "拨付编号", '="00123"')]
    assert [each["data"]["basis"] for each in book.events()] == ["一\n二_x000D_"]


def test_digits_that_a_spreadsheet_lost_are_not_guessed(book: Book) -> None:
    """A number beyond fifteen digits, a fraction of a fen and a time of the day are refused with their cells."""
    book.fill(
        PAID,
        ["", 621223199001011234, "p1", 1, "2018-03-05", "2018-03-09"],
        ["", "d2", "p1", 0.125, "2018-03-05", "2018-03-09"],
        ["", "d3", "p1", 1, datetime(2018, 3, 5, 9, 30), "2018-03-09"],
        ["", "d4", "p1", 1, time(9, 30), "2018-03-09"],
        ["", "d5", "p1", -1, "2018-03-05", "2018-03-09", "", "x"],
    )
    said = book.again(code=1)
    assert places(said) == [
        (2, "拨付编号", "6.21223199001011E+17"),
        (3, "金额(元)", "0.125"),
        (4, "审批日期", "2018-03-05T09:30:00"),
        (5, "审批日期", "09:30:00"),
        (6, None, "x"),
    ]


def test_a_formula_counts_to_fifteen_digits(book: Book) -> None:
    """Binary dust beyond the digits that a spreadsheet shows is no fraction of a fen."""
    rest = ["2018-03-05", "2018-03-09"]
    book.fill(
        PAID, ["", "d1", "p1", 1.1 * 3, *rest], ["", "d2", "p1", 4.35 * 100, *rest], ["", "d3", "p1", 1.001, *rest]
    )
    assert places(book.again("--partial", code=1)) == [(4, "金额(元)", "1.001")]
    assert [each["data"]["amount"] for each in book.events()] == ["3.30", "435.00"]


def test_a_day_is_no_id(book: Book) -> None:
    """What a spreadsheet made of an id such as 3-5 is refused, in a list too; what it was is not guessed."""
    book.fill(
        PAID, ["", date(2026, 3, 5), "p1", 1, date(2018, 3, 5), date(2018, 3, 9)], [date(2026, 3, 5), "d2", "p1", 1]
    )
    said = book.again(code=1)
    assert places(said)[:2] == [(2, "拨付编号", "2026-03-05"), (3, "事件标识(funds.disbursed)", "2026-03-05")]
    assert all("as a date" in found["expected_en"] for found in said["problems"][:2])
    header = ["事件标识(jurisdiction.restructured)", "kind", "predecessor_ids", "effective_from"]
    book.fill(header, ["", "abolish", date(2026, 3, 5), date(2018, 1, 1)])
    assert places(book.again(code=1)) == [(2, "predecessor_ids", "2026-03-05")]


def test_days_months_and_years_are_what_is_shown(tmp_path: Path) -> None:
    """A date whose format shows a month or a year, and begins then, is that; Chinese built-in formats are dates too."""
    file = tmp_path / "x.xlsx"
    book = Workbook()
    page = book.worksheets[0]
    page.append(["日期"])
    shown = (
        (date(2018, 3, 1), 'yyyy"年"m"月"', "2018-03"), (date(2018, 3, 2), 'yyyy"年"m"月"', "2018-03-02"),
        (date(2018, 1, 1), "yyyy", "2018"), (date(2018, 3, 1), "yyyy", "2018-03-01"),
        (date(2018, 3, 1), '[$-804]yyyy"年"m"月"d"日";@', "2018-03-01"), (1234.5, "#,##0.00", "1234.50"),
        (1234, "0.00_ ", "1234.00"), (1234.567, "0.00", "1234.567"), (0.5, "0.00%", "0.5"), (True, "General", "是"),
        ("=1", "General", "1"),
    )  # fmt: skip
    for value, form, _ in shown:
        page.append([value])
        page.cell(page.max_row, 1).number_format = form
    for number in (57, 31):
        page.append([43160])
        cell: Any = page.cell(page.max_row, 1)
        cell.number_format = "0"
        cell._style.numFmtId = number  # which openpyxl has no name for
    book.save(file)
    sheet = workbook.Worksheet(file.read_bytes())
    assert sheet.header == ["日期"]
    found = [row.cells[0] for row in sheet.rows()]
    assert found == [*(text for _, _, text in shown if text != "1"), "2018-03", "2018-03-01"]
    assert [(row.line, row.cells) for row in sheet.unfit] == [(12, ["=1"])]


def test_one_of_several_sheets_is_named(book: Book) -> None:
    """Of several filled sheets none is guessed; hidden ones count when they are named."""
    full = Workbook()
    for title in ("一月", "二月", "旧"):
        page = full.create_sheet(title)
        page.append(PAID)
        page.append(["", f"d-{title}", "p1", 1, "2018-03-05", "2018-03-09"])
    full["旧"].sheet_state = "hidden"
    full.save(book.path)
    said = book.again(code=1)
    assert "一月、二月" in said["problems"][0]["expected_zh"]
    assert said["size"] is None
    assert "'三月'" in book.told("--sheet", "三月", code=1)
    assert counts(book.again("--sheet", "二月")) == {"appended": 1}
    assert counts(book.again("--sheet", "旧")) == {"appended": 1}
    book.commands.run("import", book.path, "--log", "cn-62", "--year", "2018", code=2)


def test_what_is_no_workbook_is_said(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another zip file, a cut or damaged one, an empty and a too large workbook are told, not raised."""
    book.fill(PAID, ["", "d1", "p1", 1, "2018-03-05", "2018-03-09"])
    whole = book.path.read_bytes()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as other:
        other.writestr("a.txt", "x")
    for raw in (out.getvalue(), whole[: len(whole) // 2], whole.replace(b"PK\x01\x02", b"PK\x01\x03"), b"PK\x03\x04"):
        book.path.write_bytes(raw)
        assert "this is none" in book.again(code=1)["problems"][0]["expected_en"]
    book.path.write_bytes(whole)
    book.rewrite("xl/worksheets/sheet1.xml", ("</sheetData>", ""))
    assert "whole" in book.again(code=1)["problems"][0]["expected_en"]
    book.fill()
    assert "empty" in book.again(code=1)["problems"][0]["expected_en"]
    book.path.write_bytes(whole)
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1000)
    assert "1,000 bytes" in book.again(code=1)["problems"][0]["expected_en"]


def test_a_sheet_may_be_larger_than_it_says(tmp_path: Path) -> None:
    """Some programs write dimensions that are not so: every cell is read all the same."""
    kept = Book(Commands(tmp_path, ""), tmp_path / "x.xlsx")
    kept.fill(["甲", "乙"], ["1", "2"])
    kept.rewrite("xl/worksheets/sheet1.xml", ('<dimension ref="[A-Z0-9:]+" */>', '<dimension ref="A1"/>'))
    sheet = workbook.Worksheet(kept.path.read_bytes())
    assert (sheet.header, list(sheet.rows())) == (["甲", "乙"], [Row(2, ["1", "2"])])
