"""The house stays tidy: lengths, words, mirrors, and what a name may not be."""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = [
    path
    for folder in ("service", "events", "projections", "migrations", "examples", "bench", "tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
]
BANNED_NAMES = {"utils", "helpers", "common", "misc", "stuff"}
UNFINISHED = re.compile("TO" + "DO|FIX" + "ME|XX" + "X|NotImplemented" + "Error")
ELSEWHERE = re.compile(r"\.\./sha" + "red|/wor" + r"k/|/far" + r"m/|pypi\.org|files\.pythonhosted|registry\.npmjs")


@cache
def tree(path: Path) -> ast.Module:
    """What a source file holds, parsed once."""
    return ast.parse(path.read_text(encoding="utf-8"))


def tracked() -> list[Path]:
    """Every file of the project that is text and kept."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:  # an unpacked archive has nothing but what is kept
        return [path for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts]
    names = [name for name in listed.stdout.decode().split("\0") if name]
    return [path for name in names if (path := ROOT / name).is_file()]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_one_noun_said_in_its_first_line(path: Path) -> None:
    """Every source file begins with a docstring, has a telling name and at most 400 lines."""
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(tree(path)), f"{path}: no docstring"
    assert path.stem not in BANNED_NAMES
    assert len(text.splitlines()) <= 400, f"{path}: two nouns?"


def test_functions_are_short() -> None:
    """No function of ours has more than 60 lines."""
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= 60
    ]
    assert not long


def test_nothing_is_left_unfinished() -> None:
    """No source file holds a mark of unfinished work."""
    assert not [path for path in SOURCES if UNFINISHED.search(path.read_text(encoding="utf-8"))]


def test_the_project_speaks_of_itself_alone() -> None:
    """No kept file names a path of some machine, a folder that users do not have, or a registry's host."""
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if ELSEWHERE.search(text):
            found.append(path.relative_to(ROOT))
    assert not found


def test_packages_say_their_floors_and_export_nothing() -> None:
    """An __init__ is a docstring and nothing else: re-exports are where packages start to loop."""
    for path in SOURCES:
        if path.name == "__init__.py":
            assert len(tree(path).body) == 1, path


def test_every_test_says_what_it_proves() -> None:
    """Every test function has a docstring."""
    silent = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in SOURCES
        if path.is_relative_to(ROOT / "tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert not silent
