"""`/v1/duties` on the sample logs: by place, person and body, filtered, over days, in pages, under chosen packs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any, Final

import pytest

from projections.policies.pack import load_all
from projections.policies.shelf import superseded
from tests.service.owed import charged, owed
from tests.service.samples import Answer, Samples
from tests.service.timelines import check_evidence, check_ground, days

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

COUNTY, TOWNSHIP, LOG = "621223", "621223104", "demo-cn-62"
"""宕昌县 and 官亭镇."""
DAY: Final = "2018-12-31"
UNIT, OFFICE, MINISTRY = "syn-13-body-unit-20", "mee-poverty-office", "mee"
"""Bodies without a place, of demo-cn-13."""
KEYS: Final = {
    "duty", "rule", "system", "policy", "article", "quote", "act", "kind", "force", "verdicts", "in_force",
    "evaluator", "jurisdiction", "bearer", "towards", "about", "window", "due_on", "status", "would_be", "expected",
    "actual", "late_days", "readings", "differs", "note", "same_as", "gaps", "charged", "evidence", "changes_on",
}  # fmt: skip


async def whole(samples: Samples, limit: int = 1000, **asked: str | int | None) -> list[Answer]:
    """All duties asked for, over all pages, of which each says how many there are."""
    items: list[Answer] = []
    totals: set[int] = set()
    after: str | None = "0"
    while after is not None:
        page = await samples.get("/duties", limit=limit, after=after, **asked)
        check_ground(page)
        assert len(page["items"]) <= limit
        items += page["items"]
        totals.add(page["total"])
        after = page["next"]
    assert totals == {len(items)}
    return items


def keys(found: Iterable[Mapping[str, Any]]) -> list[str]:
    """What tells each duty from the others."""
    return [str(one["duty"]) for one in found]


def answerers(item: Answer) -> set[str | None]:
    """Who is charged with a day of a duty, or may be, and who holds on the day a post that answers for it."""
    held = {one["person"]["id"] for post in item["bearer"]["posts"] for one in post["holders"]}
    return held | charged(item).keys() | {one["id"] for run in item["charged"] for one in run["possible"]}


async def test_a_township_alone_and_with_its_villages(samples: Samples) -> None:
    """A place's own duties are those of its level; with all below it those of every village too, each once."""
    own = await whole(samples, jurisdiction=TOWNSHIP, valid_at=DAY, scope="own")
    every = await whole(samples, jurisdiction=TOWNSHIP, valid_at=DAY)
    assert own
    assert {one["jurisdiction"]["level"] for one in own} == {"township"}
    assert {one["jurisdiction"]["level"] for one in every} == {"township", "village"}
    assert [one for one in every if one["jurisdiction"]["id"] == "j-621223104"] == own
    assert len(set(keys(every))) == len(every)
    villages = (await samples.get(f"/jurisdictions/{TOWNSHIP}/children", valid_at=DAY))["items"]
    assert {one["jurisdiction"]["id"] for one in every} == {"j-621223104", *(one["id"] for one in villages)}


async def test_each_duty_is_whole(samples: Samples) -> None:
    """Each names rule, words, bearer, window and who is charged; the entries behind it are on record."""
    packs = {pack.digest: pack for pack in load_all().values()}
    every = await whole(samples, jurisdiction=TOWNSHIP, valid_at=DAY)
    shown = [one for one in every if one["evidence"]]
    assert shown
    await check_evidence(samples, LOG, shown[:20])
    for one in every:
        assert one.keys() - {"more"} == KEYS, one["duty"]
        (rule,) = [rule for rule in packs[one["policy"]].rules if rule.id == one["rule"]]
        assert (one["article"], one["quote"], one["force"]) == (rule.article, rule.quote, rule.force)
        assert one["same_as"] == rule.same_as
        assert [reading["name"] for reading in one["readings"]] == [reading.name for reading in rule.readings]
        assert one["bearer"]["functions"] == list(rule.functions)
        assert one["changes_on"] is None or one["changes_on"] > DAY
        assert rule.verdicts == "full" or one["status"] not in ("breached", "overdue")


