"""What may have moved from one province to another: never decided, but left to a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from service.divisions.evidence import FITTING
from service.divisions.names import plain
from service.divisions.plan import Loose, Open, Plan
from service.divisions.tree import LEVELS


def leave_moves_between(plans: Sequence[Plan]) -> None:
    """Take out of the plans what ends in one province and begins in another, and list it."""
    founded: dict[tuple[int, str], list[tuple[Plan, Loose]]] = defaultdict(list)
    for plan in plans:
        for loose in plan.founded:
            founded[loose.node.level, plain(loose.node.level, loose.node.name)].append((plan, loose))
    for plan in plans:
        for ending in plan.ending:
            named = founded.get((ending.node.level, plain(ending.node.level, ending.node.name)), ())
            others = [(other, new) for other, new in named if other is not plan and _alike(ending, new)]
            if others:
                _leave(plan, ending, others)


def _alike(one: Loose, other: Loose) -> bool:
    larger = max(len(one.names), len(other.names))
    return larger > 0 and len(one.names & other.names) >= FITTING * larger


def _leave(plan: Plan, ending: Loose, others: Iterable[tuple[Plan, Loose]]) -> None:
    group = max((found.group for found in plan.open), default=0) + 1
    plan.suppressed |= ending.about
    plan.open.append(_open(plan.log, group, ending, on_record=True))
    for other, new in others:
        other.suppressed |= new.about
        plan.open.append(_open(other.log, group, new, on_record=False))


def _open(log: str, group: int, loose: Loose, *, on_record: bool) -> Open:
    node = loose.node
    return Open(log, group, "between-provinces", on_record, node.key, node.code, node.name, LEVELS[node.level])
