"""A log with every kind of evidence beside it, made once for the session, and the lie that is found in it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events import checkpoints, erasing, logs, name_index, signatures, store, time_token
from events.appender import Appender
from events.canonical import canonical
from events.clock import SystemClock
from events.cloudevent import Submission
from events.database import open_engine
from events.envelope import read_items
from events.erasing import Order
from events.logs import ACCESS
from events.name_checking import MapLie, check_map
from events.note import COSIGNATURE_TYPE, Signature, VerifierKey, cosigned
from events.receipts import Offer
from events.verify import Manner, verify
from events.verifying.lies import Lie
from events.verifying.published import Outside, kept_note
from projections.comparing import first_difference
from projections.pipeline import forward
from projections.rebuild import START
from projections.runner import catch_up
from service.notary.signing import Desk, sign
from tests.authority import OpensslAuthority
from tests.conftest import with_database
from tests.events.signers import Signer, enveloped, event, letter, meant

LOG: Final = "cn-62"
SIZE: Final = 540
EARLIER: Final = 300
"""A checkpoint was signed here before the last one."""
COSIGNED_AT: Final = 1_700_000_000
OFFICER: Final = Signer()


@dataclass(frozen=True)
class World:
    """The database of such a log, and what its verifier brings."""

    url: str
    outside: Outside


def history() -> list[dict[str, Any]]:
    """The events: a key, letters, each kind of entity, a correction and an annulment, and people to fill tiles."""
    first = [
        OFFICER.registered(LOG),
        enveloped(canonical(meant(letter("l0"))), OFFICER),  # in the form that `zeren sign` gives it
        event("j", "jurisdiction.registered", jurisdiction_id="j", code="620000", name_zh="示例省", level="province"),
        event("b", "body.established", body_id="b", jurisdiction_id="j", name_zh="示例局", effective_from="2016-01-01"),
        event("s", "post.established", post_id="s", title_zh="局长", body_id="b"),
        event("a", "appointment.started", appointment_id="a", person_id="x", post_id="s", effective_from="2016-08"),
        event("r", "pairing.started", pairing_id="r", helper="b", assisted="j", effective_from="2016-08-01"),
        event("f", "finding.raised", finding_id="f", jurisdiction_id="j", raised_on="2018-01-02"),
        event("x", "person.registered", person_id="x", name_zh="张三"),
    ]
    last = [
        event("c", "record.corrected", corrects_event_id="x", corrected_payload={"person_id": "x", "name_zh": "李四"}),
        event("n", "record.annulled", annuls_event_id="p9"),
        OFFICER.revoked(),
    ]
    people = [event(f"p{i}", "person.registered", person_id=f"p{i}", name_zh="示例") for i in range(SIZE)]
    return [*first, *people[: SIZE - len(first) - len(last)], *last]


async def append(engine: AsyncEngine, values: list[dict[str, Any]], log_id: str = LOG) -> None:
    """Append events, each of which must be taken."""
    sent = read_items(values, log_id)
    offers = [Offer(each, "key-1") for each in sent if isinstance(each, Submission)]
    assert len(offers) == len(values), [each for each in sent if not isinstance(each, Submission)]
    async with engine.begin() as conn:
        appended = await store.append(conn, log_id, offers, SystemClock())
    assert {receipt.status for receipt in appended.receipts} == {"appended"}, appended.receipts


async def make(url: str, directory: Path) -> Outside:
    """Fill an empty database; what its verifier brings."""
    engine = open_engine(url)
    desk = Desk(engine, directory / "notary", SystemClock())
    values = history()
    async with engine.begin() as conn:
        await logs.create(conn, LOG, name=None, origin=None, clock="live")
    for start, end in ((0, 1), (1, 2), (2, EARLIER), (EARLIER, SIZE)):
        await append(engine, values[start:end])
        async with engine.connect() as conn:
            signed = await sign(desk, await logs.get(conn, LOG)) if end >= EARLIER else None
    assert signed is not None
    appender = Appender(engine, SystemClock())
    await _erased(url, appender)
    await name_index.ensure(engine, appender.append, LOG, SIZE)
    await appender.close()
    await catch_up(engine)
    await _built_anew(engine)
    public, private = signatures.generate("Ed25519")
    witness = VerifierKey("witness.example", COSIGNATURE_TYPE, public)
    mark = COSIGNED_AT.to_bytes(8, "big")
    made = signatures.sign("Ed25519", private, cosigned(signed.body, COSIGNED_AT))
    line = Signature(witness.name, witness.key_id, mark + made).line.rstrip("\n")
    authority = OpensslAuthority(directory / "authority")
    roots = tuple(time_token.read_roots(authority.root.read_bytes()))
    token = authority.respond(time_token.request(signed.body).as_bytes())
    async with engine.begin() as conn:
        when = datetime(2026, 1, 1, tzinfo=UTC)
        await checkpoints.cosign(conn, LOG, SIZE, line, when)
        await checkpoints.keep_token(conn, LOG, SIZE, token, when)
    await engine.dispose()
    return Outside((kept_note("the outside copy", signed.note),), (), (witness,), roots)


async def _erased(url: str, appender: Appender) -> None:
    """The content of one entry goes, on record."""
    order = Order(LOG, 200, "a ground", "a court", "2026-03-05")
    owner = open_engine(url, owner=True, pool_size=2)
    async with owner.begin() as conn:
        await logs.create_service(conn, ACCESS)
        found = await erasing.entries_of(conn, order)
    await appender.append(ACCESS, erasing.records(order, found))
    async with owner.begin() as conn:
        await erasing.erase(conn, order, found, datetime(2026, 3, 5, tzinfo=UTC))
    await owner.dispose()


async def _built_anew(engine: AsyncEngine) -> None:
    """A second generation of the projections, beside the live one."""
    async with engine.begin() as conn:
        generation = (await conn.execute(START, {"log_id": LOG})).scalar_one()
    await forward(engine, LOG, generation)


@pytest.fixture(scope="session")
def world(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The log and its evidence; whoever changes it takes that back."""
    name = f"zeren_evidence_{uuid.uuid4().hex[:8]}"
    url = with_database(server_url, name)
    asyncio.run(_run(server_url, f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield World(url, asyncio.run(make(url, tmp_path_factory.mktemp("evidence"))))
    asyncio.run(_run(server_url, f"DROP DATABASE {name} WITH (FORCE)"))


async def _run(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def lie_after(world: World, *statements: str) -> Lie | None:
    """What a verification finds after statements of one who may do anything, triggers off; they are taken back."""
    engine = open_engine(world.url, owner=True, pool_size=3)
    try:
        async with engine.connect() as conn:
            await conn.execute(text("SET session_replication_role = replica"))
            for statement in statements:
                changed = await conn.exec_driver_sql(statement)
                assert changed.rowcount, f"nothing is changed by {statement}"
            found = await _found(engine, conn, world.outside)
            await conn.rollback()
            return found
    finally:
        await engine.dispose()


async def _found(engine: AsyncEngine, conn: AsyncConnection, outside: Outside) -> Lie | None:
    """The first lie: in the evidence, in the companion log, in the map of names, in the projections."""
    for log_id, brought in ((LOG, outside), (name_index.index_of(LOG), Outside())):
        verdict = await verify(conn, log_id, Manner(outside=brought))
        if verdict.lie is not None:
            return verdict.lie
        assert not verdict.unchecked
    try:
        await check_map(conn, LOG, await name_index.recorded(engine, LOG))
    except MapLie as lie:
        return Lie(None, str(lie))
    different = await first_difference(conn, LOG, 1, 2)
    return None if different is None else Lie(different.position, different.what)
