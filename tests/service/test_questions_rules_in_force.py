"""Question 24: which text, article and weight applied on a day, and what a result comes to under that scheme."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import pytest

from projections.policies.shelf import superseded
from tests.service.samples import CASES, Answer, Samples

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE: Final = CASES["q24"]
UNITS, OLD, TOWNS = (f"majiang-2016-weight-{name}" for name in ("county", "old", "town"))
SHARE: Final = "wuyi-2017-s1a-04-b"


async def duties(samples: Samples, rule: str, valid_at: str, place: str = CASE["county"], **asked: str) -> list[Answer]:
    """What a place owes under a rule on a day."""
    given = {"valid_at": valid_at, "scope": "own", "rule": rule, **asked}
    items: list[Answer] = (await samples.get("/duties", jurisdiction=place, **given))["items"]
    return items


async def result(samples: Samples, rule: str, told: dict[str, Any]) -> Answer:
    """The result of a rule about one evaluation."""
    (found,) = [one for one in await duties(samples, rule, CASE["valid_at"]) if one["about"] == told["evaluation"]]
    return found


def weights(parts: list[dict[str, Any]]) -> dict[str, str | None]:
    """Part to its weight."""
    return {one["name"]: one.get("weight") for one in parts}


async def test_each_result_is_judged_by_the_scheme_of_its_year(samples: Samples) -> None:
    """Easy to get wrong: 2015 by two hundredths, 2016 by thirty, a township by thirty-five; none by another's."""
    for rule, name, weight in ((OLD, "old", "0.02"), (UNITS, "new", "0.30"), (TOWNS, "town", "0.35")):
        found = await result(samples, rule, CASE[name])
        assert (found["status"], found["more"]["year"]) == ("met", CASE[name]["year"])
        assert found["more"]["subject"] == CASE[name]["subject"]
        assert found["expected"][0]["weight"] == weight
        assert found["window"]["from"] == f"{CASE[name]['year']}-01-01"
        (evidence,) = found["evidence"]
        entry = await samples.get(f"/logs/{CASE['log']}/events/{evidence['position']}")
        assert entry["event"]["id"] == CASE[name]["event"]
    of_2016 = {one["about"] for one in await duties(samples, UNITS, CASE["valid_at"])}
    assert CASE["old"]["evaluation"] not in of_2016
    assert CASE["town"]["evaluation"] not in of_2016


async def test_a_result_of_2016_by_the_weight_of_2015_is_a_breach(samples: Samples) -> None:
    """The same weight that was right for 2015 is wrong for 2016: the scheme in force for the year decides."""
    found = await result(samples, UNITS, CASE["by_the_old_scheme"])
    assert (found["status"], weights(found["actual"])["脱贫攻坚实绩"]) == ("breached", "0.02")
    assert found["more"]["recomputed"]["points"] == "65.50"


async def test_a_fifth_of_the_weights_is_unknown_and_stays_null(samples: Samples) -> None:
    """Easy to get wrong: thirty and fifty hundredths are stated; the rest has no weight, and no total is made up."""
    found = await result(samples, UNITS, CASE["new"])
    assert [one["weight"] for one in found["expected"]] == ["0.30", "0.50"]
    assert weights(found["actual"]) == {"脱贫攻坚实绩": "0.30", "单位职能业务": "0.50", "其他(办法未述)": None}
    assert found["more"]["recomputed"] == CASE["recomputed"]
    assert Decimal(CASE["recomputed"]["of_weight"]) + Decimal(CASE["recomputed"]["rest"]) == 1
    scores = [Decimal(one["score"]) for one in CASE["new"]["components"] if "score" in one]
    assert Decimal("0.30") * scores[0] + Decimal("0.50") * scores[1] == Decimal(CASE["recomputed"]["points"])


async def test_what_an_official_said_of_2015_binds_nobody(samples: Samples) -> None:
    """The two hundredths are what an official reported: shown with that force, and never more than a gap."""
    found = await result(samples, OLD, CASE["old"])
    assert (found["force"], found["verdicts"]) == ("reported-practice", "presence")
    assert (await result(samples, UNITS, CASE["new"]))["force"] == "binding"


