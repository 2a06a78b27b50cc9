"""What a dossier holds of those who stand in no place: helpers of households, the other sides of letters, entries."""

from __future__ import annotations

from typing import Any

import pytest

from projections.answers import duties
from projections.duties.dossier import Dossier
from projections.duties.gathering import dossier_of
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio

QUOTA = "mee-2017-p3-d"


@pytest.fixture
def ledger() -> Ledger:
    """A province, a city and a village of the county that the ministry's plan names."""
    made = Ledger()
    made.place("p", "province", "130000")
    made.place("city", "city", "130800", "p")
    made.place("c", "county", "130828", "city")
    made.place("v", "village", "130828100201", "c")
    return made


async def gathered(ledger: Ledger, place: str, day: str = "2018-06-01") -> Dossier:
    """The dossier of a place."""
    return await dossier_of(ledger.reader(), [place], day)


async def test_the_helper_of_a_household_is_there(ledger: Ledger) -> None:
    """A household stands at a village: its pairing and its helper come with it, whichever place above is asked."""
    ledger.record("household.identified", household_id="h", jurisdiction_id="v", effective_from="2016-01-01")
    ledger.record(
        "pairing.started", pairing_id="x", helper="who", assisted="h", kind="helper-household", effective_from="2016"
    )
    ledger.record("person.registered", person_id="who", name_zh="某人")
    for place in ("v", "c", "p"):
        dossier = await gathered(ledger, place)
        assert [one.id for one in dossier.pairings_with("h")] == ["x"]
        assert [one.assisted for one in dossier.pairings_of("who")] == ["h"]
        assert dossier.name_of("who") == "某人"


async def test_the_other_side_of_a_letter_is_there(ledger: Ledger) -> None:
    """A county's letter names a body of its city: the county's own dossier knows what that body is."""
    ledger.record(
        "body.established", body_id="g", jurisdiction_id="city", functions=["leading-group"], name_zh="领导小组"
    )
    ledger.post("c.head", "c", functions=["government-principal"])
    ledger.start("a", "who", "c.head", "2016-01-01")
    ledger.sign("l", "2018-01-10", "who", "c.head", kind="exit-letter", counterparty="g")
    for place in ("c", "city"):
        dossier = await gathered(ledger, place)
        assert dossier.bodies["g"].functions
        assert dossier.place_of("g") == "city"


async def test_evidence_names_the_event(ledger: Ledger) -> None:
    """The entry behind an act has its position, its type and the id that its sender gave it."""
    at = ledger.record(
        "visit.made", visit_id="1", visitor=[{"person_id": "who"}], place_id="v", started_on="2018-03-01"
    )
    (act,) = (await gathered(ledger, "v")).matters["visit:1"].acts
    assert act.evidence == {"position": at, "id": f"e{at}", "type": "visit.made"}


def unit(ledger: Ledger) -> None:
    """A unit without a place that is paired with the village."""
    ledger.record("body.established", body_id="u", functions=["assisting-unit"], name_zh="单位", unit_id="m")
    ledger.post("u.head", body_id="u", functions=["assisting-unit-head"])
    ledger.start("a", "who", "u.head", "2016-01-01")
    ledger.record(
        "pairing.started",
        pairing_id="x",
        helper="u",
        assisted="v",
        kind="fixed-point-unit",
        effective_from="2016-01-01",
    )


async def told(ledger: Ledger, day: str, **asked: Any) -> list[tuple[str | None, str]]:
    """The windows of the unit's quota as of a day, each with its status."""
    found = await duties.of_places(ledger.scene(day), ["city"], duties.Asked(rules={QUOTA}, **asked))
    return [(one.outcome.since, one.status) for one in found.duties]


async def test_an_instrument_that_ended_is_judged_over_the_days_it_bound(ledger: Ledger) -> None:
    """The plan ends with 2018: asked over that year, its last half-year is a missed one, and due on its last day."""
    unit(ledger)
    span = ("2018-01-01", "2019-01-01")
    assert await told(ledger, "2020-01-01", span=span) == [("2018-01-01", "breached"), ("2018-07-01", "breached")]
    assert await told(ledger, "2018-12-31", span=span) == [("2018-01-01", "breached"), ("2018-07-01", "due")]
    assert await told(ledger, "2020-01-01", span=("2019-01-01", "2020-01-01")) == []
    assert await told(ledger, "2019-01-01") == []


