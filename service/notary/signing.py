"""Signs the head of each log that grew: check, sign, commit, keep outside, publish; in this order.

The head is held against the outside copy and against the newest checkpoint in the database; a log that is
smaller or different is halted and not signed. Where the copy is of another database (`belonging`), the log is not
signed, and not halted either. The row of the checkpoint is committed with a flush before the outside copy is
written, so that nothing outside can cover entries that a crash still takes back; and nothing leaves this machine
before it is kept outside. Several notaries with the same keys may work on one database: they sign the same size and
root, and whoever is second keeps what the first has signed.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events import checkpoints, logs, note, recovering
from events.checkpoint import Checkpoint
from events.checkpoints import Signed, SignedOtherwise
from events.clock import Clock
from events.errors import OtherDatabase
from events.logs import PREFIX, Log
from events.note import Note
from events.signatures import SM2, sm2_available
from service.notary import belonging, kept, keys
from service.notary.kept import CopyUnreadable
from service.notary.keys import Keyring, KeyUnreadable, NoKeyName

SIGN_SECONDS: Final = 0.5
"""How long after a checkpoint of a log the next one is signed, at the earliest."""
AT_ONCE: Final = 4
"""How many logs are signed at the same time."""

log = structlog.get_logger()


class NotOurKeys(Exception):
    """The log is signed with keys that are not here."""


class Contradicted(Exception):
    """The log is not the one that was signed; it is not signed, and halted where it was open."""


UNSIGNED: Final = (
    Contradicted, CopyUnreadable, KeyUnreadable, NoKeyName, NotOurKeys, OtherDatabase, SignedOtherwise, OSError,
)  # fmt: skip
"""Why one log is not signed, while others may be."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a notary works with: the database, the directory of keys and outside copies, the clock, and its orders."""

    engine: AsyncEngine
    directory: Path
    clock: Clock
    sm2: bool = False
    """Whether to make SM2 keys too."""
    origins: str = PREFIX
    """What the origin of `access` begins with, where it is made here."""
    publishes: bool = True
    """Whether a checkpoint is served as soon as it is signed; else once a quorum has cosigned it."""


