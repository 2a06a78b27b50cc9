"""The processes beside the service are kept alive."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from service import process

pytestmark = pytest.mark.anyio


async def test_a_process_that_cannot_be_started_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is said, and nothing is given up for it."""
    monkeypatch.setattr(process, "RETRY_SECONDS", 0.01)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    kept = asyncio.create_task(process.supervise("postgresql://", "service.running"))
    await asyncio.sleep(0.2)
    assert not kept.done()
    kept.cancel()
    assert capsys.readouterr().out.count("cannot be started and is tried again") > 1
