"""Duties that are not met, as flags among the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from projections.answers import duties
from projections.answers.answering import Answering
from projections.answers.flags.flag import Flag
from projections.duties.evaluating import Duty
from projections.giving_way import apart
from projections.policies.rule import UNMET
from projections.scene import Scene
from projections.tenure import days_between, next_day

Concerning = Callable[[Duty, Answering], Iterable[str]]
CODE: Final = "duty"
_TITLES: Final = {"breached": "职责违反", "overdue": "职责逾期未履行", "gap": "职责无履行记录"}
_SEVERITY: Final = {"breached": "high", "overdue": "high", "gap": "low"}


async def of_places(scene: Scene, places: Sequence[str]) -> list[Flag]:
    """The duties that some places, and who belongs to them, have not met on the day."""
    asked = duties.Asked(statuses=UNMET, subtree=False)
    found = await duties.of_places(scene, places, asked)
    return await apart(lambda: _flags(found))


async def of_person(scene: Scene, person_id: str) -> list[Flag]:
    """Those that a person answers for."""
    return _flags(await duties.of_person(scene, person_id, duties.Asked(statuses=UNMET)), _persons)


async def of_body(scene: Scene, body_id: str) -> list[Flag]:
    """Those of a body."""
    return _flags(await duties.of_body(scene, body_id, duties.Asked(statuses=UNMET)), _bearers)


def _persons(duty: Duty, answering: Answering) -> Iterable[str]:
    """The persons whom a duty concerns: those charged, and those it names."""
    charged = {run["person"]["id"] for run in answering.charged(duty) if run["person"] is not None}
    return charged | set(duty.outcome.persons)


def _bearers(duty: Duty, answering: Answering) -> Iterable[str]:
    """The bodies and posts whom a duty concerns."""
    return {duty.subject.id, *(post.id for post in answering.posts(duty))}


def _flags(found: duties.Found, concerning: Concerning | None = None) -> list[Flag]:
    """Duties as flags; whom each concerns is worked out where that is asked."""
    answering = Answering(found.dossier)
    return [
        _flag(one, found.dossier.day, frozenset(concerning(one, answering)) if concerning else frozenset())
        for one in found.duties
    ]


def _flag(duty: Duty, day: str, concerns: frozenset[str]) -> Flag:
    rule, outcome = duty.rule, duty.outcome
    until = outcome.until
    end = until if until is not None and until <= day else next_day(day)
    since = outcome.since if outcome.since is not None and outcome.since < end else None
    return Flag(
        code=CODE,
        place=duty.subject.place,
        about={"duty": duty.id, "rule": rule.id, "system": duty.pack.system}
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
            "differs": duty.differs,
        },
        evidence=outcome.evidence,
        concerns=concerns,
        title=_TITLES[duty.status],
        severity=_SEVERITY[duty.status],
    )
