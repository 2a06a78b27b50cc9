"""Listed supervision of 2020 (挂牌督战): 52 counties by name, 1,113 villages by number."""

from __future__ import annotations

from typing import Any

from examples.build.ledger import FACTS, SYNTHETIC, Ledger
from examples.build.sources import cited, facts
from examples.build.tree import instrument, listed, path, place_id, placeholder, register

REPORTED = "2020-02-25"
LISTED_ON = "2020-02-24"
"""The day of the news report; the day of the opinion itself is not stated."""
VILLAGES_REPORTED = "2020-03-02"
LIST = "listed-supervision"
FILE = "004_0754b1dc3ea5d2ab.txt"
_RENAMED = {"533301": "j-533321"}
"""A place keeps the id under which it was registered."""
_LOGS = {
    "广西壮族自治区": "demo-cn-45",
    "四川省": "demo-cn-51",
    "贵州省": "demo-cn-52",
    "云南省": "demo-cn-53",
    "甘肃省": "demo-cn-62",
    "宁夏回族自治区": "demo-cn-64",
    "新疆维吾尔自治区": "demo-cn-65",
}
LOGS = tuple(_LOGS.values())


def province_of(log: str) -> dict[str, Any]:
    """What the facts say of the province of a log."""
    provinces: list[dict[str, Any]] = facts("guapai_2020")["provinces"]
    return next(found for found in provinces if _LOGS[found["province"]] == log)


def aliases_of(log: str) -> dict[str, list[str]]:
    """The short names that the seed text uses, by code."""
    short: dict[str, list[str]] = {}
    for prefecture in province_of(log)["prefectures"]:
        code = prefecture["reference_prefecture_code4"] + "00"
        names = {code: prefecture["prefecture_seed_name"]}
        names |= {county["reference_gbt2260"]: county["seed_name"] for county in prefecture["counties"]}
        short |= {code: [name] for code, name in names.items() if name != path(code)[0].name}
    return short


def codes_of(log: str) -> list[str]:
    """Codes of the province, its prefectures and counties, parents first."""
    codes = [f"{log[-2:]}0000"]
    for prefecture in province_of(log)["prefectures"]:
        codes.append(prefecture["reference_prefecture_code4"] + "00")
        codes += [county["reference_gbt2260"] for county in prefecture["counties"]]
    return codes


def register_tree(led: Ledger, on: str, without: frozenset[str] = frozenset()) -> None:
    """Register the province, its prefectures and its listed counties."""
    register(led, on, path(*(code for code in codes_of(led.log) if code not in without)), aliases_of(led.log))


def supervise(led: Ledger) -> None:
    """Record the opinion, the counties it lists and as many villages as it counts."""
    province = province_of(led.log)
    instrument(led, REPORTED, "guapai-2020", [place_id(f"{led.number}0000")])
    phrase = f"{cited(province['evidence'])};{FILE} 第6行:2019年底,未摘帽的52个贫困县"
    for prefecture in province["prefectures"]:
        for county in prefecture["counties"]:
            code = county["reference_gbt2260"]
            place = _RENAMED.get(code, place_id(code))
            listed(led, REPORTED, place, LIST, LISTED_ON, FACTS, f"{phrase}:{county['seed_name']}", "not-delisted")
    _villages(led, province)


def _villages(led: Ledger, province: dict[str, Any]) -> None:
    """Placeholders: neither name nor county is stated, so each stands directly under its province."""
    counts = province["villages"]
    if not counts["total"]:
        return
    basis = f"{counts['evidence']['file']} 第{counts['evidence']['line']}行,只列村数,未具名"
    short = province["province"].replace("壮族自治区", "").replace("维吾尔自治区", "").removesuffix("省")
    criteria = ["poor-population"] * counts["poor_population_over_1000_persons"]
    criteria += ["poverty-rate"] * counts["poverty_rate_over_10_percent"]
    for serial, criterion in enumerate(criteria, start=1):
        place = placeholder(
            led,
            VILLAGES_REPORTED,
            f"syn-{led.number}-village-{serial:03d}",
            f"{led.number}{serial:010d}",
            f"挂牌村(未具名) {short}-{serial:03d}",
            "village",
            place_id(f"{led.number}0000"),
            basis,
        )
        listed(led, VILLAGES_REPORTED, place, LIST, LISTED_ON, SYNTHETIC, basis, criterion)
