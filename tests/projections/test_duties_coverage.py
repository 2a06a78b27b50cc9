"""Coverage: sets that change daily, what their members need, member-days, causes, readings, who should have filled."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.duties.evaluating import Duty
from projections.policies.rule import Reading, Rule
from tests.projections.rules_made import Event, duties_of, event, rule_of
from tests.thorough import examples

VILLAGES = {"name": "villages", "whom": {"of": "places", "levels": ["village"], "listed": ["poor-village"]}}
TEAM = {"name": "team", "by": "body", "body_functions": ["work-team"]}
FIRST = {"name": "first-secretary", "by": "post", "post_functions": ["first-secretary"]}
HOUSEHOLDS = {"name": "households", "whom": {"of": "households"}}
HELPER = {"name": "helper", "by": "pairing", "kinds": ["helper-household"]}
MADE = "village.first-secretary.tenure"


def covering(*covers: dict[str, Any], level: str = "county", readings: tuple[Reading, ...] = (), **params: Any) -> Rule:
    """A county's duty to cover some sets."""
    return rule_of("coverage", {"covers": list(covers), **params}, level=level, readings=readings)


def one(rule: Rule, told: list[Event], day: str, span: tuple[str, str] | None = None) -> Duty:
    """The one duty of a day."""
    (found,) = duties_of(rule, told, day, span)
    return found


def listed(place: str = "village", on: str = "2014-12-31") -> Event:
    """A village comes onto the list."""
    return event("designation.listed", list="poor-village", jurisdiction_id=place, effective_from=on)


def lifted(on: str, place: str = "village") -> Event:
    """It leaves it."""
    return event("designation.lifted", list="poor-village", jurisdiction_id=place, effective_from=on)


def household(n: int = 1, on: str = "2018-01-01", place: str = "village") -> Event:
    """A household is identified."""
    return event("household.identified", household_id=f"h{n}", jurisdiction_id=place, effective_from=on)


def helped(n: int, since: str, until: str | None = None, pairing: str = "") -> list[Event]:
    """A household has a helper."""
    name = pairing or f"p{n}"
    ended = [event("pairing.ended", pairing_id=name, reason="transfer", effective_until=until)] if until else []
    kind = "helper-household"
    started = event("pairing.started", pairing_id=name, helper="who", assisted=f"h{n}", kind=kind, effective_from=since)
    return [started, *ended]


def exited(n: int, approved: str, **more: Any) -> list[Event]:
    """A household exits."""
    return [
        event("exit.proposed", exit_id=f"e{n}", subject=f"h{n}", level="household", proposed_on="2018-01-01"),
        event("exit.approved", exit_id=f"e{n}", approved_on=approved, **more),
    ]


HELPED = covering(HOUSEHOLDS | {"needs": [HELPER]})


@pytest.mark.parametrize(
    ("day", "status"),
    [("2018-01-31", "breached"), ("2018-02-01", "met"), ("2018-04-30", "met"), ("2018-05-01", "breached")],
)
def test_a_helper_covers_from_the_first_day_to_the_eve_of_the_last(day: str, status: str) -> None:
    """Half-open: covered on the day it begins, not on the day it ends."""
    assert one(HELPED, [household(), *helped(1, "2018-02-01", "2018-05-01")], day).status == status


def test_no_member_is_not_applicable_and_a_scope_without_members_a_gap() -> None:
    """Zero households owe nothing; where the text says that there are some, none on record is a gap."""
    assert one(HELPED, [], "2018-06-01").status == "not-applicable"
    assert one(covering(VILLAGES, empty="gap"), [], "2018-06-01").status == "gap"
    assert one(covering(VILLAGES, empty="gap"), [listed()], "2018-06-01").status == "met"


def test_the_denominator_changes_with_identification_removal_and_exit() -> None:
    """Households count from identification until exit or removal; one that should never have been there never does."""
    told = [
        household(1), household(2, "2018-03-01"), household(3), household(4),
        *exited(1, "2018-04-01", effective_on="2018-05-01"),
        event("household.removed", household_id="h3", effective_from="2018-06-01"),
        event("household.removed", household_id="h4", effective_from="2018-01-01"),
    ]  # fmt: skip
    totals = {}
    for day in ("2018-02-28", "2018-03-01", "2018-04-30", "2018-05-01", "2018-05-31", "2018-06-01"):
        totals[day] = one(HELPED, told, day).outcome.actual[0]["total"]
    assert totals == {
        # The wrong identification of the fourth is known from the first day on: its removal counts from that day.
        "2018-02-28": 2, "2018-03-01": 3, "2018-04-30": 3, "2018-05-01": 2, "2018-05-31": 2, "2018-06-01": 1,
    }  # fmt: skip


