"""An invented province under the river-chief system: five levels of chiefs, their offices, who held which post."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from examples.build.ledger import SYNTHETIC, Data, Ledger
from examples.build.offices import Hold, Term, body, hold, post
from examples.build.rivers_patrols import patrols
from examples.build.rivers_work import work
from examples.build.tree import placeholder

LOG = "demo-rivers"
JOINED = "2018-01-05"
BASIS = "虚构区划,用于演示河长制;没有以99开头的行政区划代码"
_IN_OFFICE = "<=2017-12-31"
_FOUNDED = "2019-10-07"
_TREE = (
    ("990000", "合成示例省", "province", None),
    ("990100", "合成示例市", "city", "990000"),
    ("990121", "合成示例县", "county", "990100"),
    ("990121901", "合成壬乡", "township", "990121"),
    ("990121902", "合成癸乡", "township", "990121"),
    ("990121901201", "合成壬1村", "village", "990121901"),
    ("990121901202", "合成壬2村", "village", "990121901"),
    ("990121902201", "合成癸1村", "village", "990121902"),
)
_HEADS = {"990000": "省长", "990100": "市长", "990121": "县长", "990121901": "乡长", "990121902": "乡长"}
_OTHERS = {
    "990121": [Hold(_IN_OFFICE, JOINED, "2019-03-04", "2019-03-15"), Hold("2019-03-04", "2019-03-15")],
    "990121901201": [Hold(_IN_OFFICE, JOINED, "2019-05-13", "2019-05-20"), Hold("2019-06-17", "2019-06-25")],
    "990121901202": [Hold(_IN_OFFICE, JOINED, "2018-04-01", "2018-04-12"), Hold("2018-06-01", "2018-06-12")],
    "990121902201": [Hold(_FOUNDED, "2019-10-15")],
}
"""Chiefs who changed; every other chief was found in office when the log began, and stays."""


@dataclass(frozen=True, slots=True)
class Rivers:
    """Who holds what: the chiefs of each place and its general chief, by code; the offices and the bureau."""

    chiefs: dict[str, list[Term]]
    generals: dict[str, Term]
    offices: dict[str, str]
    bureau: str
    liaison: Term


def place_of(code: str) -> str:
    """The id of an invented place."""
    return f"syn-rivers-j-{code}"


def build() -> tuple[Ledger, dict[str, Any]]:
    """The log and its cases."""
    led = Ledger(LOG)
    _places(led)
    rivers = _posts(led)
    cases: dict[str, Any] = {
        "rivers": {
            "log": LOG,
            "jurisdiction": place_of("990121901201"),
            "code": "990121901201",
            "valid_at": "2018-06-15",
            "county": place_of("990121"),
            "chiefs": {code: [term.person for term in terms] for code, terms in rivers.chiefs.items()},
            "generals": {code: term.person for code, term in rivers.generals.items()},
            "posts": {code: terms[0].post for code, terms in rivers.chiefs.items()},
            "shows": "一个村的五级河长:每级姓名、岗位和依据的条款",
        },
        "rivers_vacancy": {
            "log": LOG,
            "jurisdiction": place_of("990121901201"),
            "post": rivers.chiefs["990121901201"][0].post,
            "from": "2019-05-13",
            "until": "2019-06-17",
            "days": 35,
            "shows": "村级河长空缺35天:这些天没有巡河,也不由任何人承担",
        },
    }
    cases["rivers_patrols"] = patrols(led, rivers.chiefs, place_of)
    cases |= work(led, rivers.chiefs, rivers.generals, rivers.offices["990121"], (rivers.bureau, rivers.liaison))
    return led, cases


def _places(led: Ledger) -> None:
    for code, name, level, parent in _TREE:
        if parent is not None and code != "990121902201":
            placeholder(led, JOINED, place_of(code), code, name, level, place_of(parent), BASIS)
            continue
        founded = _FOUNDED if code == "990121902201" else None
        data: Data = {
            "jurisdiction_id": place_of(code), "code": code, "name_zh": name, "level": level,
            "parent_id": None if parent is None else place_of(parent), "effective_from": founded, "basis": BASIS,
        }  # fmt: skip
        led.record(JOINED if founded is None else "2019-10-15", "jurisdiction.registered", data, SYNTHETIC)
    data = {
        "instrument_id": "syn-rivers-instrument-0001", "title_zh": "示例省河长制工作办法(依据公开事实编写的示例)",
        "status": "in-force", "effective_from": "2018-01-01", "scope_jurisdictions": [place_of("990000")],
    }  # fmt: skip
    led.record(JOINED, "instrument.issued", data)


def _posts(led: Ledger) -> Rivers:
    chiefs: dict[str, list[Term]] = {}
    generals: dict[str, Term] = {}
    for code, name, level, _ in _TREE:
        place, known = place_of(code), "2019-10-15" if code == "990121902201" else JOINED
        if code in _HEADS:
            head = post(led, JOINED, f"{code}-head", f"{name}{_HEADS[code]}", ["government-principal"], place=place)
            seat = post(led, JOINED, f"{code}-general", f"{name}总河长", ["general-chief"], place=place)
            principal = hold(led, head, [Hold(_IN_OFFICE, JOINED)])[0]
            # One township has a general chief who is not its principal.
            person = None if code == "990121902" else principal.person
            generals[code] = hold(led, seat, [Hold(_IN_OFFICE, JOINED, person=person)])[0]
        title = f"{name}村级河长" if level == "village" else f"{name}河长"
        chief = post(led, known, f"{code}-chief", title, ["river-chief"], place=place)
        chiefs[code] = hold(led, chief, _OTHERS.get(code, [Hold(_IN_OFFICE, JOINED)]))
    offices = {}
    for code, name in (("990000", "合成示例省"), ("990100", "合成示例市"), ("990121", "合成示例县")):
        title = f"{name}河长制办公室"
        offices[code] = body(
            led, JOINED, f"{code}-office", title, ["chief-office"], place=place_of(code), kind="office"
        )
    desk = post(led, JOINED, "990121-office-head", "河长制办公室主任", ["department-head"], body_id=offices["990121"])
    hold(led, desk, [Hold(_IN_OFFICE, JOINED)])
    county = place_of("990121")
    bureau = body(
        led, JOINED, "990121-water", "合成示例县水务局", ["sector-department"], place=county, kind="department"
    )
    linked = post(
        led, JOINED, "990121901201-liaison", "合成壬1村河湖联络员", ["river-liaison"], place=place_of("990121901201")
    )
    liaison = hold(led, linked, [Hold("2018-01-02", JOINED, sender=bureau)])[0]
    return Rivers(chiefs, generals, offices, bureau, liaison)
