"""A mirror: all that is fetched is checked, what does not hold is refused, and what is kept can be checked alone."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from events import logs
from events.canonical import canonical, read_json
from events.checkpoint import Checkpoint
from events.clock import SystemClock
from events.note import Note
from events.note import sign as sign_note
from events.tiles import Tile
from events.trust import parse as parse_policy
from events.verifying.lies import LieFound
from projections.runner import catch_up
from service.bundle.contents import read_items
from service.cli.mirroring import verified_mirrors
from service.mirror.checking import FIRST_USE, check_mirror
from service.mirror.kept import Kept, tiles_of
from service.mirror.mirroring import mirror
from service.mirror.remote import Remote, RemoteFailed
from service.mirror.trunk import Trunk
from service.notary import keys
from service.notary.signing import Desk, sign
from service.state import Service
from tests.service.evidence import LOG, append, history

pytestmark = pytest.mark.anyio

Grow = Callable[[int, int], Awaitable[None]]


@pytest.fixture
async def grow(engine: AsyncEngine, tmp_path: Path) -> Grow:
    """Appends a stretch of the sample history to the log, projects and signs it."""
    values = history()
    desk = Desk(engine, tmp_path / "notary", SystemClock())
    async with engine.begin() as conn:
        await logs.create(conn, LOG, name=None, origin=None, clock="live")

    async def work(start: int, end: int) -> None:
        await append(engine, values[start:end])
        await catch_up(engine)
        async with engine.connect() as conn:
            assert await sign(desk, await logs.get(conn, LOG)) is not None

    return work


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """An empty mirror of the log."""
    return Kept(tmp_path / "mirror", LOG)


@pytest.fixture
def remote(client: httpx.AsyncClient) -> Remote:
    """The log as it is served."""
    return Remote(client, LOG)


async def test_a_mirror_grows_and_is_checked_alone(grow: Grow, kept: Kept, remote: Remote, service: Service) -> None:
    """Entries are fetched once, tiles are those served, and what is kept gives the service's root and digest."""
    await grow(0, 1)
    await grow(1, 300)
    first = await mirror(kept, remote, None)
    assert (first.checkpoint.size, first.fetched, first.pinned) == (300, 300, True)
    await grow(300, 540)
    again = await mirror(kept, remote, None)
    assert (again.checkpoint.size, again.fetched, again.pinned, again.unchecked) == (540, 240, False, [])
    assert (await mirror(kept, remote, None)).fetched == 0
    described = await remote.described()
    found = check_mirror(kept, None)
    assert (found["verified"], found["size"], found["unchecked"]) == (True, 540, [FIRST_USE]), found
    assert found["digest"] == described["projected"]["digest"]
    assert (kept.place / "tile" / "0" / "001").read_bytes() == await remote.tile(Tile(0, 1))
    policy = parse_policy(f"log {described['vkeys'][0]}\nquorum none\n".encode())
    assert check_mirror(kept, policy)["unchecked"] == []
    assert (await mirror(Kept(kept.place.parent / "other", LOG), remote, policy)).pinned is False


CHANGED = {
    "a byte of an entry": ("entries/000.ndjson", b'"source":"urn:test"', b'"source":"urn:tess"', 0),
    "an entry left out": ("entries/001.ndjson", None, None, 256),
    "the checkpoint": ("checkpoint", b"\n300\n", b"\n299\n", None),
    "a tile": ("tile/0/000", None, None, None),
    "an entry bundle": ("tile/entries/001.p/44", None, None, None),
}


@pytest.mark.parametrize(("name", "old", "new", "position"), CHANGED.values(), ids=CHANGED.keys())
async def test_a_changed_mirror_does_not_verify(
    grow: Grow, kept: Kept, remote: Remote, name: str, old: bytes | None, new: bytes | None, position: int | None
) -> None:
    """Whatever is changed in a mirror's files, the check fails."""
    await grow(0, 300)
    await mirror(kept, remote, None)
    file = kept.place / name
    content = file.read_bytes()
    if old is not None and new is not None:
        changed = content.replace(old, new, 1)
    elif name.startswith("entries"):
        changed = content.split(b"\n", 1)[1]
    else:
        changed = bytes([content[0] ^ 1]) + content[1:]
    assert changed != content
    file.write_bytes(changed)
    found = check_mirror(kept, None)
    assert not found["verified"]
    assert found["lie"]
    assert position is None or found["position"] == position


FILES = ("checkpoint", "vkeys", "entries/000.ndjson", "entries/001.ndjson", "tile/0/000", "tile/entries/001.p/44")


