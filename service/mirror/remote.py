"""The service that a mirror is fetched from, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx

from events.merkle import TILE_WIDTH
from events.signatures import read_base64
from events.tiles import Tile
from service.bundle.contents import Item, read
from service.bundle.form import NotABundle


class RemoteFailed(Exception):
    """An answer that is none: what was asked, and what came."""


class Remote:
    """One log of a service."""

    def __init__(self, client: httpx.AsyncClient, log_id: str) -> None:
        self._client = client
        self._log_id = log_id

    async def described(self) -> dict[str, Any]:
        """What the service says of the log: origin, vkeys, projected size and digest."""
        said: dict[str, Any] = (await self._get(f"/v1/logs/{self._log_id}")).json()
        return said

    async def checkpoint(self) -> str:
        """The newest published checkpoint, a signed note."""
        return (await self._get(f"/{self._log_id}/checkpoint")).text

    async def tile(self, tile: Tile) -> bytes:
        """The bytes of a tile."""
        return (await self._get(f"/{self._log_id}/tile/{tile.path}")).content

    async def consistency(self, old: int, size: int) -> list[bytes]:
        """The consistency proof between two sizes. Raises RemoteFailed."""
        answer = await self._get(f"/v1/logs/{self._log_id}/consistency?from={old}&to={size}")
        try:
            return [read_base64(text) for text in answer.json()["hashes"]]
        except (ValueError, KeyError, TypeError) as error:
            raise RemoteFailed(f"the consistency proof from {old} to {size} is none: {error!r}") from None

    async def bundles(self, first: int, end: int) -> AsyncIterator[list[Item]]:
        """The entries at positions [first, end), in runs that end where a tile does. Raises RemoteFailed."""
        path = f"/v1/logs/{self._log_id}/exhibits?first={first}&end={end}"
        items: list[Item] = []
        async with self._client.stream("GET", path) as answer:
            if not answer.is_success:
                await answer.aread()
                raise _failed(path, answer)
            async for line in _lines(answer):
                try:
                    items.append(read(Item, f"entry {first + len(items)}", line))
                except NotABundle as error:
                    raise RemoteFailed(str(error)) from None
                if (items[-1].position + 1) % TILE_WIDTH == 0:
                    yield items
                    items = []
        if items:
            yield items

    async def _get(self, path: str) -> httpx.Response:
        answer = await self._client.get(path)
        if not answer.is_success:
            raise _failed(path, answer)
        return answer


async def _lines(answer: httpx.Response) -> AsyncIterator[bytes]:
    """Lines that end with a newline: a line may hold what Unicode calls a line break."""
    rest = b""
    async for chunk in answer.aiter_bytes():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line


def _failed(path: str, answer: httpx.Response) -> RemoteFailed:
    return RemoteFailed(f"{path}: {answer.status_code}: {answer.text[:300]}")
