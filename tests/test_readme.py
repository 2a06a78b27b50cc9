"""The README's walk, run word for word against a served log."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.patience import HANG_SECONDS, looks
from tests.service.servers import Served

README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(r"```(bash|json|text)\n(.*?)```", re.DOTALL)


LOGS: Final = ("beside", "cn-62")
EVENT: Final = {
    "specversion": "1.0", "id": "1", "source": "urn:test", "type": "person.registered",
    "data": {"person_id": "x", "name_zh": "示例"},
}  # fmt: skip


def key_of(server: Served) -> str:
    """The operator's key."""
    return (server.data / "operator.key").read_text(encoding="ascii").strip()


def settle(server: Served) -> None:
    """Wait until the processes beside the service have done what there was to do: on a slow machine that takes long."""
    keyed = {"Authorization": f"Bearer {key_of(server)}"}
    with httpx.Client(base_url=server.url, headers=keyed, timeout=HANG_SECONDS) as client:
        for _ in looks(server.said):
            found = [log for log in client.get("/v1/logs").json()["items"] if log["id"] in LOGS and log["size"]]
            signed = [client.get(f"/{log['id']}/checkpoint").text.split("\n")[1:2] for log in found]
            projected = [log["projected"]["size"] for log in found]
            if [[str(size)] for size in projected] == signed and projected == [log["size"] for log in found]:
                return


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    """A service on loopback with all its processes at work, as a log beside that of the walk shows."""
    running = Served(tmp_path / "data")
    try:
        running.start()
        keyed = {"Authorization": f"Bearer {key_of(running)}", "Content-Type": "application/cloudevents+json"}
        with httpx.Client(base_url=running.url, headers=keyed, timeout=HANG_SECONDS) as client:
            client.put(f"/v1/logs/{LOGS[0]}", headers={"Content-Type": "application/json"}).raise_for_status()
            client.post(f"/v1/logs/{LOGS[0]}/events", json=EVENT).raise_for_status()
        settle(running)
        yield running
        running.stop()
    finally:
        running.close()


def test_the_walk_prints_what_the_readme_says(server: Served, tmp_path: Path) -> None:
    """Every command of the README's walk succeeds and prints exactly the text shown after it."""
    blocks = BLOCK.findall(README.read_text(encoding="utf-8"))[1:]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "ZEREN_URL": server.url, "ZEREN_KEY": key_of(server)}
    compared = 0
    for (language, script), following in zip(blocks, [*blocks[1:], ("", "")], strict=True):
        if language != "bash":
            continue
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], cwd=tmp_path, env=environment, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        if following[0] in ("json", "text"):
            assert done.stdout.decode().strip() == following[1].strip()
            compared += 1
        settle(server)
    assert compared == 6
