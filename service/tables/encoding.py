"""The encoding of a text file that some program saved: UTF-8, with or without BOM, or GB 18030.

Chinese in UTF-8 takes three bytes a character or more. A line that holds such a character in sound
UTF-8 is UTF-8, a line that is no sound UTF-8 is not; a short line in GB 18030 may by chance be sound
UTF-8, but then of two-byte characters only, and says nothing.
"""

from __future__ import annotations

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from typing import Final, NamedTuple

from service.tables.faults import Fault

_ZIPPED: Final = b"PK\x03\x04"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0"
_FIRST_OF_THREE_BYTES: Final = "\u0800"
_GB18030_CUT: Final = "incomplete multibyte sequence"
"""Python's reason where a text ends within a character."""
_CUT: Final = ("文件在一个字符中间截断", "the file is cut off in the middle of a character")


class Encoding(NamedTuple):
    """How a file is encoded: as people say it, as Python does (None where it cannot be read), and what is wrong."""

    said: str
    codec: str | None
    faults: list[Fault]


def is_workbook(raw: bytes) -> bool:
    """Whether a file may be a workbook: every .xlsx is a zip file."""
    return raw.startswith(_ZIPPED)


def recognise(raw: bytes) -> Encoding:
    """Recognise the encoding of a file. What cannot be read is a fault with its line."""
    if raw.startswith(_COMPOUND):
        zh, en = "这是旧版 Excel .xls 或加密的工作簿", "this is an old Excel .xls, or a workbook with a password"
        return _unread("Excel .xls", f"{zh};请另存为 .xlsx 或 CSV", f"{en}: save it as .xlsx or CSV")
    if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or _is_utf16(raw):
        return _unread("UTF-16", "编码为 UTF-16;请另存为 CSV UTF-8", "this is UTF-16: save it as CSV UTF-8")
    name = "UTF-8 with BOM" if raw.startswith(BOM_UTF8) else "UTF-8"
    body = raw.removeprefix(BOM_UTF8)
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return _not_all_utf8(body, name)
    return Encoding(name, "utf-8-sig", [])


def _is_utf16(raw: bytes) -> bool:
    """Whether a file is UTF-16 though nothing at its beginning says so: most commas and line feeds have two bytes."""
    marks = raw.count(b",") + raw.count(b"\n")
    little = raw.count(b",\0") + raw.count(b"\n\0")
    big = raw.count(b"\0,") + raw.count(b"\0\n")
    return max(little, big) * 2 > marks


def _unread(said: str, zh: str, en: str) -> Encoding:
    return Encoding(said, None, [Fault(1, None, None, zh, en)])


def _not_all_utf8(body: bytes, name: str) -> Encoding:
    lines = body.split(b"\n")
    kinds = [_kind(line) for line in lines]
    strange = [index for index, kind in enumerate(kinds) if kind == "other"]
    sure = [index for index, kind in enumerate(kinds) if kind == "utf-8"]
    if strange == [len(lines) - 1] and (sure or name != "UTF-8") and _cut_short(lines[-1]):
        return Encoding(name, "utf-8-sig", [Fault(len(lines), None, None, *_CUT)])
    if sure or name != "UTF-8":
        odd = strange if not sure or sure[0] < strange[0] else sure
        one, other = ("UTF-8", "GB 18030") if odd is strange else ("GB 18030", "UTF-8")
        zh = f"混合编码:此前为 {one},自本行起 {len(odd)} 行为 {other} 或其他;请整个文件用一种编码保存"
        en = f"mixed encodings: {one} before, {len(odd)} line(s) from here on in {other} or another; use one"
        return Encoding("mixed", None, [Fault(odd[0] + 1, None, None, zh, en)])
    try:
        body.decode("gb18030")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        if error.end == len(body) and error.reason == _GB18030_CUT:
            return Encoding("GB 18030", "gb18030", [Fault(line, None, None, *_CUT)])
        zh, en = "既不是 UTF-8 也不是 GB 18030", "neither UTF-8 nor GB 18030"
        return Encoding("unknown", None, [Fault(line, None, None, zh, en)])
    return Encoding("GB 18030", "gb18030", [])


def _kind(line: bytes) -> str:
    """`utf-8`, `other`, or `either` for a line that does not say."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return "other"
    return "utf-8" if any(character >= _FIRST_OF_THREE_BYTES for character in text) else "either"


def _cut_short(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return False
