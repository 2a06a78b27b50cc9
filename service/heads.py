"""HEAD, which answers as GET without a body (RFC 9110, section 9.3.2), where answers are looked at by programs.

Not on the console: to open a ticket uses it up, and who only asks for a page's head has not opened it.
"""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_WHERE: Final = ("/v1/", "/healthz", "/readyz", "/metrics")


def answers_head(path: str) -> bool:
    """Whether HEAD of a path is answered as its GET."""
    return path.startswith(_WHERE)


class Heads:
    """Asks for what a HEAD names as a GET does, and keeps the body back; of a stream nothing is waited for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        if scope["type"] != "http" or scope["method"] != "HEAD" or not answers_head(scope["path"]):
            await self._app(scope, receive, send)
            return

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        await self._app({**scope, "method": "GET"}, receive, headed)
