"""The notary's process: it signs in time whatever else is slow, and ends with the one that started it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events import checkpoints, signatures
from events.note import COSIGNATURE_TYPE, VerifierKey
from service.notary import kept, running, signing
from tests.authority import OpensslAuthority, serving
from tests.patience import HANG_SECONDS, looks, until
from tests.service.notary.conftest import LOG, ORIGIN, Grow
from tests.service.servers import Served, environment
from tests.service.test_running import lives

pytestmark = pytest.mark.anyio

PARENT = (
    "import asyncio, sys; from service.process import supervise; "
    f"asyncio.run(supervise(sys.argv[1], {running.MODULE!r}))"
)
PROMISED = 2.0
"""Seconds from an append to its checkpoint, as the design promises."""
TURNS = 4

Start = Callable[..., psutil.Process]


@pytest.fixture
def start(database_url: str, tmp_path: Path) -> Iterator[Start]:
    """Starts a process that supervises a notary with some settings; all are killed at the end."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(**settings: str) -> psutil.Process:
        env = environment(ZEREN_DATA=str(tmp_path), **settings)
        command = [sys.executable, "-c", PARENT, database_url]
        started.append(subprocess.Popen(command, env=env, start_new_session=True))
        return psutil.Process(started[-1].pid)

    yield begin
    for each in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(each.pid, signal.SIGKILL)
        each.wait(HANG_SECONDS)


