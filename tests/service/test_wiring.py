"""What is wired: the operator's key, and the embedded server that several processes share."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest
from pydantic import ValidationError

from service import embedded
from service.cli.serve import BESIDE
from service.settings import Settings
from service.wiring import KEY_FILE, operator_key
from tests.patience import HANG_SECONDS, looks
from tests.service.servers import Served, environment, zeren


def settings(data: Path, key: str | None = None) -> Settings:
    """Settings of a data directory."""
    return Settings(data=data, operator_key=key)


def test_the_operators_key_is_made_once(tmp_path: Path) -> None:
    """The key is generated, kept for its owner's eyes only, and the same from then on."""
    data = tmp_path / "new" / "data"
    made = operator_key(settings(data))
    assert len(made) >= 24
    assert stat.S_IMODE((data / KEY_FILE).stat().st_mode) == 0o600
    assert operator_key(settings(data)) == made
    assert operator_key(settings(tmp_path / "other")) != made
    assert [one.name for one in data.iterdir()] == [KEY_FILE]


def test_a_key_file_that_was_cut_short_is_made_anew(tmp_path: Path) -> None:
    """A key shorter than it may be is replaced, and the file is the owner's alone again."""
    (tmp_path / KEY_FILE).write_text("zk_oper")
    (tmp_path / KEY_FILE).chmod(0o644)
    made = operator_key(settings(tmp_path))
    assert made != "zk_oper"
    assert operator_key(settings(tmp_path)) == made
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    """Whoever comes second takes the key of the first."""
    for attempt in range(20):
        with ThreadPoolExecutor(8) as pool:
            keys = set(pool.map(operator_key, [settings(tmp_path / str(attempt))] * 8))
        assert len(keys) == 1


def test_a_key_that_is_set_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ZEREN_OPERATOR_KEY stands before the kept key, is not written down, and has at least 24 characters."""
    monkeypatch.setenv("ZEREN_DATA", str(tmp_path))
    kept = operator_key(Settings())
    monkeypatch.setenv("ZEREN_OPERATOR_KEY", "k" * 24)
    assert operator_key(Settings()) == "k" * 24
    assert (tmp_path / KEY_FILE).read_text().strip() == kept
    monkeypatch.setenv("ZEREN_OPERATOR_KEY", "k" * 23)
    with pytest.raises(ValidationError):
        Settings()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A server that is not yet started."""
    server = Served(tmp_path / "data")
    yield server
    server.close()


@pytest.mark.long
def test_starting_again_sharing_and_ending(served: Served) -> None:
    """A second start takes the PostgreSQL that runs; a command shares it too; ended, nothing runs on."""
    first = served.start()
    key = (served.data / KEY_FILE).read_text().strip()
    assert key in served.said.read_text()
    headers = {"Authorization": f"Bearer {key}"}
    assert httpx.put(f"{served.url}/v1/logs/cn-62", headers=headers, timeout=HANG_SECONDS).status_code == 201
    (postmaster,) = served.postgres()
    served.kill()
    again = served.start()
    sys.stdout.write(f"\nready after {first:.1f} s with a new data directory, after {again:.1f} s with it\n")
    assert served.postgres() == [postmaster]

    local = environment(ZEREN_DATA=str(served.data))
    listed = zeren("logs", "--json", env=local)
    assert [log["id"] for log in json.loads(listed.stdout)] == ["cn-62"]
    asked = zeren("ask", "nowhere", env=local)
    assert (asked.returncode, "no jurisdiction nowhere" in asked.stderr) == (1, True)
    assert served.postgres() == [postmaster]
    assert httpx.get(f"{served.url}/v1/logs/cn-62", headers=headers, timeout=HANG_SECONDS).status_code == 200

    for _ in looks(served.said):
        beside = served.runners()
        if len(beside) >= len(BESIDE):
            break
    assert len(beside) == len(BESIDE)
    assert served.stop() == 0
    assert served.postgres() == []
    assert not any(one.is_running() for one in beside)


@pytest.mark.long
def test_a_start_that_was_cut_short_is_begun_again(served: Served) -> None:
    """A server killed while it made its PostgreSQL is started again as if nothing had been."""
    place = served.data / "postgres"
    (place / "base").mkdir(parents=True)
    (place / "PG_VERSION").write_text("18\n")
    (served.data / embedded.UNFINISHED).touch()
    served.start()
    assert not (served.data / embedded.UNFINISHED).exists()
    served.kill()
    served.kill_postgres()
    postmaster = place / embedded.POSTMASTER
    lines = postmaster.read_text().splitlines()
    postmaster.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    served.start()
    served.kill()
    served.kill_postgres()
    postmaster.write_text("\n".join([str(psutil.Process().pid), *lines[1:4]]) + "\n")
    served.start()
