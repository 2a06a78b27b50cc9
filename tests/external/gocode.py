"""Debian's Go with golang.org/x/mod, installed where that is allowed, and programs built with it, offline."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

PACKAGES: Final = ("golang-go", "golang-golang-x-mod-dev")
GOPATH: Final = Path("/usr/share/gocode")
"""Where Debian keeps the sources of Go libraries."""
HERE: Final = Path(__file__).parent
INSTALL_SECONDS: Final = 300.0
BUILD_SECONDS: Final = 120.0


def _is_there() -> bool:
    return shutil.which("go") is not None and (GOPATH / "src/golang.org/x/mod/sumdb/tlog").is_dir()


def _install() -> str:
    """Install what is missing; what stood in the way, or nothing."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return "no root, or no apt-get"
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    said = ""
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
        try:
            done = subprocess.run(
                [apt, "--quiet", *command],
                env=env,
                capture_output=True,
                text=True,
                timeout=INSTALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"apt-get {command[0]} took more than {INSTALL_SECONDS:.0f} s"
        said = done.stderr.strip()[-300:]
    return "" if _is_there() else said or "the packages hold no x/mod"


def build(program: str, folder: Path) -> Path:
    """The program of a folder beside this file, built into `folder`. Skips the test where there can be no Go.

    With ZEREN_CI=1 there must be.
    """
    reason = "" if _is_there() else _install()
    if reason and os.environ.get("ZEREN_CI") == "1":
        pytest.fail(f"{' and '.join(PACKAGES)} cannot be installed: {reason}")
    if reason:
        pytest.skip(f"takes {' and '.join(PACKAGES)}: {reason}")
    built = folder / program
    env = {**os.environ, **_environment(folder)}
    command = ["go", "build", "-o", str(built), str(HERE / program / "main.go")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    return built


def _environment(folder: Path) -> Mapping[str, str]:
    """No modules, so nothing is fetched: x/mod comes from GOPATH."""
    return {"GO111MODULE": "off", "GOFLAGS": "", "GOPATH": str(GOPATH), "GOCACHE": str(folder / "cache")}
