"""The vectors of golden.json, which a Go program on golang.org/x/mod wrote."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, Final

from events.merkle import leaf_hash

FILE: Final = Path(__file__).parent / "golden.json"
GOLDEN: Final[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
LEAVES: Final = [leaf_hash(f"record {number}".encode()) for number in range(600)]
ROOTS: Final = {head["Size"]: base64.b64decode(head["Root"]) for head in GOLDEN["Heads"]}


def hashes(encoded: list[str]) -> list[bytes]:
    """The hashes of a proof."""
    return [base64.b64decode(each) for each in encoded]
