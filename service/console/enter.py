"""Entering ledgers: which log and kind, a preview that marks what is wrong, and what the browser is to commit."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import PurePath
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from events.errors import TooLarge
from service.console.address import address, ref
from service.console.page import HEADERS, page
from service.console.posting import posting
from service.console.refusals import of_other_site
from service.console.times import Timed
from service.console.visit import Visit, Visiting
from service.intake import BATCH, MAX_BODY
from service.ledgers import ROWS_TOGETHER, Outcome, Unanswered, check, read
from service.problems import plain, problem, response
from service.session import is_own
from service.tables.edits import correction
from service.tables.faults import Fault
from service.tables.kinds import KindUnclear
from service.tables.ledger import SOURCE, Ledger, header_of, read_ledger
from service.tables.template import FAULTS

router = APIRouter(include_in_schema=False)

LINES: Final = "application/x-ndjson"
Item = dict[str, Any]


@router.get("/enter")
async def choose(visit: Visiting, times: Timed, kind: str = "") -> Response:
    """The form that takes a ledger, and the kinds that have forms of their own."""
    may = await posting(visit)
    return page(visit, "enter.html", times, may=may, sources=may.sources(), kind=kind, most=MAX_BODY)


@router.post("/enter/logs")
async def make_log(
    request: Request, visit: Visiting, log: Annotated[str, Form()], name: Annotated[str, Form()] = ""
) -> Response:
    """Make a log to enter records into."""
    if not is_own(request):
        return of_other_site(request)
    visit.check(await visit.send("PUT", f"/v1/logs/{ref(log.strip())}", json={"name": name.strip() or None}))
    return RedirectResponse(address("/enter", {"log": log.strip()}), 303)


@router.post("/enter/preview")
async def preview(
    request: Request, visit: Visiting, log: str, kind: str = "", source: str = "", file: str = ""
) -> Response:
    """Read a ledger, which is the body as it came, and ask the API about each row: lines of JSON as they are known.

    The first says what was read, the next how far the check is, the last what each row is. Nothing is recorded.
    """
    if not is_own(request):
        return plain(403, visit.language)
    try:
        # Nothing is read for one who may not post there.
        read(await visit.send("POST", f"/v1/logs/{ref(log)}/events?dry_run=true", json=[], headers=_AS_BATCH))
    except Unanswered as unanswered:
        return Response(unanswered.answer.content, unanswered.answer.status_code, HEADERS, "application/problem+json")
    raw = await _body(request)
    if raw is None:
        error = TooLarge(what_zh="请求体(字节)", what_en="bytes of body", limit=MAX_BODY)
        return response(problem(error, visit.language))
    try:
        ledger = await asyncio.to_thread(
            read_ledger, raw, kind=kind or None, source=source or SOURCE, file_name=PurePath(file).stem
        )
    except KindUnclear as unclear:
        told = Fault(1, None, None, unclear.zh, unclear.en)
        ledger = Ledger("", None, "", [], faults=[told], unreadable=True)
    return StreamingResponse(_told(visit, log, ledger), media_type=LINES, headers=HEADERS)


_AS_BATCH: Final = {"Content-Type": BATCH}


async def _body(request: Request) -> bytes | None:
    """The body; None where it is longer than the API takes."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BODY:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


async def _told(visit: Visit, log: str, ledger: Ledger) -> AsyncIterator[bytes]:
    """What is known of a ledger, line by line, as it becomes known."""
    yield _line(read=_head(ledger))
    outcome = Outcome(faults=list(ledger.faults))
    if not ledger.unreadable:
        try:
            async for many in check(visit.send, log, ledger, outcome):
                yield _line(checked=many)
        except Unanswered as unanswered:
            yield _line(refused=orjson.loads(unanswered.answer.content))
            return
    rows = list(_rows(ledger, outcome))
    for start in range(0, len(rows), ROWS_TOGETHER):
        yield _line(rows=rows[start : start + ROWS_TOGETHER])
    yield _line(done={"size": outcome.size, "queries": visit.queries})


def _line(**said: Any) -> bytes:
    return orjson.dumps(said) + b"\n"


def _head(ledger: Ledger) -> Item:
    """What was read of a file as a whole."""
    kind = ledger.kind
    return {
        "encoding": ledger.encoding,
        "kind": None if kind is None else {"type": kind.NAME, "title": kind.TITLE_ZH},
        "known_by": ledger.known_by,
        "headers": [*ledger.headers],
        "faults_header": FAULTS,
        "rows": ledger.rows,
        "entries": len(ledger.entries),
        "repeated": ledger.repeated,
        "notes": ledger.notes,
        "unreadable": ledger.unreadable,
    }


def _rows(ledger: Ledger, outcome: Outcome) -> Iterator[Item]:
    """Each row of a ledger with its state: `wrong`, `new`, `known`, `edited`, or `repeated`."""
    found: dict[int, Item] = {}
    for entry in outcome.accepted:
        found[entry.line] = {"state": "new", "event": entry.event}
    for entry, position in outcome.known:
        found[entry.line] = {"state": "known", "id": entry.event["id"], "position": position}
    for edit in outcome.edits:
        steps = [pointer.split("/")[1:] for pointer in edit.differs]
        differs = dict.fromkeys(header_of(ledger, edit.entry.kind, path) or "data" for path in steps)
        found[edit.entry.line] = {
            "state": "edited",
            "id": edit.entry.event["id"],
            "position": edit.position,
            "differs": [*differs],
            "event": correction(edit, ""),
        }
    for line, faults in _by_line(outcome.faults):
        found[line] = {"state": "wrong", "faults": [fault.body() for fault in faults]}
    for line in sorted({*found, *ledger.cells}):
        yield {"line": line, "cells": ledger.cells.get(line, []), **found.get(line, {"state": "repeated"})}


def _by_line(faults: Iterable[Fault]) -> Iterable[tuple[int, list[Fault]]]:
    found: dict[int, list[Fault]] = defaultdict(list)
    for fault in faults:
        found[fault.line].append(fault)
    return found.items()
