"""Time tokens: those of `openssl ts` verify, and nothing else does."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from rfc3161_client import decode_timestamp_response

from events import time_token
from events.time_token import BadTimeToken, read_roots
from tests.authority import OpensslAuthority


def test_a_token_proves_its_own_body_and_request_alone(tmp_path: Path) -> None:
    """Another body, another request's nonce, changed bytes, and what is no response are refused."""
    authority = OpensslAuthority(tmp_path / "tsa")
    roots = read_roots(authority.root.read_bytes())
    asked, other = time_token.request("body\n"), time_token.request("body\n")
    token = authority.respond(asked.as_bytes())
    time_token.check(token, "body\n", roots, asked)
    changed = bytearray(token)
    changed[-1] ^= 1
    for wrong, body, request in (
        (token, "body", asked), (token, "body\n", other), (bytes(changed), "body\n", asked),
        (b"", "body\n", None), (token[:-10], "body\n", None), (b"0" * (time_token.MAX_RESPONSE + 1), "body\n", None),
    ):  # fmt: skip
        with pytest.raises(BadTimeToken):
            time_token.check(wrong, body, roots, request)


def test_certificates_may_stand_in_any_order(tmp_path: Path) -> None:
    """OpenSSL sends a chain in an order of its own, which is not that of DER: its responses are read all the same."""
    unread = 0
    for attempt in range(6):
        authority = OpensslAuthority(tmp_path / str(attempt))
        token = authority.respond(time_token.request("body\n").as_bytes())
        try:
            decode_timestamp_response(token)
        except ValueError:
            unread += 1
        time_token.check(token, "body\n", read_roots(authority.root.read_bytes()))
    assert unread


def test_what_is_damaged_is_refused(tmp_path: Path) -> None:
    """A response that ends anywhere too early, or has any byte changed that counts, is refused and breaks nothing."""
    authority = OpensslAuthority(tmp_path / "tsa")
    roots = read_roots(authority.root.read_bytes())
    token = authority.respond(time_token.request("body\n").as_bytes())
    for length in range(len(token)):
        with pytest.raises(BadTimeToken):
            time_token.check(token[:length], "body\n", roots)
    for at in range(0, len(token), 5):
        changed = bytearray(token)
        changed[at] ^= 0x55
        with suppress(BadTimeToken):  # a certificate that nothing needs is not looked at
            time_token.check(bytes(changed), "body\n", roots)
