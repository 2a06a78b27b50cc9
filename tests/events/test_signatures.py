"""Ed25519 and SM2 agree with OpenSSL and the standards' samples, both ways; what is not exactly a signature is none."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from events import signatures
from events.signatures import (
    ED25519,
    ED25519_ORDER,
    SM2,
    SM2_ORDER,
    SM2_PRIME,
    Algorithm,
    check_public_key,
    flaw,
    generate,
    public_key_of,
    read_base64,
    sign,
    verify,
)

BOTH = pytest.mark.parametrize("algorithm", [ED25519, SM2])
OPENSSL = shutil.which("openssl")
SPKI = {
    ED25519: bytes.fromhex("302a300506032b6570032100"),
    SM2: bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004"),
}
"""What stands before the bytes of a public key in its SubjectPublicKeyInfo (RFC 8410, GM/T 0009)."""

# GB/T 32918.5 (GM/T 0003.5) annex A: the sample signature on the recommended curve.
SAMPLE_KEY = bytes.fromhex(
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
SAMPLE_R = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
SAMPLE_S = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA

# Made by OpenSSL 3.0: `openssl pkeyutl -sign -rawin -digest sm3 -pkeyopt distid:officer-1`, and `-sign -rawin`.
MESSAGE = b"DSSEv1 vector"
OPENSSL_SM2_KEY = bytes.fromhex(
    "d3f3e09f4fab70ae762095d4e98fb5bcf5d4e764a05274c212745529bab04f9d"
    "3db20fc8ea8a0952240b175e5962da3ecc2c732791b5d50bff7617d98c37259a"
)
OPENSSL_SM2 = bytes.fromhex(
    "3045022100f91f274239b0e79e83c56de33b495e328a1847a9160b2aa44267be4fadb882d9"
    "022041e24d5b43b811698d81720a6dbb9923023780ba16d624d99bd91f550cc5443f"
)
OPENSSL_ED_KEY = bytes.fromhex("2e7ee1fc82c4e4440d518f0b673951fd2dac58a9b5134b3946137dcd90d92f66")
OPENSSL_ED = bytes.fromhex(
    "069eac3dd5d27f2ad35b1132a5eebc3b0ec99243df0120052d01018f44ee3f9a"
    "c81aeef2c660275e957f84372738a64646a2aa1f978ae277b2fe0eaf9ce0340f"
)
# RFC 8032 section 7.1, test 2.
RFC_SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
RFC_KEY = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
RFC_SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def test_the_samples_of_the_standards() -> None:
    """The sample of GM/T 0003.5 verifies under the default identity, and Ed25519 gives that of RFC 8032."""
    sample = encode_dss_signature(SAMPLE_R, SAMPLE_S)
    assert verify(SM2, SAMPLE_KEY, b"message digest", sample)
    assert verify(SM2, SAMPLE_KEY, b"message digest", sample, b"1234567812345678")
    assert not verify(SM2, SAMPLE_KEY, b"message digest", sample, b"ALICE123@YAHOO.COM")
    assert sign(ED25519, RFC_SEED, b"\x72") == RFC_SIGNATURE
    assert public_key_of(ED25519, RFC_SEED) == RFC_KEY
    assert verify(ED25519, RFC_KEY, b"\x72", RFC_SIGNATURE)


def test_what_openssl_signed() -> None:
    """Signatures that OpenSSL made verify, under the signer's identity alone."""
    assert verify(SM2, OPENSSL_SM2_KEY, MESSAGE, OPENSSL_SM2, b"officer-1")
    assert not verify(SM2, OPENSSL_SM2_KEY, MESSAGE, OPENSSL_SM2)
    assert verify(ED25519, OPENSSL_ED_KEY, MESSAGE, OPENSSL_ED)


