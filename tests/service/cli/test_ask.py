"""`zeren ask`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.service.servers import Commands
from tests.service.test_walk import TREE, event


@pytest.fixture
def commands(tmp_path: Path, database_url: str) -> Commands:
    """Commands on a log with a county whose secretary is held, and whose magistrate's post is vacant."""
    more = event("7", "post.established", post_id="m", title_zh="县长", jurisdiction_id="c")
    file = tmp_path / "cn-62.ndjson"
    file.write_text("\n".join(json.dumps(one) for one in [*TREE, more]), encoding="utf-8")
    made = Commands(tmp_path / "data", database_url)
    made.with_key("operator", "recorder", "inspector")
    made.run("import", file)
    return made


def test_the_chain_as_json(commands: Commands) -> None:
    """With --json the answer of the API stands on stdout, and nothing else."""
    answer = commands.json("ask", "621223", "--valid-at", "2018-03-05")
    assert [level["level"] for level in answer["chain"]] == ["province", "county"]
    assert answer["valid_at"] == "2018-03-05"


def test_the_chain_as_a_table(commands: Commands) -> None:
    """The table shows each post's status in words, its holder, and the positions that show it."""
    shown = commands.run("ask", "c", "--valid-at", "2018-03-05").stdout
    for words in ("held 在任", "vacant 空缺", "示例甲", "certain 确定", "县委书记", "第一责任人", "#4"):
        assert words in shown, words


def test_known_at(commands: Commands) -> None:
    """As known at a size before the appointment was recorded the post is vacant; the table says as of when it is."""
    answer = commands.json("ask", "c", "--valid-at", "2018-03-05", "--known-at", "@4")
    assert (answer["log"]["size"], answer["chain"][1]["posts"][0]["status"]) == (4, "vacant")
    assert f"known at {answer['known_at']}" in commands.run("ask", "c", "--known-at", "@4").stdout


def test_what_is_not_on_record(commands: Commands) -> None:
    """A place that nobody registered and a log that is not there exit with 1, a day that is none with 2."""
    assert "no jurisdiction nowhere is known" in commands.run("ask", "nowhere", code=1).stderr
    assert "there is no log cn-99" in commands.run("ask", "c", "--log", "cn-99", code=1).stderr
    assert "2018-02-30" in commands.run("ask", "c", "--valid-at", "2018-02-30", code=2).stderr
    told = commands.run("ask", "nowhere", "--json", code=1)
    assert told.stdout == ""


def test_usage(commands: Commands) -> None:
    """Without a place, or with an option that is none, the exit code is 2."""
    commands.run("ask", code=2)
    commands.run("ask", "c", "--when", "2018", code=2)
