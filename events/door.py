"""What no text of an event may hold: the checks that need no catalogue.

A walk over the parsed value that names each fault by its JSON pointer: floats and numbers beyond
2^53, a key given twice, text not in NFC, control characters but line feed and tab, lone
surrogates, and a valid 18-digit identity number (GB 11643), which has no place in this log.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final
from unicodedata import is_normalized

from events.canonical import MAX_DEPTH, BadNumber, Json, TwiceKeyed, escape_pointer
from events.item_errors import Fault

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_IDENTITY = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])")
_DIGITS_AS_ZERO: Final = bytes(ord("0") if chr(byte) in "123456789" else byte for byte in range(256))
_LONG_NUMBER: Final = b"0" * 17
"""Every identity number begins with as many digits."""
_DELETE: Final = b"\x7f"
_LATIN: Final = b"\xc2"
"""What the UTF-8 of U+0080 to U+00BF begins with: the control characters that canonical JSON does not escape."""
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK: Final = "10X98765432"


def is_identity_number(text: str) -> bool:
    """Whether 18 characters are a valid citizen identity number (GB 11643: date and check digit)."""
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
    return _CHECK[total % 11] == text[17].upper()


def is_sound(kept: bytes) -> bool:
    """Whether the text of canonical JSON, or of several one after another, is certainly without fault.

    What holds for all of the text holds for each string in it: a part of text in NFC is in NFC, and
    between two strings there is always a quotation mark. Of the escapes of RFC 8785 (section 3.2.2.2)
    those of a line feed, a tab and a quotation mark stand for what a string may hold; control characters
    below U+0020 are always escaped.
    """
    escapes = kept.count(b"\\")
    if escapes and escapes != kept.count(b"\\n") + kept.count(b"\\t") + kept.count(b'\\"'):
        return False
    if _LONG_NUMBER in kept.translate(_DIGITS_AS_ZERO):
        return False
    text = kept.decode()
    if _DELETE in kept or (_LATIN in kept and _CONTROL.search(text) is not None):
        return False
    return is_normalized("NFC", text)


def text_faults(text: str, pointer: str) -> Iterator[Fault]:
    """The faults of one string."""
    if text.isascii() and text.isprintable() and len(text) < 18:
        return
    if _SURROGATE.search(text):
        yield Fault(pointer, "不得含孤立代理码位", "no lone surrogates")
        return
    if _CONTROL.search(text):
        yield Fault(pointer, "不得含控制字符(换行和制表符除外)", "no control characters but line feed and tab")
    if not is_normalized("NFC", text):
        yield Fault(pointer, "文本应为 NFC 规范形式", "text in Unicode normalization form NFC")
    if any(is_identity_number(found) for found in _IDENTITY.findall(text)):
        yield Fault(pointer, "不得含公民身份号码", "no citizen identity number")


def value_faults(value: Json, pointer: str = "", depth: int = 0) -> Iterator[Fault]:
    """The faults of a parsed value and all it holds."""
    if isinstance(value, str):
        yield from text_faults(value, pointer)
    elif isinstance(value, dict):
        if depth > MAX_DEPTH:
            yield Fault(pointer, f"嵌套不超过 {MAX_DEPTH} 层", f"nested no deeper than {MAX_DEPTH}")
            return
        if isinstance(value, TwiceKeyed):
            twice = f"{pointer}/{escape_pointer(value.twice)}"
            yield Fault(twice, "每个键只给出一次", "each key given once")
        for key, item in value.items():
            step = f"{pointer}/{escape_pointer(key)}"
            yield from text_faults(key, step)
            yield from value_faults(item, step, depth + 1)
    elif isinstance(value, list):
        if depth > MAX_DEPTH:
            yield Fault(pointer, f"嵌套不超过 {MAX_DEPTH} 层", f"nested no deeper than {MAX_DEPTH}")
            return
        for index, item in enumerate(value):
            yield from value_faults(item, f"{pointer}/{index}", depth + 1)
    elif isinstance(value, BadNumber):
        yield Fault(
            pointer,
            "不接受浮点数或超出 ±2^53 的数;金额等请写成十进制字符串",
            "no float and no number beyond 2^53; write amounts as decimal strings",
        )
