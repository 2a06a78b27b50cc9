"""Those sent and those who sent them, called to account together."""

from __future__ import annotations

from tests.projections.rules_made import Event, duties_of, event, rule_of
from tests.projections.test_duties_coupling import UNIT, head, sent

RULE = rule_of(
    "joint-account",
    {"sent_functions": ["first-secretary"], "head_functions": ["assisting-unit-head"]},
    level="province",
    verdicts="presence",
)
BASE = [*UNIT, *head("chief", "2015-01-01"), *sent()]


def opened(case: str, who: str, on: str) -> Event:
    """A case against someone."""
    return event("accountability-case.opened", case_id=case, subject_persons=[who], opened_on=on)


def found(given: list[Event], day: str = "2018-01-01") -> list[tuple[str, str | None]]:
    """Status and case of each pursuit."""
    return [(one.status, one.outcome.about) for one in duties_of(RULE, [*BASE, *given], day, system="gansu")]


def test_the_head_of_the_sending_unit_answers_too() -> None:
    """并对帮扶单位主要负责人进行问责: by a case or a sanction, then or later."""
    assert found([]) == [("not-applicable", None)]
    assert found([opened("c", "secretary", "2017-05-01")]) == [("gap", "c")]
    assert found([opened("c", "secretary", "2017-05-01"), opened("d", "chief", "2017-05-01")]) == [("met", "c")]
    assert found([opened("c", "secretary", "2017-05-01"), opened("d", "chief", "2017-04-30")]) == [("gap", "c")]
    sanction = event("sanction.imposed", sanction_id="s", subject="chief", imposed_on="2017-06-01")
    assert found([opened("c", "secretary", "2017-05-01"), sanction]) == [("met", "c")]


def test_who_headed_the_unit_on_the_day_is_meant() -> None:
    """A head who came after the case was opened does not answer for it."""
    given = [opened("c", "secretary", "2017-05-01"), *head("later", "2017-06-01"), opened("d", "later", "2017-07-01")]
    assert found(given) == [("gap", "c")]


def test_a_case_and_its_sanction_are_one_pursuit() -> None:
    """A sanction in a case is told with it; one outside any case by itself."""
    within = event("sanction.imposed", sanction_id="s", case_id="c", subject="secretary", imposed_on="2017-06-01")
    assert found([opened("c", "secretary", "2017-05-01"), within]) == [("gap", "c")]
    alone = event("sanction.imposed", sanction_id="s", subject="secretary", imposed_on="2017-06-01")
    assert found([opened("c", "secretary", "2017-05-01"), alone]) == [("gap", "c"), ("gap", "s")]


def test_what_was_done_outside_the_term_is_not_coupled() -> None:
    """Someone who was not yet, or no longer, sent when it happened is pursued for something else."""
    before = opened("c", "secretary", "2017-05-01")
    before["data"]["occurred_from"] = "2015-12-31"
    assert found([before]) == [("not-applicable", None)]
