"""The SHA-256 of ours, for pages that are no secure context, in the browser that runs it."""

from __future__ import annotations

import base64
from hashlib import sha256
from random import Random
from typing import Final

from playwright.sync_api import Page

VECTORS: Final = {
    b"": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    b"abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq": (
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    b"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
    b"hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu": (
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
    b"a" * 1_000_000: "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
}
"""FIPS 180-2 appendix B, NIST's example algorithms, and the digest of nothing."""
_DIGESTS: Final = """
async ([module, inputs]) => {
  const { plain, sha256 } = await import(module);
  const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, '0')).join('');
  const told = [];
  for (const one of inputs) {
    const bytes = Uint8Array.from(atob(one), (c) => c.charCodeAt(0));
    told.push([hex(plain(bytes)), hex(await sha256(bytes))]);
  }
  return told;
}
"""


def digests(page: Page, inputs: list[bytes]) -> list[list[str]]:
    """What our implementation and the module's choice say of each input."""
    frame = page.locator('script[type="module"]').first.get_attribute("src")
    assert frame is not None
    module = frame.rpartition("/")[0] + "/sha256.js"
    found: list[list[str]] = page.evaluate(_DIGESTS, [module, [base64.b64encode(one).decode() for one in inputs]])
    return found


def test_known_digests(page: Page) -> None:
    """NIST's vectors come out right, by ours and by the browser's."""
    page.goto("/logs")
    assert digests(page, list(VECTORS)) == [[digest, digest] for digest in VECTORS.values()]


def test_any_input(page: Page) -> None:
    """Inputs of every length around the blocks, and some larger ones, have the digests that hashlib gives."""
    random = Random(8024)
    inputs = [random.randbytes(length) for length in (*range(200), 1000, 65_535, 65_536, 65_537)]
    page.goto("/logs")
    expected = [sha256(one).hexdigest() for one in inputs]
    assert digests(page, inputs) == [[digest, digest] for digest in expected]
