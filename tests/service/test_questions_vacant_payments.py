"""Question 8: large payments approved while a post that answers for the funds had no substantive holder."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

import pytest

from tests.service.samples import CASES, Answer, Samples, levels_of, persons_of, post_of, posts_of, roles_of
from tests.service.timelines import check_evidence, check_ground, position_of

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

GANSU, COUNTY, SHANXI = CASES["q8"], CASES["q8_county"], CASES["q8_shanxi"]
FIRST: Final = "首要责任"
PRINCIPAL_OF: Final = {"party-committee": "party-principal", "government": "government-principal"}
"""The reading of the test: a body on which the duty lies acts through its principal."""
STAND_INS: Final = {"acting", "seconded"}


async def payments(
    samples: Samples, place: str, valid_at: str = "2020-12-31", known_at: str | None = None, scope: str = "subtree"
) -> list[Answer]:
    """All payments of a place and, unless told otherwise, of what is below it."""
    asked = {"valid_at": valid_at, "known_at": known_at, "scope": scope}
    found: list[Answer] = []
    after: str | None = "0"
    while after is not None:
        page = await samples.get(f"/jurisdictions/{place}/money", after=after, **asked)
        check_ground(page)
        found += [item for item in page["items"] if item["type"] == "disbursement"]
        after = page["next"]
    return found


async def answerable(samples: Samples, log: str, payment: Answer, step: str = "approved") -> Answer:
    """Who answered for the funds on the day of one step of a payment.

    By system the posts that bear the first duty, apart the posts at the head of the finance department; and how
    each of them stood.
    """
    told = await samples.get(f"/logs/{log}/events/{position_of(payment, 'funds.disbursed')}/responsible")
    (chain,) = [one for one in told["steps"] if one["step"] == step]
    county = levels_of(chain)["county"]
    posts = posts_of(county)
    bearers: dict[str, set[str]] = {}
    for body in county["bodies"]:
        for system in {found["system"] for found in body["responsibilities"] if found["role"] == FIRST}:
            function = PRINCIPAL_OF[body["body"]["functions"][0]]
            bearers.setdefault(system, set()).update(_with(function, posts))
    finance = {
        one["post"]["id"]
        for body in county["bodies"]
        if "finance-department" in body["body"]["functions"]
        for one in body["posts"]
        if "department-head" in one["post"]["functions"]
    }
    assert (chain["on"], chain["as_of"]) == (payment[f"{step}_on"], payment[f"{step}_on"])
    return {"bearers": bearers, "finance": finance, "posts": posts}


def _with(function: str, posts: dict[str, Any]) -> set[str]:
    return {one for one, post in posts.items() if function in post["post"]["functions"]}


def without_holder(told: Answer, systems: Iterable[str]) -> list[str]:
    """The posts that answer by some systems, or head the finance department, and have no substantive holder."""
    asked = set[str]().union(*(told["bearers"][system] for system in systems)) | told["finance"]
    return [one for one, post in told["posts"].items() if one in asked and post["substantive"] == "vacant"]


async def listed(
    samples: Samples, case: Answer, place: str, systems: Iterable[str], scope: str = "subtree"
) -> tuple[list[str], str]:
    """The payments above the threshold that were approved while such a post had no substantive holder; their sum."""
    found, total = [], Decimal(0)
    for payment in await payments(samples, place, scope=scope):
        if Decimal(payment["amount"]) > Decimal(GANSU["threshold"]):
            told = await answerable(samples, case["log"], payment)
            if without_holder(told, systems):
                found.append(payment["disbursement"])
                total += Decimal(payment["amount"])
    return sorted(found), str(total)


async def test_the_payments_of_a_county_of_gansu(samples: Samples) -> None:
    """Each payment with its amount, both days, approver, the posts that stood empty, and the entry behind it."""
    found = {one["disbursement"]: one for one in await payments(samples, GANSU["jurisdiction"])}
    assert set(found) == {row["disbursement"] for row in GANSU["disbursements"]}
    for row in GANSU["disbursements"]:
        payment = found[row["disbursement"]]
        for name in ("amount", "approved_on", "disbursed_on"):
            assert payment[name] == row[name]
        approver = {
            "person_id": payment["approved_by"]["person"]["id"],
            "post_id": payment["approved_by"]["post"]["id"],
        }
        assert approver == GANSU["approver"]
        assert payment["approved_by"]["person"]["name"]
        assert [entry["id"] for entry in payment["evidence"]] == [row["event"]]
        told = await answerable(samples, GANSU["log"], payment)
        assert without_holder(told, ["gansu"]) == row["without_substantive_holder"], row["shows"]
    await check_evidence(samples, GANSU["log"], found.values())


async def test_the_vacant_posts_and_who_acted(samples: Samples) -> None:
    """The gaps in days of the three posts; the head's had someone acting, so it was held and not substantively."""
    for post, gap in GANSU["gaps"].items():
        held = await samples.get(f"/posts/{post}/holders", valid_at=gap["from"], **{"from": "2018-01-01"})
        check_ground(held)
        (found,) = held["substantive_gaps"]
        assert [found[name] for name in ("from", "until", "days")] == [gap[name] for name in ("from", "until", "days")]
        acting = [one["person"]["id"] for one in held["holders"] if one["capacity"] in STAND_INS]
        assert acting == ([gap["acting"]] if gap["acting"] else [])
        assert (held["status"], held["substantive"]) == ("held" if gap["acting"] else "vacant", "vacant")
        assert len(held["gaps"]) == (0 if gap["acting"] else 1)
        await check_evidence(samples, GANSU["log"], [held["post"], *held["holders"]])


