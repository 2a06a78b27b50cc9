"""Commands on a test's own database and in its own directory."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.service.servers import Commands


@pytest.fixture
def commands(tmp_path: Path, database_url: str) -> Commands:
    """Commands on this test's database, with a key that may do what most of them do."""
    made = Commands(tmp_path / "data", database_url)
    made.with_key("operator", "recorder", "inspector", "auditor")
    return made


@pytest.fixture
def own_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test works in a directory of its own."""
    monkeypatch.chdir(tmp_path)