class Signer:
    """Signs what grew; remembers the newest checkpoint of each log, which others then cosign and time-stamp."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._signed_at: dict[str, float] = {}
        self._sizes: dict[str, int] = {}
        self._told: dict[str, str] = {}
        self._limit = asyncio.Semaphore(AT_ONCE)
        self.newest: dict[str, Signed] = {}
        """The newest checkpoint of each log that is kept outside."""

    async def sign_all(self) -> bool:
        """Sign every log that grew since the last time; whether one was signed. Raises what the database raises."""
        try:
            async with self._desk.engine.connect() as conn:
                every = await logs.every(conn, service=True)
            due = [self._sign_one(each) for each in every if self._is_due(each)]
            done = await asyncio.gather(*due, return_exceptions=True)
        except BaseException:
            self._sizes.clear()  # a database that comes back may be another one
            raise
        for failed in done:
            if isinstance(failed, BaseException):
                self._sizes.clear()
                raise failed
        return any(done)

    def _is_due(self, each: Log) -> bool:
        if each.state == "halted":  # once it is open again all is looked at anew
            self._sizes.pop(each.log_id, None)
            self.newest.pop(each.log_id, None)
            return False
        if each.size == self._sizes.get(each.log_id):
            return False
        now = asyncio.get_running_loop().time()
        return now - self._signed_at.get(each.log_id, float("-inf")) >= SIGN_SECONDS

    async def _sign_one(self, each: Log) -> bool:
        """Sign one log; what is wrong with it is told once and leaves the others alone."""
        try:
            async with self._limit:
                signed = await sign(self._desk, each)
        except UNSIGNED as error:
            if self._told.get(each.log_id) != str(error):
                self._told[each.log_id] = str(error)
                log.warning("the log is not signed", log=each.log_id, error=str(error))
            return False
        self._told.pop(each.log_id, None)
        self._sizes[each.log_id] = 0 if signed is None else signed.size
        if signed is None:
            return False
        self._signed_at[each.log_id] = asyncio.get_running_loop().time()
        before = self.newest.get(each.log_id)
        self.newest[each.log_id] = signed
        return before is None or before.size < signed.size


async def sign(desk: Desk, each: Log) -> Signed | None:
    """The checkpoint of the head of a log, signed now unless it is already, kept outside, and published if it may be.

    None for an empty or a halted log. Raises Contradicted, NotOurKeys, OtherDatabase, SignedOtherwise,
    CopyUnreadable, KeyUnreadable, NoKeyName, OSError, and what the database raises.
    """
    log_id = each.log_id
    # The copy is read before the head: what is kept outside was committed before it was written.
    outside = await _outside(desk, each)
    try:
        signed = await _signed(desk, log_id, outside)
    except NotOurKeys:
        await _follow(desk, each, outside)
        raise
    if signed is None:
        return None
    await asyncio.to_thread(belonging.claim, desk.directory, each)
    if outside is None or outside.size < signed.size:
        await asyncio.to_thread(kept.write, desk.directory, log_id, signed.note)
    if desk.publishes:
        async with desk.engine.begin() as conn:
            await checkpoints.publish(conn, log_id, signed.size, desk.clock.now())
    return signed


async def _signed(desk: Desk, log_id: str, outside: Checkpoint | None) -> Signed | None:
    """The checkpoint of the head, committed; None for an empty or a halted log. Raises what `sign` raises."""
    async with desk.engine.begin() as conn:
        await conn.execute(checkpoints.DURABLY)
        now = await logs.get(conn, log_id)
        if now.state == "halted":
            return None
        wrong = await belonging.contradiction(conn, desk.directory, now, outside)
        if wrong is None:
            if now.size == 0:
                return None
            return await checkpoints.at(conn, log_id, now.size) or await _sign_head(desk, conn, now)
        await recovering.halt(conn, log_id)
    raise Contradicted(f"{wrong.zh} / {wrong.en}")


async def _follow(desk: Desk, each: Log, outside: Checkpoint | None) -> None:
    """Keep outside what a notary elsewhere has signed, so that this service defends it too."""
    async with desk.engine.connect() as conn:
        newest = await checkpoints.newest(conn, each.log_id)
    if newest is not None and (outside is None or outside.size < newest.size):
        await asyncio.to_thread(belonging.claim, desk.directory, each)
        await asyncio.to_thread(kept.write, desk.directory, each.log_id, newest.note)


async def _outside(desk: Desk, each: Log) -> Checkpoint | None:
    try:
        return kept.read(desk.directory, each.log_id, each.origin)
    except CopyUnreadable as error:
        async with desk.engine.begin() as conn:
            await belonging.expect(conn, desk.directory, each, str(error), str(error))
            await recovering.halt(conn, each.log_id)
        raise


async def _sign_head(desk: Desk, conn: AsyncConnection, now: Log) -> Signed:
    known = await checkpoints.vkeys(conn, now.log_id)
    if known and not keys.read(desk.directory, now.log_id).current:
        raise _not_ours(now.log_id, desk.directory)
    ring = keys.ensure(desk.directory, now.log_id, now.origin, sm2=desk.sm2 and sm2_available)
    await register(conn, now.log_id, ring, desk.directory, signing=now.size)
    body = Checkpoint(now.origin, now.size, now.root).body
    able = [key for key in ring.signing if sm2_available or key.public.algorithm != SM2]
    signed = Note(body, tuple(note.sign(body, key.public, key.private) for key in able))
    return await checkpoints.add(conn, now.log_id, Signed(now.size, now.root, str(signed), desk.clock.now()))


async def register(
    conn: AsyncConnection,
    log_id: str,
    ring: Keyring,
    directory: Path,
    *,
    signing: int | None = None,
    whatever: bool = False,
) -> None:
    """Put the keys of a log on record where they are not; the log's own row keeps two notaries apart.

    They sign first at the size that is being `signing`, else at that of the head: entries may come meanwhile.
    Raises NotOurKeys where other keys are on record and none of these: a notary elsewhere signs this log.
    `whatever` is an operator's decision that from now on these do.
    """
    known = set(await checkpoints.vkeys(conn, log_id))
    if known.issuperset(ring.vkeys):
        return
    head = await checkpoints.locked_size(conn, log_id)
    size = head if signing is None else signing
    known = set(await checkpoints.vkeys(conn, log_id))
    if known and not known.intersection(ring.vkeys) and not whatever:
        raise _not_ours(log_id, directory)
    signed = await checkpoints.at(conn, log_id, size) is not None
    for vkey in ring.vkeys:
        await checkpoints.add_key(conn, log_id, vkey, size + 1 if signed else size)


def _not_ours(log_id: str, directory: Path) -> NotOurKeys:
    return NotOurKeys(
        f"log {log_id} is signed with keys that are not in {directory / log_id}: bring the notary's directory "
        f"here, or decide with `zeren notary rotate {log_id}` that new keys sign it from now on"
    )
