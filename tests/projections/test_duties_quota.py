"""Quotas: windows, who and what counts, late reports, pairings of uncertain days, prohibitions, readings."""

from __future__ import annotations

from typing import Any

import pytest

from projections.duties.evaluating import Duty
from projections.policies.rule import Reading, Rule
from tests.projections.rules_made import Event, duties_of, event, rule_of

HEAD, DEPUTY = "unit.head", "unit.deputy"
VISITS = ("assisting-unit-head", "other-leader")
REPORT = {"events": ["report.submitted"], "period": "P1M", "late": True}
Q2 = ("2018-04-01", "2018-07-01")


def visit(name: str, on: str, *posts: str, place: str = "village", **more: Any) -> Event:
    """A visit of the holders of some posts."""
    visitors = [{"post_id": post} for post in posts]
    return event("visit.made", visit_id=name, visitor=visitors, place_id=place, started_on=on, **more)


def meeting(name: str, on: str, kind: str = "weekly") -> Event:
    """A meeting of the county's Party committee."""
    return event("meeting.held", meeting_id=name, kind=kind, body_id="county.party-committee", held_on=on)


def report(name: str, on: str, body: str = "county.party-committee", **more: Any) -> Event:
    """A report of a body."""
    return event("report.submitted", report_id=name, reporter={"body_id": body}, submitted_on=on, **more)


def unit(pairing: str = "2016", until: str | None = None) -> list[Event]:
    """A unit from elsewhere with a head and a deputy, paired with the village."""
    told = [
        event("body.established", body_id="unit", body_type="unit", functions=["assisting-unit"]),
        event("post.established", post_id=HEAD, title_zh="司长", body_id="unit", functions=["assisting-unit-head"]),
        event("post.established", post_id=DEPUTY, title_zh="副司长", body_id="unit", functions=["other-leader"]),
        event("pairing.started", pairing_id="pair", helper="unit", assisted="village", effective_from=pairing),
    ]
    if until is not None:
        told.append(event("pairing.ended", pairing_id="pair", effective_until=until))
    return told


def visits(**more: Any) -> Rule:
    """The officials of a unit visit each paired village every half-year."""
    params = {"events": ["visit.made"], "by_functions": list(VISITS), "each": "paired", "period": "P6M"}
    readings = tuple(more.pop("readings", ()))
    params |= more
    return rule_of("quota", params, level="unit", functions=VISITS, readings=readings)


def meetings(period: str = "P1W", **more: Any) -> Rule:
    """The county's Party committee meets in every window."""
    readings = tuple(more.pop("readings", ()))
    params = {"events": ["meeting.held"], "where": {"kind": ["weekly"]}, "period": period, **more}
    return rule_of("quota", params, readings=readings)


def reports(**more: Any) -> Rule:
    """The county's Party committee reports every month."""
    readings = tuple(more.pop("readings", ()))
    return rule_of("quota", {**REPORT, **more}, readings=readings)


def by_start(found: list[Duty]) -> dict[str | None, str]:
    """The statuses by the first days of their windows."""
    return {one.outcome.since: one.status for one in found}


# -- windows ---------------------------------------------------------------------------------------------------


def test_thirteen_weeks_of_a_quarter_with_held_or_missing() -> None:
    """A week belongs to the quarter that has its Thursday: the one from 26 March does not, that of 25 June does."""
    held = [
        meeting("a", "2018-04-02"),
        meeting("b", "2018-04-15"),
        meeting("c", "2018-04-15"),
        meeting("d", "2018-07-01"),
    ]
    found = duties_of(meetings(), held, "2018-07-31", Q2)
    weeks = by_start(found)
    assert len(weeks) == 13
    assert [week for week, status in weeks.items() if status == "met"] == ["2018-04-02", "2018-04-09", "2018-06-25"]
    assert set(weeks.values()) == {"met", "breached"}
    first = found[0].outcome
    assert (first.more["week"], first.more["working_days"], first.until) == ("2018-W14", 4, "2018-04-09")


def test_a_week_without_a_working_day_is_a_reading() -> None:
    """The week of the National Day needs a meeting; under the other reading it needs none."""
    reading = Reading("holidays", True, (False,), "A week without a working day.")
    rule = meetings(holidays=True, readings=[reading])
    found = duties_of(rule, [meeting("a", "2018-09-26")], "2018-10-31", ("2018-10-01", "2018-10-15"))
    assert [(one.status, one.alternatives[0].status) for one in found] == [
        ("breached", "not-applicable"),
        ("breached", "breached"),
    ]


