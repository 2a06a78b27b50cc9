"""The fold of jurisdictions: dated attributes, changes of one day, and restructuring."""

from __future__ import annotations

import pytest

from projections.rows import Found
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio


@pytest.fixture
def ledger() -> Ledger:
    """A log with one county, always on record."""
    made = Ledger()
    made.place("c", "county", "621223", "p")
    return made


def rename(ledger: Ledger, day: str, name: str | None = None, code: str | None = None, place: str = "c") -> int:
    """Rename a place."""
    data = {"jurisdiction_id": place, "new_name_zh": name, "new_code": code, "effective_from": day}
    return ledger.record("jurisdiction.renamed", **data)


def reparent(ledger: Ledger, day: str, parent: str, code: str | None = None, place: str = "c") -> int:
    """Move a place."""
    data = {"jurisdiction_id": place, "new_parent_id": parent, "new_code": code, "effective_from": day}
    return ledger.record("jurisdiction.reparented", **data)


def restructure(ledger: Ledger, day: str, before: list[str], after: list[str] | None = None) -> int:
    """Restructure places."""
    data = {"predecessor_ids": before, "successor_ids": after, "effective_from": day}
    return ledger.record("jurisdiction.restructured", **data)


def days(rows: list[Found]) -> list[tuple[str | None, str | None]]:
    """The days of each row."""
    return [(row.doc["from"], row.doc["until"]) for row in rows]


async def test_one_row_for_each_stretch(ledger: Ledger) -> None:
    """Each change begins a row; what it does not name stays, whatever order the changes arrived in."""
    reparent(ledger, "2017-01-01", "q", "630000")
    rename(ledger, "2016-01-01", "宕昌")
    rows = await ledger.rows("jurisdiction", "c")
    assert days(rows) == [(None, "2016-01-01"), ("2016-01-01", "2017-01-01"), ("2017-01-01", None)]
    shown = [(row.doc["name"], row.doc["code"], row.doc["parent_id"]) for row in rows]
    assert shown == [("name-c", "621223", "p"), ("宕昌", "621223", "p"), ("宕昌", "630000", "q")]
    assert [[entry["position"] for entry in row.doc["evidence"]] for row in rows] == [[0], [2], [1]]


async def test_changes_of_one_day_apply_in_the_order_recorded(ledger: Ledger) -> None:
    """Two renamings of one day make one row, with the name recorded last and both as evidence."""
    first = rename(ledger, "2016-01-01", "甲", "621224")
    rename(ledger, "2016-01-01", "乙")
    rows = await ledger.rows("jurisdiction", "c")
    assert [(row.doc["name"], row.doc["code"]) for row in rows] == [("name-c", "621223"), ("乙", "621224")]
    assert [entry["position"] for entry in rows[1].doc["evidence"]] == [1, 2]
    data = {"jurisdiction_id": "c", "new_name_zh": "丙", "effective_from": "2016-01-01"}
    ledger.correct(first, **data)
    assert (await ledger.rows("jurisdiction", "c"))[1].doc["name"] == "乙"


async def test_a_change_on_the_day_of_registration_changes_the_first_row(ledger: Ledger) -> None:
    """A renaming on the very day a place came on record leaves no empty row before it."""
    ledger.place("d", "county", "621224", "p", effective_from="2016-01-01")
    rename(ledger, "2016-01-01", "甲", place="d")
    rows = await ledger.rows("jurisdiction", "d")
    assert (days(rows), rows[0].doc["name"]) == ([("2016-01-01", None)], "甲")


async def test_a_change_before_the_place_was_on_record_changes_nothing(ledger: Ledger) -> None:
    """What is dated before a place came on record says nothing of its days on record."""
    ledger.place("d", "county", "621224", "p", effective_from="2016-01-01")
    rename(ledger, "2015-12-31", "甲", place="d")
    assert [row.doc["name"] for row in await ledger.rows("jurisdiction", "d")] == ["name-d"]


async def test_an_unregistered_place_has_no_row(ledger: Ledger) -> None:
    """Changes of a place that nobody registered make no row, and apply once it is registered."""
    rename(ledger, "2016-01-01", "甲", place="d")
    assert await ledger.rows("jurisdiction", "d") == []
    ledger.place("d", "township", "621223100", "c")
    assert [row.doc["name"] for row in await ledger.rows("jurisdiction", "d")] == ["name-d", "甲"]


