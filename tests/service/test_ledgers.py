"""Ledgers against a log: batches within the limits, and rows that were kept back, mended and sent again."""

from __future__ import annotations

import csv
import io

import orjson

from service.ledgers import BYTES_TOGETHER, ROWS_TOGETHER, batches
from service.tables.edits import Corrections, Erased
from service.tables.ledger import read_ledger
from service.tables.template import FAULTS

HEADER = ["事件标识(person.registered)", "人员编号", "姓名"]


def ledger_of(*rows: list[str]) -> bytes:
    """Rows as a CSV file."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def test_batches_hold_every_row_once_in_order_and_within_both_limits() -> None:
    """No batch has more rows or bytes than a request is to carry."""
    rows = [["", f"x{number}", "甲" * (3000 if number < 900 else 1)] for number in range(2000)]
    ledger = read_ledger(ledger_of(HEADER, *rows))
    found = list(batches(ledger.entries))
    assert [entry.line for batch in found for entry in batch] == list(range(2, 2002))
    assert max(len(batch) for batch in found) == ROWS_TOGETHER
    assert max(sum(len(orjson.dumps(entry.event)) for entry in batch) for batch in found) <= BYTES_TOGETHER
    assert min(len(batch) for batch in found[:2]) < ROWS_TOGETHER


def test_the_column_of_faults_is_passed_over() -> None:
    """A file of rows that were kept back can be mended and sent as it is, though it says what was wrong."""
    plain = read_ledger(ledger_of(HEADER, ["", "x", "甲"]))
    told = read_ledger(ledger_of([*HEADER, FAULTS], ["", "x", "甲", "原第 3 行:应为…"]))
    assert told.faults == []
    assert [entry.event for entry in told.entries] == [entry.event for entry in plain.entries]
    unnamed = read_ledger(ledger_of(["人员编号", "姓名", FAULTS], ["x", "甲", "?"]), kind="person.registered")
    assert [entry.event for entry in unnamed.entries] == [entry.event for entry in plain.entries]


def test_every_row_is_kept_as_it_was_written() -> None:
    """Sound rows, rows with faults and rows that are too short or too long are kept cell by cell."""
    ledger = read_ledger(ledger_of(HEADER, ["", "x", "甲"], ["", "y"], ["", "z", "丙", "多"], ["", "x", "甲"]))
    assert ledger.cells == {2: ["", "x", "甲"], 3: ["", "y"], 4: ["", "z", "丙", "多"], 5: ["", "x", "甲"]}
    assert sorted(fault.line for fault in ledger.faults) == [3, 4]


def test_a_row_whose_corrections_were_erased_is_erased() -> None:
    """What was erased after the service was asked about a row is told by its corrections, which have no content."""
    row = read_ledger(ledger_of(HEADER, ["", "x", "甲"])).entries[0]
    corrections = Corrections()
    correction = {"position": 7, "recorded_at": "t", "type": "record.corrected", "names": 3, "about": 3, "id": "c"}
    corrections.add({**correction, "event": None})
    assert corrections.compare(row, 3, []) == Erased(row, 3)
    assert corrections.compare(row, 4, []) is None