def test_a_window_is_due_to_its_last_day() -> None:
    """On the last day it is still time, with that day as due; on the day after it is breached."""
    rule, held = meetings("P3M"), [meeting("a", "2018-02-01")]
    (last,) = duties_of(rule, held, "2018-06-30", Q2)
    assert (last.status, last.outcome.due_on, last.outcome.changes_on) == ("due", "2018-06-30", "2018-07-01")
    (after,) = duties_of(rule, held, "2018-07-01", Q2)
    assert (after.status, after.outcome.changes_on) == ("breached", None)


def test_without_a_span_the_current_window_and_what_was_missed_before() -> None:
    """Windows that were kept are not told again; those that were not stay."""
    held = [meeting("a", "2018-01-05"), meeting("b", "2018-07-05")]
    found = by_start(duties_of(meetings("P3M"), held, "2018-10-10"))
    assert found == {"2018-04-01": "breached", "2018-10-01": "due"}


def test_where_no_start_is_known_the_window_before_is_the_first() -> None:
    """Without anything on record nobody knows since when it was owed: the last window and the current one."""
    assert by_start(duties_of(meetings("P3M"), [], "2018-10-10")) == {"2018-07-01": "breached", "2018-10-01": "due"}


def test_a_week_that_may_have_no_working_day_is_open() -> None:
    """No calendar was announced for 2003: where a week of holidays owes nothing, nobody knows whether these were."""
    weeks = ("2003-11-03", "2003-11-17")
    given = [meeting("a", "2003-11-04")]
    expected = {"2003-11-03": "met", "2003-11-10": "undetermined"}
    assert by_start(duties_of(meetings(holidays=False), given, "2003-11-17", weeks)) == expected
    assert by_start(duties_of(meetings(), given, "2003-11-17", weeks)) == {**expected, "2003-11-10": "breached"}


def test_windows_are_judged_from_the_instrument_on() -> None:
    """Gansu's rules are in force from 2017-03-09: the quarter of that day is the first, all of it counts."""
    rule = meetings("P3M")
    early = [meeting("a", "2017-01-20")]
    found = by_start(duties_of(rule, early, "2017-07-01", ("2016-01-01", "2017-07-02"), "gansu"))
    assert found == {"2017-01-01": "met", "2017-04-01": "breached", "2017-07-01": "due"}


def test_a_window_whose_end_came_before_the_instrument_was_certain_is_undetermined() -> None:
    """The ministry's plan is certain from 2017-11-15: what fell due before it is left open."""
    rule = rule_of("quota", {"events": ["meeting.held"], "period": "P3M"})
    found = by_start(duties_of(rule, [], "2018-01-05", ("2017-07-01", "2018-01-06"), "mee-2017"))
    assert found == {"2017-07-01": "undetermined", "2017-10-01": "breached", "2018-01-01": "due"}


def test_sliding_windows_forbid_a_gap_longer_than_the_period() -> None:
    """Met in both calendar quarters, but 119 days passed between: sliding shows from when the period had none."""
    reading = Reading("window", "calendar", ("sliding",), "Any three months.")
    held = [meeting("a", "2018-01-02"), meeting("b", "2018-05-01"), meeting("c", "2018-06-30")]
    rule = meetings("P3M", window="calendar", readings=[reading])
    (found,) = duties_of(rule, held, "2018-07-01", Q2)
    assert (found.status, found.alternatives[0].status) == ("met", "breached")
    (sliding,) = duties_of(meetings("P3M", window="sliding"), held, "2018-07-01", Q2)
    gap = sliding.outcome.gaps[0]
    assert (gap.since, gap.until, gap.cause) == ("2018-04-02", "2018-05-01", "none-in-the-period-before")


def slides(**more: Any) -> Rule:
    """A meeting in any month, once a first whole one from 2017-03-09 on, the start of Gansu's rules, is over."""
    return meetings("P1M", window="sliding", **more)


def test_a_sliding_window_is_due_until_a_first_whole_period_is_over() -> None:
    """It is due on the day before that: then breached without a meeting, and a month over before owes nothing."""
    days = [("2017-03-20", "due"), ("2017-04-07", "due"), ("2017-04-08", "breached")]
    found = [duties_of(slides(), [], day, None, "gansu")[-1].outcome for day, _ in days]
    assert [one.status for one in found] == [status for _, status in days]
    assert {(one.due_on, one.changes_on) for one in found} == {
        ("2017-04-07", "2017-04-01"), ("2017-04-07", "2017-04-08"), ("2017-04-07", "2017-05-01"),
    }  # fmt: skip
    assert by_start(duties_of(slides(), [], "2017-06-01", None, "gansu")) == {
        "2017-04-01": "breached", "2017-05-01": "breached", "2017-06-01": "breached",
    }  # fmt: skip
    over = duties_of(slides(), [], "2017-04-01", ("2017-03-01", "2017-04-01"), "gansu")
    assert by_start(over) == {"2017-03-01": "not-applicable"}


