"""`zeren import FILE.csv` or `FILE.xlsx`: a ledger of rows, checked through the API before anything is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import typer
from rich.progress import Progress

from service.cli.client import client_of, read, told
from service.cli.unmade import UNMADE, Unmade
from service.cli.words import err, fail, print_json, warn
from service.ledgers import Outcome, Send, Unanswered, batches, check, faults_of, post
from service.settings import Settings
from service.tables.edits import Edit, correction
from service.tables.kinds import KindUnclear
from service.tables.ledger import Entry, Ledger, header_of, read_ledger
from service.tables.template import ID


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was asked to import."""

    path: Path
    log: str
    kind: str | None
    sheet: str | None
    """The worksheet of a workbook; None where it has one."""
    source: str
    partial: bool
    dry_run: bool
    reason: str | None
    """Why edited rows are corrected; None where they are only told."""
    as_json: bool


@dataclass(slots=True)
class Recorded:
    """How many rows were recorded, in which way."""

    appended: int = 0
    corrected: int = 0
    duplicates: int = 0
    """Rows that another put on record since they were checked, and corrections on record that one may not read."""
    tried: int = 0
    """Corrections that a dry run found right."""


async def import_ledger(settings: Settings, asked: Asked) -> None:
    """Import a ledger: nothing of it where a row is wrong, unless asked for the rest. Exit 1 where one is."""
    try:
        raw, name = asked.path.read_bytes(), asked.path.stem
        ledger = read_ledger(raw, kind=asked.kind, source=asked.source, file_name=name, worksheet=asked.sheet)
    except KindUnclear as unclear:
        fail(f"{asked.path}: {unclear.zh} · {unclear.en}", 2)
    outcome, recorded, there = Outcome(faults=list(ledger.faults)), Recorded(), False
    if not ledger.unreadable:
        async with client_of(settings) as client:
            with Progress(console=err, disable=asked.as_json) as bar:
                try:
                    there = await _open(client, asked, ledger, outcome, bar)
                    if there:
                        await _import(client, asked, ledger, outcome, recorded, bar)
                except Unanswered as unanswered:
                    told(unanswered.answer)
    outcome.faults.sort(key=lambda fault: fault.line)
    _tell(asked, ledger, outcome, recorded, there=there)
    if asked.dry_run and not there and not ledger.unreadable:
        fail(UNMADE.format(log=asked.log))
    if _waiting(asked, outcome):
        raise typer.Exit(1)


def _waiting(asked: Asked, outcome: Outcome) -> bool:
    """Whether something is not as it should be: a wrong row, or an edited one that is not to be corrected."""
    return bool(outcome.faults) or (asked.reason is None and bool(outcome.edits))


async def _open(client: httpx.AsyncClient, asked: Asked, ledger: Ledger, outcome: Outcome, bar: Progress) -> bool:
    """Whether the log is there; where it is not, it is made unless nothing goes in, as far as the form of rows says."""
    answer = await client.get(f"/v1/logs/{asked.log}")
    if answer.status_code == httpx.codes.NOT_FOUND:
        tried = Outcome(faults=list(ledger.faults))
        await _check(Unmade(asked.log).request, asked, ledger, tried, bar)
        if asked.dry_run or not tried.accepted or (tried.faults and not asked.partial):
            outcome.faults, outcome.accepted = tried.faults, tried.accepted
            return False
        answer = await client.put(f"/v1/logs/{asked.log}")
    outcome.size = read(answer)["size"]
    return True


async def _import(
    client: httpx.AsyncClient, asked: Asked, ledger: Ledger, outcome: Outcome, recorded: Recorded, bar: Progress
) -> None:
    """Ask about the rows, then record what is to be recorded."""
    await _check(client.request, asked, ledger, outcome, bar)
    if asked.dry_run:
        await _try(client, asked, ledger, outcome, recorded, bar)
    elif asked.partial or not _waiting(asked, outcome):
        await _record(client, asked, ledger, outcome, recorded, bar)


async def _check(send: Send, asked: Asked, ledger: Ledger, outcome: Outcome, bar: Progress) -> None:
    """Ask the service about every row; nothing is recorded."""
    task = bar.add_task("check 检查", total=len(ledger.entries))
    async for many in check(send, asked.log, ledger, outcome):
        bar.advance(task, many)


