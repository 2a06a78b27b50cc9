"""The one way into a log: lock, look up, decide, insert, commit.

Positions are counted by the log's own row, locked to the end of the transaction, so they are
contiguous and in commit order even after a rollback. Every event of a batch is decided by itself:
one that is refused never aborts its neighbours or burns a position.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from events import checking, signing_keys
from events.batch import Batch
from events.canonical import canonical, differences, read_json
from events.claim import Check, Claim, own_checks
from events.clock import TICK, Clock, ScriptedClock
from events.cloudevent import Submission, Target
from events.database import driver_of
from events.errors import ClockStopped, LogClosed, LogUnknown, SampleLog
from events.item_errors import Erased, IdTaken, ItemError, SignatureRefused, TargetUnknown
from events.keyring import KEY_KINDS, Keyring
from events.merkle import Frontier
from events.receipts import Appended, Offer, Receipt
from events.signing_keys import Registries
from events.targets import About, Known, aim

MAX_DRIFT: Final = timedelta(seconds=5)

_Known = Mapping[tuple[str, str], Known]
"""Entries by source and id."""
_Facts = Mapping[int, tuple[About, str | None]]
"""Facts by their positions, each with the ground on which it was erased, where it was."""

LOCK: Final = """
    SELECT locked.*, clock_timestamp() AS database_now, to_regproc('citus_version') IS NOT NULL AS sharded
    FROM (
        SELECT state, clock, size, recorded_at, frontier, registry_size FROM log WHERE log_id = $1 FOR UPDATE
    ) locked
"""
"""The database's time is read outside the locking scan: inside it would be from before a wait for the lock."""
LOOK_UP: Final = """
    SELECT w.source, w.id, e.position, e.recorded_at, e.leaf_hash, e.kind, e.target_position, e.fact_position
    FROM unnest($2::text[], $3::text[]) AS w (source, id),
    LATERAL (SELECT position FROM event_id WHERE log_id = $1 AND source = w.source AND id = w.id OFFSET 0) i,
    LATERAL (
        SELECT position, recorded_at, leaf_hash, kind, target_position, fact_position
        FROM event WHERE log_id = $1 AND position = i.position OFFSET 0
    ) e
"""
"""OFFSET 0 keeps each look-up by its key: a join would read a whole table while it is not analysed."""
_NO_KEYS: Final = Keyring()
"""For offers that claim nothing by a key."""
FACTS: Final = """
    SELECT w.position, e.kind, e.source, x.ground FROM unnest($2::bigint[]) AS w (position),
    LATERAL (SELECT kind, source FROM event WHERE log_id = $1 AND position = w.position OFFSET 0) e
    LEFT JOIN LATERAL (SELECT ground FROM erasure WHERE log_id = $1 AND position = w.position OFFSET 0) x ON true
"""
SAME: Final = """
    SELECT w.index FROM unnest($2::integer[], $3::bigint[], $4::bytea[]) AS w (index, position, kept),
    LATERAL (SELECT kept FROM payload WHERE log_id = $1 AND position = w.position OFFSET 0) p WHERE p.kept = w.kept
"""
"""Which are sent again byte for byte: what was kept need not be carried here to be compared."""
GROUND: Final = "SELECT ground FROM erasure WHERE log_id = $1 AND position = $2"
KEPT_AT: Final = "SELECT kept FROM payload WHERE log_id = $1 AND position = $2"


@dataclass(frozen=True, slots=True)
class _Before:
    """What the log had before of what is offered, and of what that names."""

    known: _Known
    facts: _Facts
    same: Collection[int]
    """The places of those among what is offered that were kept byte for byte."""


async def append(
    conn: AsyncConnection,
    log_id: str,
    offers: Sequence[Offer],
    clock: Clock,
    *,
    dry_run: bool = False,
    unseen: bool = False,
    registries: Registries | None = None,
) -> Appended:
    """Append what may be appended, in order, inside the caller's transaction.

    The receipts are durable once that transaction has committed. Raises LogUnknown, LogClosed,
    SampleLog or ClockStopped, and then nothing is written.

    Offers may be taken for `unseen`, which saves their look-up: where the log has one of them after all,
    the key of `event_id` refuses it (asyncpg.UniqueViolationError), and nothing is left but to roll back
    and to append once more, not `unseen`.

    Signatures should have been verified by `verify_before`; those that were not, or with keys that the
    registry now has otherwise, are verified under the lock. `registries` are those read before.
    """
    raw = await driver_of(conn)
    row = await raw.fetchrow(LOCK, log_id)
    if row is None:
        raise LogUnknown(log=log_id)
    state, kind_of_clock, size, last, frontier, registry_size, database_now, sharded = row
    if state != "open":
        raise LogClosed(log=log_id, state=state)
    if (kind_of_clock == "scripted") != isinstance(clock, ScriptedClock):
        raise SampleLog(log=log_id)
    batch = Batch(log_id, _stamp(clock, last, database_now), Frontier.unpack(size, frontier), offers)
    ring = await _ring_of(raw, log_id, offers, registries or Registries(), registry_size)
    sealing = None if dry_run else batch.begin()
    try:
        receipts = await _decide_all(raw, batch, offers, ring, unseen=unseen)
        if dry_run:
            said = [_as_dry_run(receipt, size) for receipt in receipts]
            return Appended(size, said)
        if batch.size > size:
            await batch.write(raw, sharded=sharded, sealing=sealing)
    finally:
        if sealing is not None:
            sealing.cancel()
    for receipt in receipts:
        if receipt.position is not None and receipt.position >= size:
            receipt.leaf_hash = batch.leaves[receipt.position - size]
    return Appended(batch.size, receipts)


