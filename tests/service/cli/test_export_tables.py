"""`zeren export` as Parquet: typed columns, what was believed and when, and one folder or none."""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from service.exports.parquet import Tables
from tests.service.cli.test_export_models import LOG, MORE
from tests.service.cli.test_lines import written
from tests.service.servers import Commands
from tests.service.test_walk import TREE, event

MONEY = [
    event("30", "funds.disbursed", disbursement_id="d1", jurisdiction_id="c", amount="9007199254740993.07",
          approved_on="2018-03-01", disbursed_on="2018-03-05", approved_by={"post_id": "s"}),
    event("31", "record.corrected", corrects_event_id="30", reason="误写",
          corrected_payload={"disbursement_id": "d1", "jurisdiction_id": "c", "amount": "12.50",
                             "disbursed_on": "2018-03-06"}),
    event("32", "record.annulled", annuls_event_id="31", reason="更正有误"),
    event("33", "record.annulled", annuls_event_id="30", reason="误报"),
    event("34", "record.annulled", annuls_event_id="33", reason="撤销有误"),
]  # fmt: skip


@pytest.fixture
def recorded(commands: Commands, tmp_path: Path) -> Commands:
    """Commands over a log of a county: tenures, a merge, and a payment corrected back and forth."""
    extended = event("35", "person.registered", person_id="w", name_zh="示例丙") | {"enteredby": "甲", "time": None}
    commands.run("import", written(tmp_path / f"{LOG}.ndjson", *TREE, *MORE, *MONEY, extended))
    return commands


@pytest.fixture
def folder(recorded: Commands, tmp_path: Path) -> Path:
    """The tables of that log."""
    folder = tmp_path / "tables"
    recorded.run("export", LOG, "--format", "parquet", "-o", folder)
    return folder


