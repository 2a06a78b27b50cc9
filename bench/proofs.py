"""Latency of inclusion proofs of entries all over a log, beside a no-op GET; every proof is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from random import Random
from typing import Final

import orjson

from bench.loading import LOG
from bench.measured import Bar, Line, Results, middle, named, percentile
from bench.publishing import covered
from bench.server import NOOP
from bench.site import Site
from events.note import VerifierKey, parse_vkey
from events.tlog_proof import parse

UNDER_TEN: Final = Bar("ratio", "less than", 10.0)
BASELINE: Final = "no-op GET"
WARM_UPS: Final = 20
MILLISECONDS: Final = 1000.0


class UnprovedError(Exception):
    """What was answered does not prove the entry."""


@dataclass(slots=True)
class _Asked:
    """One size: its site, the keys of its log, and the milliseconds measured so far."""

    size: int
    site: Site
    keys: list[VerifierKey]
    noops: list[float] = field(default_factory=list)
    proofs: list[float] = field(default_factory=list)

    def round(self, requests: int, random: Random) -> None:
        """Ask so many times for a no-op and for the proof of an entry at a random position."""
        connection, noop = self.site.connect(), self.site.get(NOOP)
        for turn in range(-WARM_UPS, requests):
            position = random.randrange(self.size)
            nothing = connection.ask(noop)
            proof = connection.ask(self.site.get(f"/v1/logs/{LOG}/events/{position}/proof"))
            nothing.expect(200)
            proof.expect(200)
            check(proof.body.decode(), position, self.keys)
            if turn >= 0:
                self.noops.append(nothing.seconds * MILLISECONDS)
                self.proofs.append(proof.seconds * MILLISECONDS)
        connection.close()

    def lines(self) -> list[Line]:
        """The lines of the size: each beside the same percentile of a no-op."""
        name = f"inclusion-proof-{named(self.size)}"
        slow, beside = percentile(self.proofs, 99), percentile(self.noops, 99)
        return [
            Line(f"{name}-p50", middle(self.proofs), "ms", middle(self.noops), f"{BASELINE}, p50"),
            Line(f"{name}-p99", slow, "ms", beside, f"{BASELINE}, p99", UNDER_TEN),
        ]


def measure(sites: Mapping[int, Site], results: Results, *, rounds: int, requests: int) -> None:
    """Ask every size in turn, `rounds` times `requests` requests, and add the lines."""
    every, random = [], Random(len(sites))
    for size, site in sorted(sites.items()):
        covered(site, LOG, size)
        every.append(_Asked(size, site, _keys(site)))
    for _ in range(rounds):
        for asked in every:
            asked.round(requests, random)
    for asked in every:
        results.lines += asked.lines()


def check(text: str, position: int, keys: list[VerifierKey]) -> None:
    """Raise UnprovedError unless a text proves the entry at a position, by a checkpoint that one of the keys signed."""
    proof = parse(text)
    if proof.index != position or proof.extra is None:
        raise UnprovedError(f"asked for {position}, answered with {proof.index}")
    proof.check(sha256(b"\x00" + proof.extra).digest())
    if not any(proof.note.signed_by(key) for key in keys):
        raise UnprovedError(f"the checkpoint of the proof of {position} is signed by none of {keys}")


def _keys(site: Site) -> list[VerifierKey]:
    """The keys with which the log of a site signs."""
    connection = site.connect()
    answer = connection.ask(site.get(f"/v1/logs/{LOG}"))
    answer.expect(200)
    connection.close()
    return [parse_vkey(vkey) for vkey in orjson.loads(answer.body)["vkeys"]]
