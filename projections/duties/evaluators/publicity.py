"""Publicity: what was posted about each project, payment, exit... by which channels, of which stages; or every year.

Texts that give no time are not given one: a posting is there or missing, and the days that a question compares are
shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties.case import Case, evidence
from projections.duties.names import Register
from projections.duties.outcome import Gap, Outcome, earliest
from projections.duties.postings import Posting, postings_at, postings_of, things
from projections.duties.records import Matter
from projections.duties.windows import Period, windows
from projections.policies.rule import Status
from projections.tenure import NEVER, day_before, days_between

_PARTS: Final = ("disbursement", "reimbursement")


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Stage:
    """A stage of a matter: from the first of some kinds of step until the first of others."""

    name: str
    since: tuple[str, ...]
    until: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """`of`: the registers of what must be posted, at the subject's place and below; `once`: only from these steps on.

    `each`: one outcome for each of them, or one for all.
    """

    of: tuple[Register, ...]
    once: tuple[str, ...] = ()
    own: bool = False
    """Whether only what the subject itself did must be posted."""
    items: tuple[str, ...] = ()
    """What must be told; empty: anything."""
    channels: tuple[str, ...] = ()
    """By which channels; empty: any."""
    all_channels: bool = False
    """Whether each channel must be used, or one is enough."""
    stages: tuple[Stage, ...] = ()
    """Of each stage that was reached there must be a posting."""
    within: Literal["whole", "begins"] = "whole"
    """Whether a posting tells of the stage in which it begins and was to end, or of that in which it begins."""
    lasting: bool = False
    """Whether it must be posted on the day, or once is enough."""
    each: bool = True
    enough: Literal["all", "some"] = "all"
    """Of one outcome for all: whether all must be posted, or one of each register."""
    against: tuple[str, ...] = ()
    """Kinds of step whose first day is shown beside that of the first posting."""
    per: Period | None = None
    """A posting in every calendar window, from that of the first matter on."""


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome for each matter, one for all of them, or one for each window."""
    found = things(case, params.of, params.once, own=params.own)
    if params.per is not None:
        yield from _yearly(params, params.per, case, found)
    elif not found:
        yield Outcome("not-applicable", expected=_expected(params))
    elif params.each:
        yield from (_of(params, case, matter) for matter in found)
    else:
        yield _together(params, case, found)


def _of(params: Params, case: Case, matter: Matter) -> Outcome:
    posted = postings_of(case, matter)
    counted = [one for one in posted if _counts(params, case, one)]
    missing = _missing(params, case, matter, counted)
    items = {item for one in counted for item in one.items}
    first = posted[0].since if posted else None
    ends = [one.until for one in counted if case.day < one.until < NEVER] if params.lasting else []
    return Outcome(
        "gap" if missing else "met",
        about=matter.own_id,
        expected=_expected(params),
        actual={
            "items": [item for item in params.items if item in items] if params.items else sorted(items),
            "channels": sorted({one.channel for one in posted if one.channel is not None}),
            "stages": [stage.name for stage in params.stages if _told(params, case, matter, stage, counted)],
        },
        gaps=tuple(Gap(first, None, f"not-posted:{what}", matter.own_id) for what in missing),
        evidence=[*evidence(matter.acts[:1]), *evidence([one.act for one in posted])],
        changes_on=earliest(*ends),
        more={
            "register": matter.register,
            "missing": missing,
            "postings": [one.told for one in posted],
            "first_posted_on": first,
            "first": _against(params, case, matter, first),
        },
    )


def _counts(params: Params, case: Case, one: Posting) -> bool:
    return (not params.channels or one.channel in params.channels) and (not params.lasting or case.day < one.until)


