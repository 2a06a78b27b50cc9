"""What a person answered for, when: day by day what the chain says of the post."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.answers import chain, persons
from projections.policies.pack import load_all
from projections.tenure import next_day
from tests.projections.ledger import Ledger
from tests.thorough import examples

pytestmark = pytest.mark.anyio

TODAY: Final = "2026-03-05"
Days = tuple[str | None, str | None]


def provinces(*, county: str = "620923") -> Ledger:
    """Gansu and Shanxi, a county of Gansu, and its post of secretary."""
    made = Ledger()
    made.place("g", "province", "62")
    made.place("s", "province", "14")
    made.place("c", "county", county, "g", effective_from="2000-01-01")
    made.post("cs", "c", functions=["party-principal"])
    return made


async def tenure(
    ledger: Ledger, since: str | None = None, until: str | None = None, day: str = TODAY, person: str = "x"
) -> dict[str, Any]:
    """The one tenure of a person."""
    answer = await persons.answered_for(ledger.scene(day), person, since, until)
    item: dict[str, Any] = answer["items"][0]
    return item


def days_of(item: dict[str, Any], system: str) -> set[Days]:
    """The days of the responsibilities under an instrument."""
    return {(one["from"], one["to"]) for one in item["responsibilities"] if one["system"] == system}


async def test_a_place_that_is_gone_was_answered_for_to_its_last_day() -> None:
    """An end of office that nobody recorded takes away neither the county's name nor what was borne until it ended."""
    ledger = provinces()
    ledger.start("a", "x", "cs", "2016-05")
    gone = {"predecessor_ids": ["c"], "successor_ids": ["d"], "effective_from": "2018-06-01"}
    ledger.record("jurisdiction.restructured", kind="merge", **gone)
    item = await tenure(ledger)
    assert item["jurisdiction"] == {"id": "c", "code": "620923", "name": "name-c", "level": "county"}
    assert days_of(item, "central-2016") == {("2016-10-11", "2018-05-31")}
    assert {one["rule"] for one in item["responsibilities"] if one["system"] == "central-2016"} >= {
        "central-2016-art14-c", "central-2016-art12-b",
    }  # fmt: skip


async def test_a_county_that_moved_is_answered_for_under_each_province_in_its_days() -> None:
    """Each province's instrument has the days on which the county was below it, until the post was abolished."""
    ledger = provinces()
    ledger.start("a", "x", "cs", "2015-05")
    ledger.end("a", "2021-05")
    moved = {"new_parent_id": "s", "new_code": "140999", "effective_from": "2018-07-01"}
    ledger.record("jurisdiction.reparented", jurisdiction_id="c", **moved)
    ledger.record("post.abolished", post_id="cs", effective_from="2020-01-01")
    item = await tenure(ledger)
    assert days_of(item, "gansu") == {("2017-03-09", "2018-06-30")}
    assert days_of(item, "shanxi") == {("2018-07-01", "2019-12-31")}
    assert days_of(item, "central-2016") == {("2016-10-11", "2019-12-31")}
    cut = await tenure(ledger, "2017-09-01", "2018-12-01")
    assert days_of(cut, "gansu") == {("2017-09-01", "2018-06-30")}
    assert days_of(cut, "shanxi") == {("2018-07-01", "2018-11-30")}
    assert days_of(cut, "central-2016") == {("2017-09-01", "2018-11-30")}


async def test_a_post_of_a_dissolved_body_lays_nothing_from_that_day() -> None:
    """The chain lists neither the body nor its posts, and their holder answers for nothing of them."""
    ledger = provinces()
    ledger.record("body.established", body_id="b", jurisdiction_id="c", name_zh="办", functions=["poverty-office"])
    ledger.post("bs", body_id="b", functions=["party-principal"])
    ledger.start("a", "x", "bs", "2017-01-01")
    ledger.end("a", "2020-01-02")
    ledger.record("body.dissolved", body_id="b", effective_from="2019-01-01")
    item = await tenure(ledger)
    assert item["responsibilities"]
    assert {one["to"] for one in item["responsibilities"]} == {"2018-12-31"}


