"""Presence: which acts count, whose, how many, in which window, and what began before the instrument."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from projections.duties.evaluating import Duty
from projections.policies.rule import Condition, Narrowed, Reading, Rule
from tests.projections.rules_made import Event, duties_of, event, rule_of


def presence(*events: str, rule: dict[str, Any] | None = None, **params: Any) -> Rule:
    """A county's duty of which something must be on record."""
    return rule_of("presence", {"events": list(events), **params}, verdicts="presence", **(rule or {}))


def one(rule: Rule, told: list[Event], day: str = "2018-12-31", system: str = "wuyi") -> Duty:
    """The one duty of a day."""
    (found,) = duties_of(rule, told, day, system=system)
    return found


def meeting(n: int, on: str, body: str = "county.party-committee", kind: str = "dispatch") -> Event:
    """A meeting of a body of the county."""
    return event("meeting.held", meeting_id=f"m{n}", kind=kind, body_id=body, held_on=on)


def body(n: int, kind: str, on: str, place: str = "county") -> Event:
    """A body is set up."""
    return event("body.established", body_id=f"b{n}", body_type=kind, jurisdiction_id=place, effective_from=on)


@pytest.mark.parametrize(("day", "status"), [("2018-03-03", "gap"), ("2018-03-04", "met"), ("2018-12-31", "met")])
def test_it_is_met_from_the_day_on(day: str, status: str) -> None:
    """Nothing counts before its day; the entry behind it is shown."""
    found = one(presence("meeting.held"), [meeting(1, "2018-03-04")], day)
    assert (found.status, len(found.outcome.evidence)) == (status, int(status == "met"))


def test_the_kinds_are_told_apart_by_what_they_say() -> None:
    """A condition on a field holds for every kind, one under a kind's name for that kind alone."""
    told = [meeting(1, "2018-03-04", kind="weekly")]
    assert one(presence("meeting.held", where={"kind": ["dispatch", "weekly"]}), told).status == "met"
    assert one(presence("meeting.held", where={"kind": "dispatch"}), told).status == "gap"
    other = {"report.submitted": {"kind": "annual"}}
    assert one(presence("meeting.held", "report.submitted", where=other), told).status == "met"


def test_whose_acts_count() -> None:
    """An inspection held by others counts only where what happens at the place or below it does, kind by kind."""
    told = [
        event("inspection.held", inspection_id="i1", inspector_body_id="province.office", subject_id="village",
              started_on="2018-03-04"),
    ]  # fmt: skip
    found = {whose: one(presence("inspection.held", whose=whose), told).status for whose in ("own", "at", "below")}
    assert found == {"own": "gap", "at": "gap", "below": "met"}
    assert one(presence("inspection.held", whose="anywhere"), told).status == "met"
    assert one(presence("inspection.held", whose={"meeting.held": "anywhere"}), told).status == "gap"
    reading = (Reading("whose", "own", ("anywhere",), "own: the bearer did it; anywhere: as the bearer organised"),)
    read = one(presence("inspection.held", whose="own", rule={"readings": reading}), told)
    assert (read.status, read.alternatives[0].status) == ("gap", "met")


def test_all_kinds_or_any() -> None:
    """Where both halves are owed, one alone leaves a gap that names what is missing."""
    told = [meeting(1, "2018-03-04")]
    kinds = ("meeting.held", "training.held")
    assert one(presence(*kinds, whose="anywhere"), told).status == "met"
    found = one(presence(*kinds, whose="anywhere", each=True), told)
    assert (found.status, found.outcome.actual["missing"]) == ("gap", ["training.held"])
    told.append(event("training.held", training_id="t1", jurisdiction_id="village", held_on="2018-03-05"))
    assert one(presence(*kinds, whose="anywhere", each=True), told).status == "met"


def test_values_are_counted_once() -> None:
    """Three kinds of group are asked for: two of one kind are one."""
    rule = presence(
        "body.established", where={"body_type": ["office", "station", "platform"]}, distinct="body_type", at_least=3
    )
    told = [body(1, "office", "2018-01-01"), body(2, "office", "2018-01-01"), body(3, "station", "2018-01-01")]
    assert (one(rule, told).status, one(rule, told).outcome.actual["count"]) == ("gap", 2)
    assert one(rule, [*told, body(4, "platform", "2018-01-01")]).status == "met"


def test_what_still_stands_counts_though_it_is_older() -> None:
    """A body older than the instrument counts while it lasts, an older meeting does not; `ever` asks for the act."""
    asked = {"where": {"body_type": "office"}}
    told = [body(1, "office", "2012-05-01"), meeting(1, "2016-05-01")]
    assert one(presence("body.established", **asked), told, system="central-2016").status == "met"
    assert one(presence("meeting.held"), told, system="central-2016").status == "gap"
    ended = [*told, event("body.dissolved", body_id="b1", effective_from="2018-06-01")]
    days = ("2018-05-31", "2018-06-01")
    found = [one(presence("body.established", **asked), ended, day, "central-2016").status for day in days]
    assert found == ["met", "gap"]
    assert one(presence("body.established", ever=True, **asked), ended).status == "met"


