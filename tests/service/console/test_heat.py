"""The heat table: which cell says what, and how it is cut into parts."""

from __future__ import annotations

from typing import Any

from service.console import heat

NOTHING = dict.fromkeys(heat.STATUSES, 0)


def item(rule: str, place: str = "c", *, own: bool = False, left_out: int = 0, **counts: int) -> dict[str, Any]:
    """An item of a summary: what binds as named, what informs under `informing_...`."""
    named = {name.replace("_", "-"): many for name, many in counts.items()}
    binds = {**NOTHING, **{name: many for name, many in named.items() if not name.startswith("informing-")}}
    informs = {
        **NOTHING,
        **{name.removeprefix("informing-"): many for name, many in named.items() if name.startswith("informing-")},
    }
    return {
        "rule": rule,
        "system": rule.partition("-")[0],
        "jurisdiction": {"id": place},
        "own": own,
        "counts": binds,
        "informing": {"counts": informs},
        "counted_once": {"left_out": left_out, "rules": []},
    }


def test_a_cell_tells_the_gravest_first() -> None:
    """Statuses come from the gravest on, what does not apply only where nothing else is there."""
    cell = heat.cell_of(item("a-1", met=3, breached=1, gap=2, not_applicable=9))
    assert cell.told == [("breached", 1), ("gap", 2), ("met", 3)]
    assert (cell.gravest, cell.owed, cell.degree) == ("breached", 6, 2)
    assert heat.cell_of(item("a-1", not_applicable=9)).told == [("not-applicable", 9)]


def test_the_degree_is_the_part_not_met() -> None:
    """None of it 0, the least bit 1, all of it 4, and nothing owed no degree at all."""
    assert heat.cell_of(item("a-1", met=3)).degree == 0
    assert heat.cell_of(item("a-1", met=99, gap=1)).degree == 1
    assert heat.cell_of(item("a-1", met=1, overdue=1)).degree == 2
    assert heat.cell_of(item("a-1", gap=5)).degree == 4
    assert heat.cell_of(item("a-1", due=1, undetermined=1)).degree == 0
    assert heat.cell_of(item("a-1", not_applicable=1)).degree is None


def test_what_informs_stands_in_the_same_cell() -> None:
    """A rule that only informs has its counts in its cell, and what repeats another rule is told apart."""
    cell = heat.cell_of(item("a-1", informing_gap=2, left_out=1))
    assert (cell.told, cell.left_out) == ([("gap", 2)], 1)


def test_totals_by_system() -> None:
    """The rules of a system are added up, in the order of the answer."""
    found = heat.by_system([item("b-1", met=1), item("b-2", met=2, gap=1), item("a-1", due=4)])
    assert [(system, cell.told) for system, cell in found] == [
        ("b", [("gap", 1), ("met", 3)]),
        ("a", [("due", 4)]),
    ]


def test_columns_with_a_status() -> None:
    """Only the rules of which some result has one of the statuses; every rule where none is asked for."""
    items = [item("a-1", met=1), item("a-2", gap=1), item("a-3", informing_breached=1)]
    assert [one["rule"] for one in heat.columns_with(items, ("breached", "gap"))] == ["a-2", "a-3"]
    assert len(heat.columns_with(items, ())) == 3


def test_rows_by_place() -> None:
    """A row a place, the place alone before those below it; a rule that a place does not owe is an empty cell."""
    answer = {
        "items": [item("a-1", own=True, met=1), item("a-2", own=True, gap=1), item("a-2", "t", met=1)],
        "next": None,
    }
    table = heat.heat([item("a-1"), item("a-2"), item("b-1")], answer, 0, 50)
    assert [(row.place["id"], row.own) for row in table.rows] == [("c", True), ("t", False)]
    assert [cell.told for cell in table.rows[1].cells] == [[], [("met", 1)], []]
    assert table.systems == [("a", 2), ("b", 1)]
    assert table.following is None


def test_a_place_that_was_cut_is_left_to_the_next_part() -> None:
    """Of an answer that goes on, the last place is told whole in the next part, which begins at its first item."""
    items = [item("a-1", "s", met=1), item("a-2", "s", met=1), item("a-1", "t", met=1)]
    table = heat.heat([item("a-1"), item("a-2")], {"items": items, "next": "103"}, 100, 50)
    assert [row.place["id"] for row in table.rows] == ["s"]
    assert table.following == 102


def test_no_more_rows_than_a_page_takes() -> None:
    """Beyond so many rows the next part begins, also where the answer is complete."""
    items = [item("a-1", place, met=1) for place in ("s", "t", "u")]
    table = heat.heat([item("a-1")], {"items": items, "next": None}, 0, 2)
    assert [row.place["id"] for row in table.rows] == ["s", "t"]
    assert table.following == 2


def test_one_place_is_told_though_it_was_cut() -> None:
    """A single place on a page of an answer is shown as it is: there would be no end otherwise."""
    table = heat.heat([item("a-1")], {"items": [item("a-1", "s", met=1)], "next": "1"}, 0, 50)
    assert [row.place["id"] for row in table.rows] == ["s"]
    assert table.following == 1
