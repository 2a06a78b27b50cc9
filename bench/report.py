"""The table, the machine it was measured on, and the files that keep both."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path
from typing import Any, Final

import psutil
from rich.console import Console
from rich.table import Table

from bench.measured import Line, Results

GIB: Final = 1024**3
SMALL: Final = 100


def machine(postgresql: str, rival: str | None) -> dict[str, Any]:
    """What the figures depend on."""
    return {
        "cpu": _processor(),
        "cores": os.cpu_count(),
        "ram_gib": round(psutil.virtual_memory().total / GIB, 1),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "postgresql": postgresql,
        "eventsourcing": rival,
        "load": os.getloadavg()[0],
    }


def _processor() -> str:
    """The model of the CPU as the system names it."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def show(console: Console, results: Results, where: dict[str, Any]) -> None:
    """Print the machine, the table and what was left out."""
    console.print(", ".join(f"{name} {value}" for name, value in where.items() if value is not None), highlight=False)
    table = Table()
    for name in ("name", "value", "unit", "baseline", "of", "ratio", "bar", "reached"):
        table.add_column(name, justify="right" if name in ("value", "baseline", "ratio") else "left")
    for line in results.lines:
        table.add_row(*_cells(line))
    console.print(table)
    for note in results.notes:
        console.print(note, highlight=False)
    barred = [line for line in results.lines if line.reached is not None]
    console.print(f"{sum(line.reached is True for line in barred)} of {len(barred)} bars reached", highlight=False)


def _cells(line: Line) -> list[str]:
    reached = {True: "yes", False: "[bold]NO[/bold]", None: ""}[line.reached]
    return [
        line.name,
        _number(line.value),
        line.unit,
        _number(line.baseline),
        line.baseline_name or "",
        "" if line.ratio is None else f"{line.ratio:.2f}",
        "" if line.bar is None else str(line.bar),
        reached,
    ]


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= SMALL else f"{value:.3g}"


def write(folder: Path, results: Results, where: dict[str, Any]) -> None:
    """Write `results.json`, one object a line of the table, and `machine.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [line.as_json() for line in results.lines]
    (folder / "results.json").write_text(_text(lines), encoding="utf-8")
    (folder / "machine.json").write_text(_text({**where, "notes": results.notes}), encoding="utf-8")


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
