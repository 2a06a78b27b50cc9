"""The part `duties`: all duties of a county, page by page, and the board of a province: its making and its asking."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import asyncpg
import orjson

from bench.answers import BASELINE, MILLISECONDS
from bench.appends import ONE
from bench.client import Connection, request
from bench.history import Shape, county_ids, province_id, whole_history
from bench.loading import LOG, load, reach
from bench.locality import Told
from bench.measured import Bar, Line, Results, middle, percentile
from bench.server import NOOP
from bench.site import Site
from bench.statements import Bare, record
from events.clock import SystemClock, today
from events.database import open_engine
from projections.boards import tables
from projections.boards.keeping import Kept, keep_up
from projections.policies.pack import load_all

PAGE: Final = 1000
UNDER_TWO_SECONDS: Final = Bar("value", "less than", 2.0)
UNDER_A_FIFTH: Final = Bar("value", "less than", 200.0)
COUNTY_VILLAGES: Final = 300
PROVINCE_VILLAGES: Final = 10_000
"""From so many villages on the bars stand."""

Say = Callable[[str], object]


class BoardError(Exception):
    """A board was not made, or does not answer."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured. `county`, `province`: the shape of a county; `months`: how many of the history are told."""

    county: Shape = field(default_factory=lambda: Shape(townships=20, villages=15, households=5))
    county_months: int = 60
    days: Sequence[str] = ("2017-06-30", "2018-12-31", "2019-12-31")
    rounds: int = 5
    counties: int = 40
    province: Shape = field(default_factory=lambda: Shape(townships=10, villages=25))
    province_months: int = 3
    """A province that tells as much as a county would take an hour to record; its board has as many duties."""
    events: int = 5
    """Recorded one by one, after each of which the board is taken on."""
    requests: int = 50

    @property
    def villages_of_county(self) -> int:
        """How many villages the county has."""
        return self.county.townships * self.county.villages

    @property
    def villages_of_province(self) -> int:
        """How many villages the province has."""
        return self.counties * self.province.townships * self.province.villages


WHOLE: Final = Effort()
QUICK: Final = Effort(rounds=3, counties=4, requests=30)


def county(site: Site, effort: Effort, results: Results, say: Say) -> None:
    """Record a county on an empty site, and ask for all its duties."""
    keeper = site.keeper()
    keeper.suspend()  # what is asked for here is evaluated, and no board is to be made beside it
    try:
        say(f"recording a county of {effort.villages_of_county} villages")
        loaded = load(site.url, whole_history(1, effort.county, effort.county_months))
        say(f"asking for all its duties, {loaded.size:,} events")
        _county(site, effort, results)
    finally:
        keeper.resume()


def province(site: Site, effort: Effort, results: Results, say: Say) -> None:
    """Record a province on an empty site, make its board, and ask for it."""
    keeper = site.keeper()
    keeper.suspend()  # it would make the board itself, beside us
    try:
        say(f"recording a province of {effort.villages_of_province:,} villages")
        size = load(site.url, whole_history(effort.counties, effort.province, effort.province_months)).size
        say(f"making its board, {size:,} events")
        asyncio.run(_board(site, size, effort, results))
        _summary(site, effort, results)
    finally:
        keeper.resume()


def _county(site: Site, effort: Effort, results: Results) -> None:
    """`duties-county`: for each day the first page, and all pages; of the days the slowest."""
    county = county_ids(1)[0]
    asked = f"/v1/duties?jurisdiction={county}&limit={PAGE}&valid_at="
    recorded = record(site.data, site.url, [f"{asked}{day}" for day in effort.days])
    slowest: dict[str, tuple[float, float]] = {}
    counts = []
    for day, known in zip(effort.days, recorded, strict=True):
        connection = site.connect()  # one of its own for each: the server closes what was idle for some seconds
        try:
            total, first, whole = _pages(connection, site, asked, day, effort.rounds)
        finally:
            connection.close()
        bare = asyncio.run(_bare(site, known.statements, effort.rounds))
        slowest["first-page"] = max(slowest.get("first-page", (0.0, 0.0)), (first, bare))
        slowest["all-pages"] = max(slowest.get("all-pages", (0.0, 0.0)), (whole, bare))
        counts.append(total)
    villages = effort.villages_of_county
    bar = UNDER_TWO_SECONDS if villages >= COUNTY_VILLAGES else None
    results.notes.append(f"duties-county: {', '.join(map(str, counts))} duties on {', '.join(effort.days)}")
    for name, (seconds, bare) in slowest.items():
        only = bar if name == "first-page" else None
        results.lines.append(Line(f"duties-county-{villages}-{name}", seconds, "s", bare, "bare queries", only))


