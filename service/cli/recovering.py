"""`zeren recover`: what an operator decides of a log that came back smaller or different than it was signed."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from events import checkpoints
from events.clock import SystemClock
from events.errors import ClockStopped, LogClosed, LogUnknown
from events.restoring import Lost, NotRestored
from events.verifying.lies import LieFound
from service.bundle.contents import Item
from service.cli.words import DataOption, JsonOption, fail, print_json, recordable, settings_of, wait
from service.mirror.kept import CHECKPOINT, Kept
from service.mirror.mirroring import load
from service.mirror.trunk import Trunk
from service.mirror.trusting import Believed
from service.notary import keys, losses
from service.notary.keys import KeyUnreadable
from service.notary.losses import Decision, NotRecoverable, Restored
from service.notary.signing import Desk
from service.settings import Settings
from service.wiring import NotReadyError, opened

FROM_MIRROR: Final = "restored from a mirror"
"""The reason where none is given."""


def recover(
    log: Annotated[str, typer.Argument(help="the log")],
    from_mirror: Annotated[Path | None, typer.Option("--from-mirror", help="put entries back from a mirror")] = None,
    declare_loss: Annotated[bool, typer.Option("--declare-loss", help="go on without what is lost")] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="why, for the record; with --declare-loss")] = None,
    ordered_by: Annotated[str | None, typer.Option("--ordered-by", help="who decided it, for the record")] = None,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Open a halted log that agrees with what was signed, is made whole again, or whose loss is declared.

    What is decided is an entry of the log `access`. Exit 1 where it cannot be done; then nothing is changed.
    """
    if (declare_loss and reason is None) or (reason is not None and not declare_loss and from_mirror is None):
        fail("--declare-loss and --reason TEXT go together: the reason is put on record", 2)
    reason, ordered_by = (
        reason and recordable("--reason", reason),
        ordered_by and recordable("--ordered-by", ordered_by),
    )
    settings = settings_of(data)
    try:
        if from_mirror is None and not declare_loss:
            said = wait(_reopen(settings, log))
        else:
            told = (reason or FROM_MIRROR, ordered_by)
            said = wait(_decide(settings, log, from_mirror, *told, loses=declare_loss))
    except LogUnknown as error:
        fail(str(error), 2)
    except LieFound as error:
        fail(f"the mirror in {from_mirror} does not hold: {error}")
    except (NotRecoverable, NotRestored, NotReadyError, KeyUnreadable, LogClosed, ClockStopped) as error:
        fail(str(error))
    if as_json:
        print_json(said)
    elif "opened" in said:
        typer.echo(f"{log} agrees with what was signed" + (" and is open again" if said["opened"] else " and was open"))
    else:
        typer.echo(f"{log} goes on with {said['size']} entries, of which {said['restored']} were put back")
        if said["kept"] is not None:
            typer.echo(f"what was signed of it is kept in {said['kept']}")
        typer.echo(f"on record as access/{said['position']}")


async def _reopen(settings: Settings, log_id: str) -> dict[str, Any]:
    async with opened(settings) as service:
        desk = Desk(service.engine, settings.notary_directory, SystemClock())
        return {"log": log_id, "opened": await losses.reopen(desk, log_id)}


async def _decide(
    settings: Settings, log_id: str, mirror: Path | None, reason: str, ordered_by: str | None, *, loses: bool
) -> dict[str, Any]:
    async with opened(settings) as service:
        desk = Desk(service.engine, settings.notary_directory, SystemClock(), origins=settings.origin_prefix)
        restored = None if mirror is None else await _restored(desk, log_id, mirror)
        decision = Decision(reason, ordered_by, restored, loses=loses)
        declared = await losses.declare(desk, log_id, decision)
    lost = declared.lost
    return {
        "log": log_id,
        "size": declared.size,
        "restored": 0 if restored is None else len(restored.entries),
        "lost_size": None if lost is None else lost.size,
        "lost_root": None if lost is None else b64encode(lost.root).decode(),
        "kept": None if declared.aside is None else str(declared.aside),
        "position": declared.position,
    }


async def _restored(desk: Desk, log_id: str, directory: Path) -> Restored:
    """What a mirror has beyond a log, every entry checked again, under a checkpoint that this log has signed.

    Raises LogUnknown, LieFound, NotRecoverable, KeyUnreadable.
    """
    log, outside, _ = await losses.state_of(desk, log_id)
    kept = Kept(directory, log_id)
    if kept.checkpoint is None:
        raise NotRecoverable(f"{directory} holds no mirror of log {log_id}")
    async with desk.engine.connect() as conn:
        vkeys = [*keys.read(desk.directory, log_id).vkeys, *await checkpoints.vkeys(conn, log_id)]
    end = Believed(None, vkeys, f"the keys of log {log_id}").checkpoint(str(kept.place / CHECKPOINT), kept.checkpoint)
    trunk = load(kept)
    if trunk.size < end.size or trunk.root_at(end.size) != end.root:
        raise NotRecoverable(f"the entries in {directory} do not give the root of their checkpoint")
    if end.size <= log.size:
        raise NotRecoverable(f"the mirror has {end.size} entries, and the log {log.size}: there is nothing to put back")
    if trunk.root_at(log.size) != log.root:
        raise NotRecoverable(f"the log's {log.size} entries are not the first of the mirror: it came back different")
    if outside is not None and outside.size <= end.size and trunk.root_at(outside.size) != outside.root:
        raise NotRecoverable(f"the mirror's root of size {outside.size} is not the one that was signed here last")
    items = [item for items in kept.bundles() for item in items if log.size <= item.position < end.size]
    return Restored([_lost(trunk, item) for item in items], end.root)


def _lost(trunk: Trunk, item: Item) -> Lost:
    if item.kept is None or item.salt_p is None:
        raise NotRecoverable(f"position {item.position} was erased before it was mirrored: take a backup instead")
    return Lost(
        item.position, item.recorded_at, item.type, item.kind_version, item.source, item.id, item.salt_h,
        item.salt_p, item.kept, item.envelope, trunk.signatures.get(item.position, ()), item.names, item.about,
    )  # fmt: skip
