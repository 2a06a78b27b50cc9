"""Question 10: two synthetic townships of Shilou are merged into a third, and one village is forgotten."""

from __future__ import annotations

from typing import Any

from examples.build.county import County
from examples.build.ledger import Ledger
from examples.build.letters import Paper, pair, sign
from examples.build.offices import FIRST_REPORT, INVENTORY, Hold, end, hold, post
from examples.build.township import township_posts
from examples.build.tree import placeholder

BASIS = "虚构区划,用于演示合并"
REPORTED = "2018-07-06"
MERGED = "2018-07-01"
APPROVAL = "示例民发〔2018〕7号"
TOWNSHIPS = {"901": "合成甲乡", "902": "合成乙乡", "903": "合成丙镇"}
VILLAGES = {"901": 3, "902": 3}
LEFT_BEHIND = "syn-14-j-141126902203"


def _place(code: str) -> str:
    return f"syn-14-j-{code}"


def merge(led: Ledger, county: County, cases: dict[str, Any]) -> None:
    """Register the townships, staff them, merge them."""
    villages = _register(led, county)
    first, second, merged = (_place(f"141126{key}") for key in TOWNSHIPS)
    old = township_posts(led, first, TOWNSHIPS["901"], "141126901")
    secretary = hold(led, old.secretary, [Hold(INVENTORY, until=MERGED, ended=REPORTED, reason="body-dissolved")])
    head = hold(led, old.head, [Hold("2016-03", "2016-04-21")])
    letter = sign(
        led,
        "2018-03-06",
        "exit-letter",
        secretary[0],
        county.bodies["group"],
        first,
        Paper("2018-02-09", "2018-01-01", "2019-01-01"),
    )
    pairing = pair(led, "2016-06-21", county.units[3].body, first, "fixed-point-unit", "2016")
    unnamed = pair(led, "2016-06-21", county.units[4].body, second, "fixed-point-unit", "2016")
    new = post(
        led, REPORTED, "141126903-secretary", "合成丙镇党委书记", ["party-principal"], place=merged, since=MERGED
    )
    hold(led, new, [Hold(MERGED, REPORTED)])
    event = led.record(
        REPORTED,
        "jurisdiction.restructured",
        {
            "kind": "merge",
            "predecessor_ids": [first, second],
            "successor_ids": [merged],
            "duty_succession": [{"id": letter, "successor_id": merged}, {"id": pairing, "successor_id": merged}],
            "effective_from": MERGED,
            "approval_document": APPROVAL,
            "basis": BASIS,
        },
    )
    moved = _move(led, villages, merged)
    data = {"post_id": old.secretary, "successor_post_id": new, "effective_from": MERGED}
    led.record(REPORTED, "post.abolished", data)
    end(led, "2018-09-06", head[0].appointment, MERGED, "body-dissolved")
    cases["q10_merge"] = {
        "log": led.log,
        "predecessors": [first, second],
        "successor": merged,
        "event": event,
        "effective_from": MERGED,
        "recorded_on": REPORTED,
        "letter": letter,
        "pairing": pairing,
        "pairing_without_successor": unnamed,
        "moved": moved,
        "left_behind": LEFT_BEHIND,
        "abolished_post": old.secretary,
        "post_left_behind": old.head,
    }


def _register(led: Ledger, county: County) -> list[str]:
    """The three townships and six villages; the third township is on record from the merger on."""
    villages = []
    for key, name in TOWNSHIPS.items():
        code = f"141126{key}"
        if key == "903":
            data = {"jurisdiction_id": _place(code), "code": code, "name_zh": name, "level": "township"}
            more = {"parent_id": county.place, "effective_from": MERGED, "basis": BASIS}
            led.record(REPORTED, "jurisdiction.registered", {**data, **more})
            continue
        placeholder(led, FIRST_REPORT, _place(code), code, name, "township", county.place, BASIS)
        for serial in range(1, VILLAGES[key] + 1):
            village = f"{code}2{serial:02d}"
            title = f"合成{name[2]}{serial}村"
            villages.append(
                placeholder(led, FIRST_REPORT, _place(village), village, title, "village", _place(code), BASIS)
            )
    return villages


def _move(led: Ledger, villages: list[str], merged: str) -> list[str]:
    """All villages but one move under the successor with new codes."""
    moved = [village for village in villages if village != LEFT_BEHIND]
    for serial, village in enumerate(moved, start=1):
        data = {"jurisdiction_id": village, "new_parent_id": merged, "new_code": f"1411269032{serial:02d}"}
        more = {"effective_from": MERGED, "approval_document": APPROVAL}
        led.record(REPORTED, "jurisdiction.reparented", {**data, **more})
    return moved
