"""Amounts of money as pages show them and as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from service.console.amounts import money, written, yuan


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1250000.00", "1,250,000.00"),
        ("0.5", "0.5"),
        ("-0.50", "-0.50"),
        ("-1234567", "-1,234,567"),
        ("²", "²"),
        ("1.²", "1.²"),
        ("--5", "--5"),
        ("9" * 5000, "9" * 5000),
        ("", ""),
        (None, "—"),
    ],
)
def test_thousands_stand_apart(text: str | None, told: str) -> None:
    """An amount has its thousands apart and keeps its sign; what is no amount, or none of this world, is left as it is.

    A raised two is a digit to some, and no number.
    """
    assert money(text) == told


def test_yuan() -> None:
    """An amount, a missing one and what is no amount."""
    assert (yuan("30.00"), yuan(None), yuan("-1234.5"), yuan("x")) == ("30.00 元", "—", "-1,234.5 元", "x")
    assert (yuan("²"), yuan("")) == ("²", "—")


def test_amounts_as_people_write_them() -> None:
    """Commas of both kinds and spaces are no part of an amount; words, endless numbers and raised digits are none."""
    assert [written(text) for text in ("100,000", " 1,000.5 ", "0")] == [Decimal(100000), Decimal("1000.5"), Decimal(0)]
    assert [written(text) for text in ("", "many", "NaN", "Infinity", "²")] == [None] * 5
