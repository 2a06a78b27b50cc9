"""Verification off the event loop: right for both algorithms in any mixture, and the loop goes on meanwhile."""

from __future__ import annotations

import asyncio
import time

import pytest

from events import checking
from events.claim import Check
from events.keyring import Material
from tests.events.signers import Signer

pytestmark = pytest.mark.anyio

ED, SM = Signer("ed"), Signer("sm", "SM2", "officer-1")


def check(signer: Signer, message: bytes, *, good: bool = True) -> Check:
    """A signature over a message, or over another."""
    signer_id = None if signer.signer_id is None else signer.signer_id.encode()
    material = Material(signer.algorithm, signer.keys[0], signer_id)
    return Check(material, message, signer.sign(message if good else message + b"!"))


async def test_every_check_gets_its_own_verdict() -> None:
    """Good and bad signatures of both algorithms, more than one chunk of them, none of them mixed up."""
    wanted = {check(ED, b"%d" % n, good=n % 3 > 0): n % 3 > 0 for n in range(250)}
    wanted |= {check(SM, b"%d" % n, good=n % 2 > 0): n % 2 > 0 for n in range(8)}
    assert await checking.verified([*wanted, *wanted]) == wanted
    assert await checking.verified([]) == {}


async def test_the_loop_goes_on_while_sm2_is_verified() -> None:
    """Another task runs in the meantime: the process verifies, not this one."""
    checks = [check(SM, b"%d" % n) for n in range(100)]
    await checking.verified(checks[:1])
    done = asyncio.ensure_future(checking.verified(checks))
    turns, longest, last = 0, 0.0, time.perf_counter()
    while not done.done():
        await asyncio.sleep(0.001)
        now = time.perf_counter()
        turns, longest, last = turns + 1, max(longest, now - last), now
    assert all((await done).values())
    assert turns > 5
    assert longest < 1
