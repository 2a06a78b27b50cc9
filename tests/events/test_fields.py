"""The types of fields: what each accepts and refuses, at its edges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator

from events import edtf, fields
from events.fields import FORMS, is_id, is_timestamp, read_code

CASES: dict[str, tuple[Any, list[Any], list[Any]]] = {
    "id": (
        fields.AnyId,
        ["a", "x" * 120, "编号-1", " a", "a.b:c", "\U00020000" * 120],
        ["", "x" * 121, "a/b", "a?b", "a#b", "a%b", "a\nb", "a\tb", "a\x7fb", "a\x85b", 5, None, True, ["a"]],
    ),
    "text": (fields.Text, ["", "文本", "a\nb"], [1, None, True, ["a"], {}]),
    "day": (fields.Day, ["2018-03-05", "2016-02-29"], ["2018", "2018-03", "2017-02-29", "2018-3-5", 20180305, None]),
    "edtf": (fields.EdtfDate, ["2018", "2018-03", "2018-03-05"], ["", "2018-13", "2018-02-30", "2018?", 2018, None]),
    "timestamp": (
        fields.Timestamp,
        ["2018-03-05T09:00:00Z", "2018-03-05 09:00:00.1+08:00", "2018-03-05T09:00:00.1234567-05:30"],
        [
            "2018-03-05",
            "2018-03-05T09:00:00",
            "2018-03-05T09:00Z",
            "2018-03-05T24:00:00Z",
            "2018-03-05T09:00:60Z",
            "2018-02-30T09:00:00Z",
            "2018-03-05T09:00:00+0800",
            "2018-03-05T09:00:00+24:00",
            "2018-03-05T09:00:00+08:60",
            "20180305T090000Z",
            "2018-03-05T09:00:00.Z",
            "\uff12018-03-05T09:00:00Z",
            "0001-01-01T00:00:00+08:00",
            "9999-12-31T23:59:59-08:00",
            1520240400,
        ],
    ),
    "money": (
        fields.Money,
        ["0.00", "0.01", "170000000.00", "9999999999999999.99"],
        ["0", "1.5", "1.000", "01.00", "-1.00", "+1.00", "1,000.00", ".50", "1e3", "1" * 17 + ".00", "1.00\n", 1, 1.5],
    ),
    "decimal": (
        fields.Decimal,
        ["0", "-0.5", "12.5", "1.00000000", "-9999999999999999"],
        ["", "-", "1.", ".5", "00", "01", "1.000000000", "1e3", "NaN", "１", 1, 1.5],
    ),
    "ratio": (fields.Ratio, ["0", "0.30", "1", "1.0", "0.00000001"], ["1.01", "-0.1", "2", "00.5", "0.", "30%", 0, 1]),
    "count": (fields.Count, [0, 1, 2**53 - 1], [-1, 2**53, 1.0, "1", True, None]),
    "seats": (fields.Seats, [1, 10_000], [0, 10_001, True, "1"]),
    "year": (fields.Year, [1900, 2018, 9999], [1899, 10_000, "2018", 2018.0, True]),
    "flag": (fields.Flag, [True, False], [0, 1, "true", None]),
    "sha256": (fields.Sha256, ["0" * 64, "a1" * 32], ["0" * 63, "0" * 65, "A" * 64, "g" * 64, 0]),
    "base64": (fields.Base64, ["", "AAAA", "AAA=", "AA==", "+/+/"], ["A", "AA", "AAA", "A===", "-_-_", "AAAA\n", 1]),
    "code": (
        fields.DivisionCode,
        ["62", "6212", "621223", "621223001", "621223001001"],
        ["", "6", "621", "62122", "6212231", "62122300100", "6212230010011", "62122x", "６２１２２３", 621223, None],
    ),
    "term": (
        fields.Function,
        ["party-principal", "a", "1a", "a" * 60],
        ["", "-a", "Party", "a_b", "书记", "a" * 61, "a b", 1],
    ),
    "classification": (
        fields.Classification,
        ["公开", "内部", "", "工作秘 书"],
        ["秘密", "机密", "绝密", "机密★10年", "秘 密", "绝\u3000密", "TOP SECRET", "Confidential", 1],
    ),
    "map": (fields.FreeMap, [{}, {"a": [1, None]}], [[], "a", 1, None]),
}  # fmt: skip

ACCEPTED = [(form, value) for form, (_, good, _) in CASES.items() for value in good]
REFUSED = [(form, value) for form, (_, _, bad) in CASES.items() for value in bad]
ADAPTERS = {form: TypeAdapter(kind) for form, (kind, _, _) in CASES.items()}


def test_every_form_is_tried() -> None:
    """Each form that a message speaks of has cases here, and is told in two languages."""
    assert set(CASES) == set(FORMS)
    assert all(zh and en and zh != en for zh, en in FORMS.values())


@pytest.mark.parametrize(("form", "value"), ACCEPTED)
def test_accepted(form: str, value: Any) -> None:
    """A value within the form is accepted, and but for codes comes out as it went in."""
    read = ADAPTERS[form].validate_python(value, strict=True)
    assert read == (read_code(value) if form == "code" else value)
    assert type(read) is type(value)


@pytest.mark.parametrize(("form", "value"), REFUSED)
def test_refused(form: str, value: Any) -> None:
    """A value outside the form is refused, and the error is named after the form."""
    with pytest.raises(ValidationError) as caught:
        ADAPTERS[form].validate_python(value, strict=True)
    assert [error["type"] for error in caught.value.errors()] == [form]


@pytest.mark.parametrize(
    ("text", "kept"),
    [("62", "620000"), ("6212", "621200"), ("621223", "621223"), ("621223001", "621223001"), ("6", None), ("", None)],
)
def test_codes_are_read_in_full(text: str, kept: str | None) -> None:
    """Codes of 2 and 4 digits are read as 6; nothing more is made of a code."""
    assert read_code(text) == kept


def test_other_values_are_neither_ids_nor_times() -> None:
    """The plain checks take any value and say no."""
    values: list[Any] = [None, 1, [], {}, b"a"]
    for value in values:
        assert not is_id(value)
        assert not is_timestamp(value)


PLAIN_TIME = SchemaValidator(fields.PLAIN_TIME).isinstance_python
CLOCKS = st.from_regex(r"\A[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{1,9})?([Zz]|[+-][0-2][0-9]:[0-6][0-9])\Z")


@given(st.dates(), st.integers(-3, 3), st.sampled_from("Tt "), CLOCKS)
@settings(deadline=None)
def test_a_plain_time_is_a_timestamp(day: date, more: int, between: str, clock: str) -> None:
    """What is told to be one at a glance is one, on any day; of our millennia each is told."""
    year, month, number = day.isoformat().split("-")
    text = f"{year}-{month}-{max(int(number) + more, 0):02d}{between}{clock}"
    assert is_timestamp(text) or not PLAIN_TIME(text)
    if 1000 <= day.year < 3000:
        assert PLAIN_TIME(text) == is_timestamp(text)


def test_times_as_they_mostly_come_are_plain() -> None:
    """Each way to write one in the years of this log needs no second look."""
    for text in ("2018-03-05T09:00:00Z", "2016-02-29t23:59:59.123456+08:00", "1949-10-01 15:00:00.1-05:30"):
        assert PLAIN_TIME(text), text


def _is(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def test_days_are_those_of_the_calendar() -> None:
    """Every day and month that a year may have or not, in years of every sort, and 29 February of every year."""
    years = ("0000", "0001", "0004", "0100", "0400", "1582", "1900", "1999", "2000", "2016", "2018", "2100", "9999")
    days = [f"{year}-{month:02d}-{day:02d}" for year in years for month in range(14) for day in range(33)]
    months = [f"{year}-{month:02d}" for year in years for month in range(100)]
    leaps = [f"{year:04d}-02-29" for year in range(10_000)]
    odd = [
        "2018-3-5",
        "2018-03-05\n",
        "\n2018",
        "20180305",
        "+2018",
        "2018-",
        "2018-03-",
        "\uff12018",
        "12018",
        "201",
        "",
    ]
    for text in (*days, *months, *years, *leaps, *odd):
        assert ADAPTERS["day"].validator.isinstance_python(text) == _is(edtf.parse_day, text), text
        assert ADAPTERS["edtf"].validator.isinstance_python(text) == _is(edtf.parse, text), text


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=125) | st.text("a/?#%\x00\x1f\x7f\x9f\xa0\n", max_size=3)
)
@settings(deadline=None)
def test_ids_of_fields_and_of_attributes_are_the_same(text: str) -> None:
    """What may be the id of an event may be an id in its data, and nothing else."""
    assert ADAPTERS["id"].validator.isinstance_python(text) == is_id(text)
