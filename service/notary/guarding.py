"""Before the first append on each database connection: the log is still the one that was signed, or it is halted.

Where what was signed is of another database nothing is appended either, and nothing is halted.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events import logs, recovering
from events.errors import LogClosed, LogUnknown
from service.notary import belonging, kept
from service.notary.kept import CopyUnreadable


class Guard:
    """Holds a log against its outside copy. A database that was restored is met through a new connection only."""

    def __init__(self, engine: AsyncEngine, directory: Path) -> None:
        self._engine = engine
        self._directory = directory

    async def __call__(self, conn: AsyncConnection, log_id: str) -> None:
        """Raise LogClosed, and halt the log, where it is not the one that was signed; else OtherDatabase."""
        try:
            origin = (await logs.get(conn, log_id)).origin
        except LogUnknown:
            # It may be made now, and its first entries would come on this connection.
            missing = belonging.missing(self._directory, log_id)
            if missing is not None:
                raise missing from None
            return
        try:
            # The copy is read before the head: what is kept outside was committed before it was written.
            outside = kept.read(self._directory, log_id, origin)
        except CopyUnreadable as error:
            await belonging.expect(conn, self._directory, await logs.get(conn, log_id), str(error), str(error))
            await self._halt(log_id)
            raise LogClosed(log=log_id, state="halted", why_zh=f"({error})", why_en=f" ({error})") from None
        now = await logs.get(conn, log_id)
        wrong = await belonging.contradiction(conn, self._directory, now, outside)
        if wrong is not None:
            await self._halt(log_id)
            raise LogClosed(log=log_id, state="halted", why_zh=f"({wrong.zh})", why_en=f" ({wrong.en})")

    async def _halt(self, log_id: str) -> None:
        async with self._engine.begin() as conn:
            await recovering.halt(conn, log_id)
