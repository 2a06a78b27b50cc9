"""What a client would rather have (RFC 9110, section 12): the weights of `Accept` and `Accept-Language`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite


def weighed(header: str | None) -> Iterator[tuple[str, float]]:
    """Each thing that a header names, in lower case and without parameters, with its weight; 0 where that is none."""
    for part in (header or "").split(","):
        name, *parameters = (one.strip().lower() for one in part.split(";"))
        yield name, next((_weight(one[2:]) for one in parameters if one.startswith("q=")), 1.0)


def preferred(header: str | None, offered: Sequence[str]) -> str:
    """The media type to answer with: of those offered the one of most weight, the first of several.

    The last one is what is answered where nothing is asked for; it alone is meant by `*/*` and by its type with `*`.
    """
    known = dict(weighed(header))
    usual = offered[-1]
    weights = {each: known.get(each, 0.0) for each in offered}
    for wide in (usual, f"{usual.partition('/')[0]}/*", "*/*"):
        if wide in known:
            weights[usual] = known[wide]
            break
    best = max(weights.values())
    return next(each for each in offered if weights[each] == best) if best > 0 else usual


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if isfinite(weight) else 0.0
