"""Debian's Go with golang.org/x/mod, installed where that is allowed, and programs built with it, offline."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.debian import need

PACKAGES: Final = ("golang-go", "golang-golang-x-mod-dev")
GOPATH: Final = Path("/usr/share/gocode")
"""Where Debian keeps the sources of Go libraries."""
HERE: Final = Path(__file__).parent
BUILD_SECONDS: Final = 120.0


def _is_there() -> bool:
    return shutil.which("go") is not None and (GOPATH / "src/golang.org/x/mod/sumdb/tlog").is_dir()


def build(program: str, folder: Path) -> Path:
    """The program of a folder beside this file, built into `folder`. Skips the test where there can be no Go."""
    need(PACKAGES, _is_there)
    built = folder / program
    env = {**os.environ, **_environment(folder)}
    command = ["go", "build", "-o", str(built), str(HERE / program / "main.go")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    return built


def _environment(folder: Path) -> Mapping[str, str]:
    """No modules, so nothing is fetched: x/mod comes from GOPATH."""
    return {"GO111MODULE": "off", "GOFLAGS": "", "GOPATH": str(GOPATH), "GOCACHE": str(folder / "cache")}
