"""What `/metrics`, `GET /logs/{log}` and the doctor say of checkpoints and of witnesses."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events import checkpoints, logs, store
from events.clock import ScriptedClock, SystemClock
from events.signatures import sm2_available
from events.trust import Policy
from service.app import make_app
from service.notary import examining, keys
from service.notary.signing import Desk, sign
from service.state import Service
from tests.service.notary.conftest import LOG, Grow, offer
from tests.service.notary.test_witnesses import Cosigner, policy_of

pytestmark = pytest.mark.anyio


async def told(service: Service) -> dict[str, float]:
    """The figures of `/metrics`, by name and labels."""
    transport = httpx.ASGITransport(make_app(service), client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://zeren.test") as client:
        text = (await client.get("/metrics")).text
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r'[a-z_]+\{[a-z]+=".*"\} (-?[0-9.]+|\+Inf)', line) for line in lines), text
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


async def test_figures_of_checkpoints_and_witnesses(
    service: Service, engine: AsyncEngine, desk: Desk, grow: Grow
) -> None:
    """Size and age of what is published, and for each witness of the policy the age of its last cosignature."""
    one, other = Cosigner(), Cosigner('w.example/"two"', bytes(32))
    watched = replace(service, policy=policy_of(one, other))
    before = await told(watched)
    assert not any(name.startswith("zeren_checkpoint") for name in before)
    signed = await sign(desk, await grow("a", "b"))
    assert signed is not None
    async with engine.begin() as conn:
        line = one.line(signed.body).removesuffix("\n")
        await checkpoints.cosign(conn, LOG, 2, line, SystemClock().now() - timedelta(minutes=5))
    figures = await told(watched)
    assert figures[f'zeren_checkpoint_size{{log="{LOG}"}}'] == 2
    assert 0 <= figures[f'zeren_checkpoint_age_seconds{{log="{LOG}"}}'] < 60
    assert 300 <= figures[f'zeren_cosignature_age_seconds{{log="{LOG}",witness="w0"}}'] < 360
    assert figures[f'zeren_cosignature_age_seconds{{log="{LOG}",witness="w1"}}'] == float("inf")
    assert figures[f'zeren_log_halted{{log="{LOG}"}}'] == 0


async def test_a_log_shows_its_keys(client: httpx.AsyncClient, desk: Desk, grow: Grow) -> None:
    """`vkeys` are those on record, in the order they began to sign, in the list of logs too."""
    await grow()
    assert (await client.get(f"/v1/logs/{LOG}")).json()["vkeys"] == []
    await sign(replace(desk, sm2=True), await grow("a"))
    vkeys = (await client.get(f"/v1/logs/{LOG}")).json()["vkeys"]
    assert vkeys == keys.read(desk.directory, LOG).vkeys
    (listed,) = (await client.get("/v1/logs")).json()["items"]
    assert listed["vkeys"] == vkeys


@pytest.mark.parametrize("origin", ["a b", "a+b", "a\u3000b", "a\u00a0b"])
async def test_an_origin_must_be_able_to_name_a_key(client: httpx.AsyncClient, origin: str) -> None:
    """A log whose checkpoints no key could sign is not made."""
    assert (await client.put(f"/v1/logs/{LOG}", json={"origin": origin})).status_code == 422


async def test_an_origin_in_use_is_refused(client: httpx.AsyncClient) -> None:
    """It names one log: 409, with the origin; the log that has it may be asked for again."""
    wanted = {"origin": "a.example/one"}
    assert (await client.put(f"/v1/logs/{LOG}", json=wanted)).status_code == 201
    refused = await client.put("/v1/logs/cn-63", json=wanted, headers={"Accept-Language": "en"})
    assert (refused.status_code, refused.json()["code"]) == (409, "origin-taken"), refused.text
    assert "a.example/one" in refused.json()["detail"]
    assert (await client.get("/v1/logs/cn-63")).status_code == 404
    assert (await client.put(f"/v1/logs/{LOG}", json=wanted)).status_code == 200


async def test_the_set_prefix_begins_origins(service: Service) -> None:
    """A log made without an origin has one of the prefix, and so has the log of reads."""
    app = make_app(replace(service, origins="audit.example/cn"))
    headers = {"Authorization": f"Bearer {service.operator_key}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x.test", headers=headers) as own:
        assert (await own.put(f"/v1/logs/{LOG}")).json()["origin"] == f"audit.example/cn/{LOG}"
        await own.get("/v1/persons?q=x")
        assert (await own.get("/v1/logs/access")).json()["origin"] == "audit.example/cn/access"


async def test_what_is_late_is_wrong(engine: AsyncEngine, desk: Desk, grow: Grow) -> None:
    """An unsigned, unpublished or not cosigned head is in order for a minute, and not after it."""
    policy = policy_of(Cosigner())
    soon, late = (SystemClock().now() + timedelta(seconds=each) for each in (30, 90))

    async def wrong(log: logs.Log) -> tuple[list[str], list[str]]:
        async with engine.connect() as conn:
            each = [await examining.examine(conn, log, desk.directory, policy, now) for now in (soon, late)]
        return tuple([check.name for check in checks if not check.ok] for checks in each)  # type: ignore[return-value]

    checkpoint, witness = f"checkpoint of {LOG}", f"witness w0 of {LOG}"
    log = await grow("a")
    assert await wrong(log) == ([], [checkpoint])
    await sign(replace(desk, publishes=False), log)
    assert await wrong(log) == ([], [checkpoint, witness])
    signed = await sign(desk, log)
    assert await wrong(log) == ([], [witness])
    assert signed is not None
    async with engine.begin() as conn:
        line = Cosigner().line(signed.body).removesuffix("\n")
        await checkpoints.cosign(conn, LOG, 1, line, SystemClock().now())
    assert await wrong(log) == ([], [])


async def test_a_log_that_grows_on_is_no_less_late(engine: AsyncEngine, desk: Desk, grow: Grow) -> None:
    """What was signed minutes ago and not cosigned or published is wrong, however new the last entry is."""
    now = SystemClock().now()
    log = await grow("a")
    closed = replace(desk, publishes=False, clock=ScriptedClock(now - timedelta(minutes=5)))
    await sign(closed, log)
    log = await grow("b")
    await sign(replace(closed, clock=SystemClock()), log)

    async def wrong(log: logs.Log, at: datetime) -> list[str]:
        async with engine.connect() as conn:
            checks = await examining.examine(conn, log, desk.directory, policy_of(Cosigner()), at)
        return [check.name for check in checks if not check.ok]

    assert await wrong(log, now) == [f"checkpoint of {LOG}", f"witness w0 of {LOG}"]
    async with engine.begin() as conn:
        await checkpoints.publish(conn, LOG, 1, now)
    assert await wrong(log, now) == [f"witness w0 of {LOG}"]
    async with engine.begin() as conn:
        await checkpoints.publish(conn, LOG, 2, now)
    grown = replace(await grow("c"), recorded_at=now + timedelta(seconds=89))
    assert await wrong(grown, now + timedelta(seconds=90)) == [f"checkpoint of {LOG}", f"witness w0 of {LOG}"]


async def test_what_waits_is_told_of_a_sample_log_too(engine: AsyncEngine, desk: Desk) -> None:
    """Its entries are as old as their script says, its checkpoints as old as they are."""
    async with engine.begin() as conn:
        await logs.create(conn, "demo-cn-62", name=None, origin=None, clock="scripted")
        await store.append(conn, "demo-cn-62", [offer("a")], ScriptedClock(datetime(2018, 3, 5, tzinfo=UTC)))
        log = await logs.get(conn, "demo-cn-62")
    await sign(replace(desk, publishes=False), log)
    for seconds, ok in ((30, True), (90, False)):
        async with engine.connect() as conn:
            now = SystemClock().now() + timedelta(seconds=seconds)
            (check,) = await examining.examine(conn, log, desk.directory, Policy(), now)
        assert check.ok is ok, check


def test_sm2_must_be_there_where_it_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the notary is to sign with SM2, a missing gmssl-pyx is wrong, and is named."""
    assert examining.sm2().ok is sm2_available
    monkeypatch.setattr(examining, "sm2_available", False)
    assert "gmssl-pyx" in examining.sm2().found
    assert not examining.sm2().ok
