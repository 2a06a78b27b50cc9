"""Facts written as rows of ledgers: read again they are the same events, or they are not written at all."""

from __future__ import annotations

import io
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.catalogue.base import Kind
from events.catalogue.registry import KINDS
from events.cloudevent import without_nulls
from events.keyring import KEY_KINDS
from projections.folds.registers import OF_KIND
from service.tables import workbook_writing
from service.tables.ledger import Ledger, read_ledger
from service.tables.workbook_writing import WorkbookWriter
from service.tables.writing import CsvWriter, NoRoom, row_of
from tests.examples.reading import believed
from tests.projections.kinds import data_of
from tests.thorough import examples

Event = dict[str, Any]
MATTERS = [KINDS[name] for name in sorted(OF_KIND.keys() - KEY_KINDS)]
"""The kinds of which any data can be drawn; the others are in the sample logs."""
PERSON = KINDS["person.registered"]
TEXTS = st.text("甲乙 ;；[]{}\"'=+-@,\n\t_x00D#", min_size=1, max_size=12)


def event_of(kind: type[Kind], data: dict[str, Any], **more: str) -> Event:
    """An event of a kind."""
    return {"specversion": "1.0", "id": "e1", "source": "urn:a", "type": kind.NAME, **more, "data": data}


def rows_of(events: list[Event]) -> dict[type[Kind], list[list[str]]]:
    """The rows of events by kind; every one of them can be written."""
    rows: dict[type[Kind], list[list[str]]] = defaultdict(list)
    for event in events:
        kind = KINDS[event["type"]]
        row = row_of(kind, event, event["data"])
        assert row is not None, event
        rows[kind].append(row)
    return rows


def csv_of(kind: type[Kind], rows: list[list[str]]) -> bytes:
    """Rows as the bytes of a CSV file."""
    out = io.BytesIO()
    writer = CsvWriter(out, kind)
    for row in rows:
        writer.write(kind, row)
    writer.close()
    return out.getvalue()


def told(ledger: Ledger) -> list[Event]:
    """The events that a ledger is read as; nothing is wrong with it."""
    assert (ledger.faults, ledger.notes, ledger.repeated) == ([], [], 0)
    return [entry.event for entry in ledger.entries]


def shown(event: Event) -> Event:
    """What a ledger tells of an event: its attributes but for extensions, and its data."""
    plain: Event = without_nulls(event)
    return {name: plain[name] for name in ("specversion", "id", "source", "time", "type", "data") if name in plain}


@pytest.mark.parametrize("log", [pytest.param("demo-cn-62", marks=pytest.mark.long), "demo-cn-13"])
def test_every_fact_of_the_sample_logs_is_a_row(log: str, tmp_path: Path) -> None:
    """As CSV and in a workbook alike; each kind is known by its header."""
    facts = list(believed(log))
    rows = rows_of(facts)
    book = WorkbookWriter(tmp_path / "all.xlsx")
    for kind, some in rows.items():
        for row in some:
            book.write(kind, row)
    book.close()
    raw = (tmp_path / "all.xlsx").read_bytes()
    for kind, some in rows.items():
        sent = [shown(fact) for fact in facts if fact["type"] == kind.NAME]
        assert told(read_ledger(csv_of(kind, some))) == sent
        assert told(read_ledger(raw, worksheet=kind.TITLE_ZH)) == sent


@pytest.mark.parametrize("kind", MATTERS, ids=lambda kind: kind.NAME)
@given(st.data())
@settings(deadline=None, max_examples=examples(20))
def test_any_data_of_a_matter_is_a_row(kind: type[Kind], data: st.DataObject) -> None:
    """Whatever fields are given: lists, lists of objects and free objects too."""
    event = event_of(kind, data.draw(data_of(kind)), time="2018-03-05T00:00:00Z")
    row = row_of(kind, event, event["data"])
    if row is None:  # an object with nothing in it has no cell
        assert "{}" in str(event["data"])
    else:
        assert told(read_ledger(csv_of(kind, [row]))) == [shown(event)]


@given(st.lists(st.tuples(TEXTS, st.lists(TEXTS, max_size=3)), min_size=1, max_size=4))
@settings(deadline=None, max_examples=examples(150))
def test_any_text_comes_back_or_is_not_written(told_of: list[tuple[str, list[str]]]) -> None:
    """Separators, brackets, quotes, what looks like a formula or a code: nothing is changed without a word."""
    rows, sent = [], []
    for number, (name, aliases) in enumerate(told_of):
        event = event_of(PERSON, {"person_id": f"x{number}", "name_zh": name, "aliases": aliases}, id=f"e{number}")
        row = row_of(PERSON, event, event["data"])
        if row is None:
            assert any(text != text.strip() for text in (name, *aliases))
        else:
            rows.append(row)
            sent.append(event)
    assert told(read_ledger(csv_of(PERSON, rows))) == sent


@pytest.mark.parametrize(
    "text", ["=1+1", '="x"', "+86", "-1", "@a", "_x000D_", "a_x0041_b", "'甲", "6.2E+11", "甲\n乙", "甲\ufffe乙\uffff"]
)
def test_a_workbook_keeps_text_as_text(text: str, tmp_path: Path) -> None:
    """What begins as a formula does, what a workbook reads as a code, and numbers."""
    event = event_of(PERSON, {"person_id": "x", "name_zh": text})
    row = row_of(PERSON, event, event["data"])
    assert row is not None
    book = WorkbookWriter(tmp_path / "one.xlsx")
    book.write(PERSON, row)
    book.close()
    assert told(read_ledger((tmp_path / "one.xlsx").read_bytes())) == [event]


@pytest.mark.parametrize("name", [" 甲", "甲\u3000", "\n甲"])
def test_what_no_cell_keeps_is_not_written(name: str) -> None:
    """Blanks at the ends of a text mean nothing in a ledger."""
    event = event_of(PERSON, {"person_id": "x", "name_zh": name})
    assert row_of(PERSON, event, event["data"]) is None


def test_nulls_and_other_attributes_have_no_cell() -> None:
    """Null means absent; extension attributes stay with the lines of JSON."""
    event = event_of(PERSON, {"person_id": "x", "name_zh": "甲", "born": None}, enteredby="op", subject="x")
    row = row_of(PERSON, event, event["data"])
    assert row is not None
    assert told(read_ledger(csv_of(PERSON, [row]))) == [event_of(PERSON, {"person_id": "x", "name_zh": "甲"})]


def test_a_workbook_says_what_it_has_no_room_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell that Excel would cut off, and more rows than a sheet has."""
    monkeypatch.setattr(workbook_writing, "LONGEST", 8)
    monkeypatch.setattr(workbook_writing, "MOST_ROWS", 3)
    book = WorkbookWriter(tmp_path / "full.xlsx")
    with pytest.raises(NoRoom, match=r"event e1: a cell of more than 8 characters"):
        book.write(PERSON, ["e1", "s", "", "x", "九" * 9])
    book.write(PERSON, ["e1", "s", "", "x", "甲"])
    book.write(PERSON, ["e2", "s", "", "y", "乙"])
    with pytest.raises(NoRoom, match=r"more than 2 rows"):
        book.write(PERSON, ["e3", "s", "", "z", "丙"])
    book.give_up()
    assert not (tmp_path / "full.xlsx").exists()


def test_an_empty_workbook_can_be_opened(tmp_path: Path) -> None:
    """A log without facts gives a workbook without rows."""
    WorkbookWriter(tmp_path / "none.xlsx").close()
    assert "空" in read_ledger((tmp_path / "none.xlsx").read_bytes()).faults[0].zh
