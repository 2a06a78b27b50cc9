"""A county with its bodies, its departments and the units that help its villages."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from examples.build.ledger import Ledger
from examples.build.offices import FIRST_REPORT, Term, body, post
from examples.build.random_terms import random_terms

UNITS = 8

_BODIES = (
    ("committee", "中共{}委员会", ["party-committee"], "committee"),
    ("government", "{}人民政府", ["government"], "government"),
    ("group", "{}脱贫攻坚领导小组", ["leading-group"], "leading-group"),
    ("office", "{}脱贫攻坚领导小组办公室", ["leading-group-office"], "office"),
)
_DEPARTMENTS = (
    ("finance", "{}财政局", ["finance-department"], "局长"),
    ("discipline", "中共{}纪律检查委员会", ["discipline-body"], "书记"),
    ("organisation", "中共{}委组织部", ["organisation-department"], "部长"),
    ("audit", "{}审计局", ["audit-office"], "局长"),
    ("agriculture", "{}农牧局", ["sector-department"], "局长"),
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that helps villages, with its head over time."""

    body: str
    heads: list[Term]


@dataclass(slots=True)
class County:
    """What townships and villages need to know of their county."""

    code: str
    place: str
    name: str
    bodies: dict[str, str]
    units: list[Unit]
    secretary: list[Term]
    head: list[Term]
    deputy: list[Term]


def place_bodies(led: Ledger, code: str, name: str, place: str) -> dict[str, str]:
    """The four bodies that every province, city and county has, by key."""
    return {
        key: body(
            led,
            FIRST_REPORT,
            f"{code}-{key}",
            title.format(name),
            functions,
            place=place,
            kind=kind,
            leader_rule="dual" if key == "group" else None,
        )
        for key, title, functions, kind in _BODIES
    }


def departments(led: Ledger, rng: Random, code: str, name: str, place: str) -> dict[str, list[Term]]:
    """The departments with the terms of their heads, by key."""
    heads = {}
    for key, title, functions, head in _DEPARTMENTS:
        which = body(led, FIRST_REPORT, f"{code}-{key}", title.format(name), functions, place=place, kind="department")
        seat = post(
            led,
            FIRST_REPORT,
            f"{code}-{key}-head",
            title.format(name) + head,
            ["department-head"],
            body_id=which,
        )
        heads[key] = random_terms(led, rng, seat)
    return heads


def helping_units(led: Ledger, rng: Random, code: str, place: str) -> list[Unit]:
    """Unnamed units that each help some villages."""
    units = []
    for serial in range(1, UNITS + 1):
        name = f"示例帮扶单位-{led.number}-{serial:02d}"
        which = body(led, FIRST_REPORT, f"{code}-unit-{serial:02d}", name, ["assisting-unit"], place=place)
        seat = post(
            led,
            FIRST_REPORT,
            f"{code}-unit-{serial:02d}-head",
            f"{name}主要负责人",
            ["assisting-unit-head"],
            body_id=which,
        )
        units.append(Unit(which, random_terms(led, rng, seat)))
    return units
