"""`zeren import` and `zeren export` of lines of JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from service.cli import lines
from tests.service.servers import Commands, free_port
from tests.service.test_walk import TREE, event


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A file of events, named after its log; one name holds what Unicode calls a line break."""
    return written(tmp_path / "cn-62.ndjson", *TREE, person("7", "示例\u2028乙"), person("8", "甲" * 20_000))


def person(event_id: str, name: str, **more: Any) -> dict[str, Any]:
    """A person's registration."""
    return event(event_id, "person.registered", person_id=f"p{event_id}", name_zh=name, **more)


def corrected(event_id: str, corrects: str) -> dict[str, Any]:
    """A correction of a person's registration."""
    payload = {"person_id": corrects, "name_zh": "乙"}
    data = {"corrects_event_id": corrects, "corrected_payload": payload, "reason": "笔误"}
    return event(event_id, "record.corrected", **data)


def written(path: Path, *lines: Any) -> Path:
    """A file of lines, each JSON or text as it is."""
    told = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(told) + "\n", encoding="utf-8")
    return path


def events_of(exported: str) -> list[Any]:
    """The events of an export, which has one entry a line."""
    return [json.loads(line)["event"] for line in exported.removesuffix("\n").split("\n")]


def test_a_ledger_is_imported_once(commands: Commands, ledger: Path) -> None:
    """A file is posted to the log of its name, which is made; sent again it is all duplicates."""
    first = commands.run("import", ledger)
    assert "log cn-62: 8 appended, 0 duplicates, 0 rejected; size 8" in first.stdout
    assert commands.json("import", ledger) == {
        "log": "cn-62", "size": 8, "appended": 0, "duplicates": 8, "rejected": 0, "problems": [],
    }  # fmt: skip


def test_what_is_exported_is_what_was_sent(commands: Commands, ledger: Path, tmp_path: Path) -> None:
    """An export is a line for each entry; imported again it is all duplicates, and elsewhere the same events."""
    commands.run("import", ledger)
    sent = [json.loads(line) for line in ledger.read_text(encoding="utf-8").split("\n") if line]
    printed = commands.run("export", "cn-62")
    assert [entry | {"dataschema": None} for entry in events_of(printed.stdout)] == [
        {**entry, "dataschema": None} for entry in sent
    ]
    assert "8 entries" in printed.stderr
    file = tmp_path / "out.ndjson"
    assert commands.run("export", "cn-62", "-o", file).stdout == ""
    assert file.read_text(encoding="utf-8") == printed.stdout
    assert commands.json("import", file, "--log", "cn-62")["duplicates"] == 8
    assert commands.json("import", file, "--log", "cn-63")["appended"] == 8
    assert events_of(commands.run("export", "cn-63").stdout) == events_of(printed.stdout)


def test_what_was_erased_is_said_of_an_export(commands: Commands, ledger: Path, tmp_path: Path) -> None:
    """An exported entry whose content was erased cannot be imported: it is told with its line; the others may stand."""
    commands.run("import", ledger)
    commands.json("erase", "cn-62", "6", "--ground", "某院决定")
    file = tmp_path / "out.ndjson"
    commands.run("export", "cn-62", "-o", file)
    for log, options in (("cn-63", ()), ("cn-62", ()), ("cn-62", ("--dry-run",))):
        said = commands.json("import", file, "--log", log, *options, code=1)
        assert (said["appended"] + said["duplicates"], said["rejected"]) == (7, 1)
        assert [(found["line"], found["code"]) for found in said["problems"]] == [(7, "erased")]
    told = commands.run("import", file, "--log", "cn-63", code=1)
    assert "line 7: Erased: this entry, event 7 of source" in told.stderr
    assert "was erased: 某院决定" in told.stderr
    with file.open("a", encoding="utf-8") as opened:
        opened.write("no json\n")
    assert [found["line"] for found in commands.json("import", file, "--log", "cn-63", code=1)["problems"]] == [7, 9]


def test_an_export_of_what_was_known(commands: Commands, ledger: Path) -> None:
    """An export as of a size holds that many entries."""
    commands.run("import", ledger)
    assert len(events_of(commands.run("export", "cn-62", "--known-at", "@3").stdout)) == 3


def test_a_failed_export_leaves_the_file(commands: Commands, tmp_path: Path) -> None:
    """An export of a log that is not there fails with the reason, and does not touch an earlier export."""
    kept = written(tmp_path / "out.ndjson", "kept")
    assert "there is no log cn-99" in commands.run("export", "cn-99", "-o", kept, code=1).stderr
    assert kept.read_text() == "kept\n"
    assert "no directory" in commands.run("export", "cn-62", "-o", tmp_path / "none" / "x", code=2).stderr


def test_a_dry_run_appends_nothing(commands: Commands, ledger: Path, tmp_path: Path) -> None:
    """A dry run says what would be accepted and what not, and the log stays as it was."""
    commands.run("import", written(tmp_path / "first.ndjson", TREE[0]), "--log", "cn-62")
    said = commands.json("import", ledger, "--dry-run")
    assert (said["accepted"], said["duplicates"], said["appended"], said["size"]) == (7, 1, 0, 1)
    assert [log["size"] for log in commands.json("logs")] == [1]


