"""A use set beside the wish of the giver, and quotas beside those they rest on."""

from __future__ import annotations

from typing import Any

from tests.projections.rules_made import Event, duties_of, event, rule_of
from tests.projections.test_duties_coupling import UNIT

RULE = rule_of(
    "beside",
    {
        "uses": ["funds.allocated"], "where": {"source": "social"}, "use": "purpose",
        "wishes": ["donation.received"], "wish": "intent",
    },
    level="unit", functions=("any",), verdicts="presence",
)  # fmt: skip


def gift(place: str = "county", **more: Any) -> Event:
    """A donation."""
    return event("donation.received", donation_id=f"g-{place}", jurisdiction_id=place, received_on="2017-03-01", **more)


def use(source: str = "social", **more: Any) -> Event:
    """Money the unit was given to use."""
    return event(
        "funds.allocated", allocation_id="u", source=source, recipient_id="unit", amount="1.00",
        allocated_on="2017-04-01", **more,
    )  # fmt: skip


def found(given: list[Event]) -> list[str]:
    """The statuses of the unit."""
    return [one.status for one in duties_of(RULE, [*UNIT, *given], "2017-12-31") if one.subject.id == "unit"]


def test_both_texts_must_be_on_record() -> None:
    """A person can compare only what is there; whether they agree is not ruled."""
    assert found([gift(intent="学校"), use(purpose="道路")]) == ["met"]
    assert found([gift(), use(purpose="道路")]) == ["gap"]
    assert found([gift(intent="学校"), use()]) == ["gap"]


def test_other_money_is_no_use_and_a_wish_may_be_kept_above() -> None:
    """Without a use of such money nothing is owed; a donation to the city counts for its counties."""
    assert found([gift(intent="学校"), use("county", purpose="道路")]) == ["not-applicable"]
    assert found([gift("city", intent="学校"), use(purpose="道路")]) == ["met"]
    assert found([gift("township", intent="学校"), use(purpose="道路")]) == ["gap"]


def test_both_texts_are_shown() -> None:
    """The answer has the use and the wishes side by side, with their entries."""
    (one,) = [
        one
        for one in duties_of(RULE, [*UNIT, gift(intent="学校"), use(purpose="道路")], "2017-12-31")
        if one.subject.id == "unit"
    ]
    assert (one.outcome.expected, one.outcome.actual) == ({"wishes": ["学校"]}, {"use": "道路"})
    assert {entry["type"] for entry in one.outcome.evidence} == {"funds.allocated", "donation.received"}
