"""Rules made in a test, evaluated over a little world with some events added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from projections.duties.dossier import Dossier
from projections.duties.evaluating import Duty, Wanted, duties
from projections.policies.pack import load_all
from projections.policies.rule import Rule
from projections.proving import rows_of

Event = dict[str, Any]


def event(kind: str, /, **data: Any) -> Event:
    """An event as an example gives it."""
    return {"type": kind, "data": data}


def rule_of(evaluator: str, params: Mapping[str, Any], **more: Any) -> Rule:
    """A binding rule of a county's Party committee, but for what `more` says."""
    stated: dict[str, Any] = {
        "id": "made-1", "article": "1", "level": "county", "functions": ("party-committee",), "act": "act",
        "quote": "quote", "source": "source", "kind": "kind", "force": "binding", "verdicts": "full",
        "checkable": "yes",
    }  # fmt: skip
    return Rule(**{**stated, "evaluator": evaluator, "params": params, **more})


def duties_of(
    rule: Rule, given: Sequence[Event], day: str, span: tuple[str, str] | None = None, system: str = "wuyi"
) -> list[Duty]:
    """The duties of a rule in the world of a pack, which is in force from always where it is that of wuyi."""
    pack = replace(load_all()[system], rules=(rule,))
    dossier = Dossier(day, rows_of(pack, rule, given))
    return list(duties([pack], dossier, Wanted(sorted(dossier.places), rules={rule.id}, span=span)))


def statuses(
    rule: Rule, given: Sequence[Event], day: str, span: tuple[str, str] | None = None, system: str = "wuyi"
) -> dict[str, str]:
    """The statuses by the years in which their windows begin."""
    return {str(one.outcome.since)[:4]: one.status for one in duties_of(rule, given, day, span, system)}
