"""Grades of those a unit sent, and what they do to its own."""

from __future__ import annotations

from typing import Any

import pytest

from projections.duties.evaluating import Duty
from projections.policies.rule import Reading
from tests.projections.rules_made import Event, duties_of, event, rule_of

SENT = {"sent_functions": ["first-secretary"], "head_functions": ["assisting-unit-head"]}
VETO = {**SENT, "failing": ["unqualified"], "barred": ["excellent"]}
READINGS = (
    Reading("serving", "any", ("at-year-end",), "who counts"),
    Reading("counting", "any", ("last",), "which grade counts"),
)
UNIT = [
    event(
        "body.established", body_id="unit", name_zh="某局", jurisdiction_id="county", functions=["assisting-unit"],
        effective_from="2015-01-01",
    ),
    event("post.established", post_id="unit.head", title_zh="局长", body_id="unit", functions=["assisting-unit-head"]),
]  # fmt: skip


def sent(person: str = "secretary", since: str = "2016-01-01", until: str | None = None, **more: Any) -> list[Event]:
    """Someone whom the unit sent to the village."""
    name = f"{person}.{since}"
    start = event(
        "appointment.started",
        **{"appointment_id": name, "person_id": person, "post_id": "village.first-secretary",
           "sending_unit_id": "unit", "effective_from": since, **more},
    )  # fmt: skip
    end = [event("appointment.ended", appointment_id=name, effective_until=until)] if until is not None else []
    return [event("person.registered", person_id=person, name_zh="某人"), start, *end]


def head(person: str, since: str, until: str | None = None) -> list[Event]:
    """A head of the unit."""
    return sent(person, since, until, post_id="unit.head", sending_unit_id=None)


def graded(who: str, grade: str | None, on: str = "2017-01-10", year: int = 2016, name: str | None = None) -> Event:
    """A grade for a year."""
    stated = {"grade": grade} if grade is not None else {}
    return event(
        "evaluation.recorded", evaluation_id=name or f"{who}-{year}", subject=who, year=year, recorded_on=on, **stated
    )


def of_unit(given: list[Event], day: str, params: dict[str, Any] | None = None, year: str = "2016") -> Duty:
    """The duty of the unit for a year."""
    rule = rule_of("coupling", params or VETO, level="unit", functions=("assisting-unit",), readings=READINGS)
    span = (f"{year}-01-01", f"{int(year) + 1}-01-01")
    (found,) = [one for one in duties_of(rule, [*UNIT, *given], day, span) if one.subject.id == "unit"]
    return found


@pytest.mark.parametrize(
    ("secretary", "unit", "status"),
    [
        ("unqualified", "excellent", "breached"),
        ("unqualified", "fairly-good", "met"),
        ("unqualified", "unqualified", "met"),
        ("unqualified", None, "undetermined"),
        ("qualified", "excellent", "not-applicable"),
        (None, "excellent", "undetermined"),
        (None, "good", "not-applicable"),
    ],
)
def test_a_failing_grade_bars_the_highest_and_computes_none(
    secretary: str | None, unit: str | None, status: str
) -> None:
    """不合格 caps the unit below 优秀, and says nothing else of its grade; a grade not recorded may be either."""
    given = [*sent(), graded("secretary", secretary), graded("unit", unit)]
    assert of_unit(given, "2017-01-10").status == status


def test_a_correction_of_the_secretary_reopens_the_unit_and_its_own_closes_it() -> None:
    """What was in order on the day the unit was graded is breached once the secretary's grade is corrected."""
    given = [
        *sent(), graded("secretary", "qualified"), graded("unit", "excellent", "2017-01-20"),
        graded("secretary", "unqualified", "2017-03-01"), graded("unit", "good", "2017-04-01"),
    ]  # fmt: skip
    found = {day: of_unit(given, day).status for day in ("2017-02-28", "2017-03-01", "2017-03-31", "2017-04-01")}
    assert list(found.values()) == ["not-applicable", "breached", "breached", "met"]


def test_only_grades_of_one_year_are_coupled() -> None:
    """Both grades are those of the same year."""
    given = [*sent(), graded("secretary", "unqualified"), graded("unit", "excellent", "2018-01-10", 2017)]
    assert of_unit(given, "2018-01-10").status == "due"
    assert of_unit(given, "2018-01-10", year="2017").status == "not-applicable"


