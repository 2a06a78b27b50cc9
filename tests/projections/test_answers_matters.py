"""Matters in timelines: what stands at a place, through bodies, projects, findings and households, and when it ran."""

from __future__ import annotations

from typing import Any

import pytest

from events.catalogue.registry import KINDS
from events.named import named_ids
from projections.answers import state, timeline
from projections.answers.matters import span, spells
from projections.answers.membership import membership_of
from projections.answers.whereabouts import places_of
from projections.folds.registers import OF_KIND, REGISTERS
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio


def county() -> Ledger:
    """A county with a township and a village, an office with a post, and a neighbour."""
    ledger = Ledger()
    ledger.county("621223")
    ledger.place("t", "township", "621223104", "c")
    ledger.place("v", "village", "621223104211", "t")
    ledger.place("n", "county", "621224", "p")
    ledger.record("body.established", body_id="office", jurisdiction_id="c", name_zh="扶贫办")
    ledger.post("chief", body_id="office")
    return ledger


async def of_place(ledger: Ledger, place: str, **more: Any) -> list[dict[str, Any]]:
    """The matters in the timeline of a place, as type, id and days."""
    answer = await timeline.of_jurisdiction(ledger.scene("2020-01-01"), place, None, None, **more)
    return [item for item in answer["items"] if item["type"] in REGISTERS]


