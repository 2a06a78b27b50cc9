"""`zeren import DIR --year YYYY`: the yearly table of divisions, one log for each province."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import httpx
import orjson
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn, TimeRemainingColumn

from events.clock import SystemClock, today
from service.cli.client import client_of, get, read
from service.cli.entries import entries_of
from service.cli.words import err, fail, print_json, table
from service.divisions.plan import Plan, plan_of
from service.divisions.provinces import leave_moves_between, left_out, sent_before, sent_together
from service.divisions.record import KINDS, Journal
from service.divisions.table import FILES, Province, Table, read_table
from service.divisions.years import FIRST, OTHER_DAYS, marks, reference_day, years_of
from service.settings import Settings
from service.tables.faults import Fault

LINES_TOGETHER: Final = 5000
PAGE: Final = 1000
"""Logs that are asked for at a time."""
SHOWN: Final = 1000
"""How many faults of a table are told at the most; the rest are counted."""
FEW: Final = 5
"""Up to so many logs are named one by one."""
PROVINCES: Final = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82"
)
"""The codes of all provinces."""
SORTS: Final = ("registered", "founded", "renamed", "recoded", "moved", "merged", "abolished")
COUNTED: Final = (*SORTS, "unchanged", "undecided", "held", "placeholders", "appended", "duplicates", "rejected")
REASONS: Final = {
    "code-and-name-disagree": "代码与名称所指不同 · code and name point to different places",
    "same-code-little-else": "代码相同,名称不同,下级大多不同 · same code, another name, mostly other places below",
    "shared-below": "下级或词干部分相同 · some places below, or the stem of the name, are the same",
    "same-stem": "词干相同,类别和代码不同 · same stem of the name, another kind and code",
    "several-of-one-name": "县内同名不止一个 · several of one name in the county",
    "not-on-record-that-day": "在册但该日不在册 · known, but not on record that day",
    "differs-from-record": "与在册不同,无更早的表可比 · differs from the record, and no earlier table says since when",
    "not-in-the-table": "在册而表中没有 · on record, but not in the table",
    "between-provinces": "可能跨省调整 · may have moved to another province",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was asked to import."""

    directory: Path
    year: int
    day: date | None
    log: str | None
    undecided: Path | None
    dry_run: bool
    as_json: bool


async def import_table(settings: Settings, asked: Asked) -> None:
    """Import a table; nothing of it where it has a fault. Exit 1 where something was refused."""
    day = _day(asked)
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, disable=asked.as_json) as bar:
        provinces = _provinces(asked, _read(asked, bar))
        results: list[dict[str, Any]] = []
        async with client_of(settings) as client:
            sizes = await _sizes(client)
            around = _around(asked, provinces, sizes)
            every = [plan async for plan in _plans(client, asked, day, around, bar)]
            leave_moves_between(every, asked.log)
            plans = [plan for plan in every if asked.log in (None, plan.log)]
            counts = {plan.log: plan.counts() for plan in plans}
            refused = [plan.refused for plan in plans if plan.refused is not None]
            refused = refused or left_out(plans, every) or sent_before(plans)
            if not refused and not any(counts[plan.log].total() or plan.open for plan in plans):
                refused = [_nothing(asked.year)]
            absent = _absent(asked, provinces, sizes)
            if not refused:
                sent_together(plans, counts)
                results = await _send(client, asked, plans, counts, bar)
    _refuse(asked, refused)
    _tell(asked, day, plans, results, absent)


def _day(asked: Asked) -> str:
    """The day on which changes take effect. Exit 2 where the year cannot be."""
    now = today(SystemClock())
    if not FIRST <= asked.year <= now.year:
        fail(f"--year {asked.year}: expected {FIRST} to {now.year} · 应为 {FIRST} 至 {now.year} 年", 2)
    day = asked.day or reference_day(asked.year)
    if day > now:
        fail(f"--year {asked.year}: its reference day {day} is yet to come · 基准日尚未到来", 2)
    if day.year != asked.year:
        said = f"--reference-day {day} is not in {asked.year}, the year of the table"
        err.print(f"note: {said} · 基准日不在 {asked.year} 年之内", style="yellow", markup=False)
    other = OTHER_DAYS.get(asked.year)
    if other is not None and asked.day is None:
        note = f"the table of {asked.year} is as of {other}, but changes are dated {day} without --reference-day"
        err.print(f"note: {note} · 该年表的截止日为 {other}", style="yellow", markup=False)
    return day.isoformat()


