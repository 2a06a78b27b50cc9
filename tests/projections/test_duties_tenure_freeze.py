"""Tenure freeze: who left a frozen post or stopped helping before the release, on which reading, with what shown."""

from __future__ import annotations

from typing import Any

import pytest

from projections.duties.evaluating import Duty
from tests.projections.rules_made import Event, event, rule_of
from tests.projections.rules_made import duties_of as all_duties_of

LISTS = ["poor-county-national", "poor-county-provincial"]
TENURE = "county.party-principal.tenure"
LISTED = event("designation.listed", list="poor-county-national", jurisdiction_id="county", effective_from="2014-01-01")
APPROVED = [
    event("exit.proposed", exit_id="x", subject="county", level="county", proposed_on="2018-01-10"),
    event("exit.approved", exit_id="x", approved_on="2018-09-10", effective_on="2018-09-12"),
]
LIFTED = event("designation.lifted", list="poor-county-national", jurisdiction_id="county", effective_from="2018-09-18")


def frozen(**params: Any) -> Any:
    """The rule that a province's organs keep both principals of its listed counties."""
    functions = ["party-principal", "government-principal"]
    params = {"functions": functions, "level": "county", "lists": LISTS, **params}
    return rule_of("tenure-freeze", params, level="province", functions=("party-committee", "government"))


def left(day: str, reason: str | None = "transfer", tenure: str = TENURE) -> Event:
    """The end of an appointment."""
    more = {} if reason is None else {"reason": reason}
    return event("appointment.ended", appointment_id=tenure, effective_until=day, **more)


def duties_of(rule: Any, given: list[Event], day: str, span: tuple[str, str] | None = None) -> list[Duty]:
    """The duties that apply, under a text of the whole country in force since 2016-10-11."""
    found = all_duties_of(rule, given, day, span, "central-2016")
    return [duty for duty in found if duty.status != "not-applicable"]


def about(found: list[Duty], one: str = TENURE) -> Duty:
    """The duty about an appointment, post or pairing."""
    return next(duty for duty in found if duty.outcome.about == one)


@pytest.mark.parametrize(
    ("release", "day", "status"),
    [
        (["approved", "lifted"], "2018-09-09", "breached"),
        (["approved", "lifted"], "2018-09-10", "met"),
        (["effective"], "2018-09-11", "breached"),
        (["effective"], "2018-09-12", "met"),
        (["lifted", "approved"], "2018-09-17", "breached"),
        (["lifted", "approved"], "2018-09-18", "met"),
    ],
)
def test_leaving_on_the_day_of_release_breaks_nothing(release: list[str], day: str, status: str) -> None:
    """Half-open on either side, whichever day is read as the release."""
    found = duties_of(frozen(release=release), [LISTED, *APPROVED, LIFTED, left(day)], "2019-01-01")
    assert about(found).status == status


def test_what_is_shown_of_a_departure() -> None:
    """Post, person, days before the release, who decided on what ground, and that the exit came late."""
    target = event("target.set", target_id="t", subject_id="county", measure="exit", due_on="2018-08-31")
    decided = event(
        "transfer.proposed", person_id="county.party-principal.holder", from_post_id="county.party-principal",
        kind="transfer", proposed_on="2017-07-20",
    )  # fmt: skip
    found = duties_of(
        frozen(target={"measure": "exit"}), [LISTED, *APPROVED, target, decided, left("2017-08-15")], "2019-01-01"
    )
    duty = about(found)
    more = duty.outcome.more
    assert (more["place"]["id"], more["post"]["id"], more["reason"]) == (
        "county",
        "county.party-principal",
        "transfer",
    )
    assert more["person"]["id"] == "county.party-principal.holder"
    assert (more["left_on"], more["days_before_release"], more["days_later_than_planned"]) == ("2017-08-15", 391, 10)
    assert {entry["type"] for entry in duty.outcome.evidence} == {"appointment.started", "appointment.ended"}
    assert about(found, "county.government-principal").status == "met"
    assert (more["released_on"], more["released_by"]) == ("2018-09-10", "approved")


