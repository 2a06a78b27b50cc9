"""Appends what concurrent requests bring, many to a transaction.

A lock held to commit removes PostgreSQL's group commit, so requests that arrive while a transaction
is under way wait together and share the next one. A request's own events stay in order and in one
transaction. One appender serves one process; logs are independent of each other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events import store
from events.clock import Clock
from events.database import UNFLUSHED, driver_of
from events.item_errors import IdTaken
from events.logs import ACCESS
from events.receipts import Appended, Offer
from events.signing_keys import Registries

MAX_TOGETHER: Final = 1000
"""How many events of several requests share a transaction at the most."""
CHANNEL: Final = "zeren_appended"
NOTIFY_SECONDS: Final = 0.03
"""How long after a notification the next one of the same log is sent, at the earliest."""
NOTIFY: Final = text(
    "SELECT pg_notify(:channel, :log_id) FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unflushed"
)
"""A notification takes a transaction id, and its commit would wait for the disk as an append's does."""

BEGIN: Final = """
    BEGIN ISOLATION LEVEL READ COMMITTED;
    SET LOCAL plan_cache_mode = auto;
    SET LOCAL enable_seqscan = off;
"""
"""The few statements of an append reach every row by its key, so that they need no planning each time."""

Guard = Callable[[AsyncConnection, str], Awaitable[None]]
"""Raises LogClosed where a log is not what it was when it was last signed."""

_DATABASE_ERRORS: Final = (
    SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError,
)  # fmt: skip


@dataclass(slots=True)
class _Waiting:
    offers: Sequence[Offer]
    answer: asyncio.Future[Appended]
    flushed: bool


