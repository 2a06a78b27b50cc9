"""Public notices of a matter: how long they ran, what came before they ended, which objections stood open. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from projections.duties.case import Case
from projections.duties.records import Act, Matter
from projections.tenure import days_between


def notices(
    case: Case, matter: Matter, act: Act, over_by: Collection[str], least: int | None
) -> tuple[list[str], list[str]]:
    """What is wrong with the notice of a matter, and what the record leaves open.

    `act` is the step judged: where it is itself of the kinds that must wait for the end of the notice, others of
    its kind do not count.
    """
    posted = [one for one in matter.acts if one.data.get("notice_from") is not None]
    if not posted:
        return [], []
    faults: list[str] = []
    doubts: list[str] = []
    notice = max(posted, key=lambda one: one.position)
    until = notice.data.get("notice_until")
    later = [act] if act.kind in over_by else [one for one in matter.acts if one.kind in over_by]
    if until is None and (later or least is not None):
        doubts.append("end-of-notice")
    if until is not None:
        faults += [f"{one.kind.partition('.')[2]}-before-notice-ended" for one in later if str(one.on) < until]
    if least is not None and until is not None and days_between(str(notice.data["notice_from"]), until) < least:
        (faults if until <= case.day else doubts).append("notice-too-short")
    return list(dict.fromkeys(faults)), doubts


def open_objections(matter: Matter, day: str) -> list[Act]:
    """The objections that had been raised by a day and were not resolved by it."""
    return [
        act
        for act in matter.acts
        if act.data.get("objected_on") is not None
        and act.data["objected_on"] <= day
        and (act.data.get("resolved_on") is None or act.data["resolved_on"] > day)
    ]


def notice_of(matter: Matter, day: str) -> dict[str, Any]:
    """The notice and the open objections of a matter, as answers show them.

    Objections are those open on the day of the approval, or today where there was none.
    """
    posted = [act for act in matter.acts if act.data.get("notice_from") is not None]
    approved = [str(act.on) for act in matter.acts if act.kind.endswith(".approved") and act.on is not None]
    shown: dict[str, Any] = {"open_objections": len(open_objections(matter, approved[-1] if approved else day))}
    if not posted:
        return {**shown, "notice": None, "notice_days": None}
    said = max(posted, key=lambda one: one.position).data
    since, until = str(said["notice_from"]), said.get("notice_until")
    length = None if until is None else days_between(since, until)
    return {**shown, "notice": {"from": since, "until": until}, "notice_days": length}
