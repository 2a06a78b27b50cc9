"""What every page has: its frame, its times, the links that carry them, and the foot that makes it citable."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from events.clock import SHANGHAI, read_stamp
from service.console import assets, sorts, words
from service.console.address import address, ref
from service.console.amounts import money
from service.console.times import Times
from service.console.visit import LANGUAGES, Visit, language_of

_OWN: Final = "default-src 'none'; script-src 'self'; connect-src 'self'; font-src 'self'; img-src 'self' data:; "
_CLOSED: Final = "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; style-src 'self'"
POLICY: Final = _OWN + _CLOSED
"""Content-Security-Policy: nothing from elsewhere, nothing inline."""
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""`no-store`, for what one may see another may not, at the same screen."""

_TEMPLATES: Final = jinja2.Environment(
    loader=jinja2.PackageLoader("service.console"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

_TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_TEXT: Final = re.compile("<(pre|textarea)[ >].*?</\\1>|>[^<]+", re.DOTALL)


def _shown(drawn: str) -> str:
    """A page whose texts show the signs that turn writing round (U+202E) instead of obeying them.

    In a name, such a sign would reverse the days and amounts after it. Attributes, kept bytes (`pre`), which the
    browser holds against their digest, and what is being written stay as they are.
    """

    def text(found: re.Match[str]) -> str:
        return found[0] if found[1] else _TURNS.sub(lambda sign: f"[U+{ord(sign[0]):04X}]", found[0])

    return _TEXT.sub(text, drawn) if _TURNS.search(drawn) else drawn


def _link(times: Times, path: str, /, **params: Any) -> str:
    """An address with the page's times; a parameter of the same name replaces one, None leaves it out."""
    return address(path, {**times.params, **params}) if params else path + times.query


def _here(request: Request, /, **params: Any) -> str:
    """The address of this page with other parameters; None leaves one out."""
    return address(request.url.path, {**request.query_params, **params})


def instant(text: str | None, language: str) -> str:
    """An RFC 3339 instant as people of Asia/Shanghai read it: `2020-12-21 10:00:00 北京时间`."""
    if text is None:
        return "—"
    try:
        local: datetime = read_stamp(text).astimezone(SHANGHAI)
    except (ValueError, OverflowError):  # the last hours of the calendar in UTC are none in Shanghai
        return text
    return f"{local:%Y-%m-%d %H:%M:%S} {'北京时间' if language == 'zh' else 'UTC+8'}"


def draw(name: str, language: str, request: Request, times: Times | None = None, **context: Any) -> str:
    """A template drawn: every template has these words at hand (docs/console.md)."""
    given = times or Times()
    drawn = _TEMPLATES.get_template(name).render(
        _=lambda zh, en: zh if language == "zh" else en,
        language=language,
        other_language=next(one for one in LANGUAGES if one != language),
        times=given,
        link=partial(_link, given),
        here=partial(_here, request),
        ref=ref,
        sign=lambda word: words.sign(word, language),
        name=lambda word: words.name(word, language),
        kind_name=lambda kind: sorts.kind_name(kind, language),
        instant=lambda text: instant(text, language),
        money=money,
        asset=assets.url,
        foreign=assets.foreign_url,
        address=str(request.url),
        path=request.url.path,
        **context,
    )
    return _shown(drawn)


def page(
    visit: Visit, template: str, times: Times | None = None, answer: Mapping[str, Any] | None = None, **context: Any
) -> Response:
    """A page; `answer` is the one its foot cites: both times, log, size and root."""
    drawn = draw(template, visit.language, visit.request, times, visit=visit, answer=answer, **context)
    return HTMLResponse(drawn, headers=HEADERS)


def plain(request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """A page for one who is not signed in."""
    drawn = draw(template, language_of(request), request, visit=None, answer=None, **context)
    return HTMLResponse(drawn, status, HEADERS)
