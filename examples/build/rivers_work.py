"""What river chiefs and their office did besides patrols: issues, rectifications, reports, letters, grades."""

from __future__ import annotations

from typing import Any

from examples.build.days import told
from examples.build.ledger import Data, Ledger
from examples.build.letters import Paper, sign
from examples.build.offices import Term

_COUNTY = "syn-rivers-j-990121"
_TOWNSHIP = "syn-rivers-j-990121901"
_OTHER = "syn-rivers-j-990121902"
_VILLAGE = "syn-rivers-j-990121901201"
_SECOND = "syn-rivers-j-990121901202"
_THIRD = "syn-rivers-j-990121902201"

Cases = dict[str, Any]


def work(
    led: Ledger, chiefs: dict[str, list[Term]], generals: dict[str, Term], office: str, sent: tuple[str, Term]
) -> Cases:
    """Everything else; the cases of it."""
    cases: Cases = {
        "rivers_issues": _issues(led, chiefs, office),
        "rivers_rectifications": _rectifications(led, chiefs, office),
        "rivers_reports": _reports(led, generals["990121901"], office),
        "rivers_letters": _letters(led, generals),
    }
    _office(led, office)
    cases["rivers_grades"] = _grades(led, *sent)
    return cases


def _step(led: Ledger, kind: str, day_field: str, day: str, data: Data, late: int = 6) -> None:
    led.record(told(day, late), kind, {**data, day_field: day})


def _issues(led: Ledger, chiefs: dict[str, list[Term]], office: str) -> Cases:
    """One settled on the fifth working day, one late over the Spring Festival, one never."""
    made: dict[str, Data] = {}
    for name, code, raised, settled in (
        ("in_time", "990121901201", "2018-03-05", "2018-03-12"),
        ("late", "990121901202", "2018-02-13", "2018-02-28"),
        ("open", "990121901", "2019-11-04", None),
    ):
        issue = led.fresh("issue")
        post = chiefs[code][0].post
        data = {"issue_id": issue, "raised_by": post, "addressed_to": office, "content": "跨乡排污,本级不能处理"}
        _step(led, "issue.escalated", "raised_on", raised, data)
        if settled is not None:
            _step(led, "issue.resolved", "resolved_on", settled, {"issue_id": issue, "resolution": "已联合清理"})
        made[name] = {"issue": issue, "raised_on": raised, "resolved_on": settled}
    made["late"] |= {"due_on": "2018-02-26", "late_days": 2}
    return {"log": led.log, "county": _COUNTY, **made, "shows": "五个工作日内办复:按时、跨春节迟办、未办"}


def _rectifications(led: Ledger, chiefs: dict[str, list[Term]], office: str) -> Cases:
    """In order; handed over with the post; falsified and closed unverified; open past its deadline."""
    first, second = chiefs["990121901201"], chiefs["990121901202"]
    plain = _order(led, first[0], _VILLAGE, office, ("2018-05-08", "2018-06-30"))
    _close(led, plain, first[0].post, office, ("2018-06-20", "2018-06-25", "2018-06-26"))
    handed = _order(led, first[0], _VILLAGE, office, ("2019-04-22", "2019-06-10"))
    _hand_over(led, handed, first)
    _close(led, handed, first[1].post, office, ("2019-07-05", "2019-07-12", "2019-07-15"))
    false = _order(led, second[1], _SECOND, office, ("2018-09-03", "2018-10-31"))
    _falsify(led, false, second[1], office)
    open_ = _order(led, chiefs["990121902201"][0], _THIRD, office, ("2019-11-18", "2019-12-31"))
    return {
        "log": led.log,
        "village": _VILLAGE,
        "plain": plain,
        "handed_over": {
            "rectification": handed, "left_on": "2019-05-13", "came_on": "2019-06-17", "deadline": "2019-06-10",
            "completed_on": "2019-07-05", "late_days": 25, "people": [term.person for term in first],
        },
        "closed_unverified": false,
        "open": {"rectification": open_, "village": _THIRD, "deadline": "2019-12-31"},
        "shows": "整改:按时;随河长离任移交;弄虚作假后未经核查即销号;逾期未完成",
    }  # fmt: skip


def _order(led: Ledger, who: Term, place: str, office: str, days: tuple[str, str]) -> str:
    raised, deadline = days
    finding, which = led.fresh("finding"), led.fresh("rectification")
    data: Data = {
        "finding_id": finding, "jurisdiction_id": place, "source_kind": "inspection", "responsible_posts": [who.post],
        "category": "河道违建或排污", "occurred_from": raised,
    }  # fmt: skip
    _step(led, "finding.raised", "raised_on", raised, data)
    data = {
        "rectification_id": which, "finding_id": finding, "ordered_by": office, "deadline": deadline,
        "responsible": {"person_id": who.person, "post_id": who.post},
    }  # fmt: skip
    _step(led, "rectification.ordered", "ordered_on", raised, data)
    return which


def _close(led: Ledger, which: str, post: str, office: str, days: tuple[str, str, str]) -> None:
    done, verified, closed = days
    _step(led, "rectification.completed", "completed_on", done, {"rectification_id": which, "completed_by": post})
    data = {"rectification_id": which, "verified_by": office, "verdict": "confirmed"}
    _step(led, "rectification.verified", "verified_on", verified, data)
    _step(led, "rectification.closed", "closed_on", closed, {"rectification_id": which, "closed_by": office})


