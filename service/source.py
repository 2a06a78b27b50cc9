"""Where answers come from: a database that goes on, or an evidence bundle that holds what one answer needs.

What asks does not know which: that is how an answer is derived again without a database.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from events.known import Knowledge, KnownAt
from events.logs import Log
from projections.ground import Ground
from projections.rows import Reader
from projections.runner import Progress


class View(Protocol):
    """One look at what is there."""

    async def logs_with(self, kinds: Sequence[str], wanted: str) -> list[str]:
        """The logs in which an id of one of these kinds was ever on record."""

    async def log(self, log_id: str) -> Log:
        """One log. Raises LogUnknown."""

    async def logs(self) -> Sequence[Log]:
        """All logs by id, but the service's own."""

    async def progress(self, log_ids: Collection[str]) -> Mapping[str, Progress]:
        """How far the live projections of these logs are."""

    async def ground(self, log_id: str) -> Ground:
        """The ground of one log. Raises LogUnknown."""

    async def resolve(self, log_id: str, asked: KnownAt, *, projected: int, clock: str) -> Knowledge:
        """The state of knowledge asked for, which may exceed `projected`. Raises BadRequest."""

    async def root_at(self, log_id: str, size: int) -> bytes:
        """The root of the tree over the first `size` entries, which must exist."""

    def reader(self, log_id: str, generation: int, size: int) -> Reader:
        """A reader of the rows of the first `size` entries of a log."""


class Source(Protocol):
    """Gives looks at what is there."""

    def look(self, *, snapshot: bool = False) -> AbstractAsyncContextManager[View]:
        """A look; where it is a `snapshot`, all that is asked within it is as of one instant."""