class Appender:
    """Takes offers from many tasks; each gets its own receipts once they are durable."""

    def __init__(self, engine: AsyncEngine, clock: Clock, *, guard: Guard | None = None) -> None:
        self._engine = engine
        self._clock = clock
        self._guard = guard
        self._waiting: dict[str, list[_Waiting]] = {}
        self._working: dict[str, asyncio.Task[None]] = {}
        self._notifying: dict[str, asyncio.Task[None]] = {}
        self._by_hand = engine.execution_options(isolation_level="AUTOCOMMIT")
        """Connections on which we begin and commit ourselves."""
        self._resent: set[str] = set()
        """Logs that were lately sent what they had; in others nothing is looked up before the key refuses it."""
        self._news: set[str] = set()
        """Logs that grew since their runners were last told."""
        self._closing = asyncio.Event()
        self._registries = Registries()

    async def append(self, log_id: str, offers: Sequence[Offer], *, flushed: bool = True) -> Appended:
        """Append offers, in order, in one transaction. Raises what `store.append` raises.

        The receipts must be durable once this returns; where not `flushed`, within a second. Those who
        wait for the disk and those who do not may share a transaction: it is flushed for all of them.
        An offer whose caller went away while it waited may still be appended; sending it again is
        answered with the first receipt.
        """
        await self._verify(log_id, offers)
        waiting = _Waiting(offers, asyncio.get_running_loop().create_future(), flushed)
        self._waiting.setdefault(log_id, []).append(waiting)
        if log_id not in self._working:
            self._working[log_id] = asyncio.create_task(self._work(log_id))
        return await waiting.answer

    async def dry_run(self, log_id: str, offers: Sequence[Offer]) -> Appended:
        """What `append` would answer now, with `accepted` for `appended`; nothing is written."""
        await self._verify(log_id, offers)
        async with self._engine.connect() as conn:
            return await store.append(conn, log_id, offers, self._clock, dry_run=True, registries=self._registries)

    async def _verify(self, log_id: str, offers: Sequence[Offer]) -> None:
        """Verify what offers claim by keys, before they wait for the log."""
        if not any(offer.submission.claim is not None for offer in offers):
            return
        ring = self._registries.read(log_id)
        if ring is None:
            async with self._engine.connect() as conn:
                ring = await self._registries.newest(await driver_of(conn), log_id)
        await store.verify_before(ring, log_id, offers)

    async def close(self) -> None:
        """Wait for the transactions and notifications under way."""
        self._closing.set()
        await asyncio.gather(*self._working.values(), return_exceptions=True)
        await asyncio.gather(*self._notifying.values(), return_exceptions=True)

    async def _work(self, log_id: str) -> None:
        try:
            while self._waiting.get(log_id):
                await self._on_one_connection(log_id)
        finally:
            del self._working[log_id]
            self._waiting.pop(log_id, None)

    async def _on_one_connection(self, log_id: str) -> None:
        """Run transactions while requests wait; after one that failed the connection is given back."""
        taken = self._take(log_id)
        try:
            async with self._by_hand.connect() as conn:
                while taken:
                    await self._one_transaction(conn, log_id, taken)
                    taken = self._take(log_id)
        except BaseException as error:  # every waiter is told, whatever it was
            for waiting in taken:
                if not waiting.answer.done():
                    waiting.answer.set_exception(error)
                    waiting.answer.exception()
            if not isinstance(error, Exception):
                raise

    def _take(self, log_id: str) -> list[_Waiting]:
        queue = self._waiting[log_id]
        taken: list[_Waiting] = []
        count = 0
        while queue and (not taken or count + len(queue[0].offers) <= MAX_TOGETHER):
            count += len(queue[0].offers)
            taken.append(queue.pop(0))
        return taken

    async def _one_transaction(self, conn: AsyncConnection, log_id: str, taken: list[_Waiting]) -> None:
        offers = [offer for waiting in taken for offer in waiting.offers]
        begin = BEGIN if any(waiting.flushed for waiting in taken) else BEGIN + UNFLUSHED
        appended = None
        if log_id not in self._resent:
            with suppress(asyncpg.UniqueViolationError):
                appended = await self._committed(conn, begin, log_id, offers, unseen=True)
        if appended is None:
            appended = await self._committed(conn, begin, log_id, offers, unseen=False)
            met = any(each.status == "duplicate" or isinstance(each.problem, IdTaken) for each in appended.receipts)
            (self._resent.add if met else self._resent.discard)(log_id)
        start = 0
        for waiting in taken:
            end = start + len(waiting.offers)
            if not waiting.answer.done():
                waiting.answer.set_result(Appended(appended.size, appended.receipts[start:end]))
            start = end
        if log_id == ACCESS:
            return  # nothing is projected of it
        self._news.add(log_id)
        if log_id not in self._notifying:
            self._notifying[log_id] = asyncio.create_task(self._notify(log_id))

    async def _committed(
        self, conn: AsyncConnection, begin: str, log_id: str, offers: Sequence[Offer], *, unseen: bool
    ) -> Appended:
        raw = (await conn.get_raw_connection()).driver_connection
        assert raw is not None
        try:
            await raw.execute(begin)
            await self._guarded(conn, log_id)
            appended = await store.append(conn, log_id, offers, self._clock, unseen=unseen, registries=self._registries)
            await raw.execute("COMMIT")
        except BaseException:
            # Through SQLAlchemy: where the connection is lost it gives up the others of the pool as well.
            with suppress(*_DATABASE_ERRORS):
                await conn.exec_driver_sql("ROLLBACK")
            raise
        return appended

    async def _guarded(self, conn: AsyncConnection, log_id: str) -> None:
        """Let the guard look at a log once on each connection to the database, before anything is appended on it."""
        guarded = conn.info.setdefault("guarded", set())
        if self._guard is not None and log_id not in guarded:
            await self._guard(conn, log_id)
            guarded.add(log_id)

    async def _notify(self, log_id: str) -> None:
        """Wake the runners, at once and then at intervals while entries come.

        Correctness never rests on it, so a failure here is theirs to poll over.
        """
        try:
            while log_id in self._news:
                self._news.discard(log_id)
                with suppress(*_DATABASE_ERRORS):
                    async with self._by_hand.connect() as conn:
                        await conn.execute(NOTIFY, {"channel": CHANNEL, "log_id": log_id})
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._closing.wait(), NOTIFY_SECONDS)
        finally:
            del self._notifying[log_id]
