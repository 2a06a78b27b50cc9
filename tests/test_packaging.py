"""The wheel holds all that an installed service needs; the Dockerfile installs it from the lock."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOADS = """
from service.cli.main import app
from projections.policies.pack import load_all
from service.demo import first_case, lines_of, sample_logs
from migrations.upgrading import config
from alembic.script import ScriptDirectory
assert "gansu" in load_all() and len(lines_of(sample_logs()[0])) > 0 and first_case()["code"]
print(ScriptDirectory.from_config(config()).get_current_head(), load_all.__module__)
import projections; print(projections.__file__)
"""


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """What a command prints; it must succeed."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.long
def test_the_wheel_stands_alone(tmp_path: Path) -> None:
    """Packs, migrations and sample logs load from the installed wheel, away from the checkout."""
    copy = tmp_path / "source"
    run("git", "clone", "--quiet", "--no-hardlinks", ROOT, copy, cwd=tmp_path)
    wheels, target = tmp_path / "wheels", tmp_path / "target"
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", wheels, copy, cwd=tmp_path)
    run(*pip, "install", "--no-deps", "--target", target, next(wheels.glob("zeren-*.whl")), cwd=tmp_path)
    printed = run(sys.executable, "-c", LOADS, cwd=tmp_path, PYTHONPATH=str(target))
    assert str(target) in printed


def test_the_dockerfile_copies_every_package() -> None:
    """Each package of the wheel is copied into the image, and dependencies come from the lock with hashes."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    for package in ("events", "projections", "service", "migrations", "examples"):
        assert f"COPY {package} {package}" in text
    assert "--require-hashes -r requirements.lock" in text
