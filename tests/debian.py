"""Programs from Debian that tests need: installed where that is allowed, one installation at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pytest

INSTALL_SECONDS: Final = 600.0
LOCK: Final = Path(tempfile.gettempdir()) / "zeren-tests-of-debian.lock"
"""Held while one of several workers installs."""


def need(packages: Sequence[str], is_there: Callable[[], bool]) -> None:
    """See to it that packages are there; skip the test where they cannot be. With ZEREN_CI=1 they must be."""
    reason = "" if is_there() else _install(packages, is_there)
    if reason and os.environ.get("ZEREN_CI") == "1":
        pytest.fail(f"{' and '.join(packages)} cannot be installed: {reason}")
    if reason:
        pytest.skip(f"takes {' and '.join(packages)}: {reason}")


def _install(packages: Sequence[str], is_there: Callable[[], bool]) -> str:
    """Install what is missing; what stood in the way, or nothing."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return "no root, or no apt-get"
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return "" if is_there() else _installed(apt, packages, is_there)


def _installed(apt: str, packages: Sequence[str], is_there: Callable[[], bool]) -> str:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    said = ""
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        run = [apt, "--quiet", "-o", "DPkg::Lock::Timeout=300", *command]
        try:
            done = subprocess.run(run, env=env, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return f"apt-get {command[0]} took more than {INSTALL_SECONDS:.0f} s"
        said = done.stderr.strip()[-300:]
    return "" if is_there() else said or "the packages do not hold what is needed"