def test_days_that_are_not_known_leave_it_open_only_where_they_matter() -> None:
    """A month before the release is before it; the month of the release may be either; the one after is not."""
    given = [LISTED, *APPROVED]
    for end, status in (("2018-08", "breached"), ("2018-09", "undetermined")):
        assert about(duties_of(frozen(), [*given, left(end)], "2019-01-01")).status == status
    found = duties_of(frozen(), [*given, left("2018-10")], "2019-01-01")
    assert about(found, "county.party-principal").status == "met"
    month = about(duties_of(frozen(), [LISTED, left("2017-08")], "2017-08-15"))
    assert (month.status, month.outcome.changes_on) == ("undetermined", "2017-08-31")


def test_reasons_are_a_reading_and_an_unknown_one_decides_nothing() -> None:
    """What is permitted excuses, also shown; without a reason on record only a rule without exceptions can tell."""
    natural = ["retirement", "death", "correction"]
    retired = [LISTED, left("2017-08-15", "retirement")]
    excused = about(duties_of(frozen(permitted=natural), retired, "2018-01-01"))
    assert (excused.status, excused.outcome.more["excused_by"]) == ("met", "retirement")
    assert about(duties_of(frozen(), retired, "2018-01-01")).status == "breached"
    unknown = [LISTED, left("2017-08-15", None)]
    assert about(duties_of(frozen(permitted=natural), unknown, "2018-01-01")).status == "undetermined"
    assert about(duties_of(frozen(), unknown, "2018-01-01")).status == "breached"


def test_what_is_no_departure() -> None:
    """A correction, the end of a stand-in, and going on in the same post on the same day."""
    for reason, more in (("correction", []), ("promotion", [_again("2017-08-15")])):
        found = duties_of(frozen(), [LISTED, left("2017-08-15", reason), *more], "2018-01-01")
        assert {duty.outcome.about for duty in found} == {"county.party-principal", "county.government-principal"}
    acting = _again("2016-01-01", capacity="acting")
    found = duties_of(frozen(), [LISTED, acting, left("2017-08-15", tenure="again")], "2018-01-01")
    assert {duty.status for duty in found} == {"met"}
    later = duties_of(frozen(), [LISTED, left("2017-08-15"), _again("2017-08-16")], "2018-01-01")
    assert about(later).status == "breached"


def _again(day: str, **more: Any) -> Event:
    return event(
        "appointment.started", appointment_id="again", person_id="county.party-principal.holder",
        post_id="county.party-principal", effective_from=day, **more,
    )  # fmt: skip


def test_another_post_of_the_place_is_no_leaving_of_the_place() -> None:
    """The narrower word, leaving the place, against leaving the post."""
    moved = event(
        "appointment.started", appointment_id="next", person_id="county.party-principal.holder",
        post_id="county.government-principal", effective_from="2017-08-15",
    )  # fmt: skip
    given = [LISTED, left("2017-08-15"), moved]
    assert about(duties_of(frozen(), given, "2018-01-01")).status == "breached"
    assert about(duties_of(frozen(leaving="place"), given, "2018-01-01")).status == "met"


def test_before_the_listing_and_without_one_nothing_is_frozen() -> None:
    """Leaving on the first day of the listing is leaving before it; a place on no list is not bound."""
    late = event("designation.listed", **{**LISTED["data"], "effective_from": "2017-08-15"})
    for end, broken in (("2017-08-15", False), ("2017-08-16", True)):
        found = duties_of(frozen(), [late, left(end)], "2018-01-01")
        assert (TENURE in {duty.outcome.about for duty in found if duty.status == "breached"}) is broken
    assert duties_of(frozen(), [left("2017-08-15")], "2018-01-01") == []


