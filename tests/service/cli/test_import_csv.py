"""`zeren import FILE.csv`: ledgers filled by people, right and wrong, once, again and edited."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.service.servers import Commands

HEADER = "事件标识(appointment.started),任职编号,人员编号,岗位编号,任职方式,任职起始日期,最迟已在任日期,任职文件"
STARTED = HEADER.split(",")
A1 = ["", "a1", "x1", "s1", "", "2016-08", "", "厅字〔2016〕33号"]
A2 = ["", "a2", "x2", "s1", "acting", "", "2018-03-05", ""]
A3 = ["", "a3", "x3", "s2", "", "2018", "", ""]


@pytest.fixture
def ledger(commands: Commands, tmp_path: Path) -> Ledger:
    """A ledger that is written and imported."""
    return Ledger(commands, tmp_path / "ledger.csv")


class Ledger:
    """Writes rows to a file and imports it into cn-62."""

    def __init__(self, commands: Commands, path: Path) -> None:
        self.commands = commands
        self.path = path

    def raw(self, text: str, encoding: str = "utf-8") -> None:
        """Write the file as it is."""
        self.path.write_bytes(text.encode(encoding))

    def put(self, *rows: list[str], options: tuple[str, ...] = (), code: int = 0) -> Any:
        """Write rows, import them, and give what the command says as JSON."""
        out = io.StringIO(newline="")
        csv.writer(out).writerows(rows)
        self.raw(out.getvalue())
        return self.again(*options, code=code)

    def again(self, *options: str, code: int = 0) -> Any:
        """Import the file as it stands."""
        return self.commands.json("import", self.path, "--log", "cn-62", *options, code=code)

    def told(self, *options: str, code: int = 0) -> str:
        """Import the file as it stands, for people."""
        said = self.commands.run("import", self.path, "--log", "cn-62", *options, code=code)
        return said.stdout + said.stderr

    def events(self) -> list[dict[str, Any]]:
        """The events of the log."""
        lines = self.commands.run("export", "cn-62").stdout.splitlines()
        return [json.loads(line)["event"] for line in lines]

    def standing(self) -> list[dict[str, Any]]:
        """The data of each fact as it stands: as sent, or as last corrected."""
        stands: dict[str, dict[str, Any]] = {}
        for event in self.events():
            data = event["data"]
            stands[data.get("corrects_event_id", event["id"])] = data.get("corrected_payload", data)
        return list(stands.values())


def counts(said: Any) -> dict[str, int]:
    """The counts of an import that are not zero."""
    names = ("appended", "corrected", "duplicates", "rejected", "accepted")
    return {name: said[name] for name in names if said.get(name)}


def places(said: Any) -> list[tuple[int, str | None, str | None]]:
    """Line, column and value of what is wrong."""
    return [(found["line"], found["column"], found["value"]) for found in said["problems"]]


def test_a_filled_ledger_is_recorded_once(ledger: Ledger) -> None:
    """Rows become events of their kind with the stable source and ids; the file again records nothing."""
    said = ledger.put(STARTED, A1, A2, [""] * 8, ["own-id", *A3[1:]])
    assert counts(said) == {"appended": 3}
    assert (said["kind"], said["encoding"], said["rows"]) == ("appointment.started", "UTF-8", 3)
    first = ledger.events()[0]
    assert first == {
        "specversion": "1.0", "id": "appointment.started:a1", "source": "urn:zeren:import:csv",
        "type": "appointment.started",
        "data": {
            "appointment_id": "a1", "person_id": "x1", "post_id": "s1", "effective_from": "2016-08",
            "decision_document": "厅字〔2016〕33号",
        },
    }  # fmt: skip
    assert [event["id"] for event in ledger.events()][2] == "own-id"
    assert counts(ledger.again()) == {"duplicates": 3}
    assert len(ledger.events()) == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_are_recognised(ledger: Ledger, encoding: str) -> None:
    """UTF-8, with or without BOM, and GB 18030 are read alike, and said."""
    rows = [STARTED, A1, A2]
    ledger.raw("\r\n".join(",".join(row) for row in rows) + "\r\n", encoding)
    said = ledger.again()
    assert said["encoding"] == {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 with BOM", "gb18030": "GB 18030"}[encoding]
    assert ledger.events()[0]["data"]["decision_document"] == "厅字〔2016〕33号"


def test_mixed_encodings_are_said(ledger: Ledger) -> None:
    """A file that mixes encodings is not read: the line at which the other begins is named."""
    rows = [",".join(row) for row in (STARTED, A1, A3)]
    ledger.path.write_bytes("\n".join(rows).encode() + "\n,a4,x4,s4,,2018,,任字〔2018〕5号\n".encode("gb18030"))
    said = ledger.again(code=1)
    assert places(said) == [(4, None, None)]
    assert "mixed" in said["problems"][0]["expected_en"]
    ledger.path.write_bytes("\n".join(rows).encode("gb18030") + "\n,a4,x4,s4,,2018,,任字〔2018〕5号\n".encode())
    assert places(ledger.again(code=1)) == [(4, None, None)]
    assert "混合编码" in ledger.told(code=1)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"PK\x03\x04....", "workbook"), (b"\xd0\xcf\x11\xe0....", "xls"), ("列\n".encode("utf-16"), "UTF-16"),
        ("编号,名称\n1,甲\n".encode("utf-16-le"), "UTF-16"), ("编号,名称\n1,甲\n".encode("utf-16-be"), "UTF-16"),
        ("id,name\n1,a\n".encode("utf-16-le"), "UTF-16"), (b"sep=,\nid,name\n", "the separator"),
        (b"\xef\xbb\xbfSEP=;\r\nid;name\r\n", "the separator"), (b'"sep=\t"\n', "the separator"),
        (b"a,\x80\xff\n", "neither"), (b"", "empty"), ("事件标识(visit.made);走访编号\n".encode(), "commas"),
    ],
)  # fmt: skip
def test_what_is_no_csv_is_said(ledger: Ledger, raw: bytes, said: str) -> None:
    """A workbook, UTF-16, bytes of no encoding, Excel's mark of separators and an empty file are named as such.

    No size of the log is told, which was not asked, nor that some rows could be recorded.
    """
    ledger.path.write_bytes(raw)
    answer = ledger.again(code=1)
    assert said in answer["problems"][0]["expected_en"]
    assert answer["size"] is None
    for options in ((), ("--partial",)):
        told = ledger.told(*options, code=1)
        assert "nothing was recorded" in told
        assert "--partial" not in told
        assert "size" not in told


def test_every_wrong_row_is_listed_and_nothing_recorded(ledger: Ledger) -> None:
    """Every wrong cell is named by line, column, value and form, in both languages; nothing is recorded."""
    said = ledger.put(
        STARTED, A1,
        ["", "a2", "x2", "s1", "boss", "2018-13", "", ""],
        ["", "a3", "x3", "s2", "", "", "", ""],
        ["", "", "x4", "s2", "", "2018", "", ""],
        ["", "a5", "x5", "s2", "", "2018/3/5", "", ""],
        code=1,
    )  # fmt: skip
    assert places(said) == [
        (3, "任职方式", "boss"),
        (3, "任职起始日期", "2018-13"),
        (4, None, None),
        (5, "任职编号", None),
        (6, "任职起始日期", "2018/3/5"),
    ]
    forms = [found["expected_zh"] for found in said["problems"]]
    assert "EDTF 0 级日期" in forms[1]
    assert forms[2] == "恰好给出其一:任职起始日期, 最迟已在任日期"
    assert forms[3] == "必填"
    assert counts(said) == {"rejected": 4}
    assert ledger.commands.json("logs") == []
    told = ledger.told(code=1)
    assert "line 6, column 任职起始日期, value '2018/3/5': EDTF 0 级日期" in told
    assert "nothing was recorded" in told


def test_partial_records_the_right_rows(ledger: Ledger) -> None:
    """With --partial the right rows are recorded; repaired and sent again, only the rest is new."""
    said = ledger.put(STARTED, A1, ["", "a2", "x2", "s1", "", "x", "", ""], A3, options=("--partial",), code=1)
    assert counts(said) == {"appended": 2, "rejected": 1}
    assert counts(ledger.put(STARTED, A1, A2, A3)) == {"appended": 1, "duplicates": 2}


def test_many_rows_are_all_checked(ledger: Ledger) -> None:
    """Wrong rows beyond one request are all listed with their lines."""
    rows = [["", f"a{index}", "x", "s", "", "2018" if index % 2 else "never", "", ""] for index in range(2400)]
    said = ledger.put(STARTED, *rows, code=1)
    assert [found["line"] for found in said["problems"]] == [2 + index for index in range(0, 2400, 2)]


def test_codes_that_became_numbers(ledger: Ledger) -> None:
    """A code or id that a spreadsheet took for a number is named, with the value; it is never repaired."""
    header = ["事件标识(jurisdiction.registered)", "区划编号", "区划代码", "名称", "层级", "别名"]
    said = ledger.put(
        header,
        ["", "j1", "6.21223E+11", "甲村", "village", ""],
        ["", "j2", "621223.0", "乙县", "county", ""],
        ["", "6.2E+05", "620000", "丙省", "province", ""],
        ["", "j4", "62122310", "丁镇", "township", ""],
        code=1,
    )
    assert places(said) == [
        (2, "区划代码", "6.21223E+11"),
        (3, "区划代码", "621223.0"),
        (4, "区划编号", "6.2E+05"),
        (5, "区划代码", "62122310"),
    ]
    assert all("spreadsheet" in found["expected_en"] for found in said["problems"][:3])
    assert "8 digits" in said["problems"][3]["expected_en"]


def test_marks_by_which_spreadsheets_keep_text(ledger: Ledger) -> None:
    """Ids and codes in the marks that keep spreadsheets from counting are told; other text is let be."""
    header = ["事件标识(jurisdiction.registered)", "区划编号", "区划代码", "名称", "层级", "上级区划编号"]
    said = ledger.put(
        header,
        ["", '="00123"', "621223", "甲县", "county", ""],
        ["", "j2", "'621224", "乙县", "county", "'00124"],
        ["'00125", "j3", "621225", "'丙县", "county", ""],
        ["", "O'Brien", "621226", '="丁"', "county", ""],
        options=("--partial",), code=1,
    )  # fmt: skip
    assert places(said) == [
        (2, "区划编号", '="00123"'),
        (3, "区划代码", "'621224"),
        (3, "上级区划编号", "'00124"),
        (4, "事件标识(jurisdiction.registered)", "'00125"),
    ]
    assert all("marks" in found["expected_en"] for found in said["problems"])
    assert ledger.events()[0]["data"]["jurisdiction_id"] == "O'Brien"
    restructured = ["事件标识(jurisdiction.restructured)", "kind", "predecessor_ids", "effective_from"]
    listed = ledger.put(restructured, ["", "abolish", "j1;'00123", "2018-01-01"], code=1)
    assert places(listed) == [(2, "predecessor_ids", "j1;'00123")]


def test_line_breaks_within_cells(ledger: Ledger) -> None:
    """However a file breaks its lines, a cell's own breaks are line feeds: the same row is the same event."""
    header = ["事件标识(person.registered)", "人员编号", "姓名", "依据"]
    for row, ends in enumerate(("\n", "\r\n", "\r")):
        ledger.raw(ends.join((",".join(header), f',x1,示例甲,"第一行{ends}第二行"', "")))
        assert counts(ledger.again()) == ({"duplicates": 1} if row else {"appended": 1})
    assert [event["data"]["basis"] for event in ledger.events()] == ["第一行\n第二行"]


