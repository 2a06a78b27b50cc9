"""Where SM2 cannot be verified, what was signed with it is told as not checked, and never as a lie."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events import logs, signatures
from events.canonical import canonical
from events.clock import SystemClock
from events.verify import verify
from events.verifying.registry import UNAVAILABLE
from projections.runner import catch_up
from service.mirror.kept import Kept
from service.mirror.mirroring import load, mirror
from service.mirror.remote import Remote
from service.mirror.trunk import Trunk
from service.notary.signing import Desk, sign
from tests.events.signers import Signer, enveloped, letter, meant, take_sm2_away
from tests.service.evidence import LOG, append

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(not signatures.sm2_available, reason="no wheel of gmssl-pyx")]


@pytest.fixture
async def kept(engine: AsyncEngine, client: httpx.AsyncClient, tmp_path: Path) -> Kept:
    """A mirror of a log with a key of SM2, which proves that its private key is had, and a letter signed with it."""
    signer = Signer("k1", "SM2", "王五")
    async with engine.begin() as conn:
        await logs.create(conn, LOG, name=None, origin=None, clock="live")
    for values in ([signer.registered(LOG)], [enveloped(canonical(meant(letter())), signer)]):
        await append(engine, values)
    await catch_up(engine)
    async with engine.connect() as conn:
        assert await sign(Desk(engine, tmp_path / "notary", SystemClock()), await logs.get(conn, LOG)) is not None
    made = Kept(tmp_path / "mirror", LOG)
    await mirror(made, Remote(client, LOG), None)
    return made


def known(trunk: Trunk) -> tuple[object, ...]:
    """What a trunk holds of the letter and of the log."""
    return trunk.size, trunk.leaves, trunk.signatures


async def test_an_honest_log_is_not_accused(kept: Kept, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows and a mirror hold as before, with the signatures that entries put back need; what was left out is told."""
    whole = load(kept)
    async with engine.connect() as conn:
        checked = await verify(conn, LOG)
    assert (checked.lie, checked.unchecked, whole.unchecked, list(whole.signatures)) == (None, (), set(), [1])
    take_sm2_away(monkeypatch)
    alone = load(kept)
    async with engine.connect() as conn:
        checked = await verify(conn, LOG)
    assert (checked.lie, checked.unchecked, alone.unchecked) == (None, (UNAVAILABLE,), {UNAVAILABLE})
    assert known(alone) == known(whole)
