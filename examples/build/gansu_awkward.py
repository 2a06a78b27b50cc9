"""The awkward cases of Dangchang: vague dates, contested and empty posts, corrections of corrections.

Each case names its ids in `cases`. Everything is synthetic, though the townships are real.
"""

from __future__ import annotations

from typing import Any

from examples.build.amend import annul, correct
from examples.build.county import County
from examples.build.ledger import Ledger
from examples.build.letters import Paper, sign
from examples.build.offices import (
    FIRST_REPORT,
    INVENTORY,
    Hold,
    Term,
    body,
    end,
    hold,
    person,
    post,
    seen,
    start,
)
from examples.build.township import Posts, township_posts

TOWNSHIPS = {"621223101": "哈达铺镇", "621223102": "理川镇", "621223103": "南阳镇"}

Cases = dict[str, Any]


def awkward(led: Ledger, county: County, approver: Term, cases: Cases) -> None:
    """All awkward cases of the county."""
    posts = {code: township_posts(led, f"j-{code}", name, code) for code, name in TOWNSHIPS.items()}
    _vague_dates(led, posts["621223101"], cases)
    _corrections(led, posts["621223102"], posts["621223103"], approver, cases)
    _seats(led, county, cases)
    _deputy_secretary(led, county, cases)
    _two_posts(led, county, cases)
    _abolished(led, county, cases)
    _people(led, county, cases)


def _vague_dates(led: Ledger, posts: Posts, cases: Cases) -> None:
    """Two certain holders at once; known by observations alone; known by the last day it can have ended."""
    two = hold(
        led,
        posts.head,
        [
            Hold("2014-03", until="2017-10-01", ended="2017-10-21"),
            Hold("2017-07-01", "2017-07-21"),
        ],
    )
    cases["contested"] = {
        "post": posts.head,
        "appointments": [term.appointment for term in two],
        "from": "2017-07-01",
        "until": "2017-10-01",
        "status": "contested",
    }
    observed = led.fresh("appointment")
    who = person(led, "2016-07-06")
    data = {"appointment_id": observed, "person_id": who, "post_id": posts.deputy}
    led.record("2016-07-06", "appointment.observed", {**data, "on": "2016-06-30"})
    seen(led, "2018-07-06", observed, "2018-06-30")
    cases["observed_only"] = {
        "post": posts.deputy,
        "appointment": observed,
        "certain_from": "2016-06-30",
        "certain_to": "2018-06-30",
    }
    vague = hold(
        led,
        posts.secretary,
        [
            Hold(INVENTORY, until="<=2016-12-31", ended="2017-01-21", seen=[("2015-12-31", "2016-01-21")]),
            Hold("<=2016-12-31", "2017-01-21", until="2018", ended="2019-01-21"),
            Hold("2018-09", "2019-01-21"),
        ],
    )
    names = ("held_by_gone_by", "year_only_end", "month_only_start")
    for name, term in zip(names, vague, strict=True):
        cases[name] = {"post": posts.secretary, "appointment": term.appointment}


def _corrections(led: Ledger, right: Posts, wrong: Posts, approver: Term, cases: Cases) -> None:
    """Moved to another post; corrected twice; an annulment that was itself annulled; told years late."""
    who = person(led, "2016-03-21")
    moved = start(led, "2016-03-21", who, wrong.secretary, "2016-03")
    event = led.entries[-1][1]["id"]
    fix = correct(led, "2016-09-21", event, {"post_id": right.secretary}, "录入岗位有误,应为理川镇党委书记", approver)
    cases["moved_to_another_post"] = {
        "appointment": moved,
        "wrong_post": wrong.secretary,
        "right_post": right.secretary,
        "event": event,
        "correction_event": fix,
        "corrected_on": "2016-09-21",
    }
    twice = start(led, "2016-07-06", person(led, "2016-07-06"), wrong.head, "2016-05")
    event = led.entries[-1][1]["id"]
    first = correct(led, "2016-10-21", event, {"effective_from": "2016-06"}, "任职月份更正为6月", approver)
    second = correct(led, "2017-02-06", first, {"effective_from": "2016-07"}, "再次核实,任职月份为7月", approver)
    cases["correction_of_correction"] = {
        "appointment": twice,
        "post": wrong.head,
        "events": [event, first, second],
        "effective_from": ["2016-05", "2016-06", "2016-07"],
        "recorded_on": ["2016-07-06", "2016-10-21", "2017-02-06"],
    }
    back = start(led, FIRST_REPORT, person(led, FIRST_REPORT), right.head, "2013-09")
    left = end(led, "2017-04-06", back, "2017-03-01")
    hold(led, right.head, [Hold("2017-03-01", "2017-04-06")])
    off = annul(led, "2017-06-06", left, "误认为该同志仍在任", approver)
    on = annul(led, "2017-09-06", off, "撤销有误,原离任记录有效", approver)
    cases["annulled_annulment"] = {
        "post": right.head,
        "appointment": back,
        "ended_event": left,
        "annulment_event": off,
        "annulment_of_it": on,
        "recorded_on": ["2017-04-06", "2017-06-06", "2017-09-06"],
    }
    late = hold(led, right.deputy, [Hold("2015-06", "2020-06-20", until="2017-06", ended="2020-06-20")])
    cases["back_dated"] = {
        "post": right.deputy,
        "appointment": late[0].appointment,
        "effective_from": "2015-06",
        "recorded_on": "2020-06-20",
    }
    hold(led, wrong.secretary, [Hold(INVENTORY, seen=[("2016-12-31", "2017-01-21")])])


