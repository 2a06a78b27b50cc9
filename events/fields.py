"""The types of the fields of an event's `data`: what each accepts and what it names.

Every type is an annotated plain value, so that a kind reads as a list of fields. A value that
does not fit raises a `PydanticCustomError` whose `type` is a key of `FORMS`, the page that says
in Chinese and English what was expected. Sources: docs/events.md,
EDTF (ISO 8601-2), GB/T 2260, RFC 3339.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, GetPydanticSchema, WithJsonSchema
from pydantic_core import PydanticCustomError, core_schema

from events import edtf
from events.clock import read_stamp

MAX_SAFE_INTEGER = 2**53 - 1

FORMS: dict[str, tuple[str, str]] = {
    "id": (
        "1 至 120 个字符的编号,不含控制字符和 / ? # %",
        "an id of 1 to 120 characters without control characters or / ? # %",
    ),
    "text": ("字符串", "a string"),
    "day": ("确切日期 YYYY-MM-DD,例如 2018-03-05", "an exact day YYYY-MM-DD, for example 2018-03-05"),
    "edtf": (
        "EDTF 0 级日期:2018、2018-03 或 2018-03-05",
        "an EDTF level 0 date: 2018, 2018-03 or 2018-03-05",
    ),
    "timestamp": (
        "带时区的 RFC 3339 时间,例如 2018-03-05T09:00:00+08:00",
        "an RFC 3339 time with an offset, for example 2018-03-05T09:00:00+08:00",
    ),
    "money": (
        '以元为单位、两位小数的十进制字符串,例如 "170000000.00"',
        'a decimal string in yuan with two decimals, for example "170000000.00"',
    ),
    "decimal": ('十进制字符串,例如 "12.5"', 'a decimal string, for example "12.5"'),
    "ratio": ('0 至 1 之间的十进制字符串,例如 "0.30"', 'a decimal string from 0 to 1, for example "0.30"'),
    "count": ("0 至 2^53-1 的整数", "an integer from 0 to 2^53-1"),
    "seats": ("1 至 10000 的整数", "an integer from 1 to 10000"),
    "year": ("四位年份整数,例如 2018", "a year as an integer, for example 2018"),
    "flag": ("true 或 false", "true or false"),
    "sha256": ("64 位小写十六进制 SHA-256", "a SHA-256 digest of 64 lower-case hexadecimal digits"),
    "base64": ("标准 Base64 字符串", "a standard base64 string"),
    "code": (
        "6、9 或 12 位数字的区划代码(2、4 位按 6 位读)",
        "a division code of 6, 9 or 12 digits (2 and 4 are read as 6)",
    ),
    "classification": (
        "不含 秘密、机密、绝密 的密级标识(例如 公开、内部);秘密及以上不得进入本系统",
        "a marking below 秘密 (secret), such as 公开 or 内部: secret and above may not enter this system",
    ),
    "term": (
        "1 至 60 个小写字母、数字或连字符的代码",
        "a code of 1 to 60 lower-case letters, digits or hyphens",
    ),
    "map": ("JSON 对象", "a JSON object"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """Marks a field whose value is an id, and says which kind of thing it names (`any`: several)."""

    entity: str


@dataclass(frozen=True, slots=True)
class Cites:
    """Marks a text by which answers find the event though it is no id: another event's, a place in words, a code.

    The name it gives is the text as sent; of a division code (`code`) the form that is kept.
    """

    form: str = "text"


@dataclass(frozen=True, slots=True)
class Dated:
    """Marks a field whose value is a day, an EDTF date or a time, and says which."""

    form: str


def _fail(form: str) -> PydanticCustomError:
    return PydanticCustomError(form, FORMS[form][1])


_ID_NOT = r"/?#%\x00-\x1f\x7f-\x9f"
_ID_BAD = re.compile(f"[{_ID_NOT}]")


def is_id(value: object) -> bool:
    """Whether `value` may be an id (NFC is checked for the whole payload at the door)."""
    return isinstance(value, str) and 1 <= len(value) <= 120 and _ID_BAD.search(value) is None


def _form(name: str, schema: core_schema.CoreSchema) -> GetPydanticSchema:
    """A type that pydantic-core checks by itself, and names every failure of it after the form."""
    wanted = core_schema.custom_error_schema(schema, custom_error_type=name, custom_error_message=FORMS[name][1])
    return GetPydanticSchema(lambda _source, _handler: wanted.copy())  # each id its own: pydantic adds to what it gets


def _matching(name: str, pattern: str) -> GetPydanticSchema:
    """Text that fits `pattern` from `^` to `$`; its digits are ASCII, and its `$` is the end, not a last line feed."""
    return _form(name, core_schema.str_schema(strict=True, pattern=pattern.replace(r"\d", "[0-9]")))


def is_timestamp(value: object) -> bool:
    """Whether `value` is an RFC 3339 time of a real calendar day."""
    if not isinstance(value, str):
        return False
    try:
        read_stamp(value)
    except ValueError:
        return False
    return True


def _timestamp(value: Any) -> str:
    if not is_timestamp(value):
        raise _fail("timestamp")
    return str(value)


def _integer(name: str, low: int, high: int) -> GetPydanticSchema:
    return _form(name, core_schema.int_schema(strict=True, ge=low, le=high))


_YEAR = r"(?:000[1-9]|00[1-9]\d|0[1-9]\d\d|[1-9]\d{3})"
_MONTH = r"(?:0[1-9]|1[0-2])"
_LEAP_YEAR = r"(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_DAY_OF_MONTH = (
    r"(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))"
)
_DAY = f"(?:{_YEAR}-{_DAY_OF_MONTH}|{_LEAP_YEAR}-02-29)"
"""The days of the calendar of `events.edtf`, as a pattern: a test goes through all of them."""

_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"
PLAIN_TIME = core_schema.str_schema(
    strict=True,
    pattern=(
        rf"^(?:[12]\d{{3}}-{_DAY_OF_MONTH}|{_LEAP_YEAR}-02-29)[Tt ]"
        rf"{_CLOCK}:[0-5]\d(?:\.\d{{1,9}})?(?:[Zz]|[+-]{_CLOCK})$"
    ).replace(r"\d", "[0-9]"),
)
"""Timestamps far from the ends of the calendar, which pydantic-core tells by itself: those that mostly come."""

_CODE = re.compile(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}", re.ASCII)


def read_code(text: str) -> str | None:
    """A division code (GB/T 2260, statistical codes) in its kept form, or None where it is none."""
    if _CODE.fullmatch(text) is None:
        return None
    return text.ljust(6, "0") if len(text) < len("621223") else text


def _code(value: Any) -> str:
    code = read_code(value) if isinstance(value, str) else None
    if code is None:
        raise _fail("code")
    return code


_SECRET = re.compile(r"[秘机绝]\s*密|secret|confidential", re.IGNORECASE)


def _classification(value: Any) -> str:
    if not isinstance(value, str) or _SECRET.search(value):
        raise _fail("classification")
    return value


def _string(form: str, **more: Any) -> WithJsonSchema:
    """The published schema of a text; `x-form` is its key in `FORMS`, for those who make forms of schemas."""
    return WithJsonSchema({"type": "string", "x-form": form, **more})


def _integers(form: str, low: int, high: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "integer", "x-form": form, "minimum": low, "maximum": high})


def _id_of(entity: str) -> WithJsonSchema:
    """The published schema of an id; `x-names` says which kind of thing it names."""
    form = rf"^[^{_ID_NOT}]{{1,120}}$"
    return _string("id", minLength=1, maxLength=120, pattern=form, **{"x-names": entity})


_ID = _form("id", core_schema.str_schema(strict=True, min_length=1, max_length=120, pattern=rf"^[^{_ID_NOT}]*$"))

AnyId = Annotated[str, _ID, _id_of("any"), Names("any")]
"""An id that may name several kinds of thing: one id space per log."""
JurisdictionId = Annotated[str, _ID, _id_of("jurisdiction"), Names("jurisdiction")]
PersonId = Annotated[str, _ID, _id_of("person"), Names("person")]
PostId = Annotated[str, _ID, _id_of("post"), Names("post")]
BodyId = Annotated[str, _ID, _id_of("body"), Names("body")]
AppointmentId = Annotated[str, _ID, _id_of("appointment"), Names("appointment")]
LetterId = Annotated[str, _ID, _id_of("letter"), Names("letter")]
PairingId = Annotated[str, _ID, _id_of("pairing"), Names("pairing")]
ThingId = Annotated[str, _ID, _id_of("thing"), Names("thing")]
"""The id of a thing with a register of its own (a finding, a project, a visit...)."""

Text = Annotated[str, _form("text", core_schema.str_schema(strict=True)), _string("text")]
Citation = Annotated[str, _form("text", core_schema.str_schema(strict=True)), _string("text"), Cites()]
Day = Annotated[
    str, _matching("day", f"^(?:{_DAY})$"), _string("day", format="date", pattern=edtf.DAY_PATTERN), Dated("day")
]
EdtfDate = Annotated[
    str,
    _matching("edtf", f"^(?:{_YEAR}(?:-{_MONTH})?|{_DAY})$"),
    _string("edtf", pattern=edtf.EDTF_PATTERN),
    Dated("edtf"),
]
Timestamp = Annotated[str, BeforeValidator(_timestamp), _string("timestamp", format="date-time"), Dated("timestamp")]

_MONEY = r"^(0|[1-9]\d{0,15})\.\d{2}$"
_DECIMAL = r"^-?(0|[1-9]\d{0,15})(\.\d{1,8})?$"
_RATIO = r"^(0(\.\d{1,8})?|1(\.0{1,8})?)$"
_SHA256 = r"^[0-9a-f]{64}$"
_BASE64 = r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
_TERM = r"^[a-z0-9][a-z0-9-]{0,59}$"

Money = Annotated[str, _matching("money", _MONEY), _string("money", pattern=_MONEY)]
Decimal = Annotated[str, _matching("decimal", _DECIMAL), _string("decimal", pattern=_DECIMAL)]
Ratio = Annotated[str, _matching("ratio", _RATIO), _string("ratio", pattern=_RATIO)]
Sha256 = Annotated[str, _matching("sha256", _SHA256), _string("sha256", pattern=_SHA256)]
Base64 = Annotated[str, _matching("base64", _BASE64), _string("base64", pattern=_BASE64, contentEncoding="base64")]
Function = Annotated[str, _matching("term", _TERM), _string("term", pattern=_TERM)]
"""An open code that policy packs look for, such as `party-principal`."""

Count = Annotated[int, _integer("count", 0, MAX_SAFE_INTEGER), _integers("count", 0, MAX_SAFE_INTEGER)]
Seats = Annotated[int, _integer("seats", 1, 10_000), _integers("seats", 1, 10_000)]
Year = Annotated[int, _integer("year", 1900, 9999), _integers("year", 1900, 9999)]
Flag = Annotated[bool, _form("flag", core_schema.bool_schema(strict=True)), WithJsonSchema({"type": "boolean"})]
DivisionCode = Annotated[
    str, BeforeValidator(_code), _string("code", pattern=r"^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$"), Cites("code")
]
Classification = Annotated[str, BeforeValidator(_classification), _string("classification")]
FreeMap = Annotated[
    dict[str, Any], _form("map", core_schema.dict_schema(strict=True)), WithJsonSchema({"type": "object"})
]
