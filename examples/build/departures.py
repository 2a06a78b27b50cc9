"""Question 5: principals of poor counties who left before, on and after the day of delisting."""

from __future__ import annotations

from typing import Any

from examples.build.county import County
from examples.build.county_exits import COUNTIES, PLANNED, SHILOU, Exits, place_of
from examples.build.days import between, told
from examples.build.ledger import Ledger
from examples.build.offices import FIRST_REPORT, Hold, Term, hold, post

_HOLDERS = {
    ("141191", "secretary"): [
        Hold("2014-06-01", until="2017-08-15", ended="2017-09-06"),
        Hold("2017-08-15", "2017-09-06", "2018-09-10", "2018-09-21"),
        Hold("2018-09-10", "2018-09-21"),
    ],
    ("141191", "head"): [
        Hold("2015-03-01", "2015-03-21", "2018-09-12", "2018-10-06"),
        Hold("2018-09-12", "2018-10-06"),
    ],
    ("141192", "secretary"): [
        Hold("2013-11-01", until="2018-03-01", ended="2018-03-21", reason="retirement"),
        Hold("2018-03-15", "2018-03-21", "2018-11-20", "2018-12-06", reason="promotion"),
        Hold("2018-11-20", "2018-12-06"),
    ],
    ("141192", "head"): [
        Hold("2016-02-01", "2016-02-21", "2018-06-01", "2018-06-21"),
        Hold("2018-06-20", "2018-07-06"),
    ],
    ("141193", "secretary"): [Hold("2015-09-01", "2015-09-21")],
    ("141193", "head"): [
        Hold("2014-01-10", until="2017-12-05", ended="2017-12-21", reason="recall"),
        Hold("2017-12-05", "2017-12-21", "2019-02-03", "2019-02-21", reason="death"),
        Hold("2019-03-04", "2019-03-21"),
    ],
}
_TITLES = {"secretary": ("{}委书记", "party-principal"), "head": ("{}县长", "government-principal")}
_MOVES = {
    ("141191", "secretary", 0): ("transfer", "2017-07-20", "2017-08-10", "approved", "工作需要(示例)"),
    ("141191", "secretary", 1): ("transfer", "2018-08-20", "2018-09-07", "approved", "摘帽之日交接(示例)"),
    ("141192", "head", 0): ("transfer", "2018-05-08", "2018-05-25", "approved-as-exception", "援外任务(示例)"),
    ("141193", "secretary", 0): ("transfer", "2018-08-01", "2018-08-20", "refused", "不脱贫不调整(示例)"),
    ("141193", "head", 2): ("promotion-in-place", "2019-05-06", "2019-05-20", "approved", "就地提级(示例)"),
}
_SHOWS = {
    ("141191", "secretary", 0): "transferred before delisting, approved by the province",
    ("141191", "secretary", 1): "came after the campaign began; left on the day of the approval itself: not before it",
    ("141191", "head", 0): "left after the approval and before the list was lifted: which day counts is a parameter",
    ("141192", "secretary", 0): "retired: not a transfer",
    ("141192", "secretary", 1): "came after the campaign began and was promoted away; nobody is on record as deciding",
    ("141192", "head", 0): "transferred as an approved exception",
    ("141193", "head", 0): "recalled: not a transfer; the county is not delisted",
    ("141193", "head", 1): "died: not a transfer; the county is not delisted",
}

Terms = dict[tuple[str, str], list[Term]]


def departures(led: Ledger, decider: str, county: County, exits: Exits) -> tuple[dict[str, Any], Terms]:
    """Staff the invented counties, move their principals; the case, and the holders by county and post."""
    terms: Terms = {}
    for (code, key), holders in _HOLDERS.items():
        title, function = _TITLES[key]
        name = COUNTIES[code][0]
        words = title.format(name if key == "secretary" else name.removesuffix("县"))
        seat = post(led, FIRST_REPORT, f"{code}-{key}", words, [function], place=place_of(code))
        terms[code, key] = hold(led, seat, holders)
    moves = {
        (code, key, turn): _move(led, terms[code, key][turn], code, decider, said)
        for (code, key, turn), said in _MOVES.items()
    }
    rows = []
    for (code, key, turn), shows in _SHOWS.items():
        left, reason = _HOLDERS[code, key][turn].until, _HOLDERS[code, key][turn].reason
        row = _who(terms[code, key][turn], code) | {"left_on": left, "reason": reason, "shows": shows}
        rows.append(row | _distance(str(left), exits[code]) | moves.get((code, key, turn), {"decision": None}))
    rows += [_vague(county.secretary[0], "2016-05", exits), _vague(county.head[0], "2017-09", exits)]
    stays = terms["141193", "secretary"][0]
    in_place = terms["141193", "head"][2]
    case = {
        "log": led.log,
        "province": "j-140000",
        "left": rows,
        "refused": moves["141193", "secretary", 0] | _who(stays, "141193"),
        "promoted_in_place": moves["141193", "head", 2] | _who(in_place, "141193"),
        "planned": [_planned(code, due, exits) for code, due in PLANNED.items()],
    }
    return case, terms


def _who(term: Term, code: str) -> dict[str, Any]:
    return {"county": place_of(code), "post": term.post, "person": term.person, "appointment": term.appointment}


def _move(led: Ledger, term: Term, code: str, decider: str, said: tuple[str, ...]) -> dict[str, Any]:
    """A proposal and its decision; the decision as the case has it."""
    kind, proposed, decided, decision, ground = said
    data = {"person_id": term.person, "from_post_id": term.post, "kind": kind, "proposed_on": proposed}
    proposal = led.record(told(proposed), "transfer.proposed", {**data, "designation_state": COUNTIES[code][1]})
    ruling = {"decision": decision, "ground": ground, "decided_on": decided, "decided_by": decider}
    event = led.record(told(decided), "transfer.decided", {"proposal_event_id": proposal, **ruling})
    return {"kind": kind, "proposed_on": proposed, **ruling, "proposal_event": proposal, "decision_event": event}


def _distance(left: str, case: dict[str, Any]) -> dict[str, Any]:
    """Days from leaving to the approval of the exit and to the lifting of the list; negative where it is past."""
    approved, lifted = case.get("approved_on"), case["lifted_on"]
    return {
        "delisted_on": approved,
        "lifted_on": lifted,
        "days_before_approval": between(left, approved) if approved else None,
        "days_before_lifting": between(left, lifted) if lifted else None,
    }


def _vague(term: Term, month: str, exits: Exits) -> dict[str, Any]:
    """A holder of 石楼县 who left in a month: the fewest and the most days before the approval."""
    approved = exits[SHILOU]["approved_on"]
    first, last = f"{month}-01", {"2016-05": "2016-05-31", "2017-09": "2017-09-30"}[month]
    row = _who(term, SHILOU) | {"left_on": month, "reason": "transfer", "decision": None, "delisted_on": approved}
    days = [between(last, approved), between(first, approved)]
    shows = "left in that month, before the central text was in force" if month < "2016-10" else "left in that month"
    more = {"lifted_on": exits[SHILOU]["lifted_on"], "days_before_approval_from_to": days, "shows": shows}
    return row | more


def _planned(code: str, due: str, exits: Exits) -> dict[str, Any]:
    """The planned last day of the exit beside the day approved."""
    approved = exits[code].get("approved_on")
    late = max(between(due, approved), 0) if approved else None
    return {"county": place_of(code), "planned": due, "approved": approved, "days_late": late}
