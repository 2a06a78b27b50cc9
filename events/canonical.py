"""JSON as it comes in and as it is kept: a reader that forgets nothing, and RFC 8785 bytes.

The reader keeps what other readers drop (a key given twice, a float, a number past 2^53) as marks
inside the parsed value, so that the fault can be told with its JSON pointer (RFC 6901) and the
other items of a batch stand. What a quicker reader has provably read in full needs no marks.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from typing import Any, Final

import orjson

MAX_SAFE: Final = 2**53
MAX_DEPTH: Final = 64

Json = Any
"""A JSON value as Python objects: dict, list, str, int, bool, None."""


class BadNumber:
    """A number that is a float or lies beyond 2^53, as written."""

    def __init__(self, text: str) -> None:
        self.text = text[:40]


class TwiceKeyed(dict[str, Any]):
    """A JSON object that gave a key twice; `twice` is that key."""

    twice: str


class NotJson(ValueError):
    """The bytes are no JSON text; the message says where."""


def _number(text: str) -> int | BadNumber:
    if len(text) > 17:
        return BadNumber(text)
    number = int(text)
    return number if -MAX_SAFE < number < MAX_SAFE else BadNumber(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    marked = TwiceKeyed(plain)
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            marked.twice = key
        seen.add(key)
    return marked


_STRICT: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=BadNumber, parse_int=_number, parse_constant=BadNumber
)


def read_json(raw: bytes) -> Json:
    """The JSON value of UTF-8 bytes, with faults kept as marks. Raises NotJson.

    orjson reads first. It drops all but one of a key given twice, and rounds numbers; where neither
    happened its value is the one that the strict reader gives.
    """
    try:
        value = orjson.loads(raw)
        if _texts((value,)) == _texts_written(raw):
            return value
    except (orjson.JSONDecodeError, OverflowError, RecursionError):
        pass
    return read_strictly(raw)


def read_strictly(raw: bytes) -> Json:
    """What `read_json` gives, read with every mark made on the way. Raises NotJson."""
    if raw.startswith(BOM_UTF8):
        raise NotJson("it begins with a byte order mark, which JSON sent to others has not (RFC 8259 section 8.1)")
    try:
        return _STRICT.decode(raw.decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise NotJson(str(error)) from None
    except RecursionError:
        raise NotJson("nested too deeply") from None


def _texts_written(raw: bytes) -> int:
    """How many strings a JSON text holds, keys among them; -1 where counting quotation marks does not tell."""
    quotes = raw.count(b'"')
    if b"\\" in raw:
        if b"\\\\" in raw:
            return -1
        quotes -= raw.count(b'\\"')
    return quotes // 2


def _texts(values: Iterable[Json]) -> int:
    """How many strings these values hold, keys among them. Raises OverflowError for a number that would be marked."""
    count = 0
    for value in values:
        kind = type(value)
        if kind is str:
            count += 1
        elif kind is dict:
            count += len(value) + _texts(value.values())
        elif kind is list:
            count += _texts(value)
        elif kind is float or (kind is int and not -MAX_SAFE < value < MAX_SAFE):
            raise OverflowError
    return count


def texts_in(value: Json) -> Iterator[str]:
    """Every text of a value but the names of its members."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_in(each)


def escape_pointer(key: str) -> str:
    """One step of a JSON pointer (RFC 6901 section 3); a lone surrogate, which no answer can hold, as `?`."""
    return key.replace("~", "~0").replace("/", "~1").encode("utf-8", "replace").decode()


def is_astral(text: bytes) -> bool:
    """Whether UTF-8 holds a character beyond the Basic Multilingual Plane. Five plain searches beat a pattern."""
    return b"\xf0" in text or b"\xf1" in text or b"\xf2" in text or b"\xf3" in text or b"\xf4" in text


def canonical(value: Json) -> bytes:
    """The RFC 8785 bytes of a float-free JSON value.

    orjson sorts keys by code point and RFC 8785 by UTF-16 code unit: they differ only where a
    character beyond the Basic Multilingual Plane is about, and then the keys are sorted here.
    """
    out = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    return orjson.dumps(_sorted_by_utf16(value)) if is_astral(out) else out


def sorted_by_code_point(value: Json) -> bytes | None:
    """The canonical bytes of a value where they are not astral; None where it holds a mark of the reader's."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_SUBCLASS)
    except TypeError:
        return None


def _sorted_by_utf16(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _sorted_by_utf16(value[key]) for key in sorted(value, key=lambda k: k.encode("utf-16-be"))}
    if isinstance(value, list):
        return [_sorted_by_utf16(item) for item in value]
    return value


def differences(one: Json, other: Json, pointer: str = "") -> Iterator[str]:
    """The JSON pointers at which two values differ, in order, the deepest that can be named."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            step = f"{pointer}/{escape_pointer(key)}"
            if key in one and key in other:
                yield from differences(one[key], other[key], step)
            else:
                yield step
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from differences(left, right, f"{pointer}/{index}")
    elif type(one) is not type(other) or one != other:
        yield pointer
