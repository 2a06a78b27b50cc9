"""The client of the HTTP API that the commands speak through: a remote service, or the one in process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Never

import httpx

from projections.runner import catch_up
from service.app import make_app
from service.cli.in_process import InProcess
from service.cli.words import fail
from service.settings import Settings
from service.wiring import NotReadyError, opened

USAGE = ("bad-parameter", "log-reserved")
"""Problems that are what was typed: exit 2."""
TIMEOUT = httpx.Timeout(60.0, read=600.0)


@asynccontextmanager
async def client_of(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of `--url` with ZEREN_KEY, else of the application in process on the local data."""
    if settings.url is not None:
        headers = {"Authorization": f"Bearer {settings.key}"} if settings.key else {}
        try:
            async with httpx.AsyncClient(base_url=settings.url, headers=headers, timeout=TIMEOUT) as client:
                yield client
        except (httpx.TransportError, httpx.InvalidURL) as error:
            fail(f"cannot reach {settings.url}: {error!r}")
        return
    try:
        async with opened(settings, local_runner=True) as service:
            await catch_up(service.engine)
            headers = {"Authorization": f"Bearer {settings.key or service.operator_key}"}
            transport = InProcess(make_app(service))
            async with httpx.AsyncClient(
                transport=transport, base_url="http://local", headers=headers, timeout=TIMEOUT
            ) as client:
                yield client
    except NotReadyError as error:
        fail(str(error))


def read(answer: httpx.Response) -> Any:
    """The JSON of an answer; where it is a problem, say it and exit with 1."""
    if answer.is_success:
        return answer.json()
    return told(answer)


def told(answer: httpx.Response) -> Never:
    """Say what problem an answer is, and exit."""
    try:
        problem = answer.json()
    except ValueError:
        fail(f"{answer.status_code}: {answer.text[:500]}")
    lines = [f"{problem.get('status')} {problem.get('title')}: {problem.get('detail')}"]
    lines += [
        "  " + ", ".join(f"{name} {value}" for name, value in candidate.items() if value is not None)
        for candidate in problem.get("candidates", [])
    ]
    if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        lines.append("  set ZEREN_KEY to a key that may: `zeren keys add NAME --role ROLE` makes one")
    fail("\n".join(lines), 2 if problem.get("code") in USAGE else 1)


async def get(client: httpx.AsyncClient, path: str, **parameters: Any) -> Any:
    """GET a path of `/v1` with the parameters that are given."""
    given = {name: value for name, value in parameters.items() if value is not None}
    return read(await client.get(f"/v1{path}", params=given))
