"""What a board says, for whoever asks as of its size and day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from events import knowledge
from events.known import KnownAt
from projections.answers.summary import Counted, Part
from projections.boards import tables
from projections.boards.keeping import digest_of
from projections.boards.tables import Board
from projections.duties.tallying import Kind
from projections.reading import PostgresReader
from projections.scene import Scene


async def board_for(scene: Scene) -> Board | None:
    """The board of the scene's log, where it is of the scene's day and packs; of whatever size, up to the scene's."""
    reader = scene.reader
    if not isinstance(reader, PostgresReader):
        return None
    board = await tables.board_of(reader.connection, reader.log_id)
    if board is None or board.generation != reader.generation or board.size > reader.size:
        return None
    return board if (board.day, board.digest) == (scene.valid_at, digest_of(scene.packs)) else None


async def as_of(scene: Scene, board: Board) -> Scene:
    """The scene as of the size of a board that is for it."""
    reader = scene.reader
    assert isinstance(reader, PostgresReader)
    if board.size == reader.size:
        return scene
    conn, log_id = reader.connection, reader.log_id
    known = await knowledge.resolve(
        conn, log_id, KnownAt(size=board.size), projected=reader.size, clock=scene.known.clock
    )
    older = PostgresReader(conn, log_id, board.generation, board.size)
    return replace(scene, reader=older, known=known, root=await knowledge.root_at(conn, log_id, board.size))


async def counted(scene: Scene, place_id: str, children: Sequence[str]) -> Counted:
    """The duties of a place with all below it, as the board has them."""
    reader = scene.reader
    assert isinstance(reader, PostgresReader)
    own: dict[Kind, int] = {}
    wholes: dict[str, dict[Kind, int]] = {one: {} for one in (place_id, *children)}
    rows = await tables.tallies(reader.connection, reader.log_id, list(wholes))
    for place, rule, level, status, alone, alone_again, whole, whole_again in rows:
        wholes[place] |= _kinds(rule, level, status, whole, whole_again)
        if place == place_id:
            own |= _kinds(rule, level, status, alone, alone_again)
    parts = [Part(place_id, own=True, counts=own)]
    parts += [Part(child, own=False, counts=wholes[child]) for child in children]
    return Counted(wholes[place_id], parts)


def _kinds(rule: str, level: str, status: str, once: int, again: int) -> dict[Kind, int]:
    counts = {False: once, True: again}
    return {Kind(rule, level, status, repeated): many for repeated, many in counts.items() if many}  # type: ignore[arg-type]  # as stored
