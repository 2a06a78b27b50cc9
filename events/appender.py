"""Appends what concurrent requests bring, many to a transaction.

A lock held to commit removes PostgreSQL's group commit, so requests that arrive while a transaction
is under way wait together and share the next one. A request's own events stay in order and in one
transaction. One appender serves one process; logs are independent of each other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from events import store
from events.clock import Clock
from events.receipts import Appended, Offer

MAX_TOGETHER: Final = 1000
"""How many events of several requests share a transaction at the most."""
CHANNEL: Final = "zeren_appended"
NOTIFY: Final = text(
    "SELECT pg_notify(:channel, :log_id) FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unflushed"
)
"""A notification takes a transaction id, and its commit would wait for the disk as an append's does."""


@dataclass(slots=True)
class _Waiting:
    offers: Sequence[Offer]
    answer: asyncio.Future[Appended]


class Appender:
    """Takes offers from many tasks; each gets its own receipts once they are durable."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._waiting: dict[str, list[_Waiting]] = {}
        self._working: dict[str, asyncio.Task[None]] = {}

    async def append(self, log_id: str, offers: Sequence[Offer]) -> Appended:
        """Append offers, in order, in one transaction. Raises what `store.append` raises.

        The receipts must be durable once this returns. An offer whose caller went away while it
        waited may still be appended; sending it again is answered with the first receipt.
        """
        waiting = _Waiting(offers, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(log_id, []).append(waiting)
        if log_id not in self._working:
            self._working[log_id] = asyncio.create_task(self._work(log_id))
        return await asyncio.shield(waiting.answer)

    async def dry_run(self, log_id: str, offers: Sequence[Offer]) -> Appended:
        """What `append` would answer now, with `accepted` for `appended`; nothing is written."""
        async with self._engine.connect() as conn:
            return await store.append(conn, log_id, offers, self._clock, dry_run=True)

    async def close(self) -> None:
        """Wait for the transactions under way."""
        await asyncio.gather(*self._working.values(), return_exceptions=True)

    async def _work(self, log_id: str) -> None:
        try:
            while self._waiting.get(log_id):
                await self._one_transaction(log_id, self._take(log_id))
        finally:
            del self._working[log_id]
            self._waiting.pop(log_id, None)

    def _take(self, log_id: str) -> list[_Waiting]:
        queue = self._waiting[log_id]
        taken = [queue.pop(0)]
        count = len(taken[0].offers)
        while queue and count + len(queue[0].offers) <= MAX_TOGETHER:
            count += len(queue[0].offers)
            taken.append(queue.pop(0))
        return taken

    async def _one_transaction(self, log_id: str, taken: list[_Waiting]) -> None:
        offers = [offer for waiting in taken for offer in waiting.offers]
        try:
            async with self._engine.begin() as conn:
                appended = await store.append(conn, log_id, offers, self._clock)
        except BaseException as error:  # every waiter is told, whatever it was
            for waiting in taken:
                if not waiting.answer.done():
                    waiting.answer.set_exception(error)
                    waiting.answer.exception()
            if not isinstance(error, Exception):
                raise
            return
        start = 0
        for waiting in taken:
            end = start + len(waiting.offers)
            if not waiting.answer.done():
                waiting.answer.set_result(Appended(appended.size, appended.receipts[start:end]))
            start = end
        await self._notify(log_id)

    async def _notify(self, log_id: str) -> None:
        """Wake the runners; correctness never rests on it, so a failure here is theirs to poll over."""
        with suppress(SQLAlchemyError, OSError):
            async with self._engine.begin() as conn:
                await conn.execute(NOTIFY, {"channel": CHANNEL, "log_id": log_id})
