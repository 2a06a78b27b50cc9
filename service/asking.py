"""From a request to a scene: which log, which state of knowledge, which day, which packs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Query
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request

from events import edtf, knowledge, logs
from events.clock import today
from events.errors import Ambiguous, BadRequest, Forbidden, NotFound, NotYetProjected, PolicyUnknown
from events.fields import read_code
from events.known import KnownAt, read_known_at
from projections import tables
from projections.policies.pack import Pack
from projections.reading import PostgresReader
from projections.runner import catch_up, progress
from projections.scene import Scene
from service.access import READERS, Asker, asker_of
from service.places import places_of_ids, within
from service.state import Service

WAIT_SECONDS: Final = 5.0
POLL_SECONDS: Final = 0.02
_WAIT: Final = re.compile(r"(?:([a-z0-9-]{2,40})=)?(\d{1,15})", re.ASCII)


@dataclass(frozen=True)
class Asked:
    """What a request asks: who, of which log, as of which day and state of knowledge."""

    service: Service
    asker: Asker
    log: str | None
    valid_at: str
    known_at: KnownAt | None
    wait: Mapping[str | None, int]
    """Log to the size to wait for; None for the log that answers."""
    packs: Sequence[Pack]
    compared_to: KnownAt | None = None
    """Another state of knowledge, to be reached before the answer is given."""


ValidAt = Annotated[str | None, Query(description="the day asked about, YYYY-MM-DD; default today")]
KnownAtText = Annotated[str | None, Query(description="RFC 3339, YYYY-MM-DD (end of that day) or @size")]
PolicyDigests = Annotated[str | None, Query(description="digests of policy packs, separated by commas")]


async def asked(
    request: Request,
    log: Annotated[str | None, Query(description="the log to ask, where an id is found in several")] = None,
    valid_at: ValidAt = None,
    known_at: KnownAtText = None,
    policies: PolicyDigests = None,
) -> Asked:
    """The common parameters of every answer. Raises Unauthenticated, Forbidden, BadRequest or PolicyUnknown."""
    if log is not None and not logs.is_log_id(log):
        raise BadRequest(name="log", value=log, expected_zh="日志编号", expected_en="the id of a log")
    return await _asked(request, log, valid_at, known_at, policies)


async def asked_of_log(request: Request, log: str, valid_at: ValidAt = None, known_at: KnownAtText = None) -> Asked:
    """The common parameters of a call on one log. Raises as `asked` does."""
    return await _asked(request, log, valid_at, known_at, None)


async def _asked(
    request: Request, log: str | None, valid_at: str | None, known_at: str | None, policies: str | None
) -> Asked:
    service: Service = request.app.state.service
    asker = await asker_of(request)
    asker.require(*READERS)
    return Asked(
        service,
        asker,
        log,
        read_day("valid_at", valid_at) or today(service.clock).isoformat(),
        None if known_at is None else read_known_at(known_at),
        read_wait(request.headers.get("zeren-wait")),
        chosen_packs(service, policies),
    )


LogQuestion = Annotated[Asked, Depends(asked_of_log)]
Question = Annotated[Asked, Depends(asked)]


def read_day(name: str, value: str | None) -> str | None:
    """An exact day as ISO text; None where absent. Raises BadRequest."""
    if value is None:
        return None
    try:
        return edtf.parse_day(value).isoformat()
    except ValueError:
        raise BadRequest(
            name=name, value=value, expected_zh="日期 YYYY-MM-DD", expected_en="a day YYYY-MM-DD"
        ) from None


def read_wait(header: str | None) -> dict[str | None, int]:
    """Sizes to wait for, of a `Zeren-Wait` header: `1234`, or `cn-62=1234, cn-14=88`. Raises BadRequest."""
    wanted: dict[str | None, int] = {}
    for part in (header or "").split(",") if header else ():
        found = _WAIT.fullmatch(part.strip())
        if found is None:
            raise BadRequest(
                name="Zeren-Wait",
                value=header,
                expected_zh="位置,或 日志=位置 的列表",
                expected_en="a position, or a list of log=position",
            )
        wanted[found[1]] = int(found[2]) + 1
    return wanted


def chosen_packs(service: Service, digests: str | None) -> list[Pack]:
    """The packs to answer under: all, or those with the digests given. Raises PolicyUnknown."""
    if digests is None:
        return list(service.packs.values())
    by_digest = {pack.digest: pack for pack in service.packs.values()}
    chosen = []
    for digest in digests.split(","):
        if digest.strip() not in by_digest:
            raise PolicyUnknown(digest=digest.strip()[:80])
        chosen.append(by_digest[digest.strip()])
    return chosen


def thing(*kinds: str, zh: str, en: str) -> Wanted:
    """What a path names: the kinds of its id in the directory, and its words."""
    return Wanted(kinds, zh, en)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a path names."""

    kinds: tuple[str, ...]
    zh: str
    en: str


