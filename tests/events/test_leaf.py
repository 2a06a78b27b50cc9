"""The leaf: an RFC 8785 record of salted digests that tells no fact."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from events.canonical import canonical
from events.leaf import PayloadDigests, header_digest, is_sealed, leaf_record, sealing_salt, sm3, sm3_apart

AT = datetime(2018, 3, 5, 1, 2, 3, 4, tzinfo=UTC)
SALT_H, SALT_P = bytes(range(16)), bytes(range(16, 32))
KEPT = '{"id":"e1","data":{"name_zh":"张三"}}'.encode()


def header(salt: bytes = SALT_H, /, **changed: str) -> bytes:
    """The digest of a header, with some of it changed."""
    stated = {"source": "urn:test", "event_id": "e1", "kind": "person.registered", **changed}
    return header_digest(salt, kind_version=1, **stated)


@pytest.mark.parametrize(
    ("data", "digest"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_vectors(data: bytes, digest: str) -> None:
    """SM3 gives the two examples of GM/T 0004-2012, appendix A."""
    assert sm3(data).hex() == digest


def test_the_leaf_is_an_rfc_8785_record() -> None:
    """The leaf has exactly the fields of leaf v1, in RFC 8785 form."""
    payload = PayloadDigests.of(SALT_P, KEPT)
    record = leaf_record("cn-62", 7, AT, header(), payload)
    expected: dict[str, Any] = {
        "v": 1,
        "log": "cn-62",
        "position": 7,
        "recorded_at": "2018-03-05T01:02:03.000004Z",
        "header": header().hex(),
        "sha256": hashlib.sha256(SALT_P + KEPT).hexdigest(),
        "sm3": sm3(SALT_P + KEPT).hex(),
    }
    assert json.loads(record) == expected
    assert record == rfc8785.dumps(expected)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(TEXT, TEXT, TEXT, st.integers(1, 99), st.binary(min_size=16, max_size=16))
@example('"\\\x00\x1f', "\U0001f600\u2028", "\x7f/", 1, SALT_H)
@settings(deadline=None)
def test_what_is_written_out_is_rfc_8785(source: str, event_id: str, kind: str, version: int, salt: bytes) -> None:
    """Header and leaf, written without a serializer, are what an independent one makes of their records."""
    record: dict[str, Any] = {"id": event_id, "source": source, "type": kind, "kind_version": version}
    digest = header_digest(salt, source=source, event_id=event_id, kind=kind, kind_version=version)
    assert digest == hashlib.sha256(salt + rfc8785.dumps(record)).digest()
    payload = PayloadDigests.of(salt, event_id.encode())
    leaf: dict[str, Any] = {
        "v": 1, "log": source, "position": version, "recorded_at": "2018-03-05T01:02:03.000004Z",
        "header": digest.hex(), "sha256": payload.sha256.hex(), "sm3": payload.sm3.hex(),
    }  # fmt: skip
    assert leaf_record(source, version, AT, digest, payload) == rfc8785.dumps(leaf)


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_both_makers_of_sm3_agree(data: bytes) -> None:
    """With or without SM3 in Python's own OpenSSL the digest is the same."""
    assert sm3(data) == sm3_apart(data)


def test_the_leaf_holds_no_unsalted_digest() -> None:
    """Nobody who guesses the event finds it by its digest: without the salts nothing of it is there."""
    record = leaf_record("cn-62", 7, AT, header(), PayloadDigests.of(SALT_P, KEPT)).decode()
    stated = canonical({"id": "e1", "source": "urn:test", "type": "person.registered", "kind_version": 1})
    for guess in (KEPT, stated):
        assert hashlib.sha256(guess).hexdigest() not in record
        assert sm3(guess).hex() not in record
    for word in ('e1"', "urn:test", "person.registered", SALT_H.hex(), SALT_P.hex()):
        assert word not in record


def test_the_header_binds_all_it_states() -> None:
    """Another salt, id, source or kind gives another digest; so does moving text from one to another."""
    changes = (
        {"source": "urn:other"},
        {"event_id": "e2"},
        {"kind": "person.merged"},
        {"source": "e1", "event_id": "urn:test"},
    )
    digests = {header(), header(SALT_P), *(header(SALT_H, **change) for change in changes)}
    assert len(digests) == 2 + len(changes)


def test_the_header_is_salt_and_record() -> None:
    """The header's digest is SHA-256 of the salt and the RFC 8785 record of id, source, type and version."""
    record = rfc8785.dumps({"kind_version": 1, "type": "person.registered", "source": "urn:test", "id": "e1"})
    assert header() == hashlib.sha256(SALT_H + record).digest()


def test_the_leaf_binds_place_and_time() -> None:
    """The same event in another log, at another position or time, has another leaf."""
    payload = PayloadDigests.of(SALT_P, KEPT)
    leaves = {
        leaf_record("cn-62", 7, AT, header(), payload),
        leaf_record("cn-63", 7, AT, header(), payload),
        leaf_record("cn-62", 8, AT, header(), payload),
        leaf_record("cn-62", 7, AT.replace(microsecond=5), header(), payload),
    }
    assert len(leaves) == 4


@given(st.binary(min_size=16, max_size=16), st.binary(), st.binary())
def test_a_salt_holds_its_envelope(salt_p: bytes, envelope: bytes, other: bytes) -> None:
    """The salt of a signed header is of 16 bytes, as docs/log.md has it, and of no other envelope or payload's salt."""
    salt = sealing_salt(salt_p, envelope)
    assert salt == b"DSSE" + hashlib.sha256(b"DSSE" + salt_p + envelope).digest()[:12]
    assert is_sealed(salt, salt_p, envelope)
    assert is_sealed(salt, salt_p, other) == (other == envelope)
    assert not is_sealed(salt, salt_p, None)
    assert not is_sealed(salt, bytes([salt_p[0] ^ 1]) + salt_p[1:], envelope)
    assert not is_sealed(SALT_H, SALT_P, envelope)
    assert is_sealed(SALT_H, SALT_P, None)
