"""Reading the five files of a table: what is wrong with them is said with file, line, column and value."""

from __future__ import annotations

import pytest

from service.divisions.names import plain, prolonged, stem
from service.divisions.table import Table, is_placeholder, read_table
from service.divisions.years import marks, years_of
from service.tables.faults import Fault
from tests.service.division_tables import LAIWU_2018, LAIWU_2019, Rows, files_of

SMALL: Rows = {
    "62": "甘肃省", "6212": "陇南市", "621223": "宕昌县", "621223100": "城关镇",
    "621223100200": "东关村委会", "621223100201": "西关村委会",
}  # fmt: skip


def read(**changed: bytes | None) -> Table:
    """The small table with some files other than they are, or missing."""
    files = files_of(SMALL)
    for name, raw in changed.items():
        del files[f"{name}.csv"]
        if raw is not None:
            files[f"{name}.csv"] = raw
    return read_table(files, lambda _: None)


def fault(**changed: bytes | None) -> Fault:
    """The first fault of the small table with some files changed."""
    return read(**changed).faults[0]


def villages(*lines: str, encoding: str = "utf-8") -> bytes:
    """The file of villages with these rows."""
    header = "code,name,streetCode,provinceCode,cityCode,areaCode"
    return ("\n".join([header, *lines]) + "\n").encode(encoding)


EAST = '621223100200,"东关村委会",621223100,62,6212,621223'
WEST = '621223100201,"西关村委会",621223100,62,6212,621223'