@pytest.mark.skipif(OPENSSL is None, reason="no openssl to compare with")
@BOTH
def test_openssl_verifies_what_we_sign(tmp_path: Path, algorithm: Algorithm) -> None:
    """What we sign OpenSSL verifies, and with one byte changed it does not."""
    public_key, private_key = generate(algorithm)
    message = "责任书".encode()
    (tmp_path / "key.der").write_bytes(SPKI[algorithm] + public_key)
    (tmp_path / "sig").write_bytes(sign(algorithm, private_key, message, b"officer-1"))
    more = ["-digest", "sm3", "-pkeyopt", "distid:officer-1"] if algorithm == SM2 else []
    for content, code in ((message, 0), (message + b"!", 1)):
        (tmp_path / "message").write_bytes(content)
        command = [str(OPENSSL), "pkeyutl", "-verify", "-rawin", *more, "-pubin", "-keyform", "DER"]
        files = ["-inkey", "key.der", "-in", "message", "-sigfile", "sig"]
        done = subprocess.run([*command, *files], cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == code, done.stderr


@pytest.mark.skipif(OPENSSL is None, reason="no openssl to compare with")
@BOTH
def test_we_verify_what_openssl_signs(tmp_path: Path, algorithm: Algorithm) -> None:
    """A fresh key and signature of OpenSSL verify here."""

    def run(*arguments: str) -> bytes:
        return subprocess.run([str(OPENSSL), *arguments], cwd=tmp_path, capture_output=True, check=True).stdout

    made = ["ed25519"] if algorithm == ED25519 else ["EC", "-pkeyopt", "ec_paramgen_curve:SM2"]
    run("genpkey", "-algorithm", *made, "-out", "key.pem")
    public_key = run("pkey", "-in", "key.pem", "-pubout", "-outform", "DER").removeprefix(SPKI[algorithm])
    (tmp_path / "message").write_bytes(MESSAGE)
    more = ["-digest", "sm3", "-pkeyopt", "distid:officer-1"] if algorithm == SM2 else []
    signature = run("pkeyutl", "-sign", "-rawin", *more, "-inkey", "key.pem", "-in", "message")
    assert check_public_key(algorithm, public_key) == public_key
    assert verify(algorithm, public_key, MESSAGE, signature, b"officer-1")
    assert not verify(algorithm, public_key, MESSAGE + b"!", signature, b"officer-1")


@BOTH
def test_a_signature_is_of_one_key_and_message(algorithm: Algorithm) -> None:
    """Another message, another key and any byte changed make it none."""
    (one, private_key), (other, _) = generate(algorithm), generate(algorithm)
    made = sign(algorithm, private_key, MESSAGE)
    assert public_key_of(algorithm, private_key) == one
    assert verify(algorithm, one, MESSAGE, made)
    assert not verify(algorithm, other, MESSAGE, made)
    assert not verify(algorithm, one, MESSAGE + b"!", made)
    for at in range(len(made)):
        assert not verify(algorithm, one, MESSAGE, made[:at] + bytes([made[at] ^ 1]) + made[at + 1 :]), at


def test_the_form_of_signatures() -> None:
    """Length, DER, trailing bytes and ranges are told apart; no such signature verifies."""
    r, s = SAMPLE_R, SAMPLE_S
    plain = encode_dss_signature(r, s)
    wrong = {
        b"": "der",
        plain + b"\0": "der",
        plain[:-1]: "der",
        b"\x30\x81" + plain[1:]: "der",  # a length in two bytes where one is enough
        plain[:2] + b"\x02\x22\x00" + plain[3:]: "der",
        r.to_bytes(32, "big") + s.to_bytes(32, "big"): "der",
        encode_dss_signature(0, s): "range",
        encode_dss_signature(r, 0): "range",
        encode_dss_signature(r + SM2_ORDER, s): "range",
        encode_dss_signature(r, SM2_ORDER): "range",
    }
    assert {made: flaw(SM2, made) for made in wrong} == wrong
    assert flaw(SM2, plain) is None
    assert not any(verify(SM2, SAMPLE_KEY, b"message digest", made) for made in wrong)
    half, scalar = RFC_SIGNATURE[:32], int.from_bytes(RFC_SIGNATURE[32:], "little")
    malleable = half + (scalar + ED25519_ORDER).to_bytes(32, "little")
    assert [flaw(ED25519, made) for made in (RFC_SIGNATURE, RFC_SIGNATURE[:63], malleable)] == [None, "length", "range"]
    assert not verify(ED25519, RFC_KEY, b"\x72", malleable)
    assert not verify(ED25519, RFC_KEY, b"\x72", RFC_SIGNATURE + b"\0")


SMALL = [
    "00" * 32,
    "01" + "00" * 31,
    "ec" + "ff" * 30 + "7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
]


@pytest.mark.parametrize("key", SMALL)
def test_keys_of_small_order_are_none(key: str) -> None:
    """Points of small order verify nothing and are no keys: with one, a signature would fit any message."""
    with pytest.raises(ValueError, match="small order"):
        check_public_key(ED25519, bytes.fromhex(key))
    assert not verify(ED25519, bytes.fromhex(key), b"anything", bytes.fromhex(key) + bytes(32))


def test_public_keys_have_one_form() -> None:
    """SM2 keys are kept as X and Y; points off the curve, coordinates beyond the field and other lengths are none."""
    point = SAMPLE_KEY
    assert check_public_key(SM2, b"\4" + point) == check_public_key(SM2, point) == point
    x = int.from_bytes(point[:32], "big")
    for wrong in (
        point[:-1] + bytes([point[-1] ^ 1]), bytes(64), b"\2" + point, point[:63], b"\5" + point[:32],
        (x + SM2_PRIME).to_bytes(33, "big")[-32:] + point[32:], b"\xff" * 64,
    ):  # fmt: skip
        with pytest.raises(ValueError, match="SM2"):
            check_public_key(SM2, wrong)
        assert not verify(SM2, wrong, b"message digest", encode_dss_signature(SAMPLE_R, SAMPLE_S))
    assert check_public_key(ED25519, RFC_KEY) == RFC_KEY
    with pytest.raises(ValueError, match="32 bytes"):
        check_public_key(ED25519, RFC_KEY[:31])


def test_base64_is_canonical() -> None:
    """Padding, alphabet and unused bits are exactly as RFC 4648 has them."""
    assert read_base64("AAE=") == b"\0\1"
    for wrong in ("AAE", "AAF=", "AA E=", "AAE=\n", "-_8=", "AAE==", "é"):
        with pytest.raises(ValueError, match="base64"):
            read_base64(wrong)


def test_without_sm2_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where gmssl-pyx is missing points are still checked, and everything else of SM2 says what is missing."""
    monkeypatch.setattr(signatures, "gmssl_pyx", None)
    assert check_public_key(SM2, SAMPLE_KEY) == SAMPLE_KEY
    for work in (lambda: generate(SM2), lambda: verify(SM2, SAMPLE_KEY, b"", encode_dss_signature(1, 1))):
        with pytest.raises(signatures.AlgorithmMissing, match="gmssl-pyx"):
            work()