REJECTED = event("exit.rejected", exit_id="x", rejected_on="2018-12-01")


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2018-09-09", "breached"), ("2018-09-10", "met"), ("2018-11-30", "met"), ("2018-12-01", "met"),
        ("2018-12-02", "breached"), ("2019-03-01", "breached"), ("2019-03-02", "met"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("again", ["taken back", "listed again"])
def test_an_exit_taken_back_and_a_listing_after_an_exit_freeze_again(again: str, day: str, status: str) -> None:
    """Bound to the exit, free until it is taken back or the county listed anew, and bound to the next exit."""
    anew = {**LISTED, "data": {**LISTED["data"], "effective_from": "2018-12-01"}}
    exits = [
        event("exit.proposed", exit_id="y", subject="county", level="county", proposed_on="2019-01-01"),
        event("exit.approved", exit_id="y", approved_on="2019-03-02"),
    ]
    given = [LISTED, *APPROVED, REJECTED if again == "taken back" else anew, *exits, left(day)]
    found = duties_of(frozen(), given, "2019-06-01")
    assert {"breached" if any(one.status == "breached" for one in found) else "met"} == {status}
    about_post = [one.outcome.since for one in found if one.outcome.about == "county.government-principal"]
    assert about_post == ["2016-10-11", "2018-12-01"]


def test_an_exit_taken_back_after_the_lifting_freezes_nothing() -> None:
    """What is on no list any more is not bound, whatever becomes of the exit; nor by an approval of a later listing."""
    found = duties_of(frozen(), [LISTED, *APPROVED, LIFTED, REJECTED, left("2018-12-15")], "2019-01-01")
    assert {one.status for one in found} == {"met"}
    listed_first = {**LISTED, "data": {**LISTED["data"], "effective_from": "2010-01-01"}}
    wrong = event(
        "designation.lifted", list="poor-county-national", jurisdiction_id="county", cause="correction",
        effective_from="2016-12-01",
    )  # fmt: skip
    anew = {**LISTED, "data": {**LISTED["data"], "effective_from": "2018-01-01"}}
    found = duties_of(frozen(), [listed_first, wrong, anew, *APPROVED, left("2017-05-01")], "2019-01-01")
    assert TENURE not in [one.outcome.about for one in found]


def test_a_span_holds_the_departures_within_it() -> None:
    """Half-open: the end on the first day of the span is in it, that on its end is not."""
    given = [LISTED, left("2017-08-15")]
    for span, found in ((("2017-08-15", "2017-09-01"), True), (("2017-01-01", "2017-08-15"), False)):
        told = duties_of(frozen(), given, "2018-01-01", span)
        assert (TENURE in {duty.outcome.about for duty in told}) is found


# -- pairings --------------------------------------------------------------------------------------------------

VILLAGE_OUT = [
    event("exit.proposed", exit_id="v", subject="village", level="village", proposed_on="2018-01-10"),
    event("exit.approved", exit_id="v", approved_on="2018-10-20"),
]


def hooked(**params: Any) -> Any:
    """The rule that a unit does not stop helping before the exit."""
    given = {"freezes": "pairings", "release": ["approved"], **params}
    return rule_of("tenure-freeze", given, level="unit", functions=("assisting-unit",))


def paired(one: str, since: str, helper: str = "county.assisting-unit", kind: str = "fixed-point-unit") -> Event:
    """The start of a pairing with the village."""
    return event("pairing.started", pairing_id=one, helper=helper, assisted="village", kind=kind, effective_from=since)


def ended(one: str, day: str, reason: str = "reassigned", **more: Any) -> Event:
    """The end of a pairing."""
    return event("pairing.ended", pairing_id=one, reason=reason, effective_until=day, **more)


@pytest.mark.parametrize(
    ("since", "status", "gap"),
    [
        ("2017-06-01", "met", 0),
        ("2017-06-22", "breached", 21),
        ("2017-06", "undetermined", 0),
        (None, "breached", None),
    ],
)
def test_the_gap_to_whoever_follows(since: str | None, status: str, gap: int | None) -> None:
    """None on the same day, so many days later on, unknown where a month is all that is known, never without."""
    follower = [] if since is None else [paired("p2", since)]
    duty = about(
        duties_of(hooked(), [paired("p1", "2015-03-01"), ended("p1", "2017-06-01"), *follower], "2018-01-01"), "p1"
    )
    assert (duty.status, duty.outcome.more["gap_days"]) == (status, gap)
    assert bool(duty.outcome.gaps) == (status == "breached")
    assert duty.outcome.posts == ("county.assisting-unit.assisting-unit-head",)


def test_a_follower_is_of_the_same_kind_or_named() -> None:
    """Help of another kind does not take over, unless the end names it."""
    start, other = paired("p1", "2015-03-01"), paired("p2", "2017-06-01", kind="enterprise-village")
    assert (
        about(duties_of(hooked(), [start, ended("p1", "2017-06-01"), other], "2018-01-01"), "p1").status == "breached"
    )
    named = ended("p1", "2017-06-01", successor_pairing_id="p2")
    assert about(duties_of(hooked(), [start, named, other], "2018-01-01"), "p1").status == "met"
    assert about(duties_of(hooked(handed_on=False), [start, named, other], "2018-01-01"), "p1").status == "breached"


def test_the_exit_that_releases_is_that_of_the_assisted_or_of_the_place_above() -> None:
    """The day of the exit is soon enough; under another reading the village's own exit does not count."""
    for day, status in (("2018-10-19", "breached"), ("2018-10-20", "met")):
        given = [*VILLAGE_OUT, paired("p1", "2015-03-01"), ended("p1", day)]
        found = duties_of(hooked(), given, "2019-01-01")
        assert {duty.status for duty in found} == {status}
        assert about(duties_of(hooked(exit_of="county"), given, "2019-01-01"), "p1").status == "breached"


def test_merged_units_pass_on_and_an_exit_nobody_approved_decides_nothing() -> None:
    """The reason of the end counts where it says enough; an entry made in error is no end at all."""
    for reason, status in (("unit-merged", "met"), ("exited", "undetermined"), ("transfer", "breached")):
        given = [paired("p1", "2015-03-01"), ended("p1", "2017-06-01", reason)]
        assert about(duties_of(hooked(), given, "2018-01-01"), "p1").status == status
    wrong = [paired("p1", "2015-03-01"), ended("p1", "2017-06-01", "correction")]
    assert duties_of(hooked(), wrong, "2018-01-01") == []


def test_those_that_stand_are_told_together_until_the_next_planned_end() -> None:
    """One outcome counts those that run and those that ended after the exit."""
    given = [*VILLAGE_OUT, paired("p1", "2015-03-01"), ended("p1", "2018-11-01"), paired("p2", "2016-01-01")]
    (duty,) = duties_of(hooked(), [*given, ended("p2", "2019-06-01")], "2019-01-01")
    assert (duty.status, duty.outcome.changes_on) == ("met", "2019-06-01")
    assert duty.outcome.actual == {"running": 1, "ended_after_exit": 1}


@pytest.mark.parametrize("again", ["taken back", "listed again"])
@pytest.mark.parametrize(
    ("day", "status"),
    [("2018-10-19", "breached"), ("2018-10-20", "met"), ("2019-03-01", "met"), ("2019-03-02", "breached"),
     ("2019-03", "undetermined"), ("2019-06-30", "breached"), ("2019-07-01", "met")],
)  # fmt: skip
def test_help_for_what_became_poor_again_is_bound_to_the_next_exit(again: str, day: str, status: str) -> None:
    """An exit long past releases nobody who helps a village that was listed again, or whose exit was taken back."""
    listing = {"list": "poor-village", "jurisdiction_id": "village"}
    back = {
        "taken back": event("exit.rejected", exit_id="v", rejected_on="2019-03-01"),
        "listed again": event("designation.listed", **listing, effective_from="2019-03-01"),
    }[again]
    given = [
        event("designation.listed", **listing, effective_from="2014-01-01"), *VILLAGE_OUT, back,
        event("exit.proposed", exit_id="w", subject="village", level="village", proposed_on="2019-05-10"),
        event("exit.approved", exit_id="w", approved_on="2019-07-01"),
        paired("p1", "2015-03-01"), ended("p1", day),
    ]  # fmt: skip
    (duty,) = duties_of(hooked(lists=["poor-village"]), given, "2020-01-01")
    assert duty.status == status
