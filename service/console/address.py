"""Addresses: what that of a page says, how others are made, and where each sort of thing has its page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from starlette.requests import Request

PAGES: Final[Mapping[str, str]] = {
    "jurisdiction": "/jurisdictions/{}",
    "person": "/persons/{}",
    "post": "/posts/{}/timeline",
    "body": "/bodies/{}",
    "letter": "/letters/{}",
    "project": "/projects/{}",
    "rectification": "/rectifications/{}",
    "appointment": "/handovers/{}",
}
"""Sorts of things to their pages; of an appointment it is what was handed over at its end."""
_NUMBER: Final = re.compile("[0-9]{1,15}")


def ref(part: str) -> str:
    """An id, code or other text as one step of a path; `.` and `..` are ids too, and lead nowhere else."""
    return quote(part, safe="") if part.strip(".") else part.replace(".", "%2E")


def page_of(sort: Any, one: str) -> str | None:
    """The page of a thing; None where its sort has none."""
    page = PAGES.get(str(sort))
    return None if page is None else page.format(ref(one))


def said(request: Request, name: str) -> str | None:
    """What an address says under a name; None where it says nothing, or is empty as forms send it."""
    return request.query_params.get(name, "").strip() or None


def number(text: str | None) -> int | None:
    """A whole number, as cursors and positions are; None where the text is none."""
    return int(text) if text is not None and _NUMBER.fullmatch(text) else None


def before(after: str, many: int) -> str | None:
    """The cursor of the page before, where a page holds so many and the cursor counts; None on the first page."""
    begun = number(after)
    return None if begun is None else str(max(0, begun - many))


def given(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters without those that are None or empty; `from_` stands for what is a word of Python."""
    return {name.removesuffix("_") or name: value for name, value in params.items() if value not in (None, "")}


def address(path: str, params: Mapping[str, Any]) -> str:
    """A path with the parameters that say something."""
    query = urlencode(given(params))
    return f"{path}?{query}" if query else path
