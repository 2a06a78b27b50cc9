"""The examples of the packs, run: a rule is what its examples show. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from projections.duties.dossier import Dossier
from projections.duties.evaluating import Duty, Wanted, duties, worst
from projections.duties.world import entries, world
from projections.memory import MemoryReader
from projections.policies.pack import Pack, Where
from projections.policies.rule import Example, Rule, Status
from projections.rows import Found


@dataclass(frozen=True, slots=True)
class Shown:
    """What an example shows on a day: the status expected, and the one found (None: no result at all)."""

    day: str
    expected: Status
    found: Status | None


def shows(pack: Pack, rule: Rule, example: Example) -> Iterator[Shown]:
    """What an example shows on each of its days. Raises ValueError where no log would take its events."""
    rows = rows_of(pack, rule, example.given, example.without)
    for day, expected in sorted(example.on.items()):
        found = [
            one.status
            for one in evaluated(pack, rule, rows, day)
            if example.about is None or example.about in (one.outcome.about, one.subject.id)
        ]
        yield Shown(day, expected, worst(found))


def failures(pack: Pack) -> Iterator[tuple[Where, str]]:
    """What is wrong with the examples of a pack's rules: where, and what each shows instead."""
    for rule in pack.rules:
        for n, example in enumerate(rule.examples):
            told = f"pack {pack.system}: rule {rule.id}: example {example.name!r}"
            try:
                for name in _nobody(pack, rule, example):
                    yield ("rules", rule.id, "examples", n, "without"), f"{told}: without: nothing is called {name}"
                wrong = [one for one in shows(pack, rule, example) if one.found != one.expected]
            except ValueError as error:  # of a rule that no evaluator takes, too
                yield ("rules", rule.id, "examples", n), f"{told}: {error}"
                continue
            for one in wrong:
                shown = one.found if one.found is not None else "nothing"
                yield ("rules", rule.id, "examples", n), f"{told}: on {one.day} {one.expected} expected, shows {shown}"


def _nobody(pack: Pack, rule: Rule, example: Example) -> list[str]:
    """What an example leaves out and the rule's world has not."""
    told = [event["data"] for event in world(pack, rule)] if example.without else []
    return [one for one in example.without if all(_names_none(data, [one]) for data in told)]


def evaluated(pack: Pack, rule: Rule, rows: Mapping[str, Sequence[Found]], day: str) -> list[Duty]:
    """The duties of one rule on a day, over all places of some rows."""
    dossier = Dossier(day, rows)
    wanted = Wanted(sorted(dossier.places), rules={rule.id})
    return list(duties([pack], dossier, wanted))


def rows_of(
    pack: Pack, rule: Rule, given: Sequence[Mapping[str, Any]], without: Sequence[str] = ()
) -> Mapping[str, Sequence[Found]]:
    """The rows of a rule's world with some events added and some entities left out. Raises ValueError."""
    told = [event for event in world(pack, rule) if _names_none(event["data"], without)]
    try:
        log = list(entries([*told, *given]))
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise ValueError(f"{error.title}: {wrong}") from error
    everything = MemoryReader("example", log, len(log)).everything()
    return {
        name: [Found(one, n, row.doc) for one, rows in sorted(found.items()) for n, row in enumerate(rows)]
        for name, found in everything.items()
    }


def _names_none(data: Mapping[str, Any], without: Sequence[str]) -> bool:
    """Whether data names nothing that is left out, nor anything of what is (`county.leading-group.office`)."""
    return not any(
        isinstance(value, str) and any(value == one or value.startswith(f"{one}.") for one in without)
        for value in data.values()
    )
