"""The outside copy: the last signed checkpoint of each log, in a file that a restored database does not take back.

`<notary directory>/<log>/checkpoint` holds the signed note. It is replaced whole: written beside, flushed,
renamed. It never goes back to a smaller size but by an operator's decision, which sets it aside as `lost-<n>`.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from events import note
from events.checkpoint import Checkpoint, parse_body
from events.note import NotANote

COPY: Final = "checkpoint"
LOST: Final = "lost-"
LOCK: Final = ".lock"
PRIVATE: Final = 0o700


class CopyUnreadable(Exception):
    """The outside copy is no checkpoint of its log; the message says which file and why."""


def read(directory: Path, log_id: str, origin: str) -> Checkpoint | None:
    """The checkpoint last signed, as it is kept outside; None where none is. Raises CopyUnreadable."""
    file = directory / log_id / COPY
    try:
        found = parse_body(note.parse(file.read_text(encoding="utf-8")).text)
    except FileNotFoundError:
        return None
    except (NotANote, UnicodeDecodeError) as error:
        raise CopyUnreadable(f"{file} is no signed checkpoint: {error}") from None
    if found.origin != origin:
        raise CopyUnreadable(f"{file} is a checkpoint of {found.origin}, not of {origin}")
    return found


def every(directory: Path) -> list[str]:
    """The ids of the logs of which a checkpoint is kept."""
    return sorted(file.parent.name for file in directory.glob(f"*/{COPY}"))


def write(directory: Path, log_id: str, text: str) -> None:
    """Keep a signed checkpoint outside, unless the one there is as large. Durable once this returns."""
    size = parse_body(note.parse(text).text)
    with alone(directory, log_id):
        kept = read(directory, log_id, size.origin)
        if kept is None or kept.size < size.size:
            replace(directory / log_id / COPY, text)


def set_aside(directory: Path, log_id: str) -> Path | None:
    """Move the outside copy out of the way as `lost-<n>`; its new place, or None where there is no copy."""
    place = directory / log_id
    with alone(directory, log_id):
        number = 1 + max((_number(file) for file in place.glob(f"{LOST}*")), default=0)
        aside = place / f"{LOST}{number}"
        try:
            (place / COPY).rename(aside)
        except FileNotFoundError:
            return None
        _flush(place)
        return aside


def _number(file: Path) -> int:
    digits = file.name.removeprefix(LOST)
    return int(digits) if digits.isascii() and digits.isdigit() else 0


@contextlib.contextmanager
def alone(directory: Path, log_id: str) -> Iterator[Path]:
    """The log's own directory, made where it is missing, with one process at a time in it."""
    place = directory / log_id
    if not place.is_dir():
        directory.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        place.mkdir(mode=PRIVATE, exist_ok=True)
        _flush(directory)
    with (place / LOCK).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield place


def replace(file: Path, text: str) -> None:
    """Put a whole file, for its owner alone, in the place of another; durable once this returns."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _flush(file.parent)


def _flush(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
