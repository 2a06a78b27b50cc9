"""`zeren notary show`, `rotate` and `retire`: the keys that checkpoints are signed with."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, TypeVar

import typer

from events import checkpoints, logs, note
from events.errors import LogUnknown
from events.logs import Log
from service.cli.words import DataOption, JsonOption, fail, print_json, settings_of, table, wait
from service.notary import kept, keys
from service.notary.kept import CopyUnreadable
from service.notary.keys import AlreadyRetiring, Keyring, KeyUnreadable, NoKeyName
from service.notary.signing import register
from service.settings import Settings
from service.state import Service
from service.wiring import NotReadyError, opened

T = TypeVar("T")

app = typer.Typer(help="The keys of logs: show, rotate, retire.", no_args_is_help=True)
LogArgument = Annotated[str, typer.Argument(help="the log")]


def _with_log(settings: Settings, log_id: str, work: Callable[[Service, Log], Coroutine[Any, Any, T]]) -> T:
    """Do a work on a log. Exit 2 where there is none, 1 where it cannot be done."""

    async def run() -> T:
        async with opened(settings) as service:
            async with service.engine.connect() as conn:
                log = await logs.get(conn, log_id)
            return await work(service, log)

    try:
        return wait(run())
    except LogUnknown as error:
        fail(str(error), 2)
    except (NotReadyError, KeyUnreadable, CopyUnreadable, NoKeyName, AlreadyRetiring) as error:
        fail(str(error))


@app.command("show")
def show(log: LogArgument, as_json: JsonOption = False, data: DataOption = None) -> None:
    """The keys of a log: those that sign here, those on record, and the checkpoint that is kept outside."""
    settings = settings_of(data)

    async def work(service: Service, found: Log) -> dict[str, Any]:
        async with service.engine.connect() as conn:
            recorded = await checkpoints.vkeys(conn, log)
        ring = keys.read(settings.notary_directory, log)
        outside = kept.read(settings.notary_directory, log, found.origin)
        return {
            "log": log,
            "origin": found.origin,
            "directory": str(settings.notary_directory / log),
            "outside_size": None if outside is None else outside.size,
            "keys": _described(ring, recorded),
        }

    said = _with_log(settings, log, work)
    if as_json:
        print_json(said)
        return
    rows = [[key["state"], key["algorithm"], key["vkey"]] for key in said["keys"]]
    table(None, ("state", "algorithm", "vkey"), rows)
    typer.echo(f"kept outside: size {said['outside_size']} in {said['directory']}")


def _described(ring: Keyring, recorded: list[str]) -> list[dict[str, str]]:
    here = {str(key.public): "current" for key in ring.current}
    here = {str(key.public): "retiring" for key in ring.retiring} | here
    return [
        {"vkey": vkey, "algorithm": note.parse_vkey(vkey).algorithm, "state": here.get(vkey, "not here")}
        for vkey in dict.fromkeys([*recorded, *here])
    ]


@app.command("rotate")
def rotate(log: LogArgument, as_json: JsonOption = False, data: DataOption = None) -> None:
    """Make new keys for a log; the old ones sign on beside them until `retire`. Tell all who verify the new vkeys."""
    settings = settings_of(data)

    async def work(service: Service, found: Log) -> Keyring:
        ring = keys.rotate(settings.notary_directory, log, found.origin, sm2=settings.notary_sm2)
        async with service.engine.begin() as conn:
            await register(conn, log, ring, settings.notary_directory, whatever=True)
        return ring

    ring = _with_log(settings, log, work)
    if as_json:
        print_json({"log": log, "vkeys": ring.vkeys})
    else:
        typer.echo("\n".join(ring.vkeys))


@app.command("retire")
def retire(log: LogArgument, as_json: JsonOption = False, data: DataOption = None) -> None:
    """Destroy the old private keys of a log: from now on the new ones sign alone. Exit 1 where none is retiring."""
    settings = settings_of(data)

    async def work(_: Service, __: Log) -> list[str]:
        return [str(key.public) for key in keys.retire(settings.notary_directory, log)]

    retired = _with_log(settings, log, work)
    if not retired:
        fail(f"no key of {log} is retiring")
    if as_json:
        print_json({"log": log, "retired": retired})
    else:
        typer.echo("\n".join(retired))