async def test_a_duty_of_the_county_over_a_year(samples: Samples) -> None:
    """A household of 官亭镇 without a helper until 2018-12-03: 336 days of the year, in its own words."""
    asked: dict[str, Any] = {"jurisdiction": COUNTY, "from": "2018-01-01", "to": "2019-01-01"}
    found = await whole(samples, **asked, rule="gansu-2017-art28-a", status="breached,overdue", valid_at="2019-06-30")
    (of_township,) = [one for one in found if one["jurisdiction"]["id"] == "j-621223104"]
    assert of_township["window"] == {"from": "2018-01-01", "until": "2019-01-01"}
    gap = of_township["gaps"][0]
    assert (gap["from"], gap["until"], gap["days"]) == ("2018-01-01", "2018-12-03", days("2018-01-01", "2018-12-03"))
    assert gap["about"] == "syn-62-household-0019"
    page = await samples.get("/duties", **asked, limit=1, valid_at="2019-06-30")
    assert (page["valid_at"], page["from"], page["to"]) == ("2019-01-01", "2018-01-01", "2019-01-01")
    earlier = await samples.get("/duties", **asked, limit=1, valid_at="2018-06-30")
    assert earlier["valid_at"] == "2018-06-30"


async def test_charged_days_add_up_to_the_window(samples: Samples) -> None:
    """Post by post the days charged follow each other and fill the window up to the day; vacant ones go to nobody."""
    asked: dict[str, Any] = {"jurisdiction": COUNTY, "from": "2018-01-01", "to": "2019-01-01"}
    found = await whole(samples, **asked, valid_at=DAY, system="gansu")
    assert found
    vacant = 0
    for one in found:
        if one["status"] == "not-applicable" or one["window"]["from"] is None:
            continue
        until = min(one["window"]["until"] or "2019-01-01", "2019-01-01")
        for post in {run["post"] for run in one["charged"]}:
            runs = [run for run in one["charged"] if run["post"] == post]
            assert (runs[0]["from"], runs[-1]["until"]) == (one["window"]["from"], until), one["duty"]
            assert all(run["until"] == then["from"] for run, then in pairwise(runs))
            assert sum(run["days"] for run in runs) == days(one["window"]["from"], until)
            vacant += sum(run["days"] for run in runs if run["person"] is None)
    assert vacant > 0


async def test_statuses_systems_and_rules(samples: Samples) -> None:
    """Filters keep what they name, in the same order, and several names are taken together."""
    asked: dict[str, Any] = {"jurisdiction": COUNTY, "scope": "own", "valid_at": DAY}
    every = await whole(samples, **asked)
    some = await whole(samples, **asked, status="met, overdue")
    assert some == [one for one in every if one["status"] in ("met", "overdue")]
    assert {one["status"] for one in some} == {"met", "overdue"}
    gansu = await whole(samples, **asked, system="gansu")
    assert gansu == [one for one in every if one["system"] == "gansu"]
    assert {one["system"] for one in every} >= {"gansu", "central-2016"}
    two = "gansu-2017-art21-d,central-2016-art19-d"
    assert await whole(samples, **asked, rule=two) == [one for one in every if one["rule"] in two.split(",")]
    assert await whole(samples, **asked, system="wuyi,river-chief") == [], "packs of other places"
    assert await whole(samples, **asked, rule=load_all()["gansu"].not_decided[0].id) == [], (
        "a rule that no event decides"
    )


async def test_all_pages_joined_are_one_big_page(samples: Samples) -> None:
    """Pages of any size give every duty once, in the order of one big page."""
    every = await whole(samples, jurisdiction=TOWNSHIP, valid_at=DAY)
    assert len(every) > 2 * 67
    assert await whole(samples, limit=67, jurisdiction=TOWNSHIP, valid_at=DAY) == every


