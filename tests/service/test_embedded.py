"""The embedded PostgreSQL in directories of any name, and what is said where it does not start."""

from __future__ import annotations

import signal
from pathlib import Path

import httpx
import pytest

from tests.longer import longer
from tests.patience import HANG_SECONDS, looks
from tests.service.servers import KEY, Served, environment, zeren


def made(served: Served, log: str) -> int:
    """Make a log; the status code."""
    headers = {"Authorization": f"Bearer {KEY}"}
    return httpx.put(f"{served.url}/v1/logs/{log}", headers=headers, timeout=HANG_SECONDS).status_code


@pytest.mark.long
def test_a_directory_of_any_name(tmp_path: Path) -> None:
    """Spaces, quotes and signs that mean something to a shell or in a URL are names like others; twice the same data.

    Damaged files are told in a sentence, with what PostgreSQL says.
    """
    data = tmp_path / 'it\'s a "dir" of $HOME; `x` & 100%+#?,' / "数据 1"
    local = environment(ZEREN_DATA=str(data))
    made = zeren("keys", "add", "first", "--role", "inspector", env=local)
    assert (made.returncode, made.stderr) == (0, "")
    assert "first" in zeren("keys", "list", env=local).stdout
    control = data / "postgres" / "global" / "pg_control"
    control.rename(control.with_suffix(".away"))
    ended = zeren("logs", env=local)
    assert (ended.returncode, "Traceback" in ended.stderr) == (2, False), ended.stderr
    assert "PostgreSQL does not start" in ended.stderr
    assert "pg_control" in ended.stderr


@pytest.mark.parametrize("sent", longer([signal.SIGKILL, signal.SIGTERM]))
def test_it_is_started_again(served: Served, sent: signal.Signals) -> None:
    """PostgreSQL that was killed, or told to end, is started again by the service, which ends it with itself."""
    assert made(served, "cn-61") == 201
    (before,) = served.postgres()
    before.send_signal(sent)
    for _ in looks(served.said):
        # The new one first: sessions of the old one, told to end, answer until it does.
        if served.postgres() not in ([], [before]) and made(served, "cn-62") in (200, 201):
            break
    assert "PostgreSQL ended and is started again" in served.said.read_text()
    assert made(served, "cn-61") == 200
    assert served.stop() == 0
    assert served.postgres() == []


@pytest.mark.long
def test_a_killed_service_leaves_no_orphan_for_long(served: Served) -> None:
    """The PostgreSQL of a service that was killed is joined by the next one, and stops with it."""
    (before,) = served.postgres()
    served.kill()
    served.start()
    assert served.postgres() == [before]
    assert served.stop() == 0
    assert served.postgres() == []


@pytest.mark.long
def test_it_stops_with_its_last_user(served: Served) -> None:
    """A command that finds PostgreSQL killed starts it; it goes on for the service, and stops with it."""
    served.process.suspend()
    served.kill_postgres()
    assert zeren("logs", env=environment(ZEREN_DATA=str(served.data))).returncode == 0
    served.process.resume()
    assert served.stop() == 0
    assert served.postgres() == []
