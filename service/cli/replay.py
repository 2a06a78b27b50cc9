"""`zeren replay`: the events of a log in recorded order, and the digest of what they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

import typer

from events.clock import TICK, read_stamp
from events.errors import BadRequest
from events.known import KnownAt, read_known_at
from projections.advance import Changes, History, advance
from service.cli.client import client_of, get
from service.cli.entries import entries_of, entry_of
from service.cli.words import DataOption, JsonOption, UrlOption, fail, print_json, settings_of, table, wait


def digest_of(items: list[dict[str, Any]]) -> str:
    """The rolling digest of the projections after these entries, which must be the first of a log."""
    changes = Changes()
    there = [entry_of(item) for item in items if "erased" not in item]
    advance(there, History(), (), into=changes)
    return changes.digest.hex()


def replay(
    log: Annotated[str, typer.Argument(help="the log")],
    since: Annotated[str | None, typer.Option("--from", help="from this instant, date or @size on")] = None,
    until: Annotated[str | None, typer.Option("--to", help="as known at this instant, date or @size")] = None,
    jurisdiction: Annotated[str | None, typer.Option("--jurisdiction", help="only events that name this place")] = None,
    digest: Annotated[bool, typer.Option("--digest", help="fold the events and print the digest")] = False,
    as_json: JsonOption = False,
    url: UrlOption = None,
    data: DataOption = None,
) -> None:
    """Replay a log in the order it was recorded; with --digest compare with what the service projects."""
    start = None if since is None else _start(since)

    async def work() -> tuple[list[dict[str, Any]], list[dict[str, Any]], Any]:
        async with client_of(settings_of(data, url)) as client:
            entries = [entry async for entry in entries_of(client, log, known_at=until)]
            shown = entries
            if jurisdiction is not None:
                about = entries_of(client, log, known_at=until, jurisdiction=jurisdiction)
                named = {item["position"] async for item in about}
                shown = [item for item in entries if item["position"] in named]
            return entries, shown, await get(client, f"/logs/{log}")

    entries, shown, described = wait(work())
    shown = [item for item in shown if start is None or _from(item, start)]
    projected = described["projected"]
    folded = {"size": len(entries), "digest": digest_of(entries)} if digest else None
    if as_json:
        print_json({"log": log, "items": shown, "replayed": folded, "projected": projected})
    else:
        rows = [[str(i["position"]), i["recorded_at"], i["type"], i["id"], _gist(i)] for i in shown]
        table(log, ("position", "recorded_at", "type", "id", "data"), rows)
        if folded is not None:
            typer.echo(f"replayed {folded['size']} entries: digest {folded['digest']}")
    if folded is None:
        return
    if folded["size"] != projected["size"]:
        typer.echo(f"not compared: the service's projections are at size {projected['size']}", err=True)
    elif folded["digest"] != projected["digest"]:
        typer.echo(f"the service's projections have the digest {projected['digest']}", err=True)
        raise typer.Exit(1)


def _start(since: str) -> KnownAt:
    """Where a replay begins; a bare date is the beginning of that day in Asia/Shanghai."""
    try:
        asked = read_known_at(since, "--from")
    except BadRequest as error:
        fail(str(error), 2)
    if asked.instant is not None and len(since) == len("2018-01-15"):
        return KnownAt(instant=asked.instant + TICK - timedelta(days=1))
    return asked


def _from(item: Mapping[str, Any], start: KnownAt) -> bool:
    if start.size is not None:
        return bool(item["position"] >= start.size)
    return start.instant is not None and read_stamp(item["recorded_at"]) >= start.instant


def _gist(item: Mapping[str, Any]) -> str:
    if "erased" in item:
        return f"erased on {item['erased']['on']}: {item['erased']['ground']}"
    data = item["event"]["data"]
    text = "; ".join(f"{name} {value}" for name, value in data.items() if not isinstance(value, dict | list))
    return text if len(text) <= 90 else text[:89] + "…"
