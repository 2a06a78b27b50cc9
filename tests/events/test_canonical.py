"""Canonical bytes and the JSON reader: equal to RFC 8785, and nothing is lost in reading."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from events import canonical as canonical_module
from events.canonical import (
    BadNumber,
    NotJson,
    TwiceKeyed,
    canonical,
    differences,
    escape_pointer,
    is_astral,
    read_json,
    read_strictly,
    sorted_by_code_point,
)
from tests.thorough import examples

SAFE = 2**53 - 1

# Characters on both sides of the surrogates, where code point and UTF-16 order disagree, come up often.
TEXT = st.text(st.characters(exclude_categories=["Cs"])) | st.text("a\ue000\uffff\U00010000\U0010ffff", max_size=4)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE, SAFE) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=25,
)


@given(JSON)
@example({"\U00010000": 1, "\uffff": 2, "\ue000": [{"\U0010ffff": 3, "\uf000": 4}]})
@example({"\x7f\u2028\u2029\x80": '\x00\x1f\b\f\n\r\t"\\/', "": -0})
@settings(deadline=None)
def test_canonical_is_rfc_8785(value: Any) -> None:
    """On float-free JSON the bytes are those of an independent implementation of RFC 8785."""
    assert canonical(value) == rfc8785.dumps(value)


@given(JSON)
@settings(deadline=None)
def test_canonical_bytes_read_back(value: Any) -> None:
    """What is kept reads back as the value that was sent, and is canonical again."""
    read = read_json(canonical(value))
    assert read == value
    assert canonical(read) == canonical(value)


def test_keys_are_sorted_by_utf16() -> None:
    """RFC 8785 section 3.2.3: a character beyond the BMP sorts before U+E000, as its surrogates do."""
    assert canonical({"\ue000": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ue000":1}'.encode()


def test_an_astral_value_does_not_unsort_the_keys() -> None:
    """Keys stay sorted where only a value holds a character beyond the BMP."""
    assert canonical({"b": "\U00020000", "a": {"d": 1, "c": 2}}) == '{"a":{"c":2,"d":1},"b":"\U00020000"}'.encode()


@pytest.mark.parametrize("text", ["1.5", "1.0", "-0.0", "1e3", "1E400", "NaN", "Infinity", "-Infinity"])
def test_floats_are_marked(text: str) -> None:
    """A float keeps its place as a mark that carries it as written."""
    read = read_json(f'[{text}, "after"]'.encode())
    assert isinstance(read[0], BadNumber)
    assert (read[0].text, read[1]) == (text, "after")


@pytest.mark.parametrize("number", [0, -1, SAFE, -SAFE])
def test_safe_integers_are_read(number: int) -> None:
    """Integers that every reader of JSON holds exactly are integers."""
    assert read_json(str(number).encode()) == number


@pytest.mark.parametrize("text", ["9007199254740992", "-9007199254740992", "9" * 18, "9" * 5000])
def test_large_integers_are_marked(text: str) -> None:
    """From 2^53 on an integer is marked, however long, and its text is cut short."""
    read = read_json(text.encode())
    assert isinstance(read, BadNumber)
    assert read.text == text[:40]


def test_minus_zero_is_zero() -> None:
    """The integer -0 is kept as RFC 8785 writes it."""
    assert canonical(read_json(b"-0")) == b"0"


def test_a_key_given_twice_is_marked() -> None:
    """An object that gives a key twice says which, wherever it stands, and others are plain."""
    read = read_json(b'{"outer": {"a": 1, "b": 2, "b": 3}, "plain": {"a": 1}}')
    assert isinstance(read["outer"], TwiceKeyed)
    assert read["outer"].twice == "b"
    assert type(read) is type(read["plain"]) is dict


def test_keys_that_differ_only_by_escapes_are_the_same() -> None:
    r"""`"a"` and `"\u0061"` are one key."""
    assert isinstance(read_json(rb'{"a": 1, "\u0061": 2}'), TwiceKeyed)


NUMBERS = st.sampled_from(
    ["0", "1", "-1", "-0", "0.0", "-0.0", "1.5", "1e3", "1E-7", "1e400", "01", "1.", "NaN", "-Infinity",
     *(str(sign * (2**bits + more)) for sign in (1, -1) for bits in (53, 63, 64) for more in (-1, 0, 1)), "9" * 400]
)  # fmt: skip
PIECES = st.sampled_from(
    ["a", "b", "1.5", ":1.5", ",1.5", "[1e3", "\u4e66", "\U00020000", "\x7f", "\u3000", "e\u0301", r"\"", r"\\",
     r"\n", r"\/", r"\u0022", r"\u005c", r"\u0061", r"\ud83d\ude00", r"\ud800", "\n", r"\x"]
)  # fmt: skip
STRINGS = st.lists(PIECES, max_size=4).map(lambda pieces: f'"{"".join(pieces)}"')
SPACE = st.sampled_from(["", "", " ", "\n", "\t ", "\f"])


def _members(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """An object's text; keys are few, so that some are given twice, as they are or escaped."""
    keys = st.sampled_from(['"a"', '"b"', r'"\u0061"', r'"\""', '""']) | STRINGS
    member = st.tuples(SPACE, keys, SPACE, inner).map(lambda m: f"{m[0]}{m[1]}{m[2]}:{m[3]}")
    return st.lists(member, max_size=4).map(lambda members: "{" + ",".join(members) + "}")