def asked(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """The answer to a query, in which `{name}` is a table."""
    tables = {path.stem.replace(".", "_").replace("-", "_"): f"'{path}'" for path in folder.glob("*.parquet")}
    with duckdb.connect() as database:
        return database.execute(query.format(**tables)).fetchall()


def test_a_day_is_a_date_and_an_amount_a_decimal(folder: Path) -> None:
    """Amounts keep every digit, days are dates, and an EDTF date has the first and last day it may be."""
    (first, *_) = asked(
        folder,
        "SELECT log_id, amount, approved_on, approved_by.post_id FROM {funds_disbursed} ORDER BY from_position",
    )
    assert first == (LOG, Decimal("9007199254740993.07"), date(2018, 3, 1), "s")
    assert asked(
        folder,
        "SELECT effective_from, effective_from_first, effective_from_last FROM {appointment_started}"
        " WHERE appointment_id = 'a' AND known_until IS NULL",
    ) == [("2016-09", date(2016, 9, 1), date(2016, 9, 30))]
    assert asked(folder, "SELECT visitor[1].post_id, nights FROM {visit_made}") == [("s", 1)]


def test_what_was_believed_has_its_time(recorded: Commands, folder: Path, tmp_path: Path) -> None:
    """At each size of the log SQL gives of a payment what the ledger of that size gives."""
    about = "SELECT position FROM {entries} WHERE about = (SELECT min(fact_position) FROM {funds_disbursed})"
    positions = [row[0] for row in asked(folder, f"{about} ORDER BY position")]
    assert len(positions) == len(MONEY)
    seen = []
    for position in positions:
        then = (
            "SELECT amount::VARCHAR, stated_at FROM {funds_disbursed}"
            f" WHERE from_position <= {position} AND (until_position IS NULL OR until_position > {position})"
        )
        seen.append(asked(folder, then))
        ledger = tmp_path / f"{position}.csv"
        recorded.run("export", LOG, "--kind", "funds.disbursed", "--known-at", f"@{position + 1}", "-o", ledger)
        amounts = [line for line in ledger.read_text(encoding="utf-8-sig").splitlines()[1:] if line]
        assert len(amounts) == len(seen[-1])
        assert all(amount in line for (amount, _), line in zip(seen[-1], amounts, strict=True))
    original, corrected = ("9007199254740993.07", positions[0]), ("12.50", positions[1])
    assert seen == [[original], [corrected], [original], [], [original]]


def test_what_was_known_at_an_instant_is_one_condition(recorded: Commands, tmp_path: Path) -> None:
    """Of what was recorded together only the outcome was ever known; what came later has its own time."""
    later = event("40", "record.annulled", annuls_event_id="34", reason="再撤")
    recorded.run("import", written(tmp_path / f"{LOG}.ndjson", later))
    folder = tmp_path / "tables"
    recorded.run("export", LOG, "--format", "parquet", "-o", folder)
    at = "(SELECT recorded_at FROM {{entries}} WHERE id = '{entry}')"
    known = (
        "SELECT amount::VARCHAR FROM {{funds_disbursed}} WHERE known_from <= " + at +
        " AND (known_until IS NULL OR known_until > " + at + ")"
    )  # fmt: skip
    assert asked(folder, known.format(entry="34")) == [("9007199254740993.07",)]
    assert asked(folder, known.format(entry="40")) == []


def test_registers_join_with_facts_by_day(folder: Path) -> None:
    """Who certainly held the office on a day, under the id that stays after a merge; a place by its name of the day."""
    holders = (
        "SELECT person_id, certain FROM (SELECT person_id, start_last <= DATE '{day}' AND DATE '{day}' < end_first AS"
        " certain, start_first <= DATE '{day}' AND DATE '{day}' < end_last AS possible FROM {{tenures}}"
        " WHERE post_id = 'd') WHERE certain OR possible"
    )
    assert asked(folder, holders.format(day="2016-06-01")) == [("y", False)]
    assert asked(folder, holders.format(day="2017-06-01")) == [("y", True)]
    assert asked(folder, holders.format(day="2018-03-15")) == [("y", False)]
    assert asked(folder, holders.format(day="2018-04-01")) == []
    names = asked(folder, "SELECT name, code, valid_from, valid_until FROM {places} WHERE jurisdiction_id = 'c'")
    assert sorted(names) == [
        ("宕昌县", "621223", None, date(2018, 6, 1)),
        ("宕昌市", "621283", date(2018, 6, 1), None),
    ]
    assert asked(folder, "SELECT person_id, same_as FROM {persons} WHERE person_id <> same_as") == [("z", "y")]
    assert asked(folder, "SELECT place_id FROM {posts} WHERE post_id = 'd'") == [("c",)]


def test_every_entry_and_every_kind_has_its_table(recorded: Commands, folder: Path) -> None:
    """All entries in order, with extension attributes; a kind of which there is nothing is an empty table."""
    size = recorded.json("logs")[0]["size"]
    assert asked(folder, "SELECT count(*), min(position), max(position) FROM {entries}") == [(size, 0, size - 1)]
    assert asked(folder, "SELECT extensions->>'enteredby' FROM {entries} WHERE id = '35'") == [("甲",)]
    assert asked(folder, "SELECT count(*) FROM {sanction_imposed}") == [(0,)]
    assert asked(folder, "SELECT corrected_payload->>'amount' FROM {record_corrected} WHERE event_id = '31'") == [
        ("12.50",)
    ]


def test_one_kind_is_one_file(recorded: Commands, tmp_path: Path) -> None:
    """With `--kind` and a name that ends in .parquet; awkward names of files are names."""
    file = tmp_path / "it's {here}.parquet"
    recorded.run("export", LOG, "--kind", "funds.disbursed", "-o", file)
    with duckdb.connect() as database:
        assert database.read_parquet(str(file)).count("*").fetchall() == [(len(["sent", "corrected", "sent", "sent"]),)]


def test_what_was_not_known_then_is_not_told(recorded: Commands, tmp_path: Path) -> None:
    """With `--known-at` no later entry, and no end that came later."""
    folder = tmp_path / "then"
    recorded.run("export", LOG, "--format", "parquet", "--known-at", f"@{len(TREE)}", "-o", folder)
    assert asked(folder, "SELECT count(*) FROM {entries}") == [(len(TREE),)]
    assert asked(folder, "SELECT effective_from, known_until FROM {appointment_started}") == [("2016-08", None)]
    assert asked(folder, "SELECT name FROM {places} WHERE jurisdiction_id = 'c'") == [("宕昌县",)]


def test_what_was_erased_is_an_entry_alone(recorded: Commands, tmp_path: Path) -> None:
    """The entry is there, and says so; no other table has a word of it."""
    recorded.json("erase", LOG, str(len(TREE) + len(MORE)), "--ground", "某院决定")
    folder = tmp_path / "after"
    recorded.run("export", LOG, "--format", "parquet", "-o", folder)
    about = len(MONEY)
    assert asked(folder, "SELECT count(*) FROM {entries} WHERE erased") == [(about,)]
    assert asked(folder, "SELECT count(*) FROM {funds_disbursed}") == [(0,)]
    assert asked(folder, "SELECT count(*) FROM {record_corrected}") == [(1,)]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--format", "parquet"], "-o FOLDER"),
        (["-o", "all.parquet"], "holds one kind"),
        (["--format", "parquet", "-o", "full"], "empty"),
        (["--format", "parquet", "-o", "a-file"], "empty"),
        (["--format", "parquet", "-o", "missing/folder"], "no directory"),
        (["--format", "parquet", "--valid-at", "2018-01-01", "-o", "new"], "--valid-at"),
    ],
)
def test_a_place_that_will_not_do_is_said(
    recorded: Commands, own_directory: None, options: list[str], said: str
) -> None:
    """Exit code 2 before anything is asked; nothing is written, nothing that is there is lost."""
    full = Path("full")
    full.mkdir()
    (full / "kept").write_text("kept")
    Path("a-file").write_text("kept")
    before = sorted(Path().iterdir())
    assert said in " ".join(recorded.run("export", LOG, *options, code=2).stderr.split())
    assert sorted(Path().iterdir()) == before
    assert (full / "kept").read_text() == Path("a-file").read_text() == "kept"


def test_without_duckdb_it_says_what_to_install(
    recorded: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB is an extra."""
    monkeypatch.setitem(sys.modules, "duckdb", None)
    said = recorded.run("export", LOG, "--format", "parquet", "-o", tmp_path / "new", code=1).stderr
    assert "zeren[parquet]" in said
    assert not (tmp_path / "new").exists()


def test_a_folder_is_whole_or_not_there(recorded: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a table cannot be written there is no folder, nor a part of one; the next time it is made."""
    written_whole = Tables.write

    def fails(tables: Tables, table: str, target: Path) -> None:
        if table == "visit.made":
            raise OSError(28, "No space left on device")
        written_whole(tables, table, target)

    folder = tmp_path / "new"
    with monkeypatch.context() as broken:
        broken.setattr(Tables, "write", fails)
        with pytest.raises(AssertionError, match="No space left"):
            recorded.run("export", LOG, "--format", "parquet", "-o", folder)
    assert not list(tmp_path.glob("new*"))
    folder.mkdir()
    (tmp_path / "new.part").mkdir()
    recorded.run("export", LOG, "--format", "parquet", "-o", folder)
    assert asked(folder, "SELECT count(*) FROM {visit_made}") == [(1,)]
    assert sorted(path.name for path in tmp_path.glob("*new*")) == ["new", "new.part"]
