"""One line of the table: what was measured, the baseline beside it, and the bar it must reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any, Final, Literal

PERCENTILES: Final = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """What a value, or its ratio to the baseline, must reach."""

    of: Literal["value", "ratio"]
    sense: Literal["at least", "more than", "at most", "less than"]
    limit: float

    def reached(self, found: float) -> bool:
        """Whether a number reaches the bar."""
        return {
            "at least": found >= self.limit,
            "more than": found > self.limit,
            "at most": found <= self.limit,
            "less than": found < self.limit,
        }[self.sense]

    def __str__(self) -> str:
        return f"{self.of} {self.sense} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    name: str
    value: float
    unit: str
    baseline: float | None = None
    baseline_name: str | None = None
    bar: Bar | None = None

    @property
    def ratio(self) -> float | None:
        """The value as a multiple of the baseline."""
        return self.value / self.baseline if self.baseline else None

    @property
    def reached(self) -> bool | None:
        """Whether the bar is reached; None where there is none."""
        if self.bar is None:
            return None
        found = self.value if self.bar.of == "value" else self.ratio
        return found is not None and self.bar.reached(found)

    def as_json(self) -> dict[str, Any]:
        """The line as it is written to the file of results."""
        return {
            "name": self.name,
            "value": _rounded(self.value),
            "unit": self.unit,
            "baseline": _rounded(self.baseline),
            "ratio": _rounded(self.ratio),
            "baseline_name": self.baseline_name,
            "bar": None if self.bar is None else str(self.bar),
            "reached": self.reached,
        }


@dataclass(slots=True)
class Results:
    """The lines measured so far, and what was left out and why."""

    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def _rounded(number: float | None) -> float | None:
    return None if number is None else float(f"{number:.5g}")


def middle(values: Sequence[float]) -> float:
    """The median."""
    return median(values)


def percentile(values: Sequence[float], which: int) -> float:
    """A percentile of at least two values."""
    return quantiles(values, n=PERCENTILES, method="inclusive")[which - 1]


def named(size: int) -> str:
    """A size as it is named in a line: 10k, 100k, 1m."""
    for unit, name in ((1_000_000, "m"), (1_000, "k")):
        if size >= unit and size % unit == 0:
            return f"{size // unit}{name}"
    return str(size)
