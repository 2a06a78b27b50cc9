"""What an operator may decide of a log that is not the one that was signed, and the record of it.

Entries are put back from a mirror, or the loss is declared, or both. The record is an entry `loss.declared` of
the log `access`, written before the log is opened. An outside copy that the log still contradicts is kept beside
as `lost-<n>`: it is the proof of what there was.
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from events import logs, recovering, restoring, store
from events.canonical import canonical
from events.catalogue.records import LossDeclared
from events.checkpoint import Checkpoint
from events.cloudevent import Submission
from events.errors import OtherDatabase
from events.logs import ACCESS, Log
from events.receipts import Offer
from events.recovering import Head
from events.restoring import Lost
from service.notary import belonging, kept
from service.notary.kept import CopyUnreadable
from service.notary.signing import Desk

SOURCE: Final = "urn:zeren:service"
CREDENTIAL: Final = "operator"
"""Who declares: whoever may run commands on this machine."""


class NotRecoverable(Exception):
    """Nothing was decided and nothing changed; the message says why."""


@dataclass(frozen=True, slots=True)
class Restored:
    """Entries of a copy that was checked, and the root they lead to."""

    entries: Sequence[Lost]
    root: bytes


@dataclass(frozen=True, slots=True)
class Decision:
    """What an operator decides: why, by whose order, what is put back first, and whether the rest may be lost."""

    reason: str
    ordered_by: str | None = None
    restored: Restored | None = None
    loses: bool = True


@dataclass(frozen=True, slots=True)
class Declared:
    """What was declared: the log as it goes on, what had been signed, and where the old copy is kept."""

    log_id: str
    size: int
    lost: Checkpoint | None
    aside: Path | None
    position: int


async def state_of(desk: Desk, log_id: str) -> tuple[Log, Checkpoint | None, str | None]:
    """A log, the checkpoint kept outside, and in words what is wrong between them; None where nothing is.

    The log `access` is made where it is missing, as by a first read: without it nothing can be put on record.
    Raises LogUnknown, and NotRecoverable where the database contradicts itself.
    """
    if log_id == ACCESS:
        async with desk.engine.begin() as conn:
            await logs.create_service(conn, ACCESS, prefix=desk.origins)
    async with desk.engine.connect() as conn:
        origin = (await logs.get(conn, log_id)).origin
        try:
            outside = kept.read(desk.directory, log_id, origin)
        except CopyUnreadable as error:
            return await logs.get(conn, log_id), None, str(error)
        log = await logs.get(conn, log_id)
        within = await recovering.within(conn, log)
        if within is not None:
            raise NotRecoverable(
                f"the database contradicts itself: by its own checkpoint {within.en}. No restored backup looks so: "
                f"`zeren verify {log_id}` names the place; restore the database first"
            )
        try:
            wrong = await belonging.contradiction(conn, desk.directory, log, outside)
        except OtherDatabase as error:
            return log, outside, str(error)
    return log, outside, None if wrong is None else wrong.en


async def reopen(desk: Desk, log_id: str) -> bool:
    """Open a halted log that agrees with what was signed of it; whether it was halted.

    Raises LogUnknown, and NotRecoverable where it does not agree.
    """
    _, _, wrong = await state_of(desk, log_id)
    if wrong is not None:
        raise NotRecoverable(f"log {log_id} is not what was signed: {wrong}")
    async with desk.engine.begin() as conn:
        return await recovering.reopen(conn, log_id)


async def declare(desk: Desk, log_id: str, decision: Decision) -> Declared:
    """Put on record how a log goes on that has lost what was signed of it, set the old copy aside, and open it.

    Raises LogUnknown, and NotRecoverable where nothing is lost, where something stays lost that must not, where
    the record cannot be made, or where the database contradicts itself; NotRestored.
    """
    restored = decision.restored
    log, outside, wrong = await state_of(desk, log_id)
    if wrong is None:
        raise NotRecoverable(f"log {log_id} is what was signed: there is no loss to declare")
    if log_id != ACCESS:
        await _check_access(desk)
    async with desk.engine.begin() as conn:
        if restored is not None:
            await restoring.restore(conn, log_id, restored.entries, restored.root)
            log = await logs.get(conn, log_id)
        still = outside is None or await recovering.against(conn, log, Head(outside.size, outside.root)) is not None
        if still and not decision.loses:
            raise NotRecoverable(
                f"with the mirror log {log_id} has {log.size} entries, and more was signed: take a newer mirror, or "
                "add --declare-loss --reason TEXT to go on without the rest"
            )
        data = _said(log, outside, decision)
        if log_id != ACCESS:
            await recovering.halt(conn, log_id)
    async with desk.engine.begin() as conn:
        if log_id == ACCESS:
            await recovering.reopen(conn, ACCESS)
        position = await _record(conn, desk, data)
    aside = kept.set_aside(desk.directory, log_id) if still else None
    async with desk.engine.begin() as conn:
        await recovering.reopen(conn, log_id)
    return Declared(log_id, log.size, outside, aside, position)


async def _check_access(desk: Desk) -> None:
    """Raise NotRecoverable where the log of the record is itself not what was signed."""
    log, _, wrong = await state_of(desk, ACCESS)
    if wrong is not None or log.state != "open":
        raise NotRecoverable(f"the decision goes on record in the log {ACCESS}: `zeren recover {ACCESS}` first")


def _said(log: Log, outside: Checkpoint | None, decision: Decision) -> dict[str, Any]:
    """The data of the record. Raises NotRecoverable where the words are none that a record may hold."""
    said: dict[str, Any] = {
        "log": log.log_id,
        "size": log.size,
        "root": b64encode(log.root).decode(),
        "reason": decision.reason,
        "credential": CREDENTIAL,
    }
    if outside is not None:
        said |= {"lost_size": outside.size, "lost_root": b64encode(outside.root).decode()}
    if decision.restored is not None:
        said["restored"] = len(decision.restored.entries)
    if decision.ordered_by is not None:
        said["ordered_by"] = decision.ordered_by
    try:
        LossDeclared.model_validate(said)
    except ValidationError as error:
        fault = error.errors()[0]
        raise NotRecoverable(f"--{str(fault['loc'][0]).replace('_', '-')}: {fault['msg']}") from None
    return said


async def _record(conn: AsyncConnection, desk: Desk, data: dict[str, Any]) -> int:
    event_id = f"loss-{secrets.token_hex(8)}"
    name, version = LossDeclared.NAME, LossDeclared.VERSION
    event = {"specversion": "1.0", "id": event_id, "source": SOURCE, "type": name, "data": data}
    submission = Submission(event_id, SOURCE, name, version, event, canonical(event), None)
    appended = await store.append(conn, ACCESS, [Offer(submission, CREDENTIAL)], desk.clock)
    position = appended.receipts[0].position
    assert position is not None
    return position
