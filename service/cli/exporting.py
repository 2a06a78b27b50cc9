"""A log's entries as lines of JSON, or its facts as ledgers (CSV, .xlsx) that `zeren import` reads: `zeren export`."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO, Final

import httpx
import typer

from events.catalogue.base import Kind
from events.catalogue.registry import find
from service.access import READERS
from service.cli.client import client_of, get
from service.cli.entries import entries_of, lines_of
from service.cli.words import DataOption, UrlOption, check_place, err, fail, settings_of, wait
from service.tables.edits import KINDS, Corrections
from service.tables.kinds import kind_named
from service.tables.writing import CsvWriter, NoRoom, Writer, row_of


class Form(StrEnum):
    """What a file of exported entries is."""

    NDJSON = "ndjson"
    CSV = "csv"
    XLSX = "xlsx"


_BY_SUFFIX: Final = {".csv": Form.CSV, ".xlsx": Form.XLSX}


@dataclass(slots=True)
class _Told:
    """What became of the facts of a log."""

    rows: Counter[type[Kind]] = field(default_factory=Counter)
    gone: int = 0
    """Annulled or erased."""
    unheld: list[str] = field(default_factory=list)
    """Those of which cells would not say all."""


def export(
    log: Annotated[str, typer.Argument(help="the log")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="file; default stdout")] = None,
    form: Annotated[
        Form | None, typer.Option("--format", help="default: as the name of the file ends, else ndjson")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="of one kind alone: a type (visit.made) or its Chinese title")
    ] = None,
    known_at: Annotated[str | None, typer.Option("--known-at", help="only what was known then")] = None,
    url: UrlOption = None,
    data: DataOption = None,
) -> None:
    """Write a log's entries as lines of JSON, or its facts as they stand as ledgers that `import` reads.

    Lines of JSON are every entry in order: what the log added, and the event as sent. A ledger is CSV of one kind, or
    an Excel workbook with a sheet for each.
    """
    chosen = form or _BY_SUFFIX.get("" if output is None else output.suffix.lower(), Form.NDJSON)
    only = None if kind is None else kind_named(kind)
    if kind is not None and only is None:
        fail(f"--kind {kind}: a kind of event, or its Chinese title (see GET /v1/kinds)", 2)
    if chosen is Form.CSV and only is None:
        fail("a CSV file holds one kind: say which with --kind, or write a workbook (-o FILE.xlsx)", 2)
    if chosen is not Form.NDJSON and only is not None and only.NAME in KINDS:
        fail("a ledger tells facts as they were corrected, not the corrections: lines of JSON do (--format ndjson)", 2)
    if chosen is Form.XLSX and output is None:
        fail("a workbook is written to a file: -o FILE.xlsx", 2)
    if output is not None:
        check_place(output)

    async def work() -> None:
        async with client_of(settings_of(data, url)) as client:
            if chosen is Form.NDJSON:
                count = await _lines(client, log, output, only, known_at)
                err.print(f"{count} entries of {log}", markup=False)
                return
            as_of = await _as_of(client, log, known_at)
            try:
                with _writer(chosen, output, only) as writer:
                    told = await _ledger(client, log, only, as_of, writer)
            except NoRoom as error:
                fail(f"a workbook does not hold it, a CSV file would (--kind): {error}")
            _say(log, told)

    wait(work())


async def _lines(
    client: httpx.AsyncClient, log: str, output: Path | None, only: type[Kind] | None, known_at: str | None
) -> int:
    """Write the lines of the answer as they come; how many. A line may hold what Unicode calls a line break."""
    count = 0
    async with lines_of(client, log, type=_type_of(only), known_at=known_at) as answer:
        with _opened(output) as target:
            async for chunk in answer.aiter_bytes():
                target.write(chunk)
                count += chunk.count(b"\n")
            target.flush()
    return count


def _type_of(only: type[Kind] | None) -> str | None:
    return None if only is None else only.NAME


@contextlib.contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    """A file to write to, or stdout where there is none."""
    with contextlib.ExitStack() as files:
        yield sys.stdout.buffer if output is None else files.enter_context(output.open("wb"))


async def _as_of(client: httpx.AsyncClient, log: str, known_at: str | None) -> str:
    """As of when facts are told: one size of the log, which grows meanwhile, or what was asked.

    Fails where the key does not show what others corrected and annulled: facts would not be told as they stand.
    """
    own = await get(client, "/keys/self")
    roles = set(own["roles"])
    if roles.isdisjoint((*READERS, "overseer")):
        fail("a recorder sees its own entries only: facts as they stand take a key that reads all (auditor, inspector)")
    if "auditor" not in roles and own["kinds"] and not set(KINDS) <= set(own["kinds"]):
        fail(f"the key reads some kinds alone: facts as they stand take {' and '.join(KINDS)}, too")
    size = (await get(client, f"/logs/{log}"))["size"]
    return known_at or f"@{size}"


async def _ledger(client: httpx.AsyncClient, log: str, only: type[Kind] | None, as_of: str, writer: Writer) -> _Told:
    """Write the facts of a log as they stood then. Raises NoRoom."""
    corrections = Corrections()
    for about in KINDS:
        async for entry in entries_of(client, log, type=about, known_at=as_of):
            corrections.add(entry)
    told = _Told()
    async for entry in entries_of(client, log, type=_type_of(only), known_at=as_of):
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
def _writer(form: Form, output: Path | None, only: type[Kind] | None) -> Iterator[Writer]:
    """What writes a ledger to a file, which it finishes; to stdout where there is none."""
    if form is Form.XLSX:
        from service.tables.workbook_writing import WorkbookWriter  # noqa: PLC0415  it takes long to import

        assert output is not None
        book = WorkbookWriter(output)
        try:
            yield book
        except BaseException:
            book.give_up()
            raise
        book.close()
        return
    assert only is not None
    with _opened(output) as target, contextlib.closing(CsvWriter(target, only)) as rows:
        yield rows


def _say(log: str, told: _Told) -> None:
    """Say what was written and what was not. Exit 1 where cells would not have said all of a fact."""
    for kind, count in told.rows.items():
        err.print(f"{kind.NAME} {kind.TITLE_ZH}: {count} rows", markup=False)
    gone = f"; {told.gone} annulled or erased are left out" if told.gone else ""
    err.print(f"{told.rows.total()} facts of {log} as they stand{gone}", markup=False)
    for fact in told.unheld:
        err.print(f"left out, for cells do not hold all of it (--format ndjson does): {fact}", markup=False)
    if told.unheld:
        raise typer.Exit(1)
