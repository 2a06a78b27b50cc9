"""What a page says when the API refuses: what is wrong, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from service.console.address import address, ref
from service.console.page import HEADERS, draw, plain
from service.console.signing_in import WHY, sign_in
from service.console.visit import AMBIGUOUS, FORBIDDEN, NOT_FOUND, Refused, SignedOut, Visit, language_of
from service.console.words import Pair
from service.console.words import name as name_of

STEPS: Final[Mapping[str, Pair]] = {
    "not-found": (
        "此编号或代码没有记录。请核对后再查,或到“查找”按名称查;若应有记录,请联系录入单位核对是否已登记。",
        "Nothing is on record under this id or code. Check it, or search by name under Find.",
    ),
    "ambiguous": (
        "此编号或代码对应多个对象。请在下面选定一个。",
        "This id or code stands for several. Choose one below.",
    ),
    "forbidden": (
        "您的密钥不含此权限。请换用有权限的密钥登录,或请管理员扩大授权。",
        "Your key does not grant this. Sign in with one that does, or ask the operator for a wider grant.",
    ),
    "bad-parameter": (
        "请按上述形式更正后再试;日期写作 2018-03-05,已知截至可写日期、时刻或 @条数。",
        "Correct it to the form named above; a day is written 2018-03-05, the state of knowledge as a day or @size.",
    ),
    "not-yet-projected": (
        "投影尚未跟上,请稍候数秒再刷新。",
        "The projections are catching up: reload in a few seconds.",
    ),
    "no-bundle": (
        "请回到要取证的页面,点“下载证据包”;多个日志都作答时先选定日志。",
        "Go to the page you want evidence of and download it there; where several logs answer, choose one first.",
    ),
    "not-yet-published": (
        "检查点尚未签署到此处(通常两秒内),请稍候再试。",
        "No checkpoint covers this yet (two seconds, as a rule): try again soon.",
    ),
    "bundle-too-large": (
        "所依据的记录太多。请缩小范围(一个地方、一个人、一天)再取证。",
        "It rests on too many entries: ask for less (one place, one person, one day).",
    ),
    "policy-unknown": (
        "请去掉 policies 参数,或到“接口”核对政策包摘要。",
        "Leave out `policies`, or check the digest of the pack.",
    ),
}
BY_STATUS: Final[Mapping[int, Pair]] = {
    FORBIDDEN: STEPS["forbidden"],
    NOT_FOUND: STEPS["not-found"],
    AMBIGUOUS: STEPS["ambiguous"],
    422: STEPS["bad-parameter"],
    503: (
        "服务暂不可用,请稍候再刷新;若持续,请告知值守人员。",
        "The service is not available: reload soon; if it lasts, tell the operator.",
    ),
}
SEARCHED: Final = ("/jurisdictions/", "/persons/", "/letters/")
"""Pages of what can be searched for by name."""
_KEPT: Final = ("allow", "retry-after")
"""Headers of a problem that its page has too."""
_LOOKING: Final = ("GET", "HEAD")
"""Methods of requests that change nothing."""
NO_PAGE: Final = (
    "没有这样的页面。请核对地址,或从“查找”开始。",
    "There is no such page. Check the address, or begin with Find.",
)
OTHERWISE: Final = (
    "请返回重试;若再次出现,请把本页地址告知值守人员。",
    "Go back and try again; if it happens again, give this address to the operator.",
)


async def signed_out(request: Request, error: Exception) -> Response:
    """To the sign-in page, and back afterwards. The front page is the sign-in page itself."""
    assert isinstance(error, SignedOut)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    why = "expired" if error.expired else None
    looks = request.method in _LOOKING
    if request.url.path == "/" or not looks:
        return sign_in(request, here if looks else "/", why, 200 if request.url.path == "/" else 401)
    query = {"next": here} | ({"why": why} if why else {})
    return RedirectResponse(address("/sign-in", query), 303, headers={"Cache-Control": "no-store"})


async def refused(request: Request, error: Exception) -> Response:
    """A problem of the API as a page."""
    assert isinstance(error, Refused)
    problem, visit = error.problem, error.visit
    title = str(problem.get("title") or error.status)
    choices = [choice_of(request, one) for one in problem.get("candidates") or []]
    step = STEPS.get(str(problem.get("code"))) or BY_STATUS.get(error.status) or OTHERWISE
    searched = error.status == NOT_FOUND and request.url.path.startswith(SEARCHED)
    named = next((str(one) for one in request.path_params.values()), "") if searched else ""
    drawn = told(visit, (title, title), str(problem.get("detail") or ""), step, choices, named)
    return HTMLResponse(drawn, error.status, HEADERS)


def is_looked_at(request: Request) -> bool:
    """Whether a person looks at the answer: what a browser shows, and is none of the API's or of a log's files."""
    shown = "text/html" in request.headers.get("accept", "")
    return shown and not request.url.path.startswith("/v1") and hasattr(request.app.state, "sealer")


def of_other_site(request: Request) -> Response:
    """What is said of a form that a page of another site sent."""
    return plain(request, "refused.html", 403, title=WHY["origin"], onward="/")


def as_page(request: Request, answer: Response) -> Response:
    """A problem as a page where a person looks."""
    if not is_looked_at(request):
        return answer
    problem = orjson.loads(bytes(answer.body))
    title, status = str(problem["title"]), answer.status_code
    detail = str(problem.get("detail") or "")
    step = NO_PAGE if status == NOT_FOUND else BY_STATUS.get(status) or OTHERWISE
    page = plain(
        request, "refused.html", status, title=(title, title), detail=detail if detail != title else "", step=step
    )
    page.headers.update({name: value for name, value in answer.headers.items() if name in _KEPT})
    return page


def told(
    visit: Visit, title: Pair, detail: str, step: Pair, choices: list[dict[str, str]] | None = None, named: str = ""
) -> str:
    """The page that says what is wrong and what to do next, drawn; `named` is what to search for."""
    said: dict[str, Any] = {"title": title, "detail": detail, "step": step, "choices": choices or [], "named": named}
    return draw("refused.html", visit.language, visit.request, visit=visit, answer=None, **said)


def choice_of(request: Request, candidate: Any) -> dict[str, str]:
    """One of several things that a code stands for: this page, about that one."""
    told = candidate if isinstance(candidate, dict) else {"log": str(candidate)}
    asked = {*request.path_params.values(), told.get("ref")} if told.get("id") else set()
    one = str(told.get("id"))
    path = "/".join(ref(one if step in asked else step) for step in request.url.path.split("/"))
    given = {name: one if value in asked else value for name, value in request.query_params.items() if name != "log"}
    if told.get("log"):
        given["log"] = str(told["log"])
    level = name_of(told["level"], language_of(request)) if told.get("level") else None
    words = (told.get("name"), told.get("code"), level, told.get("id"), told.get("log"))
    text = " · ".join(str(word) for word in words if word)
    return {"href": address(path, given), "text": text}
