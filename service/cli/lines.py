"""Events into a log as lines of JSON: `zeren import FILE`. They are checked through the API before one is recorded.

A dry run knows nothing of the lines above those that it is asked about. So a line that it refuses for want of a fact,
a place or a key is judged when those are recorded, unless none of them is new.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import orjson
import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

from service.cli.client import client_of, read
from service.cli.unmade import UNMADE, Unmade
from service.cli.words import err, fail, print_json
from service.http.appends import LINES_TOGETHER, MAX_PROBLEMS
from service.ledgers import Send
from service.settings import Settings

CHUNK = 256 * 1024
HEADERS = {"Content-Type": "application/x-ndjson"}
COUNTED: Final = ("appended", "duplicates", "rejected", "accepted")
RESTING: Final = ("target-unknown", "subject-unknown")
"""Codes of problems that lines above may be the remedy of: a correction of one, an event at a place that one adds."""
RESTING_SIGNED: Final = ("unknown-key", "outside-time")
"""Reasons why a signature is refused, where the key may be registered by a line above."""


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


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was asked to import."""

    path: Path
    log: str
    partial: bool
    dry_run: bool
    as_json: bool


@dataclass(slots=True)
class Told:
    """What the service said of the lines."""

    size: int | None = None
    """Of the log; None where it is not there."""
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    gone: int = 0
    """Those among the rejected that were erased: nothing can be done about them, so the others do not wait for it."""
    deferred: int = 0
    """Lines that a dry run refused and that may be right once lines above them are recorded."""
    problems: list[dict[str, Any]] = field(default_factory=list)
    """The first, with the number of the line in the file."""

    def reject(self, problem: dict[str, Any]) -> None:
        """Take note of a line that is refused."""
        self.counts["rejected"] += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)

    def tried(self, answer: dict[str, Any], before: int) -> None:
        """Add the answer to a dry run of lines, below `before` others."""
        self.size = answer["size"]
        rests = self.counts["accepted"] > 0
        for name in ("accepted", "duplicates"):
            self.counts[name] += answer[name]
        for problem in answer["problems"]:
            if rests and _may_rest_on_others(problem):
                self.deferred += 1
            else:
                self.reject({**problem, "line": problem["line"] + before})

    def body(self, asked: Asked) -> dict[str, Any]:
        """As JSON."""
        left_out = () if asked.dry_run else ("accepted",)
        counts = {name: count for name, count in self.counts.items() if name not in left_out}
        deferred = {"deferred": self.deferred} if asked.dry_run else {}
        problems = sorted(self.problems, key=lambda problem: int(problem["line"]))
        return {"log": asked.log, "size": self.size, **counts, **deferred, "problems": problems}


def _may_rest_on_others(problem: dict[str, Any]) -> bool:
    """Whether a line may be refused only because lines above it are not on record: a fact, a place or a key."""
    return problem["code"] in RESTING or problem.get("reason") in RESTING_SIGNED


def _runs(path: Path, bar: Progress, name: str, told: Told) -> Iterator[list[bytes]]:
    """The events of a file in runs of lines; an erased entry is told, and a blank line, so that lines count alike."""
    task = bar.add_task(name, total=path.stat().st_size)
    waiting: list[bytes] = []
    size = 0
    with path.open("rb") as opened:
        for number, line in enumerate(opened, 1):
            bar.advance(task, len(line))
            try:
                waiting.append(unwrapped(line.rstrip(b"\r\n")) + b"\n")
            except Gone as erased:
                told.gone += 1
                told.reject(erased.problem(number))
                waiting.append(b"\n")
            size += len(line)
            if size >= CHUNK or len(waiting) == LINES_TOGETHER:
                yield waiting
                waiting, size = [], 0
    if waiting:
        yield waiting


async def import_lines(settings: Settings, asked: Asked) -> None:
    """Import a file of lines: nothing of it where a line is wrong, unless asked for the rest. Exit 1 where one is."""
    columns = ("{task.description}", BarColumn(), DownloadColumn(), TimeRemainingColumn())
    async with client_of(settings) as client:
        there = (await client.get(f"/v1/logs/{asked.log}")).status_code != httpx.codes.NOT_FOUND
        with Progress(*columns, console=err, disable=asked.as_json) as bar:
            told, recorded = await _import(client, asked, bar, there=there)
    _tell(asked, told, recorded=recorded)
    if asked.dry_run and not there:
        fail(UNMADE.format(log=asked.log))
    if told.counts["rejected"]:
        raise typer.Exit(1)


async def _import(client: httpx.AsyncClient, asked: Asked, bar: Progress, *, there: bool) -> tuple[Told, bool]:
    """What was said of the lines last, and whether they were sent to be recorded."""
    if not there:
        told = await _check(Unmade(asked.log).request, asked, bar, "form 形式")
        told.size = None
        if not (_to_record(asked, told) and told.counts["accepted"]):
            return told, False
        read(await client.put(f"/v1/logs/{asked.log}"))
    if asked.dry_run or not asked.partial:
        told = await _check(client.request, asked, bar, "check 检查")
        if not _to_record(asked, told):
            return told, False
    return await _record(client, asked, bar), True


def _to_record(asked: Asked, told: Told) -> bool:
    """Whether the lines are to be sent to be recorded, after what was said of them."""
    right = told.counts["rejected"] == told.gone or (asked.partial and told.counts["accepted"] > 0)
    return right and not asked.dry_run


async def _check(send: Send, asked: Asked, bar: Progress, name: str) -> Told:
    """Ask about every line; nothing is recorded. Each run is a request, so that none tells of some faults alone."""
    told, before = Told(), 0
    for lines in _runs(asked.path, bar, name, told):
        content, parameters = b"".join(lines), {"dry_run": "true"}
        path = f"/v1/logs/{asked.log}/events"
        told.tried(read(await send("POST", path, content=content, headers=HEADERS, params=parameters)), before)
        before += len(lines)
        if asked.partial and not asked.dry_run and told.counts["accepted"]:
            break  # it is only asked whether any is right
    return told


async def _record(client: httpx.AsyncClient, asked: Asked, bar: Progress) -> Told:
    """Send the lines to be recorded, as one request: those that are right are."""
    told = Told()

    async def content() -> AsyncIterator[bytes]:
        for lines in _runs(asked.path, bar, "record 记录", told):
            yield b"".join(lines)

    answer = read(await client.post(f"/v1/logs/{asked.log}/events", content=content(), headers=HEADERS))
    told.size = answer["size"]
    told.counts["rejected"] += answer["rejected"]
    told.problems += answer["problems"]
    for name in ("appended", "duplicates"):
        told.counts[name] = answer[name]
    return told


def _tell(asked: Asked, told: Told, *, recorded: bool) -> None:
    """Say what came of the lines."""
    said = told.body(asked)
    if asked.as_json:
        print_json(said)
        return
    counts = ", ".join(f"{said[name]} {name}" for name in (*COUNTED, "deferred") if name in said)
    typer.echo(f"log {asked.log}: {counts}" + ("" if told.size is None else f"; size {told.size}"))
    for problem in said["problems"]:
        typer.echo(f"line {problem['line']}: {problem['title']}: {problem['detail']}", err=True)
    if told.counts["rejected"] and not recorded:
        hint = "" if asked.partial else "; --partial records the right lines"
        typer.echo(f"nothing was recorded{hint} · 未记录任何内容", err=True)