async def _record(
    client: httpx.AsyncClient, asked: Asked, ledger: Ledger, outcome: Outcome, recorded: Recorded, bar: Progress
) -> None:
    """Record the rows that were accepted, and the corrections of those that were edited."""
    corrections = _corrections(asked, outcome)
    task = bar.add_task("record 记录", total=len(outcome.accepted) + len(corrections))
    for entries, counted in ((outcome.accepted, "appended"), (corrections, "corrected")):
        for batch in batches(entries):
            async for entry, receipt in post(client.request, asked.log, batch, outcome, dry_run=False):
                if receipt["status"] == "appended":
                    setattr(recorded, counted, getattr(recorded, counted) + 1)
                elif receipt["status"] == "duplicate":
                    recorded.duplicates += 1
                else:
                    outcome.faults += faults_of(ledger, entry, receipt)
            bar.advance(task, len(batch))


def _corrections(asked: Asked, outcome: Outcome) -> list[Entry]:
    """The corrections of the rows that were edited; none without a reason."""
    edited = [] if asked.reason is None else outcome.edits
    return [edit.entry._replace(event=correction(edit, asked.reason or "")) for edit in edited]


async def _try(
    client: httpx.AsyncClient, asked: Asked, ledger: Ledger, outcome: Outcome, recorded: Recorded, bar: Progress
) -> None:
    """Ask the service about the corrections, too; nothing is recorded."""
    corrections = _corrections(asked, outcome)
    task = bar.add_task("check corrections 检查更正", total=len(corrections), visible=bool(corrections))
    for batch in batches(corrections):
        async for entry, receipt in post(client.request, asked.log, batch, outcome, dry_run=True):
            if receipt["status"] == "accepted":
                recorded.tried += 1
            elif receipt["status"] == "duplicate":
                recorded.duplicates += 1
            else:
                outcome.faults += faults_of(ledger, entry, receipt)
        bar.advance(task, len(batch))


def _edit_body(ledger: Ledger, edit: Edit) -> dict[str, Any]:
    steps = [pointer.split("/")[1:] for pointer in edit.differs]
    headers = dict.fromkeys(header_of(ledger, edit.entry.kind, path) or "data" for path in steps)
    return {
        "line": edit.entry.line,
        "id": edit.entry.event["id"],
        "position": edit.position,
        "differs": list(headers),
    }


def _tell(asked: Asked, ledger: Ledger, outcome: Outcome, recorded: Recorded, *, there: bool) -> None:
    """Say what came of the rows; of a log that is not there, or was not asked about, no size."""
    edits = [_edit_body(ledger, edit) for edit in outcome.edits]
    pending = [] if asked.reason is not None else edits
    said = {
        "log": asked.log,
        "size": outcome.size if there else None,
        "encoding": ledger.encoding,
        "kind": None if ledger.kind is None else ledger.kind.NAME,
        "rows": ledger.rows,
        "appended": recorded.appended,
        "corrected": recorded.corrected,
        "duplicates": len(outcome.known) + recorded.duplicates + ledger.repeated,
        "rejected": len({fault.line for fault in outcome.faults}) + len(pending),
    }
    if asked.dry_run:
        said["accepted"] = len(outcome.accepted)
        if asked.reason is not None:
            said["to_correct"] = recorded.tried
    if asked.as_json:
        problems = [fault.body() for fault in outcome.faults]
        print_json({**said, "edited": edits, "problems": problems, "notes": ledger.notes})
        return
    title = "" if ledger.kind is None else f"{ledger.kind.NAME} {ledger.kind.TITLE_ZH} "
    typer.echo(f"{asked.path.name}: {ledger.encoding}, {title}({ledger.known_by}), {ledger.rows} rows 行")
    for note in ledger.notes:
        warn(note)
    for fault in outcome.faults:
        typer.echo(fault.text(), err=True)
    wrong = {fault.line for fault in outcome.faults}
    for edit in pending or [one for one in edits if asked.dry_run and one["line"] not in wrong]:
        then = "would be corrected · 将作为更正报送"
        if asked.reason is None:
            then = "send with --as-corrections --reason TEXT to correct; another event needs an id of its own"
            then += f" · 与在册内容不同,可作为更正报送;若是另一事件,请填写{ID}"
        differs = ", ".join(edit["differs"])
        typer.echo(
            f"line {edit['line']}: differs from the record (position {edit['position']}) in {differs}; {then}", err=True
        )
    counts = ("appended", "corrected", "duplicates", "rejected", "accepted", "to_correct")
    told = ", ".join(f"{said[name]} {name.replace('_', ' ')}" for name in counts if name in said)
    typer.echo(f"log {asked.log}: {told}" + (f"; size {outcome.size}" if there else ""))
    if _waiting(asked, outcome) and not (there and asked.partial):
        hint = "" if ledger.unreadable or asked.partial else "; --partial records the right rows"
        typer.echo(f"nothing was recorded{hint} · 未记录任何内容", err=True)
