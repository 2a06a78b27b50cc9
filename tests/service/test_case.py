"""The header `Zeren-Case`: the forms in which a case number comes, and what is none."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from events.errors import BadRequest
from service.case import MAX_CASE, read_case

NUMBER = "甘纪立〔2019〕3号"
GIVEN = {
    "ASCII": (b"JW-2019/3", "JW-2019/3"),
    "UTF-8 as it is": (NUMBER.encode(), NUMBER),
    "percent-encoded": (quote(NUMBER).encode(), NUMBER),
    "RFC 8187": (b"UTF-8''" + quote(NUMBER).encode(), NUMBER),
    "RFC 8187 with a language": (b"utf-8'zh-CN'" + quote(NUMBER).encode(), NUMBER),
    "not composed": ("e\u0301".encode(), "\u00e9"),
    "blanks around it": (b"  7 \t", "7"),
    "a percent sign that encodes nothing": (b"50% of 7", "50% of 7"),
    "as long as it may be": (quote("案" * MAX_CASE).encode(), "案" * MAX_CASE),
}


@pytest.mark.parametrize(("raw", "case"), GIVEN.values(), ids=GIVEN)
def test_a_case_number_is_read_in_each_form(raw: bytes, case: str) -> None:
    """ASCII, UTF-8 and both percent-encoded forms give the same text, in NFC and without blanks around it."""
    assert read_case([(b"accept", b"*/*"), (b"zeren-case", raw)]) == case


def test_no_header_is_no_case() -> None:
    """Other headers are not looked at."""
    assert read_case([(b"zeren-wait", b"\xff"), (b"zeren-cases", b"1")]) is None


WRONG = {
    "empty": [b""],
    "blank": [b"  "],
    "blank once decoded": [b"%20%09"],
    "too long": [b"1" * (MAX_CASE + 1)],
    "too long once decoded": [quote("案" * (MAX_CASE + 1)).encode()],
    "a line feed": [b"1%0A2"],
    "a C1 control character": [b"1%C2%852"],
    "not UTF-8": ["案".encode("gb18030")],
    "not UTF-8 once decoded": [quote("案".encode("gb18030")).encode()],
    "two of them": [b"1", b"2"],
}


@pytest.mark.parametrize("given", WRONG.values(), ids=WRONG)
def test_what_is_no_case_number(given: list[bytes]) -> None:
    """What cannot be kept as one case number is refused, and the header is named."""
    with pytest.raises(BadRequest) as refused:
        read_case([(b"zeren-case", raw) for raw in given])
    for lang in ("zh", "en"):
        assert "Zeren-Case" in refused.value.message(lang)