def test_a_sound_table() -> None:
    """A table without faults gives its provinces with all divisions, parents first."""
    found = read()
    assert found.faults == []
    assert [node.key for node in found.provinces["62"].nodes] == list(SMALL)
    assert [node.code for node in found.provinces["62"].nodes][:2] == ["620000", "621200"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_other_encodings(encoding: str) -> None:
    """A file that a spreadsheet saved again in another encoding is read as well, and that is said."""
    found = read(villages=villages(EAST, WEST, encoding=encoding))
    assert found.faults == []
    assert found.encodings["villages.csv"] == {"utf-8-sig": "UTF-8 with BOM", "gb18030": "GB 18030"}[encoding]
    assert found.provinces["62"].nodes[-1].name == "西关村委会"


def test_mixed_encodings() -> None:
    """Two encodings in one file are named with the line at which the second begins."""
    found = fault(villages=villages(EAST) + f"{WEST}\n".encode("gb18030"))
    assert (found.file, found.line) == ("villages.csv", 3)
    assert "mixed" in found.en


def test_a_missing_file() -> None:
    """A table is five files: each that is not there is named."""
    found = read(villages=None, cities=None).faults
    assert [one.file for one in found if "missing" in one.en] == ["cities.csv", "villages.csv"]


CUT = {
    "few cells": (villages(EAST) + b'621223100201,"x",621223100,62', "cells"),
    "open quote": (villages(EAST) + '621223100201,"西关'.encode(), "never closed"),
    "within a character": (villages(EAST) + '621223100201,"西关'.encode()[:-1], "middle of a character"),
    "last code": (villages(EAST, WEST)[:-3], "zeros lost, or the row cut off"),
    "other parent": (villages(EAST, WEST[:-1] + "4"), "as in the parent's row"),
}


@pytest.mark.parametrize("case", CUT)
def test_a_file_that_was_cut_off(case: str) -> None:
    """A last row without all its cells, or with a code that is not whole, is named with its line."""
    raw, said = CUT[case]
    found = fault(villages=raw)
    assert (found.file, found.line) == ("villages.csv", 3)
    assert said in found.en


def test_a_level_that_was_cut_off() -> None:
    """A row whose parent the file above does not have is named: that file is cut off."""
    found = fault(streets=b"code,name,areaCode,provinceCode,cityCode\n")
    assert (found.file, found.line, found.column, found.value) == ("villages.csv", 2, "streetCode", "621223100")


def test_villages_that_end_too_early() -> None:
    """A file of villages cut after a whole row is noticed by the townships that have none."""
    rows: Rows = {"62": "甘肃省", "6212": "陇南市", "621223": "宕昌县"}
    rows |= {f"621223{index:03}": f"第{index}镇" for index in range(100, 250)}
    whole = rows | {f"{code}200": "村委会" for code in rows if len(code) == 9}
    assert read_table(files_of(whole), lambda _: None).faults == []
    files = files_of(whole)
    files["villages.csv"] = b"\n".join(files["villages.csv"].split(b"\n")[:140]) + b"\n"
    found = read_table(files, lambda _: None).faults
    assert [(one.file, one.line) for one in found] == [("villages.csv", 140)]
    assert "621223239" in found[0].en


@pytest.mark.parametrize(
    ("row", "column", "value", "said"),
    [
        ("6.21223E+11,甲村,621223100,62,6212,621223", "code", "6.21223E+11", "spreadsheet"),
        ("621223100201.0,甲村,621223100,62,6212,621223", "code", "621223100201.0", "spreadsheet"),
        ("62122310020,甲村,621223100,62,6212,621223", "code", "62122310020", "it has 11"),
        ("新和村委会,甲村,621223100,62,6212,621223", "code", "新和村委会", "a code of 12 digits"),
        (EAST, "code", "621223100200", "each code once"),
        ("621223100201,,621223100,62,6212,621223", "name", "", "a name"),
        ("621223100201,e\u0301村,621223100,62,6212,621223", "name", "e\u0301村", "NFC"),
        ("621223100201,甲村,621223100,62,6212,621224", "streetCode,areaCode,cityCode,provinceCode",
         "621223100,621224,6212,62", "621223100,621223,6212,62"),
    ],
)  # fmt: skip
def test_a_wrong_row(row: str, column: str, value: str, said: str) -> None:
    """A code that became a number or lost zeros, one given twice, a name that is none: each with what is expected."""
    found = fault(villages=villages(EAST, row))
    assert (found.file, found.line, found.column, found.value) == ("villages.csv", 3, column, value)
    assert said in found.en


def test_other_columns() -> None:
    """A file without the columns of its level is named with those it should have."""
    assert "streetCode" in fault(villages="编号,名称\n1,甲\n".encode()).en


def test_what_is_a_placeholder() -> None:
    """Names that only say a kind of place, or repeat what is above, are placeholders; districts called 城区 are not."""
    for name in ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划", "省直辖行政单位"):
        assert is_placeholder(name, "甲")
    assert is_placeholder("东莞市", "东莞市", "广东省")
    for name in ("城区", "郊区", "矿区", "沙县", "郫县"):
        assert not is_placeholder(name, "甲市", "甲省")


def test_names_in_one_spelling() -> None:
    """Spellings that the tables use for one name are one; what tells places apart stays."""
    same = {
        3: [("东华门街道办事处", "东华门街道"), ("庆北办事处", "庆北街道"), ("金盏地区办事处", "金盏地区")],
        4: [
            ("张家村委会", "张家村村民委员会"), ("时村", "时村村"), ("学府社区居民委员会", "学府社区"),
            ("东岸村委会（赣江新区永修组团）", "东岸村"), ("永安居委会", "永安社区居委会"),
        ],
    }  # fmt: skip
    for level, pairs in same.items():
        for one, other in pairs:
            assert plain(level, one) == plain(level, other)
    assert plain(4, "张家村委会") != plain(4, "张家居委会")
    assert stem(4, "张家村委会") == stem(4, "张家居委会")
    assert stem(2, "嫩江县") == stem(2, "嫩江市")
    assert plain(2, "嫩江县") != plain(2, "嫩江市")
    assert prolonged(3, "山门镇", "四平市铁东区山门镇")
    assert not prolonged(3, "山门镇", "叶赫满族镇")


def test_the_year_of_a_table() -> None:
    """Rows that only some years' tables have say which year a table is of."""
    for rows, year, other in ((LAIWU_2018, "2009-2018", 2019), (LAIWU_2019, "2019-", 2018)):
        nodes = read_table(files_of(rows), lambda _: None).provinces["37"].nodes
        assert years_of(marks(nodes)) == year
        assert not all(mark.allows(other) for mark in marks(nodes))
    assert marks(read().provinces["62"].nodes) == []
