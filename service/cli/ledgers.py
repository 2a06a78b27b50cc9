"""`zeren import FILE.csv`: a ledger of rows, checked through the API before anything is recorded."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import orjson
import typer
from rich.progress import Progress

from service.cli.client import client_of, read
from service.cli.entries import entries_of
from service.cli.words import err, fail, print_json
from service.settings import Settings
from service.tables.edits import KINDS, Annulled, Corrections, Edit, correction
from service.tables.faults import Fault
from service.tables.kinds import KindUnclear
from service.tables.ledger import Entry, Ledger, fault_of, header_of, read_ledger

ROWS_TOGETHER: Final = 500
BYTES_TOGETHER: Final = 4 * 1024 * 1024
BATCH: Final = "application/cloudevents-batch+json"
ID_TAKEN: Final = "id-taken"

Receipt = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was asked to import."""

    path: Path
    log: str
    kind: str | None
    source: str
    partial: bool
    dry_run: bool
    reason: str | None
    """Why edited rows are corrected; None where they are only told."""
    as_json: bool


@dataclass(slots=True)
class Outcome:
    """What the service says of the rows of a ledger."""

    accepted: list[Entry] = field(default_factory=list)
    duplicates: int = 0
    edits: list[Edit] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    appended: int = 0
    corrected: int = 0
    size: int = 0


async def import_ledger(settings: Settings, asked: Asked) -> None:
    """Import a ledger: nothing of it where a row is wrong, unless asked for the rest. Exit 1 where one is."""
    try:
        ledger = read_ledger(asked.path.read_bytes(), kind=asked.kind, source=asked.source, file_name=asked.path.stem)
    except KindUnclear as unclear:
        fail(f"{asked.path}: {unclear.zh} · {unclear.en}", 2)
    outcome = Outcome(faults=list(ledger.faults))
    if not ledger.unreadable:
        async with client_of(settings) as client:
            await _open(client, asked)
            with Progress(console=err, disable=asked.as_json) as bar:
                await _check(client, asked, ledger, outcome, bar)
                if not asked.dry_run and (asked.partial or not _waiting(asked, outcome)):
                    await _record(client, asked, ledger, outcome, bar)
    outcome.faults.sort(key=lambda fault: fault.line)
    _tell(asked, ledger, outcome)
    if _waiting(asked, outcome):
        raise typer.Exit(1)


def _waiting(asked: Asked, outcome: Outcome) -> bool:
    """Whether something is not as it should be: a wrong row, or an edited one that is not to be corrected."""
    return bool(outcome.faults) or (asked.reason is None and bool(outcome.edits))


async def _open(client: httpx.AsyncClient, asked: Asked) -> None:
    """See that the log is there; make it where it is not."""
    answer = await client.get(f"/v1/logs/{asked.log}")
    if answer.status_code != httpx.codes.NOT_FOUND:
        read(answer)
    elif asked.dry_run:
        fail(f"there is no log {asked.log}: it would be made; a dry run makes none")
    else:
        read(await client.put(f"/v1/logs/{asked.log}"))


async def _check(client: httpx.AsyncClient, asked: Asked, ledger: Ledger, outcome: Outcome, bar: Progress) -> None:
    """Ask the service about every row; nothing is recorded."""
    known: list[tuple[Entry, int, list[str]]] = []
    task = bar.add_task("check 检查", total=len(ledger.entries))
    async for entry, receipt in _post(client, asked.log, ledger.entries, outcome, dry_run=True):
        bar.advance(task)
        problem = receipt.get("problem", {})
        if receipt["status"] == "accepted":
            outcome.accepted.append(entry)
        elif receipt["status"] == "duplicate":
            known.append((entry, receipt["position"], []))
        elif problem.get("code") == ID_TAKEN and "/type" not in problem["differs"]:
            known.append((entry, problem["position"], problem["differs"]))
        else:
            outcome.faults += _faults(ledger, entry, receipt)
    if known:
        await _compare(client, asked, ledger, known, outcome)


async def _compare(
    client: httpx.AsyncClient,
    asked: Asked,
    ledger: Ledger,
    known: Sequence[tuple[Entry, int, list[str]]],
    outcome: Outcome,
) -> None:
    """Tell rows that are on record as they stand from those that were edited since."""
    corrections = Corrections()
    async for found in entries_of(client, asked.log, type=",".join(KINDS)):
        corrections.add(found)
    for entry, position, differs in known:
        edit = corrections.compare(entry, position, differs)
        if edit is None:
            outcome.duplicates += 1
        elif isinstance(edit, Annulled):
            header = header_of(ledger, entry.kind, ("id",))
            zh, en = f"其事件(位置 {position})已作废", f"its event, at position {position}, was annulled"
            outcome.faults.append(Fault(entry.line, header, entry.event["id"], zh, en))
        else:
            outcome.edits.append(edit)