@pytest.mark.parametrize(("reading", "system"), [("gansu", "gansu"), ("government_alone", "central-2016")])
async def test_the_vacant_set_differs_by_instrument(samples: Samples, reading: str, system: str) -> None:
    """Easy to get wrong: Gansu lays 首要责任 on committee and government, the central text on the government alone."""
    found, total = await listed(samples, GANSU, GANSU["jurisdiction"], [system])
    assert found == sorted(GANSU[reading]["disbursements"])
    assert total == GANSU[reading]["sum"]


async def test_in_shanxi_the_government_answers_alone(samples: Samples) -> None:
    """Easy to get wrong: the same vacancy of the secretary lists nothing in Shanxi, the vacancy of the head does."""
    rows = {one["disbursement"]: one for one in await payments(samples, SHANXI["jurisdiction"])}
    assert set(rows) == {row["disbursement"] for row in SHANXI["disbursements"]}
    for expected in SHANXI["disbursements"]:
        payment = rows[expected["disbursement"]]
        told = await answerable(samples, SHANXI["log"], payment)
        assert set(told["bearers"]) == {"shanxi", "central-2016"}
        assert told["bearers"]["shanxi"] == told["bearers"]["central-2016"] == {list(SHANXI["gaps"])[1]}
        (vacant,) = expected["without_substantive_holder"]
        assert told["posts"][vacant]["substantive"] == "vacant"
        gap = told["posts"][vacant]["vacancy"]
        assert {name: gap[name] for name in ("from", "until", "days")} == SHANXI["gaps"][vacant]
        assert payment["approved_by"]["person"]["id"] == expected["approver"]
    found, total = await listed(samples, SHANXI, SHANXI["jurisdiction"], ["shanxi"])
    assert (found, total) == (SHANXI["shanxi"]["disbursements"], SHANXI["shanxi"]["sum"])


@pytest.mark.parametrize(
    ("place", "system", "borne_by"),
    [
        ("621291", "central-2016", ["government"]),
        ("141192", "central-2016", ["government"]),
        ("141192", "shanxi", ["government"]),
        ("621291", "gansu", ["party-committee", "government"]),
        ("131122", "wuyi", ["party-committee", "government"]),
    ],
)
async def test_whose_duty_it_is_by_instrument(samples: Samples, place: str, system: str, borne_by: list[str]) -> None:
    """Easy to get wrong: the government alone in the central text and Shanxi, both bodies in Gansu and Wuyi."""
    county = levels_of(await samples.chain(place, "2018-06-20"))["county"]
    bearing = [body["body"]["functions"][0] for body in county["bodies"] if FIRST in roles_of(body, system).values()]
    assert bearing == borne_by
    for post in posts_of(county).values():
        assert FIRST not in roles_of(post, system).values()


