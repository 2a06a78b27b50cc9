"""What one statement adds up, and the answers made of it, are what is counted step by step, over random accounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Mapping
from random import Random
from typing import Any, Final

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events.errors import NotFound
from events.known import Knowledge
from events.merkle import EMPTY_ROOT
from events.standing import ANNULLED, CORRECTED
from projections.answers import money, projects, state
from projections.memory import MemoryReader
from projections.reading import PostgresReader
from projections.rows import Reader
from projections.scene import Scene
from tests.projections.histories import History
from tests.projections.ledger import Ledger
from tests.projections.test_agreement import filled

pytestmark = pytest.mark.anyio

Said = dict[str, Any]

DAYS: Final = ("2016-01-01", "2016-02-29", "2017-05-31", "2018-03-05", "2019-01-01")
LEVELS: Final = ("province", "city", "county", "township", "village")
POOLS: Final[Mapping[str, tuple[Any, ...]]] = {
    "jurisdiction_id": ("j0", "j1", "j2", "j3", "j4"),
    "body_id": ("b0", "b1"),
    "post_id": ("s0", "s1", "s2"),
    "letter_id": ("l0", "l1", "l2"),
    "thing": ("t0", "t1", "t2", "t3"),
    "any": ("j0", "j1", "j2", "b0", "b1", "s0", "t0", "t1", "t2"),
    "subject": ("j0", "j1", "t0", "t1", "t2", "t3"),
    "day": DAYS,
    "amount": ("0.01", "1000.00", "170000000.00"),
}
ALIKE: Final[Mapping[str, str]] = {
    "parent_id": "jurisdiction_id", "new_parent_id": "jurisdiction_id", "payer": "body_id", "unit_id": "body_id",
    "recipient_id": "any", "allocator_id": "any", "subject": "subject", "subject_id": "any", "counterparty": "any",
    "scope": "jurisdiction_id", "proposer_id": "any", "place_id": "any", "payee": "any", "owner_id": "any",
    "special_fund": "amount",
}  # fmt: skip
"""Fields that take their values from the pool of another."""
KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "jurisdiction.registered": ("jurisdiction_id code level name_zh", "parent_id effective_from"),
    "jurisdiction.reparented": ("jurisdiction_id new_parent_id effective_from", ""),
    "body.established": ("body_id", "jurisdiction_id unit_id"),
    "post.established": ("post_id title_zh", "jurisdiction_id|body_id"),
    "responsibility-letter.signed": ("letter_id signatory signed_on", "scope effective_from effective_until"),
    "responsibility-letter.countersigned": ("letter_id signatory signed_on", "role"),
    "funds.allocated": ("allocation_id amount allocated_on", "allocator_id from_allocation_id recipient_id"),
    "funds.disbursed": ("disbursement_id amount disbursed_on", "jurisdiction_id project_id payer payee approved_on"),
    "funds.reimbursed": ("reimbursement_id amount reimbursed_on project_id", "acceptance_event_id"),
    "funds.recovered": ("recovery_id amount recovered_on", "project_id finding_id"),
    "funds.consolidated": ("consolidation_id amount consolidated_on", "jurisdiction_id plan_id"),
    "budget.appropriated": ("budget_id special_fund adopted_on", "jurisdiction_id"),
    "donation.received": ("donation_id received_on", "jurisdiction_id amount"),
    "project.proposed": ("project_id proposed_on", "jurisdiction_id proposer_id name_zh"),
    "project.accepted": ("project_id accepted_on", "jurisdiction_id result:accepted"),
    "publicity.posted": ("posting_id posted_from", "subject_id posted_until"),
    "household.identified": ("household_id effective_from", "jurisdiction_id persons"),
    "household.removed": ("household_id effective_from", "jurisdiction_id persons"),
    "exit.proposed": ("exit_id proposed_on", "subject"),
    "exit.approved": ("exit_id approved_on", "effective_on"),
    "exit.rejected": ("exit_id rejected_on", ""),
    "designation.listed": ("jurisdiction_id list effective_from", ""),
    "designation.lifted": ("jurisdiction_id list effective_from", "cause exit_id"),
    "visit.made": ("visit_id started_on", "place_id nights"),
    "finding.raised": ("finding_id raised_on", "jurisdiction_id subject_id"),
    "rectification.ordered": ("rectification_id ordered_on", "finding_id deadline"),
    "rectification.completed": ("rectification_id completed_on", ""),
    "rectification.verified": ("rectification_id verified_on verdict", ""),
    "rectification.reopened": ("rectification_id reopened_on", ""),
    "plan.adopted": ("plan_id", "owner_id covers_from"),
}
"""Kind to its fields: always given, and given three times of four. One of `a|b` is given."""
SEEDS: Final = (0, 1, 2, 3, 5, 7, 8, 12)
"""Over these every case occurs."""
COMMON: Final = (
    "finding.raised", "rectification.ordered", "responsibility-letter.signed", "household.identified", "exit.proposed",
    "exit.approved", "funds.allocated",
)  # fmt: skip
"""Told twice as often."""
WORDS: Final[Mapping[str, tuple[Any, ...]]] = {
    "code": ("62", "6212", "621223"),
    "level": LEVELS,
    "name_zh": ("甲", "乙"),
    "title_zh": ("县长",),
    "role": ("counterparty", "co-principal"),
    "list": ("poor-village", "weak-organisation"),
    "cause": ("exit-approved", "correction"),
    "verdict": ("confirmed", "not-effective"),
    "result:accepted": ("passed", "conditional", "failed"),
    "acceptance_event_id": ("e30", "e31"),
    "persons": (0, 1, 5),
    "nights": (0, 2),
}


class Accounts:
    """Random facts of a small world, in which everything points at everything."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)

    def history(self, size: int = 240) -> History:
        """A history of this size, a tenth of it corrections and annulments, in a few batches."""
        facts: list[tuple[str, Said]] = []
        kinds: list[str] = []
        for position in range(size):
            target = self.chance.randrange(position) if position and self.chance.random() < 0.1 else None
            kind = self.chance.choice([*KINDS, *COMMON]) if target is None else kinds[target]
            kinds.append(kind)
            if target is None:
                facts.append((kind, self._data(kind)))
            elif facts[target][0] == ANNULLED or self.chance.random() < 0.3:
                facts.append((ANNULLED, {"annuls_event_id": f"e{target}"}))
            else:
                stated = {"corrects_event_id": f"e{target}", "corrected_payload": self._data(kind)}
                facts.append((CORRECTED, stated))
        events = [
            {"specversion": "1.0", "id": f"e{position}", "source": "urn:x", "type": kind, "data": data}
            for position, (kind, data) in enumerate(facts)
        ]
        return History(events, [size // 3, size // 2])

    def _data(self, kind: str) -> Said:
        always, often = KINDS[kind]
        data = {name.partition(":")[0]: self._value(kind, name) for name in always.split()}
        for name in often.split():
            if "|" in name:
                chosen = self.chance.choice(name.split("|"))
                data[chosen] = self._value(kind, chosen)
            elif self.chance.random() < 0.75:
                data[name.partition(":")[0]] = self._value(kind, name)
        return data

    def _value(self, kind: str, name: str) -> Any:
        if name in WORDS:
            return self.chance.choice(WORDS[name])
        if name == "signatory":
            return {"post_id": self.chance.choice(POOLS["post_id"])}
        if name == "signed_on" or (name == "effective_from" and kind == "responsibility-letter.signed"):
            return self.chance.choice((*DAYS, "2016", "2018-03"))
        pool = ALIKE.get(name, name)
        if pool not in POOLS:
            pool = "day" if name.endswith(("_on", "_from", "_until")) or name == "deadline" else "thing"
        return self.chance.choice(POOLS[pool])


IDS: Final = (
    *POOLS["jurisdiction_id"], *POOLS["body_id"], *POOLS["post_id"], *POOLS["thing"],
    *(f"{register}:{thing}" for register in ("household", "project", "finding") for thing in POOLS["thing"]),
)  # fmt: skip
EXPECTED: Final = frozenset(
    {
        "household identified", "household exited", "household removed", "letter certain", "letter possible",
        "letter no", "adrift disbursement", "adrift recovery",
        "unpaid", "exit listed", "exit exited", "exit lifted", "money allocated",
        "money passed_on", "money disbursed", "money recovered", "money left", "money appropriated", "money donated",
        "money consolidated", "money reimbursed", "money approved_not_paid", "rectification open",
        "rectification overdue", "rectification awaiting_verification", "rectification closed", "finding open",
        "finding closed", "in", "within", "out", "budget", "consolidation", "disbursement", "reimbursement",
        "recovery", "donation",
    }
)  # fmt: skip


async def said(answer: Awaitable[Any]) -> Any:
    """What an answer says, or that there is none."""
    try:
        return await answer
    except NotFound as error:
        return ["not found", dict(error.values)]


async def added(reader: Reader, day: str) -> Said:
    """Every statement that adds up, of this small world."""
    found: Said = {}
    for subtree in (False, True):
        for place in POOLS["jurisdiction_id"]:
            found[f"members {place} {subtree}"] = sorted(await reader.members(place, day, subtree=subtree), key=str)
    for ids in (IDS, POOLS["jurisdiction_id"], POOLS["thing"], ()):
        registers = ["disbursement", "donation"]
        found[f"dated {ids}"] = sorted(await reader.dated(ids, registers, day))
        found[f"transfers {ids}"] = sorted(await reader.transfers(ids, day), key=str)
        adrift = await reader.adrift(ids, ids, ["disbursement", "recovery", "rectification"])
        found[f"adrift {ids}"] = sorted(adrift)
        found[f"unpaid {ids}"] = await reader.unpaid(ids, day)
        found[f"letters {ids}"] = await reader.letters_on(ids, ids, day)
        found[f"letters at {ids}"] = await reader.letters_at(ids, ids, ids)
        found[f"households {ids}"] = await reader.households_on(ids, day)
    return found


async def answered(reader: Reader, day: str) -> Said:
    """The answers made of them."""
    scene = Scene(reader, Knowledge(reader.log_id, reader.size, None, "live"), EMPTY_ROOT, day, ())
    found: Said = {}
    for place in POOLS["jurisdiction_id"]:
        for subtree in (False, True):
            found[f"state {place} {subtree}"] = await said(state.of_place(scene, place, subtree=subtree))
            found[f"money {place} {subtree}"] = await said(whole(scene, place, subtree=subtree))
    for thing in POOLS["thing"]:
        found[f"project {thing}"] = await said(projects.one(scene, thing))
    return found


async def whole(scene: Scene, place: str, *, subtree: bool) -> Said:
    """The money of a place, with all of its items."""
    flows = await money.of_place(scene, place, subtree=subtree)
    return {**flows.head, "items": await money.described(scene, flows.members, flows.ids)}


@pytest.mark.parametrize("seed", SEEDS)
async def test_what_is_added_up_is_what_is_counted_step_by_step(engine: AsyncEngine, seed: int) -> None:
    """At the head and inside of batches, every sum and every answer made of them is that of the plain reader."""
    log = await filled(engine, Accounts(seed).history(), [True, False, False])
    kept, here = await log.entries(), await log.progress()
    for size, day in ((len(kept), "2019-06-01"), (len(kept), DAYS[2]), (100, DAYS[3]), (31, DAYS[4])):
        plain = MemoryReader(log.log_id, kept, size)
        expected = {**await added(plain, day), **await answered(plain, day)}
        async with engine.connect() as conn:
            reader = PostgresReader(conn, log.log_id, here.generation, size)
            found = {**await added(reader, day), **await answered(reader, day)}
        for name, told in expected.items():
            assert found[name] == told, f"{name} at {size} on {day}"


async def test_the_random_accounts_come_to_something() -> None:
    """Over the seeds above every status, way and certainty occurs: the comparison is not one of nothings."""
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        ledger = Ledger()
        for one in Accounts(seed).history().events:
            ledger.record(one["type"], **one["data"])
        reader = ledger.reader()
        found = {**await added(reader, DAYS[3]), **await answered(reader, DAYS[3])}
        seen.update(f"household {status}" for status in found[f"households {IDS}"])
        seen.update(f"letter {in_force}" for in_force in found[f"letters {IDS}"])
        seen.update(f"adrift {row.doc['register']}" for row in found[f"adrift {IDS}"])
        seen.update(["unpaid"] if found[f"unpaid {IDS}"] else [])
        for name, told in found.items():
            if name.startswith("state") and isinstance(told, dict):
                seen.update([f"exit {told['exit']['status']}"])
                seen.update(f"money {kind}" for kind, amount in told["money"].items() if amount != "0.00")
                seen.update(f"rectification {kind}" for kind, many in told["rectifications"].items() if many)
                seen.update(f"finding {kind}" for kind, many in told["findings"].items() if many)
            if name.startswith("money") and isinstance(told, dict):
                seen.update(item.get("direction", item["type"]) for item in told["items"])
    assert seen.keys() >= EXPECTED, EXPECTED - seen.keys()
