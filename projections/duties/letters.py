"""Letters: found by who signed them and by the places they touch, and how one belongs to a tenure. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from events import edtf
from projections.duties.dossier import Dossier
from projections.duties.records import Letter, Post, Tenure

OWN: Final = ("signatory", "co-principal")
"""As whom one signs a letter that is one's own: not as the other side, nor as the organiser."""
KEPT: Final = 8192
"""Days read from dates that are kept: there are few, and each stands in many letters."""


def signed_by(dossier: Dossier, one: str) -> Sequence[Letter]:
    """The letters that a person or a post signed as its own."""
    return dossier.once(_by_signer).get(dossier.person(one), ())


def touching(dossier: Dossier, place_id: str) -> Sequence[Letter]:
    """The letters signed at a place, towards it or about it, each once."""
    return dossier.once(_by_place).get(place_id, ())


def _by_signer(dossier: Dossier) -> Mapping[str | None, Sequence[Letter]]:
    found: dict[str | None, list[Letter]] = defaultdict(list)
    for letter in dossier.letters:
        if letter.signed_as in OWN:
            for one in {letter.person, letter.post} - {None}:
                found[one].append(letter)
    return found


def _by_place(dossier: Dossier) -> Mapping[str, Sequence[Letter]]:
    found: dict[str, list[Letter]] = defaultdict(list)
    for letter in dossier.letters:
        if letter.signed_as == "signatory":
            for place in {*sides(dossier, letter), *signing_places(dossier, letter)}:
                found[place].append(letter)
    return found


def sides(dossier: Dossier, letter: Letter) -> set[str]:
    """The places of the other side and of what a letter is about."""
    return {place for one in (letter.counterparty, letter.scope) if (place := dossier.place_of(one)) is not None}


def signing_places(dossier: Dossier, letter: Letter) -> set[str]:
    """The place of the post for which a letter was signed; of every post of the signer then, where none is named."""
    if letter.post is not None:
        place = dossier.place_of(letter.post)
        return set() if place is None else {place}
    return set() if letter.person is None else dossier.places_of_person(letter.person, signing_days(letter)[0])


def belongs(letter: Letter, tenure: Tenure) -> bool:
    """Whether a signature is that of someone's tenure of a post: by both ids, or by one and the day of signing."""
    if letter.person is not None and letter.post is not None:
        return letter.person == tenure.person and letter.post == tenure.post
    named = letter.person == tenure.person if letter.person is not None else letter.post == tenure.post
    return named and tenure.bounds.meets(*signing_days(letter))


def of_post(letter: Letter, post: Post, tenures: Collection[Tenure]) -> bool:
    """Whether a letter was signed for a post, whoever held it."""
    return letter.post == post.id if letter.post is not None else any(belongs(letter, one) for one in tenures)


def signing_days(letter: Letter) -> tuple[str, str]:
    """The first and the last possible day of signing."""
    return _days(letter.signed_on)


@lru_cache(KEPT)
def _days(date: str) -> tuple[str, str]:
    span = edtf.parse(date)
    return span.first.isoformat(), span.last.isoformat()


def signed_late_days(letter: Letter) -> int | None:
    """Days from an exact start of force to an exact later signing; None where there are none."""
    start = letter.doc["effective_from"]
    if start is None or len(start) != len(letter.signed_on) or len(start) != len("2017-01-01"):
        return None
    late = (edtf.parse_day(letter.signed_on) - edtf.parse_day(start)).days
    return late if late > 0 else None


def countersigned(letter: Letter) -> bool:
    """Whether the other side signed as well."""
    return any(one["role"] in (None, "counterparty") for one in letter.doc["countersignatures"])


def shown(letter: Letter, day: str) -> dict[str, Any]:
    """A letter with its four dates and how it stood on a day."""
    doc = letter.doc
    return {
        "id": letter.id, "kind": letter.kind, "in_force": letter.bounds.certainty(day), "signed_as": letter.signed_as,
        "signed_on": letter.signed_on, "effective_from": doc["effective_from"],
        "effective_until": doc["effective_until"], "recorded_at": doc["recorded_at"],
        "signed_late_days": signed_late_days(letter), "counterparty": letter.counterparty, "scope": letter.scope,
        "countersigned": countersigned(letter), "paper": letter.paper,
    }  # fmt: skip


def evidence_of(found: Sequence[Letter]) -> Iterator[Mapping[str, Any]]:
    """The entries behind letters."""
    for letter in found:
        yield from letter.evidence
