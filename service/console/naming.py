"""Names of things that an answer gives by their ids alone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.console.address import ref
from service.console.visit import AMBIGUOUS, FORBIDDEN, NOT_FOUND, Visit

ASKED: Final[Mapping[str, str]] = {
    "jurisdiction": "/jurisdictions/{}",
    "person": "/persons/{}",
    "post": "/posts/{}/holders",
    "body": "/bodies/{}",
}
"""Sorts of things that have names, to the answer that tells it."""
TOGETHER: Final = 8
"""So many are asked for at once."""
_NAMELESS: Final = (FORBIDDEN, NOT_FOUND, AMBIGUOUS)


async def named(visit: Visit, wanted: Mapping[str, Sequence[str]], pinned: Mapping[str, Any]) -> dict[str, str]:
    """The names of some ids, each of the first of its sorts under which it has one.

    What is outside the grant, not on record, several or without a name is left out: it is shown by its id.
    """
    turn = asyncio.Semaphore(TOGETHER)

    async def name(one: str, sorts: Sequence[str]) -> str | None:
        async with turn:
            for sort in sorts:
                answer = await visit.ask_unless(_NAMELESS, ASKED[sort].format(ref(one)), **pinned)
                called = None if answer is None else answer[sort].get("name") or answer[sort].get("title")
                if called:
                    return str(called)
        return None

    found = await asyncio.gather(*(name(one, sorts) for one, sorts in wanted.items()))
    return {one: called for one, called in zip(wanted, found, strict=True) if called is not None}
