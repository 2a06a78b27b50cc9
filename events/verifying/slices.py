"""A slice of a log: its rows, append transactions, tiles and checkpoints read and checked, in whatever process.

A slice begins where a tile does. It takes the tree below it from the append transaction before it, on trust; whoever
puts slices together holds that against what the slice before it came to.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from events.merkle import TILE_WIDTH, Frontier
from events.verifying.lies import Lie, LieFound
from events.verifying.rows import Aim, KeyAct, Name, Rows, check_aim

READ: Final = 2048
"""How many rows are fetched at a time."""
SLICE: Final = 64 * TILE_WIDTH

EVENTS: Final = """
    SELECT position, recorded_at, kind, kind_version, source, id, salt_h, leaf_hash,
           payload_sha256, payload_sm3, target_position, fact_position
    FROM event WHERE log_id = $1 AND position >= $2 AND position < $3 ORDER BY position
"""
PAYLOADS: Final = """
    SELECT position, salt_p, kept, envelope, signatures, encryption_key_id
    FROM payload WHERE log_id = $1 AND position >= $2 AND position < $3 ORDER BY position
"""
"""Beside `EVENTS`, and not joined to them: PostgreSQL would look up each payload by itself."""
APPENDS: Final = """
    SELECT size, first_position, recorded_at, root, frontier FROM append_tx
    WHERE log_id = $1 AND size >= coalesce((SELECT max(size) FROM append_tx WHERE log_id = $1 AND size <= $2), 0)
      AND size <= coalesce((SELECT min(size) FROM append_tx WHERE log_id = $1 AND size >= $3), $3)
    ORDER BY size
"""
"""Those that end in a slice, the one before them, and the one that ends at its end or after it."""
APPEND_BELOW: Final = """
    SELECT size, frontier FROM append_tx WHERE log_id = $1 AND size <= $2 ORDER BY size DESC LIMIT 1
"""
LEAVES: Final = "SELECT leaf_hash FROM event WHERE log_id = $1 AND position >= $2 AND position < $3 ORDER BY position"
TILES: Final = """
    SELECT tile_index, hashes, root FROM tile
    WHERE log_id = $1 AND level = 0 AND tile_index >= $2 AND tile_index < $3 ORDER BY 1
