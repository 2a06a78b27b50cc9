"""Instants and days: written one way, read from RFC 3339 alone, days in Asia/Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.clock import TICK, ScriptedClock, SystemClock, day_of, end_of_day, read_stamp, stamp, today

OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=OFFSETS))
@settings(deadline=None)
def test_stamps_read_back(instant: datetime) -> None:
    """Every instant is written in 27 characters, UTC, and reads back as itself."""
    text = stamp(instant)
    assert len(text) == len("2018-03-05T09:00:00.000000Z")
    assert text.endswith("Z")
    assert read_stamp(text) == instant
    assert read_stamp(text).tzinfo is UTC


@given(*[st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=OFFSETS)] * 2)
@settings(deadline=None)
def test_stamps_sort_as_instants(one: datetime, other: datetime) -> None:
    """The order of stamps as text is the order of instants."""
    assert (stamp(one) < stamp(other)) == (one < other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018-03-05T09:00:00+08:00", "2018-03-05T01:00:00.000000Z"),
        ("2018-03-05t01:00:00z", "2018-03-05T01:00:00.000000Z"),
        ("2018-03-05 01:00:00.5Z", "2018-03-05T01:00:00.500000Z"),
        ("2018-03-05T00:00:00.123456789-00:30", "2018-03-05T00:30:00.123456Z"),
    ],
)
def test_rfc_3339_is_read(text: str, expected: str) -> None:
    """Offsets, small letters, a space for T and finer fractions than microseconds are read."""
    assert stamp(read_stamp(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2018-03-05",
        "2018-03-05T09:00:00",
        "2018-03-05T09:00Z",
        "2018-03-05T09Z",
        "20180305T090000Z",
        "2018-W10-1T09:00:00Z",
        "2018-03-05T09:00:00+0800",
        "2018-03-05T09:00:00 08:00",
        "2018-02-30T09:00:00Z",
        "2018-03-05T25:00:00Z",
        "\uff12018-03-05T09:00:00Z",
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59-08:00",
        "now",
    ],
)
def test_other_texts_are_no_instants(text: str) -> None:
    """Other forms of ISO 8601, times without offset and instants that UTC cannot express are refused."""
    with pytest.raises(ValueError, match=r".+"):
        read_stamp(text)


@given(st.dates())
@settings(deadline=None)
def test_end_of_day(day: date) -> None:
    """The last microsecond of a day in Shanghai is 16:00 UTC less one microsecond, to the ends of the calendar."""
    expected = datetime(day.year, day.month, day.day, 15, 59, 59, 999999, tzinfo=UTC)
    assert end_of_day(day) == expected
    assert today(ScriptedClock(end_of_day(day))) == day


def test_days_change_at_midnight_in_shanghai() -> None:
    """A microsecond after the end of a day it is the next day in Shanghai."""
    end = end_of_day(date(2018, 3, 5))
    assert today(ScriptedClock(end + TICK)) == date(2018, 3, 6)


def test_every_instant_has_a_day() -> None:
    """The first instant of the calendar and the last, which is beyond it in Shanghai, have a day too."""
    assert day_of(read_stamp("0001-01-01T00:00:00Z")) == date.min
    assert day_of(read_stamp("9999-12-31T15:59:59Z")) == day_of(read_stamp("9999-12-31T23:59:59Z")) == date.max


def test_clocks() -> None:
    """A scripted clock says what it was told; the machine's clock is in UTC and goes on."""
    clock = ScriptedClock(datetime(2018, 3, 5, tzinfo=UTC))
    assert clock.now() == clock.now() == datetime(2018, 3, 5, tzinfo=UTC)
    clock.instant += TICK
    assert clock.now().microsecond == 1
    before = SystemClock().now()
    assert before.tzinfo is UTC
    assert SystemClock().now() >= before
