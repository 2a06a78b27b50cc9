"""What became of runs of `zeren verify`: a note beside the data, for those who ask whether it is done. No proof."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

STATES: Final = "verify"
"""The directory in the data directory; what an interrupted run had checked stands there too."""
MOST: Final = 100
"""So many runs of a log are told."""


def note(folder: Path, log_id: str, run: Mapping[str, Any]) -> None:
    """Add a run that has ended. What cannot be written is left out: who verifies may only be let read."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        with _file(folder, log_id).open("a", encoding="utf-8") as opened:
            opened.write(json.dumps(run, ensure_ascii=False) + "\n")


def runs_of(folder: Path | None, log_id: str) -> list[dict[str, Any]]:
    """The runs of a log that have ended, the newest first; none where no folder is known."""
    if folder is None:
        return []
    try:
        lines = _file(folder, log_id).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    found = []
    for line in reversed(lines[-MOST:]):
        with suppress(ValueError):  # a line that was cut off by a crash
            run = json.loads(line)
            if isinstance(run, dict):
                found.append(run)
    return found


def _file(folder: Path, log_id: str) -> Path:
    return folder / f"{log_id}.runs"
