"""A bundle is proved at a checkpoint that witnesses have cosigned, where there is one: they come, and go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Final

import pytest

from events import checkpoints, note, signatures, trust
from events.note import COSIGNATURE_TYPE, Signature, VerifierKey, cosigned
from events.trust import Policy
from service.bundle import making
from tests.patience import LOOK_SECONDS
from tests.service.bundle.notary import Bundles, bundles, report_of
from tests.service.bundle.test_bundle_http import EVENTS, LOG, post

pytest_plugins = ["tests.service.bundle.notary"]
pytestmark = pytest.mark.anyio

SEED: Final = bytes(range(32))
WITNESS: Final = VerifierKey("w.example", COSIGNATURE_TYPE, signatures.public_key_of("Ed25519", SEED))
QUORUM: Final = f"witness w {WITNESS}\nquorum w\n"
PERSON: Final = f"/persons/x?log={LOG}"

Seen = Callable[[], Awaitable[None]]


@pytest.fixture
async def made(database_url: str, tmp_path: Path) -> AsyncIterator[Bundles]:
    """A log that nobody has cosigned yet, of a service that has a witness."""
    async with bundles(database_url, tmp_path, trust.parse(QUORUM.encode())) as opened:
        assert (await opened.client.put(f"/v1/logs/{LOG}")).status_code == 201
        for sent in EVENTS[:3]:
            await post(opened, sent)
        yield opened


@pytest.fixture
def seen(made: Bundles) -> Seen:
    """The witness comes by: it cosigns the newest checkpoint of the log and of its companion, and no older one."""

    async def work() -> None:
        for log_id in (LOG, f"{LOG}.index"):
            async with made.service.engine.begin() as conn:
                signed = await checkpoints.published(conn, log_id)
                if signed is not None:
                    raw = (1_700_000_000).to_bytes(8, "big")
                    raw += signatures.sign("Ed25519", SEED, cosigned(note.parse(signed.note).text, 1_700_000_000))
                    line = Signature(WITNESS.name, WITNESS.key_id, raw).line.removesuffix("\n")
                    await checkpoints.cosign(conn, log_id, signed.size, line, made.service.clock.now())

    return work


async def strict(made: Bundles) -> Policy:
    """A verifier's policy, which asks for the witness."""
    keys = (await made.policy(LOG)).logs
    return trust.parse(("".join(f"log {each.key}\n" for each in keys) + QUORUM).encode())


async def test_an_older_state_is_proved_at_a_checkpoint_that_was_cosigned(
    made: Bundles, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A witness that was away cosigns none of the checkpoints it missed: the next one proves what they cover, too."""
    search = f"/persons?q=王&log={LOG}&known_at"
    with monkeypatch.context() as patched:
        patched.setattr(making, "WAIT_SECONDS", 0.3)
        report = await report_of(await made.bundle(f"{search}=@3"), await strict(made))
        assert report.failed is not None
        assert "the quorum w is not met" in report.failed.told
        for sent in EVENTS[3:]:
            await post(made, sent)
        await made.bundle(f"{search}=@{len(EVENTS)}")
    await seen()
    report = await report_of(await made.bundle(f"{search}=@3"), await strict(made))
    assert report.failed is None
    assert report.holds()


async def test_who_is_about_to_cosign_is_waited_for(made: Bundles, seen: Seen) -> None:
    """The bundle of an answer as of the last append has the lines that come just after the checkpoint."""

    async def soon() -> None:
        while True:
            await asyncio.sleep(5 * LOOK_SECONDS)
            await seen()

    coming = asyncio.create_task(soon())
    for sent in EVENTS[3:]:
        await post(made, sent)
        report = await report_of(await made.bundle(PERSON), await strict(made))
        assert report.failed is None, report.failed
    coming.cancel()
    await asyncio.gather(coming, return_exceptions=True)
