"""Question 16 by its duties: exits approved by the wrong body or out of order, in Shanxi and in Wuyi."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.service.owed import by_about, owed, taken, under
from tests.service.samples import CASES, Answer, Samples
from tests.service.timelines import check_evidence

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

SHANXI: Final[dict[str, Any]] = CASES["q16_shanxi"]
WUYI: Final[dict[str, Any]] = CASES["q16_wuyi"]
HOUSEHOLD, VILLAGE, COUNTY = "shanxi-2016-art40-e", "shanxi-2016-art33-a", "shanxi-2016-art13-d"
APPROVED_BY: Final = "wuyi-2017-s1a-11-b"
CONSENT, NOTICE, VERIFIED = "wuyi-2017-s1b-09-f", "wuyi-2017-s1b-09-g", "wuyi-2017-s1b-09-e"
GROUP: Final = ["leading-group"]
TODAY: Final = "2020-12-31"
HERE: Final = {HOUSEHOLD: {"incompetent-body", "verified-after-approved", "missing-verified"}}
"""The faults of a case that a rule speaks of; others are told by the rules of their own clauses."""
HERE[VILLAGE] = {"incompetent-body", "missing-verified-by-county"}
OWN: Final = {CONSENT: {"missing-consented": "missing-consented", "consent-refused": "not-consented"}}
OWN[NOTICE] = {
    name: name for name in ("reviewed-before-notice-ended", "approved-before-notice-ended", "unresolved-objection")
}


async def exits(samples: Samples, rule: str, place: str, **asked: str) -> dict[str, Answer]:
    """The exits judged by a rule below a place, by exit."""
    return by_about(await owed(samples, rule, jurisdiction=place, **{"valid_at": TODAY, **asked}))


@pytest.mark.parametrize(("rule", "rows"), [(HOUSEHOLD, SHANXI["households"]), (VILLAGE, SHANXI["villages"])])
async def test_faults_of_households_and_villages_in_shanxi(samples: Samples, rule: str, rows: list[Answer]) -> None:
    """Wrong body, verified after the approval, never verified: each a breach of its clause; in order, met."""
    found = await exits(samples, rule, SHANXI["jurisdiction"][:-3])
    for row in rows:
        duty = found[row["exit"]]
        expected = set(row["faults"]) & HERE[rule]
        assert set(duty["more"]["faults"]) == expected
        assert duty["more"]["subject"] == row["subject"]
        rejected = row["steps"][-1]["step"] == "rejected"
        assert duty["status"] == ("breached" if expected else "not-applicable" if rejected else "met")
        steps = [(step["type"].partition(".")[2], step["on"]) for step in duty["more"]["steps"]]
        assert {(step["step"], step["on"]) for step in row["steps"]} >= set(steps)
        assert duty["force"] == "binding"
    await check_evidence(samples, SHANXI["log"], found.values())


async def test_a_county_is_let_go_by_the_province(samples: Samples) -> None:
    """Of five counties one was approved by the city: not competent; one was refused, and owes no approval."""
    found = await exits(samples, COUNTY, "j-140000", scope="own")
    states = {duty["more"]["place"]["name"]: (duty["status"], duty["more"]["faults"]) for duty in found.values()}
    assert states["合成卯县"] == ("breached", ["incompetent-body"])
    assert states["合成寅县"][0] == "not-applicable"
    assert [name for name, (status, _) in states.items() if status == "met"] == ["石楼县", "合成子县", "合成丑县"]


async def test_the_township_is_competent_in_shanxi_and_not_in_wuyi(samples: Samples) -> None:
    """Easy to get wrong: the township's approval of a household keeps the clause of Shanxi and none of Wuyi's."""
    shanxi = await exits(samples, HOUSEHOLD, SHANXI["jurisdiction"][:-3])
    kept = next(row for row in SHANXI["households"] if not row["faults"] and "approved_by" in row)
    assert kept["approved_by"] == SHANXI["township_government"]
    assert shanxi[kept["exit"]]["status"] == "met"
    wuyi = await exits(samples, APPROVED_BY, "j-131122")
    wrong = next(row for row in WUYI["households"] if "incompetent-body" in row["faults"])
    assert wrong["approved_by"] not in WUYI["competent"]
    duty = wuyi[wrong["exit"]]
    assert (duty["status"], duty["would_be"], under(duty, "functions", GROUP)) == ("gap", "breached", "gap")


async def test_wuyi_names_two_county_bodies(samples: Samples) -> None:
    """Easy to get wrong: the group is competent by item (二)4 alone: the reading is recorded, and differs."""
    found = await exits(samples, APPROVED_BY, "j-131122")
    for row in WUYI["households"]:
        duty = found[row["exit"]]
        assert taken(duty, "functions") == ["party-committee", "government"]
        if row["approved_by"] == "syn-13-body-131122-group":
            assert (duty["status"], under(duty, "functions", GROUP)) == ("gap", "met")
        elif row["approved_by"] in WUYI["competent"]:
            assert (duty["status"], under(duty, "functions", GROUP)) == ("met", "gap")


@pytest.mark.parametrize("rule", [CONSENT, NOTICE])
async def test_consent_and_notice_in_wuyi(samples: Samples, rule: str) -> None:
    """Nobody asked, refused, reviewed or approved while the notice ran, an objection open: each by its own clause."""
    found = await exits(samples, rule, "j-131122")
    seen = set()
    for row in WUYI["households"]:
        duty = found[row["exit"]]
        expected = {own for name, own in OWN[rule].items() if name in row["faults"]}
        assert set(duty["more"]["faults"]) == expected, row
        assert (duty["status"], duty["would_be"]) == (("gap", "breached") if expected else ("met", None))
        seen |= expected
    assert seen == set(OWN[rule].values())
    await check_evidence(samples, WUYI["log"], found.values())


async def test_a_draft_informs_and_does_not_bind(samples: Samples) -> None:
    """Easy to get wrong: the Wuyi text is a draft, so no fault under it is a breach; what it would be is said."""
    for rule in (APPROVED_BY, CONSENT, NOTICE, VERIFIED):
        found = await exits(samples, rule, "j-131122")
        assert {(duty["force"], duty["in_force"]) for duty in found.values()} == {("draft", "unknown")}
        assert "breached" not in {duty["status"] for duty in found.values()}
        assert {duty["would_be"] for duty in found.values()} <= {"breached", None}


async def test_the_length_of_a_notice_is_no_fault(samples: Samples) -> None:
    """Easy to get wrong: neither text states a length: a notice is judged by its presence and its end alone."""
    found = await exits(samples, NOTICE, "j-131122")
    lasted = {duty["more"].get("notice_days") for duty in found.values() if duty["status"] == "met"}
    assert lasted
    assert not [duty for duty in found.values() if any("short" in fault for fault in duty["more"]["faults"])]


async def test_the_day_before_the_approval_there_is_still_time(samples: Samples) -> None:
    """An exit under way is due; approved out of order it is a breach from that very day."""
    row = next(one for one in SHANXI["households"] if "missing-verified" in one["faults"])
    place = SHANXI["jurisdiction"][:-3]
    assert (await exits(samples, HOUSEHOLD, place, valid_at="2017-12-04"))[row["exit"]]["status"] == "due"
    assert (await exits(samples, HOUSEHOLD, place, valid_at=row["approved_on"]))[row["exit"]]["status"] == "breached"