async def test_a_person(samples: Samples) -> None:
    """A person's duties are those of the posts held, each also among the place's; charged on a day, or named."""
    person = "syn-62-person-0024"
    own = await whole(samples, person=person, valid_at=DAY)
    assert own
    assert all(person in answerers(one) for one in own)
    of_county = await whole(samples, jurisdiction=COUNTY, valid_at=DAY, scope="own")
    assert {one["jurisdiction"]["id"] for one in own} == {"j-621223"}
    assert [one for one in of_county if one["duty"] in set(keys(own))] == own
    assert {one["duty"] for one in of_county if person in charged(one)} <= set(keys(own))
    of_2017 = [one for one in of_county if one["window"] == {"from": "2017-01-01", "until": "2018-01-01"}]
    assert of_2017
    assert set(keys(of_2017)).isdisjoint(keys(own)), "the post was another's that year"


async def test_a_body_of_a_place(samples: Samples) -> None:
    """The duties of a body that belongs to a place are those of the place that it bears, and of no other body."""
    of_place = await whole(samples, jurisdiction=COUNTY, valid_at=DAY, scope="own")
    bodies = {body["id"] for one in of_place for body in one["bearer"]["bodies"]}
    assert bodies
    for body in sorted(bodies)[:3]:
        found = await whole(samples, body=body, valid_at=DAY, log=LOG)
        named = [one for one in of_place if body in {each["id"] for each in one["bearer"]["bodies"]}]
        assert set(keys(named)) <= set(keys(found)) <= set(keys(of_place))


@pytest.mark.parametrize("body", [UNIT, OFFICE, MINISTRY])
async def test_a_body_without_a_place(samples: Samples, body: str) -> None:
    """A unit of the centre answers for what it owes wherever it is paired, each result told once."""
    found = await whole(samples, body=body, log="demo-cn-13", valid_at=DAY)
    assert found
    assert {one["system"] for one in found} >= {"mee-2017"}
    assert len(set(keys(found))) == len(found)
    assert {each["id"] for one in found for each in one["bearer"]["bodies"]} == {body}
    assert await whole(samples, body=body, log="demo-cn-13", valid_at=DAY, status="breached") == [
        one for one in found if one["status"] == "breached"
    ]


async def test_a_quarter_without_a_visit(samples: Samples) -> None:
    """The office owed a visit to each county in each quarter: one that is missed stays, with its last day."""
    found = await owed(samples, "mee-2017-p5-a", body=OFFICE, log="demo-cn-13", valid_at=DAY)
    missed = [one for one in found if one["status"] == "breached"]
    assert missed
    for one in missed:
        first = date.fromisoformat(one["window"]["from"])
        assert (first.day, first.month % 3) == (1, 1)
        assert one["due_on"] < one["window"]["until"] <= DAY
        assert one["actual"]["count"] == 0
        assert charged(one) == {None: days(one["window"]["from"], one["window"]["until"])}


async def test_a_duty_stated_twice(samples: Samples) -> None:
    """In 山西 the sentence that says another's duty again is listed with the rule that it is the same as."""
    doubles = [rule for rule in load_all()["shanxi"].rules if rule.same_as is not None]
    names = ",".join(name for rule in doubles for name in (rule.id, str(rule.same_as)))
    found = await owed(samples, names, jurisdiction="140000", log="demo-cn-14", valid_at=DAY)
    told = {one["rule"]: one["same_as"] for one in found}
    again = {name: same for name, same in told.items() if same is not None}
    assert again
    assert set(again.values()) <= told.keys()


async def test_what_another_reading_would_say(samples: Samples) -> None:
    """Where a result hangs on how the text is read it says so, names both values, and never differs in silence."""
    every = await whole(samples, jurisdiction=COUNTY, valid_at=DAY, scope="own")
    differing = [one for one in every if one["differs"]]
    assert differing
    for one in every:
        others = [other for reading in one["readings"] for other in reading["others"]]
        assert one["differs"] == any(other["differs"] for other in others)
        assert all(other["differs"] == (other["status"] not in (None, one["status"])) for other in others)
        assert all(reading["means"] for reading in one["readings"])


