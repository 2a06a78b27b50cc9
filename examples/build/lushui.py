"""The log demo-cn-53: Yunnan, with Lushui county, which became a city in 2016 (question 10)."""

from __future__ import annotations

from typing import Any

from examples.build.ledger import PUBLIC, Ledger
from examples.build.letters import Paper, pair, sign, supersede
from examples.build.listed import register_tree, supervise
from examples.build.monthly_reports import monthly_reports
from examples.build.offices import FIRST_REPORT, INVENTORY, Hold, body, hold, post

LOG = "demo-cn-53"
REGISTERED = "2015-01-05"
LUSHUI = "j-533321"
PREFECTURE = "j-533300"
RENAMED = "2016-06-16"
BASIS = "公开事实(GB/T 2260,不在种子文本中):2016-06-16撤销泸水县(533321),设立县级泸水市(533301)"


def build() -> tuple[Ledger, dict[str, Any]]:
    """The log and its cases."""
    led, cases = Ledger(LOG), dict[str, Any]()
    register_tree(led, REGISTERED, without=frozenset({"533301"}))
    _rename(led, cases)
    _offices(led, cases["q10"])
    supervise(led)
    cases["q14_53"] = monthly_reports(led)
    return led, cases


def _rename(led: Ledger, cases: dict[str, Any]) -> None:
    """The county under its old name and code, then the change."""
    county = {"jurisdiction_id": LUSHUI, "code": "533321", "name_zh": "泸水县", "level": "county"}
    led.record(REGISTERED, "jurisdiction.registered", {**county, "parent_id": PREFECTURE, "basis": BASIS}, PUBLIC)
    event = led.record(
        "2016-07-01",
        "jurisdiction.renamed",
        {
            "jurisdiction_id": LUSHUI,
            "old_name_zh": "泸水县",
            "new_name_zh": "泸水市",
            "old_code": "533321",
            "new_code": "533301",
            "effective_from": RENAMED,
            "basis": BASIS,
        },
        PUBLIC,
    )
    cases["q10"] = {
        "log": LOG,
        "jurisdiction": LUSHUI,
        "event": event,
        "effective_from": RENAMED,
        "recorded_on": "2016-07-01",
        "before": {"code": "533321", "name": "泸水县"},
        "after": {"code": "533301", "name": "泸水市"},
    }


def _offices(led: Ledger, case: dict[str, Any]) -> None:
    """Synthetic holders, letters and a pairing that go on across the change."""
    group = body(
        led,
        FIRST_REPORT,
        "533300-group",
        "怒江州脱贫攻坚领导小组",
        ["leading-group"],
        place=PREFECTURE,
        kind="leading-group",
    )
    seat = post(led, FIRST_REPORT, "533321-secretary", "泸水县(市)委书记", ["party-principal"], place=LUSHUI)
    secretary = hold(
        led,
        seat,
        [Hold(INVENTORY, until="2017-02", ended="2017-03-21"), Hold("2017-02", "2017-03-21")],
    )
    title = "泸水县(市)县(市)长"
    head = post(led, FIRST_REPORT, "533321-head", title, ["government-principal"], place=LUSHUI)
    hold(led, head, [Hold("2014", until="2018", ended="2019-01-21"), Hold("2018", "2019-01-21")])
    paper = Paper("2016-03-15", "2016-01-01")
    older = sign(led, "2016-04-06", "exit-letter", secretary[0], group, LUSHUI, paper)
    paper = Paper("2017-05", "2017-01-01")
    newer = sign(led, "2017-06-06", "exit-letter", secretary[1], group, LUSHUI, paper)
    supersede(led, "2017-06-06", older, newer, "2017-01-01", "post-change")
    unit = body(led, FIRST_REPORT, "533321-unit-01", "示例帮扶单位-53-01", ["assisting-unit"], place=PREFECTURE)
    case["pairing"] = pair(led, "2015-09-21", unit, LUSHUI, "contact-county", "2015")
    case["letters"] = [older, newer]
    case["posts"] = [seat, head]