async def test_the_rule_book_as_of_a_day(samples: Samples) -> None:
    """Majiang's measures are of 2016 without a day: before that year nothing, in it unknown, after it in force."""
    for day, in_force in (("2015-12-31", set()), ("2016-06-01", {"unknown"}), ("2017-01-01", {"yes"})):
        assert {one["in_force"] for one in await duties(samples, f"{UNITS},{OLD},{TOWNS}", day)} == in_force
    shown = await samples.get("/policies/majiang")
    (rule,) = [one for one in shown["rules"] if one["id"] == UNITS]
    assert (rule["article"], bool(rule["quote"])) == ("第五篇·麻江县 第292行", True)
    assert [one["weight"] for one in rule["params"]["components"]] == ["0.30", "0.50"]
    assert shown["effective_from"] == "2016"


async def test_printing_effect_and_recording_are_three_days(samples: Samples) -> None:
    """Easy to get wrong: the central text took effect on 2016-10-11 and was printed six days later; both are told."""
    asked = {"valid_at": "2016-10-12", "system": "central-2016", "scope": "own"}
    on_record = await samples.get("/duties", jurisdiction="j-141126", **asked)
    assert {one["in_force"] for one in on_record["items"]} == {"yes"}
    before = await samples.get("/duties", jurisdiction="j-141126", **{**asked, "valid_at": "2016-10-10"})
    assert before["items"] == []
    instruments = [
        entry
        for entry in await issued(samples, "demo-cn-14")
        if entry["event"]["data"]["instrument_id"] == "central-2016"
    ]
    (entry,) = instruments
    assert entry["event"]["data"]["effective_from"] == "2016-10-11"
    assert entry["event"]["data"]["printed_on"] == "2016-10-17"
    assert entry["recorded_at"][:10] == "2016-10-18"


async def issued(samples: Samples, log: str) -> list[Answer]:
    """The entries by which instruments were recorded."""
    page = await samples.get(f"/logs/{log}/events", type="instrument.issued", limit=100)
    return [await samples.get(f"/logs/{log}/events/{one['position']}") for one in page["items"]]


async def test_in_force_from_the_day_of_printing_that_nobody_states(samples: Samples) -> None:
    """Shanxi art. 53: in force from its printing, which is not stated: unknown, and the instrument has no day."""
    asked = {"place": "j-140000", "valid_at": "2018-03-05"}
    (found,) = await duties(samples, "shanxi-2016-art53", **asked)
    assert (found["in_force"], found["status"]) == ("unknown", "met")
    (entry,) = [one for one in await issued(samples, "demo-cn-14") if one["event"]["data"]["instrument_id"] == "shanxi"]
    assert {"printed_on", "effective_from"}.isdisjoint(entry["event"]["data"])


async def test_the_share_of_a_draft_of_which_the_adoption_is_unknown(samples: Samples) -> None:
    """Easy to get wrong: a draft adopted on a later day, if ever: on each day it informs, and never breaches."""
    for day, status, would_be in (
        ("2017-06-30", "met", None),
        ("2017-09-30", "due", None),
        ("2018-01-01", "gap", "breached"),
    ):
        found = await duties(samples, SHARE, day, place="j-131122")
        (year,) = [one for one in found if one["window"]["from"] == "2017-01-01"]
        assert (year["status"], year["would_be"]) == (status, would_be)
        assert (year["force"], year["in_force"], year["expected"]["at_least"]) == ("draft", "unknown", "0.01")
    others = await samples.get("/duties", jurisdiction="j-131122", valid_at="2018-01-01", scope="own")
    systems = {one["system"] for one in others["items"] if one["evaluator"] == "money-share"}
    assert systems == {"wuyi"}


async def test_answers_under_packs_of_another_day(samples: Samples) -> None:
    """`policies=` answers under chosen packs: those superseded, which had no rules, give roles and no duties."""
    old = next(pack for pack in superseded().values() if pack.system == "majiang")
    current = (await samples.get("/policies/majiang"))["digest"]
    assert old.digest != current
    under = {"place": CASE["county"], "valid_at": CASE["valid_at"]}
    assert await duties(samples, UNITS, policies=old.digest, **under) == []
    chosen = await duties(samples, UNITS, policies=current, **under)
    assert {one["policy"] for one in chosen} == {current}
    refused = await samples.ask("/duties", jurisdiction=CASE["county"], policies="0" * 64)
    assert refused.json()["code"] == "policy-unknown"
