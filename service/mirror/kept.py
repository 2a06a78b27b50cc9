"""What a mirror keeps of a log: the public tree as tlog-tiles lays it out, and every entry with its salts.

DIR/LOG/checkpoint             the newest checkpoint that was checked
DIR/LOG/vkeys                  the keys of the log that were believed at first use, one a line
DIR/LOG/tile/...               tiles and entry bundles, byte for byte as they are served
DIR/LOG/entries/x000/001.ndjson  256 entries, one a line: what each leaf is made of, the event as kept, its envelope
DIR/LOG/evidence/1/...         checkpoints that contradict each other, where a server gave such
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from events.merkle import TILE_WIDTH, tile_root
from events.note import NotANote, parse_vkey
from events.tiles import Tile
from events.verifying.lies import Lie, LieFound
from service.bundle.contents import Item, read_items

CHECKPOINT: Final = "checkpoint"
VKEYS: Final = "vkeys"
ENTRIES: Final = "entries"
EVIDENCE: Final = "evidence"
_LENGTH: Final = 2


class Kept:
    """The files of one log in a mirror."""

    def __init__(self, directory: Path, log_id: str) -> None:
        self.log_id = log_id
        self.place = directory / log_id

    @property
    def checkpoint(self) -> str | None:
        """The newest checkpoint, a signed note; None where nothing was mirrored yet. Raises LieFound."""
        return self._text(CHECKPOINT)

    @property
    def vkeys(self) -> list[str] | None:
        """The keys pinned at first use, each of them a key; None where none are. Raises LieFound."""
        text = self._text(VKEYS)
        try:
            return None if text is None else [str(parse_vkey(line)) for line in text.splitlines()]
        except NotANote as error:
            raise LieFound(None, f"{self.place / VKEYS}: {error}") from None

    @property
    def has_keys(self) -> bool:
        """Whether keys were pinned; none are in a mirror that was made under a policy."""
        return (self.place / VKEYS).exists()

    @property
    def pinned(self) -> str:
        """What these keys are, and where."""
        return f"the keys that were pinned at first use, in {self.place / VKEYS}"

    def _text(self, name: str) -> str | None:
        try:
            return (self.place / name).read_bytes().decode()
        except FileNotFoundError:
            return None
        except UnicodeDecodeError as error:
            raise LieFound(None, f"{self.place / name} is not in UTF-8 at byte {error.start}") from None

    def bundles(self) -> Iterator[list[Item]]:
        """The entries that are kept, bundle by bundle in order. Raises NotABundle."""
        index = 0
        while (file := self._entries(index)).exists():
            yield read_items(file.read_bytes(), str(file))
            index += 1

    def located(self, lie: Lie) -> Lie:
        """A lie of an entry, with the file in which the entry is."""
        if lie.position is None:
            return lie
        return Lie(lie.position, f"{self._entries(lie.position // TILE_WIDTH)}: {lie.what}")

    def write_bundle(self, index: int, items: Sequence[Item]) -> None:
        """Keep a bundle of entries, of up to 256."""
        self.write(self._entries(index), b"".join(item.line() + b"\n" for item in items))

    def drop_from(self, size: int) -> None:
        """Drop the entries from a size on, which no checkpoint of the mirror covers."""
        index, rest = divmod(size, TILE_WIDTH)
        if rest and (file := self._entries(index)).exists():
            self.write_bundle(index, read_items(file.read_bytes())[:rest])
        for beyond in range(index + bool(rest), index + 1_000_000):
            if not (file := self._entries(beyond)).exists():
                return
            file.unlink()

    def _entries(self, index: int) -> Path:
        return self.place / ENTRIES / f"{Tile(0, index).path.removeprefix('0/')}.ndjson"

    def tile(self, tile: Tile) -> Path:
        """The file of a tile."""
        return self.place / "tile" / tile.path

    def write(self, file: Path, content: bytes) -> None:
        """Put a whole file in its place."""
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f".{file.name}.new")
        with beside.open("wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        beside.replace(file)

    def keep_evidence(self, **notes: str) -> Path:
        """Keep notes that contradict each other; where."""
        number = 1 + sum(1 for _ in (self.place / EVIDENCE).glob("*"))
        place = self.place / EVIDENCE / str(number)
        for name, text in notes.items():
            self.write(place / name, text.encode())
        return place


def tiles_of(leaves: Sequence[bytes], records: Sequence[bytes], since: int = 0) -> Iterator[tuple[Tile, bytes]]:
    """The tiles and entry bundles of a tree, full ones and the last of each level, as they are served.

    Full ones below entry `since` are left out.
    """
    for index in range(since // TILE_WIDTH, -(-len(leaves) // TILE_WIDTH)):
        some = records[index * TILE_WIDTH : (index + 1) * TILE_WIDTH]
        packed = b"".join(len(record).to_bytes(_LENGTH, "big") + record for record in some)
        yield Tile(0, index, len(some), entries=True), packed
    level, hashes = 0, list(leaves)
    while hashes:
        full = len(hashes) // TILE_WIDTH
        for index in range((since // TILE_WIDTH) >> (8 * level), -(-len(hashes) // TILE_WIDTH)):
            some = hashes[index * TILE_WIDTH : (index + 1) * TILE_WIDTH]
            yield Tile(level, index, len(some)), b"".join(some)
        hashes = [tile_root(hashes[at * TILE_WIDTH : (at + 1) * TILE_WIDTH]) for at in range(full)]
        level += 1
