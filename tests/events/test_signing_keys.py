"""The registry in the database: written with the entries, read once, and looked at again under the lock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events import batch, checking, store
from events.appender import Appender
from events.claim import Check
from events.clock import SystemClock
from events.cloudevent import Submission
from events.database import driver_of
from events.envelope import read_items
from events.item_errors import SignatureRefused
from events.keyring import Keyring
from events.receipts import Appended, Offer
from events.signing_keys import Registries, revoked_after
from tests.events.signers import Json, Signer, enveloped, event, letter

pytestmark = pytest.mark.anyio

ROWS = text("SELECT position, key_id, act, algorithm, signer_id FROM signing_key WHERE log_id = 'cn-62' ORDER BY 1")
KEPT = text("SELECT position, envelope IS NOT NULL, signatures FROM payload WHERE log_id = 'cn-62' ORDER BY 1")
SIZE = text("SELECT registry_size FROM log WHERE log_id = 'cn-62'")


def offers(*values: Json) -> list[Offer]:
    """Offers of events and envelopes."""
    read = read_items(list(values), "cn-62")
    found = [Offer(one, "key-1") for one in read if isinstance(one, Submission)]
    assert len(found) == len(values), read
    return found


def reasons(appended: Appended) -> list[str]:
    """The status of each receipt, or why a signature was refused."""
    return [r.problem.reason if isinstance(r.problem, SignatureRefused) else r.status for r in appended.receipts]


async def directly(engine: AsyncEngine, made: Sequence[Offer], *, registries: Registries | None = None) -> Appended:
    """Append without any check before the lock."""
    async with engine.begin() as conn:
        return await store.append(conn, "cn-62", made, SystemClock(), registries=registries)


async def ring_of(engine: AsyncEngine, registries: Registries) -> Keyring:
    """The registry as it is."""
    async with engine.connect() as conn:
        return await registries.newest(await driver_of(conn), "cn-62")


@pytest.mark.parametrize("many", [False, True], ids=["one statement", "COPY"])
async def test_rows_follow_from_the_entries(engine: AsyncEngine, log: str, many: bool) -> None:
    """Every registration and revocation has its row, signed entries their envelope, however many are appended."""
    one, two = Signer("k1"), Signer("k2", "SM2", "王五")
    rest = [event(str(n), "person.registered", person_id=f"p{n}", name_zh="甲") for n in range(batch.FEW)]
    told = [one.registered(), *(rest if many else []), two.registered(), enveloped(letter(), one, two), one.revoked()]
    at = [position for position, sent in enumerate(told) if sent not in rest]
    assert set(reasons(await directly(engine, offers(*told)))) == {"appended"}
    async with engine.connect() as conn:
        rows = [tuple(row) for row in await conn.execute(ROWS)]
        kept = [tuple(row) for row in await conn.execute(KEPT)]
        assert (await conn.execute(SIZE)).scalar_one() == at[3] + 1
    assert rows == [
        (at[0], "k1", "registered", "Ed25519", None),
        (at[1], "k2", "registered", "SM2", "王五"),
        (at[3], "k1", "revoked", None, None),
    ]
    assert [row[0] for row in kept if row[1]] == [row[0] for row in kept if row[2] is not None] == [at[2]]
    assert [one["registered_at_position"] for one in kept[at[2]][2]] == [at[0], at[1]]


async def test_a_registry_is_read_as_it_grows(engine: AsyncEngine, log: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read once is not read again; a database that has less than was read is read anew."""
    registries, signer = Registries(), Signer()
    assert (await ring_of(engine, registries)).size == 0
    await directly(engine, offers(signer.registered()))
    ring = await ring_of(engine, registries)
    assert [key.position for key in ring.registrations("k1")] == [0]
    assert ring.registrations("k1")[0].material.public_key == signer.keys[0]
    await directly(engine, offers(letter(), signer.revoked()))
    assert await ring_of(engine, registries) is ring
    assert (ring.size, list(ring.revocations("k1")), len(ring.registrations("k1"))) == (3, [2], 1)
    async with engine.connect() as conn:
        raw = await driver_of(conn)
        assert (await registries.at(raw, "cn-62", 1)).revocations("k1") == []
        assert await revoked_after(raw, "cn-62", ["k1", "k2"], 0, 3) == {"k1": 2}
        assert await revoked_after(raw, "cn-62", ["k1"], 0, 2) == {}
        assert await revoked_after(raw, "cn-62", ["k1"], 2, 3) == {}


