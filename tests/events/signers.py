"""Signers for the tests: a key, its registration, and envelopes signed with it."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from events import signatures
from events.dsse import EVENT_TYPE, pae
from events.keyring import possession_message
from events.signatures import Algorithm

Json = dict[str, Any]
TIME = "2018-03-05T09:00:00+08:00"


def take_sm2_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be as where gmssl-pyx is not installed."""
    monkeypatch.setattr(signatures, "sm2_available", False)
    monkeypatch.setattr(signatures, "gmssl_pyx", None)


@dataclass
class Signer:
    """A holder of a key."""

    key_id: str = "k1"
    algorithm: Algorithm = "Ed25519"
    signer_id: str | None = None
    keys: tuple[bytes, bytes] = field(default=(b"", b""))

    def __post_init__(self) -> None:
        if not self.keys[0]:
            self.keys = signatures.generate(self.algorithm)

    def registered(self, log: str = "cn-62", *, proved: bool = True, **data: Any) -> Json:
        """The event that registers the key, of the person `x` unless its data says otherwise."""
        said: Json = {
            "key_id": self.key_id,
            "algorithm": self.algorithm,
            "public_key": base64.b64encode(self.keys[0]).decode(),
            "valid_from": "2017-01-01",
            **({} if self.signer_id is None else {"signer_id": self.signer_id}),
            **({"person_id": "x"} if "body_id" not in data else {}),
            **data,
        }
        if proved:
            proof = self.sign(possession_message(log, said))
            said["proof_of_possession"] = base64.b64encode(proof).decode()
        return event(f"key-{self.key_id}", "key.registered", **said)

    def revoked(self) -> Json:
        """The event that revokes the key."""
        return event(f"revoked-{self.key_id}", "key.revoked", key_id=self.key_id)

    def sign(self, message: bytes) -> bytes:
        """A signature over some bytes."""
        signer_id = None if self.signer_id is None else self.signer_id.encode()
        return signatures.sign(self.algorithm, self.keys[1], message, signer_id)


def event(event_id: str, kind: str, **data: Any) -> Json:
    """A CloudEvent of the tests' source."""
    return {"specversion": "1.0", "id": event_id, "source": "urn:test", "type": kind, "data": data}


def meant(sent: Json, log: str = "cn-62", time: str = TIME) -> Json:
    """An event that says for which log and when it is signed."""
    return {**sent, "log": log, "time": time}


def enveloped(sent: Json | bytes, *signers: Signer, **attributes: str) -> Json:
    """The envelope of an event, or of the bytes of one, signed by some."""
    payload = sent if isinstance(sent, bytes) else json.dumps(meant(sent, **attributes), ensure_ascii=False).encode()
    message = pae(EVENT_TYPE, payload)
    return {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": EVENT_TYPE,
        "signatures": [
            {"keyid": each.key_id, "sig": base64.b64encode(each.sign(message)).decode()} for each in signers
        ],
    }


def letter(letter_id: str = "l", **data: Any) -> Json:
    """A letter that `x` signs for the post `s`."""
    signatory = {"person_id": "x", "post_id": "s"}
    said = {"letter_id": letter_id, "signatory": signatory, "signed_on": "2018-03-05", **data}
    return event(f"letter-{letter_id}", "responsibility-letter.signed", **said)