def test_zero_bytes_are_no_sign_of_another_encoding(ledger: Ledger) -> None:
    """A file with stray zero bytes is what it is otherwise; only the cell that holds one is refused."""
    ledger.raw(",".join(STARTED) + "\n,a1,x1,s1,,2016-08,,a\0b\n,a2,\0,s1,,2016-08,,\n")
    said = ledger.again(code=1)
    assert (said["encoding"], {found["line"] for found in said["problems"]}) == ("UTF-8", {2, 3})


@pytest.mark.parametrize(
    ("end", "line"),
    [(",a9,x9,s", 3), (',a9,x9,s1,,2018,,"任字〔2018〕\n', 3), (',"a9', 3)],
    ids=["fewer cells", "open quote", "open quote at the end"],
)
def test_a_file_that_was_cut_off(ledger: Ledger, end: str, line: int) -> None:
    """A last row with too few cells, or an open quote, is named as cut off; the rows before it may stand."""
    ledger.raw("\n".join(",".join(row) for row in (STARTED, A1)) + "\n" + end)
    said = ledger.again(code=1)
    assert [found["line"] for found in said["problems"]] == [line]
    assert "cut off" in said["problems"][0]["expected_en"]
    assert counts(ledger.again("--partial", code=1)) == {"appended": 1, "rejected": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_character_that_was_cut_off(ledger: Ledger, encoding: str) -> None:
    """A file that ends within a character is cut off, not in another encoding."""
    rows = "\n".join(",".join(row) for row in (STARTED, A3, A1))
    ledger.path.write_bytes(rows.encode(encoding)[:-1])
    said = ledger.again(code=1)
    assert "middle of a character" in said["problems"][0]["expected_en"]
    assert said["problems"][0]["line"] == len((STARTED, A3, A1))


def test_blanks_of_spreadsheets(ledger: Ledger) -> None:
    """Blanks around cells, empty columns at the end and empty rows mean nothing; a cell too many is a fault."""
    padded = ["", "\u3000a1 ", "x1\u00a0", "s1", "", "2016-08", "", "厅字〔2016〕33号", "", ""]
    said = ledger.put([*STARTED, "", ""], padded, [""] * 10, [" "] * 10)
    assert counts(said) == {"appended": 1}
    assert counts(ledger.put(STARTED, A1)) == {"duplicates": 1}
    wrong = ledger.put(STARTED, [*A1, "", "surplus"], code=1)
    assert "expected 8 cells, found 10" in wrong["problems"][0]["expected_en"]


def test_headers_alone_leave_the_log_as_it_is(ledger: Ledger) -> None:
    """A ledger without rows tells the size that the log has, and makes none where there is none."""
    assert ledger.put(STARTED)["size"] is None
    ledger.put(STARTED, A1, A2)
    assert ledger.put(STARTED)["size"] == 2
    assert "size 2" in ledger.told()


def test_two_rows_of_one_event(ledger: Ledger) -> None:
    """The same row twice is one event; two rows of one event that differ need ids of their own."""
    assert counts(ledger.put(STARTED, A1, A1)) == {"appended": 1, "duplicates": 1}
    said = ledger.put(STARTED, A2, [*A2[:3], "s9", *A2[4:]], code=1)
    assert places(said) == [(3, "事件标识(appointment.started)", "appointment.started:a2")]
    assert "line 2" in said["problems"][0]["expected_en"]
    assert counts(ledger.put(STARTED, A2, ["own", *A2[1:3], "s9", *A2[4:]])) == {"appended": 2}


def test_an_id_of_another_event(ledger: Ledger) -> None:
    """An explicit id that names an event of another kind is no edit, but a wrong row."""
    ledger.put(STARTED, ["own", *A1[1:]])
    said = ledger.put(["事件标识(person.registered)", "人员编号", "姓名"], ["own", "x1", "示例甲"], code=1)
    assert places(said) == [(2, "事件标识(person.registered)", "own")]
    assert said["edited"] == []


def test_how_the_kind_is_known(ledger: Ledger, tmp_path: Path) -> None:
    """The kind is what --kind, a header, a column, the only fitting columns or the file's name say; English works."""
    plain = ["人员编号", "姓名", "出生年月"]
    assert ledger.put(plain, ["x1", "示例甲", "1970"], options=("--kind", "人员登记"))["kind"] == "person.registered"
    assert ledger.put(plain, ["x1", "示例甲", "1970"])["kind"] == "person.registered"
    english = ["person_id", "name_zh", "born", "time"]
    row = ["x2", "示例乙", "1971", "2020-01-01T08:00:00+08:00"]
    assert counts(ledger.put(english, row)) == {"appended": 1}
    assert ledger.events()[-1]["time"] == "2020-01-01T08:00:00+08:00"
    mixed = ["事件类型", "人员编号", "姓名", "项目编号", "申报日期"]
    said = ledger.put(mixed, ["人员登记", "x3", "示例丙", "", ""], ["project.proposed", "", "", "p1", "2018-01-01"])
    assert (counts(said), said["kind"]) == ({"appended": 2}, None)
    wrong = ledger.put(mixed, ["登记", "x3", "示例丙", "", ""], ["人员登记", "x4", "丁", "p1", ""], code=1)
    assert places(wrong) == [(2, "事件类型", "登记"), (3, "项目编号", "p1")]
    ledger.path = tmp_path / "designation.lifted.csv"
    lifted = ledger.put(["名单", "区划编号", "生效日期"], ["国家级贫困县", "j1", "2020-03-01"])
    assert (counts(lifted), lifted["kind"]) == ({"appended": 1}, "designation.lifted")


def test_a_kind_that_cannot_be_told(ledger: Ledger) -> None:
    """Columns that fit no kind or several, and a kind that is not there, are faults of usage with what would help."""
    ledger.raw("编号,名称\n1,2\n")
    assert "--kind" in ledger.told(code=2)
    ledger.raw("区划编号,生效日期\n1,2018-01-01\n")
    assert "no.kind" in ledger.told("--kind", "no.kind", code=2)
    ledger.raw("名单,区划编号,生效日期\n国家级贫困县,j1,2012-03-19\n")
    several = ledger.told(code=2)
    assert "designation.listed" in several
    assert "designation.lifted" in several


def test_columns_that_are_not_there(ledger: Ledger) -> None:
    """A column that the kind does not have, or one given twice, is named with those it has."""
    said = ledger.put([*STARTED, "备注", "任职编号"], [*A1, "", ""], options=("--partial",), code=1)
    assert [(found["line"], found["column"]) for found in said["problems"]] == [(1, "备注"), (1, "任职编号")]
    assert "任职起始日期" in said["problems"][0]["expected_zh"]
    assert (said["appended"], said["rows"]) == (0, 0)


def test_a_source_may_be_said(ledger: Ledger) -> None:
    """The source is that of the row, else of --source; the same row of another source is another event."""
    ledger.put(STARTED, A1)
    said = ledger.put([*STARTED, "报送来源"], [*A1, ""], [*A1, "urn:office:2"], options=("--source", "urn:office:1"))
    assert counts(said) == {"appended": 2}
    assert {event["source"] for event in ledger.events()} == {"urn:zeren:import:csv", "urn:office:1", "urn:office:2"}


def test_a_dry_run_records_nothing(ledger: Ledger) -> None:
    """A dry run says what would be accepted and what is wrong; without the log it checks form alone, and makes none."""
    ledger.raw("\n".join(",".join(row) for row in (STARTED, A1)) + "\n")
    assert "it would be made" in ledger.told("--dry-run", code=1)
    unmade = ledger.put(STARTED, A1, [*A2[:6], "2018/3/5", ""], options=("--dry-run",), code=1)
    assert (places(unmade), counts(unmade)) == ([(3, "最迟已在任日期", "2018/3/5")], {"accepted": 1, "rejected": 1})
    assert (unmade["size"], ledger.commands.json("logs")) == (None, [])
    ledger.raw("\n".join(",".join(row) for row in (STARTED, A1)) + "\n")
    ledger.commands.run("import", ledger.path, "--log", "cn-62")
    said = ledger.put(STARTED, A1, A2, options=("--dry-run",))
    assert counts(said) == {"accepted": 1, "duplicates": 1}
    assert len(ledger.events()) == 1


def test_usage(ledger: Ledger, tmp_path: Path) -> None:
    """A ledger needs its log, a correction its reason; options that do not go with the path are refused."""
    ledger.raw(",".join(STARTED) + "\n")
    run = ledger.commands.run
    assert "--log" in run("import", ledger.path, code=2).stderr
    for options in (("--as-corrections",), ("--reason", "r")):
        assert "--reason" in ledger.told(*options, code=2)
    assert "--year" in ledger.told("--year", "2018", code=2)
    assert "--year" in run("import", tmp_path, code=2).stderr
    assert "--partial" in run("import", tmp_path, "--year", "2018", "--partial", code=2).stderr
    lines = tmp_path / "cn-62.ndjson"
    lines.write_text("\n")
    assert "--source" in run("import", lines, "--source", "urn:x", code=2).stderr
