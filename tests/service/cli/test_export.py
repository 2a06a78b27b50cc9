"""`zeren export` of ledgers: the facts as they stand, as CSV and in a workbook, imported again here and elsewhere."""

from __future__ import annotations

import contextlib
import csv
import json
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook

from service.tables import workbook_writing
from service.tables.ledger import read_ledger
from tests.service.cli.test_lines import person, written
from tests.service.servers import Commands
from tests.service.test_walk import TREE, event

PERSON = "person.registered"
PLACES = [one for one in TREE if one["type"] == "jurisdiction.registered"]


PEOPLE = [
    person("11", "=甲", aliases=["甲;乙", "丙"]),
    person("12", "乙"),
    person("13", "丙"),
    person("14", "丁"),
    event("21", "record.corrected", corrects_event_id="12", corrected_payload={"person_id": "p12", "name_zh": "乙二"},
          reason="误写"),
    event("22", "record.annulled", annuls_event_id="13", reason="重复"),
]  # fmt: skip
EVERY_KIND_NEEDED = ("--kind", PERSON, "--kind", "record.corrected", "--kind", "record.annulled")
NAMES = {"p11": "=甲", "p12": "乙二", "p14": "丁"}
"""As they stand."""


@pytest.fixture
def recorded(commands: Commands, tmp_path: Path) -> Commands:
    """Commands over a log of some places and four persons, of whom one was corrected and one annulled."""
    commands.run("import", written(tmp_path / "cn-62.ndjson", *PLACES, *PEOPLE))
    return commands


def names_in(file: Path, worksheet: str | None = None) -> dict[str, str]:
    """The persons of a ledger."""
    ledger = read_ledger(file.read_bytes(), worksheet=worksheet)
    assert ledger.faults == []
    return {entry.event["data"]["person_id"]: entry.event["data"]["name_zh"] for entry in ledger.entries}


def test_a_ledger_holds_the_facts_as_they_stand(recorded: Commands, tmp_path: Path) -> None:
    """Corrected, without what was annulled; to a file and to stdout alike; by the title of the kind as by its type."""
    file = tmp_path / "people.csv"
    said = recorded.run("export", "cn-62", "--kind", PERSON, "-o", file)
    assert said.stdout == ""
    assert "person.registered 人员登记: 3 rows" in said.stderr
    assert "3 facts of cn-62 as they stand; 1 annulled or erased are left out" in said.stderr
    assert names_in(file) == NAMES
    printed = recorded.run("export", "cn-62", "--kind", "人员登记", "--format", "csv").stdout
    assert printed == file.read_text(encoding="utf-8")


def test_an_exported_ledger_is_the_same_facts_elsewhere(recorded: Commands, tmp_path: Path) -> None:
    """Imported into another log it gives the facts, not their history; into its own it records nothing."""
    file = tmp_path / "people.csv"
    recorded.run("export", "cn-62", "--kind", PERSON, "-o", file)
    assert recorded.json("import", file, "--log", "cn-63")["appended"] == 3
    other = tmp_path / "other.csv"
    recorded.run("export", "cn-63", "--kind", PERSON, "-o", other)
    assert other.read_bytes() == file.read_bytes()
    again = recorded.json("import", file, "--log", "cn-62")
    assert (again["appended"], again["rejected"]) == (0, 0)


def test_an_edited_export_is_a_correction(recorded: Commands, tmp_path: Path) -> None:
    """Export, edit a row, send it as a correction: the way to put a ledger right."""
    file = tmp_path / "people.csv"
    recorded.run("export", "cn-62", "--kind", PERSON, "-o", file)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.reader(opened))
    name = rows[0].index("姓名")
    for row in rows[1:]:
        row[name] = row[name].replace("丁", "丁一")
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        csv.writer(opened).writerows(rows)
    said = recorded.json("import", file, "--log", "cn-62", "--as-corrections", "--reason", "误写")
    assert (said["corrected"], said["appended"]) == (1, 0)
    recorded.run("export", "cn-62", "--kind", PERSON, "-o", file)
    assert names_in(file) == {**NAMES, "p14": "丁一"}