def _pages(connection: Connection, site: Site, asked: str, day: str, rounds: int) -> tuple[int, float, float]:
    """How many duties there are; the medians of the seconds of the first page, and of all pages together.

    Each turn asks about the day before the last one's: what was evaluated a moment ago is remembered.
    """
    firsts, wholes, totals = [], [], []
    for turn in range(rounds + 1):
        path = f"{asked}{date.fromisoformat(day) - timedelta(days=turn)}"
        answer, spent, found = _page(connection, site, path)
        first, total = spent, answer["total"]
        totals.append(total)
        while answer["next"] is not None:
            answer, more, items = _page(connection, site, f"{path}&after={answer['next']}")
            spent, found = spent + more, found + items
        if found != total:
            raise BoardError(f"{path}: {found} duties on all pages, {total} in all")
        if turn:  # the first turn warms up
            firsts.append(first)
            wholes.append(spent)
    return totals[0], middle(firsts), middle(wholes)


def _page(connection: Connection, site: Site, path: str) -> tuple[dict[str, Any], float, int]:
    answer = connection.ask(site.get(path))
    answer.expect(200)
    said = json.loads(answer.body)
    return said, answer.seconds, len(said["items"])


async def _bare(site: Site, statements: Sequence[Any], rounds: int) -> float:
    connection = await asyncpg.connect(site.url)
    try:
        bare = Bare(connection)
        await bare.seconds(statements)
        return middle([await bare.seconds(statements) for _ in range(rounds)])
    finally:
        await connection.close()


async def _board(site: Site, size: int, effort: Effort, results: Results) -> None:
    """`duty-board`: how long its first making takes, and how long it takes to be taken on after one event."""
    engine = open_engine(site.url, pool_size=2)
    packs, day = list(load_all().values()), today(SystemClock()).isoformat()
    watching = await asyncpg.connect(site.url)

    async def keep() -> tuple[Kept, float]:
        began = time.perf_counter()
        kept = await keep_up(engine, LOG, packs, day)
        if kept is None:
            raise BoardError("another keeper has the board")
        return kept, time.perf_counter() - began

    try:
        async with engine.begin() as conn:
            await tables.forget(conn, LOG)
        made, seconds = await keep()
        if not made.scratch or made.size != size:
            raise BoardError(f"made of {made.size} events, not {size}")
        kept_of = await watching.fetchval("SELECT count(*) FROM duty_status WHERE log_id = $1", LOG)
        taken = []
        for one in _visits(effort):
            await asyncio.to_thread(_record, site, one)
            await reach(watching, LOG, size := size + 1)
            taken.append(await keep())
    finally:
        await watching.close()
        await engine.dispose()
    name, again = f"duty-board-{effort.villages_of_province}", max(kept.evaluated for kept, _ in taken)
    results.notes.append(f"{name}: {kept_of:,} duties of {made.evaluated:,} places; one event: {again} places again")
    results.lines += [
        Line(f"{name}-first-made", seconds, "s"),
        Line(f"{name}-one-event", middle([spent for _, spent in taken]), "s", seconds, "made from scratch"),
    ]


def _visits(effort: Effort) -> list[dict[str, Any]]:
    """Visits to a village of the first county, as events."""
    told: dict[str, Told] = {}
    for one in whole_history(1, effort.province, effort.province_months):
        if one.event["type"] == "visit.made":
            told[one.place] = one
    if not told:
        raise BoardError("the history tells of no visit")
    event = next(iter(told.values())).event
    return [
        {**event, "id": f"bench-visit-{serial}", "data": {**event["data"], "visit_id": f"bench-visit-{serial}"}}
        for serial in range(effort.events)
    ]


def _record(site: Site, event: dict[str, Any]) -> None:
    connection = site.connect()
    try:
        connection.ask(request("POST", f"/v1/logs/{LOG}/events", ONE, orjson.dumps(event))).expect(201)
    finally:
        connection.close()


def _summary(site: Site, effort: Effort, results: Results) -> None:
    """`duties-summary`: the board of the province, by place and rule, beside a no-op and the bare queries."""
    path = f"/v1/duties/summary?jurisdiction={province_id()}&by=jurisdiction,rule"
    (known,) = record(site.data, site.url, [path])
    asked, noops = [], []
    connection = site.connect()
    try:
        for turn in range(-1, effort.requests):
            noop, answer = connection.ask(site.get(NOOP)), connection.ask(site.get(path))
            noop.expect(200)
            answer.expect(200)
            if json.loads(answer.body)["from"] != "board":
                raise BoardError("the summary was not told from the board")
            if turn >= 0:
                noops.append(noop.seconds * MILLISECONDS)
                asked.append(answer.seconds * MILLISECONDS)
    finally:
        connection.close()
    bare = asyncio.run(_bare(site, known.statements, effort.requests)) * MILLISECONDS
    villages, baseline = effort.villages_of_province, middle(noops) + bare
    bar = UNDER_A_FIFTH if villages >= PROVINCE_VILLAGES else None
    name = f"duties-summary-{villages}"
    results.lines += [
        Line(f"{name}-p50", middle(asked), "ms", baseline, BASELINE, bar),
        Line(f"{name}-p95", percentile(asked, 95), "ms", baseline, f"{BASELINE}, p50", bar),
    ]
