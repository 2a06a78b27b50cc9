"""Who leads a body: its posts first, else its own rule; breached only where others certainly lead."""

from __future__ import annotations

from typing import Any

import pytest

from projections.policies.rule import Reading, Rule
from tests.projections.rules_made import Event, duties_of, event, rule_of

GROUP = "county.leading-group"
PARTY, HEAD = "county.party-principal", "county.government-principal"
PARAMS: dict[str, Any] = {
    "body_functions": ["leading-group"], "leader_functions": ["party-principal", "government-principal"],
    "titles": [".*(?<!副)组长"],
}  # fmt: skip


def leaders(params: dict[str, Any] | None = None, **more: Any) -> Rule:
    """The principals lead the leading group of their place."""
    return rule_of("leaders", {**PARAMS, **(params or {})}, **more)


def leads(who: str, start: str, tenure: str | None = None) -> Event:
    """Somebody takes the seat of a leader."""
    return event(
        "appointment.started", appointment_id=tenure or f"lead-{who}", person_id=who, post_id="seat",
        effective_from=start, capacity="concurrent",
    )  # fmt: skip


SEAT = event("post.established", post_id="seat", title_zh="领导小组组长", body_id=GROUP, seats=2)
DEPUTY = event("post.established", post_id="deputy", title_zh="领导小组副组长", body_id=GROUP)
BOTH = [SEAT, DEPUTY, leads(f"{PARTY}.holder", "2017-05-06"), leads(f"{HEAD}.holder", "2017-06")]


@pytest.mark.parametrize(
    ("day", "status"),
    [("2017-05-31", "gap"), ("2017-06-01", "undetermined"), ("2017-06-29", "undetermined"), ("2017-06-30", "met")],
)
def test_both_principals_must_lead(day: str, status: str) -> None:
    """A seat that stands empty is a gap; one that is taken on an unknown day of the month leaves it open."""
    (one,) = duties_of(leaders(), BOTH, day)
    assert (one.status, one.outcome.about) == (status, GROUP)
    assert [gap.cause for gap in one.outcome.gaps] == (["seat-open"] if status == "gap" else [])


def test_a_seat_held_by_somebody_else_is_a_breach() -> None:
    """Both seats are certainly held and one principal is in neither; it ends when the other leaves."""
    given = [*BOTH[:3], leads("other", "2017-05-06", "lead"), leads(f"{HEAD}.holder", "2017-08-01")]
    given.append(event("appointment.ended", appointment_id="lead", effective_until="2017-08-01"))
    (one,) = duties_of(leaders(), given, "2017-07-31")
    assert one.status == "breached"
    assert [(gap.since, gap.until, gap.cause, gap.about) for gap in one.outcome.gaps] == [
        ("2017-05-06", "2017-08-01", "does-not-lead", HEAD)
    ]
    assert one.outcome.changes_on == "2017-08-01"
    assert [one.status for one in duties_of(leaders(), given, "2017-08-01")] == ["met"]


def test_a_deputy_leader_does_not_lead() -> None:
    """副组长 is another post."""
    given = [*BOTH[:3], {**leads(f"{HEAD}.holder", "2017-05-06")}]
    given[-1]["data"]["post_id"] = "deputy"
    assert [one.status for one in duties_of(leaders(), given, "2018-03-05")] == ["gap"]


def test_a_vacant_principal_leaves_a_gap_and_breaches_nothing() -> None:
    """Nobody can lead for a post that nobody holds, even where the one before still has the seat."""
    given = [*BOTH, event("appointment.ended", appointment_id=f"{HEAD}.tenure", effective_until="2018-01-01")]
    (one,) = duties_of(leaders(), given, "2018-01-01")
    assert (one.status, one.outcome.gaps[0].cause, one.outcome.gaps[0].about) == ("gap", "vacancy", HEAD)


def group(rule: str | None, since: str = "2018-01-01") -> list[Event]:
    """The world's group gives way to one with a rule of its own."""
    said = {} if rule is None else {"leader_rule": rule}
    return [
        event("body.dissolved", body_id=GROUP, effective_from=since),
        event(
            "body.established", body_id="new", name_zh="领导小组", jurisdiction_id="county",
            functions=["leading-group"], effective_from=since, **said,
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(("rule", "status"), [("dual", "met"), ("single", "breached"), (None, "gap")])
def test_without_posts_the_rule_of_the_body_tells(rule: str | None, status: str) -> None:
    """双组长 as the body is registered; one leader is a breach, and nothing said is a gap."""
    assert [one.status for one in duties_of(leaders(), group(rule), "2018-01-01")] == [status]


def test_that_the_rule_suffices_is_a_reading() -> None:
    """The answer says that asking for the posts would leave a gap."""
    reading = Reading("rule_suffices", default=True, others=(False,), means="rule")
    (one,) = duties_of(leaders({"rule_suffices": True}, readings=(reading,)), group("dual"), "2018-01-01")
    assert (one.status, one.alternatives[0].status) == ("met", "gap")


def test_a_group_that_followed_another_is_not_missed_before_it_was_set_up() -> None:
    """Over a span each group is judged on its own days; the days of neither are a gap."""
    span = ("2017-12-01", "2018-02-01")
    found = {one.outcome.about: one.status for one in duties_of(leaders(), group("dual"), "2018-03-01", span)}
    assert found == {GROUP: "gap", "new": "met"}
    later = [group("dual")[0], group("dual", "2018-01-15")[1]]
    (old, new) = duties_of(leaders(), [*BOTH, *later], "2018-03-01", span)
    assert (old.outcome.about, new.outcome.about) == (GROUP, "new")
    assert [(gap.since, gap.until) for gap in new.outcome.gaps] == [("2018-01-01", "2018-01-15")]


def test_enough_leaders_of_a_kind() -> None:
    """Of a special group two deputies in charge must lead, whichever; without such a group nothing is owed."""
    rule = leaders(
        {"body_functions": [], "body_types": ["special-leading-group"], "leader_functions": ["deputy-in-charge"],
         "each": False, "none": "not-applicable"}
    )  # fmt: skip
    (none,) = duties_of(rule, [], "2018-03-05")
    assert none.status == "not-applicable"
    given = [
        event(
            "body.established", body_id="special", name_zh="专项组", body_type="special-leading-group",
            jurisdiction_id="county",
        ),
        {**SEAT, "data": {**SEAT["data"], "body_id": "special"}},
        event(
            "post.established", post_id="second", title_zh="副县长", functions=["deputy-in-charge"],
            jurisdiction_id="county",
        ),
        event(
            "appointment.started", appointment_id="s", person_id="two", post_id="second", effective_from="2017-01-01"
        ),
        leads("county.deputy-in-charge.holder", "2017-03-01"),
        leads("two", "2017-04-01"),
    ]  # fmt: skip
    assert [duties_of(rule, given, day)[0].status for day in ("2017-03-31", "2017-04-01")] == ["gap", "met"]
    other = [*given[:-1], leads("somebody", "2017-04-01")]
    assert duties_of(rule, other, "2017-04-01")[0].status == "breached"


def test_the_evidence_holds_the_group_its_seats_and_both_offices() -> None:
    """What the answer rests on: body, seat, appointments to the seat and to the principal posts."""
    (one,) = duties_of(leaders(), BOTH, "2018-03-05")
    kinds = [entry["type"] for entry in one.outcome.evidence]
    assert (kinds.count("appointment.started"), kinds.count("body.established")) == (4, 1)
    assert set(one.outcome.posts) == {PARTY, HEAD}
