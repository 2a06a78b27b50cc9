"""When the keeper of boards waits: while a log is being filled, and not for ever."""

from __future__ import annotations

from itertools import pairwise

from service.keeping import MANY, PATIENCE_SECONDS, QUIET_SECONDS, Filling


def test_a_board_does_not_wait_for_what_comes_now_and_then() -> None:
    """Neither a log that is seen for the first time, nor one that grows a little at a time, is being filled."""
    filling = Filling()
    assert [filling.look("l", 5000 + turn * (MANY - 1), turn * QUIET_SECONDS) for turn in range(4)] == [False] * 4


def test_many_entries_one_by_one_fill_a_log() -> None:
    """It does not matter in how many appends they come: what counts is how many within the time."""
    filling = Filling()
    waits = [filling.look("l", entry, entry * QUIET_SECONDS / (2 * MANY)) for entry in range(2 * MANY)]
    assert waits == [False] * MANY + [True] * MANY


def test_a_board_waits_until_a_log_is_filled() -> None:
    """It waits from the look at which many entries had come until none came for a while; other logs' do not."""
    filling = Filling()
    looks = [(0.0, 0), (0.1, MANY), (0.2, MANY), (0.3, 2 * MANY), (0.3 + QUIET_SECONDS, 2 * MANY + 1)]
    assert [filling.look("l", size, now) for now, size in looks] == [False, True, True, True, False]
    assert not filling.look("l", 2 * MANY + 2, 9.0)
    assert filling.look("l", 3 * MANY + 2, 9.1)
    assert not filling.look("m", 3, 9.2)


def test_a_board_waits_no_longer_than_its_patience() -> None:
    """Where a log is filled without an end, its board is kept now and then all the same."""
    filling = Filling()
    step = QUIET_SECONDS / 2
    turns = int(4 * PATIENCE_SECONDS / step)
    waits = [filling.look("l", turn * MANY, turn * step) for turn in range(turns)]
    kept = [turn * step for turn, waiting in enumerate(waits) if not waiting]
    assert kept[0] == 0
    gaps = [after - before for before, after in pairwise(kept)]
    assert gaps
    assert max(gaps) <= PATIENCE_SECONDS + 2 * step
    assert min(gaps) >= PATIENCE_SECONDS
