"""`zeren serve` with two routes that do nothing: what the server costs by itself.

Everything else is the service as it is run: the command, its settings, uvicorn, the runner, PostgreSQL.
"""

from __future__ import annotations

from unittest.mock import patch

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from service.access import asker_of
from service.app import Answered, make_app
from service.cli import main, serve
from service.state import Service

NOOP = "/bench/noop"


def benched(service: Service) -> FastAPI:
    """The real application, and beside it a POST that reads its body and a GET that knows who asks."""
    app = make_app(service)

    @app.post(NOOP, include_in_schema=False)
    async def take(request: Request) -> Response:
        body = await request.body()
        return Answered({"bytes": len(body)}, status_code=201)

    @app.get(NOOP, include_in_schema=False)
    async def ask(request: Request) -> Response:
        asker = await asker_of(request)
        return Answered({"credential": asker.credential.key_id})

    return app


if __name__ == "__main__":
    with patch.object(serve, "make_app", benched):
        main.run()
