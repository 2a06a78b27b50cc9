"""The entries of a log, read over the API as they come."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import orjson

from service.cli.client import read


async def entries_of(client: httpx.AsyncClient, log: str, kinds: Sequence[str]) -> AsyncIterator[Any]:
    """The entries of some kinds, in order; none where there is no such log."""
    headers = {"Accept": "application/x-ndjson"}
    url, asked = f"/v1/logs/{log}/events", {"type": ",".join(kinds)}
    async with client.stream("GET", url, headers=headers, params=asked) as answer:
        if answer.status_code == httpx.codes.NOT_FOUND:
            return
        if not answer.is_success:
            await answer.aread()
            read(answer)
        rest = b""
        async for chunk in answer.aiter_bytes():
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                yield orjson.loads(line)