JURISDICTION: Final = thing("jurisdiction", zh="区划", en="jurisdiction")
PERSON: Final = thing("person", "named-person", zh="人员", en="person")
POST: Final = thing("post", "named-post", zh="职务", en="post")
BODY: Final = thing("body", zh="机构", en="body")
LETTER: Final = thing("letter", zh="责任书", en="letter")


@asynccontextmanager
async def scene_for(asked: Asked, wanted: Wanted, ref: str) -> AsyncIterator[Scene]:
    """The scene of the one log in which `ref` is on record.

    Raises LogUnknown, NotFound, Ambiguous, Forbidden, BadRequest or NotYetProjected.
    """
    log_id = asked.log
    if log_id is None:
        log_id = await _log_of(asked, wanted, ref)
    async with scene_of_log(asked, log_id) as scene:
        yield scene


@asynccontextmanager
async def scene_of_log(asked: Asked, log_id: str) -> AsyncIterator[Scene]:
    """The scene of one log, at a state that its projections have reached."""
    service = asked.service
    asked.asker.require_log(log_id)
    if service.local_runner:
        await catch_up(service.engine)
    needed = max(asked.wait.get(log_id, 0), asked.wait.get(None, 0))
    async with service.engine.connect() as conn:
        log = await logs.get(conn, log_id)
        for known_at in (asked.known_at, asked.compared_to):
            if known_at is not None:
                known = await knowledge.resolve(conn, log_id, known_at, projected=0, clock=log.clock)
                needed = max(needed, known.size)
        behind = (await progress(conn, [log_id]))[log_id].size < needed
    if behind:
        await wait_for(service, log_id, needed)
    async with service.engine.connect() as conn:
        await conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield await _scene(conn, asked, asked.known_at, log_id, log.clock)


async def compared_scene(asked: Asked, scene: Scene) -> Scene:
    """The scene of the state of knowledge that an answer is compared to, over the same snapshot."""
    reader = scene.reader
    assert isinstance(reader, PostgresReader)
    return await _scene(reader.connection, asked, asked.compared_to, reader.log_id, scene.known.clock)


async def _scene(conn: AsyncConnection, asked: Asked, known_at: KnownAt | None, log_id: str, clock: str) -> Scene:
    state = (await progress(conn, [log_id]))[log_id]
    known = await knowledge.resolve(conn, log_id, known_at, projected=state.size, clock=clock)
    if known.size > state.size:  # an instant later than the head, and entries came while we waited
        known = await knowledge.resolve(conn, log_id, None, projected=state.size, clock=clock)
    reader = PostgresReader(conn, log_id, state.generation, known.size)
    root = await knowledge.root_at(conn, log_id, known.size)
    return Scene(reader, known, root, asked.valid_at, asked.packs, sorted(state.failures))


