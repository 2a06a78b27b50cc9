"""A log in the models of others: Popolo (popoloproject.com/specs) and PROV (W3C)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import httpx
import orjson

from events.clock import SystemClock, today
from events.entry import Entry
from events.keyring import REGISTERED
from projections.memory import MemoryReader
from service.cli.client import get
from service.cli.entries import corrections_of, entries_of, entry_of
from service.cli.words import opened
from service.exports import popolo, provenance
from service.exports.sections import Sections
from service.tables.edits import KINDS


class Facts:
    """Facts of some kinds alone, and what corrects and annuls them, taken from the entries of a log in order."""

    def __init__(self, kinds: Collection[str]) -> None:
        self._kinds = frozenset(kinds)
        self._entries: dict[int, Entry] = {}

    def add(self, item: Mapping[str, Any]) -> None:
        """Keep an entry where it is one of these."""
        if item["event"] is not None and (item["type"] in self._kinds or item["about"] in self._entries):
            self._entries[item["position"]] = entry_of(item)

    def reader(self, log: str) -> MemoryReader:
        """A reader of them, folded."""
        return MemoryReader(log, self._entries.values(), max(self._entries, default=-1) + 1)


async def write_popolo(client: httpx.AsyncClient, log: str, as_of: str, day: str, output: Path | None) -> str:
    """Write people, organizations, areas, posts and memberships as they stood then; how many there are."""
    origin = (await get(client, f"/logs/{log}"))["origin"]
    told = popolo.popolo(await _read(client, log, as_of, popolo.KINDS), origin, day)
    meta = {"log": log, "origin": origin, "known_at": as_of, "valid_at": day}
    with opened(output) as target:
        target.write(orjson.dumps({"meta": meta, **told}, option=orjson.OPT_INDENT_2) + b"\n")
    return ", ".join(f"{len(found)} {name}" for name, found in told.items())


async def write_provenance(client: httpx.AsyncClient, log: str, as_of: str, output: Path | None) -> str:
    """Write the provenance of every entry known then; how many there are. Memory does not grow with their content."""
    origin = (await get(client, f"/logs/{log}"))["origin"]
    today_here = today(SystemClock()).isoformat()
    register = provenance.register_of(await _read(client, log, as_of, provenance.KINDS), today_here)
    corrections = await corrections_of(client, log, as_of)
    holders = {
        item["position"]: provenance.holders_of(item["event"]["data"])
        async for item in entries_of(client, log, type=REGISTERED, known_at=as_of)
        if item["event"] is not None
    }
    count = 0
    with Sections() as sections:
        told = provenance.Provenance(sections, origin, register, holders)
        async for item in entries_of(client, log, known_at=as_of):
            standing = corrections.standing(item["about"])
            is_fact = item["about"] == item["position"]
            told.add(item, standing, corrections.stated(item, standing) if is_fact else None)
            count += 1
        told.finish()
        with opened(output) as target:
            sections.write(target, prefix=told.prefixes)
    return f"{count} entries"


async def _read(client: httpx.AsyncClient, log: str, as_of: str, kinds: Collection[str]) -> MemoryReader:
    facts = Facts(kinds)
    async for item in entries_of(client, log, type=",".join((*kinds, *KINDS)), known_at=as_of):
        facts.add(item)
    return facts.reader(log)