async def test_an_instrument_that_came_and_went_within_the_tenure() -> None:
    """What began and ended within the tenure was answered for, apart on days on which it may not have been in force."""
    ledger = provinces(county="130828")
    ledger.post("cv", "c", functions=["seconded-official"])
    ledger.start("a", "x", "cv", "2016-01-01")
    told = [one for one in (await tenure(ledger))["responsibilities"] if one["rule"] == "mee-2017-p4-a"]
    assert [(one["in_force"], one["from"], one["to"]) for one in told] == [
        ("unknown", "2017-01-01", "2017-11-14"), ("yes", "2017-11-15", "2018-12-31"),
    ]  # fmt: skip


async def test_days_that_are_none_are_not_told() -> None:
    """A tenure yet to begin, or ended before it began, has no responsibilities, and none ends before it begins."""
    ledger = provinces()
    ledger.start("a", "x", "cs", "2018-06-01")
    assert (await tenure(ledger, day="2018-01-01"))["responsibilities"] == []
    ledger.start("b", "y", "cs", "2018")
    ledger.end("b", "2017")
    assert (await tenure(ledger, person="y"))["responsibilities"] == []


async def test_an_open_tenure_is_told_to_the_day_asked_about() -> None:
    """While no end is recorded responsibilities go on to `valid_at`, inclusive, or to the end of what is asked."""
    ledger = provinces()
    ledger.start("a", "x", "cs", "2018-06-01")
    assert days_of(await tenure(ledger, day="2018-07-01"), "central-2016") == {("2018-06-01", "2018-07-01")}
    assert days_of(await tenure(ledger, until="2018-07-01"), "central-2016") == {("2018-06-01", "2018-06-30")}


async def test_a_beginning_that_nobody_knows_is_none() -> None:
    """Where no start is known, the days begin with the instrument or the place, and are null where neither has any."""
    ledger = provinces(county="131122")
    ledger.start("a", "x", "cs", held_by="2019-01-01")
    ledger.end("a", "2020-01-01")
    item = await tenure(ledger)
    assert days_of(item, "central-2016") == {("2016-10-11", "2019-12-31")}
    assert (item["certain"], item["possible"]["from"]) == ({"from": "2019-01-01", "until": "2020-01-01"}, None)
    assert days_of(item, "wuyi") == {("2000-01-01", "2019-12-31")}
    ledger.place("c", "county", "131122", "g")
    assert days_of(await tenure(ledger), "wuyi") == {(None, "2019-12-31")}


PLACES: Final = ("g", "s", "c", "d")
POSTS: Final = ("cs", "ds", "bs", "ns")
PEOPLE: Final = ("x", "y")
PACKS: Final = [load_all()[system] for system in ("central-2016", "gansu", "mee-2017", "river-chief", "shanxi")]
DATES: Final = (
    "2015-06-01", "2016-10-11", "2017-03-09", "2017-07-10", "2018-01-01", "2018-06-30", "2018-07-01", "2019-01-01",
    "2020-01-01",
)  # fmt: skip
days = st.sampled_from(DATES)
counties = st.sampled_from("cd")
dates = days | st.sampled_from(("2016", "2018-07", "2018", "2019"))
changes = st.one_of(
    st.tuples(
        st.just("jurisdiction.reparented"),
        st.fixed_dictionaries(
            {"jurisdiction_id": counties, "new_parent_id": st.sampled_from(PLACES), "effective_from": days},
            optional={"new_code": st.sampled_from(("140999", "620923", "130828"))},
        ),
    ),
    st.tuples(
        st.just("jurisdiction.restructured"),
        st.fixed_dictionaries(
            {"predecessor_ids": st.lists(st.sampled_from(PLACES), min_size=1, max_size=1), "effective_from": days}
        ),
    ),
    st.tuples(
        st.just("post.abolished"), st.fixed_dictionaries({"post_id": st.sampled_from(POSTS), "effective_from": days})
    ),
    st.tuples(
        st.just("body.dissolved"), st.fixed_dictionaries({"body_id": st.sampled_from("bn"), "effective_from": days})
    ),
)  # fmt: skip
terms = st.tuples(
    st.sampled_from(POSTS), st.sampled_from(PEOPLE), st.sampled_from(("effective_from", "held_by")), dates, days,
    st.none() | dates, st.none() | days,
)  # fmt: skip


