"""Waiting until the projections of a log have reached what a request is to be answered from."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from events.errors import NotYetProjected
from events.known import KnownAt
from events.logs import Log
from projections.runner import catch_up
from service.source import View
from service.state import Service

WAIT_SECONDS: Final = 5.0
POLL_SECONDS: Final = 0.02


async def needed_size(
    view: View, log: Log, wait: Mapping[str | None, int], states: Sequence[KnownAt], *, several: bool
) -> int:
    """The size of one log that an answer needs: of `Zeren-Wait`, and of explicit states of knowledge.

    Where several logs are asked, a bare size counts for those that have it. Raises BadRequest for a
    state beyond the head of a log that is asked alone.
    """
    bare = wait.get(None, 0)
    needed = max(wait.get(log.log_id, 0), min(bare, log.size) if several else bare)
    for state in states:
        if not (several and state.size is not None and state.size > log.size):
            known = await view.resolve(log.log_id, state, projected=0, clock=log.clock)
            needed = max(needed, known.size)
    return needed


async def wait_for(service: Service, log_id: str, size: int) -> None:
    """Wait until the projections of a log have reached a size. Raises NotYetProjected after five seconds."""
    deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
    reached = await _reached(service, log_id)
    if reached >= size:
        return
    with service.precedence.waived():
        while reached < size:
            if asyncio.get_running_loop().time() >= deadline:
                raise NotYetProjected(log=log_id, wanted=size, size=reached)
            moved = await catch_up(service.engine) if service.local_runner else 0
            if not moved:
                await asyncio.sleep(POLL_SECONDS)
            reached = await _reached(service, log_id)


async def _reached(service: Service, log_id: str) -> int:
    async with service.source.look() as view:
        return (await view.progress([log_id]))[log_id].size
