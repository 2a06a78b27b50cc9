"""Question 16 in Shanxi: households are let go by the township, villages by the county, each step by step."""

from __future__ import annotations

from typing import Any

from examples.build.county_exits import BASIS, Exits
from examples.build.exits import Step, leave, lift, list_place
from examples.build.households import identify
from examples.build.ledger import Ledger
from examples.build.offices import FIRST_REPORT, Hold, body, hold
from examples.build.oversight import inspect
from examples.build.township import Posts, township_posts
from examples.build.tree import placeholder

COUNTY = "syn-14-j-141191"
TOWNSHIP = "syn-14-j-141191901"
_REGISTERED = "2015-03-20"


def exits_of_shanxi(led: Ledger, own: dict[str, str], city: dict[str, str], counties: Exits) -> dict[str, Any]:
    """The township with its villages and households, and all their exits; the case."""
    placeholder(led, FIRST_REPORT, TOWNSHIP, "141191901", "合成子乡", "township", COUNTY, BASIS)
    posts = township_posts(led, TOWNSHIP, "合成子乡", "141191901")
    for seat in (posts.secretary, posts.head):
        hold(led, seat, [Hold("2016-03-01", "2016-03-21")])
    villages = []
    for serial in range(1, 6):
        code = f"1411919012{serial:02d}"
        place, name = f"syn-14-j-{code}", f"合成子{serial}村"
        villages.append(placeholder(led, FIRST_REPORT, place, code, name, "village", TOWNSHIP, BASIS))
        list_place(led, _REGISTERED, place, "poor-village", "2014-12-31", BASIS)
    committee = body(
        led,
        FIRST_REPORT,
        "141191901201-committee",
        "合成子1村村民委员会",
        ["village-committee"],
        place=villages[0],
        kind="village-committee",
    )
    return {
        "log": led.log,
        "jurisdiction": TOWNSHIP,
        "instrument": "shanxi",
        "township_government": _government(posts),
        "county_group": own["group"],
        "households": _households(led, villages[0], committee, _government(posts), own),
        "villages": _villages(led, villages, _government(posts), own, city),
        "counties": counties,
        "approving_persons": {"township_head_post": posts.head},
    }


def _government(posts: Posts) -> str:
    return f"syn-14-body-{posts.place.removeprefix('syn-14-j-')}-government"


def _households(led: Ledger, place: str, committee: str, township: str, own: dict[str, str]) -> list[dict[str, Any]]:
    """Five households of one village."""
    proposed = Step("proposed", "2017-11-06", {"proposed_by": committee})
    verified = Step("verified", "2017-11-20", {"verifiers": [township], "result": "confirmed"})
    ground = {"basis_instrument_id": "shanxi", "effective_on": "2017-12-05"}
    approved = Step("approved", "2017-12-05", {"approved_by": township, **ground})
    recorded = [Step("recorded", "2017-12-12", {"system_record_id": f"示例-14-{serial:04d}"}) for serial in range(1, 5)]
    late = Step("verified", "2017-12-11", {"verifiers": [township], "result": "confirmed"})
    above = Step("approved", "2017-12-05", {"approved_by": own["group"], **ground})
    refused = Step("rejected", "2017-12-06", {"rejected_by": township, "ground": "收入未达标(示例)"})
    rows: list[tuple[list[Step], list[str]]] = [
        ([proposed, verified, approved, recorded[0]], []),
        ([proposed, verified, above, recorded[1]], ["incompetent-body"]),
        ([proposed, approved, late, recorded[2]], ["verified-after-approved"]),
        ([proposed, approved], ["missing-verified", "missing-recorded"]),
        ([proposed, verified, refused], []),
    ]
    cases = []
    for persons, (steps, faults) in enumerate(rows, start=2):
        household = identify(led, place, persons, "2014-12-31", _REGISTERED)
        cases.append(leave(led, household, "household", steps) | {"persons": persons, "faults": faults})
    return cases


def _villages(
    led: Ledger, places: list[str], township: str, own: dict[str, str], city: dict[str, str]
) -> list[dict[str, Any]]:
    """Four villages that exit; the fifth does not."""
    group = own["group"]
    verified = Step("verified", "2018-02-05", {"verifiers": [township], "result": "confirmed"})
    notice = Step("publicised", "2018-02-20", {"notice_until": "2018-02-27", "place": "村公示栏"})
    reported = Step("reported", "2018-03-05", {"recipient_body_id": group})
    checked = Step("verified", "2018-03-20", {"verifiers": [group], "result": "confirmed"})
    ground = {"basis_instrument_id": "shanxi"}
    approved = Step("approved", "2018-04-02", {"approved_by": group, **ground, "effective_on": "2018-04-02"})
    itself = Step("approved", "2018-04-02", {"approved_by": township, **ground, "effective_on": "2018-04-02"})
    longer = Step("publicised", "2018-02-22", {"notice_until": "2018-03-15", "place": "村公示栏"})
    early = Step("approved", "2018-03-10", {"approved_by": group, **ground, "effective_on": "2018-03-10"})
    soon = [Step("reported", "2018-03-05", {"recipient_body_id": group})]
    soon.append(Step("verified", "2018-03-08", {"verifiers": [group], "result": "confirmed"}))
    objection = Step("objected", "2018-02-22", {"objector": "anonymous"})
    rows: list[tuple[list[Step], list[str]]] = [
        ([verified, notice, reported, checked, approved], []),
        ([verified, notice, reported, itself], ["incompetent-body", "missing-verified-by-county"]),
        ([verified, longer, *soon, early], ["reported-before-notice-ended", "approved-before-notice-ended"]),
        ([verified, notice, objection, reported, checked, approved], []),
    ]
    cases = []
    for place, (steps, faults) in zip(places[:4], rows, strict=True):
        case = leave(led, place, "village", [Step("proposed", "2018-01-22", {"proposed_by": township}), *steps])
        lift(led, place, "poor-village", case["approved_on"], case["exit"])
        cases.append({**case, "faults": faults, "open_objections": sum(one is objection for one in steps)})
    inspect(led, "special", city["group"], places[0], ("2018-05-14", "2018-05-16"), ["精准退出"])
    return cases
