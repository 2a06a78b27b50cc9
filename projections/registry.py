"""The projections there are, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from projections.folds import appointment, body, jurisdiction, letter, matter, pairing, person, post
from projections.rows import Projection

PROJECTIONS: Final[Mapping[str, Projection]] = {
    module.PROJECTION.name: module.PROJECTION
    for module in (appointment, body, jurisdiction, letter, matter, pairing, person, post)
}

BY_KIND: Final[Mapping[str, tuple[Projection, ...]]] = {
    kind: tuple(p for p in PROJECTIONS.values() if kind in p.touches)
    for kind in sorted({kind for p in PROJECTIONS.values() for kind in p.touches})
}
