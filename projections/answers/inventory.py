"""What is open in an office on a day: findings, rectifications, payments, projects, letters, pairings and tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from projections.answers import charging, letters, rectifications
from projections.answers.membership import Membership
from projections.answers.payments import acceptances
from projections.answers.people import helpers
from projections.answers.rectification_state import status_on
from projections.answers.signed import signed_of
from projections.folds.matter import own_id
from projections.folds.registers import as_stated_last
from projections.rows import Found, Reader
from projections.scene import Scene
from projections.tenure import Bounds, days_between

Item = dict[str, Any]

PARTS: Final[Mapping[str, str]] = {
    "findings": "finding",
    "rectifications": "rectification",
    "payments": "disbursement",
    "projects": "project",
    "letters": "letter",
    "pairings": "pairing",
    "tasks": "task",
}
"""The parts of an inventory, and what an item of each is."""


@dataclass(frozen=True, slots=True)
class Office:
    """An appointment on a day: every id of the person, the post, and what belongs to its place alone."""

    appointment: Found
    ids: frozenset[str]
    post_id: str | None
    day: str
    members: Membership | None

    @property
    def own(self) -> set[str]:
        """The ids by which something can be this person's or this post's."""
        return {*self.ids, *([] if self.post_id is None else [self.post_id])}

    @property
    def tenure(self) -> Bounds:
        """The days of the appointment."""
        return Bounds.of_doc(self.appointment.doc)

    def bears(self, post_id: str | None, person_id: str | None) -> bool:
        """Whether what a post or a person answers for is this office's: the post governs."""
        return post_id == self.post_id if post_id is not None else person_id in self.ids


async def open_on(scene: Scene, office: Office) -> dict[str, list[Item]]:
    """What is open on the office's day, part by part."""
    reader = scene.reader
    by_register: dict[str, list[Found]] = {}
    for row in await reader.naming(office.own):
        by_register.setdefault(row.doc["register"], []).append(row)
    return {
        "findings": await _findings(reader, office, by_register.get("finding", [])),
        "rectifications": await _rectifications(scene, office, by_register.get("rectification", [])),
        "payments": _payments(office, by_register.get("disbursement", [])),
        "projects": await _projects(reader, office),
        "letters": await _letters(reader, office),
        "pairings": await _pairings(reader, office),
        "tasks": _tasks(office, by_register.get("task", [])),
    }


def said(row: Found, kind: str, day: str | None = None) -> Mapping[str, Any] | None:
    """What the fact of a kind says that was recorded last, of those up to a day; None where there is none.

    What a matter has once is as it was recorded last, whatever day that has.
    """
    told = [step for step in as_stated_last(row.doc["facts"]) if step["type"] == kind]
    told = [step for step in told if day is None or (step["on"] is not None and step["on"] <= day)]
    found: Mapping[str, Any] | None = max(told, key=lambda step: int(step["position"]), default={"data": None})["data"]
    return found


def _item(row: Found, data: Mapping[str, Any], *names: str) -> Item:
    return {"id": own_id(row.entity_id), **{name: data.get(name) for name in names}, "evidence": row.doc["evidence"]}


def _left(day: str, deadline: str | None) -> int | None:
    """Days to a deadline, less than nothing when it has passed."""
    return None if deadline is None else days_between(day, deadline)


async def _findings(reader: Reader, office: Office, rows: Sequence[Found]) -> list[Item]:
    """Findings for which the post answers, or which are about it or the person, and that are not rectified."""
    orders: dict[str, list[Found]] = {}
    for order in await reader.matters("stands_at", [row.entity_id for row in rows], ["rectification"]):
        if status_on(order.doc["facts"], office.day) is not None:
            orders.setdefault(order.doc["stands_at"], []).append(order)
    shown = []
    for row in rows:
        raised = said(row, "finding.raised", office.day)
        given = orders.get(row.entity_id, [])
        if raised is None or (given and not any(_is_open(order, office.day) for order in given)):
            continue
        if office.post_id in raised.get("responsible_posts", []) or raised.get("subject_id") in office.own:
            item = _item(row, raised, "category", "source_kind", "raised_on", "amount")
            shown.append(item | {"rectifications": [own_id(order.entity_id) for order in given]})
    return shown


def _is_open(order: Found, day: str) -> bool:
    standing = status_on(order.doc["facts"], day)
    return standing is not None and standing.status == "open"


