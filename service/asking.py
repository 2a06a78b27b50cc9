"""From a request to a scene: which log, which state of knowledge, which day, which packs."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from fastapi import Depends, Query
from starlette.requests import Request

from events import edtf, logs
from events.clock import today
from events.errors import Ambiguous, BadRequest, Forbidden, NotFound, PolicyUnknown
from events.known import Knowledge, KnownAt, read_known_at
from projections.answers.duties import last_day_of_duties
from projections.answers.territory import Place, known, nearest, path_in, resolve, tree_of
from projections.answers.whereabouts import places_of
from projections.ground import Ground
from projections.policies.pack import Pack
from projections.policies.shelf import superseded
from projections.runner import catch_up
from projections.scene import Scene
from service import finding
from service.access import READERS, Asker, asker_of, readers_of
from service.finding import JURISDICTION, Wanted
from service.kinds_told import kinds_told
from service.places import within
from service.source import View
from service.state import Service
from service.waiting import needed_size, wait_for

Answer = dict[str, Any]
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
    several: bool = False
    """Whether several logs answer: a bare position to wait for is then of those that have it."""

    @property
    def states(self) -> list[KnownAt]:
        """The states of knowledge that must be reached."""
        return [state for state in (self.known_at, self.compared_to) if state is not None]


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
    """The common parameters of a call on one log, for recorders too. Raises as `asked` does."""
    return await _asked(request, log, valid_at, known_at, None, readers_of(log))


async def _asked(
    request: Request,
    log: str | None,
    valid_at: str | None,
    known_at: str | None,
    policies: str | None,
    roles: Sequence[str] = READERS,
) -> Asked:
    service: Service = request.app.state.service
    asker = await asker_of(request)
    asker.require(*roles)
    asker.require_kinds(kinds_told(request.scope["route"].path))
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


def read_days(since: str | None, until: str | None) -> tuple[str | None, str | None]:
    """The days asked about, [from, to); either may be absent.

    Raises BadRequest, where they run backwards too.
    """
    first, end = read_day("from", since), read_day("to", until)
    if first is not None and end is not None and first > end:
        raise BadRequest(
            name="to", value=until, expected_zh="不早于 from 的日期(to 不含当日)",
            expected_en="a day (exclusive) not before from",
        )  # fmt: skip
    return first, end


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
    """The packs to answer under: all in use, or those with the digests given, superseded ones too, each once.

    Raises PolicyUnknown.
    """
    if digests is None:
        return list(service.packs.values())
    by_digest = {pack.digest: pack for pack in service.packs.values()}
    chosen = []
    for digest in digests.split(","):
        pack = by_digest.get(digest.strip()) or superseded().get(digest.strip())
        if pack is None:
            raise PolicyUnknown(digest=digest.strip()[:80])
        chosen.append(pack)
    return list(dict.fromkeys(chosen))


@asynccontextmanager
async def scene_for(asked: Asked, wanted: Wanted, ref: str) -> AsyncIterator[Scene]:
    """The scene of the one log in which `ref` is on record.

    Raises LogUnknown, NotFound, Ambiguous, Forbidden, BadRequest or NotYetProjected.
    """
    if asked.log is not None:
        log_ids = [asked.log]
    else:
        log_ids = await finding.logs_of(asked.service, asked.asker, asked.wait, asked.states, wanted, ref)
    if len(log_ids) > 1:
        raise Ambiguous(
            value=wanted.as_sent(ref), candidates=[await _candidate(asked, log_id, wanted, ref) for log_id in log_ids]
        )
    async with scene_of_log(asked, log_ids[0]) as scene:
        yield scene


async def _candidate(asked: Asked, log_id: str, wanted: Wanted, ref: str) -> Answer:
    """What a reference that is on record in several logs means in one of them."""
    if wanted is not JURISDICTION:
        return {"log": log_id, "id": wanted.as_sent(ref), "ref": wanted.as_sent(ref)}
    async with scene_of_log(replace(asked, several=True), log_id) as scene:
        try:
            place_id, _ = await resolve(scene.reader, ref, scene.valid_at)
        except (Ambiguous, NotFound):
            return {"log": log_id, "id": None, "ref": ref}
        return Place(place_id, nearest(await known(scene.reader, place_id), scene.valid_at).doc).brief | {
            "log": log_id,
            "ref": ref,
        }


@asynccontextmanager
async def scene_of_log(asked: Asked, log_id: str) -> AsyncIterator[Scene]:
    """The scene of one log, at a state that its projections have reached."""
    service = asked.service
    asked.asker.require_log(log_id)
    if service.local_runner:
        await catch_up(service.engine)
    async with service.source.look(snapshot=True) as view:
        here = await view.ground(log_id)
        known = await _known(view, here, asked.known_at)
        others = [state for state in asked.states if state is not asked.known_at]
        needed = max(known.size, await needed_size(view, here.log, asked.wait, others, several=asked.several))
        if here.progress.size >= needed:
            yield await _compared(view, asked, here, await _scene(view, asked, here, known))
            return
    await wait_for(service, log_id, needed)
    async with service.source.look(snapshot=True) as view:
        here = await view.ground(log_id)
        scene = await _scene(view, asked, here, await _known(view, here, asked.known_at))
        yield await _compared(view, asked, here, scene)


async def _compared(view: View, asked: Asked, here: Ground, scene: Scene) -> Scene:
    """The scene with that of the state of knowledge it is compared to, over the same snapshot, where one is named."""
    if asked.compared_to is None:
        return scene
    return replace(scene, compared=await _scene(view, asked, here, await _known(view, here, asked.compared_to)))


async def _known(view: View, here: Ground, known_at: KnownAt | None) -> Knowledge:
    """The state of knowledge asked for, which may be beyond what is projected; without one, all that is."""
    if known_at is None:
        return here.known
    log = here.log
    return await view.resolve(log.log_id, known_at, projected=here.progress.size, clock=log.clock)


async def _scene(view: View, asked: Asked, here: Ground, known: Knowledge) -> Scene:
    log_id, state = here.log.log_id, here.progress
    if known.size > state.size:  # an instant later than the head, and entries came while we waited
        known = here.known
    reader = view.reader(log_id, state.generation, known.size)
    root = here.root if known.size == state.size else await view.root_at(log_id, known.size)
    return Scene(
        reader,
        known,
        root,
        asked.valid_at,
        asked.packs,
        sorted(state.failures),
        evaluations=asked.service.evaluations,
        duties_until=last_day_of_duties(today(asked.service.clock)),
    )


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
        places = sorted(await places_of(scene.reader, [one]))
        inside = [place for place in places if await reaches(asked, scene, place)]
        await check_reach(asked, scene, next(iter(inside), None), one)


async def reaches(asked: Asked, scene: Scene, place_id: str) -> bool:
    """Whether a place is within the asker's grant, by today's tree."""
    granted = asked.asker.grant.jurisdictions
    day = today(asked.service.clock).isoformat()
    return not granted or await within(scene.reader, place_id, granted, day)


async def reached(asked: Asked, scene: Scene, place_ids: Collection[str]) -> set[str]:
    """Those of many places that are within the asker's grant, by today's tree."""
    granted = set(asked.asker.grant.jurisdictions)
    if not granted or not place_ids:
        return set(place_ids)
    day = today(asked.service.clock).isoformat()
    tree = await tree_of(scene.reader, sorted(place_ids), day)
    return {
        one for one in place_ids if one in granted or any(up.id in granted for up in path_in(tree, one, day).places)
    }


def page_size(limit: int) -> int:
    """The page size asked for. Raises BadRequest outside 1 to 1000."""
    if not 1 <= limit <= 1000:
        raise BadRequest(name="limit", value=limit, expected_zh="1 至 1000", expected_en="1 to 1000")
    return limit
