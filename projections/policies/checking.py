"""What packs must hold together before anything is judged by them: texts, rules, readings, examples and dates. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Any, Final

from projections.policies.mentions import unknown
from projections.policies.pack import Pack, PackError, Where
from projections.policies.rule import UNMET, Example, Rule, Undecided

Refusal = Callable[[Pack, Rule], PackError | None]
"""Why a rule cannot be evaluated: an evaluator that does not exist, parameters that it refuses."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one pack, and where in its file."""

    pack: Pack
    at: Where
    told: str


def faults(packs: Sequence[Pack], beside: Iterable[Pack], sources: Mapping[str, str], refused: Refusal) -> list[Fault]:
    """What is wrong with packs, that are to stand beside others. `sources`: the texts quoted, by file."""
    others = list(beside)
    owners = _owners([*packs, *others])
    found = [fault for pack in packs for fault in _of_pack(pack, owners, sources, refused)]
    return found + list(_overlapping(packs))


def _of_pack(
    pack: Pack, owners: Mapping[str, list[tuple[Pack, Rule | Undecided]]], sources: Mapping[str, str], refused: Refusal
) -> Iterator[Fault]:
    for undecided in pack.not_decided:
        at: Where = ("not_decided", undecided.id)
        yield from _quoted(pack, undecided, at, sources)
        yield from _once(pack, undecided, at, owners)
    for rule in pack.rules:
        at = ("rules", rule.id)
        yield from _quoted(pack, rule, at, sources)
        yield from _once(pack, rule, at, owners)
        if (error := refused(pack, rule)) is not None:
            yield Fault(pack, error.at, str(error))
        yield from _functions(pack, rule, at)
        yield from _leads_somewhere(pack, rule, at, owners)
        yield from _readings(pack, rule, at)
        yield from _exemplified(pack, rule, at)
    yield from _quoted_by_roles(pack, sources)
    for at, told in unknown(pack):
        yield Fault(pack, at, f"pack {pack.system}: {told}")


def _quoted_by_roles(pack: Pack, sources: Mapping[str, str]) -> Iterator[Fault]:
    """Roles whose quote is not in the source of the rule that they rest on, where the pack has that rule."""
    rows: list[Rule | Undecided] = [*pack.rules, *pack.not_decided]
    source_of = {one.id: one.source for one in rows}
    for number, role in enumerate(pack.roles):
        source = source_of.get(role.rule, "")
        if source in sources and role.quote not in sources[source]:
            told = f"pack {pack.system}: roles.{number}.quote: should be found in {source}, got {role.quote!r:.80}"
            yield Fault(pack, ("roles", number, "quote"), told)


def _fault(pack: Pack, one: str, at: Where, told: str) -> Fault:
    return Fault(pack, at, f"pack {pack.system}: rule {one}: {told}")


def _quoted(pack: Pack, one: Rule | Undecided, at: Where, sources: Mapping[str, str]) -> Iterator[Fault]:
    text = sources.get(one.source)
    if text is None:
        yield _fault(pack, one.id, (*at, "source"), f"source: should be a file of the sources, got {one.source}")
    elif one.quote not in text:
        yield _fault(pack, one.id, (*at, "quote"), f"quote: should be found in {one.source}, got {one.quote!r:.80}")


def _owners(packs: Iterable[Pack]) -> dict[str, list[tuple[Pack, Rule | Undecided]]]:
    found: dict[str, list[tuple[Pack, Rule | Undecided]]] = defaultdict(list)
    for pack in packs:
        rows: list[Rule | Undecided] = [*pack.rules, *pack.not_decided]
        for one in rows:
            found[one.id].append((pack, one))
    return found


def _once(
    pack: Pack, one: Rule | Undecided, at: Where, owners: Mapping[str, list[tuple[Pack, Rule | Undecided]]]
) -> Iterator[Fault]:
    others = [other for other, each in owners[one.id] if each is not one]
    if others:
        where = "this pack" if others[0] is pack else f"pack {others[0].system}"
        yield _fault(pack, one.id, at, f"id: should be of one rule only, and {where} has another")


