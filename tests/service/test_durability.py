"""Nothing that was receipted is lost, doubled or moved: 32 clients, and a server killed under their hands."""

from __future__ import annotations

import asyncio
import base64
import json
import random
import sys
import time
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events.appender import Appender
from events.clock import SystemClock
from events.credentials import OPERATOR
from projections.policies.pack import load_all
from projections.runner import BEGIN, RUN, _one_run, catch_up
from service.app import make_app
from service.state import Service
from tests.events.trees import root_of
from tests.patience import HANG_SECONDS, until
from tests.service.servers import KEY, Served, environment, zeren

pytestmark = pytest.mark.anyio

LOG: Final = "cn-62"
SEED: Final = 20181115
CLIENTS: Final = 32
ASKERS: Final = 3
ANSWERED_REQUESTS_OF_A_CLIENT: Final = 400
"""More than the rounds need, so that an empty machine does not make a log without end."""
LONGEST: Final = 600.0
"""Seconds after which all this is a hang."""
COUNTIES: Final = 8
DAY: Final = "2018-03-05"
EVENTS: Final = f"/v1/logs/{LOG}/events"
ONE: Final = {"Content-Type": "application/cloudevents+json"}
BATCH: Final = {"Content-Type": "application/cloudevents-batch+json"}
HEADERS: Final = {"Authorization": f"Bearer {KEY}"}

Event = dict[str, Any]
Place = tuple[int, str, str]
"""What a receipt says: position, recorded_at, leaf_hash."""


def event(event_id: str, kind: str, **data: Any) -> Event:
    """A CloudEvent."""
    return {"specversion": "1.0", "id": event_id, "source": "urn:durable", "type": kind, "data": data}


def tree() -> list[Event]:
    """A province and its counties, each with one post."""
    found = [event("p", "jurisdiction.registered", jurisdiction_id="p", code="62", name_zh="甘肃省", level="province")]
    for n in range(COUNTIES):
        county = {"jurisdiction_id": f"c{n}", "code": f"6212{n:02}", "name_zh": f"县{n}", "level": "county"}
        found.append(event(f"c{n}", "jurisdiction.registered", **county, parent_id="p"))
        post = {"post_id": f"s{n}", "title_zh": "县委书记", "functions": ["party-principal"]}
        found.append(event(f"s{n}", "post.established", **post, jurisdiction_id=f"c{n}"))
    return found


@dataclass
class Book:
    """What the clients know: the receipts given, and what became of nobody knows what."""

    sent: dict[str, Event] = field(default_factory=dict)
    given: dict[str, Place] = field(default_factory=dict)
    requests: int = 0
    failures: int = 0
    resent: int = 0
    resting: int = 0
    """How many clients have sent all that they send of themselves."""
    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    """Path and explicit `known_at` to the answer as it was given."""

    def receipt(self, said: dict[str, Any], *, fresh: bool) -> None:
        """Note a receipt. One event has one receipt for ever."""
        assert said["status"] in (("appended",) if fresh else ("appended", "duplicate")), said
        place = (said["position"], said["recorded_at"], said["leaf_hash"])
        before = self.given.setdefault(said["id"], place)
        assert before == place, (said["id"], before, place)

    @property
    def size(self) -> int:
        """The least size that the log can have."""
        return 1 + max(position for position, _, _ in self.given.values())