def test_a_sliding_window_that_an_act_in_doubt_would_keep_is_open() -> None:
    """A visit of one who perhaps was in office then breaches nothing, until a month after it."""
    who = event("appointment.started", appointment_id="a", person_id="A", post_id=HEAD, effective_from="2018")
    seen = [*unit("2018-01-01"), who, visit("v", "2018-03-10")]
    seen[-1]["data"]["visitor"] = [{"person_id": "A"}]
    rule = visits(period="P1M", window="sliding")
    assert by_start(duties_of(rule, seen, "2018-04-09"))["2018-04-01"] == "undetermined"
    assert by_start(duties_of(rule, seen, "2018-04-10"))["2018-04-01"] == "breached"


def test_a_sliding_window_slides_within_a_pairing() -> None:
    """Paired from 10 March: the first whole month ends with 9 April, and nothing before it lacks."""
    rule = visits(period="P1M", window="sliding")
    (_, april) = duties_of(rule, unit("2018-03-10"), "2018-05-01", ("2018-03-01", "2018-05-01"))
    assert [(gap.since, gap.until) for gap in april.outcome.gaps] == [("2018-04-09", "2018-05-01")]


# -- who, what, where ------------------------------------------------------------------------------------------


def test_strict_and_broad_counts_are_shown_beside_who_held_the_duty() -> None:
    """A deputy's visit meets the broad reading alone; the head's post was vacant for fifteen days."""
    reading = Reading("by_functions", list(VISITS), (["assisting-unit-head"],), "Any official or the principal.")
    terms = [
        event("appointment.started", appointment_id="a", person_id="A", post_id=HEAD, effective_from="2016-01-01"),
        event("appointment.ended", appointment_id="a", effective_until="2018-04-30"),
        event("appointment.started", appointment_id="b", person_id="B", post_id=HEAD, effective_from="2018-05-15"),
    ]
    given = [*unit(), *terms, visit("v", "2018-02-08", DEPUTY)]
    (found,) = duties_of(visits(readings=[reading]), given, "2018-07-01", ("2018-01-01", "2018-07-01"))
    assert (found.status, found.alternatives[0].status, found.outcome.about) == ("met", "breached", "village")
    counts = found.outcome.more["counts"]
    assert counts == {"by_functions=assisting-unit-head+other-leader": 1, "by_functions=assisting-unit-head": 0}
    head = [row for row in found.outcome.more["held"] if row["post"] == HEAD]
    assert [(row["person"], row["days"]) for row in head] == [("A", 119), (None, 15), ("B", 47)]


@pytest.mark.parametrize(
    ("border", "first", "second"),
    [("first-day", "met", "breached"), ("last-day", "breached", "met"), ("any-day", "met", "met")],
)
def test_a_visit_across_the_border(border: str, first: str, second: str) -> None:
    """From 29 June to 2 July: the half-year of the first day, of the last, or both."""
    given = [*unit(), visit("v", "2018-06-29", HEAD, ended_on="2018-07-02")]
    found = duties_of(visits(border=border), given, "2019-01-01", ("2018-01-01", "2019-01-01"))
    assert list(by_start(found).values()) == [first, second]


def test_a_person_named_without_a_post_counts_as_long_as_the_post_was_held() -> None:
    """Certainly in office: met; possibly in office, on a start known to the month alone: undetermined."""
    term = event("appointment.started", appointment_id="a", person_id="A", post_id=HEAD, effective_from="2018-03")
    for day, expected in (("2018-04-10", "met"), ("2018-03-10", "undetermined"), ("2018-02-10", "due")):
        made = event("visit.made", visit_id="v", visitor=[{"person_id": "A"}], place_id="village", started_on=day)
        (found,) = duties_of(visits(), [*unit(), term, made], "2018-06-30", ("2018-01-01", "2018-07-01"))
        assert found.status == expected, day


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2018-03", None, "breached"),
        ("2018", None, "undetermined"),
        ("2017", "2018", "undetermined"),
        ("2016", "2017-12-31", None),
    ],
)
def test_a_pairing_bounds_what_is_owed(since: str, until: str | None, expected: str | None) -> None:
    """Certain on some days of the half-year: owed; only possible: undetermined; over before it: nothing is owed."""
    found = duties_of(visits(), unit(since, until), "2018-07-01", ("2018-01-01", "2018-07-01"))
    assert [one.status for one in found] == ([] if expected is None else [expected])


