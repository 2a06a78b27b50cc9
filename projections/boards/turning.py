"""On which day a dossier, or what packs say, is next otherwise without any event. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from projections.duties.dossier import Dossier
from projections.policies.pack import Pack

_BOUNDED: Final = ("appointment", "letter", "pairing")
_ON_RECORD: Final = ("jurisdiction", "post", "body")


def next_turn(dossier: Dossier, packs: Sequence[Pack], outcomes: Iterable[str | None]) -> str | None:
    """The first day after the dossier's on which anything of it, of the packs or of its outcomes turns; None: never."""
    day = dossier.day
    return min((one for one in (*_of_rows(dossier), *_of_packs(packs), *outcomes) if one and one > day), default=None)


def _of_rows(dossier: Dossier) -> Iterator[Any]:
    """Every day on which a row begins or ceases to be told."""
    for name in _ON_RECORD:
        for row in dossier.rows(name):
            yield row.doc["from"]
            yield row.doc["until"]
    for name in _BOUNDED:
        for row in dossier.rows(name):
            yield from row.doc["bounds"].values()
    for row in dossier.rows("letter"):
        yield row.doc["signed_on"]
        yield from (_signed(one) for one in row.doc["countersignatures"])
    for row in dossier.rows("matter"):
        yield from (step["on"] for step in row.doc["facts"])


def _signed(counter: Mapping[str, Any]) -> Any:
    return counter["signed_on"]


def _of_packs(packs: Sequence[Pack]) -> Iterator[str]:
    for pack in packs:
        for span in (pack.start, pack.end):
            yield span.first.isoformat()
            yield span.last.isoformat()
