"""The evidence bundle of an answer, as a file to keep: the API makes it, the page hands it on."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from service.console.page import HEADERS
from service.console.refusals import told
from service.console.visit import Visiting

router = APIRouter(include_in_schema=False)

MEDIA_TYPE: Final = "application/vnd.zeren.bundle+zip"
_UNDER: Final = "/v1/"
_TITLE: Final = ("没有证据包", "No evidence bundle")
_STEP: Final = (
    "证据包的地址须是本服务 /v1 之下的一个答复。请回到要取证的页面,点“下载证据包”。",
    "A bundle is of an answer of this service, under /v1. Go to the page you want evidence of, and download it there.",
)


@router.get("/bundle")
async def of_answer(visit: Visiting, of: str = "") -> Response:
    """The bundle of the answer at a path under `/v1`, with its query, as an attachment."""
    if not _is_own(of):
        return HTMLResponse(told(visit, _TITLE, of[:200], _STEP), 422, HEADERS)
    answer = visit.check(await visit.send("GET", of, headers={"Accept": MEDIA_TYPE}))
    if not answer.headers.get("content-type", "").startswith(MEDIA_TYPE):
        return HTMLResponse(told(visit, _TITLE, of[:200], _STEP), 422, HEADERS)
    name = "-".join(part for part in urlsplit(of).path.removeprefix(_UNDER).split("/") if part)
    safe = "".join(one if one.isascii() and (one.isalnum() or one in "-._") else "_" for one in name)[:120]
    said = {**HEADERS, "Content-Disposition": f'attachment; filename="{safe}.zip"'}
    return Response(answer.content, headers=said, media_type=MEDIA_TYPE)


def _is_own(path: str) -> bool:
    """Whether a text is a path of this host under `/v1`, and nothing but that: no host, no step upward, no fragment."""
    try:
        parts = urlsplit(path)
    except ValueError:  # a bracket that opens an address of a host
        return False
    plain = path.isprintable() and "\\" not in path and not parts.scheme and not parts.netloc and not parts.fragment
    steps = parts.path.replace("%2e", ".").replace("%2E", ".").split("/")
    return plain and path.startswith(_UNDER) and not {".", ".."} & set(steps)