@dataclass
class Client:
    """One integration: posts its own events one by one and in batches, and sends again what it does not know."""

    number: int
    http: httpx.AsyncClient
    book: Book
    unknown: list[Event] = field(default_factory=list)
    made: int = 0
    answered: int = 0
    """How many requests of it were answered, by however many they were sent."""

    def __post_init__(self) -> None:
        self.dice = random.Random(SEED + self.number)

    async def work(self, stop: asyncio.Event) -> None:
        """Post until told to stop; then send again until every outcome is known."""
        while self.answered < ANSWERED_REQUESTS_OF_A_CLIENT and not stop.is_set():
            await self._post(self._next())
            await asyncio.sleep(self.dice.uniform(0, 0.1))
        self.book.resting += 1
        await stop.wait()
        while self.unknown:
            await self._post(self.unknown[:])

    def _next(self) -> list[Event]:
        if self.unknown:
            return self.unknown[:]
        mine = [event_id for event_id in self.book.given if event_id.startswith(f"{self.number}-")]
        if mine and self.dice.random() < 0.1:
            return [self.book.sent[self.dice.choice(mine)]]
        return [self._made(mine) for _ in range(self.dice.choice((1, 1, 1, 1, 2, 5, 9)))]

    def _made(self, mine: list[str]) -> Event:
        self.made += 1
        name, throw, year = f"{self.number}-{self.made}", self.dice.random(), self.dice.randint(2000, 2018)
        if mine and throw < 0.15:
            made = event(name, "record.annulled", annuls_event_id=self.dice.choice(mine))
            if self.book.sent[made["data"]["annuls_event_id"]]["type"] != "record.annulled":
                return self._kept(made)
        if throw < 0.3:
            return self._kept(event(name, "person.registered", person_id=f"x{name}", name_zh=f"示例{name}"))
        seat = {"appointment_id": f"a{name}", "person_id": f"x{name}", "post_id": f"s{self.dice.randrange(COUNTIES)}"}
        return self._kept(event(name, "appointment.started", **seat, effective_from=str(year)))

    def _kept(self, made: Event) -> Event:
        self.book.sent[made["id"]] = made
        return made

    async def _post(self, events: list[Event]) -> None:
        fresh = [made["id"] not in self.book.given and made not in self.unknown for made in events]
        self.book.requests += 1
        self.book.resent += len(events) - sum(fresh)
        single = len(events) == 1
        content = json.dumps(events[0] if single else events)
        try:
            answer = await self.http.post(EVENTS, content=content, headers=ONE if single else BATCH)
        except httpx.TransportError:
            answer = httpx.Response(503)
        if answer.status_code >= 500:  # nobody knows what became of these
            self.book.failures += 1
            known = {made["id"] for made in self.unknown}
            self.unknown += [made for made in events if made["id"] not in self.book.given and made["id"] not in known]
            await asyncio.sleep(self.dice.uniform(0.2, 0.6))
            return
        assert answer.status_code in (200, 201), answer.text
        self.answered += 1
        receipts = [answer.json()] if single else answer.json()["receipts"]
        assert [said["id"] for said in receipts] == [made["id"] for made in events]
        for said, first in zip(receipts, fresh, strict=True):
            self.book.receipt(said, fresh=first)
        self.unknown = [made for made in self.unknown if made["id"] not in self.book.given]


async def asks(number: int, http: httpx.AsyncClient, book: Book, stop: asyncio.Event) -> None:
    """Ask as of explicit instants and sizes while all goes on, and keep what was answered."""
    dice = random.Random(SEED - number)
    while not stop.is_set():
        await asyncio.sleep(0.05)
        place = dice.randrange(COUNTIES)
        path = dice.choice(
            (
                f"/v1/jurisdictions/c{place}/responsibility?log={LOG}&valid_at={DAY}&",
                f"/v1/posts/s{place}/holders?log={LOG}&",
            )
        )
        instant = dice.choice(list(book.given.values()))[1]
        known_at = dice.choice((f"@{dice.randint(1 + 2 * COUNTIES, book.size)}", instant, "2099-01-01"))
        try:
            answer = await http.get(f"{path}known_at={known_at}")
        except httpx.TransportError:
            await asyncio.sleep(0.2)
            continue
        if answer.status_code < 500:
            assert answer.status_code == 200, answer.text
            cited = f"@{answer.json()['log']['size']}" if known_at == "2099-01-01" else known_at
            before = book.answers.setdefault((path, cited), answer.text)
            assert before == answer.text, (path, known_at, cited)


async def busy(book: Book, dice: random.Random) -> None:
    """Until a random number of receipts and some answers more were given, however long that takes."""
    receipts, answers = len(book.given) + dice.randint(200, 800), len(book.answers) + dice.randint(10, 20)
    await until(lambda: book.resting == CLIENTS or len(book.given) >= receipts)
    await until(lambda: len(book.answers) >= answers)


def killed_and_started(server: Served, dice: random.Random, round_of: str) -> float:
    """Kill what the round says, start again; how many seconds until it was ready."""
    server.kill()
    if "postgres" in round_of:
        server.kill_postgres()
    if "starting" in round_of:
        server.spawn()
        time.sleep(dice.uniform(0.2, 2.5))
        server.kill()
    return server.start()


async def entries_of(http: httpx.AsyncClient) -> list[dict[str, Any]]:
    """Every entry of the log, page by page."""
    found: list[dict[str, Any]] = []
    after = -1
    while True:
        answer = await http.get(EVENTS, params={"limit": 1000, "after": after})
        assert answer.status_code == 200, answer.text
        if not answer.json()["items"]:
            return found
        found += answer.json()["items"]
        after = found[-1]["position"]


async def described(http: httpx.AsyncClient, size: int) -> dict[str, Any]:
    """The log, once its projections have reached a size."""
    async with asyncio.timeout(HANG_SECONDS):
        while True:
            said: dict[str, Any] = (await http.get(f"/v1/logs/{LOG}")).json()
            if said["projected"]["size"] >= size:
                return said
            await asyncio.sleep(0.1)


