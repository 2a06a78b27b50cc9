"""Checkpoints as they are kept: what is published, what others add, and that nothing is changed afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from events import checkpoints, signatures
from events.checkpoint import Checkpoint
from events.checkpoints import Signed, SignedOtherwise
from events.note import COSIGNATURE_TYPE, ED25519_TYPE, Note, Signature, VerifierKey, sign

pytestmark = pytest.mark.anyio

LOG = "cn-62"
AT = datetime(2026, 1, 2, tzinfo=UTC)
SEED = bytes(range(32))
KEY = VerifierKey("example.com/log", ED25519_TYPE, signatures.public_key_of("Ed25519", SEED))


def signed(size: int) -> Signed:
    """A checkpoint of a size."""
    root = bytes([size]) * 32
    body = Checkpoint(KEY.name, size, root).body
    return Signed(size, root, str(Note(body, (sign(body, KEY, SEED),))), AT)


async def test_what_is_published_is_served_with_what_was_added(engine: AsyncEngine) -> None:
    """The newest published one counts, with its cosignatures in the order they came; an unpublished one does not."""
    async with engine.begin() as conn:
        assert await checkpoints.newest(conn, LOG) is None
        assert await checkpoints.published(conn, LOG) is None
        assert await checkpoints.published_size(conn, LOG) == 0
        for size in (3, 5, 9):
            assert await checkpoints.add(conn, LOG, signed(size)) == signed(size)
        for size in (3, 5, 5):
            await checkpoints.publish(conn, LOG, size, AT)
        for seconds, line in ((2, "— b BBBB"), (1, "— c CCCC"), (1, "— c CCCC")):
            await checkpoints.cosign(conn, LOG, 5, line, AT + timedelta(seconds=seconds))
        assert await checkpoints.newest(conn, LOG) == signed(9)
        whole = replace(signed(5), note=signed(5).note + "— c CCCC\n— b BBBB\n")
        assert await checkpoints.published(conn, LOG) == whole
        assert await checkpoints.published_at(conn, LOG, 5) == whole
        assert await checkpoints.published_at(conn, LOG, 9) is None
        assert await checkpoints.published_from(conn, LOG, 4) == whole
        assert await checkpoints.published_from(conn, LOG, 2) == signed(3)
        assert await checkpoints.published_from(conn, LOG, 6) is None
        assert await checkpoints.at(conn, LOG, 5) == signed(5)
        assert await checkpoints.published(conn, "cn-63") is None
    assert signed(5).body == Checkpoint(KEY.name, 5, bytes([5]) * 32).body


async def test_a_size_is_signed_once(engine: AsyncEngine) -> None:
    """The second of two notaries gets what the first has kept; another root is refused."""
    async with engine.begin() as conn:
        await checkpoints.add(conn, LOG, signed(3))
        assert await checkpoints.add(conn, LOG, replace(signed(3), note="other\n\n— x AAAAAAA=\n")) == signed(3)
        with pytest.raises(SignedOtherwise):
            await checkpoints.add(conn, LOG, replace(signed(3), root=bytes(32)))


async def test_witnesses_are_told_apart_by_name_and_key(engine: AsyncEngine) -> None:
    """The last size of a witness is that of its own key, not of another key or a longer name."""

    def witness(name: str, seed: bytes) -> VerifierKey:
        return VerifierKey(name, COSIGNATURE_TYPE, signatures.public_key_of("Ed25519", seed))

    one, longer, other = witness("w", bytes(32)), witness("w2", bytes(32)), witness("w", bytes([1] * 32))
    async with engine.begin() as conn:
        for size, key in ((3, one), (5, one), (7, longer), (9, other)):
            line = Signature(key.name, key.key_id, bytes([size]) * 72).line.removesuffix("\n")
            assert line.startswith(checkpoints.line_beginning(key))
            await checkpoints.cosign(conn, LOG, size, line, AT + timedelta(seconds=size))
        assert await checkpoints.last_cosigned(conn, LOG, one) == (5, AT + timedelta(seconds=5))
        assert await checkpoints.last_cosigned(conn, LOG, longer) == (7, AT + timedelta(seconds=7))
        assert await checkpoints.last_cosigned(conn, LOG, other) == (9, AT + timedelta(seconds=9))
        assert await checkpoints.last_cosigned(conn, LOG, witness("v", bytes(32))) is None


async def test_tokens_are_wanted_for_what_is_newer_than_the_last(engine: AsyncEngine) -> None:
    """Checkpoints above the last token wait for one, oldest first, and only so many of the newest."""
    async with engine.begin() as conn:
        for size in (1, 2, 3, 4, 5):
            await checkpoints.add(conn, LOG, signed(size))
        assert [each.size for each in await checkpoints.untimed(conn, LOG, 3)] == [3, 4, 5]
        await checkpoints.keep_token(conn, LOG, 4, b"token", AT)
        await checkpoints.keep_token(conn, LOG, 4, b"another", AT)
        assert [each.size for each in await checkpoints.untimed(conn, LOG, 3)] == [5]
        assert await checkpoints.token(conn, LOG, 4) == b"token"
        assert await checkpoints.token(conn, LOG, 5) is None


async def test_keys_stand_in_the_order_they_began(engine: AsyncEngine) -> None:
    """Older keys first; of those that began together Ed25519 before SM2; none twice."""
    async with engine.begin() as conn:
        for vkey, size in (("new+a+AAAA", 9), ("old+a+AAAAAAAAAAAA", 1), ("old+b+AAAA", 1), ("old+b+AAAA", 5)):
            await checkpoints.add_key(conn, LOG, vkey, size)
        assert await checkpoints.vkeys(conn, LOG) == ["old+b+AAAA", "old+a+AAAAAAAAAAAA", "new+a+AAAA"]


@pytest.mark.parametrize("table", ["checkpoint", "cosignature", "time_token", "publication", "log_key"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET log_id = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
async def test_nothing_of_it_can_be_changed(engine: AsyncEngine, table: str, statement: str) -> None:
    """The database refuses to change or to remove what was signed, cosigned, stamped or published."""
    async with engine.begin() as conn:
        await checkpoints.add(conn, LOG, signed(3))
        await checkpoints.publish(conn, LOG, 3, AT)
        await checkpoints.cosign(conn, LOG, 3, "— b BBBB", AT)
        await checkpoints.keep_token(conn, LOG, 3, b"token", AT)
        await checkpoints.add_key(conn, LOG, "old+b+AAAA", 1)
    for role in ("SET ROLE zeren_writer", "RESET ROLE"):
        async with engine.connect() as conn:
            await conn.execute(text(role))
            with pytest.raises(DBAPIError):
                await conn.execute(text(statement.format(table)))
