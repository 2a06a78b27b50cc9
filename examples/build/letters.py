"""Responsibility letters and assistance relations. All of it is synthetic."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from examples.build.ledger import Ledger
from examples.build.offices import Term


@dataclass(frozen=True, slots=True)
class Paper:
    """The dates and papers of a letter; `scan` and `number` say whether they are kept."""

    signed_on: str
    since: str
    until: str | None = None
    scan: bool = True
    number: bool = True


def signatory(term: Term) -> dict[str, str]:
    """Who signs, for which post, in which capacity."""
    found = {"person_id": term.person, "post_id": term.post}
    return found if term.capacity is None else {**found, "capacity": term.capacity}


def scan_of(name: str) -> str:
    """The digest of a scan that does not exist: a synthetic one, from the letter's id."""
    return hashlib.sha256(f"synthetic scan {name}".encode()).hexdigest()


def sign(led: Ledger, on: str, kind: str, term: Term, towards: str | None, scope: str | None, paper: Paper) -> str:
    """A letter is signed; its id."""
    letter = led.fresh("letter")
    number = f"示例责字〔{paper.signed_on[:4]}〕{letter[-4:]}号" if paper.number else None
    led.record(
        on,
        "responsibility-letter.signed",
        {
            "letter_id": letter,
            "kind": kind,
            "signatory": signatory(term),
            "counterparty": towards,
            "scope": scope,
            "signed_on": paper.signed_on,
            "effective_from": paper.since,
            "effective_until": paper.until,
            "document_number": number,
            "pages": 2 if paper.scan else None,
            "scan_sha256": scan_of(letter) if paper.scan else None,
        },
    )
    return letter


def countersign(led: Ledger, on: str, letter: str, term: Term, role: str, signed_on: str) -> str:
    """The other side, or the second principal, signs; the id of the event."""
    data = {"letter_id": letter, "signatory": signatory(term), "role": role, "signed_on": signed_on}
    return led.record(on, "responsibility-letter.countersigned", data)


def supersede(led: Ledger, on: str, letter: str, newer: str, since: str, reason: str = "renewal") -> str:
    """A letter is replaced by a newer one; the id of the event."""
    data = {"letter_id": letter, "new_letter_id": newer, "effective_from": since, "reason": reason}
    return led.record(on, "responsibility-letter.superseded", data)


def discharge(led: Ledger, on: str, letter: str, until: str, reason: str = "handover") -> str:
    """A letter ends before its time; the id of the event."""
    data = {"letter_id": letter, "effective_until": until, "reason": reason}
    return led.record(on, "responsibility-letter.discharged", data)


def pair(led: Ledger, on: str, helper: str, assisted: str, kind: str, since: str, ground: str | None = None) -> str:
    """An assistance relation begins; its id."""
    pairing = led.fresh("pairing")
    led.record(
        on,
        "pairing.started",
        {
            "pairing_id": pairing,
            "helper": helper,
            "assisted": assisted,
            "kind": kind,
            "instrument_or_letter_id": ground,
            "effective_from": since,
        },
    )
    return pairing


def unpair(led: Ledger, on: str, pairing: str, until: str, reason: str, successor: str | None = None) -> str:
    """An assistance relation ends; the id of the event."""
    data = {
        "pairing_id": pairing,
        "reason": reason,
        "effective_until": until,
        "successor_pairing_id": successor,
    }
    return led.record(on, "pairing.ended", data)
