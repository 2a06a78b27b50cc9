"""`/v1/keys`: API keys, made, listed and revoked by operators; a key is told once and kept as its digest."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Body
from starlette.requests import Request
from starlette.responses import Response

from events import credentials, logs
from events.clock import stamp, today
from events.credentials import Grant, KeyRecord
from events.errors import Forbidden, LogUnknown, NotFound
from service.access import Asker, asker_of
from service.finding import JURISDICTION
from service.granting import NewKey, check_kinds
from service.http.paging import Paged, page_of
from service.intake import check_once
from service.places import within
from service.state import Service

router = APIRouter(prefix="/keys", tags=["keys"])

Item = dict[str, Any]


def _granted(grant: Grant) -> Item:
    return {
        "roles": list(grant.roles),
        "logs": list(grant.logs),
        "jurisdictions": list(grant.jurisdictions),
        "kinds": list(grant.kinds),
        "sources": list(grant.sources),
        "correct": grant.correct,
        "key_kinds": grant.key_kinds,
    }


def _described(key: KeyRecord) -> Item:
    revoked = None if key.revoked_at is None else stamp(key.revoked_at)
    return {
        "id": key.key_id,
        "name": key.name,
        **_granted(key.grant),
        "created_at": stamp(key.created_at),
        "revoked_at": revoked,
    }


def _beyond(asker: Asker, wanted: Grant, inside: Collection[str]) -> tuple[str, str] | None:
    """What of a grant an operator may not give, in Chinese and English; None where they may give all of it.

    A key that is limited gives the same limits or narrower ones: of places those `inside` its own too. `overseer` and
    `key_kinds` take a key that has them; so do, of a limited key, `correct` and `auditor`, whom no limit of kinds and
    places holds.
    """
    if asker.all_powerful:
        return None
    own = asker.grant
    power = _power_beyond(own, wanted)
    if power is not None:
        return f"授予本密钥没有的 {power}", f"grant {power}, which it does not have"
    limits = (
        ("logs", own.logs, wanted.logs),
        ("jurisdictions", (*own.jurisdictions, *inside) if own.jurisdictions else (), wanted.jurisdictions),
        ("kinds", own.kinds, wanted.kinds),
        ("sources", own.sources, wanted.sources),
    )
    for name, ours, theirs in limits:
        if ours and not (theirs and set(theirs) <= set(ours)):
            given = ", ".join(getattr(own, name))
            return f"授予超出本密钥范围的 {name}(限于 {given})", f"grant {name} beyond its own ({given})"
    return None


def _power_beyond(own: Grant, wanted: Grant) -> str | None:
    """What a grant has the power to do, and the asker's own has not."""
    powers = {
        "overseer": "overseer" in wanted.roles and "overseer" not in own.roles,
        "auditor": "auditor" in wanted.roles and bool(own.jurisdictions or own.kinds) and "auditor" not in own.roles,
        "key_kinds": wanted.key_kinds and not own.key_kinds,
        "correct": wanted.correct and any((own.jurisdictions, own.kinds, own.sources)) and not own.correct,
    }
    return next((name for name, is_beyond in powers.items() if is_beyond), None)


async def _inside(service: Service, asker: Asker, grants: Iterable[Grant]) -> set[str]:
    """The places of some grants below the asker's own, in every log that knows them, by today's tree."""
    own, found = asker.grant.jurisdictions, set[str]()
    if asker.all_powerful or not own:
        return found
    day = today(service.clock).isoformat()
    async with service.source.look() as view:
        for place in {one for grant in grants for one in grant.jurisdictions} - set(own):
            known = await view.logs_with(JURISDICTION.kinds, place)
            states = await view.progress(known)
            readers = [view.reader(log_id, states[log_id].generation, states[log_id].size) for log_id in known]
            if readers and all([await within(reader, place, own, day) for reader in readers]):
                found.add(place)
    return found


async def _operator(request: Request) -> tuple[Service, Asker]:
    asker = await asker_of(request)
    asker.require("operator")
    return request.app.state.service, asker


@router.get("/self")
async def own(request: Request) -> Any:
    """The key that asks: its id, name and grant."""
    asker = await asker_of(request)
    credential = asker.credential
    return {"id": credential.key_id, "name": credential.name, **_granted(credential.grant)}


@router.get("")
async def every(request: Request, page: Paged) -> Any:
    """The keys that an operator may make, oldest first, revoked ones too; never the keys themselves."""
    service, asker = await _operator(request)
    async with service.engine.connect() as conn:
        found = await credentials.every(conn)
    inside = await _inside(service, asker, [key.grant for key in found])
    seen = [_described(key) for key in found if _beyond(asker, key.grant, inside) is None]
    return page_of({"items": seen, "withheld": len(found) - len(seen)}, page)


@router.post("", status_code=201)
async def make(request: Request, wanted: Annotated[NewKey, Body()]) -> Response:
    """Make a key: 201, with the key itself as `key`, which is told this once."""
    service, asker = await _operator(request)
    check_once(await request.body())
    grant = wanted.grant
    beyond = _beyond(asker, grant, await _inside(service, asker, [grant]))
    if beyond is not None:
        raise Forbidden(what_zh=beyond[0], what_en=beyond[1])
    check_kinds(grant)
    async with service.engine.begin() as conn:
        known = {log.log_id for log in await logs.every(conn, service=True)}
        for log_id in grant.logs:
            if log_id not in known:
                raise LogUnknown(log=log_id)
        key_id, key = await credentials.make(conn, wanted.name.strip(), grant)
        (made,) = [one for one in await credentials.every(conn) if one.key_id == key_id]
    headers = {"Cache-Control": "no-store", "Location": f"/v1/keys/{key_id}"}
    return Response(orjson.dumps({**_described(made), "key": key}), 201, headers, "application/json")


@router.delete("/{key_id}")
async def revoke(request: Request, key_id: str) -> Any:
    """Revoke a key, felt within a second; one that was revoked before stays as it is."""
    service, asker = await _operator(request)
    async with service.engine.begin() as conn:
        found = {key.key_id: key for key in await credentials.every(conn)}.get(key_id)
        if found is None:
            raise NotFound(value=key_id[:60], what_zh="密钥", what_en="key")
        beyond = _beyond(asker, found.grant, await _inside(service, asker, [found.grant]))
        if beyond is not None:
            raise Forbidden(what_zh="吊销超出本密钥范围的密钥", what_en="revoke a key whose grant is beyond its own")
        await credentials.revoke(conn, key_id)
        (after,) = [one for one in await credentials.every(conn) if one.key_id == key_id]
    return _described(after)
