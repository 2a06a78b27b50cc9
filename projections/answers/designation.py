"""Designations of a place on a day, and whether it is listed, exited or lifted.

The days of approval, of effect and of lifting are all shown: which of them counts as delisting (摘帽)
is for a policy to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from projections.folds.matter import own_id
from projections.leaving import APPROVED, Approval, approval
from projections.rows import Found

Step = Mapping[str, Any]

LISTED: Final = "designation.listed"
LIFTED: Final = "designation.lifted"
EXIT_APPROVED: Final = "exit-approved"


@dataclass(frozen=True, slots=True)
class Designation:
    """A place on a list: since when without a break, and the listing stated last."""

    list: str
    since: str
    listing: Step

    def shown(self, evidence: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """As an answer shows it."""
        data = self.listing["data"]
        return {
            "list": self.list,
            "since": self.since,
            "criterion": data.get("criterion"),
            "criterion_value": data.get("criterion_value"),
            "document": data.get("document"),
            "evidence": _behind(evidence, [self.listing]),
        }


@dataclass(frozen=True, slots=True)
class _Exit:
    """An approved exit of the place."""

    id: str
    approval: Approval
    evidence: Sequence[dict[str, Any]]


def standing(facts: Iterable[Step], day: str) -> list[Designation]:
    """The designations of a place that stand on a day, by their beginning. `facts` in order of day and position."""
    found: dict[str, Designation] = {}
    for step in facts:
        if step["on"] > day:
            break
        named = step["data"]["list"]
        if step["type"] == LIFTED:
            found.pop(named, None)
        else:
            found[named] = Designation(named, found[named].since if named in found else step["on"], step)
    return sorted(found.values(), key=lambda one: (one.since, one.list))


def counted(rows: Iterable[Found], day: str) -> dict[str, int]:
    """How many places stand on each list on a day."""
    return dict(sorted(Counter(one.list for row in rows for one in standing(row.doc["facts"], day)).items()))


def shown(designation: Found | None, day: str) -> list[dict[str, Any]]:
    """The designations of a place on a day, as an answer shows them."""
    if designation is None:
        return []
    return [one.shown(designation.doc["evidence"]) for one in standing(designation.doc["facts"], day)]


def exit_of(designation: Found | None, exits: Iterable[Found], day: str) -> dict[str, Any]:
    """Whether a place is listed, exited, lifted or none of these on a day, and since when.

    Listed since the first listing after the last approved exit on a list on which it stands. Exited since
    the first day on which an exit of the latest listing took effect, or a designation was lifted for one.
    Lifted where the latest listing was lifted for another cause.
    """
    facts = [step for step in (designation.doc["facts"] if designation else ()) if step["on"] <= day]
    evidence = designation.doc["evidence"] if designation else ()
    approved = _approved(exits, day)
    last = max((one.approval.since for one in approved), default="")
    stands = {one.list: one for one in standing(facts, day)}
    again = [step for step in facts if step["type"] == LISTED and _binds(step, stands, last)]
    if again:
        listings = [stands[name].listing for name in dict.fromkeys(step["data"]["list"] for step in again)]
        return _exit("listed", again[0]["on"], _behind(evidence, listings))
    latest = max((step["on"] for step in facts if step["type"] == LISTED), default="")
    left = [one for one in approved if one.approval.since >= latest]
    lifted = [step for step in facts if step["type"] == LIFTED and step["on"] >= latest]
    for_exit = [step for step in lifted if step["data"].get("cause") == EXIT_APPROVED]
    if left or for_exit:
        since = min([one.approval.since for one in left] + [step["on"] for step in for_exit])
        behind = [*_behind(evidence, for_exit), *(entry for one in left for entry in one.evidence)]
        return _exit("exited", since, behind, left=left, lifted=for_exit)
    if lifted:
        return _exit("lifted", lifted[-1]["on"], _behind(evidence, lifted[-1:]), lifted=lifted[-1:])
    return _exit("none", None, [])


def _binds(listing: Step, stands: Mapping[str, Designation], last: str) -> bool:
    """Whether a listing is of a designation that stands, and after the last approved exit."""
    one = stands.get(listing["data"]["list"])
    return one is not None and listing["on"] >= one.since and listing["on"] > last


def _approved(exits: Iterable[Found], day: str) -> list[_Exit]:
    found = []
    for row in exits:
        approved = approval(row.doc["facts"], day)
        if approved is not None:
            deciding = [step for step in row.doc["facts"] if step["type"] == APPROVED]
            found.append(_Exit(own_id(row.entity_id), approved, _behind(row.doc["evidence"], deciding)))
    return sorted(found, key=lambda one: (one.approval.since, one.approval.position))


def _exit(
    status: str,
    since: str | None,
    evidence: list[dict[str, Any]],
    *,
    left: Sequence[_Exit] = (),
    lifted: Sequence[Step] = (),
) -> dict[str, Any]:
    """The answer's `exit`, with the days of the first of the exits and of the first of the liftings."""
    first = left[0] if left else None
    named = next((step["data"]["exit_id"] for step in lifted if "exit_id" in step["data"]), None)
    return {
        "status": status,
        "since": since,
        "exit": first.id if first else named,
        "approved_on": first.approval.approved_on if first else None,
        "effective_on": first.approval.effective_on if first else None,
        "lifted_on": lifted[0]["on"] if lifted else None,
        "evidence": evidence,
    }


def _behind(evidence: Sequence[Mapping[str, Any]], steps: Iterable[Step]) -> list[dict[str, Any]]:
    """The entries behind some facts: themselves, and the corrections that stand."""
    positions = {step["position"] for step in steps}
    return [dict(one) for one in evidence if one["position"] in positions or one.get("corrects") in positions]
