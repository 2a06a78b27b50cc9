"""`GET /v1/logs/{log}/events`: entries in order, as JSON, as lines, or as a stream that goes on live."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

import orjson
from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from events import edtf, entries, knowledge, logs, signing_keys
from events.catalogue import registry
from events.clock import stamp
from events.cloudevent import schema_uri
from events.database import driver_of
from events.dated import main_day
from events.entry import Entry
from events.errors import BadRequest, BeyondHead, NotFound, Unauthenticated
from events.keyring import possession, vouched
from events.standing import decide
from service.accepting import preferred
from service.access import Asker, asker_of
from service.asking import LogQuestion, page_size
from service.http.selecting import Filter, Wanted, check_readable, chunk, entries_asker, filter_of, page, withheld
from service.intake import NDJSON
from service.state import Service

router = APIRouter(prefix="/logs/{log}/events", tags=["events"])

SSE: Final = "text/event-stream"
POLL_SECONDS: Final = 0.2
KEEP_ALIVE_SECONDS: Final = 15.0


def shown(entry: Entry, asker: Asker, clock: str) -> dict[str, Any]:
    """An entry as it is read back: what the log added, and the event as it was sent."""
    body: dict[str, Any] = {
        "position": entry.position,
        "recorded_at": stamp(entry.recorded_at),
        "leaf_hash": base64.b64encode(entry.leaf_hash).decode(),
        "id": entry.id,
        "source": entry.source,
        "type": entry.kind,
        "dataschema": schema_uri(entry.kind, entry.kind_version),
        "names": entry.target_position,
        "about": entry.fact_position,
        "event": None if entry.erased is not None else entry.event,
        "signatures": entry.signatures or [],
    }
    if entry.erased is not None:
        body["erased"] = {"ground": entry.erased.ground, "on": entry.erased.on}
    if clock == "scripted":
        body["clock"] = clock
    return body | ({"credential": entry.credential} if asker.has("auditor") else {})


@router.get("")
async def listed(
    request: Request,
    asked: LogQuestion,
    log: str,
    after: int | None = None,
    limit: int = 100,
    type: str | None = None,
    jurisdiction: str | None = None,
    scope: str = "own",
    person: str | None = None,
    order: str = "asc",
) -> Response:
    """Entries after a position, in order. `Accept` chooses JSON, `application/x-ndjson` or `text/event-stream`.

    With `order=desc` the newest come first, and `after` goes on before a position.
    """
    service: Service = request.app.state.service
    asked.asker.require_log(log)
    async with service.engine.connect() as conn:
        head = await logs.get(conn, log)
    chosen = await filter_of(asked, head, Wanted(type, jurisdiction, scope, person))
    form = preferred(",".join(request.headers.getlist("accept")), (SSE, NDJSON, "application/json"))
    if order not in ("asc", "desc") or (order == "desc" and form in (SSE, NDJSON)):
        zh, en = "asc,或在 JSON 列表中 desc", "asc, or desc of a list in JSON"
        raise BadRequest(name="order", value=order[:60], expected_zh=zh, expected_en=en)
    if form == SSE:
        if asked.known_at is not None:
            zh, en = "不与 text/event-stream 同用:流只报最新", "not with text/event-stream, which tells what comes"
            given = request.query_params.get("known_at", "")[:60]
            raise BadRequest(name="known_at", value=given, expected_zh=zh, expected_en=en)
        start = _resumed(request.headers.get("last-event-id"), after, head.size, log)
        return StreamingResponse(
            _live(request, service, chosen, start), media_type=SSE, headers={"Cache-Control": "no-store"}
        )
    end = head.size
    if asked.known_at is not None:
        async with service.engine.connect() as conn:
            end = (await knowledge.resolve(conn, log, asked.known_at, projected=head.size, clock=head.clock)).size
    if after is not None and after < -1:
        raise BadRequest(
            name="after", value=after, expected_zh="不小于 -1 的整数", expected_en="an integer of at least -1"
        )
    start = 0 if after is None else after + 1
    if form == NDJSON:
        return StreamingResponse(_all_lines(service, chosen, start, end), media_type=NDJSON)
    back = order == "desc"
    first, last = (0, end if after is None else min(after, end)) if back else (start, end)
    async with service.engine.connect() as conn:
        found = await page(conn, chosen, first, last, page_size(limit), back=back)
        looked = (found.reached, last) if back else (first, found.reached)
        left_out = await withheld(conn, chosen, *looked)
    following = found.reached if back else found.reached - 1
    ended = found.reached <= 0 if back else found.reached >= end
    body = {
        "items": [shown(entry, asked.asker, head.clock) for entry in found.items],
        "next": None if ended else str(following),
        "withheld": left_out,
        "log": {"id": log, "size": head.size, "root": base64.b64encode(head.root).decode(), "clock": head.clock},
    }
    return Response(orjson.dumps(body), media_type="application/json")


def _resumed(last: str | None, after: int | None, size: int, log: str) -> int:
    """The first position of a stream. Raises BeyondHead or BadRequest."""
    if not last:
        if after is not None and after >= 0 and after >= size:  # what comes in between would not be told
            raise BeyondHead(log=log, size=size, position=after)
        return 0 if after is None else max(after + 1, 0)
    if not (last.isascii() and last.isdigit() and len(last) < 16):
        raise BadRequest(name="Last-Event-ID", value=last[:60], expected_zh="位置", expected_en="a position")
    if int(last) >= size:
        raise BeyondHead(log=log, size=size, position=last)
    return int(last) + 1


async def _all_lines(service: Service, chosen: Filter, start: int, end: int) -> AsyncIterator[bytes]:
    while start < end:
        found = await chunk(service, chosen, start, end)
        start = found.reached
        lines = [orjson.dumps(shown(entry, chosen.asker, chosen.clock)) + b"\n" for entry in found.items]
        if lines:
            yield b"".join(lines)


async def _live(request: Request, service: Service, chosen: Filter, start: int) -> AsyncIterator[bytes]:
    """Server-sent events from a position on, while the key of the request is good; each id is the position."""
    idle = 0.0
    yield b": zeren\n\n"
    while not await request.is_disconnected() and await _is_still_known(request):
        async with service.engine.connect() as conn:
            size = (await logs.get(conn, chosen.log_id)).size
        found = await chunk(service, chosen, start, size)
        start = found.reached
        for entry in found.items:
            data = orjson.dumps(shown(entry, chosen.asker, chosen.clock))
            yield b"id: %d\nevent: entry\ndata: %s\n\n" % (entry.position, data)
        idle = 0.0 if found.items else idle + POLL_SECONDS
        if idle >= KEEP_ALIVE_SECONDS:
            idle = 0.0
            yield b": still here\n\n"
        if not found.items:
            await asyncio.sleep(POLL_SECONDS)


async def _is_still_known(request: Request) -> bool:
    """Whether the key that a stream was begun with has not been revoked, nor its session ended, since."""
    try:
        await asker_of(request)
    except Unauthenticated:
        return False
    return True


@router.get("/{position}")
async def one(request: Request, asked: LogQuestion, log: str, position: int) -> Any:
    """One entry: the event as sent, whether it stands, and every version of its fact."""
    service: Service = request.app.state.service
    entries_asker(asked).asker.require_log(log)
    async with service.engine.connect() as conn:
        head = await logs.get(conn, log)
        size = head.size
        if asked.known_at is not None:
            size = (await knowledge.resolve(conn, log, asked.known_at, projected=size, clock=head.clock)).size
        entry = await entries.one(conn, log, position) if 0 <= position < size else None
        if entry is None:
            raise NotFound(value=str(position), what_zh="位置", what_en="position")
        fact = entry if entry.fact_position == position else await entries.one(conn, log, entry.fact_position)
        assert fact is not None
        check_readable(asked, position, entry.credential, entry.kind, fact.kind)
        versions = [fact, *await entries.versions(conn, log, [fact.position], size)]
        root = await knowledge.root_at(conn, log, size)
        known_at = await knowledge.recorded_at(conn, log, size)
        signed = await _signatures(conn, log, entry, size)
    return {
        **shown(entry, asked.asker, head.clock),
        "day": _day(entry, fact),
        "standing": _standing(entry, versions),
        "signatures": signed,
        "known_at": None if known_at is None else stamp(known_at),
        "log": {"id": log, "size": size, "root": base64.b64encode(root).decode(), "clock": head.clock},
    }


async def _signatures(conn: AsyncConnection, log: str, entry: Entry, size: int) -> list[dict[str, Any]]:
    """The signatures of an entry, verified when it was appended, with what the registry says of their keys."""
    kept = entry.signatures or []
    if not kept:
        return []
    positions = sorted({one["registered_at_position"] for one in kept})
    data = {found.position: found.data for found in await entries.at(conn, log, positions)}
    ids = [one["key_id"] for one in kept]
    revoked = await signing_keys.revoked_after(await driver_of(conn), log, ids, entry.position, size)
    return [
        {
            **one,
            **_told(data.get(one["registered_at_position"], {})),
            "verified": True,
            "revoked_at_position": revoked.get(one["key_id"]),
        }
        for one in kept
    ]


def _told(key: Mapping[str, Any]) -> dict[str, Any]:
    """What a registration says of a key and its holder; nothing is left of one whose content was erased."""
    return {
        "algorithm": key.get("algorithm"),
        "signer": {name: key.get(name) for name in ("person_id", "body_id")},
        "key_vouched": vouched(key) if key else None,
        "possession": possession(key) if key else None,
    }


def _day(entry: Entry, fact: Entry) -> dict[str, str] | None:
    """The day that an entry is about, or, of an annulment, its fact: as stated, and the first and last it may be."""
    if entry.erased is not None or fact.erased is not None:
        return None
    kind, said = registry.find(fact.kind), fact.stated if entry.stated is None else entry.stated
    on = None if kind is None or said is None else main_day(kind, said)
    if on is None:
        return None
    span = edtf.parse(on)
    return {"on": on, "first": span.first.isoformat(), "last": span.last.isoformat()}


def _standing(entry: Entry, versions: Sequence[Entry]) -> dict[str, Any]:
    """Whether an entry stands, and what corrects or annuls its fact."""
    decided = decide(version.version for version in versions)
    if entry.erased is not None:
        status = "erased"
    elif entry.position in decided.annulled:
        status = "annulled"
    elif entry.position == entry.fact_position and decided.version not in (None, entry.position):
        status = "corrected"
    elif entry.target_position is not None and entry.kind == "record.corrected" and decided.version != entry.position:
        status = "superseded"
    else:
        status = "stands"
    return {
        "status": status,
        "fact": entry.fact_position,
        "version": decided.version,
        "versions": [
            {
                "position": v.position,
                "id": v.id,
                "type": v.kind,
                "names": v.target_position,
                "recorded_at": stamp(v.recorded_at),
            }
            for v in versions
        ],
    }
