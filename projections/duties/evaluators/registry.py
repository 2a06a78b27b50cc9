"""The evaluators by name. Each is a function of its parameters and a case; a new instrument needs no new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from projections.duties.case import Case
from projections.duties.evaluators import (
    beside,
    coupling,
    coverage,
    deadline,
    filing,
    follow_up,
    joint_account,
    leaders,
    letter,
    letter_between,
    money_growth,
    money_rate,
    money_share,
    on_record,
    one_each,
    presence,
    procedure,
    publicity,
    quota,
    role,
    scorers,
    stacking,
    tenure_freeze,
    top_share,
    weights,
)
from projections.duties.outcome import Outcome
from projections.duties.quotas import Params as Quotas


@dataclass(frozen=True, slots=True)
class Evaluator:
    """What a rule's `params` must be, and how they decide."""

    params: type[Any]
    """A pydantic dataclass: what it refuses, the pack refuses."""
    evaluate: Callable[[Any, Case], Iterator[Outcome]]
    told: Literal["matter", "window", "day"] = "matter"
    """What results are of: matters, with what there is on the day asked about; windows of time; or each day of a span.
    A rule's condition is asked of that day, of each window, or of each day."""


EVALUATORS: Final[Mapping[str, Evaluator]] = {
    "beside": Evaluator(beside.Params, beside.evaluate),
    "coupling": Evaluator(coupling.Params, coupling.evaluate),
    "coverage": Evaluator(coverage.Params, coverage.evaluate, "day"),
    "deadline": Evaluator(deadline.Params, deadline.evaluate),
    "filing": Evaluator(filing.Params, filing.evaluate),
    "follow-up": Evaluator(follow_up.Params, follow_up.evaluate),
    "joint-account": Evaluator(joint_account.Params, joint_account.evaluate),
    "leaders": Evaluator(leaders.Params, leaders.evaluate, "day"),
    "letter": Evaluator(letter.Params, letter.evaluate, "day"),
    "letter-between": Evaluator(letter_between.Params, letter_between.evaluate, "day"),
    "money-growth": Evaluator(money_growth.Params, money_growth.evaluate, "window"),
    "money-rate": Evaluator(money_rate.Params, money_rate.evaluate, "window"),
    "money-share": Evaluator(money_share.Params, money_share.evaluate, "window"),
    "on-record": Evaluator(on_record.Params, on_record.evaluate),
    "one-each": Evaluator(one_each.Params, one_each.evaluate),
    "presence": Evaluator(presence.Params, presence.evaluate, "window"),
    "procedure": Evaluator(procedure.Params, procedure.evaluate),
    "publicity": Evaluator(publicity.Params, publicity.evaluate, "window"),
    "quota": Evaluator(Quotas, quota.evaluate, "window"),
    "role": Evaluator(role.Params, role.evaluate, "day"),
    "scorers": Evaluator(scorers.Params, scorers.evaluate),
    "stacking": Evaluator(stacking.Params, stacking.evaluate),
    "tenure-freeze": Evaluator(tenure_freeze.Params, tenure_freeze.evaluate),
    "top-share": Evaluator(top_share.Params, top_share.evaluate),
    "weights": Evaluator(weights.Params, weights.evaluate),
}
