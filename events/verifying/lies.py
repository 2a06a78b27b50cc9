"""A lie: what does not hold in a stored log, and where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lie:
    """What does not hold: where (a position, or None where it is of no entry), and why."""

    position: int | None
    what: str

    def __str__(self) -> str:
        return self.what if self.position is None else f"position {self.position}: {self.what}"


class LieFound(Exception):
    """A check that ends at the lie it found."""

    def __init__(self, position: int | None, what: str) -> None:
        self.lie = Lie(position, what)
        super().__init__(str(self.lie))


def first_of(lies: list[Lie]) -> Lie | None:
    """The lie at the lowest position, those of no entry last; None where there is none."""
    return min(lies, key=lambda lie: (lie.position is None, lie.position or 0), default=None)
