"""The page that says how a pack is written: its example is checked, and its tables are those of the code."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from projections.duties.evaluators.registry import EVALUATORS
from tests.service.servers import Commands

PAGE = (Path(__file__).parents[3] / "docs" / "policy-packs.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(text|yaml|bash)\n(.*?)```", PAGE, re.DOTALL)
TEXT, SAID = (block for language, block in BLOCKS if language == "text")
(PACK,) = (block for language, block in BLOCKS if language == "yaml")
(COMMAND,) = (block for language, block in BLOCKS if language == "bash")
ROWS = dict(re.findall(r"^\| `([a-z-]+)` \| [^|]+ \| (.+) \|$", PAGE, re.MULTILINE))
MISTAKES = re.findall(r"^\| [^|]+ \| `([^`]+)` \|$", PAGE, re.MULTILINE)

Change = Callable[[list[dict[str, Any]]], object]


def folder(tmp_path: Path, pack: str = PACK) -> Path:
    """The two files of the page."""
    made = tmp_path / "my-county"
    (made / "sources").mkdir(parents=True)
    (made / "sources" / "my-county.txt").write_text(TEXT, encoding="utf-8")
    (made / "my-county.yaml").write_text(pack, encoding="utf-8")
    return made


def test_the_pack_of_the_page_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Saved as the page says and checked by its command, the pack is in order and every example shows its status."""
    folder(tmp_path)
    monkeypatch.chdir(tmp_path)
    name, *arguments = COMMAND.split()
    assert (name, Commands(tmp_path).run(*arguments).stdout) == ("zeren", SAID)


def test_every_clause_of_the_page_has_a_row(tmp_path: Path) -> None:
    """Each article of the text but its last, on the start, is quoted by a rule or by a row that is not decided."""
    document = yaml.safe_load(PACK)
    quotes = [one["quote"] for one in (*document["rules"], *document["not_decided"])]
    articles = [line for line in TEXT.splitlines() if line.startswith("第")]
    assert [any(quote in line for quote in quotes) for line in articles] == [True] * (len(articles) - 1) + [False]


def test_the_table_has_every_evaluator_and_parameter() -> None:
    """No evaluator is missing or made up, no parameter is missing, and those that must be given are the bold ones."""
    assert ROWS.keys() == EVALUATORS.keys()
    for name, evaluator in EVALUATORS.items():
        stated = set(re.findall(r"`([a-z_]+)`", ROWS[name]))
        params = {
            one.name: one.default is MISSING and one.default_factory is MISSING for one in fields(evaluator.params)
        }
        assert params.keys() <= stated, (name, params.keys() - stated)
        assert set(re.findall(r"\*\*`([a-z_]+)`\*\*", ROWS[name])) == {one for one, asked in params.items() if asked}


def _misspelt(rules: list[dict[str, Any]]) -> None:
    rules[1]["params"]["at_leest"] = rules[1]["params"].pop("at_least")


CHANGES: list[Change] = [
    lambda rules: rules[0].update(quote="每个村,设一名村级河长"),
    lambda rules: rules[0].update(evaluator="oracle"),
    _misspelt,
    lambda rules: rules[1]["readings"][0].update(name="counting"),
    lambda rules: rules[0].update(functions=["lake-chief"]),
    lambda rules: rules[3]["examples"][1].update(on={"2018-03-13": "overdue"}) or rules[3]["examples"].pop(0),
    lambda rules: rules[1]["examples"][1].update(on={"2018-01-31": "breached", "2018-02-01": "met"}),
    lambda rules: rules[0]["examples"][0]["given"][0].update(type="appointment.finished"),
    lambda rules: rules[1]["params"].update(events=["visit.mode"]),
    lambda rules: rules[1]["params"].update(where={"colour": "red"}),
    lambda rules: rules[0]["examples"][0].update(without=["village.river-cheif"]),
    lambda rules: rules[4].update(id="my-county-art1"),
    lambda rules: rules[5].update(same_as="my-county-art9"),
]


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_a_mistake_of_the_page_is_told_as_it_says(tmp_path: Path, number: int) -> None:
    """Each mistake of the table, made in the pack of the page, is refused with the words beside it, file and line."""
    document = yaml.safe_load(PACK)
    CHANGES[number](document["rules"])
    made = folder(tmp_path, yaml.safe_dump(document, allow_unicode=True, sort_keys=False))
    told = Commands(tmp_path).run("policies", "check", made, code=1).stderr
    assert len(MISTAKES) == len(CHANGES)
    assert MISTAKES[number] in told
    assert re.match(r"(error: )?my-county\.yaml:\d+: ", told)
