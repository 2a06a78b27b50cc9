"""The registry of signing keys and what was signed with them, verified again from the kept bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import orjson

from events import dsse
from events.canonical import NotJson, read_json
from events.claim import Check, own_checks
from events.clock import read_stamp
from events.dsse import EVENT_TYPE, pae
from events.item_errors import ItemError, SignatureRefused
from events.keyring import REGISTERED, Keyring, Material, SigningKey, registration
from events.refusals import SM2_MISSING
from events.signatures import AlgorithmMissing, verify
from events.verifying.lies import Lie, LieFound
from events.verifying.rows import KeyAct, Signed

KEYS: Final = """
    SELECT position, key_id, act, algorithm, public_key, signer_id, valid_from, valid_until FROM signing_key
    WHERE log_id = $1 ORDER BY position
"""
SIZE: Final = "SELECT registry_size FROM log WHERE log_id = $1"
BEYOND: Final = "SELECT min(position) FROM signing_key WHERE log_id = $1 AND position >= $2"
UNAVAILABLE: Final = "signatures of SM2: this installation has no gmssl-pyx"


async def lies_of_signatures(raw: Any, log_id: str, signed: Sequence[Signed], unchecked: set[str]) -> list[Lie]:
    """The first signed entry whose envelope or signatures do not hold, by the registry as it is stored.

    The registry itself is checked by `lies_of_registry`. What cannot be verified here is told in `unchecked`.
    """
    if not signed:
        return []
    try:
        ring = _ring(await raw.fetch(KEYS, log_id))
        for each in signed:
            _check_signed(each, log_id, ring, unchecked)
    except LieFound as lied:
        return [lied.lie]
    return []


def _ring(rows: Sequence[Any]) -> Keyring:
    ring = Keyring()
    for position, key_id, act, algorithm, public_key, signer_id, valid_from, valid_until in rows:
        if act == "registered":
            material = Material(algorithm, public_key, None if signer_id is None else signer_id.encode())
            ring.register(SigningKey(key_id, position, material, valid_from, valid_until))
        else:
            ring.revoke(key_id, position)
    return ring


def _check_signed(each: Signed, log_id: str, ring: Keyring, unchecked: set[str]) -> None:
    said = orjson.loads(each.signatures) if isinstance(each.signatures, str) else each.signatures
    if each.envelope is None or said is None:
        raise LieFound(each.position, "it has signatures without an envelope, or an envelope without signatures")
    if said != check_envelope(each, log_id, ring, unchecked):
        raise LieFound(each.position, "the signatures recorded are not those of its envelope")


def check_envelope(each: Signed, log_id: str, ring: Keyring, unchecked: set[str]) -> list[dict[str, Any]]:
    """The signatures of an entry's envelope as they are to be recorded, each verified. Raises LieFound."""
    position, kept, stored, _ = each
    assert stored is not None
    try:
        envelope = dsse.read(read_json(stored))
        event = read_json(kept)
        if envelope.payload != kept or envelope.kept != stored:
            raise LieFound(position, "its envelope holds another payload than the kept bytes")
        if event.get("log") != log_id:
            raise LieFound(position, f"its envelope was signed for the log {event.get('log')!r}")
        at, message = read_stamp(event["time"]), pae(EVENT_TYPE, kept)
        expected = []
        for one in envelope.signatures:
            key = ring.key_for(one.key_id, at, position)
            _check(Check(key.material, message, one.raw), position, f"the signature by {one.key_id}", unchecked)
            expected.append({"key_id": one.key_id, "registered_at_position": key.position, "sig": one.text})
    except (NotJson, ItemError, KeyError, TypeError, ValueError) as error:
        raise LieFound(position, f"its envelope: {error}") from None
    return expected


def _check(check: Check, position: int, what: str, unchecked: set[str]) -> None:
    material, message, signature = check
    try:
        holds = verify(material.algorithm, material.public_key, message, signature, material.signer_id)
    except AlgorithmMissing:
        unchecked.add(UNAVAILABLE)
        return
    if not holds:
        raise LieFound(position, f"{what} does not verify")


def check_possession(act: KeyAct, log_id: str, unchecked: set[str]) -> None:
    """Check the proof of possession of a registration that gives one. Raises LieFound or SignatureRefused."""
    try:
        with _data_of(act):
            checks = own_checks(log_id, act.kind, act.data)
    except SignatureRefused as error:
        if error.reason != SM2_MISSING:
            raise
        unchecked.add(UNAVAILABLE)
        return
    for check in checks:
        _check(check, act.position, "the proof of possession", unchecked)


def enter(act: KeyAct, ring: Keyring) -> None:
    """Add what an entry registers or revokes to the keys of its log. Raises LieFound or SignatureRefused."""
    with _data_of(act):
        if act.kind == REGISTERED:
            ring.register(registration(act.data, act.position))
        else:
            ring.revoke(act.data["key_id"], act.position)


@contextmanager
def _data_of(act: KeyAct) -> Iterator[None]:
    """Reading what an entry says of a key, which no door would have let in otherwise. Raises LieFound."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise LieFound(act.position, f"its data is not that of {act.kind}: {error!r}") from None


async def lies_of_registry(raw: Any, log_id: str, acts: Sequence[KeyAct], size: int, unchecked: set[str]) -> list[Lie]:
    """The first row of the registry that is not what the first entries of a log say, or the first entry without one."""
    stored: Mapping[int, Any] = {row[0]: row for row in await raw.fetch(KEYS, log_id) if row[0] < size}
    try:
        for act in acts:
            with _data_of(act):
                said = _row_of(act)
            if stored.get(act.position) is None or tuple(stored[act.position]) != said:
                raise LieFound(act.position, "the key on record is not what the entry says")  # noqa: TRY301
            check_possession(act, log_id, unchecked)
    except LieFound as lied:
        return [lied.lie]
    except SignatureRefused as error:
        return [Lie(act.position, str(error))]
    surplus = stored.keys() - {act.position for act in acts}
    if surplus:
        return [Lie(min(surplus), "a key is on record that no entry registers or revokes")]
    return []


async def lies_of_registry_size(raw: Any, log_id: str, acts: Sequence[KeyAct], size: int) -> list[Lie]:
    """Whether the registry ends after its last entry, and has no row beyond the entries."""
    said, beyond = await raw.fetchval(SIZE, log_id), await raw.fetchval(BEYOND, log_id, size)
    due = acts[-1].position + 1 if acts else 0
    if said != due:
        return [Lie(None, f"the registry of keys is said to end at {said}, not {due}")]
    return [] if beyond is None else [Lie(beyond, "a key is on record that no entry registers or revokes")]


def _row_of(act: KeyAct) -> tuple[Any, ...]:
    if act.kind != REGISTERED:
        return act.position, act.data["key_id"], "revoked", None, None, None, None, None
    key = registration(act.data, act.position)
    material, signer_id = key.material, act.data.get("signer_id")
    return (
        act.position, key.key_id, "registered", material.algorithm, material.public_key, signer_id,
        key.valid_from, key.valid_until,
    )  # fmt: skip
