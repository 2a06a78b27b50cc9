"""What those below ask beyond what was asked of them."""

from __future__ import annotations

from typing import Any

from tests.projections.rules_made import Event, duties_of, event, rule_of

RULE = rule_of("stacking", {"events": ["instrument.issued"]}, level="province", verdicts="presence")
ISSUED = event(
    "instrument.issued", instrument_id="i", printed_on="2020-03-01", scope_jurisdictions=["province"]
)  # fmt: skip


def target(place: str, value: str | None = None, due_on: str | None = None, measure: str = "visits") -> Event:
    """A target of a place."""
    more = {key: each for key, each in (("value", value), ("due_on", due_on)) if each is not None}
    return event("target.set", target_id=f"{place}-{measure}", subject_id=place, measure=measure, **more)


def stricter(*given: Event) -> list[dict[str, Any]]:
    """What is listed."""
    (one,) = duties_of(RULE, [ISSUED, *given], "2020-06-30", system="gansu")
    assert one.status == "met"
    found: list[dict[str, Any]] = one.outcome.more["stricter"]
    return found


def test_the_arrangement_is_what_is_found_or_missing() -> None:
    """A gap without one, from the day it was issued on met."""
    found = {day: duties_of(RULE, [ISSUED], day, system="gansu")[0].status for day in ("2020-02-29", "2020-03-01")}
    assert list(found.values()) == ["gap", "met"]


def test_a_greater_number_than_that_above_is_listed_with_its_ratio() -> None:
    """Weekly against monthly is four to one; the machine lists it, and the status stays."""
    (one,) = stricter(target("province", "12"), target("county", "48"))
    assert (one["place"], one["source"], one["ratio"]) == ("county", "province", "4")
    assert stricter(target("province", "12"), target("county", "12")) == []


def test_the_nearest_above_is_the_source() -> None:
    """A township is compared with its county, which was asked more already."""
    found = stricter(target("province", "12"), target("county", "24"), target("township", "24"))
    assert [(one["place"], one["source"]) for one in found] == [("county", "province")]


def test_an_earlier_day_is_stricter_too_and_another_measure_is_not() -> None:
    """Deadlines moved forward level by level are the same thing."""
    (one,) = stricter(target("city", due_on="2020-12-31"), target("county", due_on="2020-10-31"))
    assert (one["source_due_on"], one["due_on"]) == ("2020-12-31", "2020-10-31")
    assert stricter(target("city", "12"), target("county", "48", measure="reports")) == []


def inspected(serial: int, body: str, on: str, until: str | None = None, subject: str = "township") -> Event:
    """An inspection by a body."""
    more = {} if until is None else {"ended_on": until}
    which = {"inspection_id": f"i{serial}", "inspector_body_id": body, "subject_id": subject}
    return event("inspection.held", **which, started_on=on, **more)


def listed(*given: Event) -> dict[str, Any]:
    """What is told besides the status."""
    (one,) = duties_of(RULE, [ISSUED, *given], "2020-06-30", system="gansu")
    return dict(one.outcome.more)


def test_a_target_without_a_source_is_listed_apart() -> None:
    """Nothing above states the measure, so there is nothing to compare with: it is named, and no ratio is made up."""
    found = listed(target("county", "8", measure="night visits"), target("province", "12"))
    assert found["stricter"] == []
    assert [(one["place"], one["measure"]) for one in found["without_source"]] == [("county", "night visits")]


def test_inspections_by_different_bodies_within_seven_days_are_crowded() -> None:
    """The seventh day after the last day of the one counts, the eighth does not; nor does the same body."""
    first = inspected(1, "county.leading-group", "2020-04-06", "2020-04-08")
    for day, crowded in (("2020-04-15", 1), ("2020-04-16", 0)):
        assert len(listed(first, inspected(2, "city.leading-group", day))["crowded"]) == crowded
    (one,) = listed(first, inspected(2, "city.leading-group", "2020-04-15"))["crowded"]
    assert (one["subject"], one["days"]) == ("township", 7)
    assert listed(first, inspected(2, "county.leading-group", "2020-04-09"))["crowded"] == []
    assert listed(first, inspected(2, "city.leading-group", "2020-04-09", subject="village"))["crowded"] == []
