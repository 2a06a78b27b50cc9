"""Signing in and out, the case, and the language: what a browser keeps of a user."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from events.errors import BadRequest, Unauthenticated
from service.access import asker_with
from service.case import HEADER, read_case
from service.console.page import plain
from service.console.visit import CASE_COOKIE, LANGUAGE_COOKIE, LANGUAGES
from service.session import COOKIE, SESSION_HOURS, Expired, Sealer, is_own
from service.state import Service

router = APIRouter(include_in_schema=False)

Next = Annotated[str, Query(alias="next")]
TICKET: Final = "/ticket/{ticket}"
YEAR: Final = 365 * 24 * 3600
WHY: Final = {
    "expired": (
        "登录已过期或由另一服务签发:请再次输入密钥,之后回到原页面。",
        "The session is over: enter your key again, and you will return to the page.",
    ),
    "key": (
        "密钥不对或已吊销:核对是否完整复制(zk_ 开头),或请管理员用 zeren keys add 另发。",
        "This key is wrong or revoked: check that it was copied whole, or ask the operator for one (zeren keys add).",
    ),
    "ticket": (
        "此一次性链接已用过或已过期:请输入密钥,或重新启动 zeren demo 取得新链接。",
        "This one-time link was used or is too old: enter a key, or start zeren demo again for a new link.",
    ),
    "origin": ("请求来自其他站点,未予接受:请在本页操作。", "A request of another site is not accepted: use this page."),
    "case": (
        "案件编号无效:1 至 120 个字符,不含控制字符。未更改。",
        "The case number is not valid: 1 to 120 characters, no control characters. Nothing was changed.",
    ),
}
"""What is said above the form, and what to do next."""


def local(path: str | None) -> str:
    """A path of this host to go on to; the front page where what is given is none."""
    text = path or "/"
    own = text.startswith("/") and not text.startswith(("//", "/\\")) and "\\" not in text and text.isprintable()
    return text if own else "/"


@router.get("/sign-in")
async def form(request: Request, next_: Next = "/", why: str | None = None) -> Response:
    """The form that takes a key."""
    return sign_in(request, next_, why)


def sign_in(request: Request, onward: str, why: str | None = None, status: int = 200) -> Response:
    """The sign-in page, with the reason why it is shown."""
    return plain(request, "sign-in.html", status, onward=local(onward), why=WHY.get(why or ""))


@router.post("/sign-in")
async def enter(
    request: Request, key: Annotated[str, Form()] = "", next_: Annotated[str, Form(alias="next")] = "/"
) -> Response:
    """Exchange a key for a session."""
    if not is_own(request):
        return sign_in(request, next_, "origin", 403)
    service: Service = request.app.state.service
    try:
        asker = await asker_with(service, key.strip())
    except Unauthenticated:
        return sign_in(request, next_, "key", 401)
    sealer: Sealer = request.app.state.sealer
    return _entered(request, sealer.seal(key.strip(), asker.credential.key_id), local(next_))


@router.get(TICKET)
async def enter_with(request: Request, ticket: str) -> Response:
    """Exchange a one-time link for a session."""
    sealer: Sealer = request.app.state.sealer
    try:
        session = sealer.redeem(ticket)
    except Expired:
        return sign_in(request, "/", "ticket", 401)
    return _entered(request, sealer.seal(session.key, session.name), "/")


def _entered(request: Request, sealed: str, onward: str) -> Response:
    answer = RedirectResponse(onward, 303)
    _keep(request, answer, COOKIE, sealed, SESSION_HOURS * 3600)
    return answer


@router.post("/sign-out")
async def leave(request: Request) -> Response:
    """End the session of this browser."""
    answer = RedirectResponse("/", 303)
    if is_own(request):
        answer.delete_cookie(COOKIE)
        answer.delete_cookie(CASE_COOKIE)
    return answer


@router.post("/case")
async def choose_case(
    request: Request, case: Annotated[str, Form()] = "", next_: Annotated[str, Form(alias="next")] = "/"
) -> Response:
    """Choose the case that all further reads are for; an empty one ends it."""
    answer = RedirectResponse(local(next_), 303)
    if not is_own(request):
        return answer
    if not case.strip():
        answer.delete_cookie(CASE_COOKIE)
        return answer
    try:
        read = read_case([(HEADER.lower().encode(), quote(case.strip(), safe="").encode())])
    except BadRequest:
        return plain(request, "refused.html", 422, title=WHY["case"], onward=local(next_))
    assert read is not None
    _keep(request, answer, CASE_COOKIE, quote(read, safe=""), SESSION_HOURS * 3600)
    return answer


@router.get("/language/{chosen}")
async def choose_language(request: Request, chosen: str, next_: Next = "/") -> Response:
    """Choose the language of pages."""
    answer = RedirectResponse(local(next_), 303)
    if chosen in LANGUAGES:
        _keep(request, answer, LANGUAGE_COOKIE, chosen, YEAR)
    return answer


def _keep(request: Request, answer: Response, name: str, value: str, seconds: int) -> None:
    """A cookie that scripts cannot read and other sites cannot send."""
    secure = request.url.scheme == "https"
    answer.set_cookie(name, value, max_age=seconds, httponly=True, samesite="strict", secure=secure)
