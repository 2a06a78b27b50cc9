"""Projects: proposed, reviewed, registered, approved, accepted; what was posted and filed about them."""

from __future__ import annotations

import hashlib
from typing import Any

from examples.build.days import told
from examples.build.ledger import Ledger

FIVE = ["content", "funding", "scope", "beneficiary-households", "expected-benefit"]
"""The five items that the Wuyi text wants published ((一)10)."""
_DAY = {"proposed": "proposed_on", "reviewed": "reviewed_on", "registered": "registered_on"}
_DAY |= {"approved": "approved_on", "accepted": "accepted_on"}


def digest(name: str) -> str:
    """The digest of a document or photograph that does not exist."""
    return hashlib.sha256(f"synthetic document {name}".encode()).hexdigest()


def project(led: Ledger, name: str, place: str, on: str, proposer: str, amount: str, late: int = 10) -> str:
    """A project is proposed; its id."""
    which = led.fresh("project")
    data = {"name_zh": name, "jurisdiction_id": place, "proposer_id": proposer, "budget": amount}
    project_step(led, which, "proposed", on, late=late, **data, kind="产业", beneficiary_households=12)
    return which


def project_step(led: Ledger, which: str, verb: str, day: str, late: int = 10, **said: Any) -> str:
    """A dated step of a project; the id of the event."""
    return led.record(told(day, late), f"project.{verb}", {"project_id": which, **said, _DAY[verb]: day})


def publish(
    led: Ledger, subject: str, channel: str, since: str, until: str | None, items: list[str] | None, late: int = 6
) -> tuple[str, str]:
    """Something is posted; the id of the posting and of its event."""
    which = led.fresh("posting")
    data = {"posting_id": which, "channel": channel, "subject_id": subject, "items": items, "posted_from": since}
    more = {"posted_until": until, "photo_sha256": digest(which)}
    return which, led.record(told(since, late), "publicity.posted", {**data, **more})


def withdraw(led: Ledger, posting: str, day: str) -> str:
    """A posting is taken down early; the id of the event."""
    data = {"posting_id": posting, "reason": "公示栏改建(示例)", "withdrawn_on": day}
    return led.record(told(day, 6), "publicity.withdrawn", data)


def archive(led: Ledger, which: str, kinds: list[str], day: str, late: int = 15) -> list[str]:
    """Documents of a project are filed in order, in an archive that has the project's id as its name; the ids."""
    records = []
    for sequence, kind in enumerate(kinds, start=1):
        records.append(led.fresh("record"))
        data = {"record_id": records[-1], "archive": which, "kind": kind, "sequence": sequence}
        led.record(told(day, late), "record.filed", {**data, "filed_on": day, "document_sha256": digest(records[-1])})
    return records
