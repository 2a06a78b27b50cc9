"""Verification off the event loop: right for both algorithms in any mixture, and the loop goes on meanwhile."""

from __future__ import annotations

import asyncio
import time

import pytest

from events import checking, signatures
from events.claim import Check
from events.keyring import Material
from events.signatures import SM2
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
    began = time.process_time()
    assert all(
        signatures.verify(SM2, each.material.public_key, each.message, each.signature, each.material.signer_id)
        for each in checks
    )
    by_itself = time.process_time() - began
    began = time.process_time()
    done = asyncio.ensure_future(checking.verified(checks))
    turns = 0
    while not done.done():
        await asyncio.sleep(0.002)
        turns += 1
    assert all((await done).values())
    assert turns > 5
    assert time.process_time() - began < by_itself / 2
