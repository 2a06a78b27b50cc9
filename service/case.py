"""The case for which a reader asks: the header `Zeren-Case`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from unicodedata import normalize
from urllib.parse import unquote

from events.errors import BadRequest

HEADER: Final = "Zeren-Case"
MAX_CASE: Final = 120
_NAME: Final = HEADER.lower().encode()
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_EXTENDED: Final = re.compile(r"^utf-8'[a-z0-9-]*'", re.ASCII | re.IGNORECASE)
"""What RFC 8187 section 3.2 puts before a percent-encoded value."""


def read_case(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The case number of a request's raw headers; None where there is none. Raises BadRequest.

    Text beyond ASCII comes as UTF-8, percent-encoded or not: `甘纪立〔2019〕3号`,
    `%E7%94%98...`, or `UTF-8''%E7%94%98...` (RFC 8187).
    """
    given = [value for name, value in headers if name == _NAME]
    if not given:
        return None
    try:
        (raw,) = given
        written = raw.decode("utf-8").strip()
        case = normalize("NFC", unquote(_EXTENDED.sub("", written), errors="strict").strip())
    except ValueError:
        case = ""
    if not 1 <= len(case) <= MAX_CASE or _CONTROL.search(case):
        raise BadRequest(
            name=HEADER,
            value=b", ".join(given)[:200].decode("utf-8", "replace"),
            expected_zh=f"一个案件编号:1 至 {MAX_CASE} 个字符,不含控制字符,非 ASCII 字符以 UTF-8 百分号编码",
            expected_en=f"one case number of 1 to {MAX_CASE} characters without control characters, "
            "percent-encoded UTF-8 where it is not ASCII",
        )
    return case
