"""EDTF level 0 dates: what each precision spans, and what is no date."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.edtf import Span, parse, parse_day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2018", date(2018, 1, 1), date(2018, 12, 31)),
        ("2018-03", date(2018, 3, 1), date(2018, 3, 31)),
        ("2018-03-05", date(2018, 3, 5), date(2018, 3, 5)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2018-02", date(2018, 2, 1), date(2018, 2, 28)),
        ("2000-02", date(2000, 2, 1), date(2000, 2, 29)),
        ("1900-02", date(1900, 2, 1), date(1900, 2, 28)),
        ("2016-02-29", date(2016, 2, 29), date(2016, 2, 29)),
        ("0001", date(1, 1, 1), date(1, 12, 31)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
    ],
)
def test_spans(text: str, first: date, last: date) -> None:
    """A year, a month and a day span the days that they may mean, leap days included."""
    assert parse(text) == Span(first, last)


@given(st.dates())
@settings(deadline=None)
def test_every_day_lies_in_its_month_and_year(day: date) -> None:
    """The spans of a day, its month and its year contain each other and have the calendar's lengths."""
    exact, month, year = (parse(day.isoformat()[:length]) for length in (10, 7, 4))
    assert exact == Span(day, day)
    assert parse_day(day.isoformat()) == day
    assert year.first <= month.first <= day <= month.last <= year.last
    assert month.last - month.first == timedelta(days=monthrange(day.year, day.month)[1] - 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "18",
        "20180305",
        "2018-3",
        "2018-3-5",
        "2018-00",
        "2018-13",
        "2018-02-30",
        "2018-04-31",
        "2018-01-00",
        "2017-02-29",
        "1900-02-29",
        "0000",
        "0000-01-01",
        "10000",
        "-2018",
        "+2018",
        "2018-",
        "2018-03-05T00:00:00",
        "2018-03-05Z",
        "2018~",
        "2018?",
        "201X",
        "2018/2019",
        "2018-03-05\n",
        " 2018",
        "2018\u201303",
        "\uff12\uff10\uff11\uff18",
        "2018-\uff10\uff13-05",
        "\u0662\u0660\u0661\u0668",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    """Impossible dates, other EDTF levels, white space and digits that are not ASCII are refused."""
    with pytest.raises(ValueError, match=r".+"):
        parse(text)


@pytest.mark.parametrize("text", ["2018", "2018-03", "2018-02-30"])
def test_an_exact_day_is_exact(text: str) -> None:
    """Where an exact day is asked for, a year, a month or an impossible day is refused."""
    with pytest.raises(ValueError, match=r".+"):
        parse_day(text)
