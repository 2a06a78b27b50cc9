"""What the tests of policy packs share: places by their codes, subjects, and a minimal pack."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import yaml

from projections.policies.matching import (
    Responsibility,
    Subject,
    responsibilities_of_post,
)
from projections.policies.pack import Pack, load_all

PRINCIPALS = ("party-principal", "government-principal")
DEPUTIES = ("deputy-party-secretary", "deputy-in-charge")
DAY = date(2018, 3, 5)
SHANXI = frozenset({"140000", "140900", "140925"})
GANSU = frozenset({"620000", "621200", "621227"})
HENAN = frozenset({"410000", "411500", "411524"})
WUYI = frozenset({"130000", "131100", "131122"})
WEICHANG = frozenset({"130000", "130800", "130828"})
MAJIANG = frozenset({"520000", "522600", "522635"})

MINIMAL: dict[str, Any] = {
    "system": "rivers",
    "instrument": {
        "title": "河长制办法",
        "number": None,
        "issuer": "某省",
        "status": "in-force",
        "printed": None,
        "effective_from": "2017",
        "effective_until": "2019-03",
        "not_before": None,
        "in_force_by": None,
        "note": None,
    },
    "place": {"codes": ["330000"], "names": ["浙江省"], "reading": None},
    "titles": {"river-chief": [".*(?<!副)河长"]},
    "roles": [
        {
            "role": "河长",
            "role_en": "river chief",
            "level": "county",
            "bearer": "post",
            "functions": ["river-chief"],
            "post_holders": "县级河长",
            "kind": "principal",
            "scope": "rivers of the county",
            "rule": "rivers-art1",
            "article": "第一条",
            "force": "binding",
            "reading": None,
            "quote": "县级河长负责",
        }
    ],
    "unnamed": [{"role": "河长", "kind": "principal", "levels": ["village"], "reading": "Not named there."}],
}


def changed(path: str = "", value: Any = None, *, drop: bool = False) -> str:
    """The minimal pack as YAML, with one value at a dotted path set or dropped."""
    document = yaml.safe_load(yaml.safe_dump(MINIMAL))
    at: Any = document
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in parents:
        at = at[part]
    if drop:
        del at[last]
    elif path:
        at[last] = value
    return yaml.safe_dump(document, allow_unicode=True)


def packs() -> list[Pack]:
    """All packs, last system first: no answer may rest on the order they come in."""
    return list(reversed(load_all().values()))


def subject(
    level: str | None, functions: Iterable[str] = (), title: str | None = None, codes: frozenset[str] = SHANXI
) -> Subject:
    """A post or body that hangs on a jurisdiction itself."""
    return Subject(level, tuple(functions), title, codes, in_body=False)


def in_body(
    level: str | None, functions: Iterable[str] = (), title: str | None = None, codes: frozenset[str] = SHANXI
) -> Subject:
    """A body, or a post of one."""
    return Subject(level, tuple(functions), title, codes, in_body=True)


def roles(found: Iterable[Responsibility], system: str) -> set[str]:
    """The role words of one system in an answer."""
    return {each["role"] for each in found if each["system"] == system}


def by_title(title: str, level: str, codes: frozenset[str], on: date = DAY) -> list[Responsibility]:
    """What a post without functions bears by its title alone."""
    return responsibilities_of_post(packs(), subject(level, title=title, codes=codes), on)
