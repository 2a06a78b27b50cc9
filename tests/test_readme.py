"""The README's walk, run word for word against a served log."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.servers import Served

README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(r"```(bash|json|text)\n(.*?)```", re.DOTALL)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    """An empty service on loopback."""
    running = Served(tmp_path / "data")
    running.start()
    yield running
    running.stop()
    running.close()


def test_the_walk_prints_what_the_readme_says(server: Served, tmp_path: Path) -> None:
    """Every command of the README's walk succeeds and prints exactly the text shown after it."""
    blocks = BLOCK.findall(README.read_text(encoding="utf-8"))[1:]
    key = (server.data / "operator.key").read_text(encoding="ascii").strip()
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "ZEREN_URL": server.url, "ZEREN_KEY": key}
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
    assert compared == 6
