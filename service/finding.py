"""Finding the logs in which an id or code is on record, among those the asker sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from events.errors import NotFound
from events.fields import read_code
from events.known import KnownAt
from projections.folds.matter import own_id
from projections.runner import catch_up
from service.access import Asker
from service.state import Service
from service.waiting import needed_size, wait_for

MATTER: Final = ("matter",)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a path names."""

    kinds: tuple[str, ...]
    zh: str
    en: str

    def as_sent(self, ref: str) -> str:
        """An id as it was sent: that of a matter without its register."""
        return own_id(ref) if self.kinds == MATTER else ref


JURISDICTION: Final = Wanted(("jurisdiction",), "区划", "jurisdiction")
PERSON: Final = Wanted(("person", "named-person"), "人员", "person")
POST: Final = Wanted(("post", "named-post"), "职务", "post")
BODY: Final = Wanted(("body",), "机构", "body")
LETTER: Final = Wanted(("letter",), "责任书", "letter")
APPOINTMENT: Final = Wanted(("appointment",), "任职", "appointment")
PROJECT: Final = Wanted(MATTER, "项目", "project")
RECTIFICATION: Final = Wanted(MATTER, "整改", "rectification")
"""A matter is looked up as `register:id`."""


async def logs_of(
    service: Service,
    asker: Asker,
    wait: Mapping[str | None, int],
    states: Sequence[KnownAt],
    wanted: Wanted,
    ref: str,
) -> list[str]:
    """The logs in which a reference is on record, once they are projected as far as is asked.

    Raises NotFound, LogUnknown for a log named in `wait`, or NotYetProjected.
    """
    if service.local_runner:
        await catch_up(service.engine)
    if wait or states:
        await _reach(service, asker, wait, states)
    async with service.source.look() as view:
        found = await view.logs_with(wanted.kinds, ref)
        code = read_code(ref) if wanted is JURISDICTION else None
        if not found and code is not None:
            found = await view.logs_with(["code"], code)
    seen = sorted(log_id for log_id in found if asker.sees_log(log_id))
    if not seen:
        raise NotFound(value=wanted.as_sent(ref)[:200], what_zh=wanted.zh, what_en=wanted.en)
    return seen


async def _reach(service: Service, asker: Asker, wait: Mapping[str | None, int], states: Sequence[KnownAt]) -> None:
    """Wait until every log that the asker sees is projected as far as it can be and is asked to be."""
    async with service.source.look() as view:
        for log_id in wait:
            if log_id is not None:
                await view.log(log_id)
        seen = [log for log in await view.logs() if asker.sees_log(log.log_id)]
        state = await view.progress([log.log_id for log in seen])
        needed = {log.log_id: await needed_size(view, log, wait, states, several=True) for log in seen}
    for log_id, size in needed.items():
        if state[log_id].size < size:
            await wait_for(service, log_id, size)