async def test_a_payment_is_judged_by_its_approval_and_shown_with_both_days(samples: Samples) -> None:
    """Easy to get wrong: approved before the secretary left and paid after is held; the reverse is vacant."""
    rows = {one["disbursement"]: one for one in await payments(samples, GANSU["jurisdiction"])}
    secretary, _, finance = GANSU["gaps"]
    standing = {}
    for which, post in (("syn-62-disbursement-0012", secretary), ("syn-62-disbursement-0020", finance)):
        payment = rows[which]
        days = (payment["approved_on"], payment["disbursed_on"])
        told = [await answerable(samples, GANSU["log"], payment, step) for step in ("approved", "disbursed")]
        standing[which] = (*days, *(one["posts"][post]["status"] for one in told))
    assert standing == {
        "syn-62-disbursement-0012": ("2018-06-08", "2018-06-15", "held", "vacant"),
        "syn-62-disbursement-0020": ("2018-10-19", "2018-10-24", "vacant", "held"),
    }
    found, _ = await listed(samples, GANSU, GANSU["jurisdiction"], ["gansu"])
    assert ("syn-62-disbursement-0012" in found, "syn-62-disbursement-0020" in found) == (False, True)


async def test_the_borders_of_threshold_and_vacancy(samples: Samples) -> None:
    """Exactly the threshold is not above it; the day of leaving is vacant, the day on which the next came is held."""
    found, _ = await listed(samples, GANSU, GANSU["jurisdiction"], ["gansu"])
    rows = {row["disbursement"]: row for row in GANSU["disbursements"]}
    for which, there in (
        ("syn-62-disbursement-0014", True),
        ("syn-62-disbursement-0013", False),
        ("syn-62-disbursement-0015", False),
        ("syn-62-disbursement-0016", False),
    ):
        assert (which in found) is there, rows[which]["shows"]


async def test_what_only_acts_and_what_is_uncertain(samples: Samples) -> None:
    """In 宕昌县 one payment fell under an acting head; a finance head of uncertain dates is not called vacant."""
    place = "621223"
    rows = {one["disbursement"]: one for one in await payments(samples, place, scope="own")}
    for expected in COUNTY["disbursements"]:
        payment = rows[expected["disbursement"]]
        assert {name: payment[name] for name in ("amount", "approved_on", "disbursed_on")}.items() <= expected.items()
        assert payment["approved_by"]["person"]["id"] == expected["approver"]
        told = await answerable(samples, COUNTY["log"], payment)
        post = told["posts"][expected["on_approval"]["post"]]
        assert expected["on_approval"]["post"] in told["bearers"]["gansu"] | told["finance"]
        assert post["status"] == expected["on_approval"]["status"]
        assert post["substantive"] == expected["on_approval"].get("substantive", post["status"])
        acting = [held["person"]["id"] for held in post["holders"] if held["capacity"] in STAND_INS]
        assert acting == [one for one in [expected["on_approval"].get("acting")] if one]
        assert [entry["id"] for entry in payment["evidence"]] == [expected["event"]]
    found, total = await listed(samples, COUNTY, place, ["gansu"], scope="own")
    assert found == COUNTY["without_substantive_head"]["disbursements"]
    assert total == COUNTY["without_substantive_head"]["sum"]
    assert COUNTY["approved_before_paid_after"] not in found


async def test_the_stretch_in_which_the_head_only_acted(samples: Samples) -> None:
    """The chain says since when the head of 宕昌县 had a stand-in only, and until when."""
    post = post_of(await samples.chain("621223", "2018-03-05"), COUNTY["post"])
    gap = post["substantive_vacancy"]
    assert (gap["from"], gap["until"]) == (COUNTY["acting_from"], COUNTY["acting_until"])
    assert (post["status"], post["substantive"], post["vacancy"]) == ("held", "vacant", None)
    assert persons_of(post) == {COUNTY["disbursements"][2]["on_approval"]["acting"]: "certain"}


async def test_the_money_of_the_county(samples: Samples) -> None:
    """The sums of the county are exact, and agree with the payments listed."""
    page = await samples.get(f"/jurisdictions/{GANSU['jurisdiction']}/money", valid_at="2020-12-21")
    assert GANSU["money"].items() <= page["totals"].items()
    paid = sum(Decimal(row["amount"]) for row in GANSU["disbursements"])
    assert str(paid) == page["totals"]["disbursed"]


async def test_approved_and_not_yet_paid(samples: Samples) -> None:
    """Between the two days a payment is listed as approved and not paid; before it was recorded it is not there."""
    expected = GANSU["disbursements"][1]
    on = {one["disbursement"]: one for one in await payments(samples, GANSU["jurisdiction"], "2018-06-10")}
    assert on[expected["disbursement"]]["paid"] is False
    then = await payments(samples, GANSU["jurisdiction"], "2018-06-10", known_at="2018-06-10")
    assert expected["disbursement"] not in {one["disbursement"] for one in then}
