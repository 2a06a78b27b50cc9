"""How many of the duties of packs events can decide, and how many they do. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from projections.policies.pack import Pack

DECIDABLE: Final = ("yes", "partly", "no")
"""Whether events can decide a duty: wholly, in part, not at all."""


def coverage_of(packs: Iterable[Pack]) -> dict[str, Any]:
    """[evaluated, total] by how far events can decide, over all packs and by system; invented ones apart."""
    systems: dict[str, Any] = {}
    invented: dict[str, Any] = {}
    for pack in packs:
        (invented if pack.instrument.invented else systems)[pack.system] = of_pack(pack)
    totals = {name: _added(one[name] for one in systems.values()) for name in DECIDABLE}
    return {**totals, "systems": systems, **({"invented": invented} if invented else {})}


def of_pack(pack: Pack) -> dict[str, Any]:
    """[evaluated, total] of one pack, and how many rows of its source it leaves undecided."""
    found: dict[str, Any] = {}
    for name in DECIDABLE:
        evaluated = sum(rule.checkable == name for rule in pack.rules)
        found[name] = [evaluated, evaluated + sum(one.checkable == name for one in pack.not_decided)]
    return {**found, "not_decided": len(pack.not_decided)}


def table(packs: Iterable[Pack]) -> Iterator[str]:
    """The lines of a Markdown table of the coverage of what was really laid down."""
    stated = {pack.system: pack for pack in packs if not pack.instrument.invented}
    found = coverage_of(stated.values())
    yield "| system | decided by events | decided in part | not by events | may be breached |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for system, pack in stated.items():
        yield _line(f"`{system}`", found["systems"][system], _full(pack))
    yield _line("**all**", found, sum(map(_full, stated.values())))


def _line(name: str, counts: Mapping[str, Any], full: int) -> str:
    (yes, all_yes), (partly, all_partly), (_, never) = (counts[each] for each in DECIDABLE)
    return f"| {name} | {yes} of {all_yes} | {partly} of {all_partly} | {never} | {full} |"


def _full(pack: Pack) -> int:
    return sum(rule.verdicts == "full" for rule in pack.rules)


def _added(pairs: Iterable[list[int]]) -> list[int]:
    return [sum(each) for each in zip(*pairs, strict=True)] or [0, 0]
