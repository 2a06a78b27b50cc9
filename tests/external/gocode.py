"""Debian's Go with golang.org/x/mod, installed where that is allowed, and programs built with it, offline."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from tests.debian import need
from tests.patience import HANG_SECONDS

PACKAGES: Final = ("golang-go", "golang-golang-x-mod-dev")
GOPATH: Final = Path("/usr/share/gocode")
"""Where Debian keeps the sources of Go libraries."""
HERE: Final = Path(__file__).parent
ENVIRONMENT: Final = {"GO111MODULE": "off", "GOFLAGS": "", "GOPATH": str(GOPATH)}
"""No modules, so nothing is fetched: x/mod comes from GOPATH. Go keeps what it built of itself for the next time."""


def _is_there() -> bool:
    return shutil.which("go") is not None and (GOPATH / "src/golang.org/x/mod/sumdb/tlog").is_dir()


def build(program: str, folder: Path) -> Path:
    """The program of a folder beside this file, built into `folder`. Skips the test where there can be no Go."""
    need(PACKAGES, _is_there)
    built = folder / program
    env = {**os.environ, **ENVIRONMENT}
    command = ["go", "build", "-o", str(built), str(HERE / program / "main.go")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=HANG_SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    return built
