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
    """Two turns after it was touched an entity is gone, with its facts; what is touched again stays, with its own."""
    monkeypatch.setattr(remembering, "KEPT", 4)
    memory = Memory(from_beginning=True)
    for position in range(9):
        entity = ("post", "hot" if position % 2 else f"cold-{position}")
        one = entry(position, post_id=entity[1])
        known = memory.recall(entity)
        assert known == (entity[1] == "hot" and position > 1)
        memory.touch(entity)
        memory.history.versions[position] = [one]
        memory.history.named[position] = frozenset({entity})
        memory.history.facts_of.setdefault(entity, []).append(position)
        memory.history.open_rows.setdefault(entity, [])
        assert all(memory.recall_fact(fact) for fact in memory.history.facts_of[entity])
        memory.end_run([one], position + 1)
    assert memory.recall(("post", "hot"))
    assert memory.history.facts_of["post", "hot"] == [1, 3, 5, 7]
    assert [position for position in range(9) if memory.recall_fact(position)] == [1, 3, 4, 5, 6, 7, 8]
    assert memory.history.names(entry(1), entry(1)) == {("post", "hot")}, "worked out once, and recalled"
    assert not memory.recall(("post", "cold-0"))
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
    for end in (remembering.KEPT, 2 * remembering.KEPT, 3 * remembering.KEPT):
        memory.history.facts_of["post", f"p{end}"] = [end - 1]
        memory.end_run([], end)
    assert [memory.recall(("post", f"p{end * remembering.KEPT}")) for end in (1, 2, 3)] == [False, False, True]
