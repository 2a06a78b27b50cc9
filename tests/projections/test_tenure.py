"""Tenure: certainty against an oracle that enumerates every tenure which fits what was said, and statuses."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events import edtf
from projections.answers.holders import holders
from projections.folds.appointment import bounds
from projections.tenure import (
    ALWAYS,
    NEVER,
    Bounds,
    Certainty,
    Seat,
    Status,
    Stretch,
    day_before,
    days_between,
    next_day,
    on_record,
    status_of,
    stretch_at,
    stretches,
)
from tests.projections.ledger import Ledger
from tests.thorough import examples

pytestmark = pytest.mark.anyio

WINDOW = date(2017, 11, 15)
WIDTH = 480
DAYS = [(WINDOW + timedelta(days=n)).isoformat() for n in range(WIDTH)]

exact_days = st.integers(30, WIDTH - 60).map(DAYS.__getitem__)
dates = st.one_of(exact_days, exact_days.map(lambda day: day[:7]), st.just("2018"))
starts = st.one_of(
    st.none(),
    dates.map(lambda said: {"effective_from": said}),
    exact_days.map(lambda day: {"held_by": day}),
)
ends = st.one_of(
    st.none(),
    dates.map(lambda said: {"effective_until": said}),
    exact_days.map(lambda day: {"gone_by": day}),
)
observations = st.lists(exact_days, max_size=3)


def index(day: date) -> int:
    """The place of a day in the window."""
    return (day - WINDOW).days


def possible_starts(start: dict[str, str] | None) -> range:
    """The days on which it may have begun; the window's first day stands for any day before."""
    if start is None:
        return range(WIDTH + 1)
    if "held_by" in start:
        return range(index(date.fromisoformat(start["held_by"])) + 1)
    span = edtf.parse(start["effective_from"])
    return range(index(span.first), index(span.last) + 1)


def possible_ends(start: dict[str, str] | None, end: dict[str, str] | None) -> range:
    """The days it may have ended before; beyond the window where nothing was said of an end.

    Who was never reported to have begun, only seen, may have left on any day after.
    """
    if end is None:
        return range(0 if start is None else WIDTH, WIDTH + 1)
    if "gone_by" in end:
        return range(index(date.fromisoformat(end["gone_by"])) + 1)
    span = edtf.parse(end["effective_until"])
    return range(index(span.first), index(span.last) + 1)


def enumerated(start: Any, end: Any, seen: list[str]) -> list[Certainty] | None:
    """Certainty day by day, from every tenure [start, end) that fits; None where none does.

    A tenure is a number whose bits are its days: certain is in all of them, possible in some.
    """
    watched = sum({1 << index(date.fromisoformat(day)) for day in seen})
    inside, outside, fitting = (1 << WIDTH) - 1, 0, 0
    for since in possible_starts(start):
        for until in possible_ends(start, end):
            held = (1 << until) - (1 << since) if until >= since else -1
            if held >= 0 and held & watched == watched:
                inside, outside, fitting = inside & held, outside | held, fitting + 1
    if not fitting:
        return None
    return ["certain" if inside >> n & 1 else "possible" if outside >> n & 1 else "no" for n in range(WIDTH)]