class Hanging:
    """A server that takes every request and answers none."""

    def __init__(self) -> None:
        self.open = 0
        self.given_up = 0

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Keep one who asks waiting until that one gives up."""
        self.open += 1
        with contextlib.suppress(OSError):
            await reader.read()
        self.open -= 1
        self.given_up += 1
        writer.close()


async def reached(engine: AsyncEngine, size: int, *, of: Callable[..., Awaitable[object]]) -> float:
    """Wait until there is a checkpoint, published or not, of a size; how many seconds that took."""
    began = time.monotonic()
    async with asyncio.timeout(HANG_SECONDS):
        while True:
            async with engine.connect() as conn:
                found = await of(conn, LOG)
            if getattr(found, "size", 0) >= size:
                return time.monotonic() - began
            await asyncio.sleep(0.02)


def notaries_of(parent: psutil.Process) -> list[psutil.Process]:
    """The notaries that a process started."""
    return [one for one in parent.children() if running.MODULE in " ".join(one.cmdline())]


async def test_it_signs_in_time_while_a_witness_and_an_authority_hang(
    start: Start, engine: AsyncEngine, grow: Grow, tmp_path: Path
) -> None:
    """Appends of which nobody was told are signed before those give up waiting whom the notary asked meanwhile."""
    assert running.POLL_SECONDS + running.PAUSE_SECONDS + signing.SIGN_SECONDS < PROMISED
    hanging = Hanging()
    server = await asyncio.start_server(hanging.take, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    authority = OpensslAuthority(tmp_path / "tsa")
    policy = tmp_path / "policy"
    vkey = VerifierKey("w.example", COSIGNATURE_TYPE, signatures.generate("Ed25519")[0])
    policy.write_text(f"witness w {vkey} {url}\nquorum none\n")
    await grow("e0")
    start(ZEREN_WITNESS_POLICY=str(policy), ZEREN_TSA_URL=f"{url}/", ZEREN_TSA_CERT=str(authority.root))
    await reached(engine, 1, of=checkpoints.published)
    size, took = 1, list[float]()
    async with asyncio.timeout(HANG_SECONDS):
        while len(took) < TURNS:
            await until(lambda: hanging.open)
            given_up, size = hanging.given_up, size + 1
            await grow(f"e{size}")
            seconds = await reached(engine, size, of=checkpoints.published)
            if hanging.given_up == given_up:  # else nobody can say for what the notary waited
                took.append(seconds)
    server.close()
    sys.stdout.write(f"\ncheckpoints after {', '.join(f'{each:.2f}' for each in took)} s\n")
    copy = kept.read(tmp_path / "notary", LOG, ORIGIN)
    assert copy is not None
    assert copy.size == size


async def test_it_stamps_what_it_signs(start: Start, engine: AsyncEngine, grow: Grow, tmp_path: Path) -> None:
    """Where an authority is set, a token for each checkpoint comes by itself."""
    with serving(OpensslAuthority(tmp_path / "tsa")) as authority:
        await grow("e0")
        start(ZEREN_TSA_URL=authority.url, ZEREN_TSA_CERT=str(authority.root))
        token = None
        async with asyncio.timeout(HANG_SECONDS):
            while token is None:
                await asyncio.sleep(0.05)
                async with engine.connect() as conn:
                    token = await checkpoints.token(conn, LOG, 1)


async def test_it_outlives_its_connections_and_its_own_death(start: Start, engine: AsyncEngine, grow: Grow) -> None:
    """When the database ends its connections it makes new ones; killed, it is replaced and goes on."""
    await grow("e0")
    parent = start()
    await reached(engine, 1, of=checkpoints.newest)
    (first,) = notaries_of(parent)
    async with engine.connect() as conn:
        await conn.execute(text("RESET ROLE"))
        await conn.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                 "WHERE datname = current_database() AND pid <> pg_backend_pid()")
        )  # fmt: skip
    await engine.dispose()
    await grow("e1")
    await reached(engine, 2, of=checkpoints.newest)
    assert lives(first)
    first.kill()
    await grow("e2")
    await reached(engine, 3, of=checkpoints.newest)
    (second,) = notaries_of(parent)
    assert second.pid != first.pid


async def test_it_ends_when_its_parent_is_killed(start: Start, engine: AsyncEngine, grow: Grow) -> None:
    """A parent that was killed could not end it; it ends by itself."""
    await grow("e0")
    parent = start()
    await reached(engine, 1, of=checkpoints.newest)
    (notary,) = notaries_of(parent)
    parent.kill()
    await until(lambda: not lives(notary))


@pytest.mark.long
def test_a_served_log_is_signed_and_its_signed_past_is_defended(tmp_path: Path) -> None:
    """Over HTTP: the key is shown, each checkpoint served, and after a loss nothing more is taken."""
    served = Served(tmp_path / "data")
    try:
        served.start()
        keyed = {"Authorization": f"Bearer {(served.data / 'operator.key').read_text().strip()}"}
        with httpx.Client(base_url=served.url, headers=keyed, timeout=HANG_SECONDS) as client:
            client.put(f"/v1/logs/{LOG}").raise_for_status()
            for size in (1, 2):
                client.post(f"/v1/logs/{LOG}/events", headers=TYPE, json=said(f"e{size}")).raise_for_status()
                for _ in looks(served.said):
                    if client.get(f"/{LOG}/checkpoint").text.split("\n")[1:2] == [str(size)]:
                        break
            (vkey,) = client.get(f"/v1/logs/{LOG}").json()["vkeys"]
            assert vkey.startswith(f"{ORIGIN}+")
            metrics = client.get("/metrics").text
            assert f'zeren_checkpoint_size{{log="{LOG}"}} 2\n' in metrics
            assert f'zeren_checkpoint_age_seconds{{log="{LOG}"}} ' in metrics
        copy = (served.data / "notary" / LOG / kept.COPY).read_text()
        assert served.stop() == 0
        (served.data / "notary" / LOG / kept.COPY).write_text(copy.replace(f"{ORIGIN}\n2\n", f"{ORIGIN}\n7\n"))
        served.start()
        with httpx.Client(base_url=served.url, headers=keyed, timeout=HANG_SECONDS) as client:
            refused = client.post(f"/v1/logs/{LOG}/events", headers=TYPE, json=said("e3"))
            assert (refused.status_code, refused.json()["code"]) == (409, "log-closed")
            assert "halted" in refused.json()["detail"]
            assert client.get(f"/v1/logs/{LOG}").json()["state"] == "halted"
            assert f'zeren_log_halted{{log="{LOG}"}} 1\n' in client.get("/metrics").text
    finally:
        served.close()


TYPE = {"Content-Type": "application/cloudevents+json"}


def said(event_id: str) -> dict[str, object]:
    """A CloudEvent."""
    data = {"person_id": event_id, "name_zh": "示例"}
    return {"specversion": "1.0", "id": event_id, "source": "urn:t", "type": "person.registered", "data": data}