def _read(asked: Asked, bar: Progress) -> Table:
    """The table, if it is sound and of the year said."""
    paths = {file.name: asked.directory / file.name for file in FILES}
    files = {name: path.read_bytes() for name, path in paths.items() if path.is_file()}
    if not files:
        inside = " (they are in its folder dist)" if (asked.directory / "dist" / FILES[0].name).is_file() else ""
        fail(f"{asked.directory}: none of {', '.join(paths)} is there{inside} · 目录中没有区划表文件", 2)
    task = bar.add_task("read 读取", total=sum(map(len, files.values())))
    found = read_table(files, lambda size: bar.advance(task, size))
    for name, encoding in found.encodings.items():
        if encoding != "UTF-8":
            err.print(f"{name}: {encoding}", markup=False)
    for note in found.notes:
        err.print(f"note: {note}", style="yellow", markup=False)
    if found.faults:
        _faulty(asked, found.faults)
    seen = [mark for province in found.provinces.values() for mark in marks(province.nodes)]
    wrong = [mark for mark in seen if not mark.allows(asked.year)]
    if wrong:
        rows, years = "、".join(f"{mark.code} {mark.name}" for mark in wrong[:5]), years_of(seen) or "?"
        zh = f"这不是 {asked.year} 年的表:{rows} 等 {len(wrong)} 行见于 {years} 年的表"
        en = f"not the table of {asked.year}: {len(wrong)} rows, such as {rows}, are in that of {years}"
        _refuse(asked, [(zh, en)])
    return found


def _faulty(asked: Asked, faults: list[Fault]) -> None:
    if asked.as_json:
        shown = [fault.body() for fault in faults[:SHOWN]]
        print_json({"year": asked.year, "recorded": False, "count": len(faults), "faults": shown})
        raise typer.Exit(1)
    for fault in faults[:SHOWN]:
        err.print(fault.text(), markup=False)
    fail(f"{len(faults)} faults in the table; nothing was recorded · 表中有 {len(faults)} 处错误,未记录任何内容")


def _refuse(asked: Asked, reasons: list[tuple[str, str]]) -> None:
    """Say why nothing is recorded, where there is a reason, and exit with 1."""
    if not reasons:
        return
    if asked.as_json:
        refused = [{"zh": zh, "en": en} for zh, en in reasons]
        print_json({"year": asked.year, "recorded": False, "refused": refused})
        raise typer.Exit(1)
    said = "\n".join(f"{zh} · {en}" for zh, en in reasons)
    fail(f"{said}\nnothing was recorded · 未记录任何内容")


def _nothing(year: int) -> tuple[str, str]:
    return (
        f"此表与在册内容没有不同:可能是另一年的表,而非 {year} 年",
        f"the table does not differ from what is on record: it may be that of another year than {year}",
    )


def _provinces(asked: Asked, found: Table) -> dict[str, Province]:
    """The provinces of the table, by log; the log that was asked for is among them."""
    logs = {f"cn-{code}": province for code, province in found.provinces.items()}
    if asked.log is not None and asked.log not in logs:
        fail(f"--log {asked.log}: the table has {', '.join(logs)} · 表中没有该省", 2)
    return logs


async def _sizes(client: httpx.AsyncClient) -> dict[str, int]:
    """The sizes of the logs that the key reaches."""
    found: dict[str, int] = {}
    following: str | None = None
    while True:
        answer = await get(client, "/logs", limit=PAGE, after=following)
        found |= {log["id"]: log["size"] for log in answer["items"]}
        following = answer["next"]
        if following is None:
            return found


def _around(asked: Asked, provinces: dict[str, Province], sizes: dict[str, int]) -> dict[str, Province]:
    """The provinces to compare: with `--log` that one, and all others whose logs the key reaches."""
    if asked.log is None:
        return provinces
    without = [log for log in provinces if log != asked.log and log not in sizes]
    if without:
        named = ", ".join(without) if len(without) <= FEW else f"{len(without)} other provinces"
        said = f"a move between {asked.log} and {named} is not noticed: no such log, or not for this key"
        err.print(f"note: {said} · 未与这些省比对", style="yellow", markup=False)
    return {log: province for log, province in provinces.items() if log not in without}


def _absent(asked: Asked, provinces: dict[str, Province], sizes: dict[str, int]) -> list[str]:
    """The logs of provinces that are on record, and that a whole table does not have."""
    if asked.log is not None:
        return []
    return [log for code in PROVINCES.split() if (log := f"cn-{code}") not in provinces and sizes.get(log)]


async def _plans(
    client: httpx.AsyncClient, asked: Asked, day: str, provinces: dict[str, Province], bar: Progress
) -> AsyncIterator[Plan]:
    """What the table makes of each log, by what the service has on record of it."""
    task = bar.add_task("compare 比对", total=len(provinces))
    for log, province in provinces.items():
        journal = Journal(asked.year)
        async for entry in entries_of(client, log, if_there=True, type=",".join(KINDS)):
            journal.add(entry)
        yield plan_of(log, province, journal.on_record(day), asked.year, day, journal.decided(day))
        bar.advance(task)


