"""What is derived from a log where it is kept, held against its entries: the map of names, the projections."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from events import name_index
from events.errors import NotAsIndexed
from events.name_checking import MapLie, check_map
from events.verify import Verdict
from events.verifying.lies import Lie
from projections.comparing import compare

DERIVED: Final = (
    "the entries are whole; after an upgrade that changed a projection expected until `zeren rebuild {log}`"
)
"""What a difference of projections means: a log that nobody touched must not read as one that was."""


@dataclass(frozen=True, slots=True)
class Derived:
    """What is derived from a log whose entries a verdict found to hold."""

    engine: AsyncEngine
    verdict: Verdict
    told: Callable[[str, int, int], None]
    """Told what is being checked, how much of it is, and of how much."""

    async def lie_of_names(self) -> Lie | None:
        """What the map of names says otherwise than the entries."""
        log_id, size = self.verdict.log_id, self.verdict.size
        try:
            recorded = await name_index.recorded(self.engine, log_id)  # before the snapshot: it covers what they say
        except NotAsIndexed as error:
            return Lie(None, str(error))
        async with self.engine.connect() as conn:
            await conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            try:
                await check_map(conn, log_id, recorded, lambda done: self.told(f"{log_id}: names", done, size))
            except MapLie as lie:
                return Lie(None, str(lie))
        return None

    async def lie_of_projections(self) -> Lie | None:
        """The first row that is not what the entries come to. Raises OvertakenError."""
        log_id, size = self.verdict.log_id, self.verdict.size
        self.told(f"{log_id}: projections", 0, size)
        different = await compare(self.engine, log_id)
        if different is not None:
            return Lie(different.position, f"{different.what} ({DERIVED.format(log=log_id)})")
        self.told(f"{log_id}: projections", size, size)
        return None
