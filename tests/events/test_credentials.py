"""API keys: told once, kept as a digest, and good until revoked."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events import credentials
from events.credentials import OPERATOR, ROLES, Credential, Grant

pytestmark = pytest.mark.anyio

NARROW = Grant(
    roles=["recorder"],
    logs=["cn-62"],
    jurisdictions=["j-621223"],
    kinds=["record.filed"],
    sources=["urn:a"],
    correct=True,
)


async def test_a_good_key(engine: AsyncEngine) -> None:
    """A key that was made gives back its id, name and grant, all of it."""
    async with engine.begin() as conn:
        key_id, key = await credentials.make(conn, "陇南报送", NARROW)
        assert await credentials.check(conn, key) == Credential(key_id, "陇南报送", NARROW)


async def test_the_form_of_keys(engine: AsyncEngine) -> None:
    """Keys are `zk_<id>_<256 random bits>`, the id is the key's own, and no two are alike."""
    async with engine.begin() as conn:
        made = [await credentials.make(conn, "k", Grant(roles=["auditor"])) for _ in range(20)]
    for key_id, key in made:
        found = re.fullmatch(r"zk_([a-z0-9]{8})_[A-Za-z0-9_-]{43}", key)
        assert found is not None
        assert found[1] == key_id
    assert len({key for _, key in made}) == len({key_id for key_id, _ in made}) == 20


async def test_only_the_digest_is_kept(engine: AsyncEngine) -> None:
    """The database holds SHA-256 of the key, and the key nowhere."""
    async with engine.begin() as conn:
        key_id, key = await credentials.make(conn, "k", OPERATOR)
        (row,) = await conn.execute(text("SELECT secret_sha256, api_key::text AS whole FROM api_key"))
    assert bytes(row.secret_sha256) == sha256(key.encode()).digest()
    assert key.removeprefix(f"zk_{key_id}_") not in row.whole


async def test_wrong_keys(engine: AsyncEngine) -> None:
    """Another secret, another id, another form or nothing at all is no credential."""
    async with engine.begin() as conn:
        key_id, key = await credentials.make(conn, "k", OPERATOR)
        other_id, other = await credentials.make(conn, "l", OPERATOR)
        wrong = [
            "",
            "zk_",
            key[:-1],
            key + "A",
            key + "\n",
            f" {key}",
            key.upper(),
            f"zk_{other_id}_{key.removeprefix(f'zk_{key_id}_')}",
            f"zk_{key_id}_{other.removeprefix(f'zk_{other_id}_')}",
            f"zk_00000000_{'A' * 43}",
            f"zk_{key_id}_{'A' * 43}",
            f"zk_{key_id}_" + "\uff21" * 43,
            "zk_" + "\x00" * 8 + "_" + "A" * 43,
        ]
        assert [await credentials.check(conn, each) for each in wrong] == [None] * len(wrong)


async def test_a_revoked_key(engine: AsyncEngine) -> None:
    """A revoked key is no credential any more, others stand, and it is revoked once."""
    async with engine.begin() as conn:
        key_id, key = await credentials.make(conn, "k", OPERATOR)
        _, other = await credentials.make(conn, "l", OPERATOR)
        assert await credentials.revoke(conn, key_id)
        assert not await credentials.revoke(conn, key_id)
        assert not await credentials.revoke(conn, "nobody")
        assert await credentials.check(conn, key) is None
        assert await credentials.check(conn, other) is not None


async def test_keys_are_listed(engine: AsyncEngine) -> None:
    """All keys are listed, oldest first, the revoked with the time of it."""
    async with engine.begin() as conn:
        first, _ = await credentials.make(conn, "first", NARROW)
        await credentials.make(conn, "second", OPERATOR)
        await credentials.revoke(conn, first)
        listed = await credentials.every(conn)
    assert [(record.name, record.revoked_at is not None) for record in listed] == [("first", True), ("second", False)]
    assert listed[0].grant == NARROW
    assert set(listed[1].grant.roles) == set(ROLES)
    assert listed[0].created_at < listed[1].created_at
