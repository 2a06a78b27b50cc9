"""The ministry's villages that had exited, and its ledger (台账) with the nine columns that the plan names."""

from __future__ import annotations

from typing import Any

from examples.build.days import told
from examples.build.exits import Step, leave, lift, list_place
from examples.build.ledger import Ledger
from examples.build.projects import project, project_step
from examples.build.sources import cited

LEDGER = "环境保护部定点扶贫工作台账"
REPORTED = "2017-12-06"
_VILLAGE = "syn-13-village-{:03d}"
_BASIS = "虚构日期;文本只说原有47个结对村中10个已脱贫出列,未具名"
_COUNTIES = {"围场县": "j-130828", "隆化县": "j-130825"}
_EFFECTS = {"农村环境综合整治项目": "改善农村环境(示例)", "山水林田湖生态保护修复试点": "修复生态(示例)"}
_OWN = (("食用菌大棚", "260000.00"), ("饮水管网", "180000.00"), ("光伏电站", "320000.00"), ("助学", "45000.00"))


def exited_villages(led: Ledger, plan: dict[str, Any]) -> dict[str, Any]:
    """Question 17: 47 villages on the list, of which 10 exited before the plan and are helped all the same."""
    original, gone = plan["villages"]["original_paired"], plan["villages"]["of_which_already_exited"]
    exits = []
    for serial in range(1, original + 1):
        list_place(led, REPORTED, _VILLAGE.format(serial), "poor-village", "2014-12-31", _BASIS)
    for serial in range(1, gone + 1):
        place, day = _VILLAGE.format(serial), f"2016-12-{10 + serial}"
        ground = {"basis": _BASIS, "effective_on": day}
        late = (("proposed", "2016-11-01", {"basis": _BASIS}), ("approved", day, ground))
        steps = [Step(verb, on, said, 400) for verb, on, said in late]
        case = leave(led, place, "village", steps)
        lift(led, place, "poor-village", day, case["exit"], late=400, basis=_BASIS)
        exits.append({"village": place, "exit": case["exit"], "approved_on": day})
    return {
        "log": led.log,
        "paired": original,
        "exited": gone,
        "exits": exits,
        "valid_at": "2018-03-05",
        "still_paired_and_exited": gone,
        "shows": "continuing after exit is expected here",
    }


def ledger(led: Ledger, plan: dict[str, Any]) -> dict[str, Any]:
    """The four amounts that the report states, and four entries of groups with projects accepted at the year's end."""
    entries = []
    for fund in plan["funds_2017"]:
        place = _COUNTIES[fund["county"]]
        for item in fund["items"]:
            basis = f"{cited(fund['evidence'])};经费按县下达,文本未列村,结对帮扶村一栏填县;小组、单位和登记日期系虚构"
            columns = {"paired_village": place, "project_name": item["name"], "content": item["name"]}
            more = {"beneficiaries": f"{fund['county']}贫困群众", "funds": item["cny"]}
            effect = {"implementing_unit": fund["county"], "expected_effect": _EFFECTS[item["name"]]}
            entries.append(_enter(led, 1, {**columns, **more, **effect, "basis": basis}))
    own = []
    for serial, (name, amount) in enumerate(_OWN, start=1):
        village = _VILLAGE.format(20 + serial)
        which = project(led, f"{name}(示例)", village, "2018-03-12", f"syn-13-body-unit-{20 + serial:02d}", amount)
        columns = {"paired_village": village, "project_name": f"{name}(示例)", "content": f"建设{name}(示例)"}
        more = {"implementing_unit": "村“两委”(示例)", "beneficiaries": f"贫困户{10 + serial}户", "funds": amount}
        event = _enter(led, 20 + serial, {**columns, **more, "expected_effect": "户均增收(示例)"}, "2018-03-20")[
            "event"
        ]
        accepted = f"2018-12-{10 + serial}" if serial < len(_OWN) else None
        if accepted is not None:
            project_step(led, which, "accepted", accepted, accepted_by="mee-poverty-office", result="passed")
        own.append(
            {"event": event, "project": which, "paired_village": village, "funds": amount, "accepted_on": accepted}
        )
    return {
        "log": led.log,
        "ledger": LEDGER,
        "columns": [column["zh"] for column in plan["ledger_columns"]],
        "stated": entries,
        "totals": {_COUNTIES[fund["county"]]: fund["total_cny"] for fund in plan["funds_2017"]},
        "total": plan["funds_2017_total_cny"],
        "own": own,
        "shows": "the amounts are the text's; one item was not accepted at the year's end",
    }


def _enter(led: Ledger, unit: int, columns: dict[str, Any], on: str = "2017-12-29") -> dict[str, Any]:
    """One entry of the ledger; its event and what a test compares."""
    group = (unit - 1) % 13 + 1
    who = {"group": f"扶贫工作小组(未具名) {group:02d}", "unit": f"环境保护部司局/直属单位(未具名) {unit:02d}"}
    event = led.record(told(on, 7), "ledger-entry.recorded", {"ledger": LEDGER, **who, **columns, "entered_on": on})
    kept = ("paired_village", "project_name", "funds")
    return {"event": event, **{name: columns[name] for name in kept}}
