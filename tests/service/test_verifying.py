"""Runs of a verification: by several processes, interrupted and gone on, against a checkpoint kept elsewhere."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

import events.verify
import service.verifying
from events import logs
from events.clock import SystemClock
from events.database import open_engine
from events.trust import parse as parse_policy
from events.verify import Manner, verify
from events.verifying.published import kept_note
from events.verifying.tree import Grown, grown_of
from service.notary import keys
from service.notary.signing import Desk, sign
from service.settings import Settings
from service.verifying import Verification
from tests.service.evidence import LOG, SIZE, World, append, lie_after
from tests.service.servers import Commands

pytest_plugins = ["tests.service.evidence"]
pytestmark = pytest.mark.anyio

FLIPPED = "UPDATE payload SET kept = set_byte(kept, 9, get_byte(kept, 9) # 1) WHERE log_id = 'cn-62' AND position = {}"


@pytest.fixture
def short_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices of one tile, each worth a process."""
    monkeypatch.setattr(events.verify, "SLICE", 256)
    monkeypatch.setattr(events.verify, "FEW", 0)
    monkeypatch.setattr(service.verifying, "SAVE_SECONDS", 0.0)


@pytest.mark.parametrize("jobs", [1, 2])
async def test_slices_make_one_log(world: World, short_slices: None, jobs: int) -> None:
    """However many processes read it, slice by slice, the log is one: same root, every size told."""
    engine = open_engine(world.url)
    told: list[tuple[int, int]] = []
    async with engine.connect() as conn:
        await conn.execution_options(isolation_level="REPEATABLE READ")
        whole = await verify(conn, LOG)
        manner = Manner(world.url, jobs, outside=world.outside, progress=lambda done, of: told.append((done, of)))
        found = await verify(conn, LOG, manner)
    await engine.dispose()
    assert (found.size, found.root, found.lie) == (SIZE, whole.root, None)
    assert told == [(256, SIZE), (512, SIZE), (SIZE, SIZE)]


async def test_the_first_of_several_lies(world: World, short_slices: None) -> None:
    """Of lies in several slices the one at the lowest position is named."""
    found = await lie_after(world, FLIPPED.format(530), FLIPPED.format(300), FLIPPED.format(290))
    assert found is not None
    assert found.position == 290


async def test_an_interrupted_run_goes_on(world: World, short_slices: None, tmp_path: Path) -> None:
    """A run that was cut off goes on where it was, and says so; one that ended begins anew."""
    engine = open_engine(world.url)

    def cut(what: str, done: int, of: int) -> None:
        if done >= 512:
            raise KeyboardInterrupt

    settings = Settings(data=tmp_path)
    with pytest.raises(KeyboardInterrupt):
        await Verification(settings, world.url, told=cut).of(engine, LOG)
    state = tmp_path / "verify" / f"{LOG}.json"
    assert json.loads(state.read_text())["size"] == 256
    found = await Verification(settings, world.url).of(engine, LOG)
    assert (found["verified"], found["resumed_at"], found["size"]) == (True, 256, SIZE), found
    assert not state.exists()
    assert (await Verification(settings, world.url).of(engine, LOG))["resumed_at"] is None
    await engine.dispose()


def test_what_is_checked_survives_the_file() -> None:
    """What a run leaves for the next is read back as it was."""
    grown = Grown(256, b"a" * 32, [[b"b" * 32]], [0], SystemClock().now(), {4: b"c" * 32}, [], [7], {"x"})
    assert grown_of(json.loads(json.dumps(grown.as_json()))) == grown


async def test_against_a_policy(world: World, tmp_path: Path) -> None:
    """With a policy the newest checkpoint must be signed by a key of it and cosigned by its quorum."""
    engine = open_engine(world.url)
    note = world.outside.notes[0].note
    async with engine.connect() as conn:
        vkey = (await conn.exec_driver_sql("SELECT vkey FROM log_key WHERE log_id = 'cn-62'")).scalar_one()
    witness = world.outside.witnesses[0]
    trusted = parse_policy(f"log {vkey}\nwitness w {witness}\nquorum w\n".encode())
    found = await Verification(Settings(data=tmp_path), world.url, policy=trusted).of(engine, LOG)
    assert found["verified"], found
    other = keys.generate(note.signatures[0].name, sm2=False)[0].public
    strange = parse_policy(f"log {other}\nquorum none\n".encode())
    found = await Verification(Settings(data=tmp_path), world.url, policy=strange).of(engine, LOG)
    assert "none of the keys that were brought" in str(found["lie"])
    await engine.dispose()


async def test_the_command(world: World, database_url: str, tmp_path: Path) -> None:
    """`zeren verify` takes checkpoints kept elsewhere, and says which of them is not of the log's beginning."""
    engine = open_engine(database_url)
    values = [{"specversion": "1.0", "id": f"e{i}", "source": "urn:test", "type": "person.registered",
               "data": {"person_id": f"p{i}", "name_zh": "示例"}} for i in range(5)]  # fmt: skip
    desk = Desk(engine, tmp_path / "notary", SystemClock())
    async with engine.begin() as conn:
        await logs.create(conn, LOG, name=None, origin=None, clock="live")
    notes = []
    for part in (values[:3], values[3:]):
        await append(engine, part)
        async with engine.connect() as conn:
            signed = await sign(desk, await logs.get(conn, LOG))
        assert signed is not None
        notes.append(tmp_path / f"{signed.size}.txt")
        notes[-1].write_text(signed.note, encoding="utf-8")
    await engine.dispose()
    assert kept_note("it", notes[0].read_text(encoding="utf-8")).checkpoint.size == 3
    commands = Commands(tmp_path, database_url)
    said = await asyncio.to_thread(commands.json, "verify", LOG, "--against", notes[0], "--against", notes[1])
    assert said[0]["verified"], said
    strange = tmp_path / "strange.txt"
    strange.write_text(str(world.outside.notes[0].note), encoding="utf-8")
    (lied,) = await asyncio.to_thread(commands.json, "verify", LOG, "--against", strange, code=1)
    assert "strange.txt" in lied["lie"]
    await asyncio.to_thread(commands.run, "verify", LOG, "--against", tmp_path / "nothing", code=2)
