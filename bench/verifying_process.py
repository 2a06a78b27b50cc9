"""Verifies signatures one after the other with PyNaCl or gmssl-pyx alone: what one core can do with nothing else to do.

Runs in a process of its own and imports nothing of ours.
python -m bench.verifying_process FILE: a line of JSON each, [algorithm, public key, message, signature] in base64
"""

from __future__ import annotations

import base64
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

SIGNER_ID: Final = b"1234567812345678"
"""GM/T 0009 section 10: the identity of a signer who has stated none."""

Signed = tuple[bytes, bytes, bytes]
"""Public key, message, signature."""


def ed25519(made: list[Signed]) -> float:
    """The seconds that PyNaCl takes; every key is made ready before."""
    from nacl.signing import VerifyKey  # noqa: PLC0415  one of the two is loaded

    keys = {key: VerifyKey(key) for key, _, _ in made}
    began = time.perf_counter()
    for key, message, signature in made:
        keys[key].verify(message, signature)
    return time.perf_counter() - began


def sm2(made: list[Signed]) -> float:
    """The seconds that gmssl-pyx takes."""
    from gmssl_pyx import sm2_verify  # noqa: PLC0415  one of the two is loaded

    began = time.perf_counter()
    for key, message, signature in made:
        if not sm2_verify(key, message, signature, signer_id=SIGNER_ID):
            raise ValueError("a signature of SM2 does not verify")
    return time.perf_counter() - began


def main() -> None:
    """Verify the signatures of a file, all of one algorithm; say how many they were and what it took."""
    lines = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="ascii").splitlines()]
    made = [(*map(base64.b64decode, parts),) for _, *parts in lines]
    verify: Callable[[list[Signed]], float] = {"Ed25519": ed25519, "SM2": sm2}[lines[0][0]]
    print(json.dumps({"count": len(made), "seconds": verify([(key, text, sig) for key, text, sig in made])}))


if __name__ == "__main__":
    main()
