"""A responsibility letter: who signed it, when it was signed and when it is in force.

One row for the signatory and one for each countersignature, so that a letter is found by everyone
who signed it. Signing late and being in force are two facts: neither date stands in for the other,
but a letter that states no `effective_from` is in force from its signing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from unicodedata import normalize

from projections.facts import Fact, evidence_of
from projections.rows import Projection, Row, last
from projections.tenure import Bounds, end_bounds, start_bounds

_OPENING = re.compile(r"[\[(〔[【（［]")
_CLOSING = re.compile(r"[\])〕\]】）］]")
_NUMBER_KEY = 120


def number_key(number: str) -> str:
    """A 文号 with its brackets made one kind and its spaces taken out, for look-ups."""
    plain = "".join(normalize("NFKC", number).split())
    return _CLOSING.sub("〕", _OPENING.sub("〔", plain))[:_NUMBER_KEY]


def fold(entity_id: str, facts: Sequence[Fact]) -> list[Row]:
    """The rows of a letter; none before it is signed."""
    signed = last(facts, "responsibility-letter.signed")
    if signed is None:
        return []
    counters = [fact for fact in facts if fact.kind == "responsibility-letter.countersigned"]
    superseded = last(facts, "responsibility-letter.superseded")
    discharged = last(facts, "responsibility-letter.discharged")
    doc = _doc(signed, counters, superseded, discharged)
    number = doc["number"]
    shared = {
        "counterparty": _plain_id(doc["counterparty"]),
        "scope": _plain_id(doc["scope"]),
        "number": number_key(number) if number is not None else None,
    }
    signatory = signed.data.get("signatory", {})
    own = {"signed_as": "signatory", "signer": dict(signatory), **_signed(signed)}
    rows = [Row({**_who(signatory), **shared}, {**doc, **own})]
    for fact in counters:
        signer = fact.data.get("signatory", {})
        role = fact.data.get("role", "counterparty")
        own = {"signed_as": role, "signer": dict(signer), **_signed(fact)}
        rows.append(Row({**_who(signer), **shared}, {**doc, **own}))
    return rows


def _signed(fact: Fact) -> dict[str, Any]:
    """The keys that signed what stands of a fact electronically; nothing where none did."""
    if not fact.signatures:
        return {}
    kept = [{name: one[name] for name in ("key_id", "registered_at_position")} for one in fact.signatures]
    return {"signed": kept, "signed_version": fact.version}


def _who(signer: Any) -> dict[str, str | None]:
    return {"person_id": signer.get("person_id"), "post_id": signer.get("post_id")}


def _plain_id(value: Any) -> str | None:
    return value if isinstance(value, str) and len(value) <= _NUMBER_KEY else None


def _doc(signed: Fact, counters: Sequence[Fact], superseded: Fact | None, discharged: Fact | None) -> dict[str, Any]:
    data = signed.data
    ends = [data.get("effective_until")]
    ends += [superseded.data.get("effective_from")] if superseded is not None else []
    ends += [discharged.data.get("effective_until")] if discharged is not None else []
    s0, s1 = start_bounds(data.get("effective_from", data["signed_on"]))
    e0, e1 = end_bounds(end for end in ends if end is not None)
    ending = [fact for fact in (superseded, discharged) if fact is not None]
    return {
        "number": data.get("document_number"),
        "kind": data.get("kind"),
        "counterparty": data.get("counterparty"),
        "scope": data.get("scope"),
        "signed_on": data["signed_on"],
        "effective_from": data.get("effective_from"),
        "effective_until": data.get("effective_until"),
        "bounds": Bounds(s0, s1, e0, e1).as_doc(),
        "duties": data.get("duties", []),
        "targets": data.get("targets", []),
        "pages": data.get("pages"),
        "scan_sha256": data.get("scan_sha256"),
        "recorded_at": signed.recorded_at,
        "position": signed.position,
        "version": signed.version,
        "countersignatures": [_countersignature(fact) for fact in counters],
        "superseded_by": superseded.data.get("new_letter_id") if superseded is not None else None,
        "discharged": discharged.data.get("reason", "discharged") if discharged is not None else None,
        "evidence": evidence_of([signed, *counters, *ending]),
    }


def _countersignature(fact: Fact) -> dict[str, Any]:
    data = fact.data
    return {
        "signatory": dict(data.get("signatory", {})),
        "role": data.get("role"),
        "signed_on": data.get("signed_on"),
        "recorded_at": fact.recorded_at,
        "position": fact.position,
        **_signed(fact),
    }


PROJECTION = Projection(
    name="letter",
    keys=("person_id", "post_id", "counterparty", "scope", "number"),
    touches={
        "responsibility-letter.signed": ("letter_id",),
        "responsibility-letter.countersigned": ("letter_id",),
        "responsibility-letter.superseded": ("letter_id",),
        "responsibility-letter.discharged": ("letter_id",),
    },
    fold=fold,
)
