"""The golden vectors are what golang.org/x/mod makes."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.external.gocode import build
from tests.external.vectors import FILE
from tests.patience import HANG_SECONDS


def test_golden_vectors_are_made_by_go(tmp_path: Path) -> None:
    """The Go program writes the kept file byte for byte: nothing in it is of our making."""
    made = subprocess.run([build("golden", tmp_path)], capture_output=True, timeout=HANG_SECONDS, check=True)
    assert made.stdout == FILE.read_bytes()
