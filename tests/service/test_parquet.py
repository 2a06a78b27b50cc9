"""Data of every kind as Parquet, read back by DuckDB: every value as it was sent, in its type."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from events.catalogue.base import Kind
from events.catalogue.registry import KINDS
from service.exports.parquet import Tables
from service.exports.typed_columns import bounded, types_of
from tests.projections.kinds import MATTERS
from tests.thorough import examples


def read_back(rows: list[tuple[type[Kind], dict[str, Any]]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each row of data with what a table of its kind holds of it, by name."""
    with Tables("l") as tables, TemporaryDirectory() as folder, duckdb.connect() as database:
        of_kind: dict[type[Kind], list[dict[str, Any]]] = {}
        for kind, data in rows:
            of_kind.setdefault(kind, []).append(data)
        for kind, some in of_kind.items():
            tables.make(kind.NAME, types_of(kind))
            for data in some:
                tables.add(kind.NAME, bounded(kind, data))
            target = Path(folder) / f"{kind.NAME}.parquet"
            tables.write(kind.NAME, target)
            found = database.execute(f"FROM '{target}'")
            names = [column[0] for column in found.description or ()]
            for data, row in zip(some, found.fetchall(), strict=True):
                yield data, dict(zip(names, row, strict=True))


def agrees(sent: Any, held: Any) -> bool:
    """Whether a typed value says what was sent."""
    if isinstance(held, Decimal):
        return held == Decimal(sent)
    if isinstance(held, date):
        return bool(held.isoformat() == sent)
    if isinstance(sent, dict):
        told = json.loads(held) if isinstance(held, str) else held
        return all(agrees(sent.get(name), told.get(name)) for name in sent.keys() | told.keys())
    if isinstance(sent, list):
        told = json.loads(held) if isinstance(held, str) else held
        return len(sent) == len(told) and all(agrees(one, other) for one, other in zip(sent, told, strict=True))
    return bool(sent == held) or (isinstance(held, str) and bool(json.loads(held) == sent))


@given(st.data())
@settings(deadline=None, max_examples=examples(2))
def test_every_matter_is_read_back_as_it_was_sent(drawn: st.DataObject) -> None:
    """Of random data of every kind that tells of a matter no value is lost or altered, and what is absent is null."""
    rows = [(KINDS[name], drawn.draw(data, label=name)) for name, data in MATTERS.items()]
    for data, held in read_back(rows):
        for name, value in held.items():
            if name != "log_id" and not name.endswith(("_first", "_last")):
                assert agrees(data.get(name), value), (name, data.get(name), value)


def test_extremes_are_kept() -> None:
    """The largest amounts and counts, the first and the last day, and texts that a format might stumble over."""
    text = "\"';\\n\n\t{}[],甲\u2028😀 \\u0041"
    rows: list[tuple[type[Kind], dict[str, Any]]] = [
        (KINDS["funds.disbursed"], {"disbursement_id": text[:8], "amount": amount, "approved_on": day, "basis": text})
        for amount, day in (("9999999999999999.99", "0001-01-01"), ("0.00", "9999-12-31"))
    ]
    rows += [
        (KINDS["evaluation.recorded"], {"components": [{"name": text, "weight": "1.00000000", "score": score}]})
        for score in ("9999999999999999.12345678", "-9999999999999999.12345678")
    ]
    rows += [(KINDS["household.updated"], {"changes": {"n": 2**53 - 1, "z": None, "t": text, "l": [1, "2"]}})]
    rows += [(KINDS["staffing.adjusted"], {"budgeted_posts_after": 2**53 - 1})]
    compared = 0
    for data, held in read_back(rows):
        for name, value in data.items():
            assert agrees(value, held[name]), (name, value, held[name])
            compared += 1
    assert compared == sum(len(data) for _, data in rows)
