"""Filing: documents in archives and their order, one entry a matter, and what is on record under some words."""

from __future__ import annotations

from typing import Any

import pytest

from projections.duties.evaluating import Duty
from projections.policies.rule import Reading, Rule
from tests.projections.rules_made import Event, duties_of, event, rule_of

DOCUMENTS = [
    {"name": "application", "words": ["申报"]},
    {"name": "roster", "words": ["花名册", "协议书"], "after": ["project.approved"]},
    {"name": "report", "words": ["验收报告"], "after": ["project.accepted"]},
]
PROJECT = [
    event("project.proposed", project_id="x1", jurisdiction_id="county", proposed_on="2018-02-01"),
    event("project.approved", project_id="x1", jurisdiction_id="county", approved_on="2018-03-01"),
]
ACCEPTED = event("project.accepted", project_id="x1", jurisdiction_id="county", accepted_on="2018-09-01")


def filing(readings: tuple[Reading, ...] = (), **params: Any) -> Rule:
    """A county's duty to file the papers of projects."""
    return rule_of("filing", {"of": ["project"], "documents": DOCUMENTS, **params}, readings=readings)


def filed(n: int, kind: str, sequence: int | None = None, on: str = "2018-10-01", archive: str = "x1") -> Event:
    """A document is filed."""
    return event("record.filed", record_id=f"r{n}", archive=archive, kind=kind, sequence=sequence, filed_on=on)


def one(rule: Rule, told: list[Event], day: str = "2018-12-31") -> Duty:
    """The one duty of a day."""
    (found,) = duties_of(rule, told, day)
    return found


ALL = [filed(1, "项目申报", 1), filed(2, "效益到户协议书", 2), filed(3, "验收报告", 3)]


@pytest.mark.parametrize(("day", "status"), [("2018-09-30", "gap"), ("2018-10-01", "met")])
def test_an_archive_is_complete_from_the_day_of_the_last_document(day: str, status: str) -> None:
    """The alternative document counts; the day of filing is the first."""
    assert one(filing(order="sequence"), [*PROJECT, ACCEPTED, *ALL], day).status == status


def test_a_document_is_not_missed_before_its_step() -> None:
    """Before the acceptance its report is still to come: due, and under the other reading missing."""
    by_stage = (Reading("by_stage", True, (False,), "once its step is on record, or from the first step on"),)
    rule = filing(by_stage, by_stage=True)
    told = [*PROJECT, filed(1, "项目申报", 1, "2018-03-05"), filed(2, "花名册", 2, "2018-03-05"), ACCEPTED]
    found = one(rule, told, "2018-08-31")
    assert (found.status, found.outcome.more["not_yet"], found.alternatives[0].status) == ("due", ["report"], "gap")
    assert one(rule, told, "2018-09-01").outcome.more["missing"] == ["report"]


def test_the_order_is_that_of_the_text() -> None:
    """By number; under one number it is not told; without numbers by the day; out of order is a breach."""
    base = [*PROJECT, ACCEPTED]
    swapped = [filed(1, "项目申报", 2), filed(2, "花名册", 1), filed(3, "验收报告", 3)]
    found = one(filing(order="sequence"), [*base, *swapped]).outcome
    assert (found.status, found.more["out_of_order"]) == ("breached", [["application", "roster"]])
    assert found.gaps[0].cause == "out-of-order:application>roster"
    same = [filed(1, "项目申报", 1), filed(2, "花名册", 1), filed(3, "验收报告", 3)]
    assert one(filing(order="sequence"), [*base, *same]).status == "undetermined"
    days = [
        filed(1, "项目申报", None, "2018-10-01"),
        filed(2, "花名册", None, "2018-10-02"),
        filed(3, "验收报告", None, "2018-10-03"),
    ]
    assert one(filing(order="sequence"), [*base, *days]).status == "met"
    assert one(filing(order="filed-on"), [*base, *swapped]).status == "undetermined"
    assert one(filing(), [*base, *swapped]).status == "met"


def test_one_result_for_each_archive_or_one_for_all() -> None:
    """An archive bears the id of its project: the papers of another project count for that one."""
    other = [event("project.proposed", project_id="x2", jurisdiction_id="village", proposed_on="2018-02-01")]
    told = [*PROJECT, ACCEPTED, *other, *ALL]
    assert {duty.outcome.about: duty.status for duty in duties_of(filing(), told, "2018-12-31")} == {
        "x1": "met", "x2": "gap",
    }  # fmt: skip
    found = one(filing(each=False), told).outcome
    assert (found.status, found.actual, found.more["incomplete"]) == ("gap", {"total": 2, "complete": 1}, ["x2"])
    assert one(filing(), []).status == "not-applicable"


