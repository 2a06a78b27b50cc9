"""A log as Parquet files: a table for each kind of event, the entries, and the registers that they are joined with."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import httpx

from events.catalogue.base import Kind
from events.catalogue.registry import KINDS
from service.cli.entries import corrections_of, entries_of
from service.cli.exporting_models import Facts
from service.cli.words import made, replacing
from service.exports import beliefs, popolo, registers
from service.exports.parquet import Tables
from service.tables.edits import Corrections


async def write_table(client: httpx.AsyncClient, log: str, kind: type[Kind], as_of: str, output: Path) -> str:
    """Write what was believed, up to then, of the facts of one kind; how many rows. Raises ParquetMissingError."""
    with Tables(log) as tables:
        corrections = await corrections_of(client, log, as_of)
        tables.make(kind.NAME, beliefs.columns_of(kind))
        async for item in entries_of(client, log, type=kind.NAME, known_at=as_of):
            _add(tables, kind, item, corrections)
        with made(output) as part:
            tables.write(kind.NAME, part)
        return f"{tables.rows[kind.NAME]} rows"


async def write_tables(client: httpx.AsyncClient, log: str, as_of: str, folder: Path) -> str:
    """Write all tables to a folder, which is there once they are; how many. Raises ParquetMissingError.

    A kind of which there is nothing has a table too: what is asked of one log can be asked of any.
    """
    with Tables(log) as tables:
        corrections = await corrections_of(client, log, as_of)
        tables.make(beliefs.ENTRIES, beliefs.ENTRY_COLUMNS)
        for name, columns in registers.COLUMNS.items():
            tables.make(name, columns)
        for kind in KINDS.values():
            tables.make(kind.NAME, beliefs.columns_of(kind))
        facts = Facts(popolo.KINDS)
        async for item in entries_of(client, log, known_at=as_of):
            tables.add(beliefs.ENTRIES, beliefs.entry_row(item))
            _add(tables, KINDS[item["type"]], item, corrections)
            facts.add(item)
        for name, row in registers.rows_of(facts.reader(log)):
            tables.add(name, row)
        with _made(folder) as part:
            for name in tables.rows:
                tables.write(name, part / f"{name}.parquet")
        return f"{len(tables.rows)} tables, {tables.rows[beliefs.ENTRIES]} entries"


def _add(tables: Tables, kind: type[Kind], item: beliefs.Item, corrections: Corrections) -> None:
    for belief in corrections.believed(item):
        tables.add(kind.NAME, beliefs.fact_row(kind, item, belief))


@contextlib.contextmanager
def _made(folder: Path) -> Iterator[Path]:
    """A folder to fill, which takes the place of `folder`, empty or not there, once it is full."""
    with replacing(folder) as part:
        part.mkdir()
        yield part
