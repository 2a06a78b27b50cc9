"""The whole tree of a log, put together from its slices: upper tiles, and what is left for a run that goes on."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from events.clock import read_stamp, stamp
from events.merkle import HASH_SIZE, TILE_WIDTH, Frontier, tile_root
from events.verifying.lies import Lie
from events.verifying.rows import KeyAct
from events.verifying.slices import Slice

TILE: Final = "SELECT hashes, root FROM tile WHERE log_id = $1 AND level = $2 AND tile_index = $3"
TILES_OF: Final = "SELECT level, count(*), max(tile_index) FROM tile WHERE log_id = $1 GROUP BY level ORDER BY level"


@dataclass(slots=True)
class Grown:
    """A log as far as it has been checked without a lie."""

    size: int = 0
    frontier: bytes = b""
    pending: list[list[bytes]] = field(default_factory=list)
    """By level from 1, the hashes of the tile that is not full yet."""
    full: list[int] = field(default_factory=list)
    """By level from 1, how many tiles are full."""
    recorded_at: datetime | None = None
    roots: dict[int, bytes] = field(default_factory=dict)
    """Roots at the sizes asked for."""
    key_acts: list[KeyAct] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    unchecked: set[str] = field(default_factory=set)

    @property
    def root(self) -> bytes:
        """The root at the size."""
        return Frontier.unpack(self.size, self.frontier).root()

    async def add(self, raw: Any, log_id: str, found: Slice) -> list[Lie]:
        """Go on by a slice; what lies in it, and in the upper tiles that it fills."""
        lies = list(found.lies)
        if found.begin != self.frontier:
            lies.append(Lie(found.first, "the append transactions before it do not lead to the tree of the entries"))
        self.size, self.frontier = found.end, found.frontier
        self.recorded_at = found.recorded_at or self.recorded_at
        self.roots |= found.roots
        self.key_acts += found.key_acts
        self.gone += found.gone
        self.unchecked |= found.unchecked
        lies += await self._fill(raw, log_id, found.tile_roots)
        return lies

    async def _fill(self, raw: Any, log_id: str, roots: list[bytes]) -> list[Lie]:
        """Fill the tiles of level 1 and above with the roots of tiles of level 0."""
        level = 1
        while roots:
            if len(self.pending) < level:
                self.pending.append([])
                self.full.append(0)
            hashes = self.pending[level - 1] + roots
            roots = []
            while len(hashes) >= TILE_WIDTH:
                tile, hashes = hashes[:TILE_WIDTH], hashes[TILE_WIDTH:]
                roots.append(tile_root(tile))
                index = self.full[level - 1]
                row = await raw.fetchrow(TILE, log_id, level, index)
                if row is None or tuple(row) != (b"".join(tile), roots[-1]):
                    return [Lie(None, f"tile {level}/{index} is missing or not that of the entries")]
                self.full[level - 1] += 1
            self.pending[level - 1] = hashes
            level += 1
        return []

    async def surplus_tiles(self, raw: Any, log_id: str) -> list[Lie]:
        """Tiles stored that the entries do not fill."""
        due = [self.size // TILE_WIDTH, *self.full]
        for level, count, last in await raw.fetch(TILES_OF, log_id):
            if level < 0 or level >= len(due) or count != due[level] or last != due[level] - 1:
                return [Lie(None, f"tile {level}/{last} is not of this log")]
        return []

    def as_json(self) -> dict[str, Any]:
        """What a run that goes on here needs, as JSON."""
        return {
            "size": self.size,
            "frontier": _b64(self.frontier),
            "pending": [_b64(b"".join(hashes)) for hashes in self.pending],
            "full": self.full,
            "recorded_at": None if self.recorded_at is None else stamp(self.recorded_at),
            "roots": {str(size): _b64(root) for size, root in self.roots.items()},
            "key_acts": [list(act) for act in self.key_acts],
            "gone": self.gone,
            "unchecked": sorted(self.unchecked),
        }


def grown_of(told: Mapping[str, Any]) -> Grown:
    """What `as_json` told."""
    at = told["recorded_at"]
    return Grown(
        told["size"],
        base64.b64decode(told["frontier"]),
        [_hashes(base64.b64decode(packed)) for packed in told["pending"]],
        list(told["full"]),
        None if at is None else read_stamp(at),
        {int(size): base64.b64decode(root) for size, root in told["roots"].items()},
        [KeyAct(*act) for act in told["key_acts"]],
        list(told["gone"]),
        set(told["unchecked"]),
    )


def _hashes(packed: bytes) -> list[bytes]:
    return [packed[at : at + HASH_SIZE] for at in range(0, len(packed), HASH_SIZE)]


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
