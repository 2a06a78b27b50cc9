"""What a run measures, how much of it, and in which order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import asyncpg

from bench import answers, appends, duties, evidence, lag, pages, reads, rebuilds, report
from bench.history import NATIONAL, Shape, asked_places, county_history, history
from bench.loading import load
from bench.locality import Told
from bench.measured import Results, named
from bench.rival import Rival, is_installed
from bench.site import Site

PARTS: Final = ("append", "lag", "evidence", "read", "answer", "rebuild", "duties", "console")
READ_AT_MOST: Final = 100_000
"""The largest log whose events are also recorded with `eventsourcing`."""
NO_RIVAL: Final = (
    "eventsourcing: skipped, its environment is missing; `make bench` makes it from bench/requirements.lock"
)


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured."""

    sizes: Sequence[int] = (10_000, 100_000, 1_000_000)
    shape: Shape = NATIONAL
    stretches: int = 6
    """Counties whose events are appended, of which the first warms up."""
    stretch: int | None = None
    """How many events of each are appended; None for all."""
    answer_rounds: int = 10
    answer_requests: int = 50
    rebuild_rounds: int = 3
    """How often a log below a million events is rebuilt."""
    steady_rate: float = 100.0
    """Events a second while the lag is watched."""
    steady_events: int = 1_500
    burst: int = 3
    """Counties whose events come while the runner is held."""
    reads: int = 2_000
    of_evidence: evidence.Effort = evidence.WHOLE
    of_duties: duties.Effort = duties.WHOLE
    of_console: pages.Effort = pages.WHOLE


QUICK: Final = Effort(
    sizes=(10_000,),
    stretches=3,
    answer_rounds=3,
    answer_requests=30,
    rebuild_rounds=1,
    steady_events=500,
    burst=1,
    reads=500,
    of_evidence=evidence.QUICK,
    of_duties=duties.QUICK,
)

Say = Callable[[str], object]


@dataclass(slots=True)
class Run:
    """One run: what it measures, where it may write, and what it has found so far."""

    folder: Path
    effort: Effort
    parts: Sequence[str]
    say: Say
    results: Results = field(default_factory=Results)
    rival_version: str | None = None

    def has(self, *parts: str) -> bool:
        """Whether one of these parts is to be measured."""
        return bool(set(parts) & set(self.parts))


def run(this: Run) -> dict[str, Any]:
    """Measure in the run's folder, which is thrown away afterwards; the machine it was measured on."""
    version = ""
    if this.has("append", "lag", "evidence"):
        with Site(this.folder / "writing") as site:
            version = asyncio.run(_version(site.url))
            writing(this, site)
    if this.has("evidence", "read", "answer", "rebuild"):
        with ExitStack() as stack:
            sites = {size: stack.enter_context(Site(this.folder / named(size))) for size in this.effort.sizes}
            version = asyncio.run(_version(next(iter(sites.values())).url))
            for size, site in sites.items():
                _fill(this, size, site)
            reading(this, sites)
    if this.has("duties"):
        with Site(this.folder / "duties-county") as site:
            version = asyncio.run(_version(site.url))
            duties.county(site, this.effort.of_duties, this.results, this.say)
        with Site(this.folder / "duties-province") as site:
            duties.province(site, this.effort.of_duties, this.results, this.say)
    if this.has("console"):
        with Site(this.folder / "console") as site:
            version = asyncio.run(_version(site.url))
            pages.measure(site, this.effort.of_console, this.results, this.say)
    return report.machine(version, this.rival_version)


def writing(this: Run, site: Site) -> None:
    """What appends events over HTTP."""
    if this.has("append"):
        with _rival(this, site) as rival:
            this.say("appending one by one, 32 clients at once")
            appends.singles(site, _counties(this.effort), rival, this.results)
            this.say("appending in batches of 500")
            appends.batches(site, _counties(this.effort), rival, this.results)
        appends.batches(site, _counties(this.effort), None, this.results, clients=appends.SEVERAL)
    if this.has("lag"):
        this.say("watching the runner")
        told = county_history(0, this.effort.shape)
        lag.steady(site, told[: this.effort.steady_events], this.results, rate=this.effort.steady_rate)
        backlog = [one for serial in range(this.effort.burst) for one in county_history(serial, this.effort.shape)]
        lag.burst(site, backlog, this.results)
    if this.has("evidence"):
        evidence.writing(site, county_history(0, this.effort.shape), this.effort.of_evidence, this.results, this.say)


def reading(this: Run, sites: Mapping[int, Site]) -> None:
    """What reads logs that are filled, by size."""
    effort = this.effort
    if this.has("answer"):
        this.say("asking who is responsible, and how places stand")
        asked = {size: (site, asked_places(size, effort.shape)) for size, site in sites.items()}
        answers.measure(asked, this.results, rounds=effort.answer_rounds, requests=effort.answer_requests)
    if this.has("evidence"):
        evidence.reading(sites, effort.of_evidence, this.results, this.say)
    if this.has("read"):
        size = max((one for one in sites if one <= READ_AT_MOST), default=min(sites))
        with _rival(this, sites[size]) as rival:
            if rival is not None:
                this.say(f"reading appointments of {size:,} events")
                told = list(history(size, effort.shape))
                reads.measure(sites[size], told, rival, this.results, rounds=3, reads=effort.reads)
    if this.has("rebuild"):
        for size, site in sites.items():
            this.say(f"rebuilding the projections of {size:,} events")
            rounds = effort.rebuild_rounds if size < max(effort.sizes) else 1
            rebuilds.measure(site, size, this.results, rounds=rounds)


def _fill(this: Run, size: int, site: Site) -> None:
    this.say(f"recording {size:,} events")
    loaded = load(site.url, history(size, this.effort.shape))
    rate = loaded.size / loaded.seconds
    this.say(f"  in {loaded.seconds:.0f} s ({rate:,.0f}/s), projected {loaded.behind_seconds:.0f} s later")


def _counties(effort: Effort) -> Iterator[list[Told]]:
    return (county_history(serial, effort.shape)[: effort.stretch] for serial in range(effort.stretches))


@contextmanager
def _rival(this: Run, site: Site) -> Iterator[Rival | None]:
    """The other package's recorder on the server of a site; None where it is not installed."""
    if not is_installed():
        if NO_RIVAL not in this.results.notes:
            this.results.notes.append(NO_RIVAL)
        yield None
        return
    with Rival(site.url, this.folder) as rival:
        this.rival_version = rival.version
        yield rival


async def _version(url: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        return str(await connection.fetchval("SHOW server_version"))
    finally:
        await connection.close()