def test_one_visit_claimed_for_two_posts_is_counted_both_ways() -> None:
    """It counts for the second post named, and not where a visit serves the first alone."""
    reading = Reading("shared", True, (False,), "One visit, two posts.")
    given = [*unit(), event(
        "visit.made", visit_id="v", place_id="village", started_on="2018-02-02",
        visitor=[{"person_id": "S", "post_id": "county.other-leader"}, {"person_id": "S", "post_id": HEAD}],
    )]  # fmt: skip
    rule = visits(by_functions=["assisting-unit-head"], shared=True, readings=[reading])
    (found,) = duties_of(rule, given, "2018-07-01", ("2018-01-01", "2018-07-01"))
    assert (found.status, found.alternatives[0].status) == ("met", "breached")
    assert found.outcome.more["counts"] == {"shared=true": 1, "shared=false": 0}


def test_nights_are_counted_and_unknown_nights_left_open() -> None:
    """Two nights are asked: 1 + 1 make them, one does not, and a stay without a number leaves it open."""
    rule = visits(count="nights", at_least=2)
    for nights, expected in (((1, 1), "met"), ((1, 0), "breached"), ((1, None), "undetermined")):
        made = [visit(f"v{n}", f"2018-02-0{n + 1}", HEAD, nights=many) for n, many in enumerate(nights)]
        (found,) = duties_of(rule, [*unit(), *made], "2018-07-01", ("2018-01-01", "2018-07-01"))
        assert found.status == expected, nights


def test_distinct_places_and_days() -> None:
    """Two visits to one village on one day are one place and one day, and two occurrences."""
    given = [*unit(), visit("v", "2018-02-02", HEAD), visit("w", "2018-02-02", DEPUTY)]
    for what, expected in (("occurrences", "met"), ("places", "breached"), ("days", "breached")):
        rule = visits(count=what, at_least=2)
        (found,) = duties_of(rule, given, "2018-07-01", ("2018-01-01", "2018-07-01"))
        assert found.status == expected


def test_another_department_does_not_report_for_the_county() -> None:
    """Of the county's bodies only those named count; a recipient known to stand elsewhere does not do either."""
    rule = reports(by_functions=["party-committee", "leading-group"], to="city", to_functions=["leading-group"])
    june = ("2018-06-01", "2018-07-01")
    for given, expected in (
        (report("r", "2018-06-05", "county.leading-group"), "met"),
        (report("r", "2018-06-05", "county.leading-group", recipient="city.leading-group"), "met"),
        (report("r", "2018-06-05", "county.leading-group", recipient="township.leading-group"), "overdue"),
        (report("r", "2018-06-05", "county.leading-group", recipient="city.party-committee"), "overdue"),
        (report("r", "2018-06-05", "county.sector-department"), "overdue"),
    ):
        (found,) = duties_of(rule, [given], "2018-07-01", june)
        assert found.status == expected, given


# -- reports ---------------------------------------------------------------------------------------------------


def test_a_late_report_is_met_with_days_late_under_each_reading() -> None:
    """Sent on the 17th: seven days after the tenth, twelve after the fifth; overdue on the days between."""
    reading = Reading("within_days", 10, (5,), "The beginning of the month.")
    rule, june = reports(within_days=10, readings=[reading]), ("2018-06-01", "2018-07-01")
    given = [report("r", "2018-06-17", period_from="2018-05-01", period_until="2018-06-01"),
             event("report.acknowledged", report_id="r", received_on="2018-06-18")]  # fmt: skip
    days = {"2018-06-10": "due", "2018-06-11": "overdue", "2018-06-16": "overdue", "2018-06-17": "met"}
    assert {day: duties_of(rule, given, day, june)[0].status for day in days} == days
    (found,) = duties_of(rule, given, "2018-06-20", june)
    assert (found.outcome.late_days, found.outcome.more["late_days"]) == (7, {"5": 12, "10": 7})
    (shown,) = found.outcome.more["acts"]
    assert (shown["on"], shown["acknowledged_on"], shown["period_from"]) == ("2018-06-17", "2018-06-18", "2018-05-01")
    assert found.outcome.evidence[0]["type"] == "report.submitted"