async def test_what_is_refused_registers_nothing(engine: AsyncEngine, log: str) -> None:
    """A registration that is refused or rolled back is in no registry."""
    bad = Signer().registered("cn-63")
    assert reasons(await directly(engine, offers(bad, letter()))) == ["possession", "appended"]
    registries = Registries()
    async with engine.connect() as conn:
        made = offers(Signer().registered())
        assert reasons(await store.append(conn, log, made, SystemClock(), registries=registries)) == ["appended"]
        await conn.rollback()
    assert (await ring_of(engine, registries)).size == 0


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many signatures are verified at each call."""
    calls: list[int] = []
    real = checking.verified

    async def counted(checks: Any) -> dict[Check, bool]:
        wanted = list(checks)
        calls.append(len(wanted))
        return await real(wanted)

    monkeypatch.setattr(checking, "verified", counted)
    return calls


async def test_nothing_is_verified_twice(engine: AsyncEngine, log: str, checked: list[int]) -> None:
    """What was verified before the lock is not verified under it, nor with keys of the batch; plain work is not."""
    appender = Appender(engine, SystemClock())
    signer = Signer()
    assert set(reasons(await appender.append(log, offers(signer.registered(), enveloped(letter(), signer))))) == {
        "appended"
    }
    assert checked == [2]
    checked.clear()
    assert reasons(await appender.append(log, offers(letter("plain")))) == ["appended"]
    assert reasons(await appender.dry_run(log, offers(enveloped(letter("m"), signer)))) == ["accepted"]
    assert checked == [1]
    await appender.close()


async def test_a_key_that_another_process_registered_is_found(
    engine: AsyncEngine, log: str, checked: list[int]
) -> None:
    """A registry read long ago costs a verification under the lock, once, and all that wait are verified together."""
    appender, signer = Appender(engine, SystemClock()), Signer()
    assert reasons(await appender.append(log, offers(enveloped(letter("a"), signer)))) == ["unknown-key"]
    await directly(engine, offers(signer.registered()))
    checked.clear()
    letters = offers(*(enveloped(letter(str(n)), signer) for n in range(5)))
    assert reasons(await appender.append(log, letters)) == ["appended"] * 5
    assert checked == [0, 5]
    assert reasons(await appender.append(log, offers(enveloped(letter("b"), signer)))) == ["appended"]
    assert checked == [0, 5, 1]
    await appender.close()


MOVED: dict[str, tuple[Callable[[Signer], Json], str, int]] = {
    "revoked": (lambda signer: signer.revoked(), "revoked", 0),
    "the same key again": (
        lambda signer: {**signer.registered(valid_until="2030-01-01"), "id": "again"}, "appended", 0,
    ),
    "another key": (lambda _: {**Signer().registered(), "id": "again"}, "does-not-verify", 1),
    "no longer valid": (
        lambda signer: {**signer.registered(valid_until="2018-01-01"), "id": "again"}, "outside-time", 0,
    ),
    "something else": (lambda _: Signer("k2").registered(), "appended", 0),
}  # fmt: skip


@pytest.mark.parametrize("case", MOVED)
async def test_a_registry_that_moved_is_looked_at_again(
    engine: AsyncEngine, log: str, checked: list[int], case: str
) -> None:
    """What happened to the key between the check and the lock decides; only another key is verified again."""
    moved, expected, again = MOVED[case]
    signer, registries = Signer(), Registries()
    await directly(engine, offers(signer.registered()))
    made = offers(enveloped(letter(), signer))
    await store.verify_before(await ring_of(engine, registries), log, made)
    await directly(engine, offers(moved(signer)))
    checked.clear()
    assert reasons(await directly(engine, made, registries=registries)) == [expected]
    assert sum(checked) == again
