"""The outside copy: it is replaced whole, never goes back, and is set aside only by decision."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from events import note, signatures
from events.checkpoint import Checkpoint
from events.note import ED25519_TYPE, Note, VerifierKey
from service.notary import kept
from service.notary.kept import CopyUnreadable

LOG = "cn-62"
ORIGIN = "example.com/log"
SEED = bytes(32)
KEY = VerifierKey(ORIGIN, ED25519_TYPE, signatures.public_key_of("Ed25519", SEED))


def signed(size: int, origin: str = ORIGIN) -> str:
    """A signed checkpoint."""
    body = Checkpoint(origin, size, sha256(str(size).encode()).digest()).body
    return str(Note(body, (note.sign(body, KEY, SEED),)))


def test_there_is_none_at_first(tmp_path: Path) -> None:
    """Before anything was signed there is no copy, and reading makes nothing."""
    assert kept.read(tmp_path / "notary", LOG, ORIGIN) is None
    assert not (tmp_path / "notary").exists()
    assert kept.set_aside(tmp_path, LOG) is None


def test_it_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    """What is written is read again, and nobody else may read or change it."""
    kept.write(tmp_path, LOG, signed(3))
    found = kept.read(tmp_path, LOG, ORIGIN)
    assert found is not None
    assert (found.size, found.root) == (3, sha256(b"3").digest())
    assert stat.S_IMODE((tmp_path / LOG / kept.COPY).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / LOG).stat().st_mode) == 0o700


def test_it_never_goes_back(tmp_path: Path) -> None:
    """However writers race, what stays is the largest, and nothing half written is left beside it."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda size: kept.write(tmp_path, LOG, signed(size)), [5, 3, 9, 1, 7, 9, 2, 8] * 5))
    found = kept.read(tmp_path, LOG, ORIGIN)
    assert found is not None
    assert found.size == 9
    assert sorted(file.name for file in (tmp_path / LOG).iterdir()) == [kept.LOCK, kept.COPY]


def test_it_is_set_aside_under_a_number_of_its_own(tmp_path: Path) -> None:
    """Each copy that is set aside stays: they are numbered, and a smaller one may follow."""
    for number, size in ((1, 9), (2, 4), (3, 6)):
        kept.write(tmp_path, LOG, signed(size))
        assert kept.set_aside(tmp_path, LOG) == tmp_path / LOG / f"lost-{number}"
        assert (tmp_path / LOG / f"lost-{number}").read_text() == signed(size)
    assert kept.read(tmp_path, LOG, ORIGIN) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense\n",
        signed(3)[:-1],
        signed(3).replace("\n\n", "\n"),
        signed(3).replace("\n3\n", "\n03\n"),
        signed(3, "example.com/other"),
        b"\xff",
    ],
)
def test_what_is_no_checkpoint_of_the_log_is_told(tmp_path: Path, text: str | bytes) -> None:
    """A copy that was damaged, or is another log's, is no copy; the message names the file."""
    (tmp_path / LOG).mkdir()
    file = tmp_path / LOG / kept.COPY
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(CopyUnreadable, match=str(file)):
        kept.read(tmp_path, LOG, ORIGIN)
