"""A log in the models of others: Popolo (popoloproject.com/specs) and PROV (W3C)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, BinaryIO

import httpx
import orjson

from events.entry import Entry
from events.keyring import REGISTERED
from projections.memory import MemoryReader
from service.cli.client import get
from service.cli.entries import entries_of, entry_of
from service.exports import popolo
from service.exports.provenance import Provenance, register_of, signer_of
from service.exports.sections import Sections
from service.tables.edits import KINDS, Corrections


async def write_popolo(client: httpx.AsyncClient, log: str, as_of: str, day: str, target: BinaryIO) -> str:
    """Write people, organizations, areas, posts and memberships as they stood then; how many there are."""
    origin = (await get(client, f"/logs/{log}"))["origin"]
    told = popolo.popolo(await _register(client, log, as_of), origin, day)
    meta = {"log": log, "origin": origin, "known_at": as_of, "valid_at": day}
    target.write(orjson.dumps({"meta": meta, **told}, option=orjson.OPT_INDENT_2) + b"\n")
    return ", ".join(f"{len(found)} {name}" for name, found in told.items())


async def write_provenance(client: httpx.AsyncClient, log: str, as_of: str, target: BinaryIO) -> str:
    """Write the provenance of every entry known then; how many there are. Memory does not grow with their content."""
    origin = (await get(client, f"/logs/{log}"))["origin"]
    register = register_of(await _register(client, log, as_of))
    corrections, signers = Corrections(), {}
    async for item in _of_kinds(client, log, as_of, (*KINDS, REGISTERED)):
        corrections.add(item)
        if item["type"] == REGISTERED and item["event"] is not None:
            data = item["event"]["data"]
            signers[data["key_id"]] = signer_of(data)
    count = 0
    with Sections() as sections:
        provenance = Provenance(sections, origin, register, signers)
        async for item in entries_of(client, log, known_at=as_of):
            is_fact = item["about"] == item["position"]
            data = corrections.stands(item) if is_fact else None
            provenance.add(item, corrections.standing(item["about"]), data)
            count += 1
        sections.write(target, prefix=provenance.prefixes)
    return f"{count} entries"


async def _register(client: httpx.AsyncClient, log: str, as_of: str) -> MemoryReader:
    """People, bodies, posts, appointments and places of a log."""
    entries: dict[int, Entry] = {}
    for kinds in (popolo.KINDS, KINDS):
        async for item in _of_kinds(client, log, as_of, kinds):
            if item["event"] is not None and (kinds is popolo.KINDS or item["about"] in entries):
                entries[item["position"]] = entry_of(item)
    return MemoryReader(log, entries.values(), max(entries, default=-1) + 1)


def _of_kinds(client: httpx.AsyncClient, log: str, as_of: str, kinds: Collection[str]) -> Any:
    return entries_of(client, log, type=",".join(kinds), known_at=as_of)
