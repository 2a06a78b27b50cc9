"""Question 2: the Party secretary left on 2017-05-31 and the next came on 2017-07-10."""

from __future__ import annotations

from examples.build.ledger import Ledger
from examples.build.offices import INVENTORY, Hold, hold
from examples.build.village import first_secretary_post, secretary_post

LEFT = "2017-05-31"
CAME = "2017-07-10"
DAYS = 40


def vacant_village(led: Ledger, place: str, name: str, code: str, acting: bool) -> dict[str, object]:
    """A village with the vacancy, with or without an acting holder, and its first secretary; the case."""
    seat = secretary_post(led, place, name, code)
    holders = [Hold(INVENTORY, until=LEFT, ended="2017-06-06"), Hold(CAME, "2017-07-21")]
    if acting:
        holders.append(Hold(LEFT, "2017-06-06", CAME, "2017-07-21", "acting"))
    terms = hold(led, seat, holders)
    first = hold(led, first_secretary_post(led, place, name, code), [Hold("2015-08", "2015-09-21")])
    return {
        "log": led.log,
        "jurisdiction": place,
        "post": seat,
        "from": LEFT,
        "until": CAME,
        "days": DAYS,
        "valid_at": "2017-06-15",
        "status": "held" if acting else "vacant",
        "substantive": "vacant",
        "acting": terms[2].person if acting else None,
        "previous": terms[0].person,
        "next": terms[1].person,
        "first_secretary": first[0].person,
        "first_secretary_post": first[0].post,
    }
