"""The door's checks of text: each rule, alone and at its edges."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.canonical import MAX_DEPTH, canonical, read_json
from events.door import is_identity_number, is_sound, text_faults, value_faults
from tests.thorough import examples

VALID = ("11010519491231002X", "440524188001010014")
"""The two examples of GB 11643-1999."""
SURROGATE, CONTROL, NFC, IDENTITY = "surrogates", "control", "NFC", "identity"


def rules(text: str) -> list[str]:
    """Which rules a text breaks, by a word of each."""
    words = (SURROGATE, CONTROL, NFC, IDENTITY)
    return [next(word for word in words if word in fault.en) for fault in text_faults(text, "")]


def pointers(value: Any) -> list[str]:
    """Where a value has faults."""
    return [fault.pointer for fault in value_faults(value)]


@pytest.mark.parametrize(
    "text",
    ["", "plain", "\u4e2d\u6587", "line\nfeed\tand tab", "\u00e9", "\U0001f600", "\ue000", "\xa0", "\u200b", "\u2028"],
)
def test_sound_text(text: str) -> None:
    """Chinese, line feeds, tabs, composed letters and characters beyond the BMP pass."""
    assert rules(text) == []


@pytest.mark.parametrize("code", [*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0)])
def test_control_characters(code: int) -> None:
    """Every character of class Cc but line feed and tab is refused, carriage return included."""
    assert rules(f"a{chr(code)}b") == [CONTROL]


@pytest.mark.parametrize("text", ["e\u0301", "\u212b", "\uf900", "\u1112\u1161\u11ab", "\u3099\u304b\u3099"])
def test_text_not_in_nfc(text: str) -> None:
    """Decomposed letters and compatibility ideographs are refused."""
    assert rules(text) == [NFC]


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\ude00\ud83d"])
def test_lone_surrogates(text: str) -> None:
    """Half of a surrogate pair is refused, and nothing more is said of such a text."""
    assert rules(text) == [SURROGATE]


def test_escaped_surrogates_are_seen() -> None:
    """A lone surrogate written as an escape passes the JSON reader and is refused here; a pair is one character."""
    assert pointers(read_json(rb'{"a": "\ud800", "b": "\ud83d\ude00"}')) == ["/a"]


@pytest.mark.parametrize("number", VALID)
def test_identity_numbers_are_refused(number: str) -> None:
    """A valid number is refused alone, in a sentence, between other characters, and with a small x."""
    assert is_identity_number(number)
    for text in (number, number.lower(), f"身份证{number}。", f"a{number}b", f"x {number} y {number}"):
        assert rules(text) == [IDENTITY]


@pytest.mark.parametrize(
    "text",
    [
        "110105194912310021",
        "440524188001010015",
        "110105194902300025",
        "440524188013010010",
        "010105194912310020",
        "11010519491231002",
        "1101051949123100",
        "111010519491231002X",
        "4405241880010100140",
        "0440524188001010014",
        "440524 18800101 0014",
        "11010519491231002x1",
    ],
)
def test_other_numbers_pass(text: str) -> None:
    """A wrong check digit, an impossible birthday, a leading zero or another length make no identity number."""
    assert rules(text) == []


@given(
    st.integers(100000, 999999),
    st.dates(date(1000, 1, 1), date(2999, 12, 31)),
    st.integers(0, 999),
    st.sampled_from("0123456789Xx"),
)
@settings(deadline=None)
def test_one_check_character_of_eleven_is_right(region: int, born: date, serial: int, check: str) -> None:
    """Of the eleven check characters exactly one makes a number valid: ISO 7064 mod 11-2, computed otherwise."""
    body = f"{region}{born.isoformat().replace('-', '')}{serial:03d}"
    assert is_identity_number(body + check) == (check.upper() == _check_of(body))


def _check_of(body: str) -> str:
    """ISO 7064 mod 11-2 by its recursive definition."""
    remainder = 0
    for digit in body:
        remainder = (remainder + int(digit)) * 2 % 11
    return "0123456789X"[(12 - remainder) % 11]


def test_faults_are_named_by_pointer() -> None:
    """Every fault is told, in order, by the pointer of the value or key that has it."""
    raw = (
        rb'{"ok": 1, "a/b": 1.5, "list": ["x", "\u0001", {"deep~": 9007199254740992}], "bad\u0007": 1, "t": 1, "t": 2}'
    )
    assert pointers(read_json(raw)) == ["/t", "/a~1b", "/list/1", "/list/2/deep~0", "/bad\u0007"]


def test_numbers_and_constants() -> None:
    """Integers, truth values and null pass; floats do not."""
    assert pointers([1, True, None, -5]) == []
    assert pointers(read_json(b"[0.5, NaN]")) == ["/0", "/1"]


def test_a_key_with_a_lone_surrogate_has_a_pointer_that_can_be_sent() -> None:
    """The pointer of a key that is no text is UTF-8 all the same."""
    (pointer,) = pointers(read_json(rb'{"a\ud800": 1}'))
    assert pointer.encode() == b"/a?"


@pytest.mark.parametrize("wrap", ["list", "object"])
def test_nesting(wrap: str) -> None:
    """The deepest nesting allowed passes; one deeper is one fault, and nothing below it is looked at."""
    value: Any = "\x00"
    for _ in range(MAX_DEPTH + 2):
        value = [value] if wrap == "list" else {"a": value}
    step = "/0" if wrap == "list" else "/a"
    assert pointers(value) == [step * (MAX_DEPTH + 1)]
    inner = value[0] if wrap == "list" else value["a"]
    assert pointers(inner) == [step * (MAX_DEPTH + 1)]
    assert [fault.en for fault in value_faults(inner)] == ["no control characters but line feed and tab"]


NASTY = st.text(
    st.sampled_from('ab1\u4e66\u3000\n\t"\\/\x00\r\x7f\x85\u0301\u0323\u0338e<=\xe9\u1100\u1161\uac00\U00020000'),
    max_size=8,
) | st.sampled_from(
    ["11010519491231002X", "x11010519491231002xx", "1" * 18, "1" * 16, "\\n\u0303", "\n\u0303", '"\u0338']
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | NASTY,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NASTY, inner, max_size=4),
    max_leaves=8,
)


@given(st.lists(VALUES, min_size=1, max_size=3))
@settings(deadline=None, max_examples=examples(500))
def test_what_is_sound_as_a_whole_has_no_fault(values: list[Any]) -> None:
    """Bytes that pass as a whole, of one value or of several, hold no value that the walk faults."""
    if is_sound(b"".join(canonical({"": value}) for value in values)):
        assert [list(value_faults(value)) for value in values] == [[]] * len(values)


@pytest.mark.parametrize(
    "text", ["", "plain", "大舍沟村(1999)", '两行\n\t"引"', "全角\u3000空格", "\U00020000", "621223102212", "1" * 16]
)
def test_ordinary_text_passes_as_a_whole(text: str) -> None:
    """What events mostly hold needs no walk."""
    assert is_sound(canonical({"a": [text, {text: 1}], "b": None}))
