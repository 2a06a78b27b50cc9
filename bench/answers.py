"""Latency of `responsibility` and `state`, beside a no-op GET and the bare queries that the answer needs.

At every size a log of its own in a database of its own: a small log inside the tables of a large one
would be as deep as the large one. The sizes are measured in turns, so that what disturbs one disturbs all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import asyncpg

from bench.client import Connection
from bench.history import ASKED_ON, Places
from bench.measured import Bar, Line, Results, middle, named, percentile
from bench.server import NOOP
from bench.site import Site
from bench.statements import Bare, Recorded, record

MILLISECONDS: Final = 1000.0
AT_MOST_THREE: Final = Bar("ratio", "at most", 3.0)
FLAT: Final = Bar("ratio", "at most", 1.5)
BASELINE: Final = "no-op GET + bare queries"


@dataclass(frozen=True, slots=True)
class Question:
    """One question, asked of some places in turn."""

    name: str
    call: str
    places: Sequence[str]

    def paths(self) -> list[str]:
        """What is asked, place by place."""
        return [f"/v1/jurisdictions/{place}/{self.call}?valid_at={ASKED_ON}" for place in self.places]


@dataclass(slots=True)
class Samples:
    """Seconds measured for one question at one size."""

    answers: list[float] = field(default_factory=list)
    queries: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Asked:
    """One size: its site, what is asked of it, and what was measured so far."""

    size: int
    site: Site
    questions: list[Question]
    recorded: dict[str, list[Recorded]] = field(default_factory=dict)
    noops: list[float] = field(default_factory=list)
    samples: dict[str, Samples] = field(default_factory=dict)

    def milliseconds(self, name: str) -> float:
        """The median latency of a question."""
        return middle(self.samples[name].answers) * MILLISECONDS

    def baseline(self, name: str) -> float:
        """The median of a no-op GET and of the bare queries of a question, added, in milliseconds."""
        return (middle(self.noops) + middle(self.samples[name].queries)) * MILLISECONDS


def questions(places: Places) -> list[Question]:
    """The questions asked at each size."""
    return [
        Question("responsibility", "responsibility", places.plain),
        Question("responsibility-overwritten", "responsibility", places.overwritten),
        Question("state-village", "state", places.plain),
        Question("state-county", "state", places.counties),
    ]


def measure(sites: Mapping[int, tuple[Site, Places]], results: Results, *, rounds: int, requests: int) -> None:
    """Ask every question of every size, `rounds` times `requests` requests, and add the lines."""
    every = [_prepared(size, site, places, results) for size, (site, places) in sorted(sites.items())]
    for _ in range(rounds):
        for asked in every:
            asyncio.run(_round(asked, requests))
    for asked in every:
        results.lines += lines_of(asked)
    results.lines += flatness(every)


def _prepared(size: int, site: Site, places: Places, results: Results) -> Asked:
    """What can be asked of a site: a call it does not know is left out, and said."""
    asked = Asked(size, site, [])
    wanted = questions(places)
    recorded = iter(record(site.data, site.url, [path for question in wanted for path in question.paths()]))
    for question in wanted:
        answered = list(islice(recorded, len(question.places)))
        if all(one.status == 404 for one in answered):
            results.notes.append(
                f"{question.name}-{named(size)}: skipped, GET .../{question.call} is not answered (404)"
            )
            continue
        asked.questions.append(question)
        asked.recorded[question.name] = answered
        asked.samples[question.name] = Samples()
    return asked


async def _round(asked: Asked, requests: int) -> None:
    """So many turns, each with one no-op, and one answer and its queries of each question; the first is not counted."""
    connection, database = asked.site.connect(), await asyncpg.connect(asked.site.url)
    try:
        bare, noop = Bare(database), asked.site.get(NOOP)
        for question in asked.questions:
            for one in asked.recorded[question.name]:
                await bare.seconds(one.statements)  # prepares them
        for turn in range(-1, requests):
            taken = [_ask(connection, noop)]
            for question in asked.questions:
                serial = turn % len(question.places)
                taken.append(_ask(connection, asked.site.get(question.paths()[serial])))
                taken.append(await bare.seconds(asked.recorded[question.name][serial].statements))
            if turn >= 0:
                _add(asked, taken)
    finally:
        await database.close()
        connection.close()


def _ask(connection: Connection, raw: bytes) -> float:
    """Seconds of one request."""
    answer = connection.ask(raw)
    answer.expect(200)
    return answer.seconds


def _add(asked: Asked, taken: Sequence[float]) -> None:
    """Add the seconds of one turn: of the no-op, then of each question its answer and its queries."""
    asked.noops.append(taken[0])
    for question, answer, queries in zip(asked.questions, taken[1::2], taken[2::2], strict=True):
        asked.samples[question.name].answers.append(answer)
        asked.samples[question.name].queries.append(queries)


def lines_of(asked: Asked) -> list[Line]:
    """The lines of one size: median and 95th percentile of each question."""
    lines = []
    for question in asked.questions:
        name, baseline = f"{question.name}-{named(asked.size)}", asked.baseline(question.name)
        bar = AT_MOST_THREE if question.call == "responsibility" else None
        slow = percentile(asked.samples[question.name].answers, 95) * MILLISECONDS
        lines += [
            Line(f"{name}-p50", asked.milliseconds(question.name), "ms", baseline, BASELINE, bar),
            Line(f"{name}-p95", slow, "ms", baseline, f"{BASELINE}, p50"),
        ]
    return lines


def flatness(every: Sequence[Asked]) -> list[Line]:
    """The largest size beside the smallest; and at each size, a village overwritten ten times beside a plain one."""
    lines = []
    small, large = every[0], every[-1]
    for question in large.questions:
        if small is not large and question.name in small.samples:
            bar = FLAT if question.call == "responsibility" else None
            name = f"{question.name}-flat-{named(small.size)}-to-{named(large.size)}"
            found, beside = large.milliseconds(question.name), small.milliseconds(question.name)
            lines.append(Line(name, found, "ms", beside, f"the same at {named(small.size)}", bar))
    for asked in every:
        if "responsibility-overwritten" in asked.samples:
            found = asked.milliseconds("responsibility-overwritten")
            beside = asked.milliseconds("responsibility")
            name = f"overwritten-ten-times-{named(asked.size)}"
            lines.append(Line(name, found, "ms", beside, "a village never corrected", FLAT))
    return lines
