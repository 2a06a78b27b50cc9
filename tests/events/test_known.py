"""A `known_at` as it is asked: a size, a date or an instant, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from events.errors import BadRequest
from events.known import KnownAt, read_known_at


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("@0", KnownAt(size=0)),
        ("@1234", KnownAt(size=1234)),
        ("2018-03-05", KnownAt(instant=datetime(2018, 3, 5, 15, 59, 59, 999999, tzinfo=UTC))),
        ("2018-03-05T09:00:00+08:00", KnownAt(instant=datetime(2018, 3, 5, 1, tzinfo=UTC))),
        ("2018-03-05T01:00:00.000001Z", KnownAt(instant=datetime(2018, 3, 5, 1, 0, 0, 1, tzinfo=UTC))),
        ("9999-12-31", KnownAt(instant=datetime(9999, 12, 31, 15, 59, 59, 999999, tzinfo=UTC))),
    ],
)
def test_forms(value: str, expected: KnownAt) -> None:
    """A size, a date (its end in Shanghai) and an instant are read."""
    assert read_known_at(value) == expected


@pytest.mark.parametrize(
    "value", ["@0", "@1234", "2018-03-05", "9999-12-31", "2018-03-05T01:00:00.000001Z", "2018-03-04T16:00:00.000000Z"]
)
def test_what_was_asked_is_told_as_it_is_asked(value: str) -> None:
    """A size, a day and an instant in UTC are told in the form in which they were given."""
    assert str(read_known_at(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        "",
        "@",
        "@-1",
        "@1.5",
        "@ 1",
        "@\uff11",
        "@" + "9" * 16,
        "2018",
        "2018-03",
        "2018-02-30",
        "2018-03-05T09:00:00",
        "now",
    ],
)
def test_other_forms_are_refused(value: str) -> None:
    """Anything else is a wrong parameter, named with its value."""
    with pytest.raises(BadRequest, match="known_at") as caught:
        read_known_at(value)
    assert caught.value.values["value"] == value
