"""`zeren import` of rows that are on record: edited, annulled or erased since; what corrects them is sent once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.service.cli.test_import_csv import A1, A2, A3, STARTED, Ledger, counts, places
from tests.service.servers import Commands


@pytest.fixture
def ledger(commands: Commands, tmp_path: Path) -> Ledger:
    """A ledger that is written and imported."""
    return Ledger(commands, tmp_path / "ledger.csv")


def test_an_edited_row_is_offered_as_a_correction(ledger: Ledger) -> None:
    """An edited row is told with what differs; with a reason it corrects, once; back and forth is recorded too."""
    ledger.put(STARTED, A1, A2)
    edited = [*A1[:5], "2016-09", "", "厅字〔2016〕34号"]
    said = ledger.put(STARTED, edited, A2, A3, code=1)
    assert counts(said) == {"duplicates": 1, "rejected": 1}
    assert said["edited"] == [
        {"line": 2, "id": "appointment.started:a1", "position": 0, "differs": ["任职文件", "任职起始日期"]}
    ]
    assert "line 2: differs from the record (position 0) in 任职文件, 任职起始日期" in ledger.told(code=1)
    assert len(ledger.events()) == 2

    options = ("--as-corrections", "--reason", "任命文件笔误")
    assert counts(ledger.again(*options)) == {"appended": 1, "corrected": 1, "duplicates": 1}
    correction = ledger.events()[-1]
    assert (correction["type"], correction["data"]["reason"]) == ("record.corrected", "任命文件笔误")
    assert correction["data"]["corrects_event_id"] == "appointment.started:a1"
    for again in (options, (), ("--as-corrections", "--reason", "另一理由")):
        assert counts(ledger.again(*again)) == {"duplicates": 3}
    assert ledger.standing()[0]["effective_from"] == "2016-09"

    assert counts(ledger.put(STARTED, A1, A2, A3, code=1)) == {"duplicates": 2, "rejected": 1}
    for row, month in ((A1, "2016-08"), (edited, "2016-09")):
        assert counts(ledger.put(STARTED, row, options=options)) == {"corrected": 1}
        assert ledger.standing()[0]["effective_from"] == month
        assert counts(ledger.again(*options)) == {"duplicates": 1}


def test_a_dry_run_of_corrections_tells_them(ledger: Ledger) -> None:
    """What would be corrected is counted, listed and checked; nothing is recorded."""
    ledger.put(STARTED, A1, A2)
    options = ("--as-corrections", "--reason", "笔误", "--dry-run")
    said = ledger.put(STARTED, [*A1[:5], "2016-09", "", "厅字〔2016〕33号"], A2, A3, options=options)
    assert (counts(said), said["to_correct"]) == ({"duplicates": 1, "accepted": 1}, 1)
    told = ledger.told(*options)
    assert "line 2: differs from the record (position 0) in 任职起始日期; would be corrected" in told
    assert "1 duplicates, 0 rejected, 1 accepted, 1 to correct; size 2" in told
    assert len(ledger.events()) == 2
    assert counts(ledger.again(*options[:-1])) == {"appended": 1, "corrected": 1, "duplicates": 1}


def test_an_edited_row_that_is_wrong_is_wrong(ledger: Ledger) -> None:
    """A correction is checked like any row: what does not have its form is listed, not sent."""
    ledger.put(STARTED, A1)
    said = ledger.put(STARTED, [*A1[:5], "soon", "", ""], options=("--as-corrections", "--reason", "r"), code=1)
    assert places(said) == [(2, "任职起始日期", "soon")]
    assert len(ledger.events()) == 1


def test_a_row_whose_event_was_annulled(ledger: Ledger, tmp_path: Path) -> None:
    """A row whose event was annulled since is told, and not recorded again."""
    ledger.put(STARTED, A1)
    annulled = {
        "specversion": "1.0", "id": "an", "source": "urn:zeren:import:csv", "type": "record.annulled",
        "data": {"annuls_event_id": "appointment.started:a1", "reason": "重复"},
    }  # fmt: skip
    (tmp_path / "an.ndjson").write_text(json.dumps(annulled), encoding="utf-8")
    ledger.commands.run("import", tmp_path / "an.ndjson", "--log", "cn-62")
    said = ledger.again("--as-corrections", "--reason", "r", code=1)
    assert "annulled" in said["problems"][0]["expected_en"]
    assert len(ledger.events()) == 2


def test_an_edit_whose_correction_was_annulled_can_be_made_again(ledger: Ledger, tmp_path: Path) -> None:
    """The same edit corrects again, whatever its reason, as often as its correction was annulled; once each time."""
    ledger.put(STARTED, A1)
    ledger.put(STARTED, [*A1[:5], "2016-09", *A1[6:]], code=1)
    for reason, size in (("再改", 2), ("再改", 4), ("另一理由", 6)):
        options = ("--as-corrections", "--reason", reason)
        assert ledger.again(*options, "--dry-run")["to_correct"] == 1
        said = ledger.again(*options)
        assert (counts(said), said["size"]) == ({"corrected": 1}, size)
        assert ledger.events()[-1]["data"]["reason"] == reason
        for again in (options, (*options, "--dry-run")):
            assert counts(ledger.again(*again)) == {"duplicates": 1}
        annulled = {
            "specversion": "1.0", "id": f"an{size}", "source": "urn:zeren:import:csv", "type": "record.annulled",
            "data": {"annuls_event_id": ledger.events()[-1]["id"], "reason": "撤回"},
        }  # fmt: skip
        (tmp_path / "an.ndjson").write_text(json.dumps(annulled), encoding="utf-8")
        ledger.commands.run("import", tmp_path / "an.ndjson", "--log", "cn-62")
    assert ledger.again(code=1)["edited"][0]["differs"] == ["任职起始日期"]


def test_a_correction_that_one_may_not_see_is_on_record(ledger: Ledger) -> None:
    """A recorder who does not see that an edit was corrected already is told so; a dry run tells the same."""
    ledger.put(STARTED, A1)
    options = ("--as-corrections", "--reason", "笔误")
    ledger.put(STARTED, [*A1[:5], "2016-09", *A1[6:]], options=options)
    ledger.commands.with_key("recorder")
    for asked in ((*options, "--dry-run"), options):
        said = ledger.again(*asked)
        assert (counts(said), said.get("to_correct", 0), said["size"]) == ({"duplicates": 1}, 0, 2)


def test_rows_beside_what_was_erased(ledger: Ledger) -> None:
    """Where a corrected fact was erased, its row is told as erased; the other rows are known, edited or new as ever."""
    ledger.put(STARTED, A1, A2)
    corrected = ("--as-corrections", "--reason", "笔误")
    edited = [*A1[:5], "2016-09", *A1[6:]]
    ledger.put(STARTED, edited, A2, options=corrected)
    ledger.commands.json("erase", "cn-62", "0", "--ground", "某院决定", "--ordered-by", "某院")
    for row in (A1, edited):
        said = ledger.put(STARTED, row, A2, A3, options=("--partial", *corrected), code=1)
        assert [found["line"] for found in said["problems"]] == [2]
        assert "was erased: 某院决定" in said["problems"][0]["expected_en"]
    assert counts(said) == {"duplicates": 2, "rejected": 1}
    assert ledger.put(STARTED, [*A2[:6], "2018-04-05", ""], code=1)["edited"][0]["position"] == 1