def _functions(pack: Pack, rule: Rule, at: Where) -> Iterator[Fault]:
    for key, codes in (("functions", rule.functions), ("params", tuple(_codes(rule.params)))):
        for code in dict.fromkeys(codes):
            if not pack.has_function(code):
                yield _fault(pack, rule.id, (*at, key), f"{key}: should be functions that are known, got {code}")


_BEARERS: Final = frozenset({"optional", "by_level"})
"""Keys whose values are function codes, besides those that end so."""


def _codes(value: Any, *, named: bool = False) -> Iterator[str]:
    """The function codes in parameters: texts under keys that end in `functions` or name bearers, however deep."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _codes(each, named=named or name.endswith("functions") or name in _BEARERS)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _codes(each, named=named)
    elif named and isinstance(value, str):
        yield value


def _leads_somewhere(
    pack: Pack, rule: Rule, at: Where, owners: Mapping[str, list[tuple[Pack, Rule | Undecided]]]
) -> Iterator[Fault]:
    """A rule that states a duty again must lead to the rule that counts for both."""
    seen: list[str] = [rule.id]
    step = rule.same_as
    while step is not None:
        if step in seen or step not in owners:
            told = "should not lead back to itself" if step in seen else f"should be the id of a rule, got {step}"
            yield _fault(pack, rule.id, (*at, "same_as"), f"same_as: {told}")
            return
        seen.append(step)
        step = next((one.same_as for _, one in owners[step] if isinstance(one, Rule)), None)


def _readings(pack: Pack, rule: Rule, at: Where) -> Iterator[Fault]:
    for n, reading in enumerate(rule.readings):
        where = (*at, "readings", n)
        if reading.name not in rule.params:
            yield _fault(pack, rule.id, where, f"readings: should name a parameter, got {reading.name}")
        elif rule.params[reading.name] != reading.default:
            told = f"readings.{reading.name}.default: should be the parameter's value, {rule.params[reading.name]!r}"
            yield _fault(pack, rule.id, where, f"{told}, got {reading.default!r}")
        if not reading.others or reading.default in reading.others:
            told = f"readings.{reading.name}.others: should be values other than the default"
            yield _fault(pack, rule.id, where, told)


def _exemplified(pack: Pack, rule: Rule, at: Where) -> Iterator[Fault]:
    """Examples that meet a rule, that do not and, of a rule that can be breached, of two days on a boundary."""
    shown = {status for example in rule.examples for status in example.on.values()}
    unmet = "one that leaves a gap" if rule.verdicts == "presence" else "one that does not"
    if "met" not in shown:
        yield _fault(pack, rule.id, at, "examples: should have one that meets it")
    if shown.isdisjoint({"gap"} if rule.verdicts == "presence" else UNMET):
        yield _fault(pack, rule.id, at, f"examples: should have {unmet}")
    if rule.verdicts == "full" and not any(_on_a_boundary(example) for example in rule.examples):
        yield _fault(pack, rule.id, at, "examples: should have a day and the next with different statuses")


def _on_a_boundary(example: Example) -> bool:
    return any(
        example.on.get((date.fromisoformat(day) + timedelta(days=1)).isoformat(), status) != status
        for day, status in example.on.items()
    )


def _overlapping(packs: Sequence[Pack]) -> Iterator[Fault]:
    """Two packs of one system may follow each other, and not be in force on one day."""
    for one, other in combinations(packs, 2):
        first, end = max(one.start.first, other.start.first), min(one.end.last, other.end.last)
        if one.system == other.system and first < end:
            told = f"two packs of this system may be in force on one day, {first.isoformat()}"
            yield Fault(other, ("instrument",), f"pack {other.system}: instrument: {told}")
