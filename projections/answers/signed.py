"""Signed letters: whose keys signed each, who vouches for these, and what that makes of a signature.

The log verified every signature it kept; whose it is follows from the registration of its key. A signature is
`verified` where a key of the person who signs, or of the body of the post that is signed for, made it. One by
somebody else's key is shown, and makes no more of the letter than paper or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from events.keyring import REGISTERED, REVOKED, possession, vouched
from projections.answers.people import People, people
from projections.folds.matter import matter_id, own_id
from projections.rows import Found, Reader

Doc = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Signed:
    """What is on record of the keys that signed some letters, and of the persons and posts they are compared with."""

    keys: Mapping[str, Doc]
    """Key id to the row of its register."""
    body_of: Mapping[str, str | None]
    """Post to its body."""
    who: People

    def shown(self, doc: Doc, made: Doc, signer: Doc) -> dict[str, Any]:
        """How one signature of a letter stands, and by which keys; `made` keeps what signed it electronically."""
        by = [self._by(one, made["signed_version"], signer) for one in made.get("signed", ())]
        if any(one["of_signatory"] for one in by):
            return {"signatures": "verified", "signed_by": by}
        return {"signatures": "paper" if doc["scan_sha256"] else "none", "signed_by": by}

    def countersigned(self, doc: Doc) -> list[dict[str, Any]]:
        """The countersignatures of a letter, each with how it stands."""
        return [
            {name: one[name] for name in ("signatory", "role", "signed_on", "recorded_at", "position")}
            | self.shown(doc, one, one["signatory"])
            for one in doc["countersignatures"]
        ]

    def _by(self, one: Doc, version: int, signer: Doc) -> dict[str, Any]:
        """One key that signed, at the position of the version that it signed."""
        steps = self.keys[one["key_id"]]["facts"] if one["key_id"] in self.keys else ()
        registrations = [step["data"] for step in steps if step["position"] == one["registered_at_position"]]
        key: Doc = registrations[0] if registrations else {}
        revoked = [s["position"] for s in steps if s["type"] == REVOKED and s["position"] > version]
        return {
            "key_id": one["key_id"],
            "algorithm": key.get("algorithm"),
            "holder": {name: key.get(name) for name in ("person_id", "body_id")},
            "of_signatory": self._is_of(key, signer),
            "key_vouched": vouched(key) if key else None,
            "possession": possession(key) if key else None,
            "standing": "revoked-later" if revoked else "valid",
            "registered_at_position": one["registered_at_position"],
            "revoked_at_position": min(revoked, default=None),
        }

    def _is_of(self, key: Doc, signer: Doc) -> bool:
        """Whether a key is of the person who signs, under any id that means the same, or of the post's body."""
        person, body = key.get("person_id"), key.get("body_id")
        signs, post = signer.get("person_id"), signer.get("post_id")
        if person is not None and signs is not None and self.who.id_of(person) == self.who.id_of(signs):
            return True
        return body is not None and post is not None and self.body_of.get(post) == body


UNSIGNED: Final = Signed({}, {}, People({}, {}))
"""For letters that no key signed."""


async def signed_of(reader: Reader, letters: Iterable[Found]) -> Signed:
    """What is on record of the keys behind letters; nothing is looked up where none signed any."""
    made = [one for row in letters for one in _made(row.doc)]
    ids = {one["key_id"] for signed, _ in made for one in signed}
    if not ids:
        return UNSIGNED
    keys = {own_id(row.entity_id): row.doc for row in await reader.of("matter", [matter_id("key", one) for one in ids])}
    holders = [s["data"].get("person_id") for doc in keys.values() for s in doc["facts"] if s["type"] == REGISTERED]
    posts = {signer["post_id"] for _, signer in made if signer.get("post_id") is not None}
    body_of = {row.entity_id: row.doc["body_id"] for row in await reader.of("post", posts)}
    return Signed(keys, body_of, await people(reader, [*holders, *(signer.get("person_id") for _, signer in made)]))


def _made(doc: Doc) -> Iterable[tuple[Sequence[Doc], Doc]]:
    """What signed a letter as this row has it, and each of its countersignatures, with who says they signed."""
    if "signed" in doc:
        yield doc["signed"], doc["signer"]
    for one in doc["countersignatures"]:
        if "signed" in one:
            yield one["signed"], one["signatory"]
