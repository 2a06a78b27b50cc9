"""Claims: what is still to be verified, and that nothing is settled which was not."""

from __future__ import annotations

import pytest

from events import claim, signatures
from events.claim import Check, Claim, own_checks
from events.clock import read_stamp
from events.dsse import Signature
from events.item_errors import SignatureRefused
from events.keyring import Keyring, possession_message, registration
from tests.events.signers import TIME, Signer

MESSAGE = b"message"
SIGNER = Signer()


def ring_of(*signers: Signer) -> Keyring:
    """A registry in which these are registered, in order."""
    ring = Keyring()
    for position, signer in enumerate(signers):
        ring.register(registration(signer.registered()["data"], position))
    return ring


def signed(*signers: Signer) -> Claim:
    """A claim that these signed the message."""
    made = [Signature(one.key_id, one.sign(MESSAGE), f"text of {one.key_id}") for one in signers]
    return Claim(made, MESSAGE, read_stamp(TIME))


def test_a_claim_is_settled_by_its_verdicts() -> None:
    """Each signature takes one check with its key's material, and is kept with the registration's position."""
    other = Signer("k2")
    ring, made = ring_of(other, SIGNER), signed(SIGNER, other)
    checks = made.checks(ring)
    assert [check.material.public_key for check in checks] == [SIGNER.keys[0], other.keys[0]]
    made.verdicts = dict.fromkeys(checks, True)
    assert made.settle(ring) == [
        {"key_id": "k1", "registered_at_position": 1, "sig": "text of k1"},
        {"key_id": "k2", "registered_at_position": 0, "sig": "text of k2"},
    ]
    made.verdicts[checks[1]] = False
    with pytest.raises(SignatureRefused, match="k2") as refused:
        made.settle(ring)
    assert refused.value.reason == "does-not-verify"


def test_a_verdict_holds_for_one_key_material_alone() -> None:
    """Where the registry has another key under the id, what was verified before is not settled by it."""
    made, ring = signed(SIGNER), ring_of(SIGNER)
    made.verdicts = dict.fromkeys(made.checks(ring), True)
    again = Keyring(ring)
    again.register(registration(SIGNER.registered(valid_until="2030-01-01")["data"], 5))
    assert made.settle(again)[0]["registered_at_position"] == 5
    again.register(registration(Signer().registered()["data"], 6))
    assert not made.verdicts.keys() & set(made.checks(again))
    with pytest.raises(KeyError):
        made.settle(again)


def test_a_proof_of_possession_is_over_its_own_statement() -> None:
    """The key signs the statement of its registration; where none is given nothing is checked but the key."""
    data = SIGNER.registered()["data"]
    (check,) = own_checks("cn-62", "key.registered", data)
    assert check.message == possession_message("cn-62", data)
    assert check == Check(registration(data, 0).material, check.message, SIGNER.sign(check.message))
    assert own_checks("cn-62", "key.registered", SIGNER.registered(proved=False)["data"]) == []
    assert own_checks("cn-62", "key.revoked", {"key_id": "k"}) == []
    made = Claim(verdicts={check: False})
    with pytest.raises(SignatureRefused) as refused:
        made.settle(Keyring(), [check])
    assert refused.value.reason == "possession"


def test_sm2_that_is_missing_here_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no SM2, its signatures are refused with that reason rather than taken or crashed over."""
    signer = Signer("sm", "SM2")
    made, ring = signed(signer), ring_of(signer)
    monkeypatch.setattr(signatures, "sm2_available", False)
    with pytest.raises(SignatureRefused) as refused:
        made.checks(ring)
    assert refused.value.reason == "sm2-missing"
    assert claim.own_checks("cn-62", "key.registered", signer.registered(proved=False)["data"]) == []
