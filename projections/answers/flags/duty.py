"""Duties that are not met, as flags among the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from projections.answers import duties
from projections.answers.answering import Answering
from projections.answers.flags.flag import Flag
from projections.duties.evaluating import Duty
from projections.scene import Scene
from projections.tenure import days_between, next_day

CODE: Final = "duty"
UNMET: Final = ("breached", "overdue", "gap")
_TITLES: Final = {"breached": "职责违反", "overdue": "职责逾期未履行", "gap": "职责无履行记录"}
_SEVERITY: Final = {"breached": "high", "overdue": "high", "gap": "low"}


async def of_places(scene: Scene, places: Sequence[str]) -> list[Flag]:
    """The duties that some places, and who belongs to them, have not met on the day."""
    asked = duties.Asked(statuses=frozenset(UNMET), subtree=False)
    return _flags(await duties.of_places(scene, places, asked))


async def of_person(scene: Scene, person_id: str) -> list[Flag]:
    """Those that a person answers for."""
    return _flags(await duties.of_person(scene, person_id, duties.Asked(statuses=frozenset(UNMET))))


async def of_body(scene: Scene, body_id: str) -> list[Flag]:
    """Those of a body."""
    return _flags(await duties.of_body(scene, body_id, duties.Asked(statuses=frozenset(UNMET))))


def _flags(found: duties.Found) -> list[Flag]:
    answering = Answering(found.dossier)
    return [_flag(one, found.dossier.day, answering) for one in found.duties]


def _flag(duty: Duty, day: str, answering: Answering) -> Flag:
    rule, outcome = duty.rule, duty.outcome
    posts = answering.posts(duty)
    holders = {run["person"]["id"] for run in answering.charged(duty) if run["person"] is not None}
    until = outcome.until
    end = until if until is not None and until <= day else next_day(day)
    since = outcome.since if outcome.since is not None and outcome.since < end else None
    return Flag(
        code=CODE,
        place=duty.subject.place,
        about={"duty": "|".join(duty.key), "rule": rule.id, "system": duty.pack.system}
        | ({} if outcome.about is None else {"about": outcome.about}),
        since=since,
        until=until,
        days=None if since is None else days_between(since, end),
        detail={
            "status": duty.status,
            "would_be": duty.would_be,
            "article": rule.article,
            "quote": rule.quote,
            "force": rule.force,
            "in_force": duty.in_force,
            "due_on": outcome.due_on,
            "differs": any(one.status not in (None, duty.status) for one in duty.alternatives),
        },
        evidence=outcome.evidence,
        concerns=frozenset({duty.subject.id, *(post.id for post in posts), *holders, *outcome.persons}),
        title=_TITLES[duty.status],
        severity=_SEVERITY[duty.status],
    )
