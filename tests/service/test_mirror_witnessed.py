"""Mirrors and verifications under a policy that asks for witnesses: they come after the log has signed, and change."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from sqlalchemy.ext.asyncio import AsyncEngine

import service.verifying
from events import checkpoints, note, signatures, trust
from events.note import COSIGNATURE_TYPE, Signature, VerifierKey, cosigned
from events.trust import Policy
from events.verifying.lies import LieFound
from service.cli.mirroring import verified_mirrors
from service.mirror import mirroring
from service.mirror.kept import Kept
from service.mirror.mirroring import mirror
from service.mirror.remote import Remote
from service.settings import Settings
from service.verifying import Verification
from tests.patience import HANG_SECONDS, LOOK_SECONDS
from tests.service.evidence import LOG
from tests.service.test_mirror import Grow, grow, kept, remote

__all__ = ["grow", "kept", "remote"]
pytestmark = pytest.mark.anyio

SEEDS = {"w": bytes(range(32)), "v": bytes(range(1, 33))}

Cosign = Callable[[str], Awaitable[None]]
Asked = Callable[[str], Awaitable[Policy]]


def key_of(name: str) -> VerifierKey:
    """The key of a witness."""
    return VerifierKey(f"{name}.example", COSIGNATURE_TYPE, signatures.public_key_of("Ed25519", SEEDS[name]))


@pytest.fixture
def cosign(engine: AsyncEngine) -> Cosign:
    """A witness cosigns the newest checkpoint of the log."""

    async def work(name: str) -> None:
        async with engine.begin() as conn:
            signed = await checkpoints.published(conn, LOG)
            assert signed is not None
            at, key = int(signed.signed_at.timestamp()), key_of(name)
            raw = signatures.sign("Ed25519", SEEDS[name], cosigned(note.parse(signed.note).text, at))
            line = Signature(key.name, key.key_id, at.to_bytes(8, "big") + raw).line.removesuffix("\n")
            await checkpoints.cosign(conn, LOG, signed.size, line, signed.signed_at)

    return work


@pytest.fixture
def asking(remote: Remote) -> Asked:
    """A policy that asks for the cosignature of one witness."""

    async def work(name: str) -> Policy:
        log = (await remote.described())["vkeys"][0]
        return trust.parse(f"log {log}\nwitness {name} {key_of(name)}\nquorum {name}\n".encode())

    return work


async def test_a_witness_that_is_about_to_cosign_is_waited_for(
    grow: Grow, kept: Kept, client: httpx.AsyncClient, cosign: Cosign, asking: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log signs before its witnesses do: who looks in between is not told of a lie; without them he is."""
    await grow(0, 10)

    class Slowly(Remote):
        async def checkpoint(self) -> str:
            came = await super().checkpoint()
            await cosign("w")
            return came

    trusted = await asking("w")
    found = await mirror(kept, Slowly(client, LOG), trusted)
    assert found.checkpoint.size == 10
    monkeypatch.setattr(mirroring, "COSIGN_SECONDS", 0.1)
    await grow(10, 12)
    with pytest.raises(LieFound, match="the quorum w is not met for size 12"):
        await mirror(kept, Remote(client, LOG), trusted)


async def test_other_witnesses_from_now_on(
    grow: Grow, kept: Kept, remote: Remote, cosign: Cosign, asking: Asked
) -> None:
    """A mirror goes on under a policy that names another witness than that which cosigned what it has."""
    await grow(0, 10)
    await cosign("w")
    await mirror(kept, remote, await asking("w"))
    await grow(10, 20)
    await cosign("v")
    found = await mirror(kept, remote, await asking("v"))
    assert (found.checkpoint.size, found.fetched) == (20, 10)


async def test_made_under_a_policy_and_checked_without_one(
    grow: Grow, kept: Kept, remote: Remote, cosign: Cosign, asking: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    """No keys are pinned in such a mirror: that nobody says whose signature counts is no lie of the log."""
    await grow(0, 10)
    await cosign("w")
    trusted = await asking("w")
    await mirror(kept, remote, trusted)
    with pytest.raises(typer.Exit) as ended:
        verified_mirrors(kept.place.parent, None)
    assert ended.value.exit_code == 2
    assert "bring one with --policy" in capsys.readouterr().err
    assert verified_mirrors(kept.place.parent, trusted)[0]["verified"]


async def test_where_it_is_kept_a_cosignature_is_waited_for(
    grow: Grow, engine: AsyncEngine, database_url: str, tmp_path: Path, cosign: Cosign, asking: Asked,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """`zeren verify` of a log that grows: the line of the witness comes after the checkpoint that it finds."""
    await grow(0, 10)
    trusted = await asking("w")

    async def found() -> dict[str, Any]:
        settings = Settings(data=tmp_path)
        return await Verification(settings, database_url, evidence_only=True, policy=trusted).of(engine, LOG)

    monkeypatch.setattr(service.verifying, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(service.verifying, "COSIGN_SECONDS", 0.03)
    assert "the quorum w is not met for size 10" in (await found())["lie"]

    monkeypatch.setattr(service.verifying, "COSIGN_SECONDS", HANG_SECONDS)
    coming = asyncio.create_task(found())
    await asyncio.sleep(LOOK_SECONDS)
    await cosign("w")
    assert (await coming)["lie"] is None