def test_who_counts_of_two_in_one_year_is_a_reading() -> None:
    """The rule does not say which secretary counts where one replaced another in mid-year; the answer does."""
    given = [
        *sent(until="2016-07-01"), *sent("second", "2016-07-01"), graded("secretary", "unqualified"),
        graded("second", "good"), graded("unit", "excellent"),
    ]  # fmt: skip
    found = of_unit(given, "2017-01-10")
    others = {one.name: one.status for one in found.alternatives}
    assert (found.status, others) == ("breached", {"serving": "not-applicable", "counting": "breached"})


def test_which_of_two_grades_of_one_year_counts_is_a_reading() -> None:
    """Two evaluations of one person for one year: any that failed, or the one recorded last."""
    given = [
        *sent(), graded("secretary", "unqualified", name="first"),
        graded("secretary", "good", "2017-01-11", name="second"), graded("unit", "excellent", "2017-01-12"),
    ]  # fmt: skip
    found = of_unit(given, "2017-01-12")
    assert (found.status, {one.name: one.status for one in found.alternatives}["counting"]) == (
        "breached",
        "not-applicable",
    )


def test_whether_they_served_in_the_year_may_not_be_known() -> None:
    """An end of which only the year is known leaves a breach open; a start some day in the year does not."""
    given = [
        *sent(since="2015"), event("appointment.ended", appointment_id="secretary.2015", effective_until="2016"),
        graded("secretary", "unqualified"), graded("unit", "excellent"),
    ]  # fmt: skip
    assert of_unit(given, "2017-01-10").status == "undetermined"
    given = [*sent(since="2016"), graded("secretary", "unqualified"), graded("unit", "excellent")]
    assert of_unit(given, "2017-01-10").status == "breached"


def test_the_heads_at_selection_and_at_evaluation_are_shown() -> None:
    """Who headed the unit when the secretary was sent, and who when the unit was graded; the latter answer."""
    given = [
        *head("old", "2015-01-01", "2016-07-01"), *head("new", "2016-07-01"), *sent(),
        graded("secretary", "unqualified"), graded("unit", "excellent"),
    ]  # fmt: skip
    outcome = of_unit(given, "2017-01-10").outcome
    assert [one["person"] for one in outcome.more["heads_at_selection"]["secretary.2016-01-01"]] == ["old"]
    assert [one["person"] for one in outcome.more["heads_at_evaluation"]] == ["new"]
    assert outcome.posts == ("unit.head",)
    assert {one["type"] for one in outcome.evidence} == {"evaluation.recorded"}
    assert len(outcome.evidence) == 2


def test_grades_under_an_id_that_was_merged_away_count() -> None:
    """One person under two ids is one person."""
    merged = event("person.merged", person_id="duplicate", into_person_id="secretary")
    given = [
        event("person.registered", person_id="duplicate", name_zh="某人"), *sent(), graded("duplicate", "unqualified"),
        graded("unit", "excellent"), merged,
    ]  # fmt: skip
    assert of_unit(given, "2017-01-10").status == "breached"


def test_a_mere_link_is_shown_and_contradicted_by_nothing() -> None:
    """Where the text does not say how, both grades on record are all there is to find."""
    given = [*sent(), graded("secretary", "unqualified"), graded("unit", "excellent")]
    assert of_unit(given, "2017-01-10", SENT).status == "met"
    assert of_unit([*sent(), graded("unit", "excellent")], "2017-01-10", SENT).status == "gap"
    assert of_unit([], "2017-01-10", SENT).status == "not-applicable"


def test_the_link_may_be_to_the_head_of_the_unit() -> None:
    """The grade of whoever headed the unit in the year is set beside the secretary's."""
    given = [*sent(), *head("chief", "2015-01-01"), graded("secretary", "good"), graded("unit", "good")]
    params = {**SENT, "to": "head"}
    assert of_unit(given, "2017-01-10", params).status == "gap"
    assert of_unit([*given, graded("chief", "good")], "2017-01-10", params).status == "met"


def test_those_sent_to_other_posts_are_not_coupled() -> None:
    """Only those whom the rule names: a helper whom the unit sent does not count."""
    post = event("post.established", post_id="other", title_zh="干部", jurisdiction_id="village", functions=["helper"])
    given = [post, *sent(post_id="other"), graded("secretary", "unqualified"), graded("unit", "excellent")]
    assert of_unit(given, "2017-01-10").status == "not-applicable"