async def test_a_reading_under_which_nothing_applies_differs(ledger: Ledger) -> None:
    """Whoever was sent and left in mid-year does not count at the year's end: that reading says not-applicable."""
    made = Ledger()
    made.place("p", "province", "520000")
    made.place("c", "county", "522635", "p")
    made.place("v", "village", "522635100201", "c")
    made.record("body.established", body_id="u", jurisdiction_id="c", functions=["assisting-unit"], name_zh="单位")
    made.post("first", "v", functions=["first-secretary"])
    made.start("a", "who", "first", "2016-01-01", sending_unit_id="u")
    made.end("a", "2016-07-01")
    for which, subject, grade in (("1", "who", "unqualified"), ("2", "u", "excellent")):
        given = {"evaluation_id": which, "subject": subject, "year": 2016, "grade": grade}
        made.record("evaluation.recorded", **given, recorded_on="2017-01-10")
    found = await duties.of_places(made.scene("2018-01-01"), ["c"], duties.Asked(rules={"majiang-2016-fs-veto"}))
    (duty,) = found.duties
    assert duty.status == "breached"
    assert {(one.name, one.status) for one in duty.alternatives} == {
        ("serving", "not-applicable"),
        ("counting", "breached"),
    }


async def test_what_a_unit_does_elsewhere_counts_where_its_duty_is_told(ledger: Ledger) -> None:
    """A unit of no place helps two villages: asked about the first alone, its head's visit to the second is seen."""
    unit(ledger)
    ledger.place("w", "village", "130828101201", "c")
    visit: dict[str, Any] = {"visit_id": "1", "visitor": [{"person_id": "who", "post_id": "u.head"}], "place_id": "w"}
    ledger.record("visit.made", **visit, started_on="2018-03-01", purpose="assistance")
    for asked in (["v"], ["c"], ["city"]):
        found = await duties.of_places(ledger.scene("2018-06-01"), asked, duties.Asked(rules={"central-2016-art21-c"}))
        assert [(one.subject.id, one.status, one.outcome.actual) for one in found.duties] == [
            ("u", "met", {"count": 1})
        ]
        assert found.dossier.place_of("u") is None
    dossier = await gathered(ledger, "v")
    assert dossier.matters["visit:1"].stands_at == "w"
    assert dossier.above("w") == ["c", "city", "p"]


async def test_the_centre_owes_nothing_at_a_village_left_behind() -> None:
    """A township was abolished and its village not moved: the centre's duties are told at the province alone."""
    made = Ledger()
    made.place("p", "province", "140000")
    made.place("t", "township", "140925100", "p")
    made.place("v", "village", "140925100201", "t")
    gone = {"predecessor_ids": ["t"], "successor_ids": [], "kind": "abolish", "effective_from": "2018-01-01"}
    made.record("jurisdiction.restructured", **gone)
    asked = duties.Asked(rules={"central-2016-art5-a"})
    for day in ("2017-12-31", "2018-01-01"):
        found = await duties.of_places(made.scene(day), ["p", "v"], asked)
        assert [one.subject.place for one in found.duties] == ["p"]


async def test_a_place_under_one_never_registered_is_the_topmost() -> None:
    """A log that begins at a county names a city it does not hold: the centre's duties are told at the county."""
    made = Ledger()
    made.place("c", "county", "140925", "somewhere")
    found = await duties.of_places(made.scene("2018-01-01"), ["c"], duties.Asked(rules={"central-2016-art5-a"}))
    assert [one.subject.place for one in found.duties] == ["c"]


