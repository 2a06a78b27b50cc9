"""`POST /v1/logs/{log}/events`: one event, a batch, or a stream of lines; each gets its receipt."""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from events import logs
from events.canonical import Json
from events.clock import stamper
from events.dsse import MEDIA_TYPE as DSSE
from events.errors import BadRequest, EncodingUnknown, SampleLog, TooLarge
from events.item_errors import Malformed, SignatureRefused
from events.receipts import Appended, Receipt
from service import problems
from service.access import asker_of
from service.intake import (
    BATCH,
    MAX_BODY,
    MAX_LINE,
    NDJSON,
    STRUCTURED,
    Intake,
    essence,
    read_batch,
    read_binary,
    read_body,
    read_envelope,
    read_line,
)
from service.state import Service

router = APIRouter(tags=["events"])

LINES_TOGETHER: Final = 500
_JSON: Final = "application/json"
MAX_PROBLEMS: Final = 1000


_stamped = stamper()


def receipt_body(receipt: Receipt, lang: str, index: int | None = None) -> dict[str, Any]:
    """A receipt as JSON."""
    body: dict[str, Any] = {
        "id": receipt.id,
        "source": receipt.source,
        "status": receipt.status,
        "position": receipt.position,
        "recorded_at": None if receipt.recorded_at is None else _stamped(receipt.recorded_at),
        "leaf_hash": None if receipt.leaf_hash is None else b2a_base64(receipt.leaf_hash, newline=False).decode(),
    }
    if receipt.problem is not None:
        body["problem"] = problems.problem(receipt.problem, lang) | ({} if index is None else {"index": index})
    return body


_EVENT_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {
            STRUCTURED: {"schema": {"type": "object"}},
            BATCH: {"schema": {"type": "array", "items": {"type": "object"}}},
            DSSE: {"schema": {"type": "object"}},
            NDJSON: {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "object"}},
        },
    }
}


@router.post("/logs/{log}/events", openapi_extra=_EVENT_BODY, status_code=201)
async def append(request: Request, log: str, dry_run: bool = False, impact: bool = False) -> Response:
    """Append events. 201 or 200 for one event, 200 or 207 for a batch, 200 for lines.

    `dry_run` checks only; with `impact` it also says which earlier answers and duties the events would change.
    """
    service: Service = request.app.state.service
    asker = await asker_of(request)
    asker.require_posting(log)
    if log not in service.clocks:
        async with service.engine.connect() as conn:
            service.clocks[log] = (await logs.get(conn, log)).clock
    if service.clocks[log] == "scripted":
        raise SampleLog(log=log)
    intake = Intake(service, asker, log)
    lang = problems.language(request.headers.get("accept-language"))
    media_type = _media_type(request)
    if impact and (not dry_run or media_type == NDJSON):
        raise BadRequest(
            name="impact", value="true", expected_zh="与 dry_run=true 同用,且非逐行提交",
            expected_en="only together with dry_run=true, and not for lines",
        )  # fmt: skip
    if media_type == NDJSON:
        return await _lines(request, intake, lang, dry_run=dry_run)
    if media_type == BATCH:
        values = read_batch(await _whole(request))
        if impact:
            return await _told(request, intake, values, lang)
        return _batch(log, _noted(request, await intake.take(values, dry_run=dry_run)), lang)
    if media_type == STRUCTURED:
        value: Json = read_body(await _whole(request))
    elif media_type == DSSE:
        value = read_envelope(await _whole(request))
    else:
        value = read_binary(request.headers, await _whole(request))
    if impact:
        return await _told(request, intake, [value], lang)
    return _single(_noted(request, await intake.take([value], dry_run=dry_run)), lang)


def _media_type(request: Request) -> str:
    """The media type of the body, which is sent as it is. Raises EncodingUnknown."""
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.strip().lower() != "identity":
        raise EncodingUnknown(given=encoding[:100])
    return essence(request.headers.get("content-type"))


async def _told(request: Request, intake: Intake, values: Sequence[Json], lang: str) -> Response:
    """The receipts of a dry run, and what the accepted events would change: that tells facts, and is put on record."""
    request.state.reads = True
    tried = await intake.take(values, dry_run=True)
    receipts = [receipt_body(receipt, lang, index) for index, receipt in enumerate(tried.receipts)]
    told = {"log": intake.log_id, "size": tried.size, "receipts": receipts}
    return Response(orjson.dumps({**told, "impact": await intake.impact(values, tried)}), 200, media_type=_JSON)


