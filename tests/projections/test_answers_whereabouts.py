"""Wherever a fact is told of, it is told of once: flags of places with those of no place, sums, and single entries."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import pytest
from hypothesis import given

from events.catalogue.registry import KINDS
from events.dated import main_day
from events.entry import Entry
from events.standing import ANNULLED, CORRECTED
from projections.answers import money, projects, rectifications, state
from projections.answers.flags import listing, units
from projections.answers.flags.flag import Flag
from projections.answers.flags.listing import Wanted
from projections.answers.responsible import places_at
from projections.facts import standing_fact
from projections.folds.registers import OF_KIND
from projections.registry import BY_KIND
from tests.projections.histories import History, histories
from tests.projections.ledger import Ledger
from tests.projections.test_agreement import many

pytestmark = pytest.mark.anyio

DAY: Final = "2019-06-01"
ABOUT: Final = (CORRECTED, ANNULLED)
LATE: Final = Wanted(frozenset({"back-dated"}), 30)
VACANT: Final = Wanted(frozenset({"approved-while-vacant"}))


def county() -> Ledger:
    """Two counties x and y, each with a body that pays; a finding at each."""
    log = Ledger()
    for place, code in (("x", "140925"), ("y", "140926")):
        log.place(place, "county", code)
        log.record("body.established", body_id=f"fin-{place}", name_zh="财政局", jurisdiction_id=place)
        log.record("finding.raised", finding_id=f"f-{place}", jurisdiction_id=place, raised_on="2018-01-01")
    return log


def paid(log: Ledger, one: str, **more: Any) -> int:
    """A payment of 20.00, approved and made in February 2018."""
    days = {"approved_on": "2018-02-01", "disbursed_on": "2018-02-02"}
    return log.record("funds.disbursed", disbursement_id=one, amount="20.00", **days, **more)


def back(log: Ledger, one: str, **more: Any) -> int:
    """A recovery of 5.00."""
    return log.record("funds.recovered", recovery_id=one, amount="5.00", recovered_on="2018-04-01", **more)


async def sums(log: Ledger, place: str = "x") -> dict[str, str]:
    """The sums of a place that are not nothing; those of its money and its state are the same, those of items too."""
    scene = log.scene(DAY)
    flows = await money.of_place(scene, place, subtree=False)
    told: dict[str, str] = (await state.of_place(scene, place, subtree=False))["money"]
    assert flows.head["totals"] == told
    assert flows.head["levels"] == [
        {
            "level": "county",
            **{name: told[name] for name in ("allocated", "passed_on", "disbursed", "recovered", "left")},
        }
    ]
    return {name: amount for name, amount in told.items() if amount != "0.00"}


async def late(log: Ledger, wanted: Wanted = LATE) -> dict[str | None, list[int]]:
    """The positions that flags of the whole log show, by place; also those of no place."""
    scene = log.scene(DAY)
    found: list[Flag] = []
    for unit in await units.of_log(scene.reader, DAY):
        found += (await listing.of_unit(scene, unit, wanted)).flags
    found += (await listing.of_nowhere(scene, wanted)).flags
    told: dict[str | None, list[int]] = {}
    for flag in found:
        told.setdefault(flag.place, []).append(flag.evidence[0]["position"])
    return {place: sorted(at) for place, at in told.items()}


async def places(log: Ledger, position: int) -> list[str]:
    """The places of an entry, as its page tells who was responsible."""
    return await places_at(log.reader(), [log.entries[position]])


async def test_a_project_that_names_no_place_is_at_who_approved_it() -> None:
    """What is paid to it, allocated to it and recovered from it counts there, and is flagged there."""
    log = county()
    log.record(
        "project.approved", project_id="pj", approved_by="fin-x", approved_on="2018-01-01", approved_amount="9.00"
    )
    given = log.record(
        "funds.allocated", allocation_id="al", recipient_id="pj", allocator_id="fin-x", amount="100.00",
        allocated_on="2018-01-05",
    )  # fmt: skip
    payment = paid(log, "d", project_id="pj", payer="fin-x")
    recovery = back(log, "r", project_id="pj", finding_id="f-y")
    assert await sums(log) == {"disbursed": "20.00", "recovered": "5.00", "left": "-15.00"}
    assert await sums(log, "y") == {}
    assert {given, payment, recovery} <= set((await late(log))["x"])
    for position in (given, payment, recovery):
        assert await places(log, position) == ["x"]
    assert len((await projects.one(log.scene(DAY), "pj"))["recoveries"]) == 1


@pytest.mark.parametrize("registered", [False, True])
async def test_money_of_a_project_at_no_place_is_at_its_payer_or_finding(registered: bool) -> None:
    """Whether nothing registered the project or it names no place: paid at the payer, recovered at the finding."""
    log = county()
    if registered:
        log.record("project.proposed", project_id="pj", name_zh="路", proposed_on="2017-01-01")
    payment = paid(log, "d", project_id="pj", payer="fin-x")
    recovery = back(log, "r", project_id="pj", finding_id="f-x")
    elsewhere = paid(log, "e", project_id="pj", payer="fin-y", payee="fin-x")
    assert await sums(log) == {"disbursed": "20.00", "recovered": "5.00", "left": "-15.00"}
    assert await sums(log, "y") == {"disbursed": "20.00", "left": "-20.00"}
    found = await late(log)
    assert {payment, recovery} <= set(found["x"])
    assert elsewhere in found["y"]
    assert [await places(log, at) for at in (payment, recovery, elsewhere)] == [["x"], ["x"], ["y"]]


async def test_a_payment_at_a_project_of_another_place_stays_there() -> None:
    """Who paid is asked only where the project, and a place that is named but not on record, lead nowhere."""
    log = county()
    log.record("project.proposed", project_id="pj", name_zh="路", jurisdiction_id="y", proposed_on="2017-01-01")
    payment = paid(log, "d", project_id="pj", payer="fin-x")
    astray = paid(log, "e", project_id="pj", payer="fin-x", jurisdiction_id="nowhere")
    assert await sums(log) == {}
    assert await sums(log, "y") == {"disbursed": "40.00", "left": "-40.00"}
    found = await late(log)
    assert {payment, astray} <= set(found["y"])
    assert {payment, astray}.isdisjoint(found["x"])


async def test_a_project_of_a_body_of_a_place_that_nothing_registers_leads_nowhere() -> None:
    """What is reached by a body or a post is a place only where it is registered: else the payer, or the finding."""
    log = county()
    log.record("body.established", body_id="lost", name_zh="某局", jurisdiction_id="ghost")
    log.post("stray", "ghost")
    log.record("project.proposed", project_id="pj", name_zh="路", proposer_id="lost", proposed_on="2017-01-01")
    payment = paid(log, "d", project_id="pj", payer="fin-x")
    recovery = back(log, "r", project_id="pj", finding_id="f-x")
    assert await sums(log) == {"disbursed": "20.00", "recovered": "5.00", "left": "-15.00"}
    assert [await places(log, at) for at in (payment, recovery)] == [["x"], ["x"]]
    log.record("finding.raised", finding_id="f", subject_id="stray", raised_on="2018-01-01")
    log.post("head", "y")
    log.record("rectification.ordered", rectification_id="z", finding_id="f", ordered_on="2018-02-01",
               responsible={"post_id": "head"})  # fmt: skip
    found = await state.of_place(log.scene(DAY), "y", subtree=False)
    assert found["rectifications"]["open"] == 1
    told = await rectifications.one(log.scene(DAY), "z")
    assert told["place"]["id"] == "y"
    log.place("ghost", "county", "140927")
    assert await sums(log) == {}
    assert (await rectifications.one(log.scene(DAY), "z"))["place"]["id"] == "ghost"


async def test_a_payment_stated_again_is_as_it_was_recorded_last() -> None:
    """Whole: what the last statement leaves out, the one before does not fill in."""
    log = county()
    paid(log, "d", jurisdiction_id="x", approved_by={"post_id": "s"})
    log.record("funds.disbursed", disbursement_id="d", amount="900.00", disbursed_on="2020-01-01", payer="fin-y")
    assert await sums(log) == await sums(log, "y") == {}
    log.record("funds.disbursed", disbursement_id="d", amount="7.00", disbursed_on="2019-01-05", payer="fin-y")
    assert await sums(log, "y") == {"disbursed": "7.00", "left": "-7.00"}
    flows = await money.of_place(log.scene(DAY), "y", subtree=False)
    (shown,) = await money.described(log.scene(DAY), flows.members, flows.ids)
    assert (shown["approved_on"], shown["approved_by"]) == (None, {"person": None, "post": None})


async def test_a_finding_stated_again_is_where_it_was_recorded_last() -> None:
    """The finding and its rectification, in sums, in the register and by themselves."""
    log = county()
    log.record("finding.raised", finding_id="f", jurisdiction_id="x", raised_on="2018-01-01")
    log.record("rectification.ordered", rectification_id="z", finding_id="f", ordered_on="2018-02-01")
    log.record("finding.raised", finding_id="f", subject_id="y", raised_on="2018-01-01")
    for place, count in (("x", 0), ("y", 1)):
        found = await state.of_place(log.scene(DAY), place, subtree=False)
        assert (found["findings"]["open"], found["rectifications"]["open"]) == (1 + count, count)
    assert (await rectifications.one(log.scene(DAY), "z"))["place"]["id"] == "y"


async def test_approved_and_not_yet_paid_counts_at_the_payer_too() -> None:
    """A payment at a project that nothing registered is shown as approved before it is paid."""
    log = county()
    log.record(
        "funds.disbursed", disbursement_id="d", amount="20.00", approved_on="2019-01-01", disbursed_on="2020-01-01",
        project_id="gone", payer="fin-x",
    )  # fmt: skip
    assert await sums(log) == {"approved_not_paid": "20.00"}


async def test_a_letter_of_no_post_is_at_its_scope() -> None:
    """Whoever signed it, and though nobody is named: the list of its scope shows it, and no other."""
    log = county()
    nobody = log.record("responsibility-letter.signed", letter_id="l", signed_on="2017-01-01", scope="x")
    found = await late(log)
    assert nobody in found["x"]
    assert [place for place, at in found.items() if nobody in at] == ["x"]


def dated(log: Ledger) -> set[int]:
    """The positions of the entries that stand and have a day up to the one asked about; those of persons left out."""
    versions: dict[int, list[Entry]] = {}
    for entry in log.entries:
        versions.setdefault(entry.fact_position, []).append(entry)
    found: set[int] = set()
    for told in versions.values():
        fact = standing_fact(told)
        if fact is not None and {one.name for one in BY_KIND.get(fact.kind, ())} != {"person"}:
            stating = [entry for entry in told if entry.position in {one["position"] for one in fact.evidence}]
            days = [(entry.position, main_day(KINDS[fact.kind], entry.stated or {})) for entry in stating]
            found |= {position for position, day in days if day is not None and day <= DAY}
    return found


@many
@given(history=histories(least=30, most=60))
async def test_flags_of_places_and_of_no_place_hold_every_fact(history: History) -> None:
    """Over random facts of every kind: each that stands and has a day is in the list, and one of a matter just once."""
    log = Ledger()
    for item in history.events:
        data = item["data"]
        target = data.get("corrects_event_id", data.get("annuls_event_id")) if item["type"] in ABOUT else None
        log.keep(item["type"], data, None if target is None else int(target[1:]))
    shown = Counter(position for at in (await late(log)).values() for position in at)
    assert shown.keys() == dated(log)
    for position, times in shown.items():
        assert times == 1 or log.entries[log.entries[position].fact_position].kind not in OF_KIND, position


async def test_a_payment_does_not_escape_its_flag_by_a_project_at_no_place() -> None:
    """Approved while the head's post was vacant, it is flagged at its payer as one that names no project is."""
    log = county()
    log.post("head", "x", functions=["government-principal"], effective_from="2015-01-01")
    plain, named = paid(log, "d", payer="fin-x"), paid(log, "e", payer="fin-x", project_id="gone")
    log.record("project.approved", project_id="pj", approved_by="fin-x", approved_on="2018-01-01")
    approved = paid(log, "f", payer="fin-x", project_id="pj")
    assert await late(log, VACANT) == {"x": [plain, named, approved]}