async def test_under_a_pack_that_was_superseded(samples: Samples) -> None:
    """`policies` answers under the packs named and no other; a superseded one is found, one without rules owes none."""
    asked: dict[str, Any] = {"jurisdiction": COUNTY, "scope": "own", "valid_at": DAY}
    pack = load_all()["gansu"]
    every = await whole(samples, **asked)
    assert await whole(samples, **asked, policies=pack.digest) == [one for one in every if one["system"] == "gansu"]
    for digest, old in superseded().items():
        found = await whole(samples, **asked, policies=digest)
        assert {one["policy"] for one in found} <= {digest}
        assert bool(found) is (bool(old.rules) and old.system in ("gansu", "central-2016"))
    unknown = await samples.ask("/duties", jurisdiction=COUNTY, policies="00ff")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "policy-unknown")


async def test_what_is_not_there_and_what_is_asked_wrongly(samples: Samples) -> None:
    """Unknown ids are 404; nothing or two things asked about, half a span and wrong values are 422, named."""
    for name in ("jurisdiction", "person", "body", "log"):
        asked: dict[str, str] = {"jurisdiction": COUNTY} if name == "log" else {}
        answer = await samples.ask("/duties", **asked, **{name: "cn-99"})
        assert answer.status_code == 404, name
        if name != "log":
            answer = await samples.ask("/duties", **{name: "cn-99", "log": LOG})
            assert (answer.status_code, answer.json()["code"]) == (404, "not-found"), name
    wrong: list[tuple[str, dict[str, str | int]]] = [
        ("from", {"to": "2019-01-01"}), ("to", {"from": "2018-01-01"}), ("status", {"status": "late"}),
        ("to", {"from": "2019-01-01", "to": "2019-01-01"}), ("from", {"from": "2018-02-30", "to": "2019-01-01"}),
        ("system", {"system": "gansuu"}), ("system", {"system": "gansu,gansuu"}), ("system", {"system": ""}),
        ("rule", {"rule": "nosuch"}), ("rule", {"rule": "gansu-art1,gansu-2017-art28-A"}), ("rule", {"rule": ","}),
        ("status", {"status": ""}), ("scope", {"scope": "all"}), ("limit", {"limit": 0}), ("after", {"after": "x"}),
        ("valid_at", {"valid_at": "2018"}), ("jurisdiction", {"person": "syn-62-person-0024"}),
    ]  # fmt: skip
    for name, asked_wrongly in wrong:
        answer = await samples.ask("/duties", jurisdiction=COUNTY, **asked_wrongly)
        assert (answer.status_code, answer.json()["code"]) == (422, "bad-parameter"), asked_wrongly
        assert name in answer.json()["detail"], asked_wrongly
    assert "parameter jurisdiction is missing" in (await samples.ask("/duties")).json()["detail"]
    for query, told in (
        ({"from": "2019-01-01"}, "parameter to is missing"), ({"to": "2019-01-01"}, "parameter from is missing"),
        ({"from": "2019-01-01", "to": "2019-01-01"}, "there is no day between them"),
        ({"from": "2019-01-02", "to": "2019-01-01"}, "they run backwards"),
    ):  # fmt: skip
        assert told in (await samples.ask("/duties", jurisdiction=COUNTY, **query)).json()["detail"]


async def test_a_wrong_name_is_told_with_what_there_is(samples: Samples) -> None:
    """All systems, and the rules most like the one asked for; those of a superseded pack where that is asked."""
    systems = (await samples.ask("/duties", jurisdiction=COUNTY, system="gansuu")).json()["detail"]
    assert all(name in systems for name in load_all())
    rule = "gansu-2017-art28-a"
    assert rule in (await samples.ask("/duties", jurisdiction=COUNTY, rule="gansu-2017-art28a")).json()["detail"]
    packs = load_all().values()
    now = {one.id for pack in packs for one in pack.rules} | {one.id for pack in packs for one in pack.not_decided}
    for digest, old in superseded().items():
        for gone in {one.id for one in old.rules} - now:
            asked = {"jurisdiction": COUNTY, "rule": gone}
            assert (await samples.ask("/duties", **asked)).status_code == 422
            assert (await samples.ask("/duties", **asked, policies=digest)).status_code == 200
