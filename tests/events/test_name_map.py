"""The map of names: what it commits to, opened and checked."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.name_growing import EMPTY_MAP_ROOT, TOP, WholeMap, empty_tile
from events.name_map import (
    BadOpening,
    Opening,
    bucket_of,
    chained,
    check,
    check_entries,
    key_of,
    open_key,
    read_opening,
)
from tests.thorough import examples

LOG: Final = "cn-62"


def leaf(position: int) -> bytes:
    """Some leaf hash."""
    return sha256(b"leaf %d" % position).digest()


def opened(whole: WholeMap, key: bytes) -> Opening:
    """A key opened in a map in memory, from what would be stored of it."""
    bucket, tiles = bucket_of(key), whole.tiles()
    low = (0, bucket // 256)
    return open_key(
        key, dict(whole.buckets()).get(bucket, b""), tiles.get(low, empty_tile(low)), tiles.get(TOP, empty_tile(TOP))
    )


def a_map(*named: str) -> WholeMap:
    """A map of one entry after the other, each with its names in one text."""
    whole = WholeMap(LOG)
    for position, names in enumerate(named):
        whole.add(leaf(position), names.split())
    return whole


def test_the_format_by_hand() -> None:
    """One name of two entries: key, chain, commitment, bucket and root as docs/completeness.md has them."""
    whole = a_map("p-1", "", "p-1")
    key = sha256(b"cn-62\x00p-1").digest()
    first = sha256(bytes(32) + (0).to_bytes(8, "big") + leaf(0)).digest()
    chain = sha256(first + (2).to_bytes(8, "big") + leaf(2)).digest()
    records = key + sha256((2).to_bytes(8, "big") + chain).digest()
    empty, node = sha256(b"\x00").digest(), sha256(b"\x00" + records).digest()
    index = int.from_bytes(key[:2], "big")
    for _ in range(16):
        left, right = (empty, node) if index & 1 else (node, empty)
        node, empty, index = (
            sha256(b"\x01" + left + right).digest(),
            sha256(b"\x01" + empty + empty).digest(),
            index >> 1,
        )
    assert whole.root() == node
    assert empty == EMPTY_MAP_ROOT == WholeMap(LOG).root()
    opening = opened(whole, key)
    assert (opening.count, opening.chain, opening.records) == (2, chain, records)
    check(node, key, opening)
    check_entries(opening, [(0, leaf(0)), (2, leaf(2))])


def test_the_example_of_the_documentation() -> None:
    """The program in docs/completeness.md, which shares nothing with ours, prints what the page says and we give."""
    page = (Path(__file__).parents[2] / "docs" / "completeness.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    printed = ran.stdout.split()
    assert len(printed) == 2
    assert all(f"`{value}`" in page for value in printed)
    whole = a_map()
    for position in range(3):
        whole.add(sha256(b"leaf %d" % position).digest(), ["p-1"] if position != 1 else [])
    assert printed == [key_of(LOG, "p-1").hex(), whole.root().hex()]


def test_a_name_belongs_to_its_log() -> None:
    """One name has another key in another log, and no two pairs of log and name run into each other."""
    assert len({key_of("cn-62", "p1"), key_of("cn-63", "p1"), key_of("cn-6", "2p1"), key_of("cn-62", "p")}) == 4


MAP: Final = a_map(*("p1 p2", "p1", "j1 p2 p3", *(f"q{n} p1" for n in range(400))))
PRESENT: Final = key_of(LOG, "p2")
ABSENT: Final = key_of(LOG, "nobody")


def neighbours() -> tuple[bytes, bytes]:
    """Two keys that share a bucket, found by trying."""
    seen: dict[int, bytes] = {}
    for n in range(100_000):
        key = key_of(LOG, f"n{n}")
        if bucket_of(key) in seen:
            return seen[bucket_of(key)], key
        seen[bucket_of(key)] = key
    raise AssertionError("no two of 100,000 keys share a bucket")


def test_absence_and_presence_are_shown() -> None:
    """A name that entries give opens to them, another to none, in an empty bucket or beside others."""
    check(MAP.root(), PRESENT, opened(MAP, PRESENT))
    check(MAP.root(), ABSENT, opened(MAP, ABSENT))
    check_entries(opened(MAP, PRESENT), [(0, leaf(0)), (2, leaf(2))])
    check_entries(opened(MAP, ABSENT), [])
    one, other = neighbours()
    whole = WholeMap(LOG)
    whole.add_keys(leaf(0), [one])
    check(whole.root(), other, opened(whole, other))
    assert opened(whole, other).count == 0
    assert opened(whole, other).records
    whole.add_keys(leaf(1), [other])
    for key, at in ((one, 0), (other, 1)):
        check(whole.root(), key, opened(whole, key))
        check_entries(opened(whole, key), [(at, leaf(at))])


def test_nobody_else_s_opening_will_do() -> None:
    """An opening holds for its own key and root alone."""
    opening = opened(MAP, PRESENT)
    for root, key in ((MAP.root(), ABSENT), (MAP.root(), key_of(LOG, "p1")), (EMPTY_MAP_ROOT, PRESENT)):
        with pytest.raises(BadOpening):
            check(root, key, opening)


def hidden(opening: Opening) -> Opening:
    """The opening of a present key without its record, said to be absent."""
    at = opening.records.index(PRESENT)
    return replace(opening, count=0, chain=bytes(32), records=opening.records[:at] + opening.records[at + 64 :])


TAMPERED: Final[dict[str, Any]] = {
    "count up": lambda o: replace(o, count=o.count + 1),
    "count below": lambda o: replace(o, count=-1),
    "count too large": lambda o: replace(o, count=1 << 63),
    "said to be absent": lambda o: replace(o, count=0, chain=bytes(32)),
    "absent with a chain": lambda o: replace(o, count=0),
    "chain": lambda o: replace(o, chain=bytes(32)),
    "chain short": lambda o: replace(o, chain=o.chain[:31]),
    "record left out": hidden,
    "record twice": lambda o: replace(o, records=o.records + o.records),
    "record of another bucket": lambda o: replace(o, records=o.records + b"\xff" * 64),
    "half a record": lambda o: replace(o, records=o.records[:32]),
    "sibling left out": lambda o: replace(o, siblings=o.siblings[:-1]),
    "sibling more": lambda o: replace(o, siblings=[*o.siblings, bytes(32)]),
    "siblings swapped": lambda o: replace(o, siblings=list(reversed(o.siblings))),
    "sibling short": lambda o: replace(o, siblings=[o.siblings[0][:31], *o.siblings[1:]]),
}


@pytest.mark.parametrize("tamper", TAMPERED.values(), ids=TAMPERED.keys())
def test_a_tampered_opening_fails(tamper: Any) -> None:
    """Whatever is changed in an opening, it does not hold."""
    with pytest.raises(BadOpening):
        check(MAP.root(), PRESENT, tamper(opened(MAP, PRESENT)))


@settings(max_examples=examples(200))
@given(st.data())
def test_no_byte_may_change(data: st.DataObject) -> None:
    """A flipped bit anywhere in an opening, of a present key or an absent one, is found."""
    key = data.draw(st.sampled_from([PRESENT, ABSENT]))
    opening = opened(MAP, key)
    raw = bytearray(b"".join([opening.count.to_bytes(8, "big"), opening.chain, opening.records, *opening.siblings]))
    raw[data.draw(st.integers(1, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    split = 40 + len(opening.records)
    changed = Opening(
        int.from_bytes(raw[:8], "big"),
        bytes(raw[8:40]),
        bytes(raw[40:split]),
        [bytes(raw[at : at + 32]) for at in range(split, len(raw), 32)],
    )
    with pytest.raises(BadOpening):
        check(MAP.root(), key, changed)


WRONG: Final[dict[str, list[tuple[int, bytes]]]] = {
    "one left out": [(0, leaf(0))],
    "none": [],
    "one more": [(0, leaf(0)), (2, leaf(2)), (3, leaf(3))],
    "another leaf": [(0, leaf(0)), (2, leaf(3))],
    "another position": [(0, leaf(0)), (1, leaf(2))],
    "swapped": [(2, leaf(2)), (0, leaf(0))],
    "twice": [(0, leaf(0)), (0, leaf(0))],
    "no leaf hash": [(0, leaf(0)), (2, leaf(2)[:31])],
    "below the log": [(-1, leaf(0)), (2, leaf(2))],
}


@pytest.mark.parametrize("entries", WRONG.values(), ids=WRONG.keys())
def test_other_entries_than_those_that_name_it(entries: list[tuple[int, bytes]]) -> None:
    """An entry left out, added, changed or moved is found."""
    with pytest.raises(BadOpening):
        check_entries(opened(MAP, PRESENT), entries)
    assert chained([(0, leaf(0)), (2, leaf(2))]) == MAP.value_of(PRESENT)


def test_an_opening_goes_through_json() -> None:
    """An opening read back from JSON is the same one."""
    for key in (PRESENT, ABSENT):
        opening = opened(MAP, key)
        assert read_opening(json.loads(json.dumps(opening.as_json()))) == opening


@pytest.mark.parametrize(
    "change",
    [
        {"count": True},
        {"count": "2"},
        {"count": -1},
        {"count": 1 << 63},
        {"chain": "AA"},
        {"chain": 5},
        {"records": "AAAA\n"},
        {"siblings": "AAAA"},
        {"siblings": [None]},
        {"more": 1},
    ],
    ids=str,
)
def test_an_opening_of_another_form(change: dict[str, Any]) -> None:
    """JSON that is not exactly an opening is none."""
    with pytest.raises(BadOpening):
        read_opening({**opened(MAP, PRESENT).as_json(), **change})
    with pytest.raises(BadOpening):
        read_opening([])
