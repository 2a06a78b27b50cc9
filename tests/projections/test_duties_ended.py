"""An instrument that ended within the days asked about, as one that was amended: judged up to its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from projections.answers.answering import Answering
from projections.duties.dossier import Dossier
from projections.duties.evaluating import Duty, Wanted, duties
from projections.policies.pack import load_all
from projections.policies.rule import Rule
from projections.proving import rows_of
from tests.projections.rules_made import Event, event, rule_of

YEAR = ("2018-01-01", "2019-01-01")
END = "2018-11-15"


def told(rule: Rule, given: list[Event], day: str = YEAR[1], *, until: str = END) -> tuple[list[Duty], Dossier]:
    """The duties of the year 2018 under a text that was in force from its first day until another."""
    wuyi = load_all()["wuyi"]
    instrument = replace(
        wuyi.instrument, status="in-force", effective_from="2018-01-01", effective_until=until, not_before=None,
        in_force_by=None,
    )  # fmt: skip
    pack = replace(wuyi, instrument=instrument, rules=(rule,))
    dossier = Dossier(day, rows_of(pack, rule, given))
    return list(duties([pack], dossier, Wanted(sorted(dossier.places), rules={rule.id}, span=YEAR))), dossier


def found(evaluator: str, params: Mapping[str, Any], given: list[Event], **more: Any) -> dict[str | None, str]:
    """The statuses by what they are about, or by the first day of their window."""
    all_told, _ = told(rule_of(evaluator, params, **more), given)
    return {one.outcome.about or one.outcome.since: one.status for one in all_told}


def issue(on: str, resolved: str | None = None) -> list[Event]:
    """An issue raised to the county's Party committee, named by its day."""
    raised = event("issue.escalated", issue_id=on, raised_by="village", addressed_to="county.party-committee",
                   raised_on=on)  # fmt: skip
    return [raised] if resolved is None else [raised, event("issue.resolved", issue_id=on, resolved_on=resolved)]


SETTLED = {"what": "act", "trigger": ["issue.escalated"], "whose": "anywhere", "events": ["issue.resolved"],
           "within_days": 10}  # fmt: skip
RAISED = [
    *issue("2018-10-01"), *issue("2018-10-02", "2018-12-20"), *issue("2018-11-10"), *issue("2018-11-11", "2018-11-30"),
    *issue("2018-11-15"), *issue("2018-12-01"),
]  # fmt: skip


def test_what_happened_from_its_end_on_is_not_judged_by_it() -> None:
    """Of issues: late before the end is overdue or met late, due after it is due or met, raised after it is none."""
    assert found("deadline", SETTLED, RAISED) == {
        "2018-10-01": "overdue", "2018-10-02": "met", "2018-11-10": "due", "2018-11-11": "met",
    }  # fmt: skip


def test_triggers_postings_and_procedures_end_with_it() -> None:
    """A finding is followed up, an issue posted and an exit approved under the text of its day."""
    raised = [
        event("finding.raised", finding_id=on, jurisdiction_id="county", raised_on=on)
        for on in ("2018-11-14", "2018-11-15")
    ]
    answer = {"trigger": ["finding.raised"], "answer": ["rectification.ordered"]}
    assert found("follow-up", answer, raised, verdicts="presence") == {"2018-11-14": "gap"}
    posted = found("publicity", {"of": ["issue"]}, RAISED, verdicts="presence")
    assert set(posted) == {"2018-10-01", "2018-10-02", "2018-11-10", "2018-11-11"}
    left = []
    for on in ("2018-11-14", "2018-11-15"):
        left.append(event("exit.proposed", exit_id=on, subject="village", level="village", proposed_on="2018-11-01"))
        left.append(event("exit.approved", exit_id=on, approved_by="county.party-committee", approved_on=on))
    step = {"register": "exit", "kinds": ["exit.approved"], "after": [{"kinds": ["exit.publicised"]}]}
    assert found("procedure", step, left) == {"2018-11-14": "breached"}


def test_a_window_cut_by_its_end_is_due_and_days_after_it_are_not_looked_at() -> None:
    """October is missed, November never ended; of a sliding month no day after 14 November lacks a meeting."""
    held = [event("meeting.held", meeting_id="m", body_id="county.party-committee", held_on="2018-09-20")]
    month = {"events": ["meeting.held"], "period": "P1M"}
    windows = found("quota", month, held)
    assert [windows[f"2018-{n}-01"] for n in ("09", "10", "11")] == ["met", "breached", "due"]
    assert "2018-12-01" not in windows
    all_told, _ = told(rule_of("quota", {**month, "window": "sliding"}), held)
    gaps = [(gap.since, gap.until) for one in all_told for gap in one.outcome.gaps]
    assert gaps[-2:] == [("2018-10-20", "2018-11-01"), ("2018-11-01", END)]
    all_told, _ = told(rule_of("quota", month), [], until="2018-12-01")
    assert [one.status for one in all_told if one.outcome.since == "2018-11-01"] == ["breached"]


def test_nobody_is_charged_with_days_after_its_end() -> None:
    """An issue that is still open costs its county's secretary the days up to the end."""
    (duty,), dossier = told(rule_of("deadline", SETTLED), issue("2018-10-01"))
    assert {(run["from"], run["until"]) for run in Answering(dossier).charged(duty)} == {("2018-10-01", END)}


def test_what_is_due_after_its_end_does_not_become_late() -> None:
    """The day on which what is due is late is told where it comes before the end, and not where it comes after."""
    ordered = [
        each
        for deadline in ("2018-11-10", "2018-11-13", "2018-11-14", "2018-11-20")
        for each in (
            event("finding.raised", finding_id=deadline, jurisdiction_id="county", raised_on="2018-10-01"),
            event("rectification.ordered", rectification_id=deadline, finding_id=deadline, ordered_on="2018-10-01",
                  deadline=deadline),
        )
    ]  # fmt: skip
    answer = {"trigger": ["rectification.ordered"], "answer": ["rectification.completed"], "deadline": True}
    all_told, _ = told(rule_of("follow-up", answer), ordered, day="2018-11-12")
    assert {(one.outcome.due_on, one.outcome.changes_on) for one in all_told if one.status == "due"} == {
        ("2018-11-13", "2018-11-14"), ("2018-11-14", END), ("2018-11-20", None),
    }  # fmt: skip
    all_told, _ = told(rule_of("deadline", SETTLED), issue("2018-11-04") + issue("2018-11-10"), day="2018-11-12")
    assert {(one.outcome.due_on, one.outcome.changes_on) for one in all_told} == {
        ("2018-11-14", END), ("2018-11-20", None),
    }  # fmt: skip
