"""Whether what a notary directory keeps of a log was kept for the log that stands in this database.

Logs of other installations bear the same ids and origins: every one has a log `access`. So beside the outside copy
stands a badge, which names the log by the instant at which it was made: a restored backup has the same, another
database never. Where there is none of this log, a copy under a key on record here is of it too.

This decides only who is told. A log that contradicts the copy is neither appended to nor signed by whoever finds it;
where the copy is of this log it is halted for all, else a directory in the wrong place would halt a healthy log.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from events import checkpoints, logs, note, recovering
from events.checkpoint import Checkpoint
from events.clock import stamp
from events.errors import LogUnknown, OtherDatabase
from events.logs import Log
from events.note import NotANote
from events.recovering import Contradiction, Head
from events.signatures import ED25519
from service.notary import kept
from service.notary.kept import CopyUnreadable, alone, replace

BADGE: Final = "database"


async def contradiction(
    conn: AsyncConnection, directory: Path, now: Log, outside: Checkpoint | None
) -> Contradiction | None:
    """What contradicts a log: the checkpoint kept outside, or the newest one in its own database.

    Raises OtherDatabase where it is the one kept outside, and that is not of this log.
    """
    if outside is not None:
        wrong = await recovering.against(conn, now, Head(outside.size, outside.root))
        if wrong is not None:
            await expect(
                conn,
                directory,
                now,
                f"其中日志 {now.log_id} 的检查点为 {outside.size} 条,不属于此处 {now.size} 条的同名日志",
                f"of log {now.log_id} it keeps a checkpoint of size {outside.size}, which is not of the log of that "
                f"name here, of {now.size} entries",
            )
            return wrong
    return await recovering.within(conn, now)


async def expect(conn: AsyncConnection, directory: Path, log: Log, why_zh: str, why_en: str) -> None:
    """Raise OtherDatabase, with why it is asked, where what is kept of a log is not of the log that stands here."""
    if not await _is_of(conn, directory, log):
        raise OtherDatabase(directory=directory, why_zh=why_zh, why_en=why_en)


async def _is_of(conn: AsyncConnection, directory: Path, log: Log) -> bool:
    if _badge_in(directory, log.log_id) == _badge_of(log):
        return True
    known = [note.parse_vkey(vkey) for vkey in await checkpoints.vkeys(conn, log.log_id)]
    try:
        copy = note.parse((directory / log.log_id / kept.COPY).read_text(encoding="utf-8"))
        # The line of Ed25519 is always there; those of SM2 cannot be verified everywhere.
        return bool(note.verified_by(copy, [key for key in known if key.algorithm == ED25519]))
    except (FileNotFoundError, NotANote, UnicodeDecodeError):
        return False


def missing(directory: Path, log_id: str) -> OtherDatabase | None:
    """What there is to say of a log that is not in the database; nothing where no checkpoint of it is kept."""
    if log_id not in kept.every(directory):
        return None
    return OtherDatabase(
        directory=directory,
        why_zh=f"其中有日志 {log_id} 的检查点,而此处没有该日志",
        why_en=f"it keeps a checkpoint of log {log_id}, and there is no such log here",
    )


def claim(directory: Path, log: Log) -> None:
    """Note that what is kept of a log is of this one, which agrees with it. Durable once this returns."""
    if _badge_in(directory, log.log_id) != _badge_of(log):
        with alone(directory, log.log_id) as place:
            replace(place / BADGE, _badge_of(log))


async def strangers(conn: AsyncConnection, directory: Path) -> dict[str, OtherDatabase | None]:
    """Of each log whose checkpoint a directory keeps: why that is not of this database; None where it is."""
    return {log_id: await _stranger(conn, directory, log_id) for log_id in kept.every(directory)}


async def _stranger(conn: AsyncConnection, directory: Path, log_id: str) -> OtherDatabase | None:
    try:
        # The copy is read before the head: what is kept outside was committed before it was written.
        outside = kept.read(directory, log_id, (await logs.get(conn, log_id)).origin)
        await contradiction(conn, directory, await logs.get(conn, log_id), outside)
    except LogUnknown:
        return missing(directory, log_id)
    except CopyUnreadable as error:
        try:
            await expect(conn, directory, await logs.get(conn, log_id), str(error), str(error))
        except OtherDatabase as other:
            return other
    except OtherDatabase as other:
        return other
    return None


def _badge_of(log: Log) -> str:
    return f"{log.log_id} made {stamp(log.created_at)}\n"


def _badge_in(directory: Path, log_id: str) -> str | None:
    try:
        return (directory / log_id / BADGE).read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None