def _hand_over(led: Ledger, which: str, terms: list[Term]) -> None:
    data: Data = {
        "rectification_id": which, "to": {"person_id": terms[1].person, "post_id": terms[1].post},
        "state_at_handover": "整改中", "deadline_unchanged": True,
    }  # fmt: skip
    _step(led, "rectification.reassigned", "handover_on", "2019-06-17", data)
    items = [{"kind": "整改", "id": which, "state": "整改中"}]
    data = {
        "handover_id": led.fresh("handover"), "outgoing_appointment_id": terms[0].appointment,
        "incoming_appointment_id": terms[1].appointment, "items": items,
    }  # fmt: skip
    _step(led, "handover.completed", "completed_on", "2019-06-18", data)


def _falsify(led: Ledger, which: str, who: Term, office: str) -> None:
    mine: Data = {"rectification_id": which}
    _step(led, "rectification.completed", "completed_on", "2018-10-30", {**mine, "completed_by": who.post})
    data: Data = {**mine, "verified_by": office, "verdict": "falsified"}
    _step(led, "rectification.verified", "verified_on", "2018-11-06", data)
    data = {
        "interview_id": led.fresh("interview"), "held_by": office, "ground": "整改弄虚作假",
        "interviewee": {"person_id": who.person, "post_id": who.post},
    }  # fmt: skip
    _step(led, "interview.held", "held_on", "2018-11-15", data)
    data = {**mine, "reopened_by": office, "deadline": "2018-12-31"}
    _step(led, "rectification.reopened", "reopened_on", "2018-11-16", data)
    _step(led, "rectification.completed", "completed_on", "2018-12-20", {**mine, "completed_by": who.post})
    _step(led, "rectification.closed", "closed_on", "2018-12-28", {**mine, "closed_by": office})


def _reports(led: Ledger, who: Term, office: str) -> Cases:
    """The reports of one township on the month before: one late, one missing; the other township sends none."""
    months = [f"{year}-{month:02d}" for year in (2018, 2019) for month in range(1, 13)]
    for before, month in zip(["2017-12", *months], months, strict=False):
        if month == "2019-07":
            continue
        data = {
            "report_id": led.fresh("report"), "reporter": {"person_id": who.person, "post_id": who.post},
            "recipient": office, "kind": "monthly", "period_from": f"{before}-01", "period_until": f"{month}-01",
        }  # fmt: skip
        day = f"{month}-11" if month == "2019-03" else f"{month}-04"
        _step(led, "report.submitted", "submitted_on", day, data, 1)
    return {
        "log": led.log, "township": _TOWNSHIP, "late": {"month": "2019-03-01", "late_days": 6}, "missing": "2019-07-01",
        "never": _OTHER, "shows": "乡的月报:迟报一次,缺一次;另一个乡从不报送",
    }  # fmt: skip


def _letters(led: Ledger, generals: dict[str, Term]) -> Cases:
    """Letters of the year; the second township has none for 2019, and the first signed that of 2019 two weeks late."""
    signed = (
        ("990121901", Paper("2018-01-02", "2018-01-01", "2019-01-01")),
        ("990121901", Paper("2019-01-15", "2019-01-01", "2020-01-01")),
        ("990121902", Paper("2018-01-03", "2018-01-01", "2019-01-01")),
    )
    made = [
        sign(led, told(paper.signed_on, 7), "river-chief", generals[code], _COUNTY, f"syn-rivers-j-{code}", paper)
        for code, paper in signed
    ]
    return {
        "log": led.log, "letters": made, "township": _TOWNSHIP, "signed_late_days": 14, "without": _OTHER,
        "without_from": "2019-01-01", "shows": "乡级总河长责任书:一份晚签,一个乡2019年没有",
    }  # fmt: skip


def _office(led: Ledger, office: str) -> None:
    """Inspections, a meeting of 2018 and none of 2019, boards at two villages, the rates of 2018."""
    for place, day in ((_TOWNSHIP, "2018-06-05"), (_TOWNSHIP, "2019-06-04"), (_OTHER, "2019-10-22")):
        data: Data = {"inspection_id": led.fresh("inspection"), "inspector_body_id": office, "subject_id": place}
        _step(led, "inspection.held", "started_on", day, data)
    data = {"meeting_id": led.fresh("meeting"), "body_id": office, "decisions": ["年度河长制工作要点"]}
    _step(led, "meeting.held", "held_on", "2018-03-20", data)
    for place, channel, day in (
        (_VILLAGE, "board", "2018-02-01"), (_THIRD, "board", "2019-11-01"), (_COUNTY, "website", "2018-12-20"),
    ):  # fmt: skip
        data = {"posting_id": led.fresh("posting"), "channel": channel, "subject_id": place}
        _step(led, "publicity.posted", "posted_from", day, data)


def _grades(led: Ledger, bureau: str, liaison: Term) -> Cases:
    """Of 2018: the townships ranked and the first commended; the liaison fails and the bureau is excellent."""
    for rank, place in enumerate((_TOWNSHIP, _OTHER), 1):
        data: Data = {"evaluation_id": led.fresh("evaluation"), "subject": place, "year": 2018, "ranking": rank}
        _step(led, "evaluation.recorded", "recorded_on", "2019-01-20", data)
    for who, grade in ((liaison.person, "unqualified"), (bureau, "excellent")):
        data = {"evaluation_id": led.fresh("evaluation"), "subject": who, "year": 2018, "grade": grade}
        _step(led, "evaluation.recorded", "recorded_on", "2018-12-28", data)
    data = {"reward_id": led.fresh("reward"), "subject": _TOWNSHIP, "kind": "circulated-commendation"}
    _step(led, "reward.granted", "granted_on", "2019-02-10", data)
    return {"log": led.log, "bureau": bureau, "year": 2018, "shows": "联络员不合格,派出部门却评为优秀"}
