"""The years a question is about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from projections.duties.case import Case, Subject
from projections.duties.dossier import Dossier
from projections.duties.years import asked, bounds, ended, year_of
from projections.policies.pack import load_all
from tests.projections.rules_made import rule_of

_CASE = Case(
    rule_of("presence", {"events": ["meeting.held"]}), load_all()["wuyi"],
    Subject("place", "county", "county", (), ()), Dossier("2018-06-30", {}), "2018-06-30", "0001-01-01", "9999-12-31",
)  # fmt: skip


def test_a_day_asks_from_the_instrument_s_start_or_from_what_is_on_record() -> None:
    """An unknown start leaves the first year on record; nothing on record leaves the year of the day."""
    assert list(asked(_CASE)) == [2018]
    assert list(asked(_CASE, 2016)) == [2016, 2017, 2018]
    assert list(asked(replace(_CASE, since="2017-03-09"), 2015)) == [2017, 2018]
    assert list(asked(replace(_CASE, until="2018-01-01"), 2016)) == [2016, 2017]


@pytest.mark.parametrize(
    ("span", "years"),
    [
        (("2016-06-30", "2017-01-01"), [2016]),
        (("2016-06-30", "2017-01-02"), [2016, 2017]),
        (("2017-01-01", "2030-01-01"), [2017, 2018]),
        (("2030-01-01", "2031-01-01"), []),
    ],
)
def test_a_span_asks_for_every_year_it_shares_a_day_with_up_to_the_day(span: tuple[str, str], years: list[int]) -> None:
    """Half open: a span that ends with the first of January leaves that year out."""
    assert list(asked(replace(_CASE, span=span))) == years


def test_a_span_before_the_instrument_asks_nothing() -> None:
    """Years that share no day with the instrument are not judged."""
    case = replace(_CASE, since="2017-03-09", span=("2015-01-01", "2018-01-01"))
    assert list(asked(case)) == [2017]


def test_a_year_is_over_on_the_first_day_of_the_next() -> None:
    """The last of December is still of the year."""
    days = {day: ended(replace(_CASE, day=day), 2017) for day in ("2017-12-31", "2018-01-01")}
    assert list(days.values()) == [False, True]
    assert (bounds(2017), year_of("2018-01-01", before=True)) == (("2017-01-01", "2018-01-01"), 2017)