def test_a_household_that_came_back_counts_again() -> None:
    """Identified, exited, identified again: two stretches, and of two identifications before an exit the last one."""
    told = [household(1, "2018-01-01"), *exited(1, "2018-03-01"), household(1, "2018-05-01")]
    totals = [one(HELPED, told, day).outcome.actual for day in ("2018-02-28", "2018-03-01", "2018-05-01")]
    assert [found[0]["total"] for found in totals] == [1, 0, 1]


def test_member_days_ratio_and_the_series_of_a_span() -> None:
    """Ten days, two households from the fourth day on: sixteen household-days, of which eleven are uncovered."""
    told = [household(1, "2018-01-01"), household(2, "2018-01-05"), *helped(1, "2018-01-06")]
    found = one(HELPED, told, "2018-12-31", ("2018-01-01", "2018-01-11")).outcome
    (need,) = found.actual[0]["needs"]
    assert (found.status, found.actual[0]["member_days"]) == ("breached", 16)
    assert (need["covered_days"], need["uncovered_days"], need["ratio"]) == (5, 11, "0.3125")
    assert [(part["from"], part["covered"], part["total"]) for part in need["days"]] == [
        ("2018-01-01", 0, 1), ("2018-01-05", 0, 2), ("2018-01-06", 1, 2),
    ]  # fmt: skip
    assert [(gap.about, gap.since, gap.until) for gap in found.gaps] == [
        ("h1", "2018-01-01", "2018-01-06"), ("h2", "2018-01-05", "2018-01-11"),
    ]  # fmt: skip


@settings(max_examples=examples(25), deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 6)), min_size=1, max_size=3),
    st.integers(0, 10),
)
def test_a_span_is_the_sum_of_its_days(homes: list[tuple[int, int, int]], exit_on: int) -> None:
    """Member-days over a span are those counted one day after another, whatever the days of helpers and exits."""
    start = date(2018, 1, 1)
    at = [(start + timedelta(days=n)).isoformat() for n in range(20)]
    told = []
    for n, (seen, came, stayed) in enumerate(homes):
        told += [household(n, at[seen]), *helped(n, at[came], at[came + stayed])]
    told += exited(0, at[exit_on])
    span = one(HELPED, told, at[19], (at[0], at[10])).outcome.actual[0]
    days = [one(HELPED, told, at[19], (day, until)).outcome.actual[0] for day, until in pairwise(at[:11])]
    assert span["member_days"] == sum(day["member_days"] for day in days)
    for part in ("covered_days", "uncovered_days"):
        assert span["needs"][0][part] == sum(day["needs"][0][part] for day in days)


def test_a_span_ends_with_the_day_asked_about() -> None:
    """What is to come is not judged: the span is cut after the day, and says on which day it goes on."""
    found = one(HELPED, [household()], "2018-01-04", ("2018-01-01", "2019-01-01")).outcome
    assert (found.since, found.until, found.actual[0]["member_days"]) == ("2018-01-01", "2018-01-05", 4)
    assert found.changes_on == "2018-01-05"


def test_a_possible_helper_leaves_it_undetermined() -> None:
    """A start known by its month covers for certain from the last day of the month on."""
    told = [household(), *helped(1, "2018-02")]
    assert [one(HELPED, told, day).status for day in ("2018-01-31", "2018-02-01", "2018-02-27", "2018-02-28")] == [
        "breached", "undetermined", "undetermined", "met",
    ]  # fmt: skip
    found = one(HELPED, told, "2018-02-01").outcome
    assert ([gap.cause for gap in found.gaps], found.changes_on) == (["uncertain"], "2018-02-28")
    assert found.actual[0]["needs"][0] == {"need": "helper", "covered": 0, "uncertain": 1, "uncovered": 0, "total": 1}


