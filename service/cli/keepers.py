"""`zeren migrate`, `logs`, `keys` and `doctor`: for those who keep the log."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import typer
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from events import credentials, logs
from events.clock import SystemClock, stamp
from events.credentials import Grant
from events.database import is_read_only
from events.errors import BadRequest, LogUnknown
from events.knowledge import recorded_at
from events.store import MAX_DRIFT
from migrations.runner import pending
from projections.boards import tables as boards
from projections.runner import catch_up, progress
from service.cli.signing import sm2_here
from service.cli.words import (
    DataOption,
    JsonOption,
    fail,
    in_its_words,
    print_json,
    settings_of,
    settings_with,
    table,
    wait,
    warn,
)
from service.databases import bring_up, database_of
from service.finding import JURISDICTION
from service.granting import NewKey, check_kinds
from service.http.health import READ_ONLY
from service.notary import belonging, examining
from service.settings import Settings
from service.state import Service
from service.wiring import NotReadyError, opened

MAX_LAG: Final = timedelta(minutes=1)
"""How long after an append the projections may still be behind it before `doctor` says so."""
MAX_BOARD_LAG: Final = timedelta(hours=1)
"""The same for the board of duties, of which a whole province takes a while."""

keys_app = typer.Typer(help="Make, list and revoke API keys.", no_args_is_help=True)


def migrate(data: DataOption = None) -> None:
    """Bring the database to the newest schema."""
    settings = settings_with(data)

    async def work() -> None:
        where = await database_of(settings)
        await bring_up(where.url)

    wait(work())
    typer.echo("the schema is the newest")


async def chosen_logs(service: Service, chosen: list[str] | None, *, projected: bool = False) -> list[str]:
    """The logs chosen, else all; where `projected`, those alone that have projections: the service's own have none."""
    async with service.engine.connect() as conn:
        every = {log.log_id: log for log in await logs.every(conn, service=True)}
    for log_id in chosen or ():
        if log_id not in every:
            fail(str(LogUnknown(log=log_id)), 2)
        if projected and every[log_id].service:
            fail(f"{log_id} is the service's own log: it has no projections", 2)
    return chosen or [log_id for log_id, log in every.items() if not (projected and log.service)]


def _board(lag: boards.Lag, now: datetime) -> tuple[str, bool, str]:
    """How far a board of duties is behind its log; one is made once the service runs."""
    if not lag.day:
        return f"board of {lag.log_id}", True, "none yet"
    late = lag.since is not None and now - lag.since > MAX_BOARD_LAG
    return f"board of {lag.log_id}", not late, f"{lag.entries} entries behind, as of {lag.day}"


LogsArgument = Annotated[list[str] | None, typer.Argument(help="logs; default all")]


async def ready(work: Any) -> Any:
    """What some work comes to. Fails where the database is not ready for it."""
    try:
        return await work
    except NotReadyError as error:
        fail(str(error))


