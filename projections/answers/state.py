"""The state of a place on a day: letters in force, visits, money, findings, rectifications, designations.

Each fact counts at the place it names, up to and including the day, in the tree of that day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from projections.answers import designation, purse
from projections.answers.membership import Membership, fallen_to, membership_of
from projections.answers.purse import Purse
from projections.answers.rectification_state import Standing, status_on
from projections.answers.rectifications import of_members
from projections.answers.territory import Place, find, nearest, on_day
from projections.folds.matter import matter_id
from projections.rows import Found, Reader, Tally
from projections.scene import Scene

COUNTED: Final = ("visit", "finding", *purse.COUNTED)
NOTHING: Final = Tally(0, Decimal(0), None)
HOUSEHOLDS: Final = ("identified", "exited", "removed")


@dataclass(frozen=True, slots=True)
class _Case:
    """A rectification as it stands, and the finding it is of."""

    finding: str | None
    standing: Standing


async def of_place(scene: Scene, ref: str, *, subtree: bool) -> dict[str, Any]:
    """`GET /jurisdictions/{ref}/state`. Raises NotFound or Ambiguous."""
    reader, day = scene.reader, scene.valid_at
    place_id, resolved_by, tree = await find(reader, ref, day)
    members = await membership_of(reader, place_id, day, subtree=subtree)
    fallen = [row for row, _ in await fallen_to(reader, members, purse.FALLING)]
    tallies = purse.with_fallen(await reader.tally(members.ids, COUNTED, day), fallen, day)
    letters = await reader.letters_on(members.posts, members.places, day)
    transfers = await reader.transfers(members.ids, day)
    unpaid = [*await reader.unpaid(members.ids, day), *purse.unpaid_of(fallen, day)]
    budgets = await reader.matters("stands_at", members.ids, ["budget"])
    cases = _cases(await of_members(reader, members), day)
    visits = tallies.get("visit", NOTHING)
    return {
        "jurisdiction": Place(place_id, nearest(tree[place_id], day).doc).brief,
        "on_record": on_day(tree[place_id], day) is not None,
        **scene.header(),
        "resolved_by": resolved_by,
        "scope": "subtree" if subtree else "own",
        "letters": {
            "in_force": letters.get("certain", 0),
            "possible": letters.get("possible", 0),
            "not_in_force": letters.get("no", 0),
        },
        "visits": {"count": visits.count, "nights": int(visits.total), "last": visits.last},
        "money": purse.of_scope(members, Purse(tallies, transfers, budgets, unpaid), day),
        "findings": _findings(tallies.get("finding", NOTHING).count, members, cases, day),
        "rectifications": _rectifications(cases),
        **await _designated(reader, place_id, members, day),
        "households": await _households(reader, members, day),
        "withheld": 0,
    }


def _of(rows: Sequence[Found], register: str) -> list[Found]:
    return [row for row in rows if row.doc["register"] == register]


def _cases(rows: Sequence[Found], day: str) -> list[_Case]:
    """The rectifications of a scope that were ordered by the day."""
    told = [(row.doc["part_of"], status_on(row.doc["facts"], day)) for row in rows]
    return [_Case(finding, standing) for finding, standing in told if standing is not None]


def _findings(raised: int, members: Membership, cases: Sequence[_Case], day: str) -> dict[str, int]:
    """A finding is closed where it has rectifications and all of them are closed."""
    answered = {case.finding for case in cases if case.finding is not None}
    pending = {case.finding for case in cases if case.standing.status == "open"}
    closed = sum("" < members.matters.get(finding, "") <= day for finding in answered - pending)
    return {"open": raised - closed, "closed": closed}


def _rectifications(cases: Sequence[_Case]) -> dict[str, int]:
    """Overdue ones and those that await verification are among the open ones."""
    still_open = [case.standing for case in cases if case.standing.status == "open"]
    return {
        "open": len(still_open),
        "overdue": sum(standing.overdue for standing in still_open),
        "awaiting_verification": sum(standing.awaiting_verification for standing in still_open),
        "closed": len(cases) - len(still_open),
    }


async def _designated(reader: Reader, place_id: str, members: Membership, day: str) -> dict[str, Any]:
    """The designations and the exit of the place itself, and how many places of the scope are on each list."""
    own = await reader.matters("stands_at", [place_id], ["designation", "exit"])
    below = [matter_id("designation", one) for one in members.places if one != place_id]
    designations = _of(own, "designation")
    listed = designations[0] if designations else None
    return {
        "designations": designation.shown(listed, day),
        "designated": designation.counted([*designations, *await reader.of("matter", below)], day),
        "exit": designation.exit_of(listed, _of(own, "exit"), day),
    }


async def _households(reader: Reader, members: Membership, day: str) -> dict[str, Any]:
    """Households on the register, those that left it by an exit, and those removed from it; their persons too."""
    found: Mapping[str, Tally] = await reader.households_on(members.ids, day) if members.of("household") else {}
    tallies = {status: found.get(status, NOTHING) for status in HOUSEHOLDS}
    return {
        **{status: tally.count for status, tally in tallies.items()},
        "persons": {status: int(tally.total) for status, tally in tallies.items()},
    }
