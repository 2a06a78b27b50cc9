"""The log demo-cn-41: Henan in 2017, its two named office holders, and the vacancy of question 2."""

from __future__ import annotations

from typing import Any

from examples.build.henan_removals import removals
from examples.build.ledger import FACTS, Ledger
from examples.build.offices import FIRST_REPORT, Hold, body, hold, post
from examples.build.sources import facts
from examples.build.tree import instrument, path, placeholder, register
from examples.build.vacancy import vacant_village

LOG = "demo-cn-41"
REGISTERED = "2015-01-05"
REPORTED = "2017-07-10"
PROVINCE = "j-410000"
COUNTY = "j-410225"
TOWNSHIP = "syn-41-j-410225901"
FILE = "002_d90a8825175b236f.txt"
GROUPS = 10
_CODES = (
    "410000",
    "410100",
    "410200",
    "410300",
    "410400",
    "410700",
    "411000",
    "411200",
    "411300",
    "411400",
    "411500",
    "411700",
    "410225",
    "410724",
    "410782",
    "411224",
    "411321",
    "411421",
    "411525",
)
_HOLDERS = {
    "河南省委书记": ("secretary", "party-principal", 9, "省委书记谢伏瞻强调"),
    "河南省省长": ("governor", "government-principal", 10, "省长陈润儿要求"),
}


def build() -> tuple[Ledger, dict[str, Any]]:
    """The log and its cases."""
    led, cases = Ledger(LOG), dict[str, Any]()
    register(led, REGISTERED, path(*_CODES))
    instrument(led, REPORTED, "henan", [PROVINCE])
    _office_holders(led, cases)
    _supervision_groups(led)
    _vacancies(led, cases)
    cases["q21"] = removals(led, TOWNSHIP)
    return led, cases


def _office_holders(led: Ledger, cases: dict[str, Any]) -> None:
    """The two that the report names, in office on its day; since when it does not say."""
    henan = facts("henan_2017")
    case: dict[str, Any] = {"log": LOG, "observed_on": henan["report_date"], "posts": {}}
    for holder in henan["named_office_holders"]:
        key, function, line, phrase = _HOLDERS[holder["post"]]
        basis = f"{FILE} 第{line}行:{phrase}(报道日期7月9日,年份2017系推断)"
        who, which, appointment = f"fact-41-person-{key}", f"fact-41-post-{key}", f"fact-41-appointment-{key}"
        led.record(REPORTED, "person.registered", {"person_id": who, "name_zh": holder["name"], "basis": basis}, FACTS)
        seat = {"post_id": which, "title_zh": holder["post"], "jurisdiction_id": PROVINCE, "functions": [function]}
        led.record(REPORTED, "post.established", {**seat, "basis": basis}, FACTS)
        led.record(
            REPORTED,
            "appointment.observed",
            {
                "appointment_id": appointment,
                "on": holder["as_of"],
                "person_id": who,
                "post_id": which,
                "basis": basis,
            },
            FACTS,
        )
        case["posts"][which] = {"person": who, "name": holder["name"], "appointment": appointment}
    cases["henan_office_holders"] = case


def _supervision_groups(led: Ledger) -> None:
    """Ten groups by number; their names and members are not stated."""
    for serial in range(1, GROUPS + 1):
        name = f"脱贫攻坚督导巡察组(未具名) {serial:02d}"
        key = f"supervision-{serial:02d}"
        body(led, REPORTED, key, name, ["supervising-side"], place=PROVINCE, kind="supervision-group")


def _vacancies(led: Ledger, cases: dict[str, Any]) -> None:
    """Two synthetic villages of a synthetic township of Lankao: nobody acts in one, someone in the other."""
    basis = "虚构区划,用于演示岗位空缺"
    placeholder(led, FIRST_REPORT, TOWNSHIP, "410225901", "合成丁乡", "township", COUNTY, basis)
    for serial, key in ((1, "q2"), (2, "q2_acting")):
        code = f"4102259012{serial:02d}"
        name = f"合成丁{serial}村"
        place = placeholder(led, FIRST_REPORT, f"syn-41-j-{code}", code, name, "village", TOWNSHIP, basis)
        case = vacant_village(led, place, name, code, acting=key == "q2_acting")
        group = body(
            led, "2017-03-06", f"{code}-group", f"{name}村级脱贫责任组", [], place=place, kind="village-office"
        )
        leader = post(
            led, "2017-03-06", f"{code}-group-leader", "村级脱贫责任组组长", ["village-group-leader"], body_id=group
        )
        term = hold(led, leader, [Hold("2017-02", "2017-03-06")])[0]
        cases[key] = {**case, "group_leader": term.person, "group_leader_post": leader}
