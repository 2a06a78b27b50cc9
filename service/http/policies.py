"""`/v1/policies`: the policy packs, by system."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.requests import Request

from events.errors import NotFound
from projections.policies.coverage import DECIDABLE, coverage_of, of_pack
from projections.policies.pack import Pack
from projections.policies.rule import Rule, Undecided
from projections.policies.shelf import superseded
from service.access import asker_of
from service.asking import PolicyDigests, chosen_packs
from service.http.paging import Paged, page_of
from service.state import Service

router = APIRouter(prefix="/policies", tags=["policies"])
_RULE: Final = TypeAdapter(Rule)
_UNDECIDED: Final = TypeAdapter(Undecided)


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
        "invented": instrument.invented,
        "place": {"codes": sorted(pack.place.codes), "names": list(pack.place.names)},
        "roles": len(pack.roles),
        "coverage": of_pack(pack),
    }


def _rule(rule: Rule) -> dict[str, Any]:
    """A rule as its pack has it, but for its examples, of which the number is told."""
    told: dict[str, Any] = _RULE.dump_python(rule, mode="json", exclude={"examples"})
    told["only"] = {name: sorted(values) for name, values in told["only"].items()}
    return {**told, "examples": len(rule.examples)}


def _version(pack: Pack, *, in_use: bool) -> dict[str, Any]:
    """One version of a system: under its digest answers can be had; `in_use`: so is every answer that names none."""
    instrument = pack.instrument
    return {
        "digest": pack.digest,
        "effective_from": instrument.effective_from,
        "effective_until": instrument.effective_until,
        "in_use": in_use,
    }


def _versions(service: Service, system: str) -> list[dict[str, Any]]:
    """All versions of a system, those in use first, the newest text before earlier ones."""
    using = [pack for pack in service.packs.values() if pack.system == system][::-1]
    digests = {pack.digest for pack in using}
    old = [one for one in superseded().values() if one.system == system and one.digest not in digests]
    return [*(_version(one, in_use=True) for one in using), *(_version(one, in_use=False) for one in old)]


@router.get("")
async def every(request: Request, page: Paged, policies: PolicyDigests = None) -> Any:
    """All packs, each with how many of its duties events decide, wholly or in part; and the same over all of them."""
    await asker_of(request)
    service: Service = request.app.state.service
    packs = chosen_packs(service, policies)
    counted = {name: pair for name, pair in coverage_of(packs).items() if name in DECIDABLE}
    return page_of({"items": [_brief(pack) for pack in packs], "coverage": counted}, page)


@router.get("/{system}")
async def one(request: Request, system: str, policies: PolicyDigests = None) -> Any:
    """One pack: its instrument, the roles it lays down, its rules, and the rows that no event decides, with reasons.

    Of a system whose text was amended it is the newest; `policies` names another version of it.
    """
    await asker_of(request)
    service: Service = request.app.state.service
    versions = [pack for pack in chosen_packs(service, policies) if pack.system == system]
    if not versions:
        raise NotFound(value=system[:200], what_zh="政策包", what_en="policy pack")
    pack = versions[-1]
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
        "versions": _versions(service, system),
        "unnamed": [
            {"role": u.role, "kind": u.kind, "levels": list(u.levels), "reading": u.reading} for u in pack.unnamed
        ],
        "items": [
            {**{name: getattr(role, name) for name in shown}, "functions": list(role.functions)} for role in pack.roles
        ],
        "rules": [_rule(rule) for rule in pack.rules],
        "not_decided": [_UNDECIDED.dump_python(row, mode="json") for row in pack.not_decided],
        "next": None,
    }
