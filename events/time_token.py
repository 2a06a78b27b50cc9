"""RFC 3161 time-stamp tokens over checkpoints: the request, and what a response proves.

What is stamped is the SHA-256 of a checkpoint's body, the text that is signed. Roots are the verifier's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from typing import Final

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    VerifierBuilder,
    decode_timestamp_response,
)

SHA256: Final = "2.16.840.1.101.3.4.2.1"
REQUEST_TYPE: Final = "application/timestamp-query"
RESPONSE_TYPE: Final = "application/timestamp-reply"
MAX_RESPONSE: Final = 256 * 1024
CERTIFICATES: Final = 0xA0
"""The tag [0], constructed."""
_LONG_FORM: Final = 0x80


class BadTimeToken(ValueError):
    """A response that does not prove when a checkpoint was there; the message says why."""


def read_roots(pem: bytes) -> list[Certificate]:
    """The certificates of a PEM file. Raises ValueError where there is none."""
    return load_pem_x509_certificates(pem)


def request(body: str) -> TimeStampRequest:
    """A request for a token over a checkpoint's body, with a nonce, and with the authority's certificate asked for."""
    made = TimestampRequestBuilder().data(body.encode()).hash_algorithm(HashAlgorithm.SHA256)
    return made.nonce(nonce=True).cert_request(cert_request=True).build()


def check(response: bytes, body: str, roots: Sequence[Certificate], asked: TimeStampRequest | None = None) -> datetime:
    """The instant at which, by an authority under one of the roots, the body of a checkpoint was there.

    `asked` is the request a response came for: then it must carry its nonce. Raises BadTimeToken.
    """
    if len(response) > MAX_RESPONSE:
        raise BadTimeToken(f"the response has more than {MAX_RESPONSE} bytes")
    try:
        decoded = decode_timestamp_response(_sorted(response))
        imprint = decoded.tst_info.message_imprint.hash_algorithm.dotted_string
    except (ValueError, IndexError) as error:
        raise BadTimeToken(f"the response is none of RFC 3161, or refuses: {error}") from None
    if imprint != SHA256:
        raise BadTimeToken(f"the token is over a digest of {imprint}, not SHA-256")
    builder = VerifierBuilder() if asked is None else VerifierBuilder.from_request(asked)
    for root in dict.fromkeys(roots):
        builder = builder.add_root_certificate(root)
    try:
        builder.build().verify(decoded, sha256(body.encode()).digest())
    except Exception as error:  # noqa: BLE001  whatever the parsers say of someone else's bytes, they are refused
        raise BadTimeToken(f"the token does not verify: {error}") from None
    return decoded.tst_info.gen_time.astimezone(UTC)


def _sorted(response: bytes) -> bytes:
    """A response with the certificates it carries in the order of DER, as its parser wants them.

    OpenSSL, and the many authorities that run on it, write them in another. They are not signed: no signature
    changes. TimeStampResp holds ContentInfo after its status (RFC 3161 section 2.4.2), which holds SignedData in
    [0]; there they stand in [0] after version, digest algorithms and content (RFC 5652 section 5.1).
    Raises ValueError, IndexError.
    """
    resp = _parts(response, *_content(response, 0))
    if len(resp) < 2:  # refused: no token
        return response
    signed = _content(response, _content(response, _parts(response, *_content(response, resp[1]))[1])[0])
    for begin in _parts(response, *signed)[3:4]:
        if response[begin] == CERTIFICATES:
            first, end = _content(response, begin)
            places = [*_parts(response, first, end), end]
            each = sorted(response[at:until] for at, until in pairwise(places))
            return response[:first] + b"".join(each) + response[end:]
    return response


def _content(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of the DER element at a place begins and ends. Raises ValueError."""
    head = data[at : at + 2]
    if len(head) < 2:
        raise ValueError("it ends early")
    long = head[1] - _LONG_FORM
    begin = at + 2 + max(long, 0)
    length = int.from_bytes(data[at + 2 : begin], "big") if long >= 0 else head[1]
    if begin + length > len(data):
        raise ValueError("it ends early")
    return begin, begin + length


def _parts(data: bytes, begin: int, end: int) -> list[int]:
    """Where the elements between two places begin. Raises ValueError."""
    found = []
    while begin < end:
        found.append(begin)
        begin = _content(data, begin)[1]
    if begin != end:
        raise ValueError("an element ends beyond what holds it")
    return found