WRITTEN = st.recursive(
    NUMBERS | STRINGS | st.sampled_from(["null", "true", "false"]),
    lambda inner: (
        st.tuples(SPACE, st.lists(inner, max_size=4)).map(lambda i: "[" + i[0] + ",".join(i[1]) + "]") | _members(inner)
    ),
    max_leaves=12,
)


def told(value: Any) -> Any:
    """A value with its marks and types spelled out, to be compared."""
    if isinstance(value, BadNumber):
        return ("bad", value.text)
    if isinstance(value, dict):
        twice = value.twice if isinstance(value, TwiceKeyed) else None
        return (type(value), twice, [(key, told(item)) for key, item in value.items()])
    if isinstance(value, list):
        return [told(item) for item in value]
    return (type(value), value)


def outcome(read: Callable[[bytes], Any], raw: bytes) -> Any:
    """What a reader makes of a text, its refusal included."""
    try:
        return told(read(raw))
    except NotJson as error:
        return str(error)


@given(WRITTEN | st.text('{}[]":,\\ua1.5e- \n\u4e66', max_size=12), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
@example('{"a":"\\u0022","b":1,"b":2}', "utf-8")
@example('{"a":1,"\\u0061":"\\"\\""}', "utf-8")
@example('{"a":"\\\\","b":1,"b":"\\\\\\""}', "utf-8")
@example('[{"a":1,"a":1},"\\"\\""]', "utf-8")
@example('{"time":"09:00:00.5","n":[1,2.5]}', "utf-8")
@example("[" * 300 + "]" * 300, "utf-8")
@settings(deadline=None, max_examples=examples(600))
def test_the_quick_reader_reads_what_the_strict_one_reads(written: str, encoding: str) -> None:
    """Whatever the text holds, keys given twice, floats, large numbers, escapes, broken JSON: both say the same."""
    raw = written.encode(encoding, "surrogatepass")
    assert outcome(read_json, raw) == outcome(read_strictly, raw)


def test_plain_json_does_not_need_the_strict_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Quotation marks in text, escapes, line feeds and any spacing are read at once."""
    monkeypatch.setattr(canonical_module, "read_strictly", lambda _raw: pytest.fail("read strictly"))
    values: list[Any] = [{"a": ['""', "\n", "\u4e66", {"b": [1, None, True, -5]}], "": {}}, [], "\U00020000", 0, None]
    for value in values:
        for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=2)):
            assert read_json(text.encode()) == value


@given(JSON)
@settings(deadline=None)
def test_sorted_by_code_point(value: Any) -> None:
    """Without astral characters these bytes are canonical; of JSON with a mark, wherever it is, there are none."""
    out = sorted_by_code_point(value)
    assert out is not None
    assert is_astral(out) == any(character > "\uffff" for character in out.decode())
    assert is_astral(out) or out == canonical(value)
    for raw in (b"1.5", b'{"a": 1, "a": 1}'):
        assert sorted_by_code_point([value, {"x": [value, read_json(raw)]}]) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b'{"a": 1,}',
        b"{'a': 1}",
        b"[1] 2",
        b"01",
        b"+1",
        b'"\n"',
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b"\xef\xbb\xbf{}",
        '{"a": 1}'.encode("utf-16"),
    ],
)
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    """Broken JSON, bytes that are not UTF-8, encoded surrogates and a byte order mark are refused."""
    with pytest.raises(NotJson):
        read_json(raw)


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_deep_nesting_is_refused(opening: bytes) -> None:
    """Nesting that would exhaust the stack is an error of the sender, not of ours."""
    with pytest.raises(NotJson, match="deep"):
        read_json(opening * 100_000)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, ["/a"]),
        ({"a": 1}, {"b": 1}, ["/a", "/b"]),
        ({"a": None}, {}, ["/a"]),
        ({"data": {"x": [1, {"y": 2}]}}, {"data": {"x": [1, {"y": 3}]}}, ["/data/x/1/y"]),
        ({"x": [1]}, {"x": [1, 2]}, ["/x"]),
        ({"x": 1}, {"x": True}, ["/x"]),
        ({"x": 0}, {"x": False}, ["/x"]),
        ({"x": []}, {"x": {}}, ["/x"]),
        ({"a/b": 1, "c~d": 1}, {"a/b": 2, "c~d": 2}, ["/a~1b", "/c~0d"]),
        (1, "1", [""]),
    ],
)
def test_differences(one: Any, other: Any, expected: list[str]) -> None:
    """Each difference is named by the pointer of the deepest value that differs, in order."""
    assert list(differences(one, other)) == expected


@given(JSON, JSON)
@settings(deadline=None)
def test_differences_are_none_iff_canonical_bytes_agree(one: Any, other: Any) -> None:
    """Two values differ somewhere exactly where their canonical bytes differ."""
    assert (not list(differences(one, other))) == (canonical(one) == canonical(other))
    assert not list(differences(one, one))


def test_a_pointer_can_always_be_written_down() -> None:
    """A step with a lone surrogate is made fit for UTF-8, so that the answer which names it can be sent."""
    assert escape_pointer("a\ud800/b").encode() == b"a?~1b"
