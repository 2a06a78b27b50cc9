"""Events into a log as lines of JSON: `zeren import FILE`."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TimeRemainingColumn

from service.cli.client import client_of, read
from service.cli.words import err, fail, print_json
from service.settings import Settings

CHUNK = 256 * 1024
HEADERS = {"Content-Type": "application/x-ndjson"}


class Gone(Exception):
    """A line is an exported entry whose content was erased: there is no event to send."""

    def __init__(self, entry: dict[str, Any]) -> None:
        super().__init__(entry.get("id"))
        self.entry = entry

    def problem(self, line: int) -> dict[str, Any]:
        """As the service tells of a line that it refused."""
        entry = self.entry
        ground = entry["erased"].get("ground")
        detail = f"this entry, event {entry.get('id')} of source {entry.get('source')}, was erased: {ground}"
        said = {"line": line, "id": entry.get("id"), "source": entry.get("source"), "status": 409}
        return {**said, "type": "urn:zeren:problem:erased", "title": "Erased", "detail": detail, "code": "erased"}


def unwrapped(line: bytes) -> bytes:
    """The event of a line: itself, or what stands under `event` where the line is an exported entry. Raises Gone."""
    if b'"event"' not in line:
        return line
    try:
        value = json.loads(line, object_pairs_hook=_no_key_twice)
    except (ValueError, TypeError):  # the service says what is wrong with the line as it stands
        return line
    if not isinstance(value, dict) or "specversion" in value:
        return line
    if value.get("event", "") is None and isinstance(value.get("erased"), dict):
        raise Gone(value)
    try:
        return orjson.dumps(value["event"]) if isinstance(value.get("event"), dict) else line
    except TypeError:
        return line


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


async def _lines(path: Path, bar: Progress, task: TaskID, gone: list[dict[str, Any]]) -> AsyncIterator[bytes]:
    """The events of a file in runs of lines; an erased entry is a blank line, so that lines count alike, and `gone`."""
    waiting: list[bytes] = []
    size = 0
    with path.open("rb") as opened:
        for number, line in enumerate(opened, 1):
            bar.advance(task, len(line))
            try:
                waiting.append(unwrapped(line.rstrip(b"\r\n")) + b"\n")
            except Gone as erased:
                gone.append(erased.problem(number))
                waiting.append(b"\n")
            size += len(line)
            if size >= CHUNK:
                yield b"".join(waiting)
                waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)


async def import_lines(settings: Settings, path: Path, size: int, log: str, *, dry_run: bool, as_json: bool) -> None:
    """Post a file of `size` bytes to a log, which is made where it is missing. Exit 1 where a line is rejected."""
    async with client_of(settings) as client:
        if (await client.get(f"/v1/logs/{log}")).status_code == httpx.codes.NOT_FOUND:
            if dry_run:
                fail(f"there is no log {log}: it would be made; a dry run makes none")
            read(await client.put(f"/v1/logs/{log}"))
        columns = ("{task.description}", BarColumn(), DownloadColumn(), TimeRemainingColumn())
        with Progress(*columns, console=err, disable=as_json) as bar:
            parameters = {"dry_run": "true"} if dry_run else {}
            gone: list[dict[str, Any]] = []
            content = _lines(path, bar, bar.add_task("import", total=size), gone)
            answer = read(
                await client.post(f"/v1/logs/{log}/events", content=content, headers=HEADERS, params=parameters)
            )
    answer["rejected"] += len(gone)
    answer["problems"] = sorted([*answer["problems"], *gone], key=lambda problem: int(problem["line"]))
    if as_json:
        print_json(answer)
    else:
        counts = {name: answer[name] for name in ("appended", "duplicates", "rejected", "accepted") if name in answer}
        told = ", ".join(f"{count} {name}" for name, count in counts.items())
        typer.echo(f"log {answer['log']}: {told}; size {answer['size']}")
        for problem in answer["problems"]:
            typer.echo(f"line {problem['line']}: {problem['title']}: {problem['detail']}", err=True)
    if answer["rejected"]:
        raise typer.Exit(1)
