"""What a quota is counted for: its subject, each of its posts, each place it is paired with or judges. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as checked

from projections.duties import days
from projections.duties.case import Case
from projections.duties.register import households
from projections.policies.pack import Pack
from projections.policies.rule import Level
from projections.tenure import Bounds

_NOWHERE: Final[frozenset[str]] = frozenset()
Each = Literal["subject", "post", "paired", "governed", "below"]
"""`subject`: one count; `post`: one for each post that counts; `paired`: one for each place it, or one of its posts or
their holders, is paired with; `governed`: one for each place that the instrument names; `below`: one for each place
below it that `of` selects."""


@checked(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Selected:
    """Places below the subject: of these levels, on one of these lists, with so many registered persons or more."""

    levels: tuple[Level, ...] = ()
    listed: tuple[str, ...] = ()
    persons: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """One count. `places`: an act counts at or below one of them; none: wherever it was.

    `doers`: who alone does it; None: whoever the quota counts. `bounds`: when it is owed; none: always.
    """

    about: str | None = None
    places: tuple[str, ...] = ()
    doers: frozenset[str] | None = None
    posts: tuple[str, ...] = ()
    bounds: tuple[Bounds, ...] = ()


def governed(case: Case) -> list[str]:
    """The lowest places that the instrument names by their codes; of a subject evaluated at one of them, that one."""
    found = named(case)
    above = {place for one in found for place in case.dossier.above(one)}
    return [one for one in found if one == case.subject.place] or [one for one in found if one not in above]


def named(case: Case) -> list[str]:
    """Every place that the instrument names by its code."""
    return sorted(one.id for one in case.dossier.places.values() if one.code in case.pack.place.codes)


@cache
def named_by_units(pack: Pack) -> frozenset[str]:
    """The codes of the places that an instrument names, where a unit's duty under it rests on whatever is there."""
    return pack.place.codes if any(rule.level == "unit" and _rests(rule.params) for rule in pack.rules) else _NOWHERE


def _rests(params: Mapping[str, Any]) -> bool:
    return "governed" in (params.get("whose"), params.get("each")) or params.get("what") == "ledger"


def paired(case: Case, own: frozenset[str], kinds: Sequence[str]) -> Iterator[Target]:
    """One for each place that the subject is paired with; for a post or a holder, one for each pairing."""
    dossier = case.dossier
    of_subject: dict[str, list[Bounds]] = {}
    for one in sorted({*own, *_holders(case, own)}):
        for pairing in dossier.pairings_of(one):
            if kinds and pairing.kind not in kinds:
                continue
            if one == case.subject.id:
                of_subject.setdefault(pairing.assisted, []).append(pairing.bounds)
            else:
                posts = (one,) if one in dossier.posts else ()
                yield Target(pairing.id, (pairing.assisted,), frozenset([one]), posts, (pairing.bounds,))
    for place, bounds in sorted(of_subject.items()):
        yield Target(place, (place,), bounds=tuple(bounds))


def _holders(case: Case, own: frozenset[str]) -> set[str]:
    """The persons who hold or held posts of the subject."""
    held = (tenure for one in own for tenure in case.dossier.tenures_of(one))
    return {tenure.person for tenure in held if tenure.person is not None}


def selected(case: Case, of: Sequence[Selected], day: str) -> list[str]:
    """The places below the subject that are selected on a day."""
    dossier = case.dossier
    below = dossier.below(case.subject.place or "")
    found = []
    for place in below:
        level = dossier.places[place].level
        if any(
            (not one.levels or level in one.levels)
            and (not one.listed or case.listed(place, one.listed, day))
            and (one.persons is None or registered(case, place, day) >= one.persons)
            for one in of
        ):
            found.append(place)
    return found


def registered(case: Case, place: str, day: str) -> int:
    """How many persons of households at or below a place were registered on a day."""
    dossier = case.dossier
    at = dossier.once(households)
    persons = 0
    for one in (place, *dossier.below(place)):
        for household in at.get(one, ()):
            matter = dossier.matters.get(f"household:{household.id}")
            said = matter.said("household.identified") if matter is not None else None
            if said is not None and days.holds(household.on, day):
                persons += said.data.get("persons") or 0
    return persons
