"""Presence: something of the kind the rule asks for is on record. It can be met or leave a gap, no more."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties.case import Case, Whose, evidence
from projections.duties.outcome import Outcome
from projections.duties.records import Act, in_order
from projections.duties.windows import Period, windows


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """`events`: any of these kinds shows it. `at_least`: how many must; `per`: in each calendar window of this length.

    `where`: what the data must say, by field; under the name of a kind, by field of that kind alone. `functions`: one
    of them the post appointed to, or its body, must bear. `whose`: whose acts count (see `Whose`),
    of all kinds or kind by kind, `own` for those left out. What begins a state (a body, a pairing, a tenure, a
    letter) counts while it lasts, also where it began before the instrument, unless `ever`. `each`: every one of the
    kinds must be there, not any. `distinct`: what is counted is not the acts but the different values of this field
    (three kinds of group, of training).
    """

    events: tuple[str, ...]
    where: Mapping[str, Any] = field(default_factory=dict)
    whose: Whose | Mapping[str, Whose] = "own"
    at_least: int = 1
    per: Period | None = None
    ever: bool = False
    each: bool = False
    distinct: str | None = None
    functions: tuple[str, ...] = ()

    def of_kind(self, kind: str) -> Mapping[str, Any]:
        """What the data of a kind must say."""
        common = {name: value for name, value in self.where.items() if "." not in name}
        return {**common, **self.where.get(kind, {})}

    def whose_of(self, kind: str) -> Whose:
        """Whose acts of a kind count."""
        return self.whose if isinstance(self.whose, str) else self.whose.get(kind, "own")


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome, or one for the window that holds the day; over days, each that shares one with the instrument."""
    acts: list[Act] = []
    for kind in params.events:
        found = case.happened([kind], params.of_kind(kind), params.whose_of(kind), standing=not params.ever)
        acts += [act for act in found if _bears(params.functions, act, case)] if params.functions else found
    if len(params.events) > 1:
        acts.sort(key=in_order)
    if params.per is None:
        yield _found(params, acts)
        return
    first, end = case.span or (case.day, case.tomorrow)
    for since, until in windows(params.per, max(first, case.since), min(end, case.until, case.tomorrow)):
        yield _found(params, [act for act in acts if act.on is not None and since <= act.on < until], since, until)


def _bears(functions: Collection[str], act: Act, case: Case) -> bool:
    """Whether the post that an act appoints to, or its body, bears one of some functions; other acts do."""
    dossier = case.dossier
    tenure = dossier.tenures.get(act.matter)
    post = dossier.posts.get(tenure.post or "") if tenure is not None else None
    if post is None:
        return True
    body = dossier.bodies.get(post.body or "")
    borne = case.functions(post) | (case.functions(body) if body is not None else frozenset())
    return not borne.isdisjoint(functions)


def _found(params: Params, acts: Sequence[Act], since: str | None = None, until: str | None = None) -> Outcome:
    """What some acts come to in a window, or at all."""
    count = _counted(params, acts)
    missing = [kind for kind in params.events if not any(act.kind == kind for act in acts)] if params.each else []
    expected = {"events": list(params.events), "at_least": params.at_least}
    if params.per is not None:
        expected["per"] = params.per
    return Outcome(
        "met" if count >= params.at_least and not missing else "gap",
        since,
        until,
        expected=expected,
        actual={"count": count} | ({"missing": missing} if missing else {}),
        evidence=evidence(acts),
        changes_on=until,
    )


def _counted(params: Params, acts: Sequence[Act]) -> int:
    if params.distinct is None:
        return len(acts)
    wanted = params.where.get(params.distinct)
    said = [act.data.get(params.distinct) for act in acts]
    found = {one for value in said for one in (value if isinstance(value, list | tuple) else [value])}
    return len(found & set(wanted) if isinstance(wanted, list | tuple) else found - {None})
