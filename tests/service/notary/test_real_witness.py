"""A witness of someone else's: PyPI `aics-witness`, in an environment of its own, cosigns our checkpoints."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events import checkpoints, note
from events.trust import parse
from service.notary.signing import Desk, Signer
from service.notary.witnesses import Witness
from tests.patience import HANG_SECONDS, looks
from tests.service.notary.conftest import LOG, ORIGIN, Grow
from tests.service.servers import free_port

pytestmark = [pytest.mark.anyio, pytest.mark.long]
PACKAGE: Final = "aics-witness==0.1.0"
NEWER: Final = "import sys; sys.exit(sys.version_info < (3, 12))"


def interpreters() -> Iterator[str]:
    """What may be a Python of 3.12 or newer here: on the path, or kept by pyenv or uv."""
    for minor in range(12, 20):
        yield from filter(None, [shutil.which(f"python3.{minor}")])
    for root in (Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions",):
        yield from (str(found) for found in sorted(root.glob("3.*/bin/python")))
    uv = shutil.which("uv")
    if uv is not None:
        found = subprocess.run([uv, "python", "find", ">=3.12"], capture_output=True, text=True, check=False)
        yield from found.stdout.split()[:1]


def runs(command: str) -> bool:
    """Whether an interpreter starts and is new enough: a shim may stand for none."""
    return subprocess.run([command, "-c", NEWER], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The witness's command, installed where Python 3.12 or newer is found."""
    newer = next((each for each in interpreters() if runs(each)), None)
    if newer is None:
        pytest.skip("aics-witness takes Python 3.12 or newer, and none is found here")
    place = tmp_path_factory.mktemp("aics") / "venv"
    subprocess.run([newer, "-m", "venv", str(place)], check=True, capture_output=True)
    install = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    if done.returncode != 0 and not os.environ.get("ZEREN_CI"):
        pytest.skip(f"{PACKAGE} cannot be installed here: {done.stderr[-300:]}")
    assert done.returncode == 0, done.stderr
    return place / "bin" / "aics-witness"


class Running:
    """The witness, run as its own documentation says."""

    def __init__(self, program: Path, place: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._program = program
        self._config = place / "witness.json"
        place.mkdir()
        name = ["--name", "witness.example/w1", "--listen", f"127.0.0.1:{self.port}"]
        self.vkey = self._run("init", *name).strip()
        self._process: subprocess.Popen[bytes] | None = None

    def _run(self, *arguments: str) -> str:
        command = [str(self._program), arguments[0], "--config", str(self._config), *arguments[1:]]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def trusts(self, origin: str, vkey: str) -> None:
        """Let it know a log, and start it."""
        self._run("add-log", "--origin", origin, "--vkey", vkey)
        self._process = subprocess.Popen([str(self._program), "serve", "--config", str(self._config)])
        for _ in looks():
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/healthz").is_success:
                    break

    def close(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(HANG_SECONDS)


@pytest.fixture
def running(program: Path, tmp_path: Path) -> Iterator[Running]:
    """A witness that is not yet started."""
    made = Running(program, tmp_path / "witness")
    yield made
    made.close()


async def test_someone_else_s_witness_cosigns(running: Running, desk: Desk, engine: AsyncEngine, grow: Grow) -> None:
    """It takes our checkpoints and consistency proofs, within a tile and beyond; we take its cosignatures."""
    policy = parse(f"witness w {running.vkey} {running.url}\nquorum w\n".encode())
    signer = Signer(desk)
    async with httpx.AsyncClient() as client:
        witness = Witness(desk, policy, policy.witnesses["w"], signer, client)
        for turn, count in enumerate((1, 2, 254, 300, 7)):
            await grow(*(f"{turn}-{n}" for n in range(count)))
            signer._signed_at.clear()
            await signer.sign_all()
            if turn == 0:
                async with engine.connect() as conn:
                    (vkey,) = await checkpoints.vkeys(conn, LOG)
                await asyncio.to_thread(running.trusts, ORIGIN, vkey)
            await witness.ask_for_all()
            async with engine.connect() as conn:
                served = await checkpoints.published(conn, LOG)
            assert served is not None
            assert policy.cosigners(note.parse(served.note)) == ["w"]
        restarted = Witness(desk, policy, policy.witnesses["w"], signer, client)
        restarted._standing.clear()
        await grow("last")
        signer._signed_at.clear()
        await signer.sign_all()
        await restarted.ask_for_all()
    async with engine.connect() as conn:
        last = await checkpoints.last_cosigned(conn, LOG, policy.witnesses["w"].key)
    assert last is not None
    assert last[0] == 1 + 2 + 254 + 300 + 7 + 1
