"""Takes the maps of names on, log by log and slice by slice, and their roots into the companion logs."""

from __future__ import annotations

from typing import Final

import structlog

from events import logs
from events.appender import Appender
from events.errors import ZerenError
from events.name_index import extend
from service.notary.guarding import Guard
from service.notary.signing import Desk

SLICE_SECONDS: Final = 0.2
"""How long one log is worked on before the next has its turn."""

log = structlog.get_logger()


class Names:
    """The maps of all logs that have one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._appender = Appender(desk.engine, desk.clock, guard=Guard(desk.engine, desk.directory))
        self._told: dict[str, str] = {}
        self._covered: dict[str, int] = {}
        """The sizes of logs up to which nothing is left to do."""

    async def extend_all(self) -> None:
        """Give every log a slice. Raises what the database raises."""
        async with self._desk.engine.connect() as conn:
            every = await logs.every(conn)
        for each in every:
            if self._covered.get(each.log_id) == each.size:
                continue
            try:
                if not await extend(
                    self._desk.engine, self._appender.append, self._desk.clock, each.log_id, SLICE_SECONDS
                ):
                    self._covered[each.log_id] = each.size
            except ZerenError as error:
                if self._told.get(each.log_id) != str(error):
                    self._told[each.log_id] = str(error)
                    log.warning("the map of names does not go on", log=each.log_id, error=str(error))
