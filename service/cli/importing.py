"""`zeren import`: a file of events, a ledger (CSV or .xlsx), or a directory with the yearly table of divisions."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from service.cli import divisions, ledgers, lines
from service.cli.words import DataOption, JsonOption, UrlOption, fail, settings_with, wait
from service.tables.ledger import SOURCE

PathArgument = Annotated[
    Path,
    typer.Argument(help="NDJSON of CloudEvents or exported entries, a .csv or .xlsx ledger, or a directory of tables"),
]
LEDGERS = (".csv", ".xlsx")
CORRECTIONS = "ledger: record what edited rows differ in as corrections"


def import_(
    path: PathArgument,
    log: Annotated[str | None, typer.Option("--log", help="the log; default for NDJSON: the name of the file")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="ledger: the kind of event that each row is")] = None,
    source: Annotated[str | None, typer.Option("--source", help=f"ledger: the source of the events ({SOURCE})")] = None,
    partial: Annotated[bool, typer.Option("--partial", help="record the right rows or lines alone")] = False,
    as_corrections: Annotated[bool, typer.Option("--as-corrections", help=CORRECTIONS)] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="ledger: why edited rows are corrected")] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help=".xlsx: the sheet, where several are filled")] = None,
    year: Annotated[int | None, typer.Option("--year", help="directory: the year that the table is of")] = None,
    reference_day: Annotated[
        datetime | None,
        typer.Option("--reference-day", formats=["%Y-%m-%d"], help="directory: when changes take effect (31 October)"),
    ] = None,
    undecided: Annotated[
        Path | None, typer.Option("--undecided", help="directory: where to list what a person must decide")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="check only")] = False,
    as_json: JsonOption = False,
    url: UrlOption = None,
    data: DataOption = None,
) -> None:
    """Record a file of events, a ledger (CSV or .xlsx), or the yearly table of divisions. Sending it again is safe."""
    of_ledgers = {"--kind": kind, "--source": source, "--as-corrections": as_corrections, "--reason": reason}
    of_ledgers |= {"--sheet": sheet}
    table_only = {"--year": year, "--reference-day": reference_day, "--undecided": undecided}
    if path.is_dir():
        _without({**of_ledgers, "--partial": partial}, f"{path} is a directory")
        if year is None:
            fail(f"{path} is a directory of division tables: say their year with --year · 请以 --year 指明年份", 2)
        day = None if reference_day is None else reference_day.date()
        table = divisions.Asked(path, year, day, log, undecided, dry_run, as_json)
        wait(divisions.import_table(settings_with(data, url), table))
        return
    if not path.is_file():
        fail(
            f"{path}: no such file; expected NDJSON, one event a line, a .csv or .xlsx ledger, a directory of tables",
            2,
        )
    _without(table_only, f"{path} is a file")
    if path.suffix.lower() not in LEDGERS and kind is None:
        _without(of_ledgers, f"{path} is not named {' or '.join(LEDGERS)}")
        events = lines.Asked(path, log or path.stem, partial, dry_run, as_json)
        wait(lines.import_lines(settings_with(data, url), events))
        return
    if log is None:
        fail("a ledger does not say which log it belongs to: name it with --log · 请以 --log 指明日志", 2)
    if as_corrections != (reason is not None):
        fail("--as-corrections and --reason go together: a correction says why · 更正须说明理由", 2)
    asked = ledgers.Asked(path, log, kind, sheet, source or SOURCE, partial, dry_run, reason, as_json)
    wait(ledgers.import_ledger(settings_with(data, url), asked))


def _without(options: dict[str, Any], why: str) -> None:
    """Exit 2 where an option is given that does not go with the path."""
    given = [name for name, value in options.items() if value]
    if given:
        fail(f"{', '.join(given)}: not here, {why} · 此处不适用", 2)
