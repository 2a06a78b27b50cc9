"""One line of the table."""

from __future__ import annotations

import pytest

from bench.measured import Bar, Line, named, percentile


def test_a_ratio_is_of_the_value_to_the_baseline() -> None:
    """The ratio divides by the baseline, and there is none without one."""
    assert Line("a", 30.0, "ms", 10.0).ratio == 3.0
    assert Line("a", 30.0, "ms").ratio is None


@pytest.mark.parametrize(
    ("bar", "value", "baseline", "reached"),
    [
        (Bar("ratio", "at least", 0.5), 5.0, 10.0, True),
        (Bar("ratio", "at least", 0.5), 4.9, 10.0, False),
        (Bar("ratio", "more than", 1.0), 10.0, 10.0, False),
        (Bar("ratio", "at most", 1.5), 15.0, 10.0, True),
        (Bar("ratio", "at most", 1.5), 15.1, 10.0, False),
        (Bar("value", "less than", 1024), 1024.0, 1.0, False),
        (Bar("ratio", "at most", 1.5), 1.0, None, False),
    ],
)
def test_a_bar_is_reached_or_missed(bar: Bar, value: float, baseline: float | None, reached: bool) -> None:
    """Bars count their limit in or out as they say; a ratio that is not known reaches none."""
    assert Line("a", value, "ms", baseline, bar=bar).reached is reached


def test_a_line_without_a_bar_reaches_nothing() -> None:
    """Where there is no bar, nothing is reached or missed."""
    assert Line("a", 1.0, "ms", 2.0).reached is None


def test_percentiles_lie_within_the_values() -> None:
    """The 50th is the median, and the 95th lies between the last two of twenty."""
    values = [float(one) for one in range(1, 22)]
    assert percentile(values, 50) == 11.0
    assert percentile(values, 95) == 20.0


def test_sizes_are_named_short() -> None:
    """Whole thousands and millions are named by their letter."""
    assert [named(one) for one in (10_000, 100_000, 1_000_000, 2_500)] == ["10k", "100k", "1m", "2500"]
