"""Officials with a signing key each, and the responsibility letters that they sign for one log."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any, Final

from bench.locality import Data, Event
from events import dsse, signatures
from events.canonical import canonical
from events.dsse import EVENT_TYPE, pae
from events.keyring import REGISTERED, possession_message
from events.signatures import Algorithm

OFFICIALS: Final = 60
SIGNED_AT: Final = "2018-03-05T09:00:00+08:00"
SOURCE: Final = "urn:example:bench:letters"


@dataclass(frozen=True, slots=True)
class Letter:
    """A signed letter as it is sent, and what it takes to verify it."""

    envelope: dict[str, Any]
    public_key: bytes
    message: bytes
    signature: bytes


class Signers:
    """The officials of one log; every letter is another one."""

    def __init__(self, log_id: str, algorithm: Algorithm) -> None:
        self._log_id = log_id
        self._algorithm = algorithm
        self._keys = [signatures.generate(algorithm) for _ in range(OFFICIALS)]
        self._count = 0

    def registered(self) -> list[Event]:
        """The events that register the officials and their keys, each with its proof of possession."""
        told = []
        for number, (public_key, private_key) in enumerate(self._keys):
            person = {"person_id": f"x-{number}", "name_zh": f"示例干部{number}"}
            told.append(_event("person.registered", f"x-{number}", person))
            key: Data = {
                "key_id": f"k-{number}",
                "person_id": f"x-{number}",
                "algorithm": self._algorithm,
                "public_key": base64.b64encode(public_key).decode(),
                "valid_from": "2015-01-01",
            }
            proof = signatures.sign(self._algorithm, private_key, possession_message(self._log_id, key))
            told.append(
                _event(REGISTERED, f"k-{number}", key | {"proof_of_possession": base64.b64encode(proof).decode()})
            )
        return told

    def letters(self, count: int) -> list[Letter]:
        """So many new letters, official after official."""
        return [self._letter() for _ in range(count)]

    def _letter(self) -> Letter:
        serial, self._count = self._count, self._count + 1
        official = serial % OFFICIALS
        data: Data = {
            "letter_id": f"l-{serial}",
            "kind": "principal-letter",
            "signatory": {"person_id": f"x-{official}", "post_id": f"s-{official}"},
            "counterparty": f"j-{official}",
            "scope": f"j-{serial % 997}",
            "signed_on": "2018-03-05",
            "effective_from": "2018-01-01",
            "effective_until": "2019-01-01",
            "document_number": f"示例责字〔2018〕{serial}号",
        }
        event = _event("responsibility-letter.signed", f"l-{serial}", data)
        payload = canonical({**event, "log": self._log_id, "time": SIGNED_AT})
        public_key, private_key = self._keys[official]
        message = pae(EVENT_TYPE, payload)
        signature = signatures.sign(self._algorithm, private_key, message)
        return Letter(dsse.write(payload, [(f"k-{official}", signature)]), public_key, message, signature)


def _event(kind: str, event_id: str, data: Data) -> Event:
    return {"specversion": "1.0", "id": f"e-{event_id}", "source": SOURCE, "type": kind, "data": data}
