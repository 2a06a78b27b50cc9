"""The commands of `zeren`: each is found by its name, and imported only when it is asked for."""

from __future__ import annotations

import json
import os
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


def printed(program: str, encoding: str) -> bytes:
    """What a program of Python prints where stdout has this encoding."""
    env = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


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


@pytest.mark.parametrize("encoding", ["gbk", "latin-1", "ascii"])
def test_json_is_utf_8_in_any_locale(encoding: str) -> None:
    """As RFC 8259 has it; a name that the locale has no character for is in it, too."""
    told = printed("from service.cli.words import print_json; print_json(['责任链', '𠮷'])", encoding)
    assert json.loads(told.decode("utf-8")) == ["责任链", "𠮷"]


@pytest.mark.parametrize(("encoding", "title"), [("gbk", "责任链"), ("ascii", "\\u8d23\\u4efb\\u94fe")])
def test_what_a_terminal_cannot_show_is_told_by_its_code(encoding: str, title: str) -> None:
    """No character of a name ends a command."""
    begin = "import sys; from service.cli import main; from service.cli.words import table; "
    text = "main.app = lambda: table('责任链', ('姓名',), [['\\U00020bb7']]); main.run()"
    told = printed(begin + text, encoding).decode(encoding)
    assert (title in told, "\\U00020bb7" in told) == (True, True)
