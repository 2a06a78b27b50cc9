"""A served data directory with a small history in it, and one run of every measurement at its smallest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench import evidence, plan
from bench.history import TINY, history
from bench.loading import load
from bench.site import Site

SMALLEST = plan.Effort(
    sizes=(TINY.events,),
    shape=TINY,
    stretches=2,
    stretch=160,
    answer_rounds=1,
    answer_requests=4,
    rebuild_rounds=1,
    steady_rate=400.0,
    steady_events=40,
    burst=1,
    reads=4,
    of_evidence=evidence.Effort(
        stretches=2,
        letters=40,
        sm2_letters=12,
        checkpoint_rate=400.0,
        checkpoint_events=40,
        proof_rounds=1,
        proofs=10,
        verifications=1,
    ),
)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A real server on a data directory of its own, with a log of a thousand events."""
    with Site(tmp_path_factory.mktemp("bench") / "data") as served:
        load(served.url, history(TINY.events, TINY))
        yield served


@pytest.fixture(scope="session")
def smallest(site: Site, tmp_path_factory: pytest.TempPathFactory) -> plan.Run:
    """One run of every part, over the one site: read first, while one log alone knows its places."""
    run = plan.Run(tmp_path_factory.mktemp("smallest"), SMALLEST, plan.PARTS, lambda _: None)
    plan.reading(run, {TINY.events: site})
    plan.writing(run, site)
    return run
