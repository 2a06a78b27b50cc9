"""The sample logs as a whole: how they are loaded, that they say so, and that nobody else writes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events import entries, logs, store
from events.clock import stamp
from projections.runner import progress
from service import demo
from tests.service.samples import CASES, Samples

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

SMALL = ["demo-cn-41", "demo-cn-52", "demo-cn-64"]
EVENT = {"specversion": "1.0", "id": "1", "source": "urn:test", "type": "person.registered"}
GANSU, PLACE = CASES["q4"]["log"], CASES["q4"]["jurisdiction"]


class Cut(Exception):
    """The power went."""


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the small sample logs are there to load."""
    monkeypatch.setattr(demo, "sample_logs", lambda: SMALL)


async def state(engine: AsyncEngine) -> dict[str, tuple[int, bytes, int, bytes]]:
    """Size, root, projected size and digest of each small log."""
    async with engine.connect() as conn:
        projected = await progress(conn, SMALL)
        found = {}
        for log_id in SMALL:
            log, reached = await logs.get(conn, log_id), projected[log_id]
            found[log_id] = (log.size, log.root, reached.size, reached.digest)
    return found


async def recorded(engine: AsyncEngine, log_id: str) -> list[tuple[str, dict[str, Any]]]:
    """The events of a log, each with the instant at which it was recorded."""
    async with engine.connect() as conn:
        size = (await logs.get(conn, log_id)).size
        found = await entries.between(conn, log_id, 0, size, limit=size)
    return [(stamp(entry.recorded_at), entry.event) for entry in found]


@pytest.mark.usefixtures("few")
async def test_loading_twice_changes_nothing(engine: AsyncEngine, database_url: str) -> None:
    """The second loading records no event, moves no root and no projection, and says nothing."""
    said: list[str] = []
    await demo.load(database_url, said.append)
    first = await state(engine)
    sizes = {log_id: len(demo.lines_of(log_id)) for log_id in SMALL}
    assert said == [f"{log_id}: {size} events recorded" for log_id, size in sizes.items()]
    said.clear()
    await demo.load(database_url, said.append)
    assert (await state(engine), said) == (first, [])
    assert {log_id: (size, reached) for log_id, (size, _, reached, _) in first.items()} == {
        log_id: (size, size) for log_id, size in sizes.items()
    }


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("appends", [0, 1, 5, 9])
async def test_loading_goes_on_after_an_interruption(
    engine: AsyncEngine, database_url: str, monkeypatch: pytest.MonkeyPatch, appends: int
) -> None:
    """Cut after some appends, the next loading records what is missing, each at its own instant, and nothing twice."""
    left = iter(range(appends))
    append = store.append

    async def failing(*given: Any) -> Any:
        if next(left, None) is None:
            raise Cut
        return await append(*given)

    with monkeypatch.context() as patch:
        patch.setattr(store, "append", failing)
        with pytest.raises(Cut):
            await demo.load(database_url, lambda _: None)
    await demo.load(database_url, lambda _: None)
    for log_id in SMALL:
        expected = [(stamp(recorded_at), event) for recorded_at, event in demo.lines_of(log_id)]
        assert await recorded(engine, log_id) == expected
    assert all(size == reached for size, _, reached, _ in (await state(engine)).values())


