"""Signed notes and verifier keys: notes that Go signed, ours back, and every text that is nearly a note refused."""

from __future__ import annotations

import base64
from hashlib import sha256

import pytest

from events import note, signatures
from events.note import (
    COSIGNATURE_TYPE,
    ED25519_TYPE,
    MAX_NOTE,
    MAX_SIGNATURES,
    SM2_TYPE,
    NotANote,
    VerifierKey,
    parse,
    parse_line,
    parse_vkey,
    sign,
    verified_by,
)
from events.signatures import ED25519, SM2, read_base64
from tests.external.vectors import GOLDEN

# The example in the documentation of golang.org/x/mod/sumdb/note.
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
NAME = "log.example/one"
SEED = sha256(NAME.encode()).digest()
"""The private key behind the vkey of that name in golden.json."""
KEY = parse_vkey(GOLDEN["Notes"][0]["Vkeys"][0])
TEXT = GOLDEN["Notes"][0]["Text"]
SIGNED = GOLDEN["Notes"][0]["Note"]
LINE = SIGNED.splitlines()[-1]


def test_a_note_that_go_documents() -> None:
    """The example of the Go package parses, verifies with its key, and is written again byte for byte."""
    opened = parse(GO_NOTE)
    key = parse_vkey(GO_VKEY)
    assert (key.name, key.type, key.algorithm, str(key)) == ("PeterNeumann", ED25519_TYPE, ED25519, GO_VKEY)
    assert opened.signed_by(key)
    assert str(opened) == GO_NOTE
    assert opened.text.endswith("problem is.\n")


@pytest.mark.parametrize("at", range(len(GOLDEN["Notes"])))
def test_notes_that_go_signed(at: int) -> None:
    """Notes of one key, of two, with an empty line in the text and with Chinese names verify with every key."""
    given = GOLDEN["Notes"][at]
    opened, keys = parse(given["Note"]), [parse_vkey(vkey) for vkey in given["Vkeys"]]
    assert (opened.text, str(opened), [str(key) for key in keys]) == (given["Text"], given["Note"], given["Vkeys"])
    assert verified_by(opened, keys) == keys
    assert [each.name for each in opened.signatures] == [key.name for key in keys]


def test_we_sign_as_go_does() -> None:
    """With the same key we write the same line: Ed25519 is deterministic."""
    signature = sign(TEXT, KEY, SEED)
    assert TEXT + "\n" + signature.line == SIGNED
    assert signature.key_id == sha256(NAME.encode() + b"\n\x01" + KEY.public_key).digest()[:4]


def test_a_key_that_did_not_sign() -> None:
    """Signatures of unknown keys are passed over, even those that share a name or an id with a known key."""
    other = VerifierKey(NAME, ED25519_TYPE, signatures.generate(ED25519)[0])
    assert not parse(SIGNED).signed_by(other)
    assert not parse(SIGNED).signed_by(VerifierKey("log.example/two", ED25519_TYPE, KEY.public_key))
    renamed = parse(SIGNED.replace(f"— {NAME}", "— log.example/two"))
    assert not renamed.signed_by(KEY)
    assert verified_by(parse(SIGNED), [other, KEY]) == [KEY]


def test_a_known_key_whose_signature_does_not_verify() -> None:
    """Then the whole note is refused, also where another line of the same key verifies."""
    changed = parse(SIGNED.replace("600", "601", 1))
    with pytest.raises(NotANote, match="does not verify"):
        changed.signed_by(KEY)
    bad = sign("something else\n", KEY, SEED).line
    for text in (SIGNED + bad, TEXT + "\n" + bad + sign(TEXT, KEY, SEED).line):
        with pytest.raises(NotANote, match="does not verify"):
            parse(text).signed_by(KEY)


def test_every_flipped_bit_of_a_signature_is_caught() -> None:
    """With any one bit of the signature changed the note is refused, or the line is another key's."""
    raw = read_base64(LINE.split(" ")[2])
    for at in range(len(raw)):
        changed = raw[:at] + bytes([raw[at] ^ (1 << at % 8)]) + raw[at + 1 :]
        opened = parse(f"{TEXT}\n— {NAME} {base64.b64encode(changed).decode()}\n")
        if at < 4:
            assert not opened.signed_by(KEY)
        else:
            with pytest.raises(NotANote, match="does not verify"):
                opened.signed_by(KEY)


def test_a_cosignature_covers_its_time() -> None:
    """A timestamped cosignature verifies over time and text, and with another time, or none, does not."""
    public_key, private_key = signatures.generate(ED25519)
    witness = VerifierKey("witness.example/w", COSIGNATURE_TYPE, public_key)
    assert parse_vkey(str(witness)) == witness
    message = b"cosignature/v1\ntime 1700000000\n" + TEXT.encode()
    assert note.cosigned(TEXT, 1_700_000_000) == message
    raw = (1_700_000_000).to_bytes(8, "big") + signatures.sign(ED25519, private_key, message)
    assert witness.verifies(TEXT, raw)
    assert note.cosigned_at(raw) == 1_700_000_000
    later = (1_700_000_001).to_bytes(8, "big") + raw[8:]
    for wrong in (later, raw[8:], raw[:7], b"", raw + b"\0", raw[:-1]):
        assert not witness.verifies(TEXT, wrong)
    assert not witness.verifies(TEXT + "more\n", raw)
    assert not VerifierKey(witness.name, ED25519_TYPE, public_key).verifies(TEXT, raw)


