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


def test_a_late_letter_and_days_without_a_holder(commands: Commands, tmp_path: Path) -> None:
    """Since when a letter is in force and how late it was signed stand in its cell; days of a vacant seat in a row."""
    seats = {"post_id": "d", "title_zh": "副县长", "jurisdiction_id": "c", "seats": 2}
    shared = {"person_id": "y", "post_id": "d"}
    more = [
        event("8", "post.established", **seats),
        event("9", "person.registered", person_id="y", name_zh="示例乙"),
        event("10", "appointment.started", appointment_id="b", effective_from="2016-01-01", **shared),
        event("11", "appointment.started", appointment_id="e", person_id="x", post_id="d", effective_from="2016-01-01"),
        event("12", "appointment.ended", appointment_id="e", effective_until="2018-02-03"),
        event("13", "appointment.started", appointment_id="f", person_id="x", post_id="m", effective_from="2016-01-01"),
        event("14", "appointment.ended", appointment_id="f", effective_until="2018-01-04"),
        event("15", "appointment.started", appointment_id="g", capacity="acting", person_id="y", post_id="m",
              effective_from="2018-01-04"),
    ]  # fmt: skip
    file = tmp_path / "more" / "cn-62.ndjson"
    file.parent.mkdir()
    file.write_text("\n".join(json.dumps(one) for one in more), encoding="utf-8")
    commands.run("import", file)
    shown = " ".join(commands.run("ask", "c", "--valid-at", "2018-03-05").stdout.split())
    for words in ("109 days late 晚签", "since 2017-01-01", "1 of 2 seats", "席位空缺", "2018-02-03 → (31", "61 days"):
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
