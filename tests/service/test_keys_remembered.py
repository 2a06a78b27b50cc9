"""Keys found good are remembered for a moment: no longer, by no other service, and never a bad one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events import credentials, logs
from events.credentials import Credential, Grant
from events.database import open_engine
from events.errors import Unauthenticated
from service import access
from service.access import asker_with
from service.http.appends import LINES_TOGETHER
from service.state import Service
from tests.events.signers import event
from tests.patience import HANG_SECONDS, until
from tests.service.grants import granted

pytestmark = pytest.mark.anyio


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys that the database was asked about."""
    asked: list[str] = []
    real = credentials.check

    async def check(conn: object, key: str) -> Credential | None:
        asked.append(key)
        return await real(conn, key)  # type: ignore[arg-type]

    monkeypatch.setattr(credentials, "check", check)
    return asked


async def made(engine: AsyncEngine) -> tuple[str, str]:
    """A key for recorders: its id and itself."""
    async with engine.begin() as conn:
        return await credentials.make(conn, "k", Grant(roles=("recorder",)))


async def test_a_good_key_is_looked_up_once_in_a_while(
    service: Service, checks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within its time a good key costs no query and gives the same asker; after it the database is asked again."""
    monkeypatch.setattr(access, "KEY_SECONDS", HANG_SECONDS)
    key_id, key = await made(service.engine)
    askers = [await asker_with(service, key) for _ in range(20)]
    assert {asker.credential.key_id for asker in askers} == {key_id}
    assert checks == [key]
    access._GOOD[service.engine].clear()
    monkeypatch.setattr(access, "KEY_SECONDS", 0.1)
    await asker_with(service, key)
    checks.clear()
    await asyncio.sleep(0.15)
    assert (await asker_with(service, key)).grant.roles == ["recorder"]
    assert checks == [key]


async def test_a_revocation_is_felt_when_that_time_is_over(service: Service) -> None:
    """However often it is used meanwhile, a revoked key is refused once `KEY_SECONDS`, one second, have passed."""
    assert access.KEY_SECONDS == 1.0
    key_id, key = await made(service.engine)
    await asker_with(service, key)
    async with service.engine.begin() as conn:
        assert await credentials.revoke(conn, key_id)
    taken = revoked = asyncio.get_running_loop().time()
    with suppress(Unauthenticated):
        while taken <= revoked + access.KEY_SECONDS:
            asked = asyncio.get_running_loop().time()
            await asker_with(service, key)
            taken = asked
            await asyncio.sleep(0.02)
    assert taken <= revoked + access.KEY_SECONDS
    with pytest.raises(Unauthenticated):
        await asker_with(service, key)


async def test_a_stream_ends_with_its_key(service: Service, checks: list[str]) -> None:
    """Whoever reads a log live reads no further once the key is revoked."""
    async with service.engine.begin() as conn:
        await logs.create(conn, "cn-62", name=None, origin=None, clock="live")
    async with granted(service, "inspector") as reader:
        headers = {"Accept": "text/event-stream"}
        stream = asyncio.create_task(reader.get("/v1/logs/cn-62/events", headers=headers))
        await until(lambda: len(checks) > 1)  # the key is looked up again while the stream is open
        assert not stream.done()
        async with service.engine.begin() as conn:
            (key,) = await credentials.every(conn)
            assert await credentials.revoke(conn, key.key_id)
        told = await asyncio.wait_for(stream, HANG_SECONDS)
    assert (told.status_code, told.text) == (200, ": zeren\n\n")


async def test_an_upload_ends_with_its_key(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of lines that are still coming when the key is revoked no further ones are taken; those before it stand."""
    monkeypatch.setattr(access, "KEY_SECONDS", 0.0)
    async with service.engine.begin() as conn:
        await logs.create(conn, "cn-62", name=None, origin=None, clock="live")

    async def lines() -> AsyncIterator[bytes]:
        for number in range(2 * LINES_TOGETHER):
            if number == LINES_TOGETHER + 1:
                async with service.engine.begin() as conn:
                    (key,) = await credentials.every(conn)
                    assert await credentials.revoke(conn, key.key_id)
            sent = event(str(number), "person.registered", person_id=f"p{number}", name_zh="甲")
            yield json.dumps(sent).encode() + b"\n"

    async with granted(service, "recorder") as recorder:
        headers = {"Content-Type": "application/x-ndjson"}
        refused = await recorder.post("/v1/logs/cn-62/events", content=lines(), headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated"), refused.text
    async with service.engine.connect() as conn:
        assert (await logs.get(conn, "cn-62")).size == LINES_TOGETHER


async def test_bad_keys_are_never_remembered(service: Service, checks: list[str]) -> None:
    """A key that is wrong, or that only begins as a good one, is checked each time and refused each time."""
    _, key = await made(service.engine)
    await asker_with(service, key)
    checks.clear()
    for bad in (key[:-1] + ("a" if key[-1] != "a" else "b"), f"{key}x", "zk_00000000_" + "x" * 43, "nonsense"):
        for _ in range(2):
            with pytest.raises(Unauthenticated):
                await asker_with(service, bad)
    assert len(checks) == 8
    assert len(access._GOOD[service.engine]) == 1


async def test_a_key_of_another_database_is_none_here(service: Service, database_url: str) -> None:
    """What one service found good says nothing to another in the same process."""
    _, key = await made(service.engine)
    await asker_with(service, key)
    other = replace(service, engine=open_engine(database_url))
    async with other.engine.begin() as conn:
        for record in await credentials.every(conn):
            await credentials.revoke(conn, record.key_id)
    with pytest.raises(Unauthenticated):
        await asker_with(other, key)
    await other.engine.dispose()


async def test_the_memory_is_bounded(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many keys come, no more than so many are remembered."""
    monkeypatch.setattr(access, "MOST_KEYS", 3)
    for _ in range(7):
        await asker_with(service, (await made(service.engine))[1])
        assert len(access._GOOD[service.engine]) <= 3
