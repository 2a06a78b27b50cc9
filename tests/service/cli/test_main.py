"""The commands of `zeren`: each is found by its name, and imported only when it is asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from service.cli.main import COMMANDS, app

LIGHT = """
import sys
import service.cli.main, service.cli.verifying
heavy = {"service.app", "service.console", "fastapi", "projections.rebuild", "events.catalogue.registry"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    """Each name leads to a command, whose help says what it does."""
    told = CliRunner().invoke(app, [name, "--help"])
    assert told.exit_code == 0, told.output
    assert f"zeren {name}" in told.output.replace("root", "zeren")


def test_help_lists_them_all() -> None:
    """`zeren --help` names every command."""
    told = CliRunner().invoke(app, ["--help"])
    assert all(name in told.output for name in COMMANDS)
    assert list(get_command(app).commands) == list(COMMANDS)  # type: ignore[attr-defined]


def test_a_command_that_is_none_is_told_with_the_one_meant() -> None:
    """A slip of the finger ends with 2, and with the name that is nearest."""
    told = CliRunner().invoke(app, ["verfy"])
    assert told.exit_code == 2
    assert "verify" in told.output


def test_verifying_a_log_takes_neither_the_application_nor_the_folds() -> None:
    """What `zeren verify LOG --evidence-only` imports is small: a second of its start was the rest."""
    done = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