async def _send(
    client: httpx.AsyncClient, asked: Asked, plans: list[Plan], counts: dict[str, Counter[str]], bar: Progress
) -> list[dict[str, Any]]:
    """Record what is not on record yet; what came of it, log by log."""
    task = bar.add_task("record 记录", total=sum(count.total() for count in counts.values()))
    results = []
    for plan in plans:
        result: dict[str, Any] = {"log": plan.log, "name": plan.name}
        result |= {sort: counts[plan.log][sort] for sort in SORTS} | {"unchanged": plan.unchanged}
        result |= {"undecided": plan.undecided(), "held": plan.held, "placeholders": plan.placeholders}
        result |= {"appended": 0, "duplicates": len(plan.sent), "rejected": 0, "problems": []}
        results.append(result)
        bar.advance(task, len(plan.sent))
        if asked.dry_run:
            bar.advance(task, counts[plan.log].total() - len(plan.sent))
            continue
        if (await client.get(f"/v1/logs/{plan.log}")).status_code == httpx.codes.NOT_FOUND:
            read(await client.put(f"/v1/logs/{plan.log}", json={"name": plan.name}))
        for lines in _chunks(orjson.dumps(event) for event in plan.events()):
            headers = {"Content-Type": "application/x-ndjson"}
            answer = read(await client.post(f"/v1/logs/{plan.log}/events", content=b"\n".join(lines), headers=headers))
            for name in ("appended", "duplicates", "rejected"):
                result[name] += answer[name]
            result["problems"] += answer["problems"][: SHOWN - len(result["problems"])]
            bar.advance(task, len(lines))
    return results


def _chunks(lines: Iterable[bytes]) -> Iterable[list[bytes]]:
    waiting: list[bytes] = []
    for line in lines:
        waiting.append(line)
        if len(waiting) == LINES_TOGETHER:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _tell(asked: Asked, day: str, plans: list[Plan], results: list[dict[str, Any]], absent: list[str]) -> None:
    """The summary; exit 1 where the service refused something."""
    totals = {name: sum(result[name] for result in results) for name in COUNTED}
    listed = _write_undecided(asked, plans)
    if asked.as_json:
        said = {"year": asked.year, "effective_from": day, "dry_run": asked.dry_run, "undecided_file": listed}
        print_json({**said, "not_in_the_table": absent, "logs": results, "totals": totals})
    else:
        shown = [name for name in COUNTED if totals[name] or name == "appended"]
        rows = [[result["log"], result["name"], *(str(result[name]) for name in shown)] for result in results]
        rows.append(["total", "合计", *(str(totals[name]) for name in shown)])
        table(f"table of {asked.year}, {'would change' if asked.dry_run else 'as of'} {day}", ("log", "", *shown), rows)
        for problem in (problem for result in results for problem in result["problems"]):
            err.print(f"{problem['id']}: {problem['title']}: {problem['detail']}", markup=False)
        if absent:
            told = f"on record but not in the table, and left as they are: {', '.join(absent)}"
            err.print(f"note: {told} · 在册而表中没有,未作改动", style="yellow", markup=False)
        if listed is not None:
            said_zh = f"{totals['undecided']} 组须由人决定,列于 {listed}"
            typer.echo(f"{totals['undecided']} groups are for a person to decide, listed in {listed} · {said_zh}")
    if totals["rejected"]:
        raise typer.Exit(1)


def _write_undecided(asked: Asked, plans: list[Plan]) -> str | None:
    """List what a person must decide as CSV; the file's name, or None where there is nothing to decide.

    A list of an earlier run is written anew, though nothing is on it any more.
    """
    groups = [(plan, found) for plan in plans for found in plan.open]
    path = asked.undecided or Path(f"undecided-{asked.year}{'' if asked.log is None else f'-{asked.log}'}.csv")
    if not groups and not path.is_file():
        return None
    rows = [("组", "日志", "层级", "原因", "在册或新表", "编号", "代码", "名称")]
    for plan, found in groups:
        side, key = ("在册 on record", found.key) if found.on_record else (f"{asked.year} 年表 table", "")
        group = f"{plan.log}-{found.group}"
        rows.append((group, found.log, found.level, REASONS[found.reason], side, key, found.code, found.name))
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as opened:
            csv.writer(opened).writerows(rows)
    except OSError as error:
        err.print(f"cannot write {path}: {error.strerror}; the list follows", style="bold red", markup=False)
        err.print("\n".join(",".join(row) for row in rows), markup=False)
        return None
    return str(path) if groups else None
