"""Ed25519 (RFC 8032) and SM2 with SM3 (GM/T 0003.2): the two algorithms that officials and logs sign with.

Ed25519 by PyNaCl (libsodium, which refuses small-order keys and non-canonical scalars), SM2 by gmssl-pyx.
A signature of SM2 is the DER form of (r, s), nothing after it, both in [1, n-1]. SM2 holds Python's global
lock while it works: keep it off an event loop. Where gmssl-pyx has no wheel, `sm2_available` is false and
making and verifying signatures of SM2 raises AlgorithmMissing.
"""

from __future__ import annotations

import base64
import binascii
import os
from typing import Any, Final, Literal

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from nacl.bindings import (
    crypto_core_ed25519_is_valid_point,
    crypto_sign_BYTES,
    crypto_sign_PUBLICKEYBYTES,
    crypto_sign_seed_keypair,
    crypto_sign_SEEDBYTES,
)
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

try:
    import gmssl_pyx
except ImportError:  # no wheel for this platform
    gmssl_pyx = None

Algorithm = Literal["Ed25519", "SM2"]
ED25519: Final = "Ed25519"
SM2: Final = "SM2"

DEFAULT_SIGNER_ID: Final = b"1234567812345678"
"""GM/T 0009 section 10: the identity of a signer who has stated none."""
SM2_ORDER: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
SM2_SCALAR: Final = 32
_SM2_POINT: Final = 64
_UNCOMPRESSED: Final = 4

sm2_available: Final = gmssl_pyx is not None


class AlgorithmMissing(RuntimeError):
    """SM2 was asked for where gmssl-pyx is not installed."""


def _field(hexadecimal: str) -> int:
    return int(hexadecimal, 16)


SM2_PRIME: Final = _field("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF")
SM2_A: Final = SM2_PRIME - 3
SM2_B: Final = _field("28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93")
"""GM/T 0003.5: y^2 = x^3 + ax + b over the field of this prime; the group has prime order, so no point is small."""
ED25519_ORDER: Final = 2**252 + 27742317777372353535851937790883648493

Flaw = Literal["length", "der", "range"]
"""What can be wrong with a signature before any key is looked at."""


def read_base64(text: str) -> bytes:
    """The bytes of standard base64 (RFC 4648 section 4), padded and canonical. Raises ValueError for anything else."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"not standard base64: {text[:80]!r}") from None
    if base64.b64encode(raw).decode() != text:
        raise ValueError(f"not canonical base64: {text[:80]!r}")
    return raw


def check_public_key(algorithm: Algorithm, public_key: bytes) -> bytes:
    """A public key in the one form we keep: 32 bytes, or for SM2 the point as X and Y, 64 bytes.

    SM2 also takes the uncompressed form of SEC 1, 0x04 before X and Y. Raises ValueError for a point that is
    not on the curve, of small order, or not of this length.
    """
    if algorithm == ED25519:
        if len(public_key) != crypto_sign_PUBLICKEYBYTES:
            raise ValueError(f"an Ed25519 key has {crypto_sign_PUBLICKEYBYTES} bytes, not {len(public_key)}")
        if not crypto_core_ed25519_is_valid_point(public_key):
            raise ValueError("no point of the prime-order group of Ed25519: off the curve, or of small order")
        return public_key
    point = public_key[1:] if len(public_key) == _SM2_POINT + 1 and public_key[0] == _UNCOMPRESSED else public_key
    if len(point) != _SM2_POINT:
        raise ValueError(f"an SM2 key has {_SM2_POINT} bytes (X and Y), or 65 with 0x04 before them")
    x, y = int.from_bytes(point[:SM2_SCALAR], "big"), int.from_bytes(point[SM2_SCALAR:], "big")
    if x >= SM2_PRIME or y >= SM2_PRIME or (y * y - x * x * x - SM2_A * x - SM2_B) % SM2_PRIME:
        raise ValueError("no point of the curve of SM2")
    return bytes(point)


def flaw(algorithm: Algorithm, signature: bytes) -> Flaw | None:
    """What is wrong with the form of a signature: its length, its DER (trailing bytes too), or the range of r and s."""
    if algorithm == ED25519:
        if len(signature) != crypto_sign_BYTES:
            return "length"
        half = crypto_sign_BYTES // 2
        return None if int.from_bytes(signature[half:], "little") < ED25519_ORDER else "range"
    try:
        r, s = decode_dss_signature(signature)
    except ValueError:
        return "der"
    return None if 0 < r < SM2_ORDER and 0 < s < SM2_ORDER else "range"


def verify(
    algorithm: Algorithm, public_key: bytes, message: bytes, signature: bytes, signer_id: bytes | None = None
) -> bool:
    """Whether a signature over a message is that of a key; false for a signature of any other form.

    `signer_id` is SM2's alone; without it `DEFAULT_SIGNER_ID`.
    """
    if algorithm == ED25519:
        if len(signature) != crypto_sign_BYTES or len(public_key) != crypto_sign_PUBLICKEYBYTES:
            return False
        try:
            VerifyKey(public_key).verify(message, signature)
        except BadSignatureError:
            return False
        return True
    gmssl = _sm2()
    if flaw(SM2, signature) is not None:
        return False
    try:
        return bool(gmssl.sm2_verify(public_key, message, signature, signer_id=signer_id or DEFAULT_SIGNER_ID))
    except (gmssl.InvalidValueError, gmssl.GmsslInnerError):  # no point of the curve, no identity
        return False


def generate(algorithm: Algorithm) -> tuple[bytes, bytes]:
    """A new key: the public part, and the private part as `sign` takes it."""
    if algorithm == ED25519:
        seed = os.urandom(crypto_sign_SEEDBYTES)
        return crypto_sign_seed_keypair(seed)[0], seed
    public_key, scalar = _sm2().sm2_key_generate()
    return public_key, scalar + public_key


def sign(algorithm: Algorithm, private_key: bytes, message: bytes, signer_id: bytes | None = None) -> bytes:
    """The signature of a private key over a message.

    A private key is the seed of Ed25519, 32 bytes, or for SM2 the scalar and the point, 96 bytes.
    """
    if algorithm == ED25519:
        return SigningKey(private_key).sign(message).signature
    scalar, point = private_key[:SM2_SCALAR], private_key[SM2_SCALAR:]
    return bytes(_sm2().sm2_sign(scalar, point, message, signer_id=signer_id or DEFAULT_SIGNER_ID))


def public_key_of(algorithm: Algorithm, private_key: bytes) -> bytes:
    """The public key that belongs to a private key."""
    return crypto_sign_seed_keypair(private_key)[0] if algorithm == ED25519 else private_key[SM2_SCALAR:]


def _sm2() -> Any:
    if gmssl_pyx is None:
        raise AlgorithmMissing("SM2 takes the package gmssl-pyx, which has no wheel for this platform")
    return gmssl_pyx