@pytest.mark.long
@pytest.mark.alone
async def test_what_was_receipted_survives(served: Served) -> None:
    """Over six kills of server, runner and PostgreSQL every receipt stays true, and so does every dated answer."""
    book, stop, dice = Book(), asyncio.Event(), random.Random(SEED)
    limits = httpx.Limits(max_connections=CLIENTS + ASKERS)
    async with httpx.AsyncClient(base_url=served.url, headers=HEADERS, timeout=60, limits=limits) as http:
        assert (await http.put(f"/v1/logs/{LOG}")).status_code == 201
        first = Client(-1, http, book)
        await first._post([first._kept(made) for made in tree()])
        assert len(book.given) == 1 + 2 * COUNTIES
        clients = [Client(number, http, book) for number in range(CLIENTS)]
        async with asyncio.timeout(LONGEST), asyncio.TaskGroup() as group:
            for client in clients:
                group.create_task(client.work(stop))
            for number in range(ASKERS):
                group.create_task(asks(number, http, book, stop))
            ready = []
            for round_of in ("server", "server postgres", "server starting", "server postgres starting"):
                await busy(book, dice)
                ready.append(await asyncio.to_thread(killed_and_started, served, dice, round_of))
            await busy(book, dice)
            stop.set()

        entries = await entries_of(http)
        said = await described(http, len(entries))
        assert said["projected"]["size"] == said["size"] == len(entries)
        assert [entry["position"] for entry in entries] == list(range(len(entries)))
        there = {entry["id"]: (entry["position"], entry["recorded_at"], entry["leaf_hash"]) for entry in entries}
        assert len(there) == len(entries)
        assert there == book.given
        assert {entry["id"]: entry["event"] for entry in entries} == {name: book.sent[name] for name in there}
        stamps = [entry["recorded_at"] for entry in entries]
        assert stamps == sorted(stamps)
        leaves = [base64.b64decode(entry["leaf_hash"]) for entry in entries]
        assert base64.b64decode(said["root"]) == root_of(leaves)

        for (path, known_at), answered in book.answers.items():
            again = await http.get(f"{path}known_at={known_at}")
            assert again.text == answered, (path, known_at)

    remote = environment(ZEREN_URL=served.url, ZEREN_KEY=KEY)
    replayed = zeren("replay", LOG, "--digest", "--json", env=remote)
    assert replayed.returncode == 0, replayed.stderr
    folded = json.loads(replayed.stdout)["replayed"]
    assert folded == {"size": len(entries), "digest": said["projected"]["digest"]}
    local = environment(ZEREN_DATA=str(served.data))
    verified = zeren("verify", LOG, "--json", env=local)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert json.loads(verified.stdout)[0] | {"root": ""} == {
        "log": LOG, "size": len(entries), "root": "", "verified": True, "position": None, "lie": None,
        "checked": ["entries", "tree", "signatures", "checkpoints", "names", "projections"],
        "unchecked": [], "resumed_at": None,
    }  # fmt: skip
    rebuilt = zeren("rebuild", LOG, env=local)
    assert rebuilt.returncode == 0, rebuilt.stdout + rebuilt.stderr
    assert book.failures
    sys.stdout.write(
        f"\n{len(entries)} entries in {book.requests} requests, {book.failures} failed, {book.resent} sent again; "
        f"{len(book.answers)} dated answers; ready again after {', '.join(f'{s:.1f}' for s in ready)} s\n"
    )


async def test_the_instant_an_answer_cites_means_the_same_later(engine: AsyncEngine) -> None:
    """An answer given while a large batch is half projected cites an instant that gives the same answer later."""
    clock = SystemClock()
    service = Service(engine, Appender(engine, clock), clock, load_all(), KEY, OPERATOR)
    transport = httpx.ASGITransport(make_app(service))
    async with httpx.AsyncClient(transport=transport, base_url="http://zeren.test", headers=HEADERS) as http:
        await http.put(f"/v1/logs/{LOG}")
        many = [event(f"x{n}", "person.registered", person_id=f"x{n}", name_zh="示例") for n in range(RUN + 100)]
        await http.post(EVENTS, content=json.dumps(many), headers=BATCH)
        async with engine.begin() as conn:
            await conn.execute(BEGIN)
            await _one_run(conn, LOG, 1)
        first = (await http.get(f"/v1/persons/x0?log={LOG}")).json()
        await catch_up(engine)
        again = (await http.get("/v1/persons/x0", params={"log": LOG, "known_at": first["known_at"]})).json()
    assert first["log"] == again["log"]