def brief(items: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Type, id and days of items."""
    return [(item["type"], item["id"], item["from"], item["until"]) for item in items]


async def test_stands_where_it_points() -> None:
    """A meeting stands at its body's place, a payment at its project's, a rectification at its finding's."""
    ledger = county()
    ledger.record("meeting.held", meeting_id="m", body_id="office", held_on="2018-01-05")
    ledger.record("project.approved", project_id="pr", jurisdiction_id="c", approved_on="2018-02-01")
    ledger.record("funds.disbursed", disbursement_id="d", project_id="pr", amount="5.00", disbursed_on="2018-03-01")
    ledger.record("finding.raised", finding_id="f", jurisdiction_id="c", raised_on="2018-04-01")
    ledger.record("rectification.ordered", rectification_id="r", finding_id="f", ordered_on="2018-04-02")
    ledger.record("finding.raised", finding_id="other", jurisdiction_id="n", raised_on="2018-04-01")
    ledger.record("meeting.held", meeting_id="nowhere", body_id="unheard-of", held_on="2018-01-05")
    assert brief(await of_place(ledger, "c")) == [
        ("meeting", "m", "2018-01-05", "2018-01-06"),
        ("project", "pr", "2018-02-01", "2018-02-02"),
        ("disbursement", "d", "2018-03-01", "2018-03-02"),
        ("finding", "f", "2018-04-01", "2018-04-02"),
        ("rectification", "r", "2018-04-02", "2018-04-03"),
    ]


async def test_one_id_in_two_registers() -> None:
    """A finding and a project of one id are two matters, and a payment on the project is none on the finding."""
    ledger = county()
    ledger.record("project.approved", project_id="1", jurisdiction_id="c", approved_on="2018-02-01")
    ledger.record("finding.raised", finding_id="1", jurisdiction_id="n", raised_on="2018-04-01")
    ledger.record("funds.disbursed", disbursement_id="1", project_id="1", amount="5.00", disbursed_on="2018-03-01")
    assert [(i["type"], i["id"]) for i in await of_place(ledger, "c")] == [("project", "1"), ("disbursement", "1")]
    assert [(i["type"], i["id"]) for i in await of_place(ledger, "n")] == [("finding", "1")]


async def test_below() -> None:
    """The subtree takes in what stands at the township and at a household of the village; the place alone does not."""
    ledger = county()
    ledger.record("household.identified", household_id="h", jurisdiction_id="v", effective_from="2016-01-01")
    ledger.record("visit.made", visit_id="a", place_id="h", started_on="2018-01-01", ended_on="2018-01-02", nights=1)
    ledger.record("visit.made", visit_id="b", place_id="t", started_on="2018-02-01")
    assert await of_place(ledger, "c") == []
    assert brief(await of_place(ledger, "c", types={"visit"}, subtree=True)) == [
        ("visit", "a", "2018-01-01", "2018-01-03"),
        ("visit", "b", "2018-02-01", "2018-02-02"),
    ]
    assert brief(await of_place(ledger, "v"))[0] == ("household", "h", "2016-01-01", None)


async def test_a_record_stands_where_its_archive_is_named_after() -> None:
    """A record filed under a project's id or a village's is found there; one filed in an archive of any name is not."""
    ledger = county()
    ledger.record("project.approved", project_id="pr", jurisdiction_id="v", approved_on="2018-02-01")
    for record, archive in (("a", "pr"), ("b", "v"), ("c", "县扶贫办档案室"), ("d", "档" * 3000)):
        ledger.record("record.filed", record_id=record, archive=archive, filed_on="2018-11-20")
    assert brief(await of_place(ledger, "c", types={"record"}, subtree=True)) == [
        ("record", "a", "2018-11-20", "2018-11-21"),
        ("record", "b", "2018-11-20", "2018-11-21"),
    ]
    reader = ledger.reader()
    assert [await places_of(reader, [f"record:{one}"]) for one in "abcd"] == [{"v"}, {"v"}, set(), set()]


async def test_pairings_of_a_village_and_its_households() -> None:
    """Helpers of households are in the timeline of their village, with the reason and who followed; above it too."""
    ledger = county()
    ledger.record("household.identified", household_id="h", jurisdiction_id="v", effective_from="2016-01-01")
    for pairing, helper, assisted in (("1", "office", "v"), ("2", "x", "h"), ("3", "y", "h"), ("4", "y", "n")):
        ledger.record(
            "pairing.started", pairing_id=pairing, helper=helper, assisted=assisted, effective_from="2016-03-01"
        )
    ended = {"effective_until": "2018-07-01", "reason": "transfer", "successor_pairing_id": "3"}
    ledger.record("pairing.ended", pairing_id="2", **ended)
    scene = ledger.scene("2020-01-01")
    own = (await timeline.of_jurisdiction(scene, "v", None, None, {"pairing"}))["items"]
    assert [(i["pairing"], i["until"], i["reason"], i["successor"]) for i in own] == [
        ("1", None, None, None),
        ("2", "2018-07-01", "transfer", "3"),
        ("3", None, None, None),
    ]
    assert own[0]["assisted"] == {"id": "v", "name": "name-v", "kind": "jurisdiction"}
    assert own[1]["assisted"] == {"id": "h", "name": None, "kind": "household"}
    below = await timeline.of_jurisdiction(scene, "c", None, None, {"pairing"}, subtree=True)
    assert (below["items"], below["valid_at"]) == (own, "2020-01-01")
    assert (await timeline.of_jurisdiction(scene, "c", None, None, {"pairing"}))["items"] == []


async def test_designations_are_intervals() -> None:
    """Each listing of a place is an item of its own, ended by what lifted that list."""
    ledger = county()
    for kind, of_list, day in (
        ("listed", "poor", "2012-03-19"),
        ("listed", "watched", "2020-01-01"),
        ("lifted", "poor", "2018-08-01"),
        ("listed", "poor", "2019-01-01"),
    ):
        ledger.record(f"designation.{kind}", jurisdiction_id="c", list=of_list, effective_from=day)
    items = await of_place(ledger, "c")
    assert [(i["list"], i["from"], i["until"]) for i in items] == [
        ("poor", "2012-03-19", "2018-08-01"),
        ("poor", "2019-01-01", None),
        ("watched", "2020-01-01", None),
    ]
    assert [len(i["evidence"]) for i in items] == [2, 1, 1]


async def test_correction_moves_a_matter() -> None:
    """A payment entered for the wrong county leaves it with the correction, and both entries are evidence."""
    ledger = county()
    paid = {"disbursement_id": "d", "amount": "5.00", "disbursed_on": "2018-03-01"}
    first = ledger.record("funds.disbursed", **paid, jurisdiction_id="n")
    ledger.correct(first, **paid, jurisdiction_id="c")
    assert await of_place(ledger, "n") == []
    (item,) = await of_place(ledger, "c")
    assert [entry["position"] for entry in item["evidence"]] == [first, first + 1]
    before = await timeline.of_jurisdiction(ledger.scene("2020-01-01", size=first + 1), "n", None, None)
    assert [i["id"] for i in before["items"] if i["type"] == "disbursement"] == ["d"]


async def test_persons_and_posts_see_what_names_them() -> None:
    """A visit is in the timeline of every visitor, under any id merged into one person, and of the post claimed."""
    ledger = county()
    ledger.record("person.registered", person_id="x", name_zh="甲")
    ledger.merge("old-x", "x")
    visitors = [{"person_id": "old-x", "post_id": "chief"}, {"person_id": "y"}]
    ledger.record("visit.made", visit_id="a", visitor=visitors, place_id="v", started_on="2018-01-01")
    ledger.record("visit.made", visit_id="b", visitor=[{"person_id": "z"}], place_id="v", started_on="2018-01-01")
    scene = ledger.scene("2020-01-01")
    for answer in (
        await timeline.of_person(scene, "x", None, None),
        await timeline.of_person(scene, "y", None, None),
        await timeline.of_post(scene, "chief", None, None),
    ):
        (item,) = [item for item in answer["items"] if item["type"] == "visit"]
        assert item["id"] == "a"
        assert item["names"]["old-x"] == "甲"


async def test_a_timeline_says_for_which_day_it_was_asked() -> None:
    """A place, a person and a post: the tree, the code and the names are those of the day asked about."""
    ledger = county()
    ledger.record("person.registered", person_id="x", name_zh="甲")
    scene = ledger.scene("2018-03-05")
    for answer in (
        await timeline.of_jurisdiction(scene, "c", None, None),
        await timeline.of_jurisdiction(scene, "c", None, None, {"visit"}, subtree=True),
        await timeline.of_person(scene, "x", None, None),
        await timeline.of_post(scene, "chief", None, None),
    ):
        assert scene.header().items() <= answer.items()
        assert answer["valid_at"] == "2018-03-05"


async def test_where_things_are() -> None:
    """A rectification is found at the place of its finding, an exit of a household in its village, a circle nowhere."""
    ledger = county()
    ledger.record("household.identified", household_id="h", jurisdiction_id="v", effective_from="2016-01-01")
    ledger.record("exit.proposed", exit_id="e", subject="h", proposed_on="2018-01-01")
    ledger.record("finding.raised", finding_id="f", subject_id="office", raised_on="2018-04-01")
    ledger.record("rectification.ordered", rectification_id="r", finding_id="f", ordered_on="2018-04-02")
    ledger.record("plan.adopted", plan_id="one", owner_id="two")
    ledger.record("plan.adopted", plan_id="two", owner_id="one")
    reader = ledger.reader()
    assert await places_of(reader, ["exit:e"]) == {"v"}
    assert await places_of(reader, ["rectification:r"]) == {"c"}
    assert await places_of(reader, ["plan:one"]) == set()
    assert "plan:one" not in (await membership_of(reader, "c", "2020-01-01", subtree=True)).ids


@pytest.mark.parametrize("kind", sorted(OF_KIND))
def test_every_kind_has_its_register(kind: str) -> None:
    """Every kind that tells of a matter names it by a field that the catalogue has, or by its own id."""
    register, field = OF_KIND[kind]
    assert register.kinds[kind] == field


def test_spans() -> None:
    """A posting ends before the day it was posted until, an inspection after its last; a withdrawal ends it earlier."""
    posted = {"type": "publicity.posted", "on": "2018-01-01", "position": 0, "data": {"posted_until": "2018-01-10"}}
    withdrawn = {
        "type": "publicity.withdrawn",
        "on": "2018-01-05",
        "position": 1,
        "data": {"withdrawn_on": "2018-01-05"},
    }
    assert span("posting", [posted]) == ("2018-01-01", "2018-01-10")
    assert span("posting", [posted, withdrawn]) == ("2018-01-01", "2018-01-05")
    held = {"type": "inspection.held", "on": "2018-01-01", "data": {"ended_on": "2018-01-03"}}
    assert span("inspection", [held]) == ("2018-01-01", "2018-01-04")
    assert span("task", []) == (None, None)


def test_lifted_without_a_listing() -> None:
    """What was lifted and never listed stands alone; another list's lifting ends nothing."""
    told = [
        {"type": "designation.lifted", "on": "2018-01-01", "data": {"list": "a"}},
        {"type": "designation.listed", "on": "2018-02-01", "data": {"list": "b"}},
        {"type": "designation.lifted", "on": "2018-03-01", "data": {"list": "a"}},
    ]
    assert [len(listing) for listing in spells("designation", told)] == [1, 1, 1]


TOLD_AGAIN: dict[str, tuple[list[tuple[str, dict[str, Any]]], list[tuple[str | None, str | None]]]] = {
    "visit": (
        [("visit.made", {"visit_id": "x", "place_id": "c", "started_on": day}) for day in ("2018-01-05", "2018-03-05")],
        [("2018-03-05", "2018-03-06")],
    ),
    "disbursement": (
        [("funds.disbursed", {"disbursement_id": "x", "jurisdiction_id": "c", "amount": "1.00", "disbursed_on": day})
         for day in ("2018-06-01", "2017-01-01")],
        [("2017-01-01", "2017-01-02")],
    ),
    "posting": (
        [("publicity.posted", {"posting_id": "x", "subject_id": "c", "posted_from": first, "posted_until": until})
         for first, until in (("2018-01-01", "2018-01-10"), ("2018-02-01", "2018-02-20"))],
        [("2018-02-01", "2018-02-20")],
    ),
    "plan": (
        [("plan.adopted", {"plan_id": "x", "owner_id": "c", "covers_from": first, "covers_until": until})
         for first, until in (("2017-01-01", "2018-01-01"), ("2018-01-01", "2020-01-01"))],
        [("2017-01-01", "2020-01-01")],
    ),
    "household": (
        [("household.identified", {"household_id": "x", "jurisdiction_id": "c", "effective_from": "2016-01-01"}),
         ("household.updated", {"household_id": "x", "effective_from": "2016-06-01"}),
         ("household.removed", {"household_id": "x", "effective_from": "2017-03-01"}),
         ("household.identified", {"household_id": "x", "jurisdiction_id": "c", "effective_from": "2018-01-01"})],
        [("2016-01-01", "2017-03-01"), ("2018-01-01", None)],
    ),
    "designation": (
        [("designation.listed", {"jurisdiction_id": "c", "list": "poor-county", "effective_from": "2012-03-19"}),
         ("designation.listed", {"jurisdiction_id": "c", "list": "poor-county", "effective_from": "2014-01-01"}),
         ("designation.lifted", {"jurisdiction_id": "c", "list": "poor-county", "effective_from": "2019-05-01"})],
        [("2012-03-19", "2019-05-01")],
    ),
}  # fmt: skip
"""What is told again, or begins again: events, and the days that a timeline has."""


@pytest.mark.parametrize(("told", "days"), TOLD_AGAIN.values(), ids=TOLD_AGAIN)
async def test_days_of_what_is_told_again(
    told: list[tuple[str, dict[str, Any]]], days: list[tuple[str | None, str | None]]
) -> None:
    """A thing that a matter has once counts as recorded last, what lasts goes on, and what ended may begin again.

    All that was told is shown, and what no longer stands is marked.
    """
    ledger = county()
    for kind, data in told:
        ledger.record(kind, **data)
    items = await of_place(ledger, "c")
    assert [(item["from"], item["until"]) for item in items] == days
    assert all(item["certain"] == {"from": item["from"], "until": item["until"]} for item in items)
    assert sum(len(item["steps"]) for item in items) == len(told)
    superseded = [step for item in items for step in item["steps"] if not step.get("stands", True)]
    assert len(superseded) == (1 if items[0]["type"] in ("visit", "disbursement", "posting") else 0)


async def test_no_day_is_certain_of_what_ended_as_it_began() -> None:
    """A place that was listed and lifted on one day was on the list on no day."""
    ledger = county()
    for kind in ("designation.listed", "designation.lifted"):
        ledger.record(kind, jurisdiction_id="c", list="a", effective_from="2018-01-01")
    (item,) = await of_place(ledger, "c")
    assert (item["certainty"], item["certain"]) == ("no", None)
    assert item["possible"] == {"from": "2018-01-01", "until": "2018-01-01"}


async def test_a_consolidation_stands_where_its_plan_stands() -> None:
    """One that names its plan and no place is the county's whose body adopted the plan."""
    ledger = county()
    ledger.record("plan.adopted", plan_id="l", owner_id="office", plan_kind="fund-consolidation")
    ledger.record(
        "funds.consolidated", consolidation_id="x", plan_id="l", amount="100.00", consolidated_on="2018-04-20"
    )
    assert ("consolidation", "x", "2018-04-20", "2018-04-21") in brief(await of_place(ledger, "c"))
    stands = await state.of_place(ledger.scene("2018-12-31"), "c", subtree=False)
    assert stands["money"]["consolidated"] == "100.00"


def test_names_of_nested_parts() -> None:
    """Ids inside lists of parts, and a part given as a plain id, are found."""
    visit = KINDS["visit.made"]
    assert named_ids(visit, {"visit_id": "v", "visitor": [{"person_id": "x", "post_id": "s"}]}) == {"v", "x", "s"}
    report = KINDS["report.submitted"]
    assert named_ids(report, {"report_id": "r", "reporter": "b"}) == {"r", "b"}
