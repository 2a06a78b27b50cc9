"""Bundles made through the API with a notary beside it, and what a verifier finds of them. PYTEST_DONT_REWRITE."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import httpx
import pytest
from fastapi import FastAPI

from events import checkpoints, trust
from events.appender import Appender
from events.clock import SystemClock
from events.credentials import OPERATOR
from events.database import open_engine
from events.trust import Policy
from projections.policies.pack import load_all
from service.app import make_app
from service.bundle import form, verifying
from service.bundle.check import Trust
from service.bundle.verifying import Report
from service.notary.signing import Desk, Signer
from service.state import Service
from tests.patience import HANG_SECONDS

KEY: Final = "operator-key-of-the-bundles-0123456789"
BUSY: Final = 503


class Bundles:
    """Asks for answers and bundles; a notary signs meanwhile."""

    def __init__(self, service: Service, client: httpx.AsyncClient, signing: asyncio.Task[None]) -> None:
        self.service, self.client = service, client
        self._signing = signing

    def stop(self) -> None:
        """Let the notary go home."""
        self._signing.cancel()

    async def ask(self, target: str, **headers: str) -> httpx.Response:
        """The response to a request for a bundle of `/v1` + target."""
        return await self.client.get(f"/v1{target}", headers={"Accept": form.MEDIA_TYPE, **headers})

    async def bundle(self, target: str) -> bytes:
        """The bundle of an answer, which there must be, however long the notary takes."""
        async with asyncio.timeout(HANG_SECONDS):
            while (answer := await self.ask(target)).status_code == BUSY:
                assert answer.json()["code"] in ("not-yet-published", "not-yet-projected")
        assert answer.status_code == 200, f"{target}: {answer.text[:2000]}"
        return answer.content

    async def policy(self, *logs: str) -> Policy:
        """A policy that trusts these logs and their companions by the keys on record, and asks for no witness."""
        lines = []
        async with self.service.engine.connect() as conn:
            for log_id in logs:
                for one in (log_id, f"{log_id}.index"):
                    lines += [f"log {vkey}" for vkey in await checkpoints.vkeys(conn, one)]
        return trust.parse("\n".join([*lines, "quorum none", ""]).encode())


@pytest.fixture(scope="session")
def notary_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the keys are that sign the sample logs: one directory for the session, as they are loaded once."""
    return tmp_path_factory.mktemp("notary")


_APPS: list[FastAPI] = []


def app_once(service: Service) -> FastAPI:
    """The application, made once for all verifications of a run: it takes its service from its state."""
    if not _APPS:
        _APPS.append(make_app(service))
    return _APPS[0]


async def report_of(data: bytes, policy: Policy | None) -> Report:
    """What is found of a bundle."""
    return await verifying.verify(data, Trust(policy), app_once)


def resealed(files: Mapping[str, bytes], **changed: object) -> bytes:
    """The archive of some files with a manifest made anew: what anybody can do."""
    manifest = form.read_object(form.MANIFEST, files[form.MANIFEST])
    rest = {name: raw for name, raw in files.items() if name not in (form.MANIFEST, form.DIGEST)}
    return form.archive(form.sealed(rest, {**manifest, **changed}))


@asynccontextmanager
async def bundles(url: str, directory: Path, witnesses: Policy | None = None) -> AsyncIterator[Bundles]:
    """The API over a database, with a policy of witnesses, and a notary that signs its logs while it is open."""
    engine, clock, policy = open_engine(url), SystemClock(), witnesses or Policy()
    appender = Appender(engine, clock)
    service = Service(engine, appender, clock, load_all(), KEY, OPERATOR, policy=policy, local_runner=True)
    signer = Signer(Desk(engine, directory, clock))

    async def sign() -> None:
        while True:
            await signer.sign_all()
            await asyncio.sleep(0.1)

    signing = asyncio.create_task(sign())
    transport = httpx.ASGITransport(make_app(service), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {KEY}", "Accept-Language": "en"}
    async with httpx.AsyncClient(transport=transport, base_url="http://zeren.test", headers=headers) as client:
        yield Bundles(service, client, signing)
    signing.cancel()
    await asyncio.gather(signing, return_exceptions=True)
    await service.appender.close()
    await engine.dispose()
