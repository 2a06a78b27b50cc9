"""The harness measures what it says: real servers, durable appends, the statements of the real answers."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import asyncpg
import orjson
import pytest

from bench import appends, rebuilds, rival
from bench.client import UnexpectedAnswerError, drive, request
from bench.copying import TABLES, Copier
from bench.history import ASKED_ON, TINY, asked_places, county_history, history
from bench.lag import Watched
from bench.loading import LOG
from bench.locality import Told
from bench.measured import Results
from bench.reads import overwritten_appointments
from bench.rebuild_process import RebuildError
from bench.rival import Rival, entity_of
from bench.server import NOOP
from bench.site import AUTHORISED, Site
from bench.statements import Bare, record

pytestmark = pytest.mark.long


def fetch(url: str, query: str, *arguments: Any) -> list[Any]:
    """The rows of a query on a bare connection."""

    async def ask() -> list[Any]:
        connection = await asyncpg.connect(url)
        try:
            return list(await connection.fetch(query, *arguments))
        finally:
            await connection.close()

    return asyncio.run(ask())


def test_the_server_waits_for_the_disk(site: Site) -> None:
    """PostgreSQL of a site runs with fsync, and its runner is a process of its own."""
    assert fetch(site.url, "SHOW fsync")[0][0] == "on"
    assert site.runner().is_running()


def test_the_no_ops_go_the_way_of_the_real_calls(site: Site) -> None:
    """The no-op POST reads its body, and the no-op GET refuses one who has no key."""
    posted = drive(site.port, [[request("POST", NOOP, AUTHORISED, b"12345")]], status=201)
    assert json.loads(posted.answers[0][0].body) == {"bytes": 5}
    drive(site.port, [[site.get(NOOP)]], status=200)
    drive(site.port, [[request("GET", NOOP, {})]], status=401)


def test_every_client_gets_every_answer(site: Site) -> None:
    """Each of several connections gets as many answers as it sent requests, and each took time."""
    driven = drive(site.port, [[site.get(NOOP)] * count for count in (1, 5, 9)], status=200)
    assert [len(found) for found in driven.answers] == [1, 5, 9]
    assert driven.count == 15
    assert all(answer.seconds > 0 for found in driven.answers for answer in found)


def test_an_answer_that_was_not_asked_for_ends_the_measurement(site: Site) -> None:
    """A status other than the expected one is an error that says what came."""
    with pytest.raises(UnexpectedAnswerError, match="401, expected 200"):
        drive(site.port, [[request("GET", NOOP, {})]], status=200)


def test_an_event_that_is_refused_ends_the_measurement(site: Site) -> None:
    """A batch of which one event is not appended is no measured batch."""
    told = county_history(5, TINY)[:20]
    broken = [*told[:-1], Told("j-1", {**told[-1].event, "type": "no-such.kind"})]
    with pytest.raises(UnexpectedAnswerError, match="207, expected 200"):
        appends.batches(site, [broken], None, Results(), clients=2)


def test_copied_rows_are_those_that_the_service_wrote(site: Site) -> None:
    """The baseline of appends copies every row of every table as it is, but for its log."""
    Copier(site.url, LOG, "bench-twice").copy(0, 100, 30)
    for table in TABLES:
        query = f"SELECT to_jsonb(t) - 'log_id' FROM {table} t WHERE log_id = $1 AND position < 100 ORDER BY position"
        copied = fetch(site.url, query, "bench-twice")
        assert len(copied) == 100
        assert copied == fetch(site.url, query, LOG)
    assert fetch(site.url, "SELECT size FROM append_tx WHERE log_id = 'bench-twice' ORDER BY size") == [
        (30,), (60,), (90,), (100,),
    ]  # fmt: skip


def test_recorded_statements_are_those_of_the_served_answer(site: Site) -> None:
    """The application in this process answers as the server does, and what it asked can be asked again, bare."""
    place = asked_places(TINY.events, TINY).overwritten[0]
    path = f"/v1/jurisdictions/{place}/responsibility?valid_at={ASKED_ON}&log={LOG}"
    recorded = record(site.data, site.url, [path])[0]
    served = drive(site.port, [[site.get(path)]], status=200).answers[0][0]
    assert orjson.loads(recorded.body) == orjson.loads(served.body)
    chain = orjson.loads(served.body)["chain"]
    assert [level["level"] for level in chain] == ["province", "city", "county", "township", "village"]
    holders = [holder for post in chain[-1]["posts"] for holder in post["holders"]]
    assert max(len(holder["evidence"]) for holder in holders) > 0
    read = [one for one in recorded.statements if " p_" in one.text]
    assert read, "no statement reads a projection"
    assert not [one for one in recorded.statements if "access" in one.parameters]

    async def again() -> float:
        connection = await asyncpg.connect(site.url)
        try:
            return await Bare(connection).seconds(recorded.statements)
        finally:
            await connection.close()

    assert asyncio.run(again()) > 0


def test_a_rebuild_that_differs_is_no_measured_rebuild(site: Site) -> None:
    """Where the live rows are not what the log says, the process fails and says so."""
    fetch(site.url, "UPDATE p_person SET name = name || '?' WHERE log_id = $1 AND entity_id LIKE '%-12'", LOG)
    with pytest.raises(RebuildError, match=r"live .*, rebuilt"):
        rebuilds.took("rebuild", site.url, LOG)


def test_a_size_is_reached_when_it_is_first_seen_or_passed() -> None:
    """The instant at which a size was reached is that of the first look that saw it or more."""
    watched = Watched(sizes=[0, 5, 9], instants=[1.0, 2.0, 3.0])
    assert [watched.reached(size) for size in (1, 5, 6, 9)] == [2.0, 2.0, 3.0, 3.0]


@pytest.mark.skipif(not rival.is_installed(), reason="`make bench` installs eventsourcing, the test suite does not")
def test_the_other_package_keeps_the_same_events(site: Site, tmp_path: Any) -> None:
    """Every event is inserted there, and of an appointment as many are selected as were told of it."""
    told = list(history(TINY.events, TINY))
    appointment = overwritten_appointments(told, 1)[0]
    with Rival(site.url, tmp_path) as other:
        assert other.insert(told, 500)[0] == len(told)
        assert other.select([appointment], 2)[0] == 2 * sum(entity_of(one.event) == appointment for one in told)
