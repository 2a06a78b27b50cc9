"""Tenure freeze: those who hold some posts must not leave, or those who help must not stop, before a release."""

from __future__ import annotations

from collections.abc import Iterator

from projections.duties import departures, freezing, unhooking
from projections.duties.case import Case
from projections.duties.outcome import Outcome

Params = freezing.Params


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome for each who left, and one for each post that nobody left; or for pairings likewise."""
    found = list(departures.of(params, case) if params.freezes == "posts" else unhooking.of(params, case))
    yield from found or [Outcome("not-applicable")]
