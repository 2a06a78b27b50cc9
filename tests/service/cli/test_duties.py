"""`zeren duties`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.service.servers import Commands
from tests.service.test_duties_live import AUDIT, COUNTY, TOWNS


@pytest.fixture
def commands(tmp_path: Path, database_url: str) -> Commands:
    """Commands on a log with a county that had no audit in 2018, two months without a head, and two townships."""
    file = tmp_path / "cn-62.ndjson"
    file.write_text("\n".join(json.dumps(one) for one in [*COUNTY, *TOWNS]), encoding="utf-8")
    made = Commands(tmp_path / "data", database_url)
    made.with_key("operator", "recorder", "inspector")
    made.run("import", file)
    return made


def lines_of(shown: str, *words: str) -> list[int]:
    """The numbers of the lines that hold some words, in the order of the words."""
    lines = shown.splitlines()
    return [next(n for n, line in enumerate(lines) if word in line) for word in words]


def test_the_duties_of_a_place_as_a_table(commands: Commands) -> None:
    """Both times, the log, counts by system; then what is not met first, with article, words, who was charged, and
    when.
    """
    shown = commands.run("duties", "621223", "--valid-at", "2019-01-01").stdout
    for words in (
        "2019-01-01", "cn-62", "文件 system", "逾期 overdue", "期限内 due", "gansu · 宕昌县", "第二十一条", AUDIT,
        "每年对用于扶贫的项目资金进行全面审计", "X 181 天", "空缺 nobody 62 天", "Y 122 天", "2018-01-01 →",
        "截至 due 2018-12-31", "不适用",
    ):  # fmt: skip
        assert words in shown, words
    table = shown[shown.index("gansu · 宕昌县") :]
    overdue, gap, due, met = lines_of(table, "逾期 overdue", "无记录 gap", "期限内 due", "已履行 met")
    assert overdue < gap < due < met
    assert "不适用 not-applicable" not in table


def test_what_stands_alike_shares_a_line(commands: Commands) -> None:
    """Results of one rule that stand alike are one line; asked with --rule or --status each has its own."""
    asked = ("duties", "c", "--valid-at", "2019-01-01", "--scope", "subtree", "--system", "gansu")
    answer = commands.json(*asked)
    alike: dict[tuple[str, str], int] = {}
    for item in answer["items"]:
        if item["status"] == "gap":
            alike[item["rule"], item["status"]] = alike.get((item["rule"], item["status"]), 0) + 1
    (rule, _), many = max(alike.items(), key=lambda one: one[1])
    assert many >= 2
    every = commands.run(*asked, "--rule", rule).stdout
    assert every.count(rule) == many
    assert "×" not in every
    shown = commands.run(*asked).stdout
    assert shown.count("×") == sum(count >= 3 for count in alike.values())
    not_applicable = commands.run(*asked, "--status", "not-applicable").stdout
    assert "不适用 not-applicable" in not_applicable


def test_json_persons_bodies_and_days(commands: Commands) -> None:
    """--json prints the answer and nothing else; --person, --body, --from and --to, --known-at ask as the API does."""
    days = ("--rule", AUDIT, "--valid-at", "2019-01-01")
    of_place = commands.json("duties", "621223", *days)
    assert [item["status"] for item in of_place["items"]] == ["overdue", "due"]
    assert (of_place["valid_at"], of_place["log"]["id"], of_place["total"]) == ("2019-01-01", "cn-62", 2)
    assert commands.json("duties", "--body", "gov", *days)["items"] == of_place["items"]
    of_x = commands.json("duties", "--person", "X", *days)["items"]
    assert [item["window"]["from"] for item in of_x] == ["2018-01-01"]
    assert AUDIT in commands.run("duties", "--person", "X", *days).stdout
    over = commands.json("duties", "c", *days, "--from", "2017-04-01", "--to", "2018-01-01")
    assert [(item["window"]["from"], item["status"]) for item in over["items"]] == [("2017-01-01", "met")]
    earlier = commands.json("duties", "c", *days, "--known-at", "@4")
    assert earlier["log"]["size"] == 4


def test_statuses_and_nothing_found(commands: Commands) -> None:
    """--status keeps what it names; where nothing is found that is said, and is no failure."""
    shown = commands.run("duties", "c", "--valid-at", "2019-01-01", "--status", "breached,overdue").stdout
    assert AUDIT in shown
    assert "无记录" not in shown
    assert "no duty found" in commands.run("duties", "c", "--valid-at", "1999-01-01").stdout


def test_pages_become_one_answer(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of several pages is printed whole."""
    asked = ("duties", "c", "--valid-at", "2019-01-01")
    every = commands.json(*asked)
    assert len(every["items"]) > 14
    monkeypatch.setattr("service.cli.duties._PAGE", 7)
    paged = commands.json(*asked)
    assert (paged["items"], paged["next"]) == (every["items"], None)


def test_what_is_asked_wrongly(commands: Commands) -> None:
    """Asked of nothing or two things, half a span, an unknown status or system: 2; of what is not on record: 1."""
    for wrong in (
        (), ("c", "--person", "X"), ("c", "--status", "late"), ("c", "--from", "2018-01-01"),
        ("c", "--valid-at", "2018-02-30"), ("c", "--system", "gansuu"),
        ("c", "--scope", "all"), ("c", "--when", "2018"),
    ):  # fmt: skip
        commands.run("duties", *wrong, code=2)
    assert "nowhere" in commands.run("duties", "nowhere", code=1).stderr
    assert "nobody" in commands.run("duties", "--person", "nobody", code=1).stderr
    assert "none" in commands.run("duties", "--body", "none", code=1).stderr
    assert "there is no log cn-99" in commands.run("duties", "c", "--log", "cn-99", code=1).stderr
