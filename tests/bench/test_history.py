"""The synthetic history: valid, deterministic, and as dense at one size as at another."""

from __future__ import annotations

from collections import Counter

import pytest

from bench.appends import by_place
from bench.history import NATIONAL, TINY, Shape, asked_places, counties_of, county_history, history
from bench.locality import OVERWRITES
from events.cloudevent import read_event


def test_every_event_passes_the_door_and_names_what_is_before_it() -> None:
    """Each event is accepted by its form, no id is told twice, and each correction names an earlier event."""
    seen: set[tuple[str, str]] = set()
    for told in history(NATIONAL.events):
        sent = read_event(told.event)
        assert (sent.source, sent.id) not in seen
        assert sent.target is None or (sent.target.source, sent.target.id) in seen
        seen.add((sent.source, sent.id))
    assert len(seen) == NATIONAL.events


def test_it_is_the_same_every_time() -> None:
    """Two histories of one size are equal, event by event."""
    assert list(history(TINY.events, TINY)) == list(history(TINY.events, TINY))


def test_a_village_tells_as_much_at_every_size() -> None:
    """What a village of the first county tells does not depend on how many counties there are."""
    small = [told for told in history(2_000, TINY) if told.place.startswith("j-620101")]
    large = [told for told in history(9_000, TINY) if told.place.startswith("j-620101")]
    assert small == large
    assert counties_of(9_000, TINY) == 9


def test_a_tenth_of_the_appointments_is_corrected_up_to_ten_times() -> None:
    """In a history of the usual shape about a tenth of the appointments is corrected, none more than ten times."""
    events = [told.event for told in history(NATIONAL.events)]
    started = sum(event["type"] == "appointment.started" for event in events)
    corrected = Counter(event["data"]["corrects_event_id"] for event in events if event["type"] == "record.corrected")
    assert 0.07 < len(corrected) / started < 0.15
    assert max(corrected.values()) == OVERWRITES


def test_the_places_to_ask_about_are_in_it() -> None:
    """Places asked about have told something; overwritten ones were corrected ten times, plain ones never."""
    size = 4_000
    told = list(history(size, TINY))
    places = asked_places(size, TINY)
    by_id = {one: [t.event for t in told if t.place == one] for one in (*places.plain, *places.overwritten)}
    corrections = {one: sum(e["type"] == "record.corrected" for e in events) for one, events in by_id.items()}
    starts = {one: sum(e["type"] == "appointment.started" for e in events) for one, events in by_id.items()}
    assert len(places.plain) == len(places.overwritten) == len(places.counties) == counties_of(size, TINY)
    assert all(corrections[one] == 0 and by_id[one] for one in places.plain)
    assert all(corrections[one] > OVERWRITES * (starts[one] - 1) for one in places.overwritten)


def test_what_does_not_fit_is_refused() -> None:
    """A size that one county exceeds is an error, not a shorter history."""
    with pytest.raises(ValueError, match="more than 100"):
        list(history(100, Shape(townships=1, villages=2, events=100)))


def test_clients_share_a_county_and_keep_the_order_of_its_places() -> None:
    """Every event is sent once, and those of one place by one client in their order."""
    told = county_history(3, TINY)
    scripts = by_place(told, 3)
    assert sorted(one.event["id"] for script in scripts for one in script) == sorted(one.event["id"] for one in told)
    for place in {one.place for one in told}:
        ours = [[one for one in script if one.place == place] for script in scripts]
        assert [one for one in told if one.place == place] in ours
