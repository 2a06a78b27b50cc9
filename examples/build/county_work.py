"""What a county does in a year: meetings, plans, targets, tasks, reports, training, words with residents."""

from __future__ import annotations

from examples.build.county import County
from examples.build.days import told
from examples.build.ledger import Ledger
from examples.build.offices import at
from examples.build.oversight import audit, inspect
from examples.build.projects import digest
from examples.build.visits import actor

_YEARS = (2017, 2018, 2019)
_ITEMS = ("危房改造", "饮水安全", "控辍保学", "健康扶贫", "产业到户", "易地搬迁")


def county_work(led: Ledger, county: County, villages: list[str], above: str) -> None:
    """Three years of work of one county towards the office `above`; `villages` have plans of their own."""
    for year in _YEARS:
        _meetings(led, county, year)
        plan = _plans(led, county, villages, year)
        _tasks(led, county, villages, year, plan)
        _reports(led, county, above, year)
        _oversight(led, county, above, year)
        _people(led, county, villages[year % len(villages)], year)


def _meetings(led: Ledger, county: County, year: int) -> None:
    """The leading group meets each quarter; the township of each village is not asked here."""
    for quarter in range(1, 5):
        day = f"{year}-{3 * quarter - 1:02d}-{10 + quarter:02d}"
        present = [term for terms in (county.secretary, county.head, county.deputy) if (term := at(terms, day))]
        data = {"meeting_id": led.fresh("meeting"), "kind": "leading-group", "body_id": county.bodies["group"]}
        more = {"attendees": [actor(term) for term in present], "decisions": [f"第{quarter}季度任务调度(示例)"]}
        led.record(told(day), "meeting.held", {**data, "held_on": day, **more})


def _plans(led: Ledger, county: County, villages: list[str], year: int) -> str:
    """The county's plan of the year with its target, the plan of one village, a revision; the county's plan."""
    plan = f"syn-{led.number}-plan-{county.code}-{year}"
    days = {"covers_from": f"{year}-01-01", "covers_until": f"{year + 1}-01-01"}
    items = [
        {"text": text, "responsible": county.deputy[-1].post, "due_on": f"{year}-{8 + serial:02d}-28"}
        for serial, text in enumerate(_ITEMS[:3])
    ]
    data = {"plan_id": plan, "plan_kind": "annual", "owner_id": county.bodies["government"], "items": items}
    led.record(f"{year}-02-18", "plan.adopted", {**data, **days, "document_sha256": digest(plan)})
    target = {"target_id": led.fresh("target"), "subject_id": county.place, "measure": "贫困人口脱贫"}
    said = {"value": str(4000 + 500 * (year - 2017)), "unit": "人", "due_on": f"{year}-12-31"}
    led.record(f"{year}-02-18", "target.set", {**target, **said, "instrument_or_letter_id": plan})
    village = villages[(year - 2017) % len(villages)]
    own = {"plan_id": f"syn-{led.number}-plan-{village.removeprefix('j-')}-{year}", "plan_kind": "village"}
    led.record(f"{year}-03-20", "plan.adopted", {**own, "owner_id": village, **days})
    revised = {"plan_id": plan, "revision": 1, "changes": "年中调整:增加饮水安全任务(示例)"}
    led.record(f"{year}-08-10", "plan.revised", {**revised, "effective_from": f"{year}-07-25"})
    return plan


def _tasks(led: Ledger, county: County, villages: list[str], year: int, plan: str) -> None:
    """Six tasks of which four are done on time, one late and one never."""
    for serial, text in enumerate(_ITEMS):
        task = led.fresh("task")
        data = {"task_id": task, "assignee": county.deputy[-1].post, "assigned_by": county.bodies["group"]}
        due = f"{year}-{6 + serial:02d}-28"
        more = {"content": text, "due_on": due, "beneficiary_id": villages[serial % len(villages)]}
        led.record(f"{year}-03-12", "task.assigned", {**data, **more, "plan_item_id": f"{plan}-{serial + 1}"})
        if serial == len(_ITEMS) - 1:
            continue
        done = told(due, 20 if serial == len(_ITEMS) - 2 else -6)
        said = {"task_id": task, "completed_on": done, "result": "已完成(示例)", "evidence": [digest(task)]}
        led.record(told(done), "task.completed", said)


