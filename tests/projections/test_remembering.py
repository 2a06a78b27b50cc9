"""What a long stretch remembers: enough to be right, and not for ever."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from events.clock import read_stamp
from events.entry import Entry
from projections import remembering
from projections.remembering import Memory


def entry(position: int, **data: Any) -> Entry:
    kept = orjson.dumps({"data": data})
    stamp = read_stamp("2026-01-01T00:00:00.000000Z")
    return Entry(position, stamp, "post.established", 1, "s", f"e{position}", b"", "c", None, position, kept)


def test_what_was_never_touched_is_new_only_where_the_stretch_began_at_the_beginning() -> None:
    """An entity is new until it is touched; a stretch that began in the middle of a log calls nothing new."""
    whole, part = Memory(from_beginning=True), Memory()
    assert whole.is_new(("post", "p"))
    assert not part.is_new(("post", "p"))
    whole.touch(("post", "p"))
    assert not whole.is_new(("post", "p"))


def test_it_forgets_what_was_not_touched_for_long_and_still_knows_that_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond KEPT entries an entity's facts and rows go, its facts' entries with them; it is not new for all that."""
    monkeypatch.setattr(remembering, "KEPT", 4)
    monkeypatch.setattr(remembering, "LOOKED_EVERY", 1)
    memory = Memory(from_beginning=True)
    for position in range(8):
        entity = ("post", "hot" if position % 2 else f"cold-{position}")
        memory.touch(entity)
        memory.history.versions[position] = [entry(position, post_id=entity[1])]
        memory.history.facts_of.setdefault(entity, []).append(position)
        memory.history.open_rows[entity] = []
        memory.end_run(memory.history.versions[position], position + 1)
    assert ("post", "hot") in memory.history.facts_of
    assert ("post", "cold-0") not in memory.history.facts_of
    assert 0 not in memory.history.versions
    assert {1, 3, 5, 7} <= memory.history.versions.keys()
    assert not memory.is_new(("post", "cold-0"))


def test_the_entries_of_a_run_are_slimmed_and_read_again() -> None:
    """After a run an entry holds its bytes alone, and what it says is read from them where it is asked for."""
    one = entry(0, post_id="p", seats=None)
    assert one.stated == {"post_id": "p"}
    Memory().end_run([one], 1)
    assert one._event is None
    assert one.stated == {"post_id": "p"}


def test_a_run_of_which_all_was_erased_goes_on() -> None:
    """A stretch without any entry left ends like another, and the next one is counted from its end."""
    memory = Memory(from_beginning=True)
    memory.end_run([], 2000)
    memory.touch(("post", "p"))
    assert memory._last == {("post", "p"): 2000}
