"""API keys for operators: the list, one made and shown once, one revoked."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.console.address import address, ref
from service.console.page import page
from service.console.posting import posting
from service.console.refusals import of_other_site
from service.console.times import Times
from service.console.visit import Answer, Refused, Visit, Visiting
from service.session import is_own

router = APIRouter(include_in_schema=False)

Many = Annotated[list[str], Form()]
ROLES: Final = (
    ("recorder", "录入", "recorder", "报送事件", "posts events"),
    (
        "inspector", "检查", "inspector",
        "查阅答复;未限定区划时可看记录", "reads answers; entries too where not narrowed to places",
    ),
    ("auditor", "审计", "auditor", "查阅答复和记录,以及由谁报送", "reads answers and entries, and who posted them"),
    ("overseer", "监督", "overseer", "只查阅“查阅记录”日志", "reads the log of reads, and no facts"),
    ("operator", "管理", "operator", "新建日志和密钥,查阅答复和记录", "makes logs and keys, reads answers and entries"),
)  # fmt: skip
"""Role, its name in Chinese and English, what it may do in Chinese and English."""
INDEX: Final = ".index"
"""How the ids of the maps of names end, which are logs that nobody is granted."""
_SEPARATOR: Final = re.compile(r"[\s,;,;、]+")


@router.get("/keys")
async def every(visit: Visiting, revoked: str = "") -> Response:
    """The keys and the form that makes one."""
    return await _page(visit, revoked=revoked)


async def _page(visit: Visit, **more: Any) -> Response:
    found = await visit.all_of("/keys")
    may = await posting(visit)
    logs = await visit.ask("/logs", limit=1000, all="true")
    context = {"revoked": "", "made": None, "given": {}, "wrong": None, **more}
    return page(
        visit,
        "keys.html",
        Times(),
        keys=found,
        own=may.own,
        roles=ROLES,
        logs=[log for log in logs["items"] if not log["id"].endswith(INDEX)],
        groups=may.groups(),
        **context,
    )


@router.post("/keys")
async def make(
    request: Request,
    visit: Visiting,
    name: Annotated[str, Form()] = "",
    roles: Many = [],  # noqa: B006 - FastAPI copies it
    logs: Many = [],  # noqa: B006
    kinds: Many = [],  # noqa: B006
    jurisdictions: Annotated[str, Form()] = "",
    sources: Annotated[str, Form()] = "",
    correct: Annotated[bool, Form()] = False,
    key_kinds: Annotated[bool, Form()] = False,
) -> Response:
    """Make a key and show it this once."""
    if not is_own(request):
        return of_other_site(request)
    wanted: Answer = {
        "name": name.strip(),
        "roles": roles,
        "logs": logs,
        "jurisdictions": [one for one in _SEPARATOR.split(jurisdictions) if one],
        "kinds": kinds,
        "sources": [one for one in sources.split() if one],
        "correct": correct,
        "key_kinds": key_kinds,
    }
    try:
        answer = visit.check(await visit.send("POST", "/v1/keys", json=wanted))
    except Refused as refused:
        return await _page(visit, wrong=refused.problem, given=wanted)
    return await _page(visit, made=answer.json())


@router.post("/keys/{key_id}/revoke")
async def revoke(request: Request, visit: Visiting, key_id: str) -> Response:
    """Revoke a key, once it is confirmed on the page."""
    if not is_own(request):
        return of_other_site(request)
    visit.check(await visit.send("DELETE", f"/v1/keys/{ref(key_id)}"))
    return RedirectResponse(address("/keys", {"revoked": key_id}), 303)
