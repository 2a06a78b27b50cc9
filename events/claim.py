"""What an event claims by keys: signatures over it, or that its sender has the key it registers.

A claim is checked against the registry before the log is locked, and settled under the lock against the
registry as it then is: what was verified with a key need not be verified again with the same key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from events import signatures
from events.dsse import Signature
from events.item_errors import SignatureRefused
from events.keyring import REGISTERED, Keyring, Material, SigningKey, possession_message, registration
from events.refusals import SM2_MISSING
from events.signatures import SM2, flaw, read_base64


class Check(NamedTuple):
    """One verification: whether a signature over a message is that of a key."""

    material: Material
    message: bytes
    signature: bytes


@dataclass(slots=True)
class Claim:
    """The signatures of one event, none where it only registers or revokes a key."""

    signatures: Sequence[Signature] = ()
    message: bytes = b""
    """What they are over (PAE)."""
    at: datetime | None = None
    """The signing time."""
    envelope: bytes | None = None
    registry_size: int = -1
    """The size of the registry that it was checked against."""
    verdicts: dict[Check, bool] = field(default_factory=dict)
    """What was verified so far."""

    def checks(self, ring: Keyring, own: Sequence[Check] = ()) -> list[Check]:
        """The verifications that it takes with the keys of a registry; `own` are those of the key it registers.

        Raises SignatureRefused where a key may not sign, or a signature cannot be one.
        """
        return [*own, *(check for _, check in self._signed(ring))]

    def settle(self, ring: Keyring, own: Sequence[Check] = ()) -> list[dict[str, Any]]:
        """The signatures as they are kept, each with the position of its key's registration.

        Raises SignatureRefused, or KeyError where a check has no verdict yet.
        """
        for check in own:
            if not self.verdicts[check]:
                raise SignatureRefused("possession", pointer="/data/proof_of_possession")
        kept = []
        for (key, check), signature in zip(self._signed(ring), self.signatures, strict=True):
            if not self.verdicts[check]:
                raise SignatureRefused("does-not-verify", key=key.key_id)
            kept.append({"key_id": key.key_id, "registered_at_position": key.position, "sig": signature.text})
        return kept

    def _signed(self, ring: Keyring) -> list[tuple[SigningKey, Check]]:
        found = []
        for index, (key_id, raw, _) in enumerate(self.signatures):
            assert self.at is not None
            key = ring.key_for(key_id, self.at)
            check_form(key.material, raw, key=key_id, pointer=f"/signatures/{index}/sig")
            found.append((key, Check(key.material, self.message, raw)))
        return found


def own_checks(log_id: str, kind: str, data: Mapping[str, Any]) -> list[Check]:
    """What a registration shows of the private key itself: its proof of possession, where it gives one.

    Raises SignatureRefused where the key is not sound.
    """
    if kind != REGISTERED:
        return []
    key = registration(data, 0)
    proof = data.get("proof_of_possession")
    if proof is None:
        return []
    pointer = "/data/proof_of_possession"
    try:
        raw = read_base64(proof)
    except ValueError as error:
        raise SignatureRefused("possession", key=key.key_id, pointer=pointer) from error
    check_form(key.material, raw, key=key.key_id, pointer=pointer)
    return [Check(key.material, possession_message(log_id, data), raw)]


def check_form(material: Material, signature: bytes, *, key: str, pointer: str) -> None:
    """Raise SignatureRefused where a signature cannot be one of the key's algorithm, or that is missing here."""
    if material.algorithm == SM2 and not signatures.sm2_available:
        raise SignatureRefused(SM2_MISSING, key=key, pointer=pointer)
    wrong = flaw(material.algorithm, signature)
    if wrong is not None:
        raise SignatureRefused(wrong, key=key, pointer=pointer)
