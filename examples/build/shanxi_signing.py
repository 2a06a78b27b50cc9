"""Question 13: both letters of both principals on every day of 2018, and four ways in which they were not there."""

from __future__ import annotations

from typing import Any

from examples.build.ledger import Ledger
from examples.build.letters import Paper, countersign, pair, sign
from examples.build.offices import Hold, Term, hold, post
from examples.build.shanxi_ranking import BASIS, COUNTY, TOLD
from examples.build.tree import placeholder

CITY_GROUP = "syn-14-body-141100-group"
COUNTY_GROUP = "syn-14-body-141195-group"
_YEAR = Paper("2018-01-15", "2018-01-01", "2019-01-01")
_EARLY = Paper("2018-01-15", "2018-01-01", "2018-10-01")
_RENEWED = Paper("2018-11-01", "2018-11-01", "2019-01-01")
_ARRIVED = Paper("2018-04-10", "2018-04-10", "2019-01-01")
_LATE = Paper("2018-07-16", "2018-07-16", "2019-01-01")


def signing(led: Ledger, county: dict[str, Term]) -> dict[str, Any]:
    """The county and its three townships; the case: how long what was missing, by post."""
    first, second, third = (_township(led, serial) for serial in range(1, 4))
    for term in county.values():
        _both(led, term, CITY_GROUP, COUNTY, first["place"], _YEAR)
    rows = [_row(term, COUNTY) for term in county.values()]
    rows += _together(led, first)
    rows += _replaced(led, second)
    rows += _lapsed(led, third)
    return {
        "log": led.log,
        "county": COUNTY,
        "from": "2018-01-01",
        "until": "2019-01-01",
        "posts": rows,
        "rules": {"city": "shanxi-2016-art22-b", "county": "shanxi-2016-art27-b", "township": "shanxi-2016-art37-b"},
        "shows": "dual signing is two letters by each of two principals; a successor signs anew or inherits",
    }


def _township(led: Ledger, serial: int) -> dict[str, str]:
    """A township with its two posts and the village that both principals take on."""
    code, name = f"14119590{serial}", f"合成巳{serial}乡"
    place = placeholder(led, TOLD, f"syn-14-j-{code}", code, name, "township", COUNTY, BASIS)
    village = placeholder(led, TOLD, f"{place}201", f"{code}201", f"合成巳{serial}村", "village", place, BASIS)
    secretary = post(led, TOLD, f"{code}-secretary", f"{name}党委书记", ["party-principal"], place=place)
    head = post(led, TOLD, f"{code}-head", f"{name}乡长".replace("乡乡", "乡"), ["government-principal"], place=place)
    return {"place": place, "village": village, "secretary": secretary, "head": head}


def _together(led: Ledger, here: dict[str, str]) -> list[dict[str, Any]]:
    """One exit letter that both principals signed, and an assistance letter of each."""
    secretary = hold(led, here["secretary"], [Hold("2015-04-01", TOLD)])[0]
    head = hold(led, here["head"], [Hold("2015-04-01", TOLD)])[0]
    joint = sign(led, TOLD, "exit-letter", secretary, COUNTY_GROUP, here["place"], _YEAR)
    countersign(led, TOLD, joint, head, "co-principal", _YEAR.signed_on)
    for term in (secretary, head):
        sign(led, TOLD, "assistance-letter", term, here["village"], here["village"], _YEAR)
        pair(led, TOLD, term.person, here["village"], "contact-point", "2018-01-01")
    return [_row(secretary, here["place"]), _row(head, here["place"]) | {"joint_letter": joint}]


def _replaced(led: Ledger, here: dict[str, str]) -> list[dict[str, Any]]:
    """A secretary who signed 45 days after coming; a head's post that stood empty for 40 days."""
    before, after = hold(
        led, here["secretary"], [Hold("2015-04-01", TOLD, "2018-06-01", TOLD), Hold("2018-06-01", TOLD)]
    )
    _both(led, before, COUNTY_GROUP, here["place"], here["village"], _YEAR)
    _both(led, after, COUNTY_GROUP, here["place"], here["village"], _LATE)
    gone, came = hold(led, here["head"], [Hold("2015-04-01", TOLD, "2018-03-01", TOLD), Hold("2018-04-10", TOLD)])
    _both(led, gone, COUNTY_GROUP, here["place"], here["village"], _YEAR)
    _both(led, came, COUNTY_GROUP, here["place"], here["village"], _ARRIVED)
    signed = {"cause": "not-signed", "from": "2018-06-01", "until": "2018-07-16", "days": 45}
    empty = {"cause": "vacancy", "from": "2018-03-01", "until": "2018-04-10", "days": 40}
    return [
        _row(after, here["place"], "breached", [signed | {"person": after.person, "letters": 2}])
        | {"charged": {before.person: 151, after.person: 214}, "inherited": "met"},
        _row(came, here["place"], "gap", [empty | {"person": None, "letters": 0}])
        | {"charged": {gone.person: 59, "": 40, came.person: 266}},
    ]


def _lapsed(led: Ledger, here: dict[str, str]) -> list[dict[str, Any]]:
    """Letters that ended on 1 October and were renewed on 1 November; a head who never signed the second letter."""
    secretary = hold(led, here["secretary"], [Hold("2015-04-01", TOLD)])[0]
    head = hold(led, here["head"], [Hold("2015-04-01", TOLD)])[0]
    for paper in (_EARLY, _RENEWED):
        _both(led, secretary, COUNTY_GROUP, here["place"], here["village"], paper)
    sign(led, TOLD, "exit-letter", head, COUNTY_GROUP, here["place"], _YEAR)
    ended = {"cause": "expired", "from": "2018-10-01", "until": "2018-11-01", "days": 31, "letters": 2}
    never = {"cause": "not-signed", "from": "2018-01-01", "until": "2019-01-01", "days": 365, "letters": 1}
    return [
        _row(secretary, here["place"], "breached", [ended | {"person": secretary.person}]) | {"inherited": "breached"},
        _row(head, here["place"], "breached", [never | {"person": head.person}]) | {"inherited": "breached"},
    ]


def _both(led: Ledger, term: Term, group: str, scope: str, contact: str, paper: Paper) -> None:
    """The two letters of one principal: for the exit, and for the contact point."""
    sign(led, TOLD, "exit-letter", term, group, scope, paper)
    sign(led, TOLD, "assistance-letter", term, contact, contact, paper)


def _row(term: Term, place: str, status: str = "met", gaps: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"place": place, "post": term.post, "holder": term.person, "status": status, "gaps": gaps or []}