async def _ring_of(
    raw: asyncpg.Connection, log_id: str, offers: Sequence[Offer], registries: Registries, size: int
) -> Keyring:
    """The registry that offers are settled against, with a size of its own; what is not verified by it yet is now."""
    claims = [claim for offer in offers if (claim := offer.submission.claim) is not None]
    if not claims:
        return _NO_KEYS
    base = await registries.at(raw, log_id, size)
    if any(claim.registry_size != size for claim in claims):
        await verify_before(base, log_id, offers)
    if any(offer.submission.kind in KEY_KINDS for offer in offers):
        registries.moving.add(log_id)
    return Keyring(base)


async def verify_before(base: Keyring, log_id: str, offers: Sequence[Offer]) -> None:
    """Verify the signatures of offers with the keys of a registry of the log, and those they register themselves.

    Refuses nothing: that is decided under the lock.
    """
    ring = Keyring(base)
    waiting: list[tuple[Claim, list[Check]]] = []
    for offer in offers:
        sent, claim = offer.submission, offer.submission.claim
        if claim is None:
            continue
        claim.registry_size = base.size
        with suppress(SignatureRefused):
            checks = claim.checks(ring, own_checks(log_id, sent.kind, sent.data))
            waiting.append((claim, [check for check in checks if check not in claim.verdicts]))
            if sent.kind in KEY_KINDS:
                signing_keys.add(ring, sent.kind, sent.data, ring.size)
    found = await checking.verified(check for _, checks in waiting for check in checks)
    for claim, checks in waiting:
        claim.verdicts |= {check: found[check] for check in checks}


def _stamp(clock: Clock, last: datetime | None, database_now: datetime) -> datetime:
    now = clock.now()
    if last is not None and now < last - MAX_DRIFT:
        late = (last - now).total_seconds()
        raise ClockStopped(
            why_zh=f"本机时钟比上一条记录的时间早 {late:.0f} 秒", why_en=f"it is {late:.0f} s behind the last entry"
        )
    if not isinstance(clock, ScriptedClock) and abs(now - database_now) > MAX_DRIFT:
        off = (now - database_now).total_seconds()
        raise ClockStopped(why_zh=f"本机时钟与数据库相差 {off:.0f} 秒", why_en=f"it is {off:.0f} s off the database's")
    return now if last is None else max(now, last + TICK)


async def _look_up(raw: asyncpg.Connection, log_id: str, wanted: Collection[tuple[str, str]]) -> _Known:
    """The entries that bear one of these sources and ids."""
    if not wanted:
        return {}
    rows = await raw.fetch(LOOK_UP, log_id, [source for source, _ in wanted], [event_id for _, event_id in wanted])
    return {(row["source"], row["id"]): Known(*tuple(row)[2:]) for row in rows}


async def _before(raw: asyncpg.Connection, log_id: str, asked: Sequence[tuple[int, Submission]]) -> _Before:
    """What the log has of submissions, each with its place among what is offered, and of the events they name."""
    targets = {(target.source, target.id) for _, sent in asked if (target := sent.target) is not None}
    known = await _look_up(raw, log_id, targets | {(sent.source, sent.id) for _, sent in asked})
    named = {known[each].fact_position for each in targets if each in known}
    facts = await raw.fetch(FACTS, log_id, list(named)) if named else ()
    again = [
        (index, known[key].position, sent.kept) for index, sent in asked if (key := (sent.source, sent.id)) in known
    ]
    same = await raw.fetch(SAME, log_id, *map(list, zip(*again, strict=True))) if again else ()
    return _Before(
        known,
        {position: (About(kind, source), ground) for position, kind, source, ground in facts},
        frozenset(row[0] for row in same),
    )