def test_causes_of_gaps_and_who_should_have_filled_them() -> None:
    """A post without holder is vacant; who left, why, and the unit that assists the village are told."""
    rule = covering(VILLAGES | {"needs": [TEAM, FIRST]}, filled_by=["fixed-point-unit"])
    told = [
        listed(),
        event("pairing.started", pairing_id="u", helper="unit-1", assisted="village", kind="fixed-point-unit",
              effective_from="2016"),
        event("appointment.ended", appointment_id=MADE, effective_until="2018-05-10", reason="transfer"),
        event("appointment.ended", appointment_id="village.work-team.first-secretary.tenure",
              effective_until="2018-05-08"),
        event("body.dissolved", body_id="village.work-team", effective_from="2018-05-05"),
    ]  # fmt: skip
    found = one(rule, told, "2018-05-15").outcome
    assert [(gap.cause, gap.since, gap.until) for gap in found.gaps] == [
        ("no-team", "2018-05-05", None), ("vacancy", "2018-05-10", None),
    ]  # fmt: skip
    vacancy = found.more["uncovered"][1]
    assert (vacancy["last"], vacancy["should_fill"]) == (
        {"id": MADE, "who": "village.first-secretary.holder", "reason": "transfer"}, ["unit-1"],
    )  # fmt: skip
    assert {"designation.listed"} <= {entry["type"] for entry in found.evidence}


def test_one_team_may_cover_several_villages() -> None:
    """A team that is paired with a village covers it, wherever it stands."""
    rule = covering(VILLAGES | {"needs": [TEAM]})
    other = event(
        "jurisdiction.registered", jurisdiction_id="v2", code="131122101202", name_zh="乙村", level="village",
        parent_id="township",
    )  # fmt: skip
    shared = event(
        "pairing.started", pairing_id="t", helper="village.work-team", assisted="v2", kind="x", effective_from="2018-03"
    )
    told = [listed(), other, listed("v2")]
    assert one(rule, told, "2018-05-01").outcome.actual[0]["uncovered"] == ["v2"]
    assert one(rule, [*told, shared], "2018-05-01").status == "met"


def test_a_village_that_left_the_list_needs_nothing() -> None:
    """The day of delisting is the first without a need, and known to be a day of change."""
    rule = covering(VILLAGES | {"needs": [FIRST]})
    told = [
        listed(), lifted("2018-11-01"), event("appointment.ended", appointment_id=MADE, effective_until="2018-10-20"),
    ]  # fmt: skip
    assert [one(rule, told, day).status for day in ("2018-10-19", "2018-10-20", "2018-11-01")] == [
        "met", "breached", "not-applicable",
    ]  # fmt: skip


def test_a_village_alone_is_judged_by_itself() -> None:
    """At the level of the village, the set is that village: the county's other members are not looked at."""
    rule = rule_of("coverage", {"covers": [HOUSEHOLDS | {"needs": [HELPER]}]}, levels=("county", "village"))
    other = event(
        "jurisdiction.registered", jurisdiction_id="v2", code="131122101202", name_zh="乙村", level="village",
        parent_id="township",
    )  # fmt: skip
    told = [other, household(1), *helped(1, "2018-01-01"), household(2, place="v2")]
    found = {duty.subject.id: duty.status for duty in duties_of(rule, told, "2018-06-01")}
    assert found == {"county": "breached", "village": "met", "v2": "breached"}


def test_whether_every_member_must_or_one_is_enough_is_a_reading() -> None:
    """The result under the other reading stands beside the one taken."""
    rule = covering(
        HOUSEHOLDS | {"needs": [HELPER]}, enough="all", readings=(Reading("enough", "all", ("some",), "every or one"),)
    )
    found = one(rule, [household(1), household(2), *helped(1, "2018-01-01")], "2018-06-01")
    assert (found.status, [other.status for other in found.alternatives]) == ("breached", ["met"])
    assert found.outcome.actual[0]["ratio"] == "0.5000"


def test_many_uncovered_are_counted_and_some_listed() -> None:
    """The list is bounded, the count is not."""
    told = [household(n) for n in range(7)]
    found = one(covering(HOUSEHOLDS | {"needs": [HELPER]}, shown=3), told, "2018-06-01").outcome
    assert (len(found.gaps), len(found.actual[0]["uncovered"]), found.actual[0]["uncovered_count"]) == (3, 3, 7)
    assert found.more["uncovered_count"] == 7