def test_a_workbook_has_a_sheet_for_each_kind(recorded: Commands, tmp_path: Path) -> None:
    """Of all kinds, or of one; each sheet is imported by its name."""
    book = tmp_path / "all.xlsx"
    said = recorded.run("export", "cn-62", "-o", book).stderr
    assert "jurisdiction.registered 行政区划登记: " in said
    assert "record.corrected" not in said
    assert names_in(book, "人员登记") == NAMES
    assert recorded.json("import", book, "--log", "cn-63", "--sheet", "人员登记")["appended"] == 3
    one = tmp_path / "one.xlsx"
    recorded.run("export", "cn-62", "--kind", PERSON, "-o", one)
    assert names_in(one) == NAMES


def test_what_a_workbook_has_no_room_for_is_said(
    recorded: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no file then; CSV takes it."""
    monkeypatch.setattr(workbook_writing, "MOST_ROWS", 3)
    book = tmp_path / "all.xlsx"
    said = recorded.run("export", "cn-62", "--kind", PERSON, "-o", book, code=1).stderr
    assert "a workbook does not hold it, a CSV file would (--kind): person.registered: more than 2 rows" in said
    assert not book.exists()


def test_a_ledger_is_told_as_of_an_instant(recorded: Commands, tmp_path: Path) -> None:
    """What was known then: before the correction, and before the annulment."""
    file = tmp_path / "people.csv"
    recorded.run("export", "cn-62", "--kind", PERSON, "-o", file, "--known-at", f"@{len(PLACES) + 4}")
    assert names_in(file) == {**NAMES, "p12": "乙", "p13": "丙"}


def test_what_was_erased_is_left_out(recorded: Commands, tmp_path: Path) -> None:
    """There is nothing left to tell of it; of what corrected it, too."""
    recorded.json("erase", "cn-62", str(len(PLACES) + 1), "--ground", "某院决定")
    file = tmp_path / "people.csv"
    said = recorded.run("export", "cn-62", "--kind", PERSON, "-o", file).stderr
    assert "2 annulled or erased are left out" in said
    assert names_in(file) == {"p11": "=甲", "p14": "丁"}


def test_what_cells_do_not_hold_is_said(recorded: Commands, tmp_path: Path) -> None:
    """A fact is not written half: it is named, and the exit code is 1; the others are in the file."""
    recorded.run("import", written(tmp_path / "cn-62.ndjson", person("15", " 戊")))
    file = tmp_path / "people.csv"
    said = recorded.run("export", "cn-62", "--kind", PERSON, "-o", file, code=1).stderr
    assert f"(--format ndjson does): position {len(PLACES) + 6}, person.registered 15" in said
    assert names_in(file) == NAMES


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--format", "csv"), "say which with --kind"),
        (("--kind", "visits"), "--kind visits: a kind of event"),
        (("--format", "xlsx"), "-o FILE.xlsx"),
        (("--format", "csv", "--kind", "record.corrected"), "not the corrections"),
        (("-o", "no/such/place.csv", "--kind", PERSON), "no/such"),
    ],
)
def test_what_is_asked_wrongly_is_said(commands: Commands, arguments: tuple[str, ...], said: str) -> None:
    """Before anything is read or written."""
    assert said in commands.run("export", "cn-62", *arguments, code=2).stderr


def test_lines_of_one_kind(recorded: Commands) -> None:
    """Every entry of the kind as it was sent, the one that was annulled too."""
    lines = recorded.run("export", "cn-62", "--kind", PERSON).stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["11", "12", "13", "14"]


@contextlib.contextmanager
def short_of_space(most: int) -> Iterator[None]:
    """No file of this process grows beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("name", ["a.ndjson", "a.csv", "a.prov.json", "a.popolo.json", "a.parquet"])
def test_an_export_that_breaks_off_leaves_the_file_as_it_was(recorded: Commands, tmp_path: Path, name: str) -> None:
    """Half a ledger looks like one that is whole: there is all of it, in place of the file before, or that."""
    file = tmp_path / name
    file.write_text("kept")
    file.chmod(0o600)
    kind = ("--kind", PERSON) if name.endswith(("csv", "parquet")) else ()
    with short_of_space(100):
        assert "cannot be used" in recorded.run("export", "cn-62", *kind, "-o", file, code=2).stderr
    assert (file.read_text(), [path.name for path in tmp_path.glob(".zeren*")]) == ("kept", [])
    recorded.run("export", "cn-62", *kind, "-o", file)
    assert (file.stat().st_size > len("kept"), file.stat().st_mode & 0o777) == (True, 0o600)


def test_a_workbook_that_cannot_be_saved_leaves_the_file_as_it_was(
    recorded: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is a part of it left."""
    file = tmp_path / "a.xlsx"
    file.write_text("kept")

    def save(_: Workbook, path: Path) -> None:
        path.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Workbook, "save", save)
    assert "No space left on device" in recorded.run("export", "cn-62", "-o", file, code=2).stderr
    assert (file.read_text(), [path.name for path in tmp_path.glob(".zeren*")]) == ("kept", [])


def test_a_file_behind_a_link_and_a_pipe_are_written_to(recorded: Commands, tmp_path: Path) -> None:
    """The link goes on leading to it; what is no plain file is not replaced by one."""
    link = tmp_path / "link.ndjson"
    link.symlink_to(tmp_path / "file.ndjson")
    recorded.run("export", "cn-62", "-o", link)
    assert (link.is_symlink(), len((tmp_path / "file.ndjson").read_text().split("\n"))) == (True, 9)
    recorded.run("export", "cn-62", "-o", "/dev/null")
    assert Path("/dev/null").is_char_device()


def test_a_log_that_is_not_there_is_said(commands: Commands, tmp_path: Path) -> None:
    """In whatever form it is asked for."""
    for form in ("a.ndjson", "a.csv", "a.xlsx"):
        said = commands.run("export", "cn-99", "--kind", PERSON, "-o", tmp_path / form, code=1).stderr
        assert "404" in said
        assert not (tmp_path / form).exists()


@pytest.mark.parametrize(
    ("grant", "said"),
    [
        (("--role", "recorder"), "a recorder sees its own entries only"),
        (("--role", "inspector", "--kind", PERSON), "take record.corrected and record.annulled, too"),
    ],
)
def test_a_key_that_does_not_see_corrections_is_refused(
    recorded: Commands, tmp_path: Path, grant: tuple[str, ...], said: str
) -> None:
    """Its facts would not be as they stand."""
    recorded.env["ZEREN_KEY"] = recorded.json("keys", "add", "narrow", *grant)["key"]
    assert said in recorded.run("export", "cn-62", "--kind", PERSON, "-o", tmp_path / "a.csv", code=1).stderr


@pytest.mark.parametrize(
    ("grant", "count", "said"),
    [
        (("--role", "recorder"), 0, "not those of others"),
        (("--role", "inspector", "--kind", PERSON), 4, "some kinds alone"),
        (("--role", "auditor", "--kind", PERSON), len(PLACES) + 6, ""),
    ],
)
def test_lines_that_are_not_all_are_told_as_such(
    recorded: Commands, grant: tuple[str, ...], count: int, said: str
) -> None:
    """A file of them is not taken for the log; of a kind that the key reads it has all."""
    recorded.env["ZEREN_KEY"] = recorded.json("keys", "add", "narrow", *grant)["key"]
    told = recorded.run("export", "cn-62")
    assert len(told.stdout.splitlines()) == count
    assert (said in told.stderr, "note:" in told.stderr) == (True, bool(said))
    of_kind = recorded.run("export", "cn-62", "--kind", PERSON).stderr
    assert ("note:" in of_kind) == (count == 0)


@pytest.mark.parametrize("grant", [("--role", "auditor"), ("--role", "inspector", *EVERY_KIND_NEEDED)])
def test_a_key_that_sees_them_is_enough(recorded: Commands, tmp_path: Path, grant: tuple[str, ...]) -> None:
    """An inspector's, also one of some kinds where corrections and annulments are among them."""
    recorded.env["ZEREN_KEY"] = recorded.json("keys", "add", "reader", *grant)["key"]
    file = tmp_path / "people.csv"
    recorded.run("export", "cn-62", "--kind", PERSON, "-o", file)
    assert names_in(file) == NAMES
