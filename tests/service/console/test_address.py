"""Addresses: what that of a page says, and how those of other pages are made."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from service.console.address import address, before, number, page_of, said


def request(query: str) -> Request:
    return Request({"type": "http", "query_string": query.encode(), "headers": []})


def test_what_an_address_leaves_empty_it_does_not_say() -> None:
    """A parameter is given without the spaces around it; an empty one, as forms send it, is none."""
    asked = request("status=%20due%20&person=&body=%20")
    assert [said(asked, name) for name in ("status", "person", "body", "scope")] == ["due", None, None, None]


@pytest.mark.parametrize("text", [None, "", "-1", "1.5", "²", "١", " 1", "9" * 16])
def test_what_is_no_number(text: str | None) -> None:
    """A cursor is made of a few plain digits: all else is none, and no error."""
    assert number(text) is None
    assert before(text or "", 100) is None


def test_the_page_before() -> None:
    """The cursor goes back by a page, and never before the first."""
    assert (number("007"), before("250", 100), before("50", 100), before("", 100)) == (7, "150", "0", None)


def test_an_address_has_what_says_something() -> None:
    """What is None or empty is left out; words of Python lose their mark; all else is escaped."""
    made = address("/duties", {"from_": "2018-01-01", "rule": "a&b c", "log": None, "body": "", "after": 0})
    assert made == "/duties?from=2018-01-01&rule=a%26b+c&after=0"
    assert address("/duties", {"log": None}) == "/duties"
    assert address("/duties", {"_": "1"}) == "/duties?_=1"


def test_things_have_pages_by_their_sort() -> None:
    """An id is one step of the path whatever it is made of; a sort without pages has none."""
    assert page_of("post", "a/b?c") == "/posts/a%2Fb%3Fc/timeline"
    assert page_of("body", "..") == "/bodies/%2E%2E"
    assert page_of("pairing", "x") is None
    assert page_of(None, "x") is None