@given(start=starts, end=ends, seen=observations)
@settings(max_examples=examples(150), deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_certainty_is_what_all_or_some_fitting_tenures_say(start: Any, end: Any, seen: list[str]) -> None:
    """The bounds say certain where every fitting tenure holds the day, possible where some does, else no.

    Where no tenure fits, what was said contradicts itself, and the formula of the design is wider than the
    (empty) truth: a sighting is believed against a start after it and an end before it, so that the holder is
    certain from the first sighting, and where an end is told, to the last. Without sightings nothing is held.
    """
    if start is None and end is None and not seen:
        return
    found = bounds(start, end, sorted(seen))
    said = [found.certainty(day) for day in DAYS]
    expected = enumerated(start, end, seen)
    if expected is not None:
        assert said == expected
    elif not seen:
        assert set(said) == {"no"}
    else:
        assert all(said[index(date.fromisoformat(day))] == "certain" for day in seen)


def test_an_observation_after_the_end_or_before_the_start_is_believed() -> None:
    """Of a start, an end and a sighting that exclude each other, the sighting is certain and widens both."""
    late = bounds({"effective_from": "2017-01-01"}, {"effective_until": "2018-01-01"}, ["2018-03-05"])
    assert (late.s1, late.e0, late.e1) == ("2017-01-01", "2018-03-06", "2018-01-01")
    early = bounds({"effective_from": "2018-05-01"}, None, ["2018-03-05"])
    assert [early.certainty(day) for day in ("2018-03-04", "2018-03-05", "2018-04-01")] == ["no", "certain", "certain"]


@given(seats=st.integers(1, 3), holding=st.lists(st.sampled_from(["certain", "possible", "no"]), max_size=5))
@settings(deadline=None, derandomize=True)
def test_status_counts_seats(seats: int, holding: list[Certainty]) -> None:
    """A post is held, contested, uncertain or vacant by the number of certain holders against its seats."""
    certain = sum(one == "certain" for one in holding)
    expected = {
        certain == seats: "held",
        certain > seats: "contested",
        certain < seats and "possible" in holding: "uncertain",
        certain < seats and "possible" not in holding: "vacant",
    }[True]
    assert status_of(seats, holding) == expected


tenures = st.builds(bounds, starts.filter(bool), ends, observations.map(sorted))
seats = st.builds(
    Seat,
    since=st.none() | exact_days,
    until=st.none() | exact_days,
    seats=st.integers(1, 2),
    tenures=st.lists(tenures, max_size=4),
)


@given(seat=seats)
@settings(max_examples=examples(200), deadline=None, derandomize=True)
def test_stretches_partition_time(seat: Seat) -> None:
    """Stretches follow each other from the beginning to the end of time, and each day has its stretch's status."""
    found = stretches(seat)
    assert (found[0].since, found[-1].until) == (None, None)
    for one, following in pairwise(found):
        assert one.until == following.since is not None
        assert one.status != following.status
    for day in [ALWAYS, *DAYS, day_before(NEVER)]:
        holding = [one for one in found if on_record(one.since, one.until, day)]
        assert [one.status for one in holding] == [seat.status(day)]
        assert stretch_at(seat, day) == holding[0]


@given(seat=seats, first=exact_days, width=st.integers(0, 40))
@settings(max_examples=examples(200), deadline=None, derandomize=True)
def test_meets_is_any_day_not_no(seat: Seat, first: str, width: int) -> None:
    """A tenure meets a span of days where it certainly or possibly covers one of them."""
    span = DAYS[DAYS.index(first) :][: width + 1]
    for tenure in seat.tenures:
        assert tenure.meets(span[0], span[-1]) == any(tenure.certainty(day) != "no" for day in span)


def test_an_unestablished_post_has_no_other_status() -> None:
    """Outside its days on record a post is unestablished, whoever was appointed to it."""
    always = Bounds(ALWAYS, ALWAYS, NEVER, NEVER)
    seat = Seat("2016-01-01", "2018-01-01", 1, [always])
    days = ("2015-12-31", "2016-01-01", "2017-12-31", "2018-01-01")
    assert [seat.status(day) for day in days] == ["unestablished", "held", "held", "unestablished"]


def test_the_last_day_of_the_calendar_has_a_stretch() -> None:
    """The last day that the calendar has belongs to the last stretch, and has no day after it."""
    seat = Seat(None, None, 1, [Bounds("2016-01-01", "2016-01-01", "2017-01-01", "2017-01-01")])
    assert stretch_at(seat, NEVER) == Stretch("2017-01-01", None, "vacant")
    assert (next_day(NEVER), next_day("2016-02-28"), next_day("2016-12-31")) == (NEVER, "2016-02-29", "2017-01-01")
    assert (day_before(ALWAYS), day_before("2016-03-01")) == (ALWAYS, "2016-02-29")


def test_question_2_counts_forty_days() -> None:
    """A post left on 2017-05-31 and taken up on 2017-07-10 was vacant for 40 days."""
    held = [
        Bounds("2016-01-01", "2016-12-31", "2017-05-31", "2017-05-31"),
        Bounds("2017-07-10", "2017-07-10", NEVER, NEVER),
    ]
    gap = stretch_at(Seat(None, None, 1, held), "2017-06-15")
    assert gap == Stretch("2017-05-31", "2017-07-10", "vacant")
    assert gap.days == days_between("2017-05-31", "2017-07-10") == 40


async def test_question_2_of_the_holders() -> None:
    """The holders of a post show the gap of 40 days with who was before and who came after."""
    ledger = Ledger()
    ledger.place("c", "county", "621223")
    ledger.post("s", "c", effective_from="2016-01-01")
    ledger.start("a1", "x", "s", "2016-01-01")
    ledger.end("a1", "2017-05-31")
    ledger.start("a2", "y", "s", "2017-07-10")
    answer = await holders(ledger.scene("2018-03-05"), "s", None, None)
    [gap] = answer["gaps"]
    assert (gap["from"], gap["until"], gap["days"]) == ("2017-05-31", "2017-07-10", 40)
    assert (gap["previous"]["appointment"], gap["next"]["appointment"]) == ("a1", "a2")
    assert (answer["status"], answer["overlaps"]) == ("held", [])


async def test_a_gap_that_begins_after_the_day_asked_has_no_days_yet() -> None:
    """An open vacancy is counted to the day asked about, and not at all where it begins after it."""
    ledger = Ledger()
    ledger.post("s", "c")
    ledger.start("a", "x", "s", "2016")
    ledger.end("a", "2017-05-31")
    asked = [await holders(ledger.scene(day), "s", None, None) for day in ("2017-06-02", "2017-05-31", "2017-05-01")]
    assert [answer["gaps"][-1]["days"] for answer in asked] == [3, 1, None]


async def test_an_overlap_names_everyone_in_it() -> None:
    """A run of contested days names all who were certain on any of them, not on the first alone."""
    ledger = Ledger()
    ledger.post("s", "c")
    for one, since, until in (("a", "2015-01-01", "2017-01-01"), ("b", "2016-01-01", "2018-01-01")):
        ledger.start(one, f"x-{one}", "s", since)
        ledger.end(one, until)
    ledger.start("c", "x-c", "s", "2016-06-01")
    answer = await holders(ledger.scene("2018-03-05"), "s", None, None)
    [overlap] = answer["overlaps"]
    assert (overlap["from"], overlap["until"], overlap["days"]) == ("2016-01-01", "2018-01-01", 731)
    assert overlap["appointments"] == ["a", "b", "c"]


async def test_holders_are_cut_to_the_days_asked() -> None:
    """Holders, gaps and stretches that cannot touch [since, until) are left out."""
    ledger = Ledger()
    ledger.post("s", "c")
    ledger.start("a1", "x", "s", "2014")
    ledger.end("a1", "2015-06-01")
    ledger.start("a2", "y", "s", "2016-06-01")
    answer = await holders(ledger.scene("2018-03-05"), "s", "2016-06-01", "2017-01-01")
    assert [one["appointment"] for one in answer["holders"]] == ["a2"]
    assert answer["gaps"] == []
    statuses: list[Status] = [one["status"] for one in answer["stretches"]]
    assert statuses == ["held"]
