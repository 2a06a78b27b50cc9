"""What a pack names that must be there: rules of roles, kinds of events and their fields, functions. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from events.catalogue.registry import KINDS, find
from projections.policies.pack import Pack, Where
from projections.policies.rule import Rule

Told = tuple[Where, str]
"""A way into a pack's file, and what is wrong there."""

_EVENTS: Final = frozenset({"events", "trigger", "answer", "entries"})
"""Keys whose values are kinds of events and nothing else."""
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "where": ("events", "trigger", "kinds", "of"),
    "answer_where": ("answer",),
    "trigger_where": ("trigger",),
    "reward_where": ("reward",),
    "where_of": (),
}
"""Keys whose mappings ask what data says, with the keys beside them that name the kinds meant."""
_FREE: Final = frozenset({"gives"})
"""Keys whose values may look like kinds and are fields."""
_LOOKS_LIKE_A_KIND: Final = re.compile(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*", re.ASCII)
_KIND: Final = "should be a kind of the catalogue"


def unknown(pack: Pack) -> Iterator[Told]:
    """Every name of a pack that leads nowhere."""
    ids = {one.id for one in pack.rules} | {one.id for one in pack.not_decided}
    if ids:  # a pack of roles alone names the clauses of its text
        for n, role in enumerate(pack.roles):
            if role.rule not in ids:
                yield ("roles", n, "rule"), f"roles.{n}.rule: should be the id of a row of this pack, got {role.rule}"
    for code, function in pack.functions.items():
        for other in function.answered_by:
            if not pack.has_function(other):
                told = f"functions.{code}.answered_by: should be functions that are known, got {other}"
                yield ("functions", code, "answered_by"), told
    for rule in pack.rules:
        yield from _of_rule(rule)


def _of_rule(rule: Rule) -> Iterator[Told]:
    at: Where = ("rules", rule.id)
    condition = {"events": rule.condition.events, "where": rule.condition.where}
    for name, value in (("params", rule.params), ("condition", condition)):
        for where, told in _in(value, (name,)):
            named = ".".join(step for step in where if isinstance(step, str))
            yield (*at, *where), f"rule {rule.id}: {named}: {told}"


def _in(value: Any, at: Where) -> Iterator[Told]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            if name in _FIELDS and isinstance(each, Mapping):
                yield from _asked(each, [one for key in _FIELDS[name] for one in _kinds(value.get(key))], (*at, name))
            elif name not in _FREE:
                yield from _in(each, (*at, name))
    elif isinstance(value, list | tuple):
        for n, each in enumerate(value):
            yield from _in(each, (*at, n))
    elif isinstance(value, str) and find(value) is None:
        key = next(step for step in reversed(at) if isinstance(step, str))
        if key in _EVENTS or _LOOKS_LIKE_A_KIND.fullmatch(value):
            yield at, f"{_KIND}, got {value}"


def _kinds(value: Any) -> list[str]:
    told = [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else []
    return [one for one in told if isinstance(one, str) and find(one) is not None]


def _asked(where: Mapping[str, Any], kinds: Sequence[str], at: Where) -> Iterator[Told]:
    """Fields that none of the kinds meant has; of a mapping under the name of a kind, that this one has not."""
    for name, wanted in where.items():
        if "." in name:
            if find(name) is None:
                yield (*at, name), f"{_KIND}, got {name}"
            elif isinstance(wanted, Mapping):
                yield from _asked(wanted, [name], (*at, name))
            else:
                yield (*at, name), f"should be fields of this kind with what they must say, got {wanted!r:.80}"
        elif not any(name in KINDS[kind].model_fields for kind in kinds or KINDS):
            yield (*at, name), f"should be a field of {', '.join(kinds) or 'a kind'}, got {name}"