async def wait_for(service: Service, log_id: str, size: int) -> None:
    """Wait until the projections of a log have reached a size. Raises NotYetProjected after five seconds."""
    deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
    while True:
        async with service.engine.connect() as conn:
            reached = (await progress(conn, [log_id]))[log_id].size
        if reached >= size:
            return
        if asyncio.get_running_loop().time() >= deadline:
            raise NotYetProjected(log=log_id, wanted=size, size=reached)
        moved = await catch_up(service.engine) if service.local_runner else 0
        if not moved:
            await asyncio.sleep(POLL_SECONDS)


async def _log_of(asked: Asked, wanted: Wanted, ref: str) -> str:
    """The one log in which a reference is on record, among those the asker sees."""
    deadline = asyncio.get_running_loop().time() + (WAIT_SECONDS if asked.wait else 0)
    for log_id, size in asked.wait.items():
        if log_id is not None:
            async with asked.service.engine.connect() as conn:
                await logs.get(conn, log_id)
            await wait_for(asked.service, log_id, size)
    if asked.service.local_runner:
        await catch_up(asked.service.engine)
    if asked.known_at is not None and asked.known_at.instant is not None:
        await _reach(asked, asked.known_at)
    while True:
        found = [log_id for log_id in await _listed(asked.service, wanted, ref) if asked.asker.sees_log(log_id)]
        if found or asyncio.get_running_loop().time() >= deadline:
            break
        await asyncio.sleep(POLL_SECONDS)
    if not found:
        raise NotFound(value=ref[:200], what_zh=wanted.zh, what_en=wanted.en)
    if len(found) > 1:
        raise Ambiguous(value=ref, candidates=[{"log": log_id, "ref": ref} for log_id in found])
    return found[0]


async def _reach(asked: Asked, known_at: KnownAt) -> None:
    """Wait until every log that the asker sees is projected as far as an explicit instant says."""
    async with asked.service.engine.connect() as conn:
        seen = [log for log in await logs.every(conn) if asked.asker.sees_log(log.log_id)]
        state = await progress(conn, [log.log_id for log in seen])
        behind = [log for log in seen if state[log.log_id].size < log.size]
        known = [await knowledge.resolve(conn, log.log_id, known_at, projected=0, clock=log.clock) for log in behind]
    for needed in known:
        await wait_for(asked.service, needed.log_id, needed.size)


async def _listed(service: Service, wanted: Wanted, ref: str) -> list[str]:
    async with service.engine.connect() as conn:
        found = await tables.logs_with(conn, wanted.kinds, ref)
        code = read_code(ref) if wanted is JURISDICTION else None
        if not found and code is not None:
            found = await tables.logs_with(conn, ["code"], code)
    return found


async def check_reach(asked: Asked, scene: Scene, place_id: str | None, ref: str) -> None:
    """Raise Forbidden unless a place is within the asker's grant."""
    granted = asked.asker.grant.jurisdictions
    if granted and (place_id is None or not await reaches(asked, scene, place_id)):
        raise Forbidden(
            what_zh=f"查询 {ref}:不在授权区划内", what_en=f"ask about {ref}: it is outside the granted places"
        )


async def check_reach_of(asked: Asked, scene: Scene, one: str) -> None:
    """Raise Forbidden unless one of the places of an entity is within the asker's grant."""
    if asked.asker.grant.jurisdictions:
        places = sorted(await places_of_ids(scene.reader, [one]))
        inside = [place for place in places if await reaches(asked, scene, place)]
        await check_reach(asked, scene, next(iter(inside), None), one)


async def reaches(asked: Asked, scene: Scene, place_id: str) -> bool:
    """Whether a place is within the asker's grant, by today's tree."""
    granted = asked.asker.grant.jurisdictions
    day = today(asked.service.clock).isoformat()
    return not granted or await within(scene.reader, place_id, granted, day)


def page_size(limit: int) -> int:
    """The page size asked for. Raises BadRequest outside 1 to 1000."""
    if not 1 <= limit <= 1000:
        raise BadRequest(name="limit", value=limit, expected_zh="1 至 1000", expected_en="1 to 1000")
    return limit


Answer = dict[str, Any]
