"""Who answered for money on the day of a step: those who bear or share supervision first, then all other posts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Doc = Mapping[str, Any]

SUPERVISION: Final = "primary-supervision"
"""The kind of responsibility for the supervision of funds (资金监管首要责任)."""
PRINCIPALS: Final = frozenset({"party-principal", "government-principal"})
FINANCE: Final = "finance-department"


@dataclass(frozen=True)
class Answerable:
    """A post on the day of a step."""

    place: Doc
    post: Doc
    body: Doc | None
    laid: Sequence[Doc]
    """The responsibilities for the supervision of funds that lie on the post, or on its body."""
    approved: bool
    """Whether the step names this post as the one that approved."""
    near: bool
    """Whether it is told at once: it bears supervision, approved, heads the place or its finance."""


def posts_of(step: Doc, approver: str | None) -> list[Answerable]:
    """The posts of the chain of a step, those of the lowest level first."""
    return [one for level in reversed(step["chain"]) for one in _of_level(level, approver)]


def bearers_of(step: Doc) -> list[tuple[Doc, Doc]]:
    """The bodies on which the supervision of funds lies, each with its place."""
    return [
        (level["jurisdiction"], body)
        for level in reversed(step["chain"])
        for body in level["bodies"]
        if _supervision(body)
    ]


def _of_level(level: Doc, approver: str | None) -> Iterator[Answerable]:
    bodies: list[tuple[Doc | None, Sequence[Doc]]] = [(None, level["posts"])]
    bodies += [(body, body["posts"]) for body in level["bodies"]]
    bears = any(_supervision(body) for body in level["bodies"])
    for body, posts in bodies:
        laid = [] if body is None else _supervision(body)
        finance = body is not None and FINANCE in body["body"]["functions"]
        for post in posts:
            own = [*laid, *_supervision(post)]
            heads = bears and not PRINCIPALS.isdisjoint(post["post"]["functions"])
            approved = post["post"]["id"] == approver
            near = bool(own) or finance or heads or approved
            yield Answerable(level["jurisdiction"], post, body, own, approved, near)


def _supervision(bearer: Doc) -> list[Doc]:
    return [one for one in bearer["responsibilities"] if one["kind"] == SUPERVISION]