def test_what_is_malformed_is_named_by_line(commands: Commands, tmp_path: Path) -> None:
    """Lines that are no event are named with what was expected; the others are recorded only if that is asked for."""
    twice = json.dumps({"event": person("9", "丙")}).replace('"id": "9"', '"id": "9", "id": "9"')
    lines = (TREE[0], "no json", "", person("4", "甲") | {"type": "no.kind"}, person("5", "乙"), twice)
    file = written(tmp_path / "cn-62.ndjson", *lines)
    for options, counted in (
        ((), "0 appended, 0 duplicates, 3 rejected\n"),
        (("--partial",), "2 appended, 0 duplicates, 3 rejected; size 2"),
        ((), "0 appended, 2 duplicates, 3 rejected; size 2"),
    ):  # fmt: skip
        said = commands.run("import", file, *options, code=1)
        assert counted in said.stdout
        assert [line.partition(":")[0] for line in said.stderr.splitlines() if line.startswith("line")] == [
            "line 2", "line 4", "line 6",
        ]  # fmt: skip
        assert ("nothing was recorded; --partial" in said.stderr) is (options == ())
    problems = commands.json("import", file, code=1)["problems"]
    assert [(found["line"], found["status"]) for found in problems] == [(2, 422), (4, 422), (6, 422)]


def test_nothing_of_a_file_with_a_wrong_line_is_recorded(
    commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the wrong line stands, and whether the log is there or not: then no log is made. All faults are told."""
    monkeypatch.setattr(lines, "LINES_TOGETHER", 2)
    people = [person(f"p{index}", "甲") for index in range(7)]
    file = written(tmp_path / "cn-62.ndjson", *people[:5], "{broken", *people[5:], "1")
    for options in ((), ("--dry-run",)):
        said = commands.json("import", file, *options, code=1)
        assert [found["line"] for found in said["problems"]] == [6, 9]
        assert (said["size"], said["appended"], commands.json("logs")) == (None, 0, [])
    commands.json("import", written(tmp_path / "wrong.ndjson", "1"), "--log", "cn-62", "--partial", code=1)
    assert commands.json("logs") == []
    commands.run("import", written(tmp_path / "first.ndjson", people[0]), "--log", "cn-62")
    said = commands.json("import", file, code=1)
    assert ([found["line"] for found in said["problems"]], said["duplicates"], said["size"]) == ([6, 9], 1, 1)
    assert commands.json("import", file, "--partial", code=1)["appended"] == 6
    assert commands.json("import", file, "--partial", code=1)["duplicates"] == 7


def test_lines_that_rest_on_lines_above_are_judged_when_those_are_recorded(
    commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A correction of a fact far above in the file is no fault of the file; of nothing it is one once that is known."""
    monkeypatch.setattr(lines, "LINES_TOGETHER", 2)
    people = [person(f"p{index}", "甲") for index in range(4)]
    right, wrong = (corrected(f"c-{fact}", fact) for fact in ("p0", "nothing"))
    file = written(tmp_path / "cn-62.ndjson", *people, right)
    commands.run("import", written(tmp_path / "first.ndjson", people[0]), "--log", "cn-62")
    tried = commands.json("import", written(tmp_path / "far.ndjson", *people[1:], corrected("c", "p1")),
                          "--log", "cn-62", "--dry-run")  # fmt: skip
    assert (tried["accepted"], tried["deferred"], tried["rejected"]) == (3, 1, 0)
    assert commands.json("import", file)["appended"] == 4
    more = written(tmp_path / "more.ndjson", person("p8", "甲"), person("p9", "甲"), wrong)
    said = commands.json("import", more, "--log", "cn-62", code=1)
    assert (said["appended"], [found["code"] for found in said["problems"]]) == (2, ["target-unknown"])
    again = commands.json("import", more, "--log", "cn-62", "--dry-run", code=1)
    assert (again["deferred"], again["rejected"], again["duplicates"]) == (0, 1, 2)


def test_usage(commands: Commands, tmp_path: Path) -> None:
    """A file that is not there, and no file at all, are faults of usage."""
    assert "no such file" in commands.run("import", tmp_path / "none.ndjson", code=2).stderr
    commands.run("import", code=2)


def test_nobody_answers(commands: Commands, ledger: Path) -> None:
    """A service that cannot be reached is said so, without a traceback, by import and export alike."""
    url = f"http://127.0.0.1:{free_port()}"
    for arguments in (("import", ledger), ("export", "cn-62"), ("replay", "cn-62"), ("ask", "c")):
        assert f"cannot reach {url}" in commands.run(*arguments, "--url", url, code=1).stderr


def test_a_key_that_may_not(commands: Commands, ledger: Path) -> None:
    """One whose key does not reach is told which role it takes, and how a key is made."""
    commands.with_key("inspector")
    said = commands.run("import", ledger, "--log", "cn-62", code=1).stderr
    assert "operator" in said or "recorder" in said
    assert "zeren keys add" in said


@pytest.mark.parametrize("options", [(), ("--partial",)])
@pytest.mark.parametrize(
    ("name", "text"), [("cn-63.ndjson", ""), ("cn-63.ndjson", "\n\n"), ("cn-63.csv", "事件标识(visit.made),走访编号\n")]
)
def test_a_file_of_nothing_makes_no_log(
    commands: Commands, tmp_path: Path, name: str, text: str, options: tuple[str, ...]
) -> None:
    """A log is for ever: it is made once something is to be recorded. Into one that is there nothing goes."""
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    told = commands.json("import", file, "--log", "cn-63", *options)
    assert (told["size"], told["appended"], told["rejected"]) == (None, 0, 0)
    assert commands.json("logs") == []
    commands.run("import", written(tmp_path / "one.ndjson", person("1", "甲")), "--log", "cn-63")
    assert commands.json("import", file, "--log", "cn-63", *options)["size"] == 1