async def _record(client: httpx.AsyncClient, asked: Asked, ledger: Ledger, outcome: Outcome, bar: Progress) -> None:
    """Record the rows that were accepted, and the corrections of those that were edited."""
    edited = [] if asked.reason is None else outcome.edits
    corrections = [edit.entry._replace(event=correction(edit, asked.reason or "")) for edit in edited]
    task = bar.add_task("record 记录", total=len(outcome.accepted) + len(corrections))
    for entries, counted in ((outcome.accepted, "appended"), (corrections, "corrected")):
        async for entry, receipt in _post(client, asked.log, entries, outcome, dry_run=False):
            bar.advance(task)
            if receipt["status"] == "appended":
                setattr(outcome, counted, getattr(outcome, counted) + 1)
            elif receipt["status"] == "duplicate":
                outcome.duplicates += 1
            else:
                outcome.faults += _faults(ledger, entry, receipt)


async def _post(
    client: httpx.AsyncClient, log: str, entries: Sequence[Entry], outcome: Outcome, *, dry_run: bool
) -> AsyncIterator[tuple[Entry, Receipt]]:
    """Post events in batches; each with its receipt, and what was refused with its problem in Chinese too."""
    for batch in _batches(entries):
        answer = await _batch(client, log, [entry.event for entry in batch], "en", dry_run=dry_run)
        outcome.size = answer["size"]
        refused = [index for index, receipt in enumerate(answer["receipts"]) if receipt["status"] == "rejected"]
        if refused:
            again = await _batch(client, log, [batch[index].event for index in refused], "zh", dry_run=True)
            for index, receipt in zip(refused, again["receipts"], strict=True):
                answer["receipts"][index]["zh"] = receipt.get("problem")
        for entry, receipt in zip(batch, answer["receipts"], strict=True):
            yield entry, receipt


async def _batch(client: httpx.AsyncClient, log: str, events: list[Any], language: str, *, dry_run: bool) -> Any:
    headers = {"Content-Type": BATCH, "Accept-Language": language}
    parameters = {"dry_run": "true"} if dry_run else {}
    content = orjson.dumps(events)
    return read(await client.post(f"/v1/logs/{log}/events", content=content, headers=headers, params=parameters))


def _batches(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Entries in batches that a request may hold."""
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        length = len(orjson.dumps(entry.event))
        if batch and (len(batch) == ROWS_TOGETHER or size + length > BYTES_TOGETHER):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += length
    if batch:
        yield batch


def _faults(ledger: Ledger, entry: Entry, receipt: Receipt) -> list[Fault]:
    """What the service says of a row, said of its cells."""
    problem = receipt["problem"]
    chinese = receipt.get("zh") or problem
    errors = problem.get("errors") or [{"pointer": "/id", "expected": problem["detail"]}]
    in_chinese = {error["pointer"]: error["expected"] for error in chinese.get("errors") or ()}
    return [
        fault_of(
            ledger,
            entry,
            error["pointer"].replace("/data/corrected_payload", "/data"),
            in_chinese.get(error["pointer"], chinese["detail"]),
            error["expected"],
        )
        for error in errors
    ]


def _edit_body(ledger: Ledger, edit: Edit) -> dict[str, Any]:
    steps = [pointer.split("/")[1:] for pointer in edit.differs]
    headers = dict.fromkeys(header_of(ledger, edit.entry.kind, path) or "data" for path in steps)
    return {
        "line": edit.entry.line,
        "id": edit.entry.event["id"],
        "position": edit.position,
        "differs": list(headers),
    }


def _tell(asked: Asked, ledger: Ledger, outcome: Outcome) -> None:
    """Say what came of the rows."""
    edits = [_edit_body(ledger, edit) for edit in outcome.edits]
    pending = [] if asked.reason is not None else edits
    said = {
        "log": asked.log,
        "size": outcome.size,
        "encoding": ledger.encoding,
        "kind": None if ledger.kind is None else ledger.kind.NAME,
        "rows": ledger.rows,
        "appended": outcome.appended,
        "corrected": outcome.corrected,
        "duplicates": outcome.duplicates + ledger.repeated,
        "rejected": len({fault.line for fault in outcome.faults}) + len(pending),
    }
    if asked.dry_run:
        said["accepted"] = len(outcome.accepted)
    if asked.as_json:
        problems = [fault.body() for fault in outcome.faults]
        print_json({**said, "edited": edits, "problems": problems, "notes": ledger.notes})
        return
    title = "" if ledger.kind is None else f"{ledger.kind.NAME} {ledger.kind.TITLE_ZH} "
    typer.echo(f"{asked.path.name}: {ledger.encoding}, {title}({ledger.known_by}), {ledger.rows} rows 行")
    for note in ledger.notes:
        err.print(f"note: {note}", style="yellow", markup=False)
    for fault in outcome.faults:
        typer.echo(fault.text(), err=True)
    for edit in pending:
        differs = ", ".join(edit["differs"])
        typer.echo(
            f"line {edit['line']}: differs from the record (position {edit['position']}) in {differs}; "
            f"send with --as-corrections --reason TEXT to correct · 与在册内容不同,可作为更正报送",
            err=True,
        )
    counts = ("appended", "corrected", "duplicates", "rejected", "accepted")
    told = ", ".join(f"{said[name]} {name}" for name in counts if name in said)
    typer.echo(f"log {asked.log}: {told}; size {outcome.size}")
    if _waiting(asked, outcome) and not asked.partial:
        typer.echo("nothing was recorded; --partial records the right rows · 未记录任何内容", err=True)
