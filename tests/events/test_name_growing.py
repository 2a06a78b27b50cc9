"""The map of names grows slice by slice to what it is from scratch, and shows every name's entries and no others."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.merkle import tile_root
from events.name_growing import TOP, Link, Tile, WholeMap, empty_tile, grow, hashes_of, retile, split, tiles_over
from events.name_map import BadOpening, Opening, bucket_of, check, check_entries, key_of, open_key
from events.named import Naming
from tests.events.naming import fact_of, names_of_all
from tests.projections.histories import History, histories
from tests.thorough import examples

LOG: Final = "cn-62"
NAMES: Final = [f"n{n}" for n in range(12)]

calm = [HealthCheck.too_slow, HealthCheck.data_too_large]
slow = settings(max_examples=examples(60), deadline=None, derandomize=True, suppress_health_check=calm)
few = settings(slow, max_examples=4)
logs = st.lists(st.frozensets(st.sampled_from(NAMES), max_size=4), max_size=30)


def leaf(position: int) -> bytes:
    """Some leaf hash."""
    return sha256(b"leaf %d" % position).digest()


def from_scratch(named: list[Any]) -> WholeMap:
    """The map of a whole log, by the names of each entry."""
    whole = WholeMap(LOG)
    for position, names in enumerate(named):
        whole.add(leaf(position), names)
    return whole


def opened(whole: WholeMap, name: str) -> Opening:
    """A name opened in a map in memory."""
    key, tiles = key_of(LOG, name), whole.tiles()
    low = (0, bucket_of(key) // 256)
    content = dict(whole.buckets()).get(bucket_of(key), b"")
    return open_key(key, content, tiles.get(low, empty_tile(low)), tiles.get(TOP, empty_tile(TOP)))


@slow
@given(logs, st.lists(st.integers(0, 30)))
def test_slice_by_slice_is_from_scratch(named: list[frozenset[str]], cuts: list[int]) -> None:
    """However a log is cut into slices, buckets, tiles and root come out as from scratch, and as read on the way."""
    contents: dict[int, bytes] = {}
    tiles: dict[Tile, bytes] = {}
    asked_often = WholeMap(LOG)
    ends = sorted({*(min(cut, len(named)) for cut in cuts), len(named)})
    for start, end in zip([0, *ends], ends, strict=False):
        links: list[Link] = [
            (key_of(LOG, name), position, leaf(position)) for position in range(start, end) for name in named[position]
        ]
        buckets = {bucket_of(key) for key, _, _ in links}
        changed = grow({bucket: contents[bucket] for bucket in buckets & contents.keys()}, links)
        assert changed.keys() == buckets
        needed = {tile: tiles[tile] for tile in tiles_over(buckets) & tiles.keys()}
        changed_tiles, root = retile(needed, hashes_of(changed))
        assert changed_tiles.keys() == tiles_over(buckets)
        contents |= changed
        tiles |= changed_tiles
        for position in range(start, end):
            asked_often.add(leaf(position), named[position])
        assert asked_often.root() == root
    whole = from_scratch(named)
    assert dict(whole.buckets()) == contents == dict(asked_often.buckets())
    assert whole.root() == asked_often.root()
    if any(named):
        assert whole.tiles() == asked_often.tiles() == tiles


@few
@given(logs)
def test_the_tree_is_built_over_all_buckets(named: list[frozenset[str]]) -> None:
    """The root is that of the plain tree over the hashes of all 65,536 buckets."""
    whole = from_scratch(named)
    hashes = hashes_of(dict(whole.buckets()))
    low = [hashes.get(bucket, sha256(b"\x00").digest()) for bucket in range(1 << 16)]
    assert whole.root() == tile_root([tile_root(low[at : at + 256]) for at in range(0, 1 << 16, 256)])


def test_a_name_given_twice_by_one_entry_counts_once() -> None:
    """An entry that gives a name in several fields names it once."""
    assert from_scratch([["n1", "n1"]]).root() == from_scratch([{"n1"}]).root()


def test_tiles_are_cut_into_hashes() -> None:
    """A tile has 256 hashes, an empty one as well."""
    assert {len(split(empty_tile(tile))) for tile in ((0, 0), (0, 255), TOP)} == {256}


def names_as_read(history: History, *, corrected_alone: bool) -> list[set[str]]:
    """The names of each event of a history, as the log's own reader gives them."""
    facts = [fact_of(history.events, position) for position in range(len(history.events))]
    naming = Naming({fact for position, fact in enumerate(facts) if fact != position} if corrected_alone else None)
    return [
        naming.of(position, event["type"], facts[position], event["data"])
        for position, event in enumerate(history.events)
    ]


@slow
@given(histories(), st.booleans(), st.data())
def test_every_name_of_a_history_opens_to_its_entries(history: History, corrected: bool, data: st.DataObject) -> None:
    """Over events of every kind, corrected and annulled, each name opens to just those that a slow walk finds."""
    named = names_of_all(history.events)
    assert names_as_read(history, corrected_alone=corrected) == named
    whole = from_scratch(named)
    for name in {*set().union(*named), "nobody"}:
        opening = opened(whole, name)
        entries = [(position, leaf(position)) for position, names in enumerate(named) if name in names]
        check(whole.root(), key_of(LOG, name), opening)
        check_entries(opening, entries)
        if entries:
            del entries[data.draw(st.integers(0, len(entries) - 1))]
            with pytest.raises(BadOpening):
                check_entries(opening, entries)


@slow
@given(histories(), st.data())
def test_what_is_erased_is_found_under_the_names_on_record(history: History, data: st.DataObject) -> None:
    """With the names of an erased entry from its erasure, it and all that corrects it have the names they had."""
    named = names_of_all(history.events)
    erased = data.draw(st.sets(st.integers(0, len(named) - 1)))
    facts = [fact_of(history.events, position) for position in range(len(named))]
    naming = Naming()
    for position, event in enumerate(history.events):
        if position in erased:
            found = naming.of(position, event["type"], facts[position], None, sorted(named[position]))
        else:
            found = naming.of(position, event["type"], facts[position], event["data"])
        assert found == named[position]
