"""Question 15: the half-yearly visits of the ministry's units to their villages in 2018."""

from __future__ import annotations

from typing import Any

from examples.build.days import between
from examples.build.ledger import Data, Ledger
from examples.build.offices import Hold, Term, end, hold, post
from examples.build.visits import visit

FIRST_HALF = ("2018-01-01", "2018-07-01")
SECOND_HALF = ("2018-07-01", "2019-01-01")
HEAD_LEFT, HEAD_CAME = "2018-04-30", "2018-05-15"
UNIT, ONE_OF_TWO, BOTH, STRADDLING = "20", "21", "22", "23"

Row = dict[str, Any]


def ministry_visits(led: Ledger) -> dict[str, Any]:
    """Visits of four units and of a leader of the ministry; the case."""
    heads = {unit: _head(led, unit) for unit in (UNIT, ONE_OF_TWO, BOTH, STRADDLING)}
    deputy = _deputy(led)
    before, after = _change(led, heads[UNIT])
    first = visit(led, [deputy], _villages(led, UNIT)[0], "2018-02-08", confirmed_by=["syn-13-body-unit-20"])
    second = visit(led, [heads[ONE_OF_TWO]], _villages(led, ONE_OF_TWO)[0], "2018-03-15", nights=1)
    third, fourth = (
        visit(led, [heads[BOTH]], place, day, nights=1)
        for place, day in zip(_villages(led, BOTH), ("2018-05-09", "2018-05-10"), strict=True)
    )
    across: Data = {"ended_on": "2018-07-02", "nights": 3}
    fifth = visit(led, [heads[STRADDLING]], _villages(led, STRADDLING)[0], "2018-06-29", **across)
    sixth = visit(led, [after], _villages(led, UNIT)[1], "2018-09-12", late=200)
    rows = [
        _row(led, UNIT, 0, FIRST_HALF, [], [first], "only a deputy came: met by the broad reading alone"),
        _row(led, UNIT, 1, FIRST_HALF, [], [], "the other village of the unit: nobody came"),
        _row(led, UNIT, 1, SECOND_HALF, [sixth], [sixth], "the new head, recorded 200 days later"),
        _row(led, UNIT, 0, SECOND_HALF, [], [], "nobody came in the second half"),
        _row(led, ONE_OF_TWO, 0, FIRST_HALF, [second], [second], "the head came"),
        _row(led, ONE_OF_TWO, 1, FIRST_HALF, [], [], "two villages, one visited: the count is per village"),
        _row(led, BOTH, 0, FIRST_HALF, [third], [third], "both villages on one trip"),
        _row(led, BOTH, 1, FIRST_HALF, [fourth], [fourth], "both villages on one trip"),
        _row(
            led, STRADDLING, 0, FIRST_HALF, [fifth], [fifth], "06-29 to 07-02: it belongs to the half of its first day"
        ),
        _row(led, STRADDLING, 0, SECOND_HALF, [], [], "the same visit does not count again"),
    ]
    return {
        "log": led.log,
        "unit": f"syn-13-body-unit-{UNIT}",
        "head_post": heads[UNIT].post,
        "deputy": {"person": deputy.person, "post": deputy.post},
        "windows": {"first": list(FIRST_HALF), "second": list(SECOND_HALF)},
        "held": [
            _share(before.person, FIRST_HALF[0], HEAD_LEFT),
            _share(None, HEAD_LEFT, HEAD_CAME),
            _share(after.person, HEAD_CAME, FIRST_HALF[1]),
        ],
        "villages": {f"syn-13-body-unit-{unit}": _villages(led, unit) for unit in heads},
        "counts": rows,
        "leader": _leader(led),
    }


def _villages(led: Ledger, unit: str) -> list[str]:
    """The villages paired with a unit."""
    started = [event["data"] for _, event in led.entries if event["type"] == "pairing.started"]
    return [data["assisted"] for data in started if data["helper"] == f"syn-13-body-unit-{unit}"]


def _head(led: Ledger, unit: str) -> Term:
    """The head of a unit as the plan found him."""
    seat = f"syn-13-post-unit-{unit}-head"
    data = next(
        event["data"]
        for _, event in led.entries
        if event["type"] == "appointment.started" and event["data"]["post_id"] == seat
    )
    return Term(data["person_id"], seat, data["appointment_id"], "2017-11-15")


def _deputy(led: Ledger) -> Term:
    """A responsible official of the unit who is not its head."""
    title = f"环境保护部司局/直属单位(未具名) {UNIT} 负责同志(副职)"
    seat = post(led, "2017-12-06", f"unit-{UNIT}-deputy", title, ["other-leader"], body_id=f"syn-13-body-unit-{UNIT}")
    return hold(led, seat, [Hold("<=2017-11-15", "2017-12-06")])[0]


def _change(led: Ledger, before: Term) -> tuple[Term, Term]:
    """The head leaves on 2018-04-30, the next comes on 2018-05-15."""
    end(led, "2018-05-18", before.appointment, HEAD_LEFT)
    return before, hold(led, before.post, [Hold(HEAD_CAME, "2018-06-06")])[0]


def _row(
    led: Ledger, unit: str, which: int, window: tuple[str, str], strict: list[str], broad: list[str], shows: str
) -> Row:
    village = _villages(led, unit)[which]
    return {
        "unit": f"syn-13-body-unit-{unit}",
        "village": village,
        "from": window[0],
        "until": window[1],
        "strict": strict,
        "broad": broad,
        "shows": shows,
    }


def _share(person: str | None, since: str, until: str) -> Row:
    return {"person": person, "from": since, "until": until, "days": between(since, until)}


def _leader(led: Ledger) -> Row:
    """A leader of the ministry: one trip to both counties in spring, to one of them in autumn."""
    seat = post(led, "2017-12-06", "mee-leader", "环境保护部部领导(示例)", ["ministry-leader"], body_id="mee")
    leader = hold(led, seat, [Hold("<=2017-11-15", "2017-12-06")])[0]
    trip = [
        visit(led, [leader], f"j-{code}", day, purpose="research")
        for code, day in (("130828", "2018-05-14"), ("130825", "2018-05-16"))
    ]
    alone = visit(led, [leader], "j-130828", "2018-10-22", purpose="research")
    return {
        "person": leader.person,
        "post": seat,
        "one_trip_to_both": trip,
        "one_county_alone": alone,
        "per_county": {"j-130828": 2, "j-130825": 1},
        "trips": 2,
        "shows": "whether 到两县一次 means one trip or one to each is not stated: both counts",
    }
