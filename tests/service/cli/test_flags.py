"""`zeren flags`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from projections.answers.flags.flag import CODES
from tests.service.servers import Commands
from tests.service.test_flags_http import SMALL
from tests.service.test_walk import event


@pytest.fixture
def commands(tmp_path: Path, database_url: str) -> Commands:
    """Commands on a log with a closure by the party that completed it, ids that lead nowhere, and a payment."""
    village = {"jurisdiction_id": "v", "code": "621223100200", "name_zh": "某村", "level": "village", "parent_id": "c1"}
    paid = {"disbursement_id": "D", "jurisdiction_id": "v", "amount": "120000.00", "disbursed_on": "2020-03-10"}
    more = [
        event("m1", "jurisdiction.registered", **village),
        event("m2", "post.established", post_id="c1-head", title_zh="县长", jurisdiction_id="c1",
              functions=["government-principal"]),
        event("m3", "funds.disbursed", **paid, approved_on="2020-03-01"),
        event("m4", "responsibility-letter.signed", letter_id="L", signatory={"post_id": "c1-deputy"},
              signed_on="2020-01-01", document_number="示例〔2020〕1号"),
        event("m5", "jurisdiction.restructured", predecessor_ids=["c2"], effective_from="2020-03-01"),
        event("m6", "jurisdiction.registered", jurisdiction_id="w", code="621224100200", name_zh="他村",
              level="village", parent_id="c2"),
    ]  # fmt: skip
    file = tmp_path / "cn-62.ndjson"
    file.write_text("\n".join(json.dumps(one) for one in [*SMALL, *more]), encoding="utf-8")
    made = Commands(tmp_path / "data", database_url)
    made.with_key("operator", "recorder", "inspector")
    made.run("import", file)
    return made


def test_the_flags_of_a_place_as_a_table(commands: Commands) -> None:
    """The table names each flag in Chinese with its place, what it is about, both days of a payment, and evidence."""
    shown = commands.run("flags", "621223", "--valid-at", "2020-03-20", "--flag", ",".join(CODES)).stdout
    for words in (
        "完成整改的一方自行核查或销号(高)", "示例甲 完成", "住建局 rectification.closed", "引用的编号查无登记(中)",
        "sending_unit_id: c1-none", "资金监管岗位空缺期间批准用款(高)", "120000.00 元", "批准 2020-03-01",
        "拨付 2020-03-10", "县长空缺,代理: 无人", "责任书无签字凭证", "示例〔2020〕1号", "某村", "621223100200",
        "岗位空缺", "共 ",
    ):  # fmt: skip
        assert words in shown, words


def test_the_flags_of_a_log_as_json(commands: Commands) -> None:
    """With a log alone all of it is listed; --json prints the answer and nothing else; --flag, --severity keep some."""
    answer = commands.json("flags", "--log", "cn-62", "--valid-at", "2020-03-20", "--flag", "left-behind,vacant-post")
    assert {one["flag"] for one in answer["items"]} == {"left-behind", "vacant-post"}
    assert (answer["next"], answer["valid_at"], answer["log"]["id"]) == (None, "2020-03-20", "cn-62")
    every = commands.json("flags", "--log", "cn-62", "--valid-at", "2020-03-20")["items"]
    high = commands.json("flags", "--log", "cn-62", "--valid-at", "2020-03-20", "--severity", "high,low")["items"]
    assert high == [one for one in every if one["severity"] in ("high", "low")] != every
    assert "上级 c2县" in commands.run("flags", "--log", "cn-62", "--valid-at", "2020-03-20").stdout


def test_pages_become_one_answer(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of several pages is printed whole."""
    asked = ("flags", "--log", "cn-62", "--valid-at", "2020-03-20")
    every = commands.json(*asked)
    monkeypatch.setattr("service.cli.flags._TOGETHER", 2)
    assert len(every["items"]) > 4
    assert commands.json(*asked)["items"] == every["items"]


def test_the_flags_of_a_person_and_of_a_body(commands: Commands) -> None:
    """--person and --body list what concerns these alone; nothing is said so too."""
    for asked in (("--person", "c1-old"), ("--body", "c1-b")):
        answer = commands.json(
            "flags", *asked, "--valid-at", "2020-03-20", "--days", "100000", "--flag", "closed-by-completer"
        )
        assert [one["about"]["rectification"] for one in answer["items"]] == ["c1-R"]
    assert "共 0 条疑点" in commands.run("flags", "v", "--scope", "own", "--flag", "parent-cycle").stdout


def test_what_is_asked_wrongly(commands: Commands) -> None:
    """Nothing or two things asked about, an unknown code or a day that is none exit with 2; an unknown place with 1."""
    commands.run("flags", code=2)
    commands.run("flags", "c1", "--person", "c1-old", code=2)
    commands.run("flags", "c1", "--flag", "none", code=2)
    commands.run("flags", "c1", "--severity", "grave", code=2)
    commands.run("flags", "c1", "--valid-at", "2020-02-30", code=2)
    assert "nowhere" in commands.run("flags", "nowhere", code=1).stderr
    assert "there is no log cn-99" in commands.run("flags", "--log", "cn-99", code=1).stderr
