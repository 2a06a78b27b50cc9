"""The entries of a log, read over the API as they come."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson

from events.canonical import canonical
from events.clock import read_stamp
from events.entry import Entry
from service.cli.client import read
from service.tables.edits import KINDS, Corrections


@asynccontextmanager
async def lines_of(
    client: httpx.AsyncClient, log: str, *, if_there: bool = False, **narrowed: str | None
) -> AsyncIterator[httpx.Response]:
    """The answer whose lines, read as they come, are the entries as `entries_of` says; a 404 only with `if_there`."""
    headers = {"Accept": "application/x-ndjson"}
    asked = {name: value for name, value in narrowed.items() if value is not None}
    async with client.stream("GET", f"/v1/logs/{log}/events", headers=headers, params=asked) as answer:
        if not answer.is_success and not (if_there and answer.status_code == httpx.codes.NOT_FOUND):
            await answer.aread()
            read(answer)
        yield answer


async def entries_of(
    client: httpx.AsyncClient, log: str, *, if_there: bool = False, **narrowed: str | None
) -> AsyncIterator[Any]:
    """The entries of a log in order, narrowed by the parameters of the call (`type`, `known_at`, `jurisdiction`...).

    With `if_there` none where there is no such log.
    """
    async with lines_of(client, log, if_there=if_there, **narrowed) as answer:
        if answer.status_code == httpx.codes.NOT_FOUND:
            return
        rest = b""
        async for chunk in answer.aiter_bytes():
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                yield orjson.loads(line)


async def corrections_of(client: httpx.AsyncClient, log: str, as_of: str) -> Corrections:
    """The corrections and annulments of a log as of then."""
    corrections = Corrections()
    async for entry in entries_of(client, log, type=",".join(KINDS), known_at=as_of):
        corrections.add(entry)
    return corrections


def entry_of(item: Mapping[str, Any]) -> Entry:
    """An entry from what the API says of it."""
    return Entry(
        position=item["position"],
        recorded_at=read_stamp(item["recorded_at"]),
        kind=item["type"],
        kind_version=int(item["dataschema"].rpartition(":")[2]),
        source=item["source"],
        id=item["id"],
        leaf_hash=base64.b64decode(item["leaf_hash"]),
        credential=item.get("credential", ""),
        target_position=item["names"],
        fact_position=item["about"],
        kept=canonical(item["event"]),
        signatures=item["signatures"] or None,
    )
