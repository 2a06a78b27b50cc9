"""What was posted about something, where, and on which days it really hung. Pure.

A posting that was taken down covers no day after that, whatever it announced.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from projections.duties.case import Case
from projections.duties.days import known
from projections.duties.records import Act, Matter
from projections.folds.registers import REGISTERS
from projections.tenure import NEVER

_POSTED = "publicity.posted"
_WITHDRAWN = "publicity.withdrawn"


@dataclass(frozen=True, slots=True)
class Posting:
    """One posting, and the days [since, until) on which it could be read."""

    id: str
    channel: str | None
    items: frozenset[str]
    since: str
    until: str
    announced: str
    """The end that was announced, whenever it was taken down."""
    act: Act

    @property
    def told(self) -> dict[str, Any]:
        """The posting as answers show it."""
        return {
            "posting": self.id, "channel": self.channel, "items": sorted(self.items), "from": self.since,
            "until": known(self.until),
        }  # fmt: skip


def postings_of(case: Case, matter: Matter) -> list[Posting]:
    """What was posted about a matter, or about the project that it is part of, in order of days."""
    ids = {matter.own_id}
    if matter.part_of is not None:
        ids.add(matter.part_of.partition(":")[2] or matter.part_of)
    return _read(case, (act for one in ids for act in case.dossier.about(_POSTED, one)))


def postings_at(case: Case, places: Sequence[str]) -> list[Posting]:
    """What was posted about some places and what stands there."""
    return _read(case, (act for place in places for act in case.dossier.about(_POSTED, place)))


def things(case: Case, registers: Sequence[str], once: Sequence[str], *, own: bool) -> list[Matter]:
    """The matters of some registers at the subject's place and below, or done by the subject, in order.

    With `once`, only those that came to one of these steps; none of which the first such step was before the
    instrument, or after it.
    """
    found: dict[str, Matter] = {}
    for act in _acts(case, registers, own=own):
        matter = case.dossier.matters[act.matter]
        first = matter.first(once) if once else next(iter(matter.acts), None)
        if first is not None and case.binds(first.on):
            found[matter.id] = matter
    return [found[one] for one in sorted(found)]


def _acts(case: Case, registers: Sequence[str], *, own: bool) -> Iterator[Act]:
    dossier, here = case.dossier, case.subject.place
    scope = case.own_ids if own else [] if here is None else [here, *dossier.below(here)]
    for kind in (kind for name in registers for kind in REGISTERS[name].kinds):
        for one in scope:
            yield from dossier.done_by(kind, one) if own else dossier.about(kind, one)


def _read(case: Case, acts: Iterator[Act]) -> list[Posting]:
    found: dict[str, Posting] = {}
    for act in acts:
        matter = case.dossier.matters[act.matter]
        posted, withdrawn = matter.said(_POSTED), matter.said(_WITHDRAWN)
        if posted is None or posted.on is None:
            continue
        down = withdrawn.on if withdrawn is not None else None
        announced = posted.data.get("posted_until") or NEVER
        until = min(announced, down or NEVER)
        if posted.on < until:
            items = frozenset(posted.data.get("items") or ())
            channel = posted.data.get("channel")
            found[matter.id] = Posting(matter.own_id, channel, items, posted.on, until, announced, posted)
    return sorted(found.values(), key=lambda one: (one.since, one.id))