def list_logs(
    every_log: Annotated[bool, typer.Option("--all", help="the service's own too")] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """The logs, their sizes and how far they are projected."""

    async def work() -> list[dict[str, Any]]:
        async with opened(settings_of(data), local_runner=True) as service, service.engine.connect() as conn:
            every = await logs.every(conn, service=every_log)
            state = await progress(conn, [log.log_id for log in every])
        return [
            {
                "id": log.log_id,
                "state": log.state,
                "clock": log.clock,
                "size": log.size,
                "projected": state[log.log_id].size,
                "recorded_at": None if log.recorded_at is None else stamp(log.recorded_at),
                "root": base64.b64encode(log.root).decode(),
            }
            for log in every
        ]

    found = wait(ready(work()))
    if as_json:
        print_json(found)
    else:
        columns = ("id", "state", "clock", "size", "projected", "recorded_at", "root")
        table(None, columns, [[str(log[name]) for name in columns] for log in found])


@keys_app.command("add")
def add_key(
    name: Annotated[str, typer.Argument(help="whose key it is")],
    role: Annotated[list[str], typer.Option("--role", help="recorder, inspector, auditor, overseer or operator")],
    log: Annotated[list[str] | None, typer.Option("--log", help="logs within reach; default all")] = None,
    jurisdiction: Annotated[list[str] | None, typer.Option("--jurisdiction", help="subtrees within reach")] = None,
    kind: Annotated[list[str] | None, typer.Option("--kind", help="kinds it may post or read")] = None,
    source: Annotated[list[str] | None, typer.Option("--source", help="sources it may post as")] = None,
    correct: Annotated[bool, typer.Option("--correct", help="may correct facts of other sources")] = False,
    key_kinds: Annotated[bool, typer.Option("--key-kinds", help="may register and revoke signing keys")] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Make a key and print it: it is told this once."""
    asked = {
        "name": name, "roles": role, "logs": log or [], "jurisdictions": jurisdiction or [], "kinds": kind or [],
        "sources": source or [], "correct": correct, "key_kinds": key_kinds,
    }  # fmt: skip
    wanted = _checked(asked)

    async def work() -> tuple[str, str]:
        async with opened(settings_with(data)) as service:
            await _warn_of_unknown(service, wanted.grant)
            async with service.engine.begin() as conn:
                return await credentials.make(conn, wanted.name.strip(), wanted.grant)

    key_id, key = wait(ready(work()))
    if as_json:
        print_json({"id": key_id, "key": key})
    else:
        typer.echo(key)


def _checked(asked: dict[str, Any]) -> NewKey:
    """What a key is to be made with, as the API checks it. Exit 2 where it is wrong."""
    try:
        wanted = NewKey.model_validate(asked)
        check_kinds(wanted.grant)
    except ValidationError as error:
        told = [
            f"--{str(fault['loc'][0]).removesuffix('s')} {fault['input']}: {fault['msg']}" for fault in error.errors()
        ]
        fail("\n".join(told), 2)
    except BadRequest as error:
        fail(str(error), 2)
    return wanted


async def _warn_of_unknown(service: Service, grant: Grant) -> None:
    """Say which logs and places of a grant are not on record: they may come later, or be mistyped."""
    async with service.engine.connect() as conn:
        known = {log.log_id for log in await logs.every(conn, service=True)}
    for log_id in grant.logs:
        if log_id not in known:
            warn(f"--log {log_id}: there is no such log yet")
    if grant.jurisdictions:
        await catch_up(service.engine)
    async with service.source.look() as view:
        for place in grant.jurisdictions:
            if not await view.logs_with(JURISDICTION.kinds, place):
                warn(f"--jurisdiction {place}: no place on record has this id yet (an id is meant, not a code)")


@keys_app.command("list")
def list_keys(as_json: JsonOption = False, data: DataOption = None) -> None:
    """The keys and their grants; never the keys themselves."""

    async def work() -> list[dict[str, Any]]:
        async with opened(settings_of(data)) as service, service.engine.connect() as conn:
            found = await credentials.every(conn)
        return [
            {
                "id": key.key_id,
                "name": key.name,
                "roles": list(key.grant.roles),
                "logs": list(key.grant.logs),
                "jurisdictions": list(key.grant.jurisdictions),
                "kinds": list(key.grant.kinds),
                "sources": list(key.grant.sources),
                "correct": key.grant.correct,
                "key_kinds": key.grant.key_kinds,
                "created_at": stamp(key.created_at),
                "revoked_at": None if key.revoked_at is None else stamp(key.revoked_at),
            }
            for key in found
        ]

    found = wait(ready(work()))
    if as_json:
        print_json(found)
    else:
        table(None, _KEY_COLUMNS, [[_cell(key[name]) for name in _KEY_COLUMNS] for key in found])


_KEY_COLUMNS: Final = (
    "id", "name", "roles", "logs", "jurisdictions", "kinds", "sources", "correct", "key_kinds", "created_at",
    "revoked_at",
)  # fmt: skip


def _cell(value: Any) -> str:
    """What is said of a key; nothing limits it, and nothing stands there, where a list is empty."""
    return ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)


@keys_app.command("revoke")
def revoke_key(key_id: str, data: DataOption = None) -> None:
    """Revoke a key. Exit 1 where there is none to revoke."""

    async def work() -> bool:
        async with opened(settings_of(data)) as service, service.engine.begin() as conn:
            return await credentials.revoke(conn, key_id)

    if not wait(ready(work())):
        fail(f"no key {key_id} to revoke")
    typer.echo(f"{key_id} revoked")


def doctor(as_json: JsonOption = False, data: DataOption = None) -> None:
    """Check the database, the clock, the guards, the projections, the checkpoints. Exit 1 where something is wrong."""
    checks = wait(_examine(settings_of(data)))
    if as_json:
        print_json(checks)
    else:
        table(None, ("", "check", "found"), [["ok" if c["ok"] else "WRONG", c["check"], c["found"]] for c in checks])
    if not all(check["ok"] for check in checks):
        raise typer.Exit(1)


async def _examine(settings: Settings) -> list[dict[str, Any]]:
    checks: list[dict[str, Any]] = []

    def check(name: str, ok: bool, found: str) -> None:
        checks.append({"check": name, "ok": ok, "found": found})

    try:
        async with opened(settings) as service, service.engine.connect() as conn:
            row = (await conn.execute(text("SELECT version() AS v, current_user AS u, clock_timestamp() AS now"))).one()
            check("database", True, str(row.v).partition(" on ")[0])
            refuses = await is_read_only(conn)
            check("writes", not refuses, READ_ONLY if refuses else "taken")
            check("schema", await pending(service.engine) is None, "newest")
            check(*sm2_here())
            check(
                "role of the service", row.u == "zeren_writer", f"{row.u} (expected zeren_writer: grants are the guard)"
            )
            drift = abs(SystemClock().now() - row.now.astimezone(UTC))
            check("clock against the database", drift <= MAX_DRIFT, f"{drift.total_seconds():.3f} s apart (at most 5)")
            every = await logs.every(conn, service=True)
            state = await progress(conn, [log.log_id for log in every])
            lags = {lag.log_id: lag for lag in await boards.lags(conn)}
            now = SystemClock().now()
            if settings.notary_sm2:
                can = examining.sm2()
                check(can.name, can.ok, can.found)
            strangers = await belonging.strangers(conn, settings.notary_directory)
            of = examining.of_this_database(strangers, settings.notary_directory)
            check(of.name, of.ok, of.found)
            for log in every:
                for each in await examining.examine(conn, log, settings.notary_directory, service.policy, now):
                    check(each.name, each.ok, each.found)
                ahead = log.recorded_at is not None and log.recorded_at - now > MAX_DRIFT
                check(f"log {log.log_id}", log.state == "open" and not ahead, f"{log.state}, {log.size} entries")
                if log.service:
                    continue
                behind = log.size - state[log.log_id].size
                stopped = state[log.log_id].failures
                found = f"{behind} entries behind" + (f", stopped: {stopped}" if stopped else "")
                since = await recorded_at(conn, log.log_id, state[log.log_id].size + 1) if behind > 0 else None
                late = since is not None and now - since > MAX_LAG
                check(f"projections of {log.log_id}", not stopped and not late, found)
                check(*_board(lags[log.log_id], now))
    except (SQLAlchemyError, OSError) as error:
        check("database", False, in_its_words(error))
    except NotReadyError as error:
        check("schema", False, str(error))
    return checks
