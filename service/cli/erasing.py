"""`zeren erase`: the content of a fact goes, on a recorded ground; its position, leaf and proofs stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import typer
from sqlalchemy import text

from events import erasing, logs
from events.clock import SystemClock, today
from events.database import open_engine
from events.erasing import Order
from events.errors import LogUnknown, ZerenError
from events.logs import ACCESS
from events.receipts import Offer
from projections.rebuild import OvertakenError, rebuild
from service.cli.words import DataOption, JsonOption, fail, print_json, recordable, settings_of, wait
from service.databases import database_of
from service.settings import Settings
from service.state import Service
from service.wiring import NotReadyError, opened

VACUUM: Final = text(
    "VACUUM (ANALYZE) payload, mention, p_appointment, p_body, p_jurisdiction, p_letter, p_matter, p_pairing, "
    "p_person, p_post, duty_status, duty_tally, duty_reach"
)
"""ANALYZE, since the planner's statistics (`pg_stats`) hold samples of rows, those that are gone too."""


def erase(
    log: Annotated[str, typer.Argument(help="the log")],
    position: Annotated[int, typer.Argument(help="the position of the fact; what corrects it goes with it")],
    ground: Annotated[str, typer.Option("--ground", help="the lawful ground, e.g. a decision's number")],
    ordered_by: Annotated[str | None, typer.Option("--ordered-by", help="who ordered it")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Erase the content of a fact, for ever. It is on record first: what, why, by whose order. Exit 1 where refused."""
    if not ground.strip():
        fail("--ground: say on what ground", 2)
    ground, ordered_by = recordable("--ground", ground), ordered_by and recordable("--ordered-by", ordered_by)
    settings = settings_of(data)
    order = Order(log, position, ground, ordered_by, today(SystemClock()).isoformat())
    try:
        if not yes and not as_json:
            wait(_check(settings, order))
            typer.confirm(
                f"Erase the content of position {position} of {log}, and of all that corrects it, for ever?", abort=True
            )
        order, positions = wait(erased(settings, order))
    except OvertakenError as error:
        fail(f"{log}: the content is erased, but the projections may still tell it: run this again ({error})")
    except (ZerenError, NotReadyError) as error:
        fail(str(error))
    if as_json:
        print_json({"log": log, "erased": positions, "ground": ground, "ordered_by": ordered_by, "on": order.erased_on})
    elif positions:
        typer.echo(
            f"{log}: erased at {', '.join(map(str, positions))}, on record in {ACCESS}; see docs/erasure.md for backups"
        )
    else:
        typer.echo(f"{log}: position {position} was erased before; the projections are made anew")


async def _check(settings: Settings, order: Order) -> None:
    """Raise LogUnknown, NotErasable or NotReadyError where an order cannot be carried out: before anyone is asked."""
    async with opened(settings) as service, service.engine.connect() as conn:
        await erasing.entries_of(conn, order)


async def erased(settings: Settings, order: Order) -> tuple[Order, list[int]]:
    """Carry out an order; it as it is on record, and the positions whose content went. Raises what its parts raise.

    Where they went before, it may have ended before the projections were made anew: they are, in any case.
    """
    where = await database_of(settings)
    owner = open_engine(where.url, owner=True, pool_size=2)
    try:
        async with opened(settings) as service:
            async with owner.connect() as conn:
                await erasing.check_rights(conn, order)
                found = await erasing.entries_of(conn, order)
                order = await erasing.as_recorded(conn, order, found)
            if found:
                await _put_on_record(service, erasing.records(order, found))
                async with owner.begin() as conn:
                    await erasing.erase(conn, order, found, service.clock.now())
            await rebuild(service.engine, order.log_id)
        async with owner.connect() as conn:
            await (await conn.execution_options(isolation_level="AUTOCOMMIT")).execute(VACUUM)
    finally:
        await owner.dispose()
    return order, [entry.position for entry in found]


async def _put_on_record(service: Service, offers: Sequence[Offer]) -> None:
    """Say in `access` what goes and why: durable before anything is deleted, and nothing new the second time."""
    try:
        appended = await service.appender.append(ACCESS, offers)
    except LogUnknown:
        async with service.engine.begin() as conn:
            await logs.create_service(conn, ACCESS, prefix=service.origins)
        appended = await service.appender.append(ACCESS, offers)
    for receipt in appended.receipts:
        if receipt.problem is not None:
            raise receipt.problem