async def _rectifications(scene: Scene, office: Office, rows: Sequence[Found]) -> list[Item]:
    """Open rectifications for which the post answers on the day, or the person where no post does."""
    borne = []
    for row in rows:
        assigned = charging.governing(charging.assignments(row.doc["facts"], office.day), office.day)
        if _is_open(row, office.day) and office.bears(assigned.post_id, assigned.person_id):
            borne.append(row)
    names = (
        "finding", "status", "ordered_on", "deadline", "overdue", "days_overdue", "awaiting_verification",
        "completed_on", "place", "responsible", "evidence",
    )  # fmt: skip
    return [
        {"id": told["rectification"], **{name: told[name] for name in names}}
        | {"days_left": _left(office.day, told["deadline"])}
        for told in await rectifications.described(scene, borne)
    ]


def _payments(office: Office, rows: Sequence[Found]) -> list[Item]:
    """Payments that this post, or this person for no post, approved by the day and that were paid out later."""
    shown = []
    for row in rows:
        paid = said(row, "funds.disbursed") or {}
        approver = paid.get("approved_by", {})
        pending = "approved_on" in paid and paid["approved_on"] <= office.day < paid["disbursed_on"]
        if pending and office.bears(approver.get("post_id"), approver.get("person_id")):
            shown.append(_item(row, paid, "amount", "approved_on", "disbursed_on", "project_id", "payee"))
    return shown


async def _projects(reader: Reader, office: Office) -> list[Item]:
    """Projects of the place that were approved or paid for in the days of the appointment and are not accepted."""
    rows = await reader.of("matter", [] if office.members is None else office.members.of("project"))
    paid: dict[str, list[Found]] = {}
    for payment in await reader.matters("part_of", [row.entity_id for row in rows], ["disbursement"], office.day):
        paid.setdefault(payment.doc["part_of"], []).append(payment)
    shown = []
    for row in rows:
        approved = [step["on"] for step in row.doc["facts"] if step["type"] == "project.approved"]
        approved = [day for day in approved if day is not None and day <= office.day]
        payments = paid.get(row.entity_id, [])
        days = [day for day in (*approved, *(payment.doc["day"] for payment in payments)) if day is not None]
        in_office = any(office.tenure.certainty(day) != "no" for day in days)
        if in_office and not _is_accepted(row, office.day):
            item = _item(row, said(row, "project.proposed") or {}, "name_zh", "budget")
            item |= {"approved_on": max(approved, default=None)}
            shown.append(item | {"payments": [own_id(payment.entity_id) for payment in payments]})
    return shown


def _is_accepted(project: Found, day: str) -> bool:
    """Whether an acceptance of a project by a day passed, or does not say how it ended."""
    return any(one.result in (None, "passed") for one in acceptances(project, day))


async def _letters(reader: Reader, office: Office) -> list[Item]:
    """Letters that this person signed for this post and that are certainly or possibly in force on the day."""
    if office.post_id is None:
        return []
    rows = await reader.by("letter", "post_id", [office.post_id]) + await reader.by("letter", "person_id", office.ids)
    signed = await signed_of(reader, rows)
    shown: dict[str, Item] = {}
    for row in rows:
        held = office.tenure.meets(*letters.signing_days(row.doc))
        how = letters.signed_for(row, office.ids, office.post_id, held)
        if how is not None and letters.in_force(row.doc, office.day) != "no":
            shown.setdefault(row.entity_id, {**letters.letter(row, office.day, signed), "matched_by": how})
    return sorted(shown.values(), key=lambda letter: int(letter["position"]))


async def _pairings(reader: Reader, office: Office) -> list[Item]:
    """Pairings of the person or the post that certainly or possibly hold on the day."""
    rows = await reader.by("pairing", "helper", office.own)
    held = [(row, Bounds.of_doc(row.doc).certainty(office.day)) for row in rows]
    names = await helpers(reader, {row.doc["assisted"] for row, certainty in held if certainty != "no"}, office.day)
    return [
        {"id": row.entity_id, "assisted": names[row.doc["assisted"]], "certainty": certainty}
        | {name: row.doc[name] for name in ("kind", "helper", "from", "until", "evidence")}
        for row, certainty in held
        if certainty != "no"
    ]


def _tasks(office: Office, rows: Sequence[Found]) -> list[Item]:
    """Tasks given to the person or the post that were not done by the day. No event says since when."""
    shown = []
    for row in rows:
        given = said(row, "task.assigned") or {}
        if given.get("assignee") in office.own and said(row, "task.completed", office.day) is None:
            item = _item(row, given, "content", "due_on", "assigned_by", "beneficiary_id")
            shown.append(item | {"days_left": _left(office.day, given.get("due_on"))})
    return shown