@pytest.mark.parametrize(
    ("post", "status"),
    [
        ({"functions": ["first-secretary"], "jurisdiction_id": "village"}, "met"),
        ({"functions": ["helper"], "jurisdiction_id": "village"}, "gap"),
        ({"functions": ["helper"], "body_id": "village.work-team"}, "met"),
    ],
)
def test_of_appointments_those_to_posts_of_a_function(post: dict[str, Any], status: str) -> None:
    """An appointment counts by the functions of the post or of its body; one to another post is none."""
    functions = ["first-secretary", "work-team"]
    rule = presence("appointment.started", whose="below", functions=functions, where={"capacity": "acting"})
    told = [
        event("person.registered", person_id="zhang", name_zh="张三"),
        event("post.established", post_id="p1", title_zh="示例", **post),
        event(
            "appointment.started", appointment_id="a1", person_id="zhang", post_id="p1", capacity="acting",
            effective_from="2018-03-05",
        ),
    ]  # fmt: skip
    assert one(rule, told).status == status


def test_each_window_is_judged_for_itself() -> None:
    """With a period, the window of the day alone counts, and the status can change when it ends."""
    rule = presence("meeting.held", per="P1Y")
    told = [meeting(1, "2017-12-31")]
    assert one(rule, told, "2017-12-31").status == "met"
    found = one(rule, told, "2018-01-01")
    assert (found.status, found.outcome.since, found.outcome.changes_on) == ("gap", "2018-01-01", "2019-01-01")
    span = duties_of(rule, told, "2018-06-01", ("2017-06-01", "2018-06-01"))
    assert [each.status for each in span] == ["met", "gap"]
    before = duties_of(rule, told, "2018-06-01", ("2015-06-01", "2018-06-01"), system="gansu")
    assert [each.outcome.since for each in before] == ["2017-01-01", "2018-01-01"]


def test_a_case_against_the_holder_of_a_post_is_about_its_place() -> None:
    """Persons are known by the posts that they held on the day, here and not elsewhere."""
    rule = presence("accountability-case.opened", whose="below", where={"authority": "procuratorate"})
    told = event(
        "accountability-case.opened", case_id="c1", authority="procuratorate",
        subject_persons=["village.party-principal.holder"], opened_on="2018-03-05",
    )  # fmt: skip
    assert one(rule, [told]).status == "met"
    above = {**told, "data": {**told["data"], "subject_persons": ["city.party-principal.holder"]}}
    assert one(rule, [above]).status == "gap"


def test_without_its_trigger_nothing_is_owed() -> None:
    """A condition on what happened below, and on a list, opens the duty and closes it again."""
    trigger = Condition(events=("finding.raised",), below=True)
    finding = event("finding.raised", finding_id="f1", jurisdiction_id="village", raised_on="2018-03-05")
    rule = presence("meeting.held", rule={"condition": trigger})
    assert [one(rule, [finding], day).status for day in ("2018-03-04", "2018-03-05")] == ["not-applicable", "gap"]
    listed = presence("meeting.held", rule={"condition": Condition(listed=("poor-village",), below=True)})
    told = [
        event("designation.listed", list="poor-village", jurisdiction_id="village", effective_from="2018-03-05"),
        event("designation.lifted", list="poor-village", jurisdiction_id="village", effective_from="2018-09-01"),
    ]
    days = ("2018-03-04", "2018-03-05", "2018-08-31", "2018-09-01")
    assert [one(listed, told, day).status for day in days] == ["not-applicable", "gap", "gap", "not-applicable"]


def test_a_duty_of_one_bureau_is_that_of_no_other() -> None:
    """Titles narrow a rule of units to the body that the text names, and one of places to the place."""
    unit = {"level": "unit", "functions": ("sector-department",)}
    water = event(
        "body.established", body_id="water", name_zh="武邑县水务局", jurisdiction_id="county",
        functions=["sector-department"], effective_from="2015-01-01",
    )  # fmt: skip
    narrowed = presence("meeting.held", rule={**unit, "only": _titled("水务局")})
    assert [found.subject.id for found in duties_of(narrowed, [water], "2018-12-31")] == ["water"]
    assert duties_of(narrowed, [], "2018-12-31") == []
    place = presence("meeting.held", rule={"only": _titled("county")})
    assert [found.subject.id for found in duties_of(place, [], "2018-12-31")] == ["county"]
    assert duties_of(presence("meeting.held", rule={"only": _titled("town")}), [], "2018-12-31") == []


def test_the_centre_answers_where_the_pack_begins() -> None:
    """A duty of the centre is told once for each topmost place of the pack, not at what lies below it."""
    rule = presence("funds.allocated", whose="at", rule={"level": "centre", "functions": ("finance-department",)})
    assert [found.subject.id for found in duties_of(rule, [], "2018-12-31", system="wuyi")] == ["county"]
    within = replace(rule, only=Narrowed(codes=frozenset({"620000"})))
    assert [found.subject.id for found in duties_of(within, [], "2018-12-31", system="gansu")] == ["province"]
    assert [found.subject.id for found in duties_of(rule, [], "2018-12-31", system="central-2016")] == ["province"]


def _titled(ending: str) -> Narrowed:
    return Narrowed(titles=(re.compile(f".*{ending}"),))
