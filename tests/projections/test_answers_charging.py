"""Days charged: the divided days agree with a count day by day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from projections.answers.charging import Assignment, charged
from projections.answers.people import People
from projections.rows import Found
from projections.tenure import Bounds

FIRST = date(2020, 1, 1)
OFFSETS = st.integers(0, 30)


def on(offset: int) -> str:
    """A day of the random months."""
    return (FIRST + timedelta(days=offset)).isoformat()


@st.composite
def tenures(draw: st.DrawFn) -> Found:
    """An appointment with unsure bounds."""
    s0, s1, e0, e1 = (on(draw(OFFSETS)) for _ in range(4))
    name = draw(st.sampled_from(["x", "y", "y-2", "z", None]))
    bounds = Bounds(min(s0, s1), max(s0, s1), min(e0, e1), max(e0, e1)).as_doc()
    return Found(str(draw(st.uuids())), 0, {"person_id": name, "capacity": "substantive", "bounds": bounds})


ASSIGNMENTS = st.lists(
    st.builds(
        Assignment,
        OFFSETS.map(on),
        st.sampled_from(["s", "t", None]),
        st.sampled_from(["x", "y", None]),
    ),
    min_size=1,
    max_size=4,
).map(lambda given: sorted(given, key=lambda one: one.since))


def answering(assigned: list[Assignment], held: dict[str, list[Found]], day: str) -> set[str | None]:
    """Who certainly answers on a day, found the slow way."""
    one = ([one for one in assigned if one.since <= day] or assigned[:1])[-1]
    if one.post_id is None:
        return {one.person_id}
    tenures = [row.doc for row in held[one.post_id] if row.doc["bounds"]["s1"] <= day < row.doc["bounds"]["e0"]]
    return {"y" if doc["person_id"] == "y-2" else doc["person_id"] for doc in tenures} or {None}


@given(ASSIGNMENTS, st.lists(tenures(), max_size=5), st.lists(tenures(), max_size=5), OFFSETS, OFFSETS)
def test_charged_days_agree_with_counting_day_by_day(
    assigned: list[Assignment], of_s: list[Found], of_t: list[Found], start: int, end: int
) -> None:
    """Each day is charged to exactly those who certainly answer on it, each once, and to nobody where there is none."""
    held = {"s": of_s, "t": of_t}
    entries = charged(on(start), on(end), assigned, held, People({}, {"y-2": "y"}))
    counted: Counter[tuple[int, Any]] = Counter()
    for entry in entries:
        first, until = ((date.fromisoformat(entry[name]) - FIRST).days for name in ("from", "until"))
        assert until - first == entry["days"] > 0
        counted.update((day, entry["person"] and entry["person"]["id"]) for day in range(first, until))
    expected = {(day, person) for day in range(start, end) for person in answering(assigned, held, on(day))}
    assert counted == Counter(dict.fromkeys(expected, 1))
    assert len({day for day, _ in counted}) == max(0, end - start)
    for one, other in permutations(entries, 2):
        assert (one["until"], one["person"]) != (other["from"], other["person"])
