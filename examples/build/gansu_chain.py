"""The village of Dangchang on which the chain of responsibility is shown, and its township.

Questions 1, 2 and 4. Persons, dates and letters are synthetic.
"""

from __future__ import annotations

from examples.build.amend import annul
from examples.build.county import County
from examples.build.ledger import Ledger
from examples.build.letters import Paper, countersign, discharge, pair, sign, unpair
from examples.build.offices import FIRST_REPORT, INVENTORY, Hold, Term, body, end, hold, post, seen
from examples.build.township import township_posts
from examples.build.village import first_secretary_post, secretary_post, village_bodies

TOWNSHIP = "621223104"
VILLAGE = "621223104211"
NAME = "邓桥村"


def township(led: Ledger, county: County, cases: dict[str, object]) -> list[Term]:
    """Guanting town: a secretary with letters, an acting head, a deputy's post that stands vacant."""
    posts = township_posts(led, f"j-{TOWNSHIP}", "官亭镇", TOWNSHIP)
    secretary = hold(
        led,
        posts.secretary,
        [Hold(INVENTORY, until="2017-03", ended="2017-04-06"), Hold("2017-03", "2017-04-06")],
    )
    hold(
        led,
        posts.head,
        [
            Hold("2014", until="2018-01-19", ended="2018-02-05"),
            Hold("2018-01-20", "2018-02-05", "2018-07", "2018-08-06", "acting"),
            Hold("2018-07", "2018-08-06"),
        ],
    )
    hold(
        led,
        posts.deputy,
        [Hold(INVENTORY, until="2017-12-01", ended="2018-01-06"), Hold("2018-06", "2018-07-06")],
    )
    group = county.bodies["group"]
    paper = Paper("2017-05-08", "2017-01-01", "2018-01-01")
    letter = sign(led, "2017-06-06", "exit-letter", secretary[1], group, posts.place, paper)
    countersign(led, "2017-06-06", letter, county.secretary[1], "counterparty", "2017-05-08")
    paper = Paper("2018-02-26", "2018-01-01", "2019-01-01", scan=False)
    later = sign(led, "2018-03-20", "exit-letter", secretary[1], group, posts.place, paper)
    cases["late_letter_township"] = {"letter": later, "signed_on": "2018-02-26", "recorded_on": "2018-03-20"}
    cases["countersigned_letter"] = {"letter": letter, "role": "counterparty"}
    return secretary


def village(led: Ledger, county: County, approver: Term, cases: dict[str, object]) -> None:
    """Dengqiao village with everyone it has."""
    place = f"j-{VILLAGE}"
    committee, team = village_bodies(led, place, NAME, VILLAGE)
    secretary = hold(
        led,
        secretary_post(led, place, NAME, VILLAGE),
        [Hold(INVENTORY, seen=[("2017-12-31", "2018-01-06"), ("2019-12-31", "2020-01-06")])],
    )
    chair = post(led, FIRST_REPORT, f"{VILLAGE}-chair", f"{NAME}村民委员会主任", [], body_id=committee)
    hold(led, chair, [Hold("<=2016-12-31", "2017-01-21")])
    first = first_secretary_post(led, place, NAME, VILLAGE)
    unit = county.units[0]
    terms = hold(
        led,
        first,
        [
            Hold("2016-05", "2016-06-21", sender=unit.body),
            Hold("2018-02-20", "2018-03-05", "2020-12", "2020-12-21", sender=unit.body),
        ],
    )
    _question_four(led, place, terms, approver, cases)
    leader = post(led, "2015-08-21", f"{VILLAGE}-team-leader", f"{NAME}驻村帮扶工作队队长", ["work-team"], body_id=team)
    hold(led, leader, [Hold("2018-02-20", "2018-03-05", capacity="concurrent", person=terms[1].person)])
    helpers = _helpers(led, place)
    pairing = _pairings(led, place, county, helpers)
    cases["q1_gansu"] = {
        "log": led.log,
        "code": VILLAGE,
        "jurisdiction": place,
        "valid_at": "2018-03-05",
        "known_at": "2018-01-15",
        "path": ["j-620000", "j-621200", "j-621223", f"j-{TOWNSHIP}", place],
        "first_secretary_now": terms[1].person,
        "first_secretary_then": terms[0].person,
        "village_party_secretary": secretary[0].person,
        "county_head_now": county.head[1].person,
        "county_head_then": county.head[0].person,
        "pairing": pairing,
        "helpers": [term.person for term in helpers],
    }