def _noted(request: Request, appended: Appended) -> Appended:
    """What an append answers, once it is noted on the request which signatures were refused: that is put on record."""
    problems = (receipt.problem for receipt in appended.receipts)
    reasons = {problem.reason for problem in problems if isinstance(problem, SignatureRefused)}
    if reasons:
        before: frozenset[str] = getattr(request.state, "refused", frozenset())
        request.state.refused = before | reasons
    return appended


async def _append_plainly(request: Request) -> Response:
    return await append(request, request.path_params["log"])


class Plain(Route):
    """A post without a query: it has no parameters to be solved, and appends come too often to pay for solving none.

    Everything else passes on to `append` as the OpenAPI document has it.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a request is one of these."""
        if scope["type"] != "http" or scope["method"] != "POST" or scope["query_string"]:
            return Match.NONE, {}
        return super().matches(scope)


PLAIN: Final = Plain("/v1/logs/{log}/events", _append_plainly, methods=["POST"], include_in_schema=False)
"""Goes before all routers of the application."""


def _single(appended: Appended, lang: str) -> Response:
    receipt = appended.receipts[0]
    if receipt.problem is not None:
        said = {"id": receipt.id, "source": receipt.source, "receipt": receipt.status}
        return problems.response({**problems.problem(receipt.problem, lang), **said})
    status = 201 if receipt.status == "appended" else 200
    return Response(orjson.dumps(receipt_body(receipt, lang)), status, media_type="application/json")


def _batch(log: str, appended: Appended, lang: str) -> Response:
    receipts = [receipt_body(receipt, lang, index) for index, receipt in enumerate(appended.receipts)]
    status = 207 if any(receipt.problem is not None for receipt in appended.receipts) else 200
    body = {"log": log, "size": appended.size, "receipts": receipts}
    return Response(orjson.dumps(body), status, media_type="application/json")


async def _whole(request: Request) -> bytes:
    """The body, up to its limit. Raises TooLarge as soon as it is known to be above it."""
    announced = request.headers.get("content-length", "0")
    if announced.isascii() and announced.isdigit() and int(announced) > MAX_BODY:
        raise TooLarge(what_zh="请求体(字节)", what_en="bytes of body", limit=MAX_BODY)
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BODY:
            raise TooLarge(what_zh="请求体(字节)", what_en="bytes of body", limit=MAX_BODY)
        chunks.append(chunk)
    return b"".join(chunks)


class _Tally:
    """What became of the lines of an upload so far."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.size = 0
        self.counts = {"appended": 0, "duplicate": 0, "rejected": 0, "accepted": 0}
        self.problems: list[dict[str, Any]] = []

    def add(self, line: int, receipt: Receipt) -> None:
        """Count one line."""
        self.counts[receipt.status] += 1
        if receipt.problem is not None and len(self.problems) < MAX_PROBLEMS:
            said = {"line": line, "id": receipt.id, "source": receipt.source}
            self.problems.append({**problems.problem(receipt.problem, self.lang), **said})


async def _lines(request: Request, intake: Intake, lang: str, *, dry_run: bool) -> Response:
    tally = _Tally(lang)
    waiting: list[tuple[int, Json]] = []
    unread: dict[int, Receipt] = {}

    async def commit() -> None:
        await asker_of(request)  # an upload may take hours, and its key be revoked meanwhile
        appended = _noted(request, await intake.take([value for _, value in waiting], dry_run=dry_run))
        tally.size = appended.size
        told = dict(zip((number for number, _ in waiting), appended.receipts, strict=True)) | unread
        for line in sorted(told):
            tally.add(line, told[line])
        waiting.clear()
        unread.clear()

    async for number, line in _numbered(request):
        try:
            waiting.append((number, read_line(line)))
        except Malformed as problem:
            unread[number] = Receipt(None, None, "rejected", problem=problem)
        if len(waiting) + len(unread) >= LINES_TOGETHER:
            await commit()
    if waiting or unread or not sum(tally.counts.values()):
        await commit()
    counts = tally.counts
    body = {
        "log": intake.log_id,
        "size": tally.size,
        "appended": counts["appended"],
        "duplicates": counts["duplicate"],
        "rejected": counts["rejected"],
        **({"accepted": counts["accepted"]} if dry_run else {}),
        "problems": tally.problems,
    }
    return Response(orjson.dumps(body), 200, media_type="application/json")


async def _numbered(request: Request) -> AsyncIterator[tuple[int, bytes | None]]:
    """The lines that are not blank, counted from 1; None for one that is too long."""
    number, rest, overlong = 0, b"", False
    async for chunk in request.stream():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            number += 1
            if overlong or len(line) > MAX_LINE:
                yield number, None
            elif line.strip():
                yield number, line
            overlong = False
        if len(rest) > MAX_LINE:
            rest, overlong = b"", True
    if overlong or rest.strip():
        yield number + 1, None if overlong else rest
