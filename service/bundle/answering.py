"""Answers with an evidence bundle where one is asked for: `Accept: application/vnd.zeren.bundle+zip`.

The answer itself is made as always, by whatever answers; a bundle is made of it once it is there.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import orjson
import structlog
from asyncpg import InterfaceError, PostgresError
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from events.errors import Forbidden, NoBundle, ZerenError
from service import problems
from service.accepting import preferred
from service.access import Asker
from service.bundle import form, making
from service.bundle.contents import PROVABLE
from service.bundle.contents import Request as Asked
from service.bundle.deriving import Deriver, MakeApp
from service.bundle.making import Answered
from service.state import PROVEN, Service

log = structlog.get_logger()

_AWAY: Final = (SQLAlchemyError, PostgresError, InterfaceError, OSError)
_ACCEPT: Final = b"accept"
_WHICH: Final = (
    (
        "区划、人员、职务、机构、责任书、项目、整改、交接、疑点、职责各问,"
        "以及 events/{位置}/responsible 和 back-dated 有证据包"
    ),
    (
        "those of jurisdictions, persons, posts, bodies, letters, projects, rectifications, handovers, flags "
        "and duties have one, and events/{position}/responsible and back-dated of a log"
    ),
)


class Bundling:
    """Makes a bundle of an answer for those who ask for one."""

    def __init__(self, app: ASGIApp, service: Service, make_app: MakeApp) -> None:
        self._app, self._service = app, service
        self._deriver = Deriver(make_app)
        self._one_at_a_time = asyncio.Lock()
        """A bundle takes a while of a processor, and the one deriver."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer with a bundle, or say why there is none."""
        if scope["type"] != "http" or not scope["path"].startswith("/v1/") or not _wants(scope):
            await self._app(scope, receive, send)
            return
        try:
            if scope["method"] != "GET" or PROVABLE.fullmatch(scope["path"]) is None:
                raise NoBundle(path=scope["path"][:200], why_zh=_WHICH[0], why_en=_WHICH[1])
            held = _Held()
            headers = [(name, value) for name, value in scope["headers"] if name != _ACCEPT]
            plain = {**scope, "headers": [*headers, (_ACCEPT, b"application/json")], PROVEN: True}
            await self._app(plain, receive, held.take)
            response = held.response()
            if response.status_code == 200:
                answered = _answered(scope, bytes(response.body))
                async with self._one_at_a_time:
                    data = await making.make(self._service, self._deriver, answered)
                response = Response(data, media_type=form.MEDIA_TYPE, headers={"Content-Disposition": _DOWNLOAD})
        except ZerenError as error:
            response = problems.response(problems.problem(error, _language(scope)))
        except _AWAY as error:
            log.warning("no bundle: the database is not available", path=scope["path"], error=repr(error))
            response = problems.plain(503, _language(scope))
        await response(scope, receive, send)


def _language(scope: Scope) -> str:
    return problems.language(Request(scope).headers.get("accept-language"))


_DOWNLOAD: Final = 'attachment; filename="bundle.zip"'


def _wants(scope: Scope) -> bool:
    """Whether a request asks for a bundle."""
    given = b",".join(value for name, value in scope["headers"] if name == _ACCEPT).decode("latin-1")
    return preferred(given, (form.MEDIA_TYPE, "application/json")) == form.MEDIA_TYPE


def _answered(scope: Scope, answer: bytes) -> Answered:
    """The answer to make a bundle of. Raises NoBundle or Forbidden."""
    asker: Asker = scope["state"]["asker"]
    _check_grant(asker)
    path, query = scope["raw_path"].decode("ascii"), scope["query_string"].decode("ascii")
    return Answered(Asked(path=path, query=query), asker, _log_of(path, orjson.loads(answer)), answer)


def _check_grant(asker: Asker) -> None:
    """Raise Forbidden unless the asker may read whatever an answer rests on: entries say more than it does."""
    narrowed = asker.grant.jurisdictions or asker.grant.kinds
    if not asker.has("auditor") and (narrowed or not asker.has("inspector", "operator")):
        raise Forbidden(
            what_zh="取得证据包:授权限于部分区划或事件类型的,需要角色 auditor",
            what_en="have an evidence bundle: with a grant for some places or kinds it takes the role auditor",
        )


def _log_of(path: str, told: Any) -> str:
    """The one log that answered. Raises NoBundle where there were several."""
    grounds = [told["log"]] if isinstance(told.get("log"), dict) else [one["log"] for one in told.get("logs", ())]
    if len(grounds) != 1:
        raise NoBundle(
            path=path[:200],
            why_zh="由多个日志作答,请用 log 指明其一",
            why_en="several logs answer: name one with ?log=",
        )
    found: str = grounds[0]["id"]
    return found


class _Held:
    """An answer that is held back whole."""

    def __init__(self) -> None:
        self._status = 500
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []

    async def take(self, message: Message) -> None:
        """Take one message of the answer."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]}
        else:
            self._body.append(message.get("body", b""))

    def response(self) -> Response:
        """The answer."""
        return Response(b"".join(self._body), self._status, self._headers)