async def test_who_heads_a_unit_that_helps_owes_what_it_owes(ledger: Ledger) -> None:
    """Asked of the unit, of its head, or of the county where it helps: the same duties; of the ministry its own."""
    unit(ledger)
    ledger.record("body.established", body_id="m", functions=["assisting-unit"], name_zh="环境保护部")
    ledger.post("m.head", body_id="m", functions=["assisting-unit-head"])
    ledger.start("b", "minister", "m.head", "2016-01-01")
    scene = ledger.scene("2018-06-01")
    told = {one.id for one in (await duties.of_places(scene, ["c"], duties.Asked())).duties if one.subject.id == "u"}
    assert "central-2016-art21-c|u||" in told
    assert {one.id for one in (await duties.of_body(scene, "u", duties.Asked())).duties} == told
    found = {one.id: one for one in (await duties.of_person(scene, "who", duties.Asked())).duties}
    assert found.keys() == told
    assert {one.subject.place for one in found.values()} == {"v"}
    ministry = {one.id for one in (await duties.of_body(scene, "m", duties.Asked())).duties}
    assert {one.id for one in (await duties.of_person(scene, "minister", duties.Asked())).duties} == ministry
    rules = {one.partition("|")[0] for one in ministry}
    assert "mee-2017-p2-d" in rules  # narrowed to the ministry by its name
    assert "mee-2017-p2-d" not in {one.partition("|")[0] for one in told}


async def test_a_rule_narrowed_by_name_is_not_owed_by_a_unit_that_helps_nobody(ledger: Ledger) -> None:
    """A unit within the ministry that is paired with nothing owes no duty of the ministry's own."""
    unit(ledger)
    ledger.record("body.established", body_id="m", functions=["assisting-unit"], name_zh="环境保护部")
    ledger.record("body.established", body_id="w", functions=["assisting-unit"], name_zh="单位二", unit_id="m")
    found = (await duties.of_body(ledger.scene("2018-06-01"), "w", duties.Asked(systems={"mee-2017"}))).duties
    rules = {one.rule.id for one in found}
    assert rules
    assert "mee-2017-p2-d" not in rules


async def test_what_happened_where_an_instrument_names_places_is_seen_from_a_unit(ledger: Ledger) -> None:
    """Major incidents may not occur in the counties that the ministry's plan names: the ministry, the unit that helps
    another village there, and the village alone see the one that did."""
    unit(ledger)
    ledger.record("body.established", body_id="m", functions=["assisting-unit"], name_zh="环境保护部")
    ledger.place("w", "village", "130828101201", "c")
    ledger.record("incident.reported", incident_id="i", severity="major", place_id="w", reported_on="2018-02-02")
    scene, asked = ledger.scene("2018-06-01"), duties.Asked(rules={"mee-2017-p2-e"})
    of_place = [await duties.of_places(scene, [place], asked) for place in ("v", "c", "p")]
    for found in (await duties.of_body(scene, "m", asked), await duties.of_person(scene, "who", asked), *of_place):
        assert [(one.outcome.about, one.status) for one in found.duties] == [("c", "breached")]


@pytest.mark.parametrize("where", ["elsewhere", "merged"])
@pytest.mark.parametrize(("exit_on", "status"), [(None, "breached"), ("2018-05-01", "met"), ("2018-07-01", "breached")])
async def test_a_unit_answers_for_whom_it_helped_elsewhere_and_for_what_is_no_more(
    ledger: Ledger, where: str, exit_on: str | None, status: str
) -> None:
    """A unit stopped helping a village of another county, or one merged since: its county says so, too."""
    ledger.place("d", "county", "130829", "city")
    ledger.place("w", "village", "130829100201", "d" if where == "elsewhere" else "c")
    ledger.record("body.established", body_id="u", jurisdiction_id="c", functions=["assisting-unit"], name_zh="单位")
    ledger.record(
        "pairing.started", pairing_id="x", helper="u", assisted="w", kind="fixed-point-unit", effective_from="2016"
    )
    ledger.record("pairing.ended", pairing_id="x", reason="reassigned", effective_until="2018-06-01")
    if exit_on is not None:
        ledger.record("exit.proposed", exit_id="e", subject="w", level="village", proposed_on="2018-01-01")
        ledger.record("exit.approved", exit_id="e", approved_on=exit_on)
    if where == "merged":
        merge: dict[str, Any] = {"kind": "merge", "predecessor_ids": ["w"], "successor_ids": ["v"]}
        ledger.record("jurisdiction.restructured", **merge, effective_from="2019-01-01")
    for asked in ("c", "city"):
        found = await duties.of_places(
            ledger.scene("2019-06-01"), [asked], duties.Asked(rules={"central-2016-art21-b"})
        )
        assert [(one.subject.id, one.status) for one in found.duties] == [("u", status)]