def test_households_on_the_register_that_day() -> None:
    """The papers of a household are missed while it is registered."""
    rule = filing(of=["household"], each=False, documents=[{"name": "handbook", "words": ["手册"]}])
    told = [
        event("household.identified", household_id="h1", jurisdiction_id="village", effective_from="2018-01-01"),
        event("household.removed", household_id="h1", effective_from="2018-06-01"),
    ]
    assert [one(rule, told, day).status for day in ("2018-05-31", "2018-06-01")] == ["gap", "not-applicable"]
    assert one(rule, [told[0], filed(1, "扶贫手册", archive="h1")]).status == "met"


def test_a_posting_is_filed_under_its_own_id_or_that_of_its_project() -> None:
    """Either archive will do; that of something else will not."""
    rule = filing(of=["posting"], documents=[{"name": "image", "words": ["影像"]}])
    put_up = event("publicity.posted", posting_id="b1", subject_id="x1", posted_from="2018-04-01")
    archives = ("b1", "x1", "x2")
    found = [one(rule, [*PROJECT, put_up, filed(1, "影像资料", archive=archive)]).status for archive in archives]
    assert found == ["met", "met", "gap"]


def test_one_entry_for_each_matter_and_none_before_it() -> None:
    """Two matters need two entries; an entry older than its matter is not of it."""
    rule = rule_of("one-each", {"of": ["visit.made"], "entries": ["ledger-entry.recorded"]})

    def visit(n: int, on: str) -> Event:
        return event("visit.made", visit_id=f"v{n}", place_id="village", started_on=on)

    def entry(on: str) -> Event:
        return event("ledger-entry.recorded", paired_village="village", entered_on=on)

    two = [visit(1, "2018-05-01"), visit(2, "2018-05-03")]
    assert one(rule, [*two, entry("2018-05-02"), entry("2018-05-03")]).status == "met"
    found = one(rule, [*two, entry("2018-05-01"), entry("2018-05-02")]).outcome
    assert (found.status, [gap.about for gap in found.gaps]) == ("gap", ["v2"])
    assert found.actual == {"matters": 2, "recorded": 1, "entries_left": 1}
    assert one(rule, []).status == "not-applicable"


def issued(n: int, on: str, title: str = "绩效考核办法") -> Event:
    """An instrument is issued."""
    return event(
        "instrument.issued", instrument_id=f"i{n}", title_zh=title, printed_on=on, scope_jurisdictions=["county"]
    )


def test_words_in_titles_and_so_many_within_days() -> None:
    """Four within ten days: the tenth day is the last; other titles do not count."""
    params = {"events": ["instrument.issued"], "words": {"title_zh": ["考核"]}, "at_least": 4, "within_days": 10}
    rule = rule_of("on-record", params)
    for last, status in (("2018-08-10", "met"), ("2018-08-11", "gap")):
        days = ("2018-08-01", "2018-08-03", "2018-08-07", last)
        assert one(rule, [issued(n, on) for n, on in enumerate(days)]).status == status
    other = [issued(n, "2018-08-01", "通知" if n == 3 else "考核办法") for n in range(4)]
    assert one(rule, other).outcome.actual == {"count": 3, "within": 3}


def test_words_deep_in_a_field() -> None:
    """The items of a plan are looked into."""
    rule = rule_of("on-record", {"events": ["plan.adopted"], "words": {"items": ["扶贫"]}})

    def plan(text: str) -> list[Event]:
        return [event("plan.adopted", plan_id="q", owner_id="county", items=[{"text": text}])]

    assert [one(rule, plan(text)).status for text in ("精准扶贫规划", "工业发展")] == ["met", "gap"]


def test_an_entry_that_names_the_body_with_every_column() -> None:
    """A ledger names a unit in plain text, by name or id; an entry without a column leaves a gap that says which."""
    params = {"events": ["ledger-entry.recorded"], "named": True, "complete": ["content", "funds"]}
    rule = rule_of("on-record", params, level="unit", functions=("work-team",))

    def entry(**more: Any) -> Event:
        return event("ledger-entry.recorded", entered_on="2018-05-02", **more)

    def told(entries: list[Event]) -> Duty:
        (found,) = [duty for duty in duties_of(rule, entries, "2018-06-01") if duty.subject.id == "county.work-team"]
        return found

    whole = {"content": "圈舍", "funds": "1.00"}
    assert told([entry(group="county.work-team", **whole)]).status == "met"
    assert told([entry(unit="示例county.work-team", **whole)]).status == "met"
    assert told([entry(unit="another", **whole)]).status == "gap"
    found = told([entry(group="county.work-team", content="圈舍")]).outcome
    assert (found.status, [gap.cause for gap in found.gaps]) == ("gap", ["lacks:funds"])
