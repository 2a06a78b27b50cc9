"""What a page says when the API refuses: what is wrong, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from service.console.page import HEADERS, draw
from service.console.signing_in import sign_in
from service.console.visit import Refused, SignedOut, Visit

Pair = tuple[str, str]

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
    "policy-unknown": (
        "请去掉 policies 参数,或到“接口”核对政策包摘要。",
        "Leave out `policies`, or check the digest of the pack.",
    ),
}
BY_STATUS: Final[Mapping[int, Pair]] = {
    403: STEPS["forbidden"],
    404: STEPS["not-found"],
    409: STEPS["ambiguous"],
    422: STEPS["bad-parameter"],
    503: (
        "服务暂不可用,请稍候再刷新;若持续,请告知值守人员。",
        "The service is not available: reload soon; if it lasts, tell the operator.",
    ),
}
OTHERWISE: Final = (
    "请返回重试;若再次出现,请把本页地址告知值守人员。",
    "Go back and try again; if it happens again, give this address to the operator.",
)


async def signed_out(request: Request, error: Exception) -> Response:
    """To the sign-in page, and back afterwards. The front page is the sign-in page itself."""
    assert isinstance(error, SignedOut)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    why = "expired" if error.expired else None
    if request.url.path == "/" or request.method != "GET":
        return sign_in(request, here if request.method == "GET" else "/", why, 200 if request.url.path == "/" else 401)
    query = {"next": here} | ({"why": why} if why else {})
    return RedirectResponse(f"/sign-in?{urlencode(query)}", 303, headers={"Cache-Control": "no-store"})


async def refused(request: Request, error: Exception) -> Response:
    """A problem of the API as a page."""
    assert isinstance(error, Refused)
    problem, visit = error.problem, error.visit
    title = str(problem.get("title") or error.status)
    choices = [choice_of(request, one) for one in problem.get("candidates") or []]
    step = STEPS.get(str(problem.get("code"))) or BY_STATUS.get(error.status) or OTHERWISE
    drawn = told(visit, (title, title), str(problem.get("detail") or ""), step, choices)
    return HTMLResponse(drawn, error.status, HEADERS)


def told(visit: Visit, title: Pair, detail: str, step: Pair, choices: list[dict[str, str]] | None = None) -> str:
    """The page that says what is wrong and what to do next, drawn."""
    said: dict[str, Any] = {"title": title, "detail": detail, "step": step, "choices": choices or []}
    return draw("refused.html", visit.language, visit.request, visit=visit, answer=None, **said)


def choice_of(request: Request, candidate: Any) -> dict[str, str]:
    """One of several things that a code stands for: this page, about that one."""
    told = candidate if isinstance(candidate, dict) else {"log": str(candidate)}
    path, found = request.url.path, told.get("id")
    given = {name: value for name, value in request.query_params.items() if name != "log"}
    if told.get("log"):
        given["log"] = str(told["log"])
    for asked in request.path_params.values():
        if found:
            path = path.replace(f"/{asked}", f"/{found}", 1)
    text = " · ".join(str(told[name]) for name in ("name", "code", "level", "id", "log") if told.get(name))
    return {"href": f"{path}?{urlencode(given)}", "text": text}
