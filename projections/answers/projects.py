"""A project from its proposal to its acceptance, with its payments and what was posted about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from projections.answers import allocations, payments
from projections.answers.parties import Parties, named_in, parties, party, said
from projections.answers.purse import added, yuan
from projections.answers.territory import not_found
from projections.folds.matter import matter_id, own_id
from projections.rows import Found, Reader
from projections.scene import Scene
from projections.tenure import days_between

Item = dict[str, Any]
Step = Mapping[str, Any]

BY: Final = {
    "project.proposed": "proposer_id",
    "project.reviewed": "reviewer_body_id",
    "project.registered": "library",
    "project.approved": "approved_by",
    "project.accepted": "accepted_by",
}
"""Kind of step to the field that names who took it."""
STATED: Final = (
    "result", "budget", "approved_amount", "beneficiary_households", "consultation_event_id", "built_quantity",
)  # fmt: skip
"""What a step may state beside its day and who took it."""
PARTS: Final = ("disbursement", "reimbursement", "posting", "record", "finding")


async def one(scene: Scene, project_id: str) -> dict[str, Any]:
    """`GET /projects/{id}`: what is told of it up to the day. Raises NotFound."""
    reader, day = scene.reader, scene.valid_at
    found = await reader.of("matter", [matter_id("project", project_id)])
    if not found:
        raise not_found(project_id, "项目", "project")
    project = found[0]
    named = [project.entity_id, project_id]
    rows = [*await reader.matters("part_of", named, PARTS), *await reader.matters("stands_at", named, ["recovery"])]
    parts = [row for row in rows if _begun(row, day)]
    names = await parties(reader, named_in([project, *parts]), day)
    accepted = payments.acceptances(project, day)
    paid = [payments.disbursement(row, names, day) for row in _of(parts, "disbursement")]
    settled = [payments.reimbursement(row, names, accepted) for row in _of(parts, "reimbursement")]
    back = [payments.recovery(row, names) for row in _of(parts, "recovery")]
    posted = [_posting(row, day) for row in _of(parts, "posting")]
    steps = [step for step in project.doc["facts"] if step["on"] <= day]
    return {
        **scene.header(),
        "project": _described(project, project_id, names),
        "steps": [_step(step, names) for step in steps],
        "allocations": await _allocations(reader, named, day),
        "disbursements": paid,
        "reimbursements": settled,
        "recoveries": back,
        "postings": posted,
        "records": [_record(row) for row in _of(parts, "record")],
        "disclosure": _disclosure(posted, paid),
        "findings": [_finding(row) for row in _of(parts, "finding")],
        "totals": _totals(steps, paid, settled, back),
        "withheld": 0,
    }


def _begun(row: Found, day: str) -> bool:
    """Whether a matter was told of by a day: of a payment, approved or paid."""
    if row.doc["register"] == "disbursement":
        data = said(row)
        return str(data["disbursed_on"]) <= day or str(data.get("approved_on", data["disbursed_on"])) <= day
    return row.doc["day"] is not None and row.doc["day"] <= day


def _of(parts: Iterable[Found], register: str) -> list[Found]:
    found = [row for row in parts if row.doc["register"] == register]
    return sorted(found, key=lambda row: (row.doc["day"], row.entity_id))


async def _allocations(reader: Reader, named: Sequence[str], day: str) -> list[Item]:
    rows = await reader.matters("stands_at", named, ["allocation"], day)
    return await allocations.shown(reader, sorted(rows, key=lambda row: (row.doc["day"], row.entity_id)), day)


def _described(project: Found, project_id: str, names: Parties) -> Item:
    data = said(project)
    return {
        "id": project_id,
        "name": data.get("name_zh"),
        "kind": data.get("kind"),
        "jurisdiction": party(names, data.get("jurisdiction_id")),
        "library": party(names, data.get("library")),
        "proposer": party(names, data.get("proposer_id")),
        "beneficiary_households": data.get("beneficiary_households"),
        "evidence": project.doc["evidence"],
    }


def _step(step: Step, names: Parties) -> Item:
    data = step["data"]
    return {
        "step": step["type"].partition(".")[2],
        "type": step["type"],
        "on": step["on"],
        "by": party(names, data.get(BY[step["type"]])),
        **{name: data[name] for name in STATED if name in data},
        **({"participants": [party(names, one) for one in data["participants"]]} if "participants" in data else {}),
        "position": step["position"],
        "recorded_at": step["recorded_at"],
    }


def _record(row: Found) -> Item:
    """A record filed (归档) in the archive that is named after the project."""
    filed = row.doc["facts"][-1]
    shown = {name: filed["data"].get(name) for name in ("archive", "kind", "sequence", "document_sha256")}
    return {"record": own_id(row.entity_id), "filed_on": filed["on"], **shown, "evidence": row.doc["evidence"]}


def _posting(row: Found, day: str) -> Item:
    """A posting (公示) and the days it covered: one that was taken down early covers nothing after that."""
    data = said(row)
    withdrawn = data.get("withdrawn_on")
    withdrawn = withdrawn if withdrawn is not None and withdrawn <= day else None
    until = min((end for end in (data.get("posted_until"), withdrawn) if end is not None), default=None)
    return {
        "posting": own_id(row.entity_id),
        "channel": data.get("channel"),
        "items": data.get("items", []),
        "posted_from": data.get("posted_from"),
        "posted_until": data.get("posted_until"),
        "withdrawn_on": withdrawn,
        "reason": data.get("reason") if withdrawn is not None else None,
        "covered": {"from": data.get("posted_from"), "until": until},
        "photo_sha256": data.get("photo_sha256"),
        "evidence": row.doc["evidence"],
    }


def _disclosure(posted: Sequence[Item], paid: Sequence[Item]) -> Item:
    """The first posting against the first payment; `days` is negative where money was paid before it was posted."""
    shown = min((one["posted_from"] for one in posted if one["posted_from"] is not None), default=None)
    first = min((one["disbursed_on"] for one in paid if one["paid"]), default=None)
    return {
        "first_posted_on": shown,
        "first_disbursed_on": first,
        "days": None if shown is None or first is None else days_between(shown, first),
        "items": sorted({item for one in posted for item in one["items"]}),
        "channels": sorted({one["channel"] for one in posted if one["channel"] is not None}),
    }


def _finding(row: Found) -> Item:
    data = said(row)
    return {
        "finding": own_id(row.entity_id),
        "raised_on": row.doc["day"],
        "category": data.get("category"),
        "amount": data.get("amount"),
        "evidence": row.doc["evidence"],
    }


def _totals(
    steps: Sequence[Step], paid: Sequence[Item], settled: Sequence[Item], back: Sequence[Item]
) -> dict[str, str | None]:
    """Exact sums; `left` is the amount approved, less what was paid and not recovered; null where none was approved."""
    amounts = {name: _stated(steps, name) for name in ("budget", "approved_amount")}
    disbursed = added(one["amount"] for one in paid if one["paid"])
    recovered = added(one["amount"] for one in back)
    approved = amounts["approved_amount"]
    return {
        "budget": amounts["budget"],
        "approved": approved,
        "disbursed": yuan(disbursed),
        "approved_not_paid": yuan(added(one["amount"] for one in paid if not one["paid"])),
        "reimbursed": yuan(added(one["amount"] for one in settled)),
        "recovered": yuan(recovered),
        "left": None if approved is None else yuan(added([approved]) - disbursed + recovered),
    }


def _stated(steps: Sequence[Step], name: str) -> str | None:
    """An amount as it was stated last by the day: of two statements the one recorded last stands."""
    told = sorted((step for step in steps if name in step["data"]), key=lambda step: int(step["position"]))
    return told[-1]["data"][name] if told else None
