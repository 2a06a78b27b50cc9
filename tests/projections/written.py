"""A small pack with one rule, written into a folder with the text it quotes, and changed in one place."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from tests.projections.packs import MINIMAL

Document = dict[str, Any]
Change = Callable[[Document], None]

QUOTE = "县级河长每年巡河"
TEXT = f"某省河长制办法\n第一条 县级河长负责。\n第二条 {QUOTE}不少于一次。\n"
PATROL: Document = {"type": "visit.made", "data": {
    "visit_id": "v1", "visitor": [{"post_id": "county.river-chief"}], "place_id": "county", "started_on": "2018-03-04",
}}  # fmt: skip
RULE: Document = {
    "id": "rivers-art2",
    "article": "第二条",
    "level": "county",
    "functions": ["river-chief"],
    "act": "Patrol the river once a year",
    "quote": QUOTE,
    "source": "rivers.txt",
    "kind": "visit",
    "force": "binding",
    "verdicts": "presence",
    "checkable": "yes",
    "evaluator": "presence",
    "params": {"events": ["visit.made"], "at_least": 1, "per": "P1Y"},
    "readings": [{"name": "at_least", "default": 1, "others": [2], "means": "at least one, or more than one"}],
    "examples": [
        {"name": "a patrol", "given": [PATROL], "on": {"2018-03-03": "gap", "2018-03-04": "met"}},
        {"name": "none", "given": [], "on": {"2018-12-31": "gap"}},
    ],
}
UNDECIDED: Document = {
    "id": "rivers-art1", "article": "第一条", "quote": "县级河长负责", "source": "rivers.txt", "checkable": "no",
    "reason": "An aim leaves no event.",
}  # fmt: skip
PACK: Document = {
    **MINIMAL,
    "functions": {"river-chief": {"borne_by": "post"}},
    "rules": [RULE],
    "not_decided": [UNDECIDED],
}


def written(folder: Path, change: Change | None = None, name: str = "rivers.yaml") -> Path:
    """The file of the pack, changed, with the text it quotes beside it."""
    document = deepcopy(PACK)
    if change is not None:
        change(document)
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    (folder / "sources" / "rivers.txt").write_text(TEXT, encoding="utf-8")
    file = folder / name
    file.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file


def rule(**fields: Any) -> Change:
    """A change of fields of the one rule."""
    return lambda document: document["rules"][0].update(fields)


def both(*changes: Change) -> Change:
    """Several changes."""

    def change(document: Document) -> None:
        for each in changes:
            each(document)

    return change