def world(acts: list[tuple[str, dict[str, Any]]], served: list[Any]) -> Ledger:
    """Two counties, a body with another within, a post of each, what became of them, and who held the posts."""
    made = provinces()
    made.place("d", "county", "140925", "s", effective_from="2016-10-11")
    made.record("body.established", body_id="b", jurisdiction_id="c", effective_from="2015-06-01")
    made.record("body.established", body_id="n", unit_id="b")
    made.post("ds", "d", functions=["seconded-official"], effective_from="2017-03-09")
    made.post("bs", body_id="b", functions=["party-principal"])
    made.post("ns", body_id="n", functions=["first-secretary"])
    for person in PEOPLE:
        made.record("person.registered", person_id=person, name_zh=person)
    for kind, data in acts:
        made.record(kind, **data)
    for number, (post, person, how, began, by, ended, seen) in enumerate(served):
        made.start(f"a{number}", person, post, **{how: by if how == "held_by" else began})
        if ended is not None:
            made.end(f"a{number}", ended)
        if seen is not None:
            made.see(f"a{number}", seen)
    return made


async def by_the_chain(ledger: Ledger, day: str, person: str) -> set[Any]:
    """What the chains of all places say that a person answers for on a day, by appointment."""
    told: set[Any] = set()
    for place in PLACES:
        levels = (await chain.of_place(ledger.scene(day, packs=PACKS), place))["chain"][-1:]
        posts = [post for level in levels for body in (level, *level["bodies"]) for post in body["posts"]]
        for post in posts:
            held = [one["appointment"] for one in post["holders"] if one["person"]["id"] == person]
            told |= {(one, tuple(role.values())) for one in held for role in post["responsibilities"]}
    return told


async def by_the_person(ledger: Ledger, day: str, person: str, since: str | None, until: str | None) -> set[Any]:
    """What a person's own answer, over some days or all, says of one day."""
    told: set[Any] = set()
    for item in (await persons.answered_for(ledger.scene(TODAY, packs=PACKS), person, since, until))["items"]:
        for one in item["responsibilities"]:
            first, last = one["from"], one["to"]
            assert first is None or first <= last
            if (first is None or first <= day) and day <= last:
                role = {name: value for name, value in one.items() if name not in ("from", "to")}
                told.add((item["appointment"], tuple(role.values())))
    return told


@settings(max_examples=examples(120), deadline=None, derandomize=True)
@given(
    acts=st.lists(changes, max_size=5),
    served=st.lists(terms, min_size=1, max_size=3),
    day=st.dates(date(2014, 1, 1), date(2021, 1, 1)).map(date.isoformat) | days,
    person=st.sampled_from(PEOPLE),
)
async def test_on_every_day_a_person_answers_for_what_the_chain_says(
    acts: list[tuple[str, dict[str, Any]]], served: list[Any], day: str, person: str
) -> None:
    """Whatever became of places, bodies and posts: asked of one day or of all, person and chain agree on every day."""
    ledger = world(acts, served)
    expected = await by_the_chain(ledger, day, person)
    assert await by_the_person(ledger, day, person, day, next_day(day)) == expected
    for one in {day, *DATES}:
        assert await by_the_person(ledger, one, person, None, None) == await by_the_chain(ledger, one, person)
