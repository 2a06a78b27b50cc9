"""Time tokens: `openssl ts` makes them, we verify and keep them, and `openssl ts -verify` takes what we serve."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import httpx
import pytest
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from events import checkpoints, time_token
from events.clock import SystemClock
from events.time_token import read_roots
from service.notary.signing import Desk, Signer
from service.notary.timestamps import MOST, Authority, roots_of
from tests.authority import OpensslAuthority, openssl, serving
from tests.service.notary.conftest import LOG, Grow

pytestmark = pytest.mark.anyio


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[OpensslAuthority]:
    """An authority that listens."""
    with serving(OpensslAuthority(tmp_path / "tsa")) as made:
        yield made


async def stamped(desk: Desk, authority: OpensslAuthority, signer: Signer | None = None) -> Signer:
    """Sign what there is, and get tokens for it."""
    signer = signer or Signer(desk)
    signer._signed_at.clear()
    await signer.sign_all()
    async with httpx.AsyncClient() as client:
        await Authority(desk, authority.url, roots_of(authority.root), signer, client).stamp_all()
    return signer


async def test_each_checkpoint_has_a_token_that_openssl_verifies(
    authority: OpensslAuthority, desk: Desk, engine: AsyncEngine, grow: Grow, tmp_path: Path, client: httpx.AsyncClient
) -> None:
    """One token for each checkpoint, served to anybody, over the checkpoint's body as it is served."""
    signer = None
    for turn in range(3):
        await grow(f"e{turn}")
        signer = await stamped(desk, authority, signer)
    assert authority.asked == 3
    for size in (1, 2, 3):
        answer = await client.get(f"/{LOG}/timestamp/{size}", headers={"Authorization": ""})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/timestamp-reply")
        async with engine.connect() as conn:
            signed = await checkpoints.at(conn, LOG, size)
        assert signed is not None
        body, token = tmp_path / "body", tmp_path / "token.tsr"
        body.write_bytes(signed.body.encode())
        token.write_bytes(answer.content)
        openssl("ts", "-verify", "-data", body, "-in", token, "-CAfile", authority.root)
        body.write_bytes(signed.body.replace("\n", "\n ", 1).encode())
        with pytest.raises(subprocess.CalledProcessError):
            openssl("ts", "-verify", "-data", body, "-in", token, "-CAfile", authority.root)
        at = time_token.check(answer.content, signed.body, read_roots(authority.root.read_bytes()))
        assert at.tzinfo == UTC
        assert abs(at - SystemClock().now()) < timedelta(minutes=1)


async def test_what_has_no_token_says_so(client: httpx.AsyncClient, desk: Desk, grow: Grow) -> None:
    """A size without a token, a size that is none, and a log that is none are 404."""
    await grow("a")
    await Signer(desk).sign_all()
    for path in (f"{LOG}/timestamp/1", f"{LOG}/timestamp/01", f"{LOG}/timestamp/x", "nowhere/timestamp/1"):
        assert (await client.get(f"/{path}")).status_code == 404, path


async def test_a_token_of_another_authority_is_not_kept(
    authority: OpensslAuthority, desk: Desk, engine: AsyncEngine, grow: Grow, tmp_path: Path
) -> None:
    """A response that does not verify under our roots is told and thrown away; the log is signed all the same."""
    other = OpensslAuthority(tmp_path / "other")
    await grow("a")
    signer = Signer(desk)
    await signer.sign_all()
    async with httpx.AsyncClient() as client:
        with structlog.testing.capture_logs() as told:
            await Authority(desk, authority.url, roots_of(other.root), signer, client).stamp_all()
    assert [entry["event"] for entry in told] == ["the time-stamping authority gave no token"]
    async with engine.connect() as conn:
        assert await checkpoints.token(conn, LOG, 1) is None
        assert await checkpoints.published(conn, LOG) is not None


async def test_an_authority_that_comes_back_stamps_the_newest(
    authority: OpensslAuthority, desk: Desk, engine: AsyncEngine, grow: Grow
) -> None:
    """After a time without it the newest checkpoints get their tokens; it is not asked for all that it missed."""
    authority.out_of_order = True
    signer = None
    for turn in range(MOST + 3):
        await grow(f"e{turn}")
        signer = await stamped(desk, authority, signer)
    authority.out_of_order = False
    await stamped(desk, authority, signer)
    assert authority.asked == MOST
    async with engine.connect() as conn:
        assert [size for size in range(1, MOST + 4) if await checkpoints.token(conn, LOG, size)] == list(
            range(4, MOST + 4)
        )
