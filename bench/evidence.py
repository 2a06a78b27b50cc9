"""The part `evidence`: signed letters, checkpoints, proofs and verification, and how much of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bench import letters, proofs, publishing, verification
from bench.locality import Told
from bench.measured import Results
from bench.site import Site
from events.signatures import Algorithm

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured."""

    stretches: int = 5
    """Of letters, of which the first warms up."""
    letters: int = 8_000
    """Signed with Ed25519, in a stretch."""
    sm2_letters: int = 2_000
    checkpoint_rate: float = 100.0
    """Events a second while checkpoints are watched."""
    checkpoint_events: int = 1_500
    proof_rounds: int = 10
    proofs: int = 300
    """In a round."""
    verifications: int = 3


WHOLE: Final = Effort()
QUICK: Final = Effort(stretches=2, letters=4_000, checkpoint_events=500, proof_rounds=3, verifications=1)


def writing(site: Site, told: Sequence[Told], effort: Effort, results: Results, say: Say) -> None:
    """What appends: letters, and events whose checkpoints are waited for."""
    signed_with: dict[Algorithm, int] = {"Ed25519": effort.letters, "SM2": effort.sm2_letters}
    for algorithm, count in signed_with.items():
        say(f"appending letters signed with {algorithm}")
        letters.measure(site, algorithm, results, stretches=effort.stretches, letters=count)
    say("waiting for checkpoints")
    publishing.measure(site, told, effort.checkpoint_events, results, rate=effort.checkpoint_rate)


def reading(sites: Mapping[int, Site], effort: Effort, results: Results, say: Say) -> None:
    """What reads logs that are filled, by size."""
    say("proving entries")
    proofs.measure(sites, results, rounds=effort.proof_rounds, requests=effort.proofs)
    for size, site in sites.items():
        say(f"verifying {size:,} entries")
        verification.measure(site, size, results, rounds=effort.verifications)
