"""Question 6: 58 poor counties ranked in three rounds, who of them is rewarded, and one promoted in place.

The text counts 58 poor counties and names none. Six are on record; 合成巳县 and the placeholders here make them 58.
"""

from __future__ import annotations

from typing import Any

from examples.build.exits import list_place
from examples.build.ledger import Ledger
from examples.build.offices import Hold, Term, body, hold, post
from examples.build.tree import placeholder

TOLD = "2020-12-20"
"""All of it is recorded at once, later than everything else of the log."""
CODE, NAME = "141195", "合成巳县"
COUNTY = f"syn-14-j-{CODE}"
CITY, PROVINCE = "j-141100", "j-140000"
COUNTED = 58
SHILOU = "j-141126"
SHILOU_TOLD = (2017, 2018)
"""The years of which its rank is on record before."""
BASIS = "虚构县,用于演示考核排序、就地提级与双签"
UNNAMED = "山西实施细则第二条计58个贫困县,未具名;占位,排序为虚构"
ON_RECORD = (SHILOU, "j-141124", *(f"syn-14-j-14119{serial}" for serial in range(1, 5)))
"""The counties on a list of poor counties before: they stand at the end of every round."""
LIFTED = ("syn-14-j-141191", "syn-14-j-141194")
"""Taken off their list before the third round, which ranks 56."""
_LIST = "poor-county-provincial"
_RANKS = {2016: 12, 2017: 11, 2018: 3}
"""The rank of 合成巳县 in each round."""
_SHILOU = {2016: 30, 2017: 6, 2018: 7}
_RECORDED = {2016: "2017-03-06", 2017: "2018-03-05", 2018: "2019-03-05"}
_EVALUATED = {2016: 58, 2017: 20, 2018: 56}
_REWARDED = {2016: 12, 2017: 4, 2018: 11}
"""A fifth of those evaluated: 11.6 is rewarded as twelve, 4 is whole, 11.2 is rewarded as eleven."""
_EXCELLENT = {2016: 12, 2017: 0, 2018: 12}
"""The last rank graded 优秀, besides 合成巳县: no other is so graded three years running."""
_LATE_REWARD = "2019-06-11"


def ranking(led: Ledger, decider: str) -> tuple[dict[str, Any], dict[str, Term]]:
    """The county, the rounds and what followed; the case, and the county's two principals."""
    place = placeholder(led, TOLD, COUNTY, CODE, NAME, "county", CITY, BASIS)
    list_place(led, TOLD, place, _LIST, "2013-01-01", BASIS)
    seats = {
        "secretary": post(led, TOLD, f"{CODE}-secretary", f"{NAME}委书记", ["party-principal"], place=place),
        "head": post(
            led, TOLD, f"{CODE}-head", f"{NAME}县长".replace("县县", "县"), ["government-principal"], place=place
        ),
    }
    terms = {
        "secretary": hold(led, seats["secretary"], [Hold("2015-10-08", TOLD)])[0],
        "head": hold(led, seats["head"], [Hold("2017-06-01", TOLD)])[0],
    }
    body(led, TOLD, f"{CODE}-group", f"{NAME}脱贫攻坚领导小组", ["leading-group"], place=place, kind="leading-group")
    others = _placeholders(led)
    rounds = {str(year): _round(led, year, others) for year in _RANKS}
    return _case(led, decider, terms, rounds), terms


def _placeholders(led: Ledger) -> list[str]:
    """As many counties as make 58 with those on record, each directly under the province."""
    made = []
    for serial in range(1, COUNTED - len(ON_RECORD)):
        code, name = f"14{serial:04d}000000", f"贫困县(未具名) 山西-{serial:02d}"
        made.append(placeholder(led, TOLD, f"syn-14-county-{serial:02d}", code, name, "county", PROVINCE, UNNAMED))
        list_place(led, TOLD, made[-1], _LIST, "2013-01-01", UNNAMED)
    return made


def _round(led: Ledger, year: int, others: list[str]) -> dict[str, Any]:
    """One round: those evaluated by rank, and the rewards of the first fifth. The county's own comes last in 2019."""
    last = [one for one in ON_RECORD if one != SHILOU and (year, one in LIFTED) != (2018, True)]
    field = [*others, *last]
    for place, rank in sorted(((SHILOU, _SHILOU[year]), (COUNTY, _RANKS[year])), key=lambda one: one[1]):
        field.insert(rank - 1, place)
    on = _RECORDED[year]
    ranked = field[: _EVALUATED[year]]
    for rank, county in enumerate(ranked, start=1):
        if county == SHILOU and year in SHILOU_TOLD:
            continue
        grade = "excellent" if county == COUNTY or rank <= _EXCELLENT[year] else "good"
        data = {"evaluation_id": f"syn-14-evaluation-{year}-{rank:02d}", "subject": county, "year": year}
        led.record(TOLD, "evaluation.recorded", {**data, "grade": grade, "ranking": rank, "recorded_on": on})
    top = ranked[: _REWARDED[year]]
    for county in top:
        granted = _LATE_REWARD if (county, year) == (COUNTY, 2018) else f"{year + 1}-05-23"
        reward = {"reward_id": led.fresh("reward"), "subject": county, "kind": "circulated-commendation"}
        led.record(TOLD, "reward.granted", {**reward, "granted_on": granted})
    return {
        "rank": _RANKS[year],
        "evaluation": f"syn-14-evaluation-{year}-{_RANKS[year]:02d}",
        "recorded_on": on,
        "evaluated": len(ranked),
        "rewarded": len(top),
        "county_rewarded": COUNTY in top,
    }


def _case(led: Ledger, decider: str, terms: dict[str, Term], rounds: dict[str, Any]) -> dict[str, Any]:
    """The secretary is promoted in place: proposed, decided and granted; the post is not left."""
    who = terms["secretary"]
    moved = {"person_id": who.person, "from_post_id": who.post, "kind": "promotion-in-place"}
    proposal = led.record(TOLD, "transfer.proposed", {**moved, "proposed_on": "2019-07-08", "designation_state": _LIST})
    ruling = {"decision": "approved", "ground": "连续三年优秀,就地提级(示例)", "decided_on": "2019-08-02"}
    decision = led.record(TOLD, "transfer.decided", {"proposal_event_id": proposal, **ruling, "decided_by": decider})
    reward = {"reward_id": led.fresh("reward"), "subject": who.person, "kind": "rank-in-place"}
    led.record(TOLD, "reward.granted", {**reward, "granted_on": "2019-08-20"})
    return {
        "log": led.log,
        "province": PROVINCE,
        "county": COUNTY,
        "counted": COUNTED,
        "share": "0.20",
        "exact": "11.60",
        "rounds": rounds,
        "late_reward_on": _LATE_REWARD,
        "principals": {
            "secretary": {"post": who.post, "person": who.person, "days": {"2016": 366, "2017": 365, "2018": 365}},
            "head": {
                "post": terms["head"].post,
                "person": terms["head"].person,
                "days": {"2017": 214, "2018": 365},
            },
        },
        "promoted_in_place": {"decision_event": decision, "decided_on": "2019-08-02", "granted_on": "2019-08-20"},
        "shows": "20 % of 58 is 11.6: set and rounding are readings; three years of a county are not a person's",
    }
