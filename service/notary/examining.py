"""How each log stands with what was signed of it, in plain words: for `zeren doctor`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from events import checkpoints, knowledge
from events.errors import OtherDatabase
from events.logs import Log
from events.signatures import sm2_available
from events.trust import Policy
from service.notary import belonging, kept
from service.notary.kept import CopyUnreadable

MAX_WAIT: Final = timedelta(minutes=1)
"""How long an append may wait for its checkpoint, and a checkpoint to be cosigned and published, before it is said."""
SAYS_MORE: Final = "the notary runs with `zeren serve`, whose output says more"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it is in order, and what was found."""

    name: str
    ok: bool
    found: str


def sm2() -> Check:
    """Whether SM2 can be used here, where the notary is to sign with it."""
    found = "available" if sm2_available else "gmssl-pyx is missing: checkpoints have no line of SM2"
    return Check("SM2 of the notary", sm2_available, found)


async def examine(conn: AsyncConnection, log: Log, directory: Path, policy: Policy, now: datetime) -> list[Check]:
    """What there is to say of one log's checkpoints and cosignatures."""
    name = f"checkpoint of {log.log_id}"
    try:
        outside = kept.read(directory, log.log_id, log.origin)
        wrong = await belonging.contradiction(conn, directory, log, outside)
    except CopyUnreadable as error:
        return [Check(name, ok=False, found=f"{error}. {_decide(log)}")]
    except OtherDatabase as error:
        return [Check(name, ok=False, found=_said(error))]
    if wrong is not None:
        return [Check(name, ok=False, found=f"{wrong.zh} / {wrong.en}. Nothing is appended or signed. {_decide(log)}")]
    if log.state == "halted":
        found = f"what was signed agrees with the halted log: `zeren recover {log.log_id}` opens it"
        return [Check(name, ok=True, found=found)]
    return [await _signed(conn, name, log, policy, now), *[each async for each in _witnesses(conn, log, policy, now)]]


def of_this_database(found: Mapping[str, OtherDatabase | None], directory: Path) -> Check:
    """Whether a notary directory, of which `belonging.strangers` found this, is of the database that is used."""
    others = {log_id: error for log_id, error in found.items() if error is not None}
    if not others:
        return Check("notary directory", ok=True, found=f"{directory} keeps checkpoints of {len(found)} logs")
    told = f"{_said(next(iter(others.values())))}. Not of this database: {', '.join(others)}"
    if len(others) < len(found):
        told += "; what it keeps of other logs is"
    return Check("notary directory", ok=False, found=told)


def _said(error: OtherDatabase) -> str:
    return f"{error.message('zh')} / {error.message('en')}"


def _decide(log: Log) -> str:
    return (
        f"Keep the database as it is, look for a newer backup or standby, run `zeren verify {log.log_id}`; then "
        f"`zeren recover {log.log_id} --from-mirror DIR`, or `--declare-loss --reason TEXT` where nothing is left"
    )


async def _signed(conn: AsyncConnection, name: str, log: Log, policy: Policy, now: datetime) -> Check:
    """Of each step that is behind the time counts since which it is: a log that grows on is no less late."""
    newest, published = await checkpoints.newest(conn, log.log_id), await checkpoints.published_size(conn, log.log_id)
    size = 0 if newest is None else newest.size
    why = []
    unsigned, unpublished = False, published < size and await _waits(conn, log, published, now)
    if size < log.size:
        since = await knowledge.recorded_at(conn, log.log_id, size + 1)
        unsigned = log.clock == "live" and since is not None and now - since > MAX_WAIT
        why.append(SAYS_MORE)
    if published < size:
        why.append("a quorum of witnesses has not cosigned it" if policy.witnesses else f"not yet; {SAYS_MORE}")
    found = f"size {size} of {log.size} signed, size {published} published" + (f": {'; '.join(why)}" if why else "")
    return Check(name, ok=not (unsigned or unpublished), found=found)


async def _witnesses(conn: AsyncConnection, log: Log, policy: Policy, now: datetime) -> AsyncIterator[Check]:
    for name, witness in policy.witnesses.items():
        last = await checkpoints.last_cosigned(conn, log.log_id, witness.key)
        size = 0 if last is None else last[0]
        late = await _waits(conn, log, size, now)
        yield Check(f"witness {name} of {log.log_id}", ok=not late, found=f"has cosigned size {size}")


async def _waits(conn: AsyncConnection, log: Log, size: int, now: datetime) -> bool:
    """Whether a checkpoint beyond a size has waited too long."""
    since = await checkpoints.signed_beyond(conn, log.log_id, size)
    return since is not None and now - since > MAX_WAIT
