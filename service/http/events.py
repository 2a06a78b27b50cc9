"""`GET /v1/logs/{log}/events`: entries in order, as JSON, as lines, or as a stream that goes on live."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from events import entries, knowledge, logs, signing_keys
from events.catalogue import registry
from events.clock import stamp
from events.cloudevent import schema_uri
from events.database import driver_of
from events.entry import Entry
from events.errors import BadRequest, BeyondHead, Forbidden, NotFound
from events.keyring import possession, vouched
from events.logs import ACCESS
from events.named import named_ids
from events.standing import decide
from projections.advance import ids_named
from projections.answers import about
from projections.answers.territory import resolve
from service.access import READERS, Asker
from service.asking import Asked, LogQuestion, page_size, scene_of_log
from service.intake import NDJSON, essence
from service.state import Service

router = APIRouter(prefix="/logs/{log}/events", tags=["events"])

SSE: Final = "text/event-stream"
POLL_SECONDS: Final = 0.2
KEEP_ALIVE_SECONDS: Final = 15.0
CHUNK: Final = 500


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


@dataclass(frozen=True)
class Filter:
    """Which entries of a log are asked for."""

    asker: Asker
    log_id: str
    clock: str
    kinds: Sequence[str]
    ids: Sequence[frozenset[str]]
    """Only entries that name one id of each of these sets."""
    credential: str | None = None
    """Only entries that this credential posted: a recorder reads its own."""

    def passes(self, entry: Entry, versions: Sequence[Entry] | None = None) -> bool:
        """Whether an entry passes; `versions` are those of its fact, where they were read."""
        if self.credential not in (None, entry.credential):
            return False
        if not self.ids:
            return True
        if entry.erased is not None:
            return all(not wanted.isdisjoint(entry.erased.named) for wanted in self.ids)
        kind = registry.find(entry.kind)
        assert kind is not None
        named = ids_named(versions, entry) if versions else named_ids(kind, entry.data)
        return all(not wanted.isdisjoint(named) for wanted in self.ids)


def entries_asker(asked: Asked) -> Asked:
    """The question of one who may read entries: auditors, inspectors of whole logs, recorders their own.

    Only overseers come as far as this with a question of the log `access`.
    """
    if asked.asker.grant.jurisdictions and _own(asked) is None:
        asked.asker.require("auditor")
    return asked


def _own(asked: Asked) -> str | None:
    """The credential whose entries alone the asker may read; None for a reader."""
    return None if asked.log == ACCESS or asked.asker.has(*READERS) else asked.asker.credential.key_id


async def _filter(
    asked: Asked, head: logs.Log, kind: str | None, jurisdiction: str | None, person: str | None
) -> Filter:
    log = head.log_id
    entries_asker(asked).asker.require_log(log)
    kinds = [] if kind is None else kind.split(",")
    for name in kinds:
        if registry.find(name) is None:
            raise BadRequest(
                name="type", value=name[:100], expected_zh="目录中的事件类型", expected_en="a kind of the catalogue"
            )
    granted = _granted_kinds(asked)
    if granted:
        kinds = [name for name in (kinds or granted) if name in granted] or ["-"]
    wanted: list[frozenset[str]] = []
    if jurisdiction is not None or person is not None:
        async with scene_of_log(asked, log) as scene:
            if jurisdiction is not None:
                place_id, _ = await resolve(scene.reader, jurisdiction, scene.valid_at)
                wanted.append(frozenset(await about.place(scene.reader, place_id)))
            if person is not None:
                wanted.append(frozenset(await about.person(scene.reader, person)))
    return Filter(asked.asker, log, head.clock, kinds, wanted, _own(asked))


def check_readable(asked: Asked, position: int, credential: str, kind: str) -> None:
    """Raise Forbidden unless the asker may read an entry of this kind that this credential posted."""
    if _own(asked) not in (None, credential):
        raise Forbidden(
            what_zh=f"读取位置 {position}", what_en=f"read position {position}: another credential posted it"
        )
    granted = _granted_kinds(asked)
    if granted and kind not in granted:
        raise Forbidden(what_zh=f"读取事件类型 {kind}", what_en=f"read events of the kind {kind}")


def _granted_kinds(asked: Asked) -> list[str]:
    """The kinds that the asker may read; none where all."""
    return [] if asked.asker.has("auditor") else list(asked.asker.grant.kinds)


@router.get("")
async def listed(
    request: Request,
    asked: LogQuestion,
    log: str,
    after: int | None = None,
    limit: int = 100,
    type: str | None = None,
    jurisdiction: str | None = None,
    person: str | None = None,
) -> Response:
    """Entries after a position, in order. `Accept` chooses JSON, `application/x-ndjson` or `text/event-stream`."""
    service: Service = request.app.state.service
    asked.asker.require_log(log)
    async with service.engine.connect() as conn:
        head = await logs.get(conn, log)
    chosen = await _filter(asked, head, type, jurisdiction, person)
    wanted = {essence(part) for part in request.headers.get("accept", "").split(",")}
    if SSE in wanted:
        start = _resumed(request.headers.get("last-event-id"), after, head.size, log)
        return StreamingResponse(
            _live(request, service, chosen, start), media_type=SSE, headers={"Cache-Control": "no-store"}
        )
    start = 0 if after is None else after + 1
    end = head.size
    if asked.known_at is not None:
        async with service.engine.connect() as conn:
            end = (await knowledge.resolve(conn, log, asked.known_at, projected=head.size, clock=head.clock)).size
    if start < 0:
        raise BadRequest(
            name="after", value=after, expected_zh="不小于 -1 的整数", expected_en="an integer of at least -1"
        )
    if NDJSON in wanted:
        return StreamingResponse(_all_lines(service, chosen, start, end), media_type=NDJSON)
    items, position = await _page(service, chosen, start, end, page_size(limit))
    body = {
        "items": [shown(entry, asked.asker, head.clock) for entry in items],
        "next": None if position >= end else str(position - 1),
        "withheld": 0,
        "log": {"id": log, "size": head.size, "root": base64.b64encode(head.root).decode(), "clock": head.clock},
    }
    return Response(orjson.dumps(body), media_type="application/json")


def _resumed(last: str | None, after: int | None, size: int, log: str) -> int:
    """The first position of a stream. Raises BeyondHead or BadRequest."""
    if not last:
        return 0 if after is None else max(after + 1, 0)
    if not (last.isascii() and last.isdigit() and len(last) < 16):
        raise BadRequest(name="Last-Event-ID", value=last[:60], expected_zh="位置", expected_en="a position")
    if int(last) >= size:
        raise BeyondHead(log=log, size=size, position=last)
    return int(last) + 1


async def _page(service: Service, chosen: Filter, start: int, end: int, limit: int) -> tuple[list[Entry], int]:
    """Up to `limit` entries that pass, and the position after the last one looked at."""
    found: list[Entry] = []
    async with service.engine.connect() as conn:
        while start < end and len(found) < limit:
            run = await entries.every(conn, chosen.log_id, start, end, limit=CHUNK, kinds=chosen.kinds)
            if not run:
                return found, end
            versions = await _versions(conn, chosen, run)
            for entry in run:
                start = entry.position + 1
                if chosen.passes(entry, versions.get(entry.fact_position)):
                    found.append(entry)
                    if len(found) == limit:
                        break
    return found, start


async def _versions(conn: Any, chosen: Filter, run: Sequence[Entry]) -> dict[int, list[Entry]]:
    """The versions of the facts that corrections and annulments in a run are about, where ids are filtered."""
    facts = sorted({entry.fact_position for entry in run if entry.target_position is not None})
    if not chosen.ids or not facts:
        return {}
    versions = {entry.position: [entry] for entry in await entries.at(conn, chosen.log_id, facts)}
    for entry in await entries.versions(conn, chosen.log_id, facts, run[-1].position + 1):
        versions[entry.fact_position].append(entry)
    return versions


async def _all_lines(service: Service, chosen: Filter, start: int, end: int) -> AsyncIterator[bytes]:
    while start < end:
        found, start = await _page(service, chosen, start, end, CHUNK)
        for entry in found:
            yield orjson.dumps(shown(entry, chosen.asker, chosen.clock)) + b"\n"


async def _live(request: Request, service: Service, chosen: Filter, start: int) -> AsyncIterator[bytes]:
    """Server-sent events from a position on; each id is the position."""
    idle = 0.0
    yield b": zeren\n\n"
    while not await request.is_disconnected():
        async with service.engine.connect() as conn:
            size = (await logs.get(conn, chosen.log_id)).size
        found, start = await _page(service, chosen, start, size, CHUNK)
        for entry in found:
            data = orjson.dumps(shown(entry, chosen.asker, chosen.clock))
            yield b"id: %d\nevent: entry\ndata: %s\n\n" % (entry.position, data)
        idle = 0.0 if found else idle + POLL_SECONDS
        if idle >= KEEP_ALIVE_SECONDS:
            idle = 0.0
            yield b": still here\n\n"
        if not found:
            await asyncio.sleep(POLL_SECONDS)


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
        check_readable(asked, position, entry.credential, entry.kind)
        fact = entry if entry.fact_position == position else await entries.one(conn, log, entry.fact_position)
        assert fact is not None
        versions = [fact, *await entries.versions(conn, log, [fact.position], size)]
        root = await knowledge.root_at(conn, log, size)
        known_at = await knowledge.recorded_at(conn, log, size)
        signed = await _signatures(conn, log, entry, size)
    return {
        **shown(entry, asked.asker, head.clock),
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
