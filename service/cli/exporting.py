"""A log as lines of JSON, as ledgers that `zeren import` reads, in others' models, or as tables: `zeren export`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import httpx
import typer

from events.catalogue import registry
from events.catalogue.base import Kind
from events.clock import SystemClock, today
from events.edtf import parse_day
from service.access import READERS
from service.cli import exporting_ledgers, exporting_models, exporting_tables
from service.cli.client import client_of, get
from service.cli.entries import corrections_of, lines_of
from service.cli.words import DataOption, UrlOption, check_place, err, fail, opened, settings_of, wait, warn
from service.exports import popolo
from service.exports.parquet import ParquetMissingError
from service.tables.edits import KINDS
from service.tables.kinds import kind_named
from service.tables.writing import NoRoom


class Form(StrEnum):
    """What a file of exported entries is."""

    NDJSON = "ndjson"
    CSV = "csv"
    XLSX = "xlsx"
    POPOLO = "popolo"
    PROV = "prov"
    PARQUET = "parquet"


_BY_ENDING: Final = {
    ".csv": Form.CSV, ".xlsx": Form.XLSX, "popolo.json": Form.POPOLO, "prov.json": Form.PROV,
    ".parquet": Form.PARQUET,
}  # fmt: skip
_NEEDED: Final[dict[Form, Sequence[str]]] = {
    Form.CSV: KINDS, Form.XLSX: KINDS, Form.POPOLO: (*KINDS, *popolo.KINDS), Form.PROV: tuple(registry.KINDS),
    Form.PARQUET: tuple(registry.KINDS),
}  # fmt: skip
"""The kinds that a key must read, so that facts are told as they stand."""
_LEDGERS: Final = (Form.CSV, Form.XLSX)
_MODELS: Final = (Form.POPOLO, Form.PROV)
MANY: Final = 20
"""More kinds than these are counted, not named."""


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
    valid_at: Annotated[
        str | None, typer.Option("--valid-at", help="popolo: the day of the areas' names and parents; default today")
    ] = None,
    url: UrlOption = None,
    data: DataOption = None,
) -> None:
    """Write a log's entries as lines of JSON, its facts as ledgers that `import` reads, as Popolo, PROV, or tables.

    Lines of JSON are every entry in order: what the log added, and the event as sent. A ledger is CSV of one kind, or
    an Excel workbook with a sheet for each, of the facts as they stand. Popolo (.popolo.json) holds people,
    organizations, posts, memberships and areas; PROV (.prov.json) what was recorded, from which source, and who did
    what in it. Parquet is for questions in SQL, of one kind (--kind) or of all, in a folder of tables.
    """
    chosen = form or _by_ending(output)
    only = None if kind is None else kind_named(kind)
    if kind is not None and only is None:
        fail(f"--kind {kind}: a kind of event, or its Chinese title (see GET /v1/kinds)", 2)
    _check(chosen, output, only)
    day = _day(valid_at, chosen)
    if output is not None:
        check_place(output)

    async def work() -> None:
        async with client_of(settings_of(data, url)) as client:
            if chosen is Form.NDJSON:
                count = await _lines(client, log, output, only, known_at)
                err.print(f"{count} entries of {log}", markup=False)
                await _warn_of_others(client, registry.KINDS if only is None else (only.NAME,))
                return
            needed = KINDS if chosen is Form.PARQUET and only is not None else _NEEDED[chosen]
            as_of = await _as_of(client, log, known_at, needed)
            if chosen in _LEDGERS:
                await _ledger(client, log, chosen, output, only, as_of)
                return
            if chosen is Form.POPOLO:
                told = await exporting_models.write_popolo(client, log, as_of, day, output)
            elif chosen is Form.PARQUET:
                assert output is not None
                told = await _tables(client, log, only, as_of, output)
            else:
                told = await exporting_models.write_provenance(client, log, as_of, output)
            err.print(told, markup=False)

    wait(work())


def _by_ending(output: Path | None) -> Form:
    name = "" if output is None else output.name.lower()
    return next((form for ending, form in _BY_ENDING.items() if name.endswith(ending)), Form.NDJSON)


def _check(chosen: Form, output: Path | None, only: type[Kind] | None) -> None:
    """Exit 2 where what is asked for does not go together."""
    if chosen is Form.CSV and only is None:
        fail("a CSV file holds one kind: say which with --kind, or write a workbook (-o FILE.xlsx)", 2)
    if chosen in _LEDGERS and only is not None and only.NAME in KINDS:
        fail("a ledger tells facts as they were corrected, not the corrections: lines of JSON do (--format ndjson)", 2)
    if chosen is Form.XLSX and output is None:
        fail("a workbook is written to a file: -o FILE.xlsx", 2)
    if chosen is Form.PARQUET:
        _check_tables(output, only)
    if chosen in _MODELS and only is not None:
        fail(f"--kind is of lines and ledgers: {chosen} tells a log whole", 2)


def _check_tables(output: Path | None, only: type[Kind] | None) -> None:
    """Exit 2 where there is no place for one table or for all."""
    if output is None:
        fail("Parquet is written to files: -o FOLDER, or with --kind -o FILE.parquet", 2)
    if only is None:
        if output.suffix.lower() == ".parquet":
            fail(
                "a Parquet file holds one kind: say which with --kind, or name a folder (--format parquet -o FOLDER)", 2
            )
        if output.exists() and (not output.is_dir() or any(output.iterdir())):
            fail(f"{output}: a folder that is empty, or not there yet", 2)


def _day(said: str | None, chosen: Form) -> str:
    """The day asked about. Exit 2 where it is none, or nothing is told of it."""
    if said is None:
        return today(SystemClock()).isoformat()
    if chosen is not Form.POPOLO:
        fail(f"--valid-at is of popolo: {chosen} tells every day", 2)
    try:
        return parse_day(said).isoformat()
    except ValueError:
        fail(f"--valid-at {said}: a day YYYY-MM-DD", 2)


async def _lines(
    client: httpx.AsyncClient, log: str, output: Path | None, only: type[Kind] | None, known_at: str | None
) -> int:
    """Write the lines of the answer as they come; how many. A line may hold what Unicode calls a line break."""
    count = 0
    kind = None if only is None else only.NAME
    async with lines_of(client, log, type=kind, known_at=known_at) as answer:
        with opened(output) as target:
            async for chunk in answer.aiter_bytes():
                target.write(chunk)
                count += chunk.count(b"\n")
    return count


async def _warn_of_others(client: httpx.AsyncClient, needed: Collection[str]) -> None:
    """Say where the lines are not all that the log holds of these kinds, for the key does not show the others."""
    own = await get(client, "/keys/self")
    if _sees_its_own(own):
        warn("the key is a recorder's: these are the entries that it posted, and not those of others")
    elif _unread(own, needed):
        warn("the key reads some kinds alone: entries of others are not among these")


async def _ledger(
    client: httpx.AsyncClient, log: str, form: Form, output: Path | None, only: type[Kind] | None, as_of: str
) -> None:
    try:
        corrections = await corrections_of(client, log, as_of)
        with exporting_ledgers.writing(output, only, workbook=form is Form.XLSX) as writer:
            told = await exporting_ledgers.write(client, log, only, as_of, corrections, writer)
    except NoRoom as error:
        fail(f"a workbook does not hold it, a CSV file would (--kind): {error}")
    exporting_ledgers.say(log, told)


async def _tables(client: httpx.AsyncClient, log: str, only: type[Kind] | None, as_of: str, output: Path) -> str:
    try:
        if only is None:
            return await exporting_tables.write_tables(client, log, as_of, output)
        return await exporting_tables.write_table(client, log, only, as_of, output)
    except ParquetMissingError as error:
        fail(str(error))


async def _as_of(client: httpx.AsyncClient, log: str, known_at: str | None, needed: Collection[str]) -> str:
    """As of when facts are told: one size of the log, which grows meanwhile, or what was asked.

    Fails where the key does not show some kinds, or what others corrected and annulled: facts would not be told as
    they stand.
    """
    own = await get(client, "/keys/self")
    if _sees_its_own(own):
        fail("a recorder sees its own entries only: facts as they stand take a key that reads all (auditor, inspector)")
    missing = _unread(own, needed)
    if missing:
        told = " and ".join(missing) if len(missing) < MANY else f"{len(missing)} kinds more"
        fail(f"the key reads some kinds alone: facts as they stand take {told}, too")
    size = (await get(client, f"/logs/{log}"))["size"]
    return known_at or f"@{size}"


def _sees_its_own(key: Mapping[str, Any]) -> bool:
    """Whether a key is shown only the entries that it posted."""
    return {*READERS, "overseer"}.isdisjoint(key["roles"])


def _unread(key: Mapping[str, Any], needed: Collection[str]) -> list[str]:
    """The kinds, among those needed, of which a key is shown nothing."""
    narrowed = key["kinds"] and "auditor" not in key["roles"]
    return [kind for kind in needed if kind not in key["kinds"]] if narrowed else []
