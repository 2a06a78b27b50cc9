"""What the service tells of a log besides its entries: its checkpoint, its witnesses, and runs of `zeren verify`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from events import checkpoints, signatures
from events.checkpoints import Signed
from events.clock import stamp
from events.note import COSIGNATURE_TYPE, VerifierKey
from events.trust import parse
from service import verified
from service.app import make_app
from service.settings import Settings
from service.state import Service
from service.verifying import Verification
from tests.service.conftest import OPERATOR_KEY
from tests.service.test_walk import TREE, posted

pytestmark = pytest.mark.anyio

LOG = "cn-62"


def with_(service: Service) -> httpx.AsyncClient:
    """A client of another service on the same database."""
    transport = httpx.ASGITransport(make_app(service))
    headers = {"Authorization": f"Bearer {OPERATOR_KEY}"}
    return httpx.AsyncClient(transport=transport, base_url="http://zeren.test", headers=headers)


async def test_runs_are_told_newest_first(
    client: httpx.AsyncClient, service: Service, database_url: str, tmp_path: Path
) -> None:
    """Each run of a verification that ended is noted with its root and told by the service of that directory alone."""
    await posted(client, *TREE)
    settings = Settings(data=tmp_path)
    here = replace(service, verified=tmp_path / verified.STATES)
    async with with_(here) as asked:
        assert (await asked.get(f"/v1/logs/{LOG}/verifications")).json() == {"items": [], "next": None}
        for _ in range(2):
            await Verification(settings, database_url, evidence_only=True).of(service.engine, LOG)
        told = (await asked.get(f"/v1/logs/{LOG}/verifications")).json()["items"]
        about = (await asked.get(f"/v1/logs/{LOG}")).json()
        assert (await asked.get("/v1/logs/none/verifications")).status_code == 404
    assert [(run["size"], run["verified"], run["root"]) for run in told] == [(6, True, about["root"])] * 2
    assert told[0]["at"] > told[1]["at"]
    assert (await client.get(f"/v1/logs/{LOG}/verifications")).json()["items"] == []


def test_a_note_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    """Of a file whose last line a crash cut off the rest is told; a directory that cannot be made breaks nothing."""
    verified.note(tmp_path, "a", {"size": 1})
    (tmp_path / "a.runs").open("a").write('{"size": 2')
    assert verified.runs_of(tmp_path, "a") == [{"size": 1}]
    assert verified.runs_of(None, "a") == verified.runs_of(tmp_path, "b") == []
    verified.note(tmp_path / "a.runs", "c", {"size": 3})
    assert verified.runs_of(tmp_path / "a.runs", "c") == []


async def test_a_log_tells_its_checkpoint_and_witnesses(client: httpx.AsyncClient, service: Service) -> None:
    """Before anything is published there is none; then its size, root and instant, and what each witness cosigned."""
    await posted(client, *TREE)
    assert (await client.get(f"/v1/logs/{LOG}")).json()["checkpoint"] is None
    now, root = service.clock.now(), b"r" * 32
    async with service.engine.begin() as conn:
        await checkpoints.add(conn, LOG, Signed(6, root, "o\n6\ncnI=\n\n— o AAAAAAAA\n", now))
        await checkpoints.publish(conn, LOG, 6, now)
    told = (await client.get(f"/v1/logs/{LOG}")).json()
    assert told["checkpoint"]["size"] == 6
    assert told["checkpoint"]["signed_at"] == stamp(now)
    assert told["witnesses"] == []
    key = VerifierKey("witness.example/w1", COSIGNATURE_TYPE, signatures.generate("Ed25519")[0])
    policy = parse(f"witness w1 {key}\nquorum w1\n".encode())
    async with with_(replace(service, policy=policy)) as asked:
        assert (await asked.get(f"/v1/logs/{LOG}")).json()["witnesses"] == [
            {"name": "w1", "key": key.name, "size": None, "cosigned_at": None}
        ]
        later = now + timedelta(seconds=5)
        async with service.engine.begin() as conn:
            line = f"{checkpoints.line_beginning(key)}AAAA"
            await checkpoints.cosign(conn, LOG, 6, line, later)
        (told_witness,) = (await asked.get(f"/v1/logs/{LOG}")).json()["witnesses"]
    assert (told_witness["size"], told_witness["cosigned_at"]) == (6, stamp(later))