def _seats(led: Ledger, county: County, cases: Cases) -> None:
    """Three seats of deputy county head, one of them held by a seconded official."""
    seat = post(led, FIRST_REPORT, "621223-vice", "宕昌县副县长", ["other-leader"], place=county.place, seats=3)
    sender = body(led, "2017-11-21", "621223-sender", "示例派出单位-62-01", ["assisting-unit"])
    terms = hold(
        led,
        seat,
        [
            Hold(INVENTORY, until="2017-12", ended="2018-01-06"),
            Hold("2014", seen=[("2019-12-31", "2020-01-06")]),
            Hold("2017-11-06", "2017-11-21", "2019-11-06", "2019-11-21", "seconded", "term-end", sender=sender),
        ],
    )
    cases["three_seats"] = {
        "post": seat,
        "seats": 3,
        "appointments": [term.appointment for term in terms],
        "status": {"2017-11-20": "held", "2017-12-10": "uncertain", "2018-03-05": "vacant"},
    }
    cases["seconded"] = {"post": seat, "appointment": terms[2].appointment, "sending_unit": sender}


def _deputy_secretary(led: Ledger, county: County, cases: Cases) -> None:
    """A vacancy with a last day and a next day; the letter of the one who left was discharged only by time."""
    seat = post(
        led, FIRST_REPORT, "621223-vice-secretary", "宕昌县委副书记", ["deputy-party-secretary"], place=county.place
    )
    terms = hold(
        led,
        seat,
        [Hold(INVENTORY, until="2017-11-15", ended="2017-12-06"), Hold("2018-05-02", "2018-05-21")],
    )
    paper = Paper("2017-03-20", "2017-01-01", "2018-01-01", scan=False, number=False)
    letter = sign(led, "2017-05-06", "assistance-letter", terms[0], county.place, county.place, paper)
    cases["vacancy_county"] = {"post": seat, "from": "2017-11-15", "until": "2018-05-02", "days": 168}
    cases["letter_without_scan"] = {"letter": letter}


def _two_posts(led: Ledger, county: County, cases: Cases) -> None:
    """One person is deputy in charge and, beside it, head of the leading group's office."""
    seat = post(
        led,
        FIRST_REPORT,
        "621223-office-head",
        "宕昌县脱贫攻坚领导小组办公室主任",
        ["department-head"],
        body_id=county.bodies["office"],
    )
    deputy = county.deputy[1]
    terms = hold(
        led,
        seat,
        [
            Hold(INVENTORY, until="2017-12", ended="2017-12-21"),
            Hold("2017-12", "2017-12-21", "2019-03-01", "2019-03-21", "concurrent", person=deputy.person),
            Hold("2019-03-01", "2019-03-21"),
        ],
    )
    led.record(
        "2018-01-06",
        "portfolio.assigned",
        {
            "appointment_id": deputy.appointment,
            "areas": ["扶贫开发", "农业农村"],
            "effective_from": "2017-12",
            "document_number": "示例府发〔2017〕12号",
        },
    )
    cases["two_posts"] = {
        "person": deputy.person,
        "posts": [deputy.post, seat],
        "appointments": [deputy.appointment, terms[1].appointment],
        "second_ends": "2019-03-01",
    }


def _abolished(led: Ledger, county: County, cases: Cases) -> None:
    """A post that ends while held, its duties going to a named post."""
    department = "syn-62-body-621223-agriculture"
    old = post(led, FIRST_REPORT, "621223-development", "宕昌县农业综合开发办公室主任", [], body_id=department)
    hold(led, old, [Hold("<=2016-06-30", "2016-08-06")])
    successor = f"{department}-head".replace("-body-", "-post-")
    data = {"post_id": old, "successor_post_id": successor, "effective_from": "2019-03-01"}
    led.record("2019-04-06", "post.abolished", data)
    cases["abolished_post"] = {"post": old, "successor": successor, "effective_from": "2019-03-01"}


def _people(led: Ledger, county: County, cases: Cases) -> None:
    """One person entered twice and merged; a handover between two deputies in charge."""
    twin = person(led, "2019-06-06")
    kept = county.deputy[1].person
    data = {"person_id": twin, "into_person_id": kept, "merged_on": "2019-09-06"}
    led.record("2019-09-06", "person.merged", data)
    signed_twice = Term(twin, county.deputy[1].post, "", "2017")
    paper = Paper("2019-04", "2019-01-01", "2020-01-01")
    letter = sign(led, "2019-06-06", "assistance-letter", signed_twice, county.place, county.place, paper)
    cases["merged_person"] = {"person": twin, "into": kept, "letter": letter}
    led.record(
        "2017-12-21",
        "handover.completed",
        {
            "handover_id": "syn-62-handover-0001",
            "outgoing_appointment_id": county.deputy[0].appointment,
            "incoming_appointment_id": county.deputy[1].appointment,
            "witness": county.secretary[1].person,
            "completed_on": "2017-12-15",
            "items": [{"text": "结对帮扶台账(示例)", "state": "已移交"}],
        },
    )
    cases["handover"] = {"handover": "syn-62-handover-0001"}
