"""A jurisdiction: its dated code, name and parent, one row for each stretch of days they hold.

Codes of two and four digits are read as six. Territory changes on exact days; changes of one day
apply in the order of the log. A restructuring ends the predecessors that are not successors too,
and moves no child.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from events.fields import read_code
from projections.facts import Fact, evidence_of
from projections.rows import Projection, Row, last

LEVELS: Final = ("province", "city", "county", "township", "village")
"""From the highest down; the register may know others."""

_CHANGES = ("jurisdiction.renamed", "jurisdiction.reparented", "jurisdiction.restructured")


def fold(entity_id: str, facts: Sequence[Fact]) -> list[Row]:
    """The rows of one jurisdiction; none before it is registered."""
    registered = last(facts, "jurisdiction.registered")
    if registered is None:
        return []
    data = registered.data
    since: str | None = data.get("effective_from")
    state: dict[str, Any] = {
        "code": read_code(data["code"]),
        "name": data["name_zh"],
        "level": data["level"],
        "parent_id": data.get("parent_id"),
        "aliases": data.get("aliases", []),
    }
    behind, states = [registered], []
    until: str | None = None
    successors: list[str] = []
    for change in _changes(entity_id, facts, since):
        day = change.data["effective_from"]
        if day != since:
            states.append(_state(state, since, day, behind))
            since, behind = day, []
        behind = [*behind, change]
        if change.kind == "jurisdiction.restructured":
            until, successors = day, change.data.get("successor_ids", [])
            break
        state = state | _changed(change)
    if until is None:
        states.append(_state(state, since, None, behind))
    elif not states:
        states.append(_state(state, since, until, behind))
    ended: dict[str, Any] = {
        "ended_on": until,
        "successors": successors,
        "ended_by": behind[-1].evidence if until else [],
        "successions": [_succession(fact) for fact in facts if fact.kind == "jurisdiction.restructured"],
    }
    early = _too_early(entity_id, facts, data.get("effective_from"))
    if early:
        ended["too_early"] = early
    return [
        Row({"code": doc["code"], "parent_id": doc["parent_id"], "name": doc["name"]}, doc | ended) for doc in states
    ]


def _changes(entity_id: str, facts: Sequence[Fact], since: str | None) -> list[Fact]:
    """What changes the place after it came on record, by day and then by the order of the log."""
    changes = [
        fact
        for fact in facts
        if fact.kind in _CHANGES
        and (since is None or fact.data["effective_from"] >= since)
        and not (fact.kind == "jurisdiction.restructured" and not _ends(entity_id, fact))
    ]
    return sorted(changes, key=lambda fact: fact.data["effective_from"])


def _too_early(entity_id: str, facts: Sequence[Fact], since: str | None) -> list[dict[str, Any]]:
    """The changes dated before the place came on record: kept, and changing nothing."""
    early = [fact for fact in facts if fact.kind in _CHANGES and fact.data["effective_from"] < (since or "")]
    return [
        {"type": fact.kind, "on": fact.data["effective_from"], "evidence": fact.evidence}
        for fact in early
        if fact.kind != "jurisdiction.restructured" or _ends(entity_id, fact)
    ]


def _ends(entity_id: str, fact: Fact) -> bool:
    return entity_id in fact.data["predecessor_ids"] and entity_id not in fact.data.get("successor_ids", [])


def _succession(fact: Fact) -> dict[str, Any]:
    """What a restructuring says of who answers for what from then on: stated, never inferred."""
    data = fact.data
    return {
        "kind": data.get("kind"),
        "on": data["effective_from"],
        "predecessors": data["predecessor_ids"],
        "successors": data.get("successor_ids", []),
        "duties": data.get("duty_succession", []),
        "approval_document": data.get("approval_document"),
        "evidence": fact.evidence,
    }


def _changed(change: Fact) -> dict[str, Any]:
    data = change.data
    if change.kind == "jurisdiction.reparented":
        changed = {"parent_id": data["new_parent_id"], "code": data.get("new_code")}
    else:
        changed = {"name": data.get("new_name_zh"), "code": data.get("new_code")}
    if changed["code"] is not None:
        changed["code"] = read_code(changed["code"])
    return {name: value for name, value in changed.items() if value is not None}


def _state(state: dict[str, Any], since: str | None, until: str | None, behind: list[Fact]) -> dict[str, Any]:
    return {**state, "from": since, "until": until, "evidence": evidence_of(behind)}


PROJECTION = Projection(
    name="jurisdiction",
    keys=("code", "parent_id", "name"),
    touches={
        "jurisdiction.registered": ("jurisdiction_id",),
        "jurisdiction.renamed": ("jurisdiction_id",),
        "jurisdiction.reparented": ("jurisdiction_id",),
        "jurisdiction.restructured": ("predecessor_ids", "successor_ids"),
    },
    fold=fold,
)
