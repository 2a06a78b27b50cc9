"""The sample logs, loaded once for the session, and the API over them; only read by those who share them.

A module of tests asks for these fixtures with `pytest_plugins = ["tests.service.samples"]`, and imports the
functions beside them too, so that pytest comes too late to rewrite: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Any, Final

import asyncpg
import httpx
import pytest

from events.appender import Appender
from events.clock import SystemClock
from events.credentials import OPERATOR
from events.database import open_engine
from projections.policies.pack import load_all
from service.app import make_app
from service.demo import load
from service.state import Service
from tests.conftest import with_database

KEY: Final = "operator-key-of-the-samples-0123456789"
CASES: Final[dict[str, Any]] = json.loads((files("examples") / "cases.json").read_text(encoding="utf-8"))

Answer = dict[str, Any]


class Samples:
    """Questions to the API, asked with the operator's key."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, path: str, **asked: str | int | None) -> Any:
        """The JSON of `/v1` + `path`, which must answer 200."""
        answer = await self.ask(path, **asked)
        assert answer.status_code == 200, f"{path} {asked}: {answer.text}"
        return answer.json()

    async def ask(self, path: str, **asked: str | int | None) -> httpx.Response:
        """The answer of `/v1` + `path`; parameters that are None are left out."""
        given = {name: value for name, value in asked.items() if value is not None}
        return await self.client.get(f"/v1{path}", params=given or None)

    async def chain(self, place: str, valid_at: str, known_at: str | None = None) -> Answer:
        """The chain of a place."""
        found: Answer = await self.get(f"/jurisdictions/{place}/responsibility", valid_at=valid_at, known_at=known_at)
        return found

    async def entry(self, log: str, event_id: str, known_at: str | None = None) -> Answer:
        """The entry that recorded an event, by the event's id."""
        after: str | None = "-1"
        while after is not None:
            page = await self.get(f"/logs/{log}/events", after=after, limit=1000)
            for item in page["items"]:
                if item["id"] == event_id:
                    found: Answer = await self.get(f"/logs/{log}/events/{item['position']}", known_at=known_at)
                    return found
            after = page["next"]
        raise AssertionError(f"{log} holds no event {event_id}")


@pytest.fixture(scope="session")
def samples_url(server_url: str, template: str) -> Iterator[str]:
    """The URL of a database that holds every sample log, projected."""
    name = f"zeren_samples_{uuid.uuid4().hex[:8]}"
    url = with_database(server_url, name)
    asyncio.run(_run(server_url, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"))
    asyncio.run(load(url, lambda _: None))
    yield url
    asyncio.run(_run(server_url, f"DROP DATABASE {name} WITH (FORCE)"))


async def _run(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture
async def samples(samples_url: str) -> AsyncIterator[Samples]:
    """The API over the sample logs."""
    engine, clock = open_engine(samples_url), SystemClock()
    service = Service(engine, Appender(engine, clock), clock, load_all(), KEY, OPERATOR, local_runner=False)
    transport = httpx.ASGITransport(make_app(service), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {KEY}", "Accept-Language": "en"}
    async with httpx.AsyncClient(transport=transport, base_url="http://zeren.test", headers=headers) as client:
        yield Samples(client)
    await service.appender.close()
    await engine.dispose()


def levels_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The levels of a chain, by name."""
    return {level["level"]: level for level in answer["chain"]}


def posts_of(level: Mapping[str, Any]) -> dict[str, Any]:
    """All posts of a level by id, those of its bodies too."""
    posts = [*level["posts"], *(post for body in level["bodies"] for post in body["posts"])]
    return {post["post"]["id"]: post for post in posts}


def post_of(answer: Mapping[str, Any], post_id: str) -> Any:
    """One post of a chain."""
    return next(posts[post_id] for posts in map(posts_of, answer["chain"]) if post_id in posts)


def persons_of(post: Mapping[str, Any]) -> dict[str, str]:
    """The holders of a post by the person's id, with their certainty."""
    return {held["person"]["id"]: held["certainty"] for held in post["holders"]}


def roles_of(bearer: Mapping[str, Any], system: str) -> dict[str, str]:
    """The roles that a system lays on a post or body, by rule."""
    return {found["rule"]: found["role"] for found in bearer["responsibilities"] if found["system"] == system}


def signed_in_force(held: Mapping[str, Any]) -> set[str]:
    """The letters that a holder signed as the one who answers, and that are in force with certainty."""
    own = [letter for letter in held["letters"] if letter["signed_as"] == "signatory"]
    return {letter["id"] for letter in own if letter["in_force"] == "certain"}


def ids(found: Iterable[Mapping[str, Any]]) -> set[str]:
    """The ids of some things."""
    return {str(one["id"]) for one in found}
