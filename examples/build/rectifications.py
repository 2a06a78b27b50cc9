"""Question 7: rectifications of Dangchang handed on, extended, reassigned, refused, reopened, struck off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from examples.build.county import County
from examples.build.days import between
from examples.build.ledger import Data, Ledger
from examples.build.letters import Paper, pair, sign, unpair
from examples.build.offices import FIRST_REPORT, Hold, Term, body, hold, post
from examples.build.oversight import find, inspect, order, step

VILLAGE = "j-621223104211"
TOWNSHIP = "j-621223104"
_LEFT, _CAME = "2020-01-12", "2020-02-03"

Cases = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answerable:
    """The three posts that answer for rectifications here, with their holders, and who orders and verifies."""

    deputy: list[Term]
    housing: list[Term]
    water: list[Term]
    housing_body: str
    group: str
    verifier: str
    inspections: dict[str, str]
    """The day an inspection ended, to its event."""

    def source(self, raised: str, kind: str = "inspection") -> tuple[str, str]:
        """Where a finding of a day came from: the last inspection before it."""
        return kind, self.inspections[max(day for day in self.inspections if day <= raised)]


def rectifications(led: Ledger, county: County, city: dict[str, str], cases: Cases) -> Answerable:
    """All rectifications of the county; those who answer for them."""
    who = _answerable(led, county, city)
    cases["q7"] = _handed_over(led, county, who)
    cases["q7_extended"] = _extended(led, who)
    cases["q7_reassigned"] = _reassigned(led, who)
    cases["q7_not_effective"] = _not_effective(led, county, who)
    cases["q7_struck_off"] = _struck_off(led, county, who)
    cases["q7_open"] = _open(led, county, who)
    return who


def _answerable(led: Ledger, county: County, city: dict[str, str]) -> Answerable:
    """A deputy county head in charge of housing and water, and the heads of two bureaus, all by exact days."""
    title = "宕昌县副县长(分管住房和饮水安全)"
    seat = post(led, FIRST_REPORT, "621223-deputy-housing", title, ["other-leader"], place=county.place)
    deputy = hold(
        led,
        seat,
        [
            Hold("2016-03-01", "2016-03-21", "2018-05-10", "2018-05-21"),
            Hold("2018-05-10", "2018-05-21", _LEFT, "2020-01-20"),
            Hold(_CAME, "2020-02-06"),
        ],
    )
    for term in deputy:
        data = {"appointment_id": term.appointment, "areas": ["住房安全", "饮水安全"], "effective_from": term.first}
        told = {"2016-03-01": "2016-03-21", "2018-05-10": "2018-05-21", _CAME: "2020-02-06"}[term.first]
        led.record(told, "portfolio.assigned", data)
    heads = {}
    for key, name, holders in (
        ("housing", "宕昌县住房和城乡建设局", [Hold("2017-02-01", "2017-02-21")]),
        (
            "water",
            "宕昌县水务局",
            [Hold("2016-09-01", "2016-09-21", "2019-08-05", "2019-08-21"), Hold("2019-09-02", "2019-09-21")],
        ),
    ):
        which = body(
            led, FIRST_REPORT, f"621223-{key}", name, ["sector-department"], place=county.place, kind="department"
        )
        bureau = post(led, FIRST_REPORT, f"621223-{key}-head", f"{name}局长", ["department-head"], body_id=which)
        heads[key] = hold(led, bureau, holders)
    areas = ["住房安全", "饮水安全"]
    days = (("2018-06-18", "2018-06-20"), ("2018-12-17", "2018-12-19"), ("2019-10-28", "2019-11-01"))
    inspections = {span[1]: inspect(led, "special", city["group"], county.place, span, areas) for span in days}
    housing = "syn-62-body-621223-housing"
    return Answerable(deputy, heads["housing"], heads["water"], housing, city["group"], city["office"], inspections)


def _handed_over(led: Ledger, county: County, who: Answerable) -> dict[str, Any]:
    """Raised on 2019-11-05, due 2020-02-29; the deputy left, nobody came for 22 days, verified on 2020-03-20."""
    before, left, came = who.deputy
    occurred = {"occurred_until": "2018-03-01"}
    source = who.source("2019-11-05", "screening")
    finding = find(led, "2019-11-05", county.place, "住房安全", left.post, "2017-09-01", source, **occurred)
    which, ordered = order(led, finding, left, ("2019-11-05", "2020-02-29"), who.group, who.housing_body)
    handover = _handover(led, county, (left, came), finding, which)
    completed = step(led, which, "completed", "2020-03-10", completed_by=who.housing_body)
    verified = step(led, which, "verified", "2020-03-20", verified_by=who.verifier, verdict="confirmed")
    return {
        "finding": finding,
        "rectification": which,
        "post": left.post,
        "raised_on": "2019-11-05",
        "deadline": "2020-02-29",
        "completed_on": "2020-03-10",
        "completed_by": who.housing_body,
        "verified_on": "2020-03-20",
        "verified_by": who.verifier,
        "days_overdue_at_verification": 20,
        "events": {"ordered": ordered, "completed": completed, "verified": verified},
        "charged": _charged((left, "2019-11-05", _LEFT), (None, _LEFT, _CAME), (came, _CAME, "2020-03-20")),
        "arose_on": "2017-09-01",
        "arose_under": [before.person],
        "principals_throughout": [county.secretary[1].person, county.head[-1].person],
        "handover": handover,
        "shows": "the deadline is the rectification's; days of vacancy go to nobody; completed is not verified",
    }


def _handover(led: Ledger, county: County, terms: tuple[Term, Term], finding: str, which: str) -> dict[str, Any]:
    """A letter, a pairing and a task of the one who left, and the list by which they were handed over."""
    left, came = terms
    paper = Paper("2019-02-18", "2019-01-01")
    letter = sign(led, "2019-03-06", "assistance-letter", left, VILLAGE, VILLAGE, paper)
    old = pair(led, "2018-06-21", left.person, VILLAGE, "contact-point", "2018-06-01")
    new = pair(led, "2020-02-10", came.person, VILLAGE, "contact-point", _CAME)
    unpair(led, "2020-02-10", old, _LEFT, "transfer", new)
    items = [
        {"kind": "整改", "id": which, "state": "正在整改,未销号"},
        {"kind": "问题", "id": finding, "state": "未整改到位"},
        {"kind": "责任书", "id": letter, "state": "在有效期内"},
        {"kind": "结对", "id": old, "state": "待重新安排"},
    ]
    task = led.fresh("task")
    work = {"task_id": task, "assignee": left.post, "assigned_by": county.bodies["group"], "due_on": "2020-03-31"}
    led.record("2019-11-20", "task.assigned", {**work, "content": "危房清零(示例)"})
    led.record(
        "2020-03-31", "task.completed", {"task_id": task, "completed_on": "2020-03-25", "result": "已完成(示例)"}
    )
    handover = "syn-62-handover-0002"
    data = {"handover_id": handover, "outgoing_appointment_id": left.appointment, "completed_on": "2020-02-05"}
    more = {"incoming_appointment_id": came.appointment, "witness": county.secretary[1].person, "items": items}
    led.record("2020-02-10", "handover.completed", {**data, **more})
    return {
        "handover": handover,
        "appointment": left.appointment,
        "on": _LEFT,
        "completed_on": "2020-02-05",
        "incoming": came.appointment,
        "open_findings": [finding],
        "open_rectifications": [which],
        "open_tasks": [task],
        "letters": [letter],
        "pairings": [old],
    }


def _charged(*parts: tuple[Term | None, str, str]) -> list[dict[str, Any]]:
    """Who is charged with which days."""
    return [
        {"person": term.person if term else None, "from": since, "until": until, "days": between(since, until)}
        for term, since, until in parts
    ]


def _extended(led: Ledger, who: Answerable) -> dict[str, Any]:
    """The deadline was moved in time, and the extension recorded weeks later."""
    deputy = who.deputy[1]
    finding = find(led, "2019-06-03", TOWNSHIP, "饮水安全", deputy.post, "2018-11-15", who.source("2019-06-03"))
    which, _ = order(led, finding, deputy, ("2019-06-10", "2019-08-31"), who.group)
    said: Data = {"deadline": "2019-10-31", "reason": "汛期停工(示例)", "approved_by": who.group}
    event = step(led, which, "extended", "2019-08-25", late=26, **said, document_number="示例整改办〔2019〕5号")
    step(led, which, "completed", "2019-10-20", completed_by=deputy.post)
    step(led, which, "verified", "2019-10-28", verified_by=who.verifier, verdict="confirmed")
    return {
        "finding": finding,
        "rectification": which,
        "deadlines": ["2019-08-31", "2019-10-31"],
        "extended_event": event,
        "extended_on": "2019-08-25",
        "extension_recorded_on": "2019-09-20",
        "believed": {"valid_at": "2019-09-10", "known_at": "2019-09-19", "days_overdue": 10},
        "known": {"valid_at": "2019-09-10", "days_overdue": 0},
        "charged": _charged((deputy, "2019-06-10", "2019-10-28")),
        "closed_on": "2019-10-28",
        "shows": "not overdue under the deadline that stood on the day, though it was believed to be",
    }


def _reassigned(led: Ledger, who: Answerable) -> dict[str, Any]:
    """From the housing bureau to the water bureau, whose head then changed after a vacancy."""
    housing, (before, after) = who.housing[0], who.water
    finding = find(
        led, "2019-03-20", VILLAGE, "饮水安全", housing.post, "2018-08-01", who.source("2019-03-20"), amount="86000.00"
    )
    which, _ = order(led, finding, housing, ("2019-04-01", "2019-07-31"), who.group)
    parties: Data = {"from": {"person_id": housing.person, "post_id": housing.post}}
    parties["to"] = {"person_id": before.person, "post_id": before.post}
    said: Data = {"state_at_handover": "方案已定,未开工(示例)", "deadline_unchanged": True}
    event = step(led, which, "reassigned", "2019-06-10", **parties, **said)
    step(led, which, "completed", "2019-09-10", completed_by=after.post)
    step(led, which, "verified", "2019-09-20", verified_by=who.verifier, verdict="confirmed")
    return {
        "finding": finding,
        "rectification": which,
        "posts": [housing.post, before.post],
        "reassigned_event": event,
        "reassigned_on": "2019-06-10",
        "deadline": "2019-07-31",
        "days_overdue_at_verification": 51,
        "charged": _charged(
            (housing, "2019-04-01", "2019-06-10"),
            (before, "2019-06-10", "2019-08-05"),
            (None, "2019-08-05", "2019-09-02"),
            (after, "2019-09-02", "2019-09-20"),
        ),
        "shows": "the matter moves to another post; the deadline stays",
    }


def _not_effective(led: Ledger, county: County, who: Answerable) -> dict[str, Any]:
    """Reported done in time, found not effective, reopened with a new deadline, confirmed late."""
    deputy = who.deputy[1]
    finding = find(led, "2018-06-25", county.place, "易地搬迁", deputy.post, "2016-01-15", who.source("2018-06-25"))
    which, _ = order(led, finding, deputy, ("2018-07-02", "2018-09-30"), who.group)
    step(led, which, "completed", "2018-09-20", completed_by=deputy.post)
    step(led, which, "verified", "2018-10-15", verified_by=who.verifier, verdict="not-effective")
    step(
        led, which, "reopened", "2018-10-18", reopened_by=who.group, reason="入住率未达标(示例)", deadline="2018-12-31"
    )
    step(led, which, "completed", "2018-12-20", completed_by=deputy.post)
    step(led, which, "verified", "2019-01-10", verified_by=who.verifier, verdict="confirmed")
    return {
        "finding": finding,
        "rectification": which,
        "deadlines": ["2018-09-30", "2018-12-31"],
        "status": {"2018-10-01": "open", "2018-10-20": "open", "2019-01-10": "closed"},
        "closed_on": "2019-01-10",
        "days_overdue": {"2018-10-16": 16, "2018-12-25": 0, "2019-01-09": 9},
        "charged": _charged((deputy, "2018-07-02", "2019-01-10")),
        "arose_on": "2016-01-15",
        "arose_under": [],
        "shows": "a report of completion closes nothing; when the defect arose nobody is on record in the post",
    }


def _struck_off(led: Ledger, county: County, who: Answerable) -> dict[str, Any]:
    """Closed by striking it off, without a verdict."""
    deputy = who.deputy[1]
    discipline = "syn-62-body-621223-discipline"
    finding = find(
        led, "2019-01-10", TOWNSHIP, "控辍保学", deputy.post, "2018-09-01", who.source("2019-01-10", "complaint")
    )
    which, _ = order(led, finding, deputy, ("2019-01-15", "2019-03-31"), county.bodies["group"])
    step(led, which, "completed", "2019-03-25", completed_by=deputy.post)
    said: Data = {"reason": "整改到位(示例)", "document_number": "示例销号〔2019〕3号"}
    event = step(led, which, "closed", "2019-04-02", closed_by=discipline, **said)
    return {
        "finding": finding,
        "rectification": which,
        "closed_on": "2019-04-02",
        "closed_by": discipline,
        "closed_event": event,
        "completed_by": deputy.post,
        "days_overdue_when_closed": 2,
        "charged": _charged((deputy, "2019-01-15", "2019-04-02")),
        "shows": "struck off by someone other than who completed it; no verdict is needed",
    }


def _open(led: Ledger, county: County, who: Answerable) -> dict[str, Any]:
    """Awaiting a verdict; not due yet; closed and reopened; a finding without any order."""
    old, new = who.deputy[1], who.deputy[2]
    first = find(led, "2020-02-25", VILLAGE, "饮水安全", new.post, "2019-05-01", who.source("2020-02-25"))
    awaiting, _ = order(led, first, new, ("2020-03-02", "2020-06-30"), who.group)
    step(led, awaiting, "completed", "2020-07-05", completed_by=new.post)
    second = find(led, "2020-11-02", county.place, "后续帮扶", new.post, "2020-06-01", who.source("2020-11-02"))
    due, _ = order(led, second, new, ("2020-11-10", "2021-06-30"), who.group)
    third = find(led, "2019-07-25", TOWNSHIP, "住房安全", old.post, "2018-06-01", who.source("2019-07-25"))
    again, _ = order(led, third, old, ("2019-08-01", "2019-10-31"), who.group)
    step(led, again, "completed", "2019-10-15", completed_by=old.post)
    step(led, again, "verified", "2019-10-25", verified_by=who.verifier, verdict="confirmed")
    step(led, again, "verified", "2020-05-05", verified_by=who.group, verdict="falsified")
    step(led, again, "reopened", "2020-05-06", reopened_by=who.group, reason="弄虚作假(示例)", deadline="2020-09-30")
    step(led, again, "completed", "2020-09-20", completed_by=new.post)
    alone = find(led, "2020-10-20", TOWNSHIP, "健康扶贫", new.post, "2020-04-01", who.source("2020-10-20"))
    return {
        "valid_at": "2020-12-21",
        "awaiting_verification": {"rectification": awaiting, "completed_on": "2020-07-05", "days_overdue": 174},
        "not_due": {"rectification": due, "deadline": "2021-06-30"},
        "reopened": {
            "rectification": again,
            "status": {"2019-10-20": "open", "2020-04-30": "closed", "2020-05-05": "open", "2020-12-21": "open"},
            "days_overdue": 82,
        },
        "without_order": {"finding": alone, "jurisdiction": TOWNSHIP},
        "findings_and_rectifications": {"not_due": second, "awaiting_verification": first, "reopened": third},
        "shows": "completed is not closed; a closed one can open again; a finding may have no order at all",
    }