async def test_a_damaged_file_is_named(grow: Grow, kept: Kept, remote: Remote) -> None:
    """Bytes that are no text, a file cut short or emptied, a bit of it changed: one sentence that names the file."""
    await grow(0, 300)
    await mirror(kept, remote, None)
    chance = random.Random(6)
    for name in FILES:
        file = kept.place / name
        whole = file.read_bytes()
        named = str(kept.place / "entries") if name.startswith("entries") else str(file)
        damaged = [b"\xff\xfe" + whole, b"", whole[: len(whole) // 2], b"\xff\xfe", b"\0" * 9, b"[]\n"]
        damaged += [flipped(whole, at) for at in chance.sample(range(len(whole)), 6)]
        for content in damaged:
            file.write_bytes(content)
            found = check_mirror(kept, None)
            assert (found["verified"], "\n" in found["lie"]) == (False, False), (name, content[:60], found)
            assert named in found["lie"], (name, content[:60], found)
            if name in ("checkpoint", "vkeys"):
                with pytest.raises(LieFound, match=name):
                    await mirror(kept, remote, None)
        file.unlink()
        file.mkdir()
        with pytest.raises(typer.Exit) as ended:
            verified_mirrors(kept.place, None)
        assert ended.value.exit_code == 2
        file.rmdir()
        file.write_bytes(whole)
    assert check_mirror(kept, None)["verified"]


def flipped(content: bytes, at: int) -> bytes:
    """Bytes with one bit changed."""
    return content[:at] + bytes([content[at] ^ 1 << at % 7]) + content[at + 1 :]


MISSHAPEN = {
    "a key without a key": (0, "data", {}),
    "a key of another form": (0, "data", {"key_id": [], "algorithm": 1, "public_key": None}),
    "data that are none": (2, "data", [1]),
    "a kind that there is not": (2, "type", "jurisdiction.dreamt"),
    "a correction of nothing": (5, "type", "record.corrected"),
}


@pytest.mark.parametrize(("position", "field", "value"), MISSHAPEN.values(), ids=MISSHAPEN.keys())
async def test_an_entry_that_no_door_lets_in(
    grow: Grow, kept: Kept, remote: Remote, position: int, field: str, value: Any
) -> None:
    """An entry that is whole in itself, but none that the log can have, is a lie, however far it was read before."""
    await grow(0, 10)
    await mirror(kept, remote, None)
    file = kept.place / "entries" / "000.ndjson"
    items = read_items(file.read_bytes())
    event = {**read_json(items[position].kept or b""), field: value}
    changed = {"kept": canonical(event), "type": event["type"]}
    items[position] = items[position].model_copy(update=changed)
    kept.write_bundle(0, items)
    found = check_mirror(kept, None)
    assert not found["verified"]
    assert str(kept.place / "entries") in found["lie"]


async def test_a_kind_that_this_software_does_not_know(grow: Grow, kept: Kept, remote: Remote, tmp_path: Path) -> None:
    """A log of newer software holds: its evidence is checked, and that its entries cannot be folded here is told."""
    await grow(0, 1)
    await mirror(kept, remote, None)
    (first,) = read_items((kept.place / "entries" / "000.ndjson").read_bytes())
    event = {"id": "n", "source": "urn:test", "specversion": "1.0", "type": "person.dreamt", "data": {}}
    changed: dict[str, Any] = {"position": 1, "about": 1, "id": "n", "type": "person.dreamt", "kept": canonical(event)}
    items = [first, first.model_copy(update=changed)]
    trunk = Trunk(LOG)
    trunk.take(items)
    (key, *_) = keys.read(tmp_path / "notary", LOG).current
    body = Checkpoint(f"zeren.example/{LOG}", 2, trunk.root_at(2)).body
    kept.write_bundle(0, items)
    kept.write(kept.place / "checkpoint", str(Note(body, (sign_note(body, key.public, key.private),))).encode())
    for tile, content in tiles_of(trunk.leaves, trunk.records):
        kept.write(kept.tile(tile), content)
    found = check_mirror(kept, None)
    assert (found["verified"], found["digest"], "projections" in found["checked"]) == (True, None, False), found
    assert "position 1 is of the kind person.dreamt" in " ".join(found["unchecked"])


async def test_another_history_is_refused_and_kept_as_evidence(
    grow: Grow, kept: Kept, remote: Remote, engine: AsyncEngine, tmp_path: Path, database_url: str
) -> None:
    """A checkpoint that does not go on from the mirrored one is refused, and both are kept; so is a smaller one."""
    await grow(0, 300)
    await mirror(kept, remote, None)
    whole = kept.checkpoint
    for size in (280, 320):
        other = _Other(remote, await _forked(tmp_path, size))
        with pytest.raises(LieFound, match="both checkpoints are kept"):
            await mirror(kept, other, None)  # type: ignore[arg-type]
    assert kept.checkpoint == whole
    assert len(list((kept.place / "evidence").iterdir())) == 2
    assert check_mirror(kept, None)["verified"]


class _Other:
    """A service that serves another checkpoint, signed with the log's own key."""

    def __init__(self, remote: Remote, note: str) -> None:
        self._remote = remote
        self._note = note

    async def checkpoint(self) -> str:
        return self._note

    async def consistency(self, old: int, size: int) -> list[bytes]:
        return [b"\0" * 32] * 3


async def _forked(tmp_path: Path, size: int) -> str:
    (key, *_) = keys.read(tmp_path / "notary", LOG).current
    body = Checkpoint(f"zeren.example/{LOG}", size, bytes(range(32))).body
    return str(Note(body, (sign_note(body, key.public, key.private),)))


async def test_an_interrupted_mirror_goes_on(grow: Grow, kept: Kept, remote: Remote) -> None:
    """What was fetched before an interruption is checked again, and not fetched again."""
    await grow(0, 540)
    with pytest.raises(RuntimeError, match="enough"):
        await mirror(kept, remote, None, told=_stop)
    assert kept.checkpoint is None
    assert not check_mirror(kept, None)["verified"]
    assert (await mirror(kept, remote, None)).fetched == 540 - 256


def _stop(done: int, of: int) -> None:
    raise RuntimeError(f"enough at {done} of {of}")


async def test_only_auditors_mirror(grow: Grow, kept: Kept, client: httpx.AsyncClient) -> None:
    """Without credentials nothing that states a fact is given."""
    await grow(0, 3)
    client.headers.pop("Authorization")
    with pytest.raises(RemoteFailed, match="401"):
        await mirror(kept, Remote(client, LOG), None)
