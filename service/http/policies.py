"""`/v1/policies`: the policy packs, by system."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request

from events.errors import NotFound
from projections.policies.pack import Pack
from service.access import asker_of
from service.http.paging import Paged, page_of
from service.state import Service

router = APIRouter(prefix="/policies", tags=["policies"])


def _brief(pack: Pack) -> dict[str, Any]:
    instrument = pack.instrument
    return {
        "system": pack.system,
        "digest": pack.digest,
        "title": instrument.title,
        "number": instrument.number,
        "status": instrument.status,
        "effective_from": instrument.effective_from,
        "effective_until": instrument.effective_until,
        "place": {"codes": sorted(pack.place.codes), "names": list(pack.place.names)},
        "roles": len(pack.roles),
    }


@router.get("")
async def every(request: Request, page: Paged) -> Any:
    """All packs."""
    await asker_of(request)
    service: Service = request.app.state.service
    return page_of({"items": [_brief(pack) for pack in service.packs.values()]}, page)


@router.get("/{system}")
async def one(request: Request, system: str) -> Any:
    """One pack: its instrument and the roles it lays down, each with rule, article and quote."""
    await asker_of(request)
    service: Service = request.app.state.service
    pack = service.packs.get(system)
    if pack is None:
        raise NotFound(value=system[:200], what_zh="政策包", what_en="policy pack")
    shown = (
        "role",
        "role_en",
        "level",
        "bearer",
        "post_holders",
        "kind",
        "scope",
        "rule",
        "article",
        "force",
        "reading",
        "quote",
    )
    return {
        **_brief(pack),
        "unnamed": [
            {"role": u.role, "kind": u.kind, "levels": list(u.levels), "reading": u.reading} for u in pack.unnamed
        ],
        "items": [
            {**{name: getattr(role, name) for name in shown}, "functions": list(role.functions)} for role in pack.roles
        ],
        "next": None,
    }