def _missing(params: Params, case: Case, matter: Matter, counted: Sequence[Posting]) -> list[str]:
    """What should have been posted and was not: items, channels, stages, or anything at all."""
    items = {item for one in counted for item in one.items}
    channels = {one.channel for one in counted}
    missing = [item for item in params.items if item not in items]
    if params.all_channels:
        missing += [channel for channel in params.channels if channel not in channels]
    missing += [
        stage.name
        for stage in params.stages
        if _reached(case, matter, stage.since) is not None and not _told(params, case, matter, stage, counted)
    ]
    return missing if missing or counted or params.stages else ["anything"]


def _reached(case: Case, matter: Matter, kinds: Sequence[str]) -> str | None:
    """The first day of some kinds of step: of the matter, or of a payment or reimbursement that is part of it."""
    parts = [part for name in _PARTS for part in case.dossier.parts(matter.id, name)]
    days = (act.on for one in (matter, *parts) for act in one.acts if act.kind in kinds and act.on is not None)
    return min(days, default=None)


def _told(params: Params, case: Case, matter: Matter, stage: Stage, counted: Sequence[Posting]) -> bool:
    """Whether a posting tells of a stage that was reached."""
    since = _reached(case, matter, stage.since)
    if since is None:
        return False
    end = _reached(case, matter, stage.until) or NEVER
    if params.within == "begins":
        return any(since <= one.since < end for one in counted)
    return any(since <= one.since and one.announced <= end for one in counted)


def _against(params: Params, case: Case, matter: Matter, first: str | None) -> list[dict[str, Any]]:
    """Both days: the first of each kind of step, and how many days before it the first posting was."""
    shown = []
    for kind in params.against:
        on = _reached(case, matter, (kind,))
        days = None
        if on is not None and first is not None:
            days = days_between(first, on)
        shown.append({"step": kind, "on": on, "days_before": days})
    return shown


def _together(params: Params, case: Case, found: Sequence[Matter]) -> Outcome:
    """One outcome: of each register, how many are on record and how many of them were posted."""
    each: dict[str, list[bool]] = {}
    acts = []
    for matter in found:
        counted = [one for one in postings_of(case, matter) if _counts(params, case, one)]
        each.setdefault(matter.register, []).append(not _missing(params, case, matter, counted))
        acts += [one.act for one in counted]
    enough = any if params.enough == "some" else all
    unposted = [name for name, posted in each.items() if not enough(posted)]
    return Outcome(
        "gap" if unposted else "met",
        expected=_expected(params),
        actual={name: {"total": len(posted), "posted": sum(posted)} for name, posted in each.items()},
        gaps=tuple(Gap(None, None, "not-posted", name) for name in unposted),
        evidence=evidence(acts),
    )


def _yearly(params: Params, per: Period, case: Case, found: Sequence[Matter]) -> Iterator[Outcome]:
    days = [act.on for matter in found for act in matter.acts if act.on is not None]
    if not days:
        yield Outcome("not-applicable", expected=_expected(params))
        return
    here = case.subject.place
    scope = [] if here is None else [here, *case.dossier.below(here)]
    posted = {one.id: one for matter in found for one in postings_of(case, matter)}
    posted |= {one.id: one for one in postings_at(case, scope)}
    counted = [one for one in posted.values() if _counts(params, case, one) and one.items.issuperset(params.items)]
    first = max(min(days), case.since)
    since, until = (first, case.tomorrow) if case.span is None else (max(case.span[0], first), case.span[1])
    for start, end in windows(per, since, min(until, case.tomorrow)):
        inside = [one for one in counted if start <= one.since < end]
        last = day_before(end)
        status: Status = "met" if inside else "breached" if case.passed(last) else "due"
        if status == "met" and case.span is None and end <= case.day:
            continue
        yield Outcome(
            status, start, end, due_on=None, expected=_expected(params) | {"per": per},
            actual={"postings": [one.told for one in inside]}, evidence=evidence([one.act for one in inside]),
            changes_on=case.late_on(last) if status == "due" else None,
        )  # fmt: skip


def _expected(params: Params) -> dict[str, Any]:
    return {
        "of": list(params.of), "items": list(params.items), "channels": list(params.channels),
        "stages": [stage.name for stage in params.stages],
    }  # fmt: skip
