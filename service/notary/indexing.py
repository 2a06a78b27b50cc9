"""The indexer's process: extends the maps of names at leisure, after appends, answers and signatures.

It looks by itself; nobody waits for it but a bundle, which extends the map as far as it needs. It ends when the
process that started it does.
"""

from __future__ import annotations

import asyncio
from typing import Final

from events.clock import SystemClock
from events.database import open_engine
from service import process
from service.notary.names import Names
from service.notary.running import POLL_SECONDS, again_and_again
from service.notary.signing import Desk
from service.process import Order
from service.settings import Settings

MODULE: Final = __name__
CONNECTIONS: Final = 3


async def run(order: Order, settings: Settings) -> None:
    """Extend the maps until the parent process has gone."""
    engine = open_engine(order.url, pool_size=CONNECTIONS)
    process.give_way(engine, order.url)
    desk = Desk(engine, settings.notary_directory, SystemClock())
    work = asyncio.create_task(again_and_again("names", Names(desk).extend_all))
    while order.stands:
        await asyncio.wait([work], timeout=POLL_SECONDS)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await engine.dispose()


def main() -> None:
    """The entry point of the process."""
    asyncio.run(run(process.begin(at_leisure=True), Settings()))