"""
ERASED: Final = "SELECT position FROM erasure WHERE log_id = $1 AND position >= $2 AND position < $3"
AIMED_AT: Final = """
    SELECT w.source, w.id, i.position, e.fact_position FROM unnest($2::text[], $3::text[]) AS w (source, id)
    JOIN event_id i ON i.log_id = $1 AND i.source = w.source AND i.id = w.id
    JOIN event e ON e.log_id = $1 AND e.position = i.position
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A slice to check: of which log, from where to where, and at which sizes its root is wanted besides."""

    log_id: str
    first: int
    end: int
    sizes: Collection[int] = ()


@dataclass(slots=True)
class Slice:
    """What a slice came to."""

    first: int
    end: int
    """The position after the last entry that does not lie."""
    begin: bytes
    """The packed frontier at its first entry, as the append transactions have it."""
    frontier: bytes = b""
    """The packed frontier at its end."""
    tile_roots: list[bytes] = field(default_factory=list)
    """The roots of the tiles of level 0 that it fills."""
    roots: dict[int, bytes] = field(default_factory=dict)
    """Roots at the sizes asked for."""
    recorded_at: datetime | None = None
    """Of its last entry."""
    key_acts: list[KeyAct] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    lies: list[Lie] = field(default_factory=list)
    unchecked: set[str] = field(default_factory=set)
    """What could not be checked here."""


@dataclass(frozen=True, slots=True)
class _Append:
    size: int
    first_position: int
    recorded_at: datetime
    root: bytes
    frontier: bytes


async def check_slice(raw: Any, wanted: Wanted) -> Slice:
    """Check a slice over an asyncpg connection. What lies is in the answer."""
    appends = [_Append(*row) for row in await raw.fetch(APPENDS, wanted.log_id, wanted.first, wanted.end)]
    begin = await tree_at(raw, wanted.log_id, wanted.first)
    erased = await raw.fetch(ERASED, wanted.log_id, wanted.first, wanted.end)
    rows = Rows(wanted.log_id, wanted.first, frozenset(row[0] for row in erased))
    found = Slice(wanted.first, wanted.first, begin.pack())
    paid = 0
    try:
        for start in range(wanted.first, wanted.end, READ):
            run = wanted.log_id, start, min(start + READ, wanted.end)
            payloads = await raw.fetch(PAYLOADS, *run)
            rows.check(await raw.fetch(EVENTS, *run), payloads)
            paid += len(payloads)
    except LieFound as lied:
        found.lies.append(lied.lie)
    else:
        if rows.end < wanted.end:
            found.lies.append(Lie(rows.end, "the entry is missing"))
        elif paid != len(rows.leaves) - len(rows.gone):
            found.lies.append(Lie(None, f"table payload has {paid} rows for {len(rows.leaves)} entries"))
    found.end, found.key_acts, found.gone = rows.end, rows.key_acts, rows.gone
    found.recorded_at = rows.stamps[-1][1] if rows.stamps else None
    found.lies += await _lies_of_aims(raw, wanted.log_id, rows.aims)
    if rows.signed:
        from events.verifying.registry import lies_of_signatures  # noqa: PLC0415  which imports much

        found.lies += await lies_of_signatures(raw, wanted.log_id, rows.signed, found.unchecked)
    found.lies += _lies_of_stamps(rows, appends)
    tree = _Tree(begin, rows.leaves, found)
    found.lies += tree.grow(appends, set(wanted.sizes), rows.end)
    found.lies += await _lies_of_tiles(raw, wanted, rows.leaves, found.tile_roots)
    return found


async def tree_at(raw: Any, log_id: str, size: int) -> Frontier:
    """The tree of a size as the append transactions have it."""
    before = await raw.fetchrow(APPEND_BELOW, log_id, size)
    frontier = Frontier()
    if before is not None:
        with suppress(ValueError):  # one that is broken is named by the slice that it ends in
            frontier = Frontier.unpack(*before)
    frontier.extend([row[0] for row in await raw.fetch(LEAVES, log_id, frontier.size, size)])
    return frontier


async def _lies_of_aims(raw: Any, log_id: str, aims: list[Aim]) -> list[Lie]:
    if not aims:
        return []
    sources, ids = zip(*(aim.named for aim in aims), strict=True)
    found: Mapping[Name, tuple[int, int]] = {
        (row[0], row[1]): (row[2], row[3]) for row in await raw.fetch(AIMED_AT, log_id, list(sources), list(ids))
    }
    lies = []
    for aim in aims:
        try:
            check_aim(aim, found.get(aim.named))
        except LieFound as lied:
            lies.append(lied.lie)
    return lies


def _lies_of_stamps(rows: Rows, appends: list[_Append]) -> list[Lie]:
    """Whether every entry bears the stamp of the append transaction that it belongs to: the first that does not."""
    ahead = iter([each for each in appends if each.size > rows.end - len(rows.leaves)])
    append = next(ahead, None)
    ends = [position for position, _ in rows.stamps[1:]] + [rows.end]
    for (first, recorded_at), end in zip(rows.stamps, ends, strict=False):
        at = first
        while at < min(end, rows.end):
            while append is not None and append.size <= at:
                append = next(ahead, None)
            if append is None or append.first_position > at:
                return [Lie(at, "the entries from here on belong to no append transaction")]
            if append.recorded_at != recorded_at:
                return [Lie(at, "its recorded_at is not that of its append transaction")]
            at = append.size
    return []


class _Tree:
    """The tree grown over a slice, held against the append transactions that end in it."""

    def __init__(self, frontier: Frontier, leaves: list[bytes], found: Slice) -> None:
        self._frontier = frontier
        self._leaves = leaves
        self._found = found

    def grow(self, appends: list[_Append], sizes: set[int], end: int) -> list[Lie]:
        """Grow to the end of the slice; the first lie among the append transactions."""
        lies: list[Lie] = []
        first, frontier = self._found.first, self._frontier
        before = next((each for each in reversed(appends) if each.size <= first), None)
        if first in sizes:
            self._found.roots[first] = frontier.root()
        ours = {each.size: each for each in appends if first < each.size <= end}
        for size in sorted(ours.keys() | {size for size in sizes if first < size <= end}):
            self._grow_to(size)
            if size in sizes:
                self._found.roots[size] = frontier.root()
            append = ours.get(size)
            if append is not None and not lies:
                lies += _lies_of_append(append, before, frontier)
            before = append or before
        self._grow_to(end)
        self._found.frontier = frontier.pack()
        return lies

    def _grow_to(self, size: int) -> None:
        start = self._frontier.size - self._found.first
        completed = self._frontier.extend(self._leaves[start : size - self._found.first])
        if len(completed) >= TILE_WIDTH.bit_length() - 1:
            self._found.tile_roots += completed[TILE_WIDTH.bit_length() - 2]


def _lies_of_append(append: _Append, before: _Append | None, frontier: Frontier) -> list[Lie]:
    first = 0 if before is None else before.size
    if append.first_position != first:
        what = f"append transaction of size {append.size} begins at {append.first_position}, not {first}"
        return [Lie(first, what)]
    if before is not None and append.recorded_at <= before.recorded_at:
        return [Lie(first, "recorded_at is not later than that of the append before it")]
    if append.root != frontier.root() or append.frontier != frontier.pack():
        return [Lie(append.size - 1, f"the root stored for size {append.size} is not that of the entries")]
    return []


async def _lies_of_tiles(raw: Any, wanted: Wanted, leaves: list[bytes], roots: list[bytes]) -> list[Lie]:
    begin = wanted.first // TILE_WIDTH
    stored = {row[0]: (row[1], row[2]) for row in await raw.fetch(TILES, wanted.log_id, begin, begin + len(roots))}
    for at, root in enumerate(roots):
        hashes = b"".join(leaves[at * TILE_WIDTH : (at + 1) * TILE_WIDTH])
        if stored.get(begin + at) != (hashes, root):
            return [Lie(None, f"tile 0/{begin + at} is missing or not that of the entries")]
    return []
