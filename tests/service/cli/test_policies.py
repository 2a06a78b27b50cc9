"""`zeren policies`."""

from __future__ import annotations

import json
from pathlib import Path

from projections.policies.pack import load_all
from projections.policies.shelf import shipped
from tests.projections.written import RULE, rule, written
from tests.service.servers import Commands

README = Path(__file__).parents[3] / "README.md"


def test_every_row_of_the_thirteen_systems_is_counted_once(tmp_path: Path) -> None:
    """The totals come from the packs: 930 rows, of which 334 can be decided, 481 in part, 115 not."""
    found = Commands(tmp_path).json("policies", "coverage")
    systems = found.pop("systems")
    assert found["yes"] == [334, 334]
    assert found["partly"][0] >= 430
    assert (found["partly"][1], found["no"]) == (481, [0, 115])
    found.pop("invented", None)
    assert len(systems) == 13
    assert sorted(systems) == sorted(pack.system for pack in load_all().values() if not pack.instrument.invented)
    for name, [evaluated, total] in found.items():
        assert [evaluated, total] == [sum(one[name][n] for one in systems.values()) for n in (0, 1)]
    left = sum(one["not_decided"] for one in systems.values())
    assert left == sum(total - evaluated for evaluated, total in found.values())


def test_the_readme_shows_what_the_command_prints(tmp_path: Path) -> None:
    """The table of coverage in the README is the command's own."""
    assert Commands(tmp_path).run("policies", "coverage").stdout.strip() in README.read_text(encoding="utf-8")


def test_a_pack_in_order_passes(tmp_path: Path) -> None:
    """A folder, a file of it, and one of the packs carried."""
    file, commands = written(tmp_path), Commands(tmp_path)
    said = "1 packs, 1 rules, 2 examples: nothing wrong"
    assert commands.run("policies", "check", tmp_path).stdout.strip() == said
    copied = tmp_path / "zhongshan.yaml"
    copied.write_text(shipped().joinpath("zhongshan.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    assert "nothing wrong" in commands.run("policies", "check", copied).stdout
    assert commands.run("policies", "check", file).stdout.strip() == said


def test_a_fault_is_told_with_file_and_line_and_fails(tmp_path: Path) -> None:
    """All that is wrong is told on stderr, and nothing is said to be right."""
    lines = written(tmp_path, rule(evaluator="oracle")).read_text(encoding="utf-8").splitlines()
    result = Commands(tmp_path).run("policies", "check", tmp_path, code=1)
    line = next(n for n, each in enumerate(lines, 1) if "evaluator: oracle" in each)
    assert result.stderr.startswith(f"rivers.yaml:{line}: pack rivers: rule rivers-art2: evaluator: ")
    assert result.stdout == ""


def test_an_example_that_fails_is_named(tmp_path: Path) -> None:
    """Examples are run: one that shows something else is told by name, with the day."""
    examples = [{**RULE["examples"][0], "on": {"2018-03-03": "met"}}, RULE["examples"][1]]
    lines = written(tmp_path, rule(examples=examples)).read_text(encoding="utf-8").splitlines()
    result = Commands(tmp_path).run("policies", "check", tmp_path, code=1)
    line = next(n for n, each in enumerate(lines, 1) if "name: a patrol" in each)
    assert f"rivers.yaml:{line}: " in result.stderr
    assert "example 'a patrol': on 2018-03-03 met expected, shows gap" in result.stderr


def test_a_folder_without_packs_is_no_success(tmp_path: Path) -> None:
    """Nothing to check is told as such; a path that does not exist is a wrong use."""
    assert "no pack in" in Commands(tmp_path).run("policies", "check", tmp_path, code=1).stderr
    Commands(tmp_path).run("policies", "check", tmp_path / "none", code=2)


def test_machines_are_told_the_same(tmp_path: Path) -> None:
    """With --json stdout holds what was checked and each fault with file and line, and the exit code is the same."""
    written(tmp_path)
    counts = {"packs": 1, "rules": 1, "examples": 2}
    assert Commands(tmp_path).json("policies", "check", tmp_path) == {**counts, "wrong": []}
    lines = written(tmp_path, rule(evaluator="oracle")).read_text(encoding="utf-8").splitlines()
    result = Commands(tmp_path).run("policies", "check", tmp_path, "--json", code=1)
    found = json.loads(result.stdout)
    assert {name: found[name] for name in counts} == counts
    (fault,) = found["wrong"]
    assert (fault["file"], lines[fault["line"] - 1].strip()) == ("rivers.yaml", "evaluator: oracle")
    assert fault["told"].startswith("pack rivers: rule rivers-art2: evaluator: ")