def test_holders_are_covered_while_they_hold_the_post() -> None:
    """Each leader must have a contact point: the successor needs one of his own."""
    rule = covering({
        "name": "leaders", "whom": {"of": "holders", "functions": ["party-principal"]},
        "needs": [{"name": "contact", "by": "helping", "levels": ["village"]}],
    })  # fmt: skip
    principal = "county.party-principal"
    told = [
        event("pairing.started", pairing_id="c", helper=f"{principal}.holder", assisted="village",
              effective_from="2017"),
        event("appointment.ended", appointment_id=f"{principal}.tenure", effective_until="2018-05-01"),
        event("appointment.started", appointment_id="n", person_id="next", post_id=principal,
              effective_from="2018-06-01"),
    ]  # fmt: skip
    days = ("2018-04-30", "2018-05-01", "2018-06-01")
    assert [one(rule, told, day).status for day in days] == ["met", "not-applicable", "breached"]


def test_words_fields_and_doers_of_events() -> None:
    """An inspection counts where its areas say so, where it is the subject's own, and from the instrument on."""
    need = {"name": "look", "by": "event", "events": ["inspection.held"], "words": {"areas": ["住房"]}, "own": True}
    rule = covering(VILLAGES | {"needs": [need]})

    def looked(areas: list[str], by: str) -> Event:
        return event(
            "inspection.held", inspection_id="i", subject_id="village", areas=areas, inspector_body_id=by,
            started_on="2018-03-01",
        )  # fmt: skip

    mine, other = "county.party-committee", "village.party-committee"
    told = [looked(["住房安全"], mine), looked(["饮水"], mine), looked(["住房安全"], other)]
    assert [one(rule, [listed(), act], "2018-06-01").status for act in told] == ["met", "breached", "breached"]
    assert one(rule, [listed(), told[0]], "2018-02-28").status == "breached"


def test_whoever_was_a_member_once_must_have_left() -> None:
    """All listed villages and all registered households are gone, or the duty to see to it is not done."""
    rule = covering(
        {**VILLAGES, "whom": {**VILLAGES["whom"], "ever": True}, "needs": [{"name": "exit", "by": "leaving"}]},  # type: ignore[dict-item]
        {"name": "all", "whom": {"of": "households", "ever": True}, "needs": [{"name": "exit", "by": "leaving"}]},
    )
    told = [listed(), household(), lifted("2018-11-01"), *exited(1, "2018-12-01")]
    days = ("2018-10-31", "2018-11-01", "2018-12-01")
    assert [one(rule, told, day).status for day in days] == ["breached", "breached", "met"]
    removed = [listed(), lifted("2018-11-01"), household(), event("household.removed", household_id="h1",
               effective_from="2018-11-05")]  # fmt: skip
    assert one(rule, removed, "2018-12-01").status == "met"
    assert one(rule, removed, "2018-12-01").outcome.actual[1]["total"] == 0


def test_numbers_of_the_text_are_shown_and_not_compared() -> None:
    """A quoted total stands beside the register's, and decides nothing."""
    rule = covering(VILLAGES, empty="gap", stated={"villages": 1113})
    found = one(rule, [listed()], "2018-06-01").outcome
    assert (found.expected["stated"], found.actual[0]["total"], found.status) == ({"villages": 1113}, 1, "met")


def test_acts_that_must_say_something_from_a_day_on() -> None:
    """Each duty report from the day on must include it; the reading of the first day changes which ones are asked."""
    need = {"name": "included", "by": "step", "events": ["duty-report.delivered"],
            "where": {"includes_poverty_alleviation": True}}  # fmt: skip
    since = (Reading("since", "2017-12-31", ("2018-01-01",), "the last day of the year, or the year after"),)
    acts = {"name": "reports", "whom": {"of": "acts", "kinds": ["duty-report.delivered"]}, "needs": [need]}
    rule = covering(acts, since="2017-12-31", readings=since)

    def report(on: str, *, included: bool) -> Event:
        return event(
            "duty-report.delivered", duty_report_id=f"d-{on}", subject_id="county", delivered_on=on,
            includes_poverty_alleviation=included,
        )  # fmt: skip

    found = one(rule, [report("2017-12-31", included=False)], "2018-06-01")
    assert (found.status, found.alternatives[0].status) == ("breached", "not-applicable")
    assert one(rule, [report("2017-12-30", included=False)], "2018-06-01").status == "not-applicable"
    assert one(rule, [report("2018-01-01", included=True)], "2018-06-01").status == "met"


def test_places_that_have_a_listed_place_below_them() -> None:
    """A township with a poor village is a member, another is not."""
    deputy = {"name": "deputy", "by": "post", "post_functions": ["deputy-in-charge"]}
    townships = {"name": "townships", "whom": {"of": "places", "levels": ["township"]}, "needs": [deputy]}
    rule = covering(townships, having=["poor-village"])
    assert one(rule, [], "2018-06-01").status == "not-applicable"
    assert one(rule, [listed()], "2018-06-01").status == "met"


