"""The facts of a log as they stand, as CSV of one kind or a workbook with a sheet for each."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import typer

from events.catalogue.base import Kind
from events.catalogue.registry import find
from service.cli.entries import entries_of
from service.cli.words import err, made, opened
from service.tables.edits import KINDS, Corrections
from service.tables.writing import CsvWriter, Writer, row_of


@dataclass(slots=True)
class Told:
    """What became of the facts of a log."""

    rows: Counter[type[Kind]] = field(default_factory=Counter)
    gone: int = 0
    """Annulled or erased."""
    unheld: list[str] = field(default_factory=list)
    """Those of which cells would not say all."""


async def write(
    client: httpx.AsyncClient, log: str, only: type[Kind] | None, as_of: str, corrections: Corrections, writer: Writer
) -> Told:
    """Write the facts of a log as they stood then, of one kind or of all. Raises NoRoom."""
    told = Told()
    async for entry in entries_of(client, log, type=None if only is None else only.NAME, known_at=as_of):
        kind = find(entry["type"])
        if kind is None or kind.SERVICE_ONLY or (only is None and kind.NAME in KINDS):
            continue  # corrections are told by what they correct
        data = corrections.stands(entry)
        if data is None:
            told.gone += 1
            continue
        row = row_of(kind, entry["event"], data)
        if row is None:
            told.unheld.append(f"position {entry['position']}, {kind.NAME} {entry['id']}")
        else:
            writer.write(kind, row)
            told.rows[kind] += 1
    return told


@contextlib.contextmanager
def writing(output: Path | None, only: type[Kind] | None, *, workbook: bool) -> Iterator[Writer]:
    """What writes a workbook, or CSV of one kind, to a file, which it finishes; to stdout where there is none."""
    if workbook:
        from service.tables.workbook_writing import WorkbookWriter  # noqa: PLC0415  it takes long to import

        assert output is not None
        with made(output) as part:
            book = WorkbookWriter(part)
            try:
                yield book
                book.close()
            except BaseException:
                book.give_up()
                raise
        return
    assert only is not None
    with opened(output) as target, contextlib.closing(CsvWriter(target, only)) as rows:
        yield rows


def say(log: str, told: Told) -> None:
    """Say what was written and what was not. Exit 1 where cells would not have said all of a fact."""
    for kind, count in told.rows.items():
        err.print(f"{kind.NAME} {kind.TITLE_ZH}: {count} rows", markup=False)
    gone = f"; {told.gone} annulled or erased are left out" if told.gone else ""
    err.print(f"{told.rows.total()} facts of {log} as they stand{gone}", markup=False)
    for fact in told.unheld:
        err.print(f"left out, for cells do not hold all of it (--format ndjson does): {fact}", markup=False)
    if told.unheld:
        raise typer.Exit(1)