def _reports(led: Ledger, county: County, above: str, year: int) -> None:
    """The yearly report, its receipt, the data attested, and the duty report of the county's leading group."""
    report = led.fresh("report")
    sent = f"{year + 1}-01-{12 + year % 5:02d}"
    days = {"period_from": f"{year}-01-01", "period_until": f"{year + 1}-01-01"}
    data = {"report_id": report, "reporter": {"body_id": county.bodies["committee"]}, "recipient": above}
    led.record(told(sent, 3), "report.submitted", {**data, "kind": "annual", **days, "submitted_on": sent})
    led.record(told(sent, 9), "report.acknowledged", {"report_id": report, "received_on": told(sent, 4)})
    dataset = {"dataset": f"{county.name}建档立卡数据", "as_of": f"{year}-12-31"}
    attesting = {"post_id": county.deputy[-1].post, "body_id": county.bodies["office"]}
    led.record(told(sent, 9), "dataset.attested", {**dataset, "attesting": attesting, "attested_on": sent})
    duty = {"duty_report_id": led.fresh("duty-report"), "subject_id": county.bodies["committee"], **days}
    said = {"delivered_on": told(sent, 14), "includes_poverty_alleviation": True, "appraisal": "较好"}
    led.record(told(sent, 21), "duty-report.delivered", {**duty, **said})


def _oversight(led: Ledger, county: County, above: str, year: int) -> None:
    """One inspection from above, one audit, and the grade of the year."""
    inspect(led, "special", above, county.place, (f"{year}-06-11", f"{year}-06-15"), ["精准识别", "资金使用"])
    audit(led, county.place, year - 1, f"{9 + year - 2017}000000.00", f"{year}-05-18")
    data = {"evaluation_id": led.fresh("evaluation"), "subject": county.place, "year": year, "total_score": "91.5"}
    more = {"grade": "excellent", "ranking": 6 + year - 2017, "third_party": True, "recorded_on": f"{year + 1}-03-05"}
    led.record(f"{year + 1}-03-15", "evaluation.recorded", {**data, **more})


def _people(led: Ledger, county: County, village: str, year: int) -> None:
    """Training, a briefing in a village, an opinion and its answer, an issue raised and resolved, a measure."""
    training = {"training_id": led.fresh("training"), "jurisdiction_id": county.place, "kind": "cadre"}
    led.record(f"{year}-04-20", "training.held", {**training, "held_on": f"{year}-04-10", "participants": 60})
    times = {"started_at": f"{year}-05-09T14:30:00+08:00", "ended_at": f"{year}-05-09T17:30:00+08:00"}
    outreach = {"outreach_id": led.fresh("outreach"), "place_id": village, **times, "participants": 45, "questions": 7}
    led.record(f"{year}-05-21", "outreach.held", outreach)
    opinion = led.fresh("opinion")
    data = {"opinion_id": opinion, "jurisdiction_id": village, "source": "resident", "content": "饮水管网维修(示例)"}
    led.record(f"{year}-07-06", "opinion.received", {**data, "received_on": f"{year}-06-25"})
    answer = {"opinion_id": opinion, "answer": "已安排维修(示例)", "answered_by": county.bodies["office"]}
    led.record(f"{year}-08-06", "opinion.answered", {**answer, "answered_on": f"{year}-07-20"})
    issue = led.fresh("issue")
    raised = {"issue_id": issue, "raised_by": county.bodies["office"], "addressed_to": county.bodies["group"]}
    more = {"content": "扬水站用电(示例)", "raised_on": f"{year}-08-15", "deadline": f"{year}-09-15"}
    led.record(f"{year}-08-21", "issue.escalated", {**raised, **more})
    solved = {"issue_id": issue, "resolution": "已协调(示例)", "resolved_on": f"{year}-09-10"}
    led.record(f"{year}-09-21", "issue.resolved", solved)
    measure = {"measure_id": led.fresh("measure"), "kind": "water", "beneficiary_id": village, "amount": "36000.00"}
    by = {"delivered_by": {"unit_id": county.units[0].body}, "confirmed_by_beneficiary": True}
    led.record(f"{year}-10-21", "measure.delivered", {**measure, "delivered_on": f"{year}-10-09", **by})