@pytest.mark.skipif(not signatures.sm2_available, reason="no wheel of gmssl-pyx for this platform")
def test_a_line_of_sm2_below_that_of_ed25519() -> None:
    """A note may carry both; each key verifies its own, and a reader of Ed25519 alone passes over the other."""
    public_key, private_key = signatures.generate(SM2)
    key = VerifierKey(NAME, SM2_TYPE, public_key)
    assert parse_vkey(str(key)) == key
    assert key.algorithm == SM2
    both = parse(SIGNED + sign(TEXT, key, private_key).line)
    assert verified_by(both, [KEY, key]) == [KEY, key]
    other = VerifierKey(NAME, SM2_TYPE, signatures.generate(SM2)[0])
    assert not both.signed_by(other)
    with pytest.raises(NotANote, match="does not verify"):
        parse(str(both).replace("600", "601", 1)).signed_by(key)


@pytest.mark.parametrize(
    "text",
    [
        "", "\n", "\n\n", TEXT, TEXT + "\n", SIGNED + "\n", SIGNED.rstrip("\n"), SIGNED.replace("\n\n", "\n"),
        SIGNED.replace("\n", "\r\n"), SIGNED.replace("600", "6\t0"), SIGNED.replace("600", "6\x000"),
        SIGNED.replace("600", "6\ud8000"), SIGNED.replace("—", "-"), SIGNED.replace("— ", "—"),
        SIGNED.replace("— ", "—  "), SIGNED + " " + LINE + "\n", SIGNED + "\n" + LINE + " \n",
        SIGNED.replace(LINE, LINE + " x"), SIGNED.replace(LINE, f"— {NAME} "), SIGNED.replace(LINE, f"— {NAME}"),
        SIGNED + "no signature\n", SIGNED.replace(f"— {NAME}", "— a+b"), SIGNED.replace(f"— {NAME}", "— a\u3000b"),
        SIGNED.replace(f"— {NAME}", "— a\u00a0b"), SIGNED.replace(f"— {NAME} ", "—  "),
    ],
)  # fmt: skip
def test_what_is_no_note(text: str) -> None:
    """No empty line, no signatures, other line ends, control characters, lone surrogates, malformed lines: refused."""
    with pytest.raises(NotANote):
        parse(text)


@pytest.mark.parametrize(
    "encoded",
    [
        "OueKuQ==",
        "OueKu",
        "OueKuYg",
        "OueKuYg=\u200b",
        "OueKuYh=",
        "OueK uYg=",
        "OueKuYg==",
        "O-eKuYg=",
        "OueKuYg=="[:3],
    ],
)
def test_what_is_no_signature(encoded: str) -> None:
    """Base64 that is not standard, padded and canonical, or holds no more than a key's id, is refused."""
    with pytest.raises(NotANote):
        parse_line(f"— {NAME} {encoded}")


def test_limits_of_a_note() -> None:
    """64 signatures are read and 65 are not; nor is a text above a mebibyte."""
    line = LINE + "\n"
    assert len(parse(TEXT + "\n" + line * MAX_SIGNATURES).signatures) == MAX_SIGNATURES
    with pytest.raises(NotANote, match="65 signatures"):
        parse(TEXT + "\n" + line * (MAX_SIGNATURES + 1))
    with pytest.raises(NotANote, match="mebibyte"):
        parse("x" * MAX_NOTE + SIGNED)


SMALL_ORDER = base64.b64encode(ED25519_TYPE + b"\x01" + bytes(31)).decode()


@pytest.mark.parametrize(
    "vkey",
    [
        "", NAME, f"{NAME}+3ae78ab9", str(KEY) + "\n", " " + str(KEY), str(KEY).upper(),
        str(KEY).replace("3ae78ab9", "3ae78ab8"),
        str(KEY).replace("3ae78ab9", "3AE78AB9"), str(KEY).replace("one", "two"), str(KEY).replace("one", "o e"),
        str(KEY)[:-4], str(KEY)[:-1] + "=", str(KEY) + "AAAA", f"{NAME}+00000000+{SMALL_ORDER}",
        f"{NAME}+3ae78ab9+Agd83VXLUDwpLoZ2R2A8kV1LmZjpsnRCc08+gXlhmdqHh", f"{NAME}+3ae78ab9+AQ==", "+3ae78ab9+AQ==",
    ],
)  # fmt: skip
def test_what_is_no_verifier_key(vkey: str) -> None:
    """A vkey whose id, name, type, length or point is not right is refused."""
    with pytest.raises(NotANote):
        parse_vkey(vkey)


@pytest.mark.parametrize(
    ("name", "may_sign"),
    [
        (NAME, True),
        ("某人.example", True),
        ("", False),
        ("a b", False),
        ("a+b", False),
        ("a\u2003b", False),
        ("a\n", False),
    ],
)
def test_names_that_may_sign(name: str, may_sign: bool) -> None:
    """A key's name is not empty and has neither white space, of any script, nor a plus sign."""
    assert note.is_key_name(name) is may_sign
