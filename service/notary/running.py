"""The notary's process: signs within two seconds of an append, then asks witnesses and the time-stamping authority.

It wakes on NOTIFY and looks by itself twice a second. Each of its works goes at its own pace: a slow witness
keeps nothing from being signed. It ends when the process that started it does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import asyncpg
import httpx
import structlog
from sqlalchemy.exc import SQLAlchemyError

from events.appender import CHANNEL
from events.clock import SystemClock
from events.database import open_engine
from service import process
from service.notary import witnesses
from service.notary.signing import Desk, Signer
from service.notary.timestamps import Authority, roots_of
from service.process import RETRY_SECONDS, Order
from service.settings import Settings

MODULE: Final = __name__
POLL_SECONDS: Final = 0.5
NICE: Final = 5
"""Before the runner, after appends: a checkpoint is due in two seconds, however busy the machine is."""
PAUSE_SECONDS: Final = 0.1
"""Between two looks at the logs, however often a notification comes."""
CONNECTIONS: Final = 6
TROUBLE: Final = (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError)

log = structlog.get_logger()


async def run(order: Order, settings: Settings) -> None:
    """Do the notary's works until the parent process has gone."""
    engine = open_engine(order.url, pool_size=CONNECTIONS)
    policy = witnesses.load(settings.witness_policy)
    publishes = witnesses.publishes(settings.witness_fail, policy)
    desk = Desk(engine, settings.notary_directory, SystemClock(), sm2=settings.notary_sm2, publishes=publishes)
    signer = Signer(desk)
    async with httpx.AsyncClient() as client:
        asked = witnesses.those_asked(desk, policy, signer, client)
        works = [_signing(order.url, signer)]
        works += [again_and_again(f"witness {witness.name}", witness.ask_for_all) for witness in asked]
        if settings.tsa_url is not None and settings.tsa_cert is not None:
            authority = Authority(desk, settings.tsa_url, roots_of(settings.tsa_cert), signer, client)
            works.append(again_and_again("time", authority.stamp_all))
        tasks = [asyncio.create_task(work) for work in works]
        while order.stands:
            await asyncio.wait(tasks, timeout=POLL_SECONDS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await engine.dispose()


async def _signing(url: str, signer: Signer) -> None:
    """Sign what grew, whenever the database says so and twice a second."""
    wake = asyncio.Event()
    listening: list[asyncpg.Connection] = []

    async def once() -> None:
        if not listening or listening[0].is_closed():
            listening[:] = [await asyncpg.connect(url)]
            await listening[0].add_listener(CHANNEL, lambda *_: wake.set())
        wake.clear()
        await signer.sign_all()

    await again_and_again("sign", once, wake)


async def again_and_again(name: str, once: Callable[[], Awaitable[object]], wake: asyncio.Event | None = None) -> None:
    """Do a work for ever, when woken and after a while by itself; trouble delays it, and nothing else."""
    wake = wake or asyncio.Event()
    while True:
        try:
            await once()
        except TROUBLE as error:
            log.warning("the notary cannot work and tries again", work=name, error=repr(error))
            await asyncio.sleep(RETRY_SECONDS)
            continue
        except Exception:
            log.exception("a work of the notary failed: a bug", work=name)
            await asyncio.sleep(RETRY_SECONDS)
            continue
        with suppress(TimeoutError):
            await asyncio.wait_for(wake.wait(), POLL_SECONDS)
        await asyncio.sleep(PAUSE_SECONDS)


def main() -> None:
    """The entry point of the process."""
    asyncio.run(run(process.begin(NICE), Settings()))