@pytest.mark.usefixtures("few")
async def test_projections_catch_up_where_only_they_are_missing(
    engine: AsyncEngine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut between the last event and the projections, the next loading takes these forward."""

    async def failing(_: AsyncEngine) -> None:
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr(demo, "catch_up", failing)
        with pytest.raises(Cut):
            await demo.load(database_url, lambda _: None)
    assert {reached for _, _, reached, _ in (await state(engine)).values()} == {0}
    await demo.load(database_url, lambda _: None)
    assert all(size == reached for size, _, reached, _ in (await state(engine)).values())


async def test_every_sample_log_is_whole(samples: Samples) -> None:
    """All ten logs are listed, scripted, as long as their files, and projected to the end without a halt."""
    found = (await samples.get("/logs"))["items"]
    assert {log["id"]: (log["size"], log["clock"]) for log in found} == {
        log_id: (len(demo.lines_of(log_id)), "scripted") for log_id in demo.sample_logs()
    }
    for log in found:
        assert log["recorded_at"] == stamp(demo.lines_of(log["id"])[-1][0])
        assert (log["projected"]["size"], log["projected"]["stale"]) == (log["size"], [])


def clocks(value: Any) -> Iterator[str]:
    """Every `clock` that an answer names, however deep."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "clock":
                yield inner
            else:
                yield from clocks(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from clocks(inner)


@pytest.mark.parametrize(
    "path",
    [
        f"/logs/{GANSU}",
        "/logs",
        f"/logs/{GANSU}/events",
        f"/logs/{GANSU}/events/0",
        "/jurisdictions?q=宕昌",
        f"/jurisdictions/{PLACE}",
        "/jurisdictions/621223/children",
        f"/jurisdictions/{PLACE}/responsibility",
        f"/jurisdictions/{PLACE}/timeline",
        f"/jurisdictions/{PLACE}/changes?compared_to=2018-01-15",
        "/persons?q=示例",
        f"/persons/{CASES['q4']['person']}",
        f"/persons/{CASES['q4']['person']}/responsibility",
        f"/persons/{CASES['q4']['person']}/timeline",
        f"/posts/{CASES['q4']['post']}/holders",
        f"/posts/{CASES['q4']['post']}/timeline",
        "/letters?jurisdiction=621223",
        f"/letters/{CASES['superseded_letter']['letter']}",
        "/bodies/syn-62-body-621223-unit-01",
    ],
)
async def test_every_answer_says_that_the_clock_is_scripted(samples: Samples, path: str) -> None:
    """Whatever is asked of a sample log, the answer names its clock, and never another one."""
    answer = await samples.ask(path)
    assert answer.status_code == 200, answer.text
    assert set(clocks(answer.json())) == {"scripted"}


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/cloudevents+json", json.dumps({**EVENT, "data": {"person_id": "x", "name_zh": "甲"}})),
        ("application/cloudevents-batch+json", json.dumps([{**EVENT, "data": {"person_id": "x", "name_zh": "甲"}}])),
        ("application/x-ndjson", json.dumps({**EVENT, "data": {"person_id": "x", "name_zh": "甲"}}) + "\n"),
    ],
)
@pytest.mark.parametrize("query", ["", "?dry_run=true"])
async def test_nobody_posts_to_a_sample_log(samples: Samples, content_type: str, body: str, query: str) -> None:
    """An append to a demo- log is refused with 409 whatever its form, and the log stays as long as it was."""
    size = (await samples.get(f"/logs/{GANSU}"))["size"]
    answer = await samples.client.post(
        f"/v1/logs/{GANSU}/events{query}", content=body, headers={"Content-Type": content_type}
    )
    assert answer.status_code == 409, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert "zeren demo" in answer.json()["detail"]
    assert (await samples.get(f"/logs/{GANSU}"))["size"] == size


@pytest.mark.parametrize("log_id", ["demo-cn-62", "demo-cn-99", "demo-"])
async def test_nobody_makes_a_sample_log(samples: Samples, log_id: str) -> None:
    """PUT of a demo- log is refused with 422, whether it is there already or not."""
    answer = await samples.client.put(f"/v1/logs/{log_id}")
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "log-reserved"


@pytest.mark.parametrize("known_at", ["2099-12-31", "2021-01-01T00:00:00Z", None])
async def test_what_is_cited_is_never_later_than_the_head(samples: Samples, known_at: str | None) -> None:
    """A known_at beyond the head, or none, is answered as of the head, whose recorded_at is given back."""
    head = await samples.get(f"/logs/{GANSU}")
    answer = await samples.chain(PLACE, "2018-03-05", known_at)
    assert answer["known_at"] == head["recorded_at"]
    assert (answer["log"]["size"], answer["log"]["root"]) == (head["size"], head["root"])


async def test_an_instant_before_the_head_is_cited_as_asked(samples: Samples) -> None:
    """A bare date is the end of that day in Asia/Shanghai; an instant between two appends is itself."""
    assert (await samples.chain(PLACE, "2018-03-05", "2018-01-15"))["known_at"] == "2018-01-15T15:59:59.999999Z"
    answer = await samples.chain(PLACE, "2018-03-05", "2018-01-15T03:00:00+00:00")
    assert answer["known_at"] == "2018-01-15T03:00:00.000000Z"
    early = await samples.ask(f"/jurisdictions/{PLACE}/responsibility", known_at="2014-12-31")
    assert early.status_code == 404