def _question_four(led: Ledger, place: str, terms: list[Term], approver: Term, cases: dict[str, object]) -> None:
    """On 15 January P is reported in office on 30 November; on 1 June P turns out to have left on 1 November."""
    old = terms[0]
    letter = sign(led, "2016-08-06", "assistance-letter", old, place, place, Paper("2016-06", "2016-06", scan=False))
    report = seen(led, "2018-01-15", old.appointment, "2017-11-30", "市级月报(示例)")
    led.record(
        "2018-01-15",
        "report.submitted",
        {
            "report_id": "syn-62-report-q4",
            "reporter": {"body_id": "syn-62-body-621200-office"},
            "recipient": "syn-62-body-620000-office",
            "kind": "monthly",
            "period_from": "2017-12-01",
            "period_until": "2018-01-01",
            "submitted_on": "2018-01-15",
        },
    )
    annulment = annul(led, "2018-06-01", report, "核查发现该同志已于2017-11-01离任", approver)
    left = end(led, "2018-06-01", old.appointment, "2017-11-01", "recall")
    discharge(led, "2018-06-01", letter, "2017-11-01")
    cases["q4"] = {
        "log": led.log,
        "jurisdiction": place,
        "post": old.post,
        "person": old.person,
        "appointment": old.appointment,
        "valid_at": "2017-11-30",
        "known_at": "2018-01-15",
        "report_event": report,
        "annulment_event": annulment,
        "ended_event": left,
        "corrected_on": "2018-06-01",
        "status_then": "held",
        "status_now": "vacant",
    }
    cases["discharged_letter"] = {"letter": letter, "effective_until": "2017-11-01"}


def _helpers(led: Ledger, place: str) -> list[Term]:
    """Two designated helpers, each with a household."""
    which = post(led, "2016-06-21", f"{VILLAGE}-helper", f"{NAME}贫困户帮扶责任人", ["helper"], place=place, seats=3)
    helpers = hold(led, which, [Hold("2016", "2016-06-21"), Hold("<=2017-06-30", "2017-08-06")])
    for term in helpers:
        household = led.fresh("household")
        led.record(
            "2016-06-21",
            "household.identified",
            {"household_id": household, "jurisdiction_id": place, "persons": 4, "effective_from": "2014-12-31"},
        )
        pair(led, "2017-08-06", term.person, household, "helper-household", "2017")
    return helpers


def _pairings(led: Ledger, place: str, county: County, helpers: list[Term]) -> str:
    """The unit that helps the village (succeeding another), the county leader's contact point."""
    unit, former = county.units[0], county.units[1]
    pairing = pair(led, "2015-09-21", former.body, place, "fixed-point-unit", "2014")
    head = next(term for term in unit.heads if term.covers("2016-04-10"))
    paper = Paper("2016-04-10", "2016-04-01", scan=True, number=False)
    letter = sign(led, "2016-05-06", "assistance-letter", head, place, place, paper)
    newer = pair(led, "2016-05-06", unit.body, place, "fixed-point-unit", "2016-04-01", letter)
    unpair(led, "2016-05-06", pairing, "2016-04-01", "reassigned", newer)
    pair(led, "2018-01-06", county.deputy[1].person, place, "contact-point", "2017")
    name = "示例企业-62-01"
    firm = body(led, "2018-03-20", "621223-firm-01", name, ["enterprise"], place=county.place, kind="enterprise")
    pair(led, "2018-03-20", firm, place, "enterprise-village", "2018-02")
    return newer