def test_the_period_reported_on_and_the_month_of_submission_differ() -> None:
    """A report of 30 March about March: March's by its day, March's by what it is about, April's as one month after."""
    reading = Reading("counts_by", "day", ("period", "period-before"), "Which month it is for.")
    given = [report("r", "2018-03-30", period_from="2018-03-01", period_until="2018-04-01")]
    found = duties_of(reports(counts_by="day", readings=[reading]), given, "2018-05-01", ("2018-03-01", "2018-05-01"))
    told = {one.outcome.since: (one.status, *(other.status for other in one.alternatives)) for one in found}
    assert told == {"2018-03-01": ("met", "met", "overdue"), "2018-04-01": ("overdue", "overdue", "met")}


def test_a_report_that_follows_besides_the_next_closes_the_month_it_is_about() -> None:
    """May had none until June brought two, one about May: May is met late, and one report alone serves one month."""
    about = {"period_from": "2018-05-01", "period_until": "2018-06-01"}
    both = [report("a", "2018-06-03", **about), report("b", "2018-06-20")]
    found = duties_of(reports(), both, "2018-06-30", ("2018-05-01", "2018-07-01"))
    assert [(one.status, one.outcome.late_days) for one in found] == [("met", 3), ("met", None)]
    alone = duties_of(reports(), both[:1], "2018-06-30", ("2018-05-01", "2018-07-01"))
    assert [one.status for one in alone] == ["overdue", "met"]


def test_a_month_counts_only_while_something_is_on_the_list() -> None:
    """A village is listed until 12 May: May is owed, June is not."""
    given = [
        event("designation.listed", list="watched", jurisdiction_id="village", effective_from="2018-01-01"),
        event("designation.lifted", list="watched", jurisdiction_id="village", effective_from="2018-05-12"),
    ]
    found = by_start(duties_of(reports(while_listed=["watched"]), given, "2018-07-01", ("2018-05-01", "2018-07-01")))
    assert found == {"2018-05-01": "overdue", "2018-06-01": "not-applicable"}


# -- prohibitions ----------------------------------------------------------------------------------------------


def test_a_prohibition_is_met_until_something_is_found() -> None:
    """Nothing on record meets it; one finding of the category breaches it from its day, another category does not."""
    params = {
        "events": ["finding.raised"],
        "where": {"category": ["waste"]},
        "whose": "at",
        "period": None,
        "at_most": 0,
    }
    rule = rule_of("quota", params)
    raised = [
        event("finding.raised", finding_id="f", jurisdiction_id="county", category="water", raised_on="2018-01-05"),
        event("finding.raised", finding_id="g", jurisdiction_id="county", category="waste", raised_on="2018-05-02"),
    ]
    assert [duties_of(rule, raised, day)[0].status for day in ("2018-05-01", "2018-05-02")] == ["met", "breached"]


def test_plans_need_the_fields_of_their_items() -> None:
    """Each item with a responsible post counts, one without does not, and a plan without items leaves it open."""
    rule = rule_of("quota", {"events": ["plan.adopted"], "items_say": ["responsible"], "period": "P1Y", "late": True})
    named, unnamed = {"text": "道路", "responsible": "county.party-principal"}, {"text": "饮水"}
    for items, expected in (([named], "met"), ([named, unnamed], "overdue"), ([], "undetermined")):
        given = [
            event("plan.adopted", plan_id="p", owner_id="county.party-committee", covers_from="2018-01-01", items=items)
        ]
        (found,) = duties_of(rule, given, "2019-01-01", ("2018-01-01", "2019-01-01"))
        assert found.status == expected


def test_what_is_stated_anew_counts_once_on_the_day_recorded_last() -> None:
    """A report and a meeting told several times under one id are each one act, on the day that was recorded last."""
    told = [report("R1", on) for on in ("2020-04-03", "2020-06-02", "2020-05-02")]
    rule, span = rule_of("quota", REPORT), ("2020-04-01", "2020-07-01")
    found = duties_of(rule, told, "2020-07-01", span)
    assert [one.outcome.actual["count"] for one in found] == [0, 1, 0]
    assert found[1].outcome.evidence[-1]["position"] == found[1].outcome.evidence[0]["position"]
    held = [meeting("M1", on) for on in ("2020-02-03", "2020-02-10", "2020-02-17")]
    (february,) = duties_of(meetings("P1M", at_least=2), held, "2020-03-01", ("2020-02-01", "2020-03-01"))
    assert (february.status, february.outcome.actual["count"]) == ("breached", 1)