async def test_the_registration_recorded_last_stands(ledger: Ledger) -> None:
    """A second registration replaces the first, whole."""
    ledger.place("c", "city", "621200", effective_from="2014-01-01")
    [row] = await ledger.rows("jurisdiction", "c")
    assert (row.doc["level"], row.doc["code"], row.doc["parent_id"], row.doc["from"]) == (
        "city", "621200", None, "2014-01-01",
    )  # fmt: skip


@pytest.mark.parametrize(("sent", "kept"), [("62", "620000"), ("6212", "621200"), ("621223100", "621223100")])
async def test_short_codes_are_read_as_six_digits(ledger: Ledger, sent: str, kept: str) -> None:
    """Codes of two and four digits are read as six, at registration and at every change."""
    ledger.place("d", "province", sent)
    rename(ledger, "2016-01-01", code=sent)
    reparent(ledger, "2017-01-01", "q", sent)
    assert (await ledger.doc("jurisdiction", "d"))["code"] == kept
    assert [row.doc["code"] for row in await ledger.rows("jurisdiction", "c")] == ["621223", kept, kept]


async def test_restructuring_ends_the_predecessors(ledger: Ledger) -> None:
    """A merged place ends that day with its successors named; later changes are of no place on record."""
    position = restructure(ledger, "2018-01-01", ["c", "d"], ["e"])
    rename(ledger, "2019-01-01", "甲")
    rows = await ledger.rows("jurisdiction", "c")
    assert days(rows) == [(None, "2018-01-01")]
    assert (rows[0].doc["ended_on"], rows[0].doc["successors"]) == ("2018-01-01", ["e"])
    assert [entry["position"] for entry in rows[0].doc["ended_by"]] == [position]


async def test_a_predecessor_that_is_successor_too_continues(ledger: Ledger) -> None:
    """Of two places merged into one of them, that one goes on without a cut."""
    ledger.place("d", "county", "621224", "p")
    restructure(ledger, "2018-01-01", ["c", "d"], ["c"])
    assert days(await ledger.rows("jurisdiction", "c")) == [(None, None)]
    assert days(await ledger.rows("jurisdiction", "d")) == [(None, "2018-01-01")]


async def test_abolition_needs_no_successor_and_moves_no_child(ledger: Ledger) -> None:
    """An abolished place ends without successors, and its children keep naming it as parent."""
    ledger.place("t", "township", "621223100", "c")
    restructure(ledger, "2018-01-01", ["c"])
    assert (await ledger.doc("jurisdiction", "c"))["successors"] == []
    [child] = await ledger.rows("jurisdiction", "t")
    assert (child.doc["parent_id"], child.doc["until"]) == ("c", None)


async def test_the_earliest_restructuring_ends_a_place(ledger: Ledger) -> None:
    """A place that two restructurings end is gone from the earlier day."""
    restructure(ledger, "2019-01-01", ["c"], ["e"])
    restructure(ledger, "2018-01-01", ["c"], ["f"])
    doc = await ledger.doc("jurisdiction", "c")
    assert (doc["until"], doc["successors"]) == ("2018-01-01", ["f"])


async def test_a_renaming_and_an_end_on_one_day(ledger: Ledger) -> None:
    """A place renamed on the day it ended bears the old name to the end."""
    rename(ledger, "2018-01-01", "甲")
    restructure(ledger, "2018-01-01", ["c"])
    rows = await ledger.rows("jurisdiction", "c")
    assert [(row.doc["name"], row.doc["until"]) for row in rows] == [("name-c", "2018-01-01")]


async def test_a_place_that_ended_on_the_day_it_began_is_on_record_on_no_day(ledger: Ledger) -> None:
    """A place registered and abolished on one day keeps a row, of no days."""
    ledger.place("d", "county", "621224", effective_from="2018-01-01")
    restructure(ledger, "2018-01-01", ["d"])
    assert days(await ledger.rows("jurisdiction", "d")) == [("2018-01-01", "2018-01-01")]


async def test_a_corrected_restructuring_lets_a_place_go_on(ledger: Ledger) -> None:
    """A correction that no longer names a place gives its days back, from the correction on."""
    position = restructure(ledger, "2018-01-01", ["c"])
    ledger.correct(position, predecessor_ids=["d"], effective_from="2018-01-01")
    assert days(await ledger.rows("jurisdiction", "c", position + 1)) == [(None, "2018-01-01")]
    assert days(await ledger.rows("jurisdiction", "c")) == [(None, None)]
