"""Duties counted: those that another rule states too count once. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from projections.duties.dossier import Dossier
from projections.duties.evaluating import Duty
from projections.policies.pack import Pack
from projections.policies.rule import Rule, Status


class Kind(NamedTuple):
    """What duties are counted by: the rule, the level of the place that owes, the status."""

    rule: str
    level: str
    status: Status
    again: bool
    """Whether the rule it repeats has a result for the same subject, which counts for both."""


Counts = Mapping[Kind, int]


def told_apart(found: Iterable[Duty]) -> Iterator[tuple[Duty, bool]]:
    """Duties, place by place, each with whether the rule that it repeats has a result for the same subject."""
    for _, of_place in groupby(found, key=lambda duty: duty.subject.place):
        duties = list(of_place)
        stated = {(duty.rule.id, duty.subject.kind, duty.subject.id) for duty in duties}
        for duty in duties:
            yield duty, (duty.rule.same_as, duty.subject.kind, duty.subject.id) in stated


def kinds_of(found: Iterable[Duty], dossier: Dossier) -> Iterator[tuple[Duty, Kind]]:
    """Duties with what they are counted by."""
    for duty, again in told_apart(found):
        yield duty, Kind(duty.rule.id, dossier.level(duty.subject.place) or "", duty.status, again)


def by_place(found: Iterable[Duty], dossier: Dossier) -> dict[str, Counter[Kind]]:
    """How many duties of each kind every place owes itself."""
    counted: dict[str, Counter[Kind]] = {}
    for duty, kind in kinds_of(found, dossier):
        if duty.subject.place is not None:
            counted.setdefault(duty.subject.place, Counter())[kind] += 1
    return counted


def rules_by_id(packs: Sequence[Pack]) -> dict[str, tuple[Pack, Rule]]:
    """The rules of packs, in their order."""
    return {rule.id: (pack, rule) for pack in packs for rule in pack.rules}


def with_repeated(packs: Sequence[Pack], wanted: Iterable[str]) -> set[str]:
    """Some rules, and those that they repeat: what must be evaluated to count once."""
    rules = rules_by_id(packs)
    found: set[str] = set()
    newest = {one for one in wanted if one in rules}
    while newest:
        found |= newest
        newest = {one for each in newest if (one := rules[each][1].same_as) is not None and one in rules} - found
    return found
