"""The registry of keys: which may sign when, whatever was registered, registered again and revoked before or after."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from events.item_errors import SignatureRefused
from events.keyring import (
    Keyring,
    Material,
    SigningKey,
    moment,
    possession,
    possession_message,
    possession_statement,
    registration,
    vouched,
)
from tests.events.signers import Signer

NOON = datetime(2018, 3, 5, 12, tzinfo=UTC)
DATA = Signer().registered(proved=False)["data"]


def key(position: int, key_id: str = "k", since: str = "2018-01-01", until: str | None = None) -> SigningKey:
    """A registration at a position; its key is told by the position."""
    material = Material("Ed25519", bytes([position]), None)
    return SigningKey(key_id, position, material, moment(since), None if until is None else moment(until))


def reason(ring: Keyring, at: datetime = NOON, below: int | None = None, key_id: str = "k") -> str | int:
    """The position of the key that may sign, or why none may."""
    try:
        return ring.key_for(key_id, at, below).position
    except SignatureRefused as refused:
        return refused.reason


def test_a_key_signs_above_its_registration_and_below_its_revocation() -> None:
    """A key is usable strictly between the two positions, and never again after the second."""
    ring = Keyring()
    ring.register(key(3))
    ring.revoke("k", 6)
    assert [reason(ring, below=below) for below in (3, 4, 6, 7)] == ["unknown-key", 3, 3, "revoked"]
    assert reason(ring) == "revoked"
    ring.register(key(8))
    assert reason(ring) == "revoked"
    assert reason(ring, key_id="other") == "unknown-key"
    assert (ring.size, list(ring.revocations("k"))) == (9, [6])


def test_the_last_registration_stands() -> None:
    """Registered again, the later registration counts from its own position on."""
    ring = Keyring()
    ring.register(key(1, until="2018-02-01"))
    assert reason(ring) == "outside-time"
    ring.register(key(4))
    assert [reason(ring, below=below) for below in (4, 5)] == ["outside-time", 4]


def test_a_validity_is_half_open() -> None:
    """The first instant is inside, the last is not; days are those of Asia/Shanghai."""
    ring = Keyring()
    ring.register(key(0, since="2018-03-05", until="2018-03-06T00:00:00Z"))
    first, end = moment("2018-03-05"), datetime(2018, 3, 6, tzinfo=UTC)
    assert first == datetime(2018, 3, 4, 16, tzinfo=UTC)
    tick = end - datetime(2018, 3, 5, 23, 59, 59, 999999, tzinfo=UTC)
    assert [reason(ring, at) for at in (first - tick, first, end - tick, end)] == ["outside-time", 0, 0, "outside-time"]


def test_what_is_added_above_leaves_what_is_below() -> None:
    """A registry over another sees both and changes only itself."""
    below = Keyring()
    below.register(key(0))
    above = Keyring(below)
    above.revoke("k", 1)
    above.register(key(2, "other"))
    assert (reason(above), reason(above, key_id="other"), above.size) == ("revoked", 2, 3)
    assert (reason(below), reason(below, key_id="other"), below.size) == (0, "unknown-key", 1)


def test_a_statement_of_possession_is_one_line_of_canonical_json() -> None:
    """It names log, key, algorithm, public key and holder, and nothing else of the registration."""
    data = {**DATA, "vouched_by": "r", "certificate": "c", "signer_id": "s"}
    statement = {
        "algorithm": "Ed25519", "key_id": "k1", "log": "cn-62", "person_id": "x", "public_key": DATA["public_key"],
    }  # fmt: skip
    expected = json.dumps(statement, separators=(",", ":")).encode()
    assert possession_statement("cn-62", data) == expected
    head = b"DSSEv1 33 application/vnd.zeren.key.v1+json %d " % len(expected)
    assert possession_message("cn-62", data) == head + expected


def test_who_vouches() -> None:
    """A certificate before a registrar before the operator alone; possession is proved or not shown."""
    assert vouched({"certificate": "c", "vouched_by": "r"}) == "certificate"
    assert [vouched(data) for data in ({"vouched_by": "r"}, {})] == ["registrar", "operator"]
    assert [possession(data) for data in ({"proof_of_possession": "AAAA"}, {})] == ["proved", "not-shown"]


def test_an_unsound_registration_says_why() -> None:
    """Keys that are none and identities that SM2 cannot hash are refused, each by its field."""
    found = registration({**DATA, "signer_id": "王五", "valid_until": "2020-01-01"}, 7)
    assert (found.position, found.material.signer_id, found.valid_until) == (7, "王五".encode(), moment("2020-01-01"))
    for data, why in (({"public_key": "AAF="}, "bad-key"), ({"signer_id": "x" * 8192}, "signer-id")):
        with pytest.raises(SignatureRefused) as refused:
            registration({**DATA, **data}, 0)
        assert refused.value.reason == why
