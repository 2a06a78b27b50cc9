"""Several provinces at once: moves between them, what an import that broke off left out, a table sent again.

A move from one province to another is never decided, but left to a person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from service.divisions.evidence import FITTING
from service.divisions.names import plain
from service.divisions.plan import Loose, Open, Plan
from service.divisions.tree import LEVELS

NEARER: Final = 10
"""A table that is so many times nearer to the record of an earlier table's day than to the newest is that table."""


def leave_moves_between(plans: Sequence[Plan], log: str | None = None) -> None:
    """Take out of the plans what ends in one province and begins in another, and list it; where it can, with `log`."""
    founded: dict[tuple[int, str], list[tuple[Plan, Loose]]] = defaultdict(list)
    for plan in plans:
        for loose in plan.founded:
            founded[loose.node.level, plain(loose.node.level, loose.node.name)].append((plan, loose))
    for plan in plans:
        for ending in plan.ending:
            named = founded.get((ending.node.level, plain(ending.node.level, ending.node.name)), ())
            others = [(other, new) for other, new in named if other is not plan and _alike(ending, new)]
            if others:
                listed = next((other for other, _ in others if other.log == log), plan)
                _leave(plan, ending, others, plan if plan.log == log else listed)


def _alike(one: Loose, other: Loose) -> bool:
    larger = max(len(one.names), len(other.names))
    return larger > 0 and len(one.names & other.names) >= FITTING * larger


def _leave(plan: Plan, ending: Loose, others: Iterable[tuple[Plan, Loose]], listed: Plan) -> None:
    group = max((found.group for found in listed.open), default=0) + 1
    plan.suppressed |= ending.about
    listed.open.append(_open(plan.log, group, ending, on_record=True))
    for other, new in others:
        other.suppressed |= new.about
        listed.open.append(_open(other.log, group, new, on_record=False))


def _open(log: str, group: int, loose: Loose, *, on_record: bool) -> Open:
    node = loose.node
    return Open(log, group, "between-provinces", on_record, node.key, node.code, node.name, LEVELS[node.level])


def sent_together(plans: Sequence[Plan], counts: Mapping[str, Counter[str]]) -> None:
    """Note in each plan of which logs the import records something: the first event of the table says it."""
    together = tuple(plan.log for plan in plans if counts[plan.log].total())
    for plan in plans:
        plan.together = together


def left_out(plans: Iterable[Plan], every: Iterable[Plan]) -> list[tuple[str, str]]:
    """Why none of `plans` may be recorded: logs that lack an earlier table which others say was sent to them too."""
    sent: dict[int, dict[str, str]] = defaultdict(dict)
    for other in every:
        for year, logs in other.earlier.items():
            sent[year] |= dict.fromkeys(logs, other.log)
    return [
        _left_out(plan.log, year, logs[plan.log])
        for plan in plans
        for year, logs in sorted(sent.items())
        if year < plan.year and plan.log in logs and year not in plan.earlier
    ]


def _left_out(log: str, year: int, other: str) -> tuple[str, str]:
    return (
        f"{log} 没有 {year} 年的表,而 {other} 有:该年的导入曾中断,请先重新导入该年的表",
        f"{log} lacks the table of {year}, which {other} has: that import broke off; send that table again first",
    )


def sent_before(plans: Sequence[Plan]) -> list[tuple[str, str]]:
    """Why none of `plans` may be recorded: the table is one of an earlier year, not the newest, sent again."""
    further = [plan for plan in plans if plan.apart]
    newest = sum(plan.apart[max(plan.apart)] for plan in further)
    for year in sorted({year for plan in further for year in plan.apart}):
        if all(year >= min(plan.apart) for plan in further):
            then = sum(plan.apart[max(one for one in plan.apart if one <= year)] for plan in further)
            if then * NEARER <= newest and newest:
                return [_sent_before(year, further[0].year, then, newest)]
    return []


def _sent_before(year: int, said: int, then: int, newest: int) -> tuple[str, str]:
    zh = f"此表应为 {year} 年的表,而非 {said} 年:与该年在册的代码、名称有 {then} 处不同,与最近在册的有 {newest} 处"
    en = f"not the table of {said} but that of {year}: {then} codes and names are unlike the record of that year"
    return zh, f"{en}, {newest} unlike the newest"
