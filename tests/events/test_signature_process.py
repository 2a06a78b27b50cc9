"""A process that verifies signatures: it answers, it is started again where it ended, and it says nothing on stderr."""

from __future__ import annotations

import os

import pytest

from events import signatures
from events.signature_process import SignatureProcess
from events.signatures import SM2, AlgorithmMissing
from tests.events.signers import Signer

SIGNER = Signer("sm", "SM2", "officer-1")
SOUND = (SIGNER.keys[0], b"m", SIGNER.sign(b"m"), b"officer-1")


def test_a_process_that_was_killed_is_started_again() -> None:
    """Where the process ends, the next request starts another and is answered; closed, nothing is left of it."""
    process = SignatureProcess(SM2)
    assert process.verify([SOUND, (*SOUND[:3], None)]) == [True, False]
    running = process._beside._process
    assert running is not None
    running.kill()
    running.wait()
    assert process.verify([SOUND]) == [True]
    again = process._beside._process
    assert again is not None
    assert again.pid != running.pid
    process.close()
    assert again.poll() is not None


def test_it_ends_when_its_stdin_does() -> None:
    """A process whose parent is gone reads no more lines, and ends by itself."""
    process = SignatureProcess(SM2)
    assert process.verify([SOUND]) == [True]
    running = process._beside._process
    assert running is not None
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.close()
    assert running.wait(30) == 0
    running.stdout.close()


def test_nothing_wrong_reaches_our_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    """GmSSL tells the C library's stderr of every fault; ours stays clean, and the verdict is no."""
    process = SignatureProcess(SM2)
    wrong = (os.urandom(64), b"m", SOUND[2], None)
    changed = (*SOUND[:2], SIGNER.sign(b"other"), b"officer-1")
    assert process.verify([changed]) == [False]
    assert process.verify([wrong, SOUND]) == [False, True]
    process.close()
    assert capfd.readouterr().err == ""


def test_without_sm2_no_process_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where gmssl-pyx is missing that is said at once."""
    monkeypatch.setattr(signatures, "sm2_available", False)
    process = SignatureProcess(SM2)
    with pytest.raises(AlgorithmMissing):
        process.verify([SOUND])
    assert process._beside._process is None
