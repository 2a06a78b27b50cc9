"""Windows of the calendar at its end."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from projections.duties.windows import Period, later, window, windows
from projections.tenure import NEVER


@pytest.mark.parametrize("period", get_args(Period))
def test_windows_end_with_the_calendar(period: Period) -> None:
    """The last windows of the calendar end on its last day, and looking for more of them comes to an end."""
    assert later(period, date.max) == date.max
    since, until = window(period, "9999-12-30")
    assert since <= "9999-12-30" < until <= NEVER
    assert list(windows(period, "9999-12-27", NEVER))[-1][1] == NEVER
