"""A bundle as a source of answers: the entries in it, and the states of knowledge that it was made for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from events.entry import Entry
from events.errors import BadRequest, LogUnknown
from events.known import Knowledge, KnownAt, read_known_at
from events.leaf import LEAF_VERSION
from events.logs import Log
from events.merkle import leaf_hash
from projections.ground import Ground
from projections.rows import Reader
from projections.runner import Progress
from projections.tracing import Trace, TracingReader
from service.bundle.contents import Item, OfLog, State
from service.source import View

_NO_DAY: Final = datetime(1970, 1, 1, tzinfo=UTC)
assert LEAF_VERSION == 1, "entries of bundles are of leaf v1"


@dataclass(slots=True)
class Shelf:
    """What a bundle knows of one log. It is its own view: nothing changes while it is looked at."""

    of_log: OfLog
    entries: Sequence[Entry]
    states: Sequence[State]
    """The first is that of the answer."""
    roots: Mapping[int, bytes]
    trace: Trace = field(default_factory=Trace)

    @asynccontextmanager
    async def look(self, *, snapshot: bool = False) -> AsyncIterator[View]:
        """A look."""
        assert snapshot in (True, False)
        yield self

    async def logs_with(self, kinds: Sequence[str], wanted: str) -> list[str]:
        """The one log: whether something is on record there is for the answer to say."""
        assert kinds
        assert wanted
        return [self.of_log.id]

    async def log(self, log_id: str) -> Log:
        """The log. Raises LogUnknown for any other."""
        if log_id != self.of_log.id:
            raise LogUnknown(log=log_id)
        one, size = self.of_log, self._size
        return Log(one.id, one.name, one.origin, "open", one.clock, False, _NO_DAY, size, None, b"")

    async def logs(self) -> Sequence[Log]:
        """The one log."""
        return [await self.log(self.of_log.id)]

    async def progress(self, log_ids: Collection[str]) -> Mapping[str, Progress]:
        """All that is here is projected."""
        return {log_id: Progress(log_id, 1, self._size, {}, b"") for log_id in log_ids}

    async def ground(self, log_id: str) -> Ground:
        """The ground of the log. Raises LogUnknown."""
        here, last = await self.log(log_id), max(self.states, key=lambda state: state.size)
        known = Knowledge(log_id, last.size, last.known_at, here.clock)
        return Ground(here, Progress(log_id, 1, last.size, {}, b""), known, self.roots[last.size])

    async def resolve(self, log_id: str, asked: KnownAt, *, projected: int, clock: str) -> Knowledge:
        """The state of knowledge asked for, if it is one that the bundle was made for. Raises BadRequest."""
        assert projected >= 0
        for state in self.states:
            if state.asked is not None and read_known_at(state.asked) == asked:
                return Knowledge(log_id, state.size, state.known_at, clock)
        held = ", ".join(str(state.asked) for state in self.states if state.asked is not None) or "-"
        raise BadRequest(
            name=asked.name,
            value=str(asked),
            expected_zh=f"证据包所含的时点:{held}",
            expected_en=f"a state of knowledge that the bundle was made for: {held}",
        )

    async def root_at(self, log_id: str, size: int) -> bytes:
        """The root at one of the bundle's sizes."""
        assert log_id == self.of_log.id
        return self.roots[size]

    def reader(self, log_id: str, generation: int, size: int) -> Reader:
        """A reader of rows folded from the entries here, which notes what it is asked."""
        assert generation == 1
        return TracingReader(log_id, self.entries, size, self.trace)

    @property
    def _size(self) -> int:
        return max(state.size for state in self.states)


def entries_of(log_id: str, items: Iterable[Item], signed: Mapping[int, Sequence[Mapping[str, Any]]]) -> list[Entry]:
    """The entries of a log, with their verified signatures; one whose payload was erased states nothing."""
    return [
        Entry(
            item.position, item.recorded_at, item.type, item.kind_version, item.source, item.id,
            leaf_hash(item.record(log_id)), "", item.names, item.about, item.kept, signed.get(item.position),
        )
        for item in items
        if item.kept is not None
    ]  # fmt: skip