def test_an_evaluation_of_whoever_is_at_a_place_is_not_one_of_its_government() -> None:
    """With functions named, the event must be about the place or such a body; without, anything there counts."""
    need = {"name": "evaluation", "by": "event", "events": ["evaluation.recorded"]}
    strict = {**need, "about_functions": ["party-committee"]}
    whom = {"name": "townships", "whom": {"of": "places", "levels": ["township"]}}

    def result(subject: str) -> list[Event]:
        return [event("evaluation.recorded", evaluation_id="e", subject=subject, recorded_on="2018-03-01")]

    subjects = ("township", "township.party-committee", "township.party-principal")
    assert [one(covering(whom | {"needs": [strict]}), result(who), "2018-06-01").status for who in subjects] == [
        "met", "met", "breached",
    ]  # fmt: skip
    assert one(covering(whom | {"needs": [need]}), result(subjects[2]), "2018-06-01").status == "met"


def test_in_every_window_an_event_counts_for_its_own_alone() -> None:
    """Under the reading of every quarter, one of the last quarter leaves this one open."""
    need = {"name": "look", "by": "event", "events": ["inspection.held"]}
    quarterly = (Reading("per", None, ("P3M",), "once, or in every quarter"),)
    rule = covering(VILLAGES | {"needs": [need]}, per=None, readings=quarterly)
    looked = event("inspection.held", inspection_id="i", subject_id="village", started_on="2018-03-31")
    found = [one(rule, [listed(), looked], day) for day in ("2018-03-31", "2018-04-01")]
    assert [(duty.status, duty.alternatives[0].status) for duty in found] == [("met", "met"), ("met", "due")]


def test_a_list_that_excludes() -> None:
    """Counties that are not poor: from the day on which one leaves the list it is a member."""
    need = {"name": "evaluation", "by": "event", "events": ["evaluation.recorded"]}
    counties = {"name": "others", "whom": {"of": "places", "levels": ["county"], "unlisted": ["poor-village"]}}
    rule = covering(counties | {"needs": [need]})
    told = [listed("county"), lifted("2018-11-01", "county")]
    assert [one(rule, told, day).status for day in ("2018-10-31", "2018-11-01")] == ["not-applicable", "breached"]


def test_days_that_are_only_possible_are_summed_apart() -> None:
    """Of February, known as the month of the start, only the last day is certain: the others are neither."""
    found = one(HELPED, [household(), *helped(1, "2018-02")], "2018-12-31", ("2018-02-01", "2018-03-02")).outcome
    (need,) = found.actual[0]["needs"]
    assert (found.status, need["uncovered_days"], need["uncertain_days"], need["covered_days"]) == (
        "undetermined", 0, 27, 2,
    )  # fmt: skip


def test_who_certainly_lacks_one_thing_is_not_counted_as_uncertain_too() -> None:
    """A household without a card whose helper is only possible is one uncovered household, not two."""
    card = {"name": "card", "by": "event", "events": ["publicity.posted"]}
    rule = covering(HOUSEHOLDS | {"needs": [HELPER, card]})
    counted = one(rule, [household(), *helped(1, "2018-02")], "2018-02-01").outcome.actual[0]
    assert (counted["uncovered"], counted["uncertain"], counted["covered"]) == (["h1"], [], 0)


def test_whom_the_subject_assists_by_a_kind_of_pairing() -> None:
    """Only pairings of the kinds named make members, and only while they last."""
    whom = {"of": "assisted", "levels": ["village"], "kinds": ["fixed-point-unit"]}
    rule = covering({"name": "assisted", "whom": whom}, empty="gap")

    def paired(kind: str) -> list[Event]:
        begun = event(
            "pairing.started", pairing_id="u", helper="county.party-committee", assisted="village", kind=kind,
            effective_from="2018-03-01",
        )  # fmt: skip
        return [begun, event("pairing.ended", pairing_id="u", effective_until="2018-05-01")]

    days = ("2018-02-28", "2018-03-01", "2018-04-30", "2018-05-01")
    assert [one(rule, paired("fixed-point-unit"), day).status for day in days] == ["gap", "met", "met", "gap"]
    assert one(rule, paired("contact-point"), "2018-03-01").status == "gap"