async def _decide_all(
    raw: asyncpg.Connection, batch: Batch, offers: Sequence[Offer], ring: Keyring, *, unseen: bool
) -> list[Receipt]:
    """The receipts of offers in order; what names a target is never taken for unseen, for it may be refused."""
    sendings = enumerate(offer.submission for offer in offers)
    asked = [(index, sent) for index, sent in sendings if sent.target is not None or not unseen]
    before = await _before(raw, batch.log_id, asked)
    receipts = []
    for index, offer in enumerate(offers):
        sent = offer.submission
        key = sent.source, sent.id
        if sent.target is None and sent.claim is None and key not in before.known and key not in batch.positions:
            receipts.append(batch.add(index))
        else:
            receipts.append(await _decide(raw, batch, before, index, offer, ring))
    return receipts


async def _decide(
    raw: asyncpg.Connection, batch: Batch, before: _Before, index: int, offer: Offer, ring: Keyring
) -> Receipt:
    sent, target = offer.submission, offer.submission.target
    try:
        first = before.known.get((sent.source, sent.id)) or batch.known(sent.source, sent.id)
        if first is not None:
            return _duplicate(sent, first) if index in before.same else await _again(raw, batch, offer, first)
        aimed = None
        if target is not None:
            named = before.known.get((target.source, target.id)) or batch.known(target.source, target.id)
            fact = _about(batch, before.facts, named, target) if named is not None else None
            aimed = aim(offer, named, fact)
        signatures = [] if sent.claim is None else await _settled(batch.log_id, sent, ring)
    except SignatureRefused as problem:
        return await _refused(raw, batch, offer, problem)
    except ItemError as problem:
        return Receipt(sent.id, sent.source, "rejected", problem=problem)
    receipt = batch.add(index, aimed)
    if sent.claim is not None:
        assert receipt.position is not None
        batch.sign(receipt.position, signatures)
        if sent.kind in KEY_KINDS:
            signing_keys.add(ring, sent.kind, sent.data, receipt.position)
    return receipt


async def _settled(log_id: str, sent: Submission, ring: Keyring) -> list[dict[str, Any]]:
    """The signatures of a submission as they are kept; none are verified again with the keys they were verified with.

    Raises SignatureRefused.
    """
    assert sent.claim is not None
    own = own_checks(log_id, sent.kind, sent.data)
    try:
        return sent.claim.settle(ring, own)
    except KeyError:  # the batch itself gave the key another meaning
        unverified = [check for check in sent.claim.checks(ring, own) if check not in sent.claim.verdicts]
        sent.claim.verdicts |= await checking.verified(unverified)
        return sent.claim.settle(ring, own)


async def _refused(raw: asyncpg.Connection, batch: Batch, offer: Offer, problem: SignatureRefused) -> Receipt:
    """The refusal of a submission, or the first receipt of one that was appended before, whatever signs it now."""
    sent = offer.submission
    before = (await _look_up(raw, batch.log_id, [(sent.source, sent.id)])).get((sent.source, sent.id))
    try:
        if before is not None:
            return await _again(raw, batch, offer, before)
    except ItemError as taken:
        return Receipt(sent.id, sent.source, "rejected", problem=taken)
    return Receipt(sent.id, sent.source, "rejected", problem=problem)


def _about(batch: Batch, facts: _Facts, named: Known, target: Target) -> About:
    """The fact that a named event is about. Raises TargetUnknown where that was erased."""
    added = batch.submission(named.fact_position)
    if added is not None:
        return About(added.kind, added.source)
    fact, ground = facts[named.fact_position]
    if ground is not None:
        why = {"reason_zh": f"其内容已依法删除({ground})", "reason_en": f"its content was erased ({ground})"}
        raise TargetUnknown(id=target.id, source=target.source, **why)
    return fact


async def _again(raw: asyncpg.Connection, batch: Batch, offer: Offer, before: Known) -> Receipt:
    """The first receipt where the same was sent before. Raises IdTaken where it was not, Erased where that is gone."""
    sent, added = offer.submission, batch.submission(before.position)
    kept = added.kept if added is not None else await raw.fetchval(KEPT_AT, batch.log_id, before.position)
    if kept is None:
        ground = await raw.fetchval(GROUND, batch.log_id, before.position)
        raise Erased(source=sent.source, id=sent.id, position=before.position, ground=ground)
    if kept != sent.kept and canonical(read_json(kept)) != canonical(sent.event):
        differs = list(differences(read_json(kept), dict(sent.event)))
        raise IdTaken(source=sent.source, id=sent.id, position=before.position, differs=differs)
    return _duplicate(sent, before)


def _duplicate(sent: Submission, before: Known) -> Receipt:
    return Receipt(sent.id, sent.source, "duplicate", before.position, before.recorded_at, before.leaf_hash)


def _as_dry_run(receipt: Receipt, size: int) -> Receipt:
    """The receipt without a position that the log does not have yet."""
    if receipt.position is None or receipt.position < size:
        return receipt
    return Receipt(receipt.id, receipt.source, "accepted" if receipt.status == "appended" else receipt.status)
