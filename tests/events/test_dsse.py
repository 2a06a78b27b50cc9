"""DSSE envelopes: the specification's own example, both alphabets, and strictness (faults are in test_signed)."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from events.canonical import read_json
from events.dsse import EVENT_TYPE, is_envelope, pae, read, write
from events.item_errors import Malformed, SignatureRefused
from events.signatures import Algorithm, read_base64
from tests.events.signers import Signer, enveloped, letter

DOCUMENT = Path(__file__).parents[2] / "docs" / "signing.md"


def test_the_example_of_the_specification() -> None:
    """PAE of the protocol's test vector, and of what is not ASCII: lengths count bytes."""
    expected = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    assert pae("http://example.com/HelloWorld", b"hello world") == expected
    assert pae("", b"") == b"DSSEv1 0  0 "
    assert pae("责", "任".encode()) == "DSSEv1 3 责 3 任".encode()


def test_what_is_written_is_read() -> None:
    """Payload, keys and signatures come back; the envelope is kept as one canonical JSON object."""
    made = write(b'{"a":1}', [("k1", b"\xff\xfe"), ("密钥", b"\1")])
    assert is_envelope(made)
    found = read(made)
    assert found.payload == b'{"a":1}'
    assert [(one.key_id, one.raw, one.text) for one in found.signatures] == [
        ("k1", b"\xff\xfe", "//4="), ("密钥", b"\1", "AQ=="),
    ]  # fmt: skip
    assert json.loads(found.kept) == made
    assert read(read_json(found.kept)) == found


def test_both_alphabets_mean_the_same() -> None:
    """URL-safe base64 gives the same bytes, and is kept as it was sent."""
    standard = {"payload": "++//", "payloadType": EVENT_TYPE, "signatures": [{"keyid": "k", "sig": "//4="}]}
    url_safe = {"payload": "--__", "payloadType": EVENT_TYPE, "signatures": [{"keyid": "k", "sig": "__4="}]}
    one, other = read(standard), read(url_safe)
    assert (one.payload, one.signatures[0].raw) == (other.payload, other.signatures[0].raw)
    assert (one.signatures[0].text, other.signatures[0].text) == ("//4=", "__4=")
    mixed = {**standard, "payload": "+-//"}
    with pytest.raises(Malformed):
        read(mixed)


def test_another_payload_type_is_refused() -> None:
    """The type is exactly ours: no parameter, no other case."""
    for other in ("application/json", EVENT_TYPE.upper(), f"{EVENT_TYPE};v=1", ""):
        with pytest.raises(SignatureRefused) as refused:
            read(write(b"{}", [("k", b"1")], other))
        assert refused.value.reason == "payload-type"


def test_every_fault_is_told_at_once() -> None:
    """Faults of different fields come together."""
    with pytest.raises(Malformed) as malformed:
        read({"payloadType": 1, "signatures": [{"keyid": "a/b", "sig": 5}, {"keyid": ""}], "more": None})
    assert [fault.pointer for fault in malformed.value.faults] == [
        "/payload", "/payloadType", "/signatures/0/sig", "/signatures/0/keyid",
        "/signatures/1/sig", "/signatures/1/keyid",
    ]  # fmt: skip


def test_unknown_fields_are_passed_over() -> None:
    """At the top and in a signature they change neither what is read nor what is kept (DSSE, envelope.md)."""
    plain = write(b"{}", [("k", b"\1")])
    more = {**plain, "more": [1], "signatures": [{**plain["signatures"][0], "cert": "x"}]}
    assert read(more) == read(plain)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to compare with")
@pytest.mark.parametrize("algorithm", ["Ed25519", "SM2"])
def test_the_commands_of_the_document_verify_an_envelope(tmp_path: Path, algorithm: Algorithm) -> None:
    """What docs/signing.md tells an auditor to run takes a signature of ours, and none over other bytes."""
    text = DOCUMENT.read_text(encoding="utf-8")
    (script,) = re.findall(r"```sh\n(# kept.bin.*?)```", text, re.DOTALL)
    signed, ed25519, sm2 = re.findall(r"^(?:printf|openssl)[^\n\\]*(?:\\\n[^\n\\]*)*", script, re.MULTILINE)
    prefixes = dict(zip(("Ed25519", "SM2"), re.findall(r"`(30[0-9a-f]{20,})`", text), strict=True))
    signer = Signer("k", algorithm)
    envelope = enveloped(letter(), signer)
    payload = read_base64(envelope["payload"])
    (tmp_path / "key.der").write_bytes(bytes.fromhex(prefixes[algorithm]) + signer.keys[0])
    (tmp_path / "sig.bin").write_bytes(read_base64(envelope["signatures"][0]["sig"]))
    command = f"{signed}\n{ed25519 if algorithm == 'Ed25519' else sm2}"
    for kept, code in ((payload, 0), (payload + b" ", 1)):
        (tmp_path / "kept.bin").write_bytes(kept)
        done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == code, done.stderr
