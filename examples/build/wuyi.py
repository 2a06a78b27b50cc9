"""Wuyi county of Hebei under its draft text: its bodies, one invented township of three villages, its holders.

The county joined the log on 2017-11-20: what happened before is recorded from that day on.
"""

from __future__ import annotations

from dataclasses import dataclass

from examples.build.ledger import Ledger
from examples.build.offices import Hold, Term, body, hold, post
from examples.build.sources import facts
from examples.build.tree import instrument, path, placeholder, register

COUNTY = "j-131122"
TOWNSHIP = "syn-13-j-131122901"
VILLAGE = "syn-13-j-131122901201"
JOINED = "2017-11-20"
INSTRUMENT = "wuyi"
BASIS = "虚构区划,用于演示武邑县讨论稿的退出、资金和公示"
ARCHIVE: list[str] = facts("wuyi")["archive_order"]
"""The order of the project archive that the text states ((二)13)."""
_BODIES = (
    ("committee", "中共武邑县委员会", "party-committee", "committee"),
    ("government", "武邑县人民政府", "government", "government"),
    ("group", "武邑县扶贫开发领导小组", "leading-group", "leading-group"),
    ("office", "武邑县扶贫办", "leading-group-office", "office"),
    ("finance", "武邑县财政局", "finance-department", "department"),
)


@dataclass(frozen=True, slots=True)
class Wuyi:
    """The county as the cases need it."""

    bodies: dict[str, str]
    township: str
    committee: str
    team: str
    head: Term
    finance: Term
    villages: list[str]


def wuyi(led: Ledger) -> Wuyi:
    """Register the county, its draft, its bodies and posts, and one township."""
    register(led, JOINED, path("131100", "131122"))
    instrument(led, JOINED, INSTRUMENT, [COUNTY], ["冀办字〔2017〕4号", "衡扶〔2017〕52号"])
    bodies = {
        key: body(led, JOINED, f"131122-{key}", name, [function], place=COUNTY, kind=kind)
        for key, name, function, kind in _BODIES
    }
    for key, title, function in (
        ("secretary", "武邑县委书记", "party-principal"),
        ("head", "武邑县县长", "government-principal"),
    ):
        post(led, JOINED, f"131122-{key}", title, [function], place=COUNTY)
    hold(led, "syn-13-post-131122-secretary", [Hold("<=2016-01-31", JOINED)])
    head = hold(led, "syn-13-post-131122-head", [Hold("2015-06-01", JOINED)])[0]
    seat = post(led, JOINED, "131122-finance-head", "武邑县财政局局长", ["department-head"], body_id=bodies["finance"])
    finance = hold(led, seat, [Hold("2014-03-01", JOINED)])[0]
    placeholder(led, JOINED, TOWNSHIP, "131122901", "合成己乡", "township", COUNTY, BASIS)
    township = body(
        led, JOINED, "131122901-government", "合成己乡人民政府", ["government"], place=TOWNSHIP, kind="government"
    )
    villages = []
    for serial in range(1, 4):
        code, name = f"1311229012{serial:02d}", f"合成己{serial}村"
        place = placeholder(led, JOINED, f"syn-13-j-{code}", code, name, "village", TOWNSHIP, BASIS)
        villages.append(place)
        kind = "village-committee"
        body(led, JOINED, f"{code}-committee", f"{name}“两委”", [kind], place=place, kind=kind)
    team = body(led, JOINED, "131122901201-team", "合成己1村驻村工作队", ["work-team"], place=VILLAGE, kind="work-team")
    committee = "syn-13-body-131122901201-committee"
    return Wuyi(bodies, township, committee, team, head, finance, villages)
