"""Places on a day: what a reference means, the path above a place, its children and its page."""

from __future__ import annotations

import pytest

from events.errors import Ambiguous, NotFound
from projections.answers import jurisdictions
from projections.answers.chain import of_place
from projections.answers.territory import bodies_of, children_of, path_to, resolve
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio

DAY = "2018-03-05"


@pytest.fixture
def ledger() -> Ledger:
    """Province, city and county, the county under code 621227 until 2016 and 621223 since."""
    made = Ledger()
    made.place("p", "province", "62")
    made.place("m", "city", "6212", "p")
    made.place("c", "county", "621227", "m")
    made.record("jurisdiction.renamed", jurisdiction_id="c", new_code="621223", effective_from="2016-01-01")
    return made


async def resolved(ledger: Ledger, ref: str, day: str = DAY) -> tuple[str, str]:
    """What a reference means on a day."""
    return await resolve(ledger.reader(), ref, day)


async def path(ledger: Ledger, place: str, day: str = DAY) -> tuple[list[str], list[tuple[str, str, str]]]:
    """The ids of a path, and its flags."""
    found = await path_to(ledger.reader(), place, day)
    flags = [(flag["flag"], flag["jurisdiction"], flag["parent"]) for flag in found.flags]
    return [place.id for place in found.places], flags


@pytest.mark.parametrize(
    ("ref", "day", "expected"),
    [
        ("c", DAY, ("c", "id")),
        ("621223", DAY, ("c", "code")),
        ("621227", "2015-12-31", ("c", "code")),
        ("621227", "2016-01-01", ("c", "former-code")),
        ("621223", "2015-12-31", ("c", "former-code")),
        ("62", DAY, ("p", "code")),
        ("620000", DAY, ("p", "code")),
        ("6212", DAY, ("m", "code")),
        ("621200", DAY, ("m", "code")),
    ],
)
async def test_a_reference_is_an_id_or_a_code(ledger: Ledger, ref: str, day: str, expected: tuple[str, str]) -> None:
    """An id, a code in force, or a code that one place alone ever bore; short codes are read as six digits."""
    assert await resolved(ledger, ref, day) == expected


async def test_an_exact_id_wins_over_a_code(ledger: Ledger) -> None:
    """A place whose id is another's code is meant by it, on record that day or not."""
    ledger.place("621223", "township", "621223100", "c", effective_from="2019-01-01")
    assert await resolved(ledger, "621223") == ("621223", "id")


async def test_the_code_in_force_wins_over_a_former_one(ledger: Ledger) -> None:
    """A reused code means the place that bears it on the day asked about."""
    ledger.place("d", "county", "621227", "m", effective_from="2017-01-01")
    assert await resolved(ledger, "621227") == ("d", "code")
    assert await resolved(ledger, "621227", "2015-01-01") == ("c", "code")
    with pytest.raises(Ambiguous) as raised:
        await resolved(ledger, "621227", "2016-06-01")
    assert [one["id"] for one in raised.value.candidates] == ["c", "d"]


async def test_candidates_are_named_once_each(ledger: Ledger) -> None:
    """A code that several bear is ambiguous, each candidate named once with its log."""
    ledger.place("d", "county", "621223", "m")
    ledger.record("jurisdiction.renamed", jurisdiction_id="d", new_name_zh="甲", effective_from="2017-01-01")
    with pytest.raises(Ambiguous) as raised:
        await resolved(ledger, "621223")
    assert [(one["id"], one["log"]) for one in raised.value.candidates] == [("c", "cn-62"), ("d", "cn-62")]
    ledger.record(
        "jurisdiction.restructured", predecessor_ids=["c", "d"], successor_ids=["e"], effective_from="2018-01-01"
    )
    with pytest.raises(Ambiguous) as raised:
        await resolved(ledger, "621223")
    assert [one["id"] for one in raised.value.candidates] == ["c", "d"]


@pytest.mark.parametrize("ref", ["nowhere", "629999", "6212231", "12345"])
async def test_an_unknown_reference_is_not_found(ledger: Ledger, ref: str) -> None:
    """What is neither an id nor a code that anyone bore is not found."""
    with pytest.raises(NotFound):
        await resolved(ledger, ref)


async def test_what_is_not_known_yet_is_not_found(ledger: Ledger) -> None:
    """Before its registration is recorded a place is not found."""
    with pytest.raises(NotFound):
        await resolve(ledger.reader(2), "c", DAY)


async def test_the_path_comes_from_the_dated_tree(ledger: Ledger) -> None:
    """The path follows the parents of the day, and never the code's prefix."""
    ledger.place("q", "province", "630000")
    ledger.record("jurisdiction.reparented", jurisdiction_id="c", new_parent_id="q", effective_from="2017-01-01")
    assert await path(ledger, "c", "2016-12-31") == (["p", "m", "c"], [])
    assert await path(ledger, "c", "2017-01-01") == (["q", "c"], [])


async def test_a_cycle_of_parents_is_flagged(ledger: Ledger) -> None:
    """A path ends at a parent already on it, with a flag that names both."""
    ledger.record("jurisdiction.reparented", jurisdiction_id="m", new_parent_id="c", effective_from="2017-01-01")
    assert await path(ledger, "c") == (["m", "c"], [("parent-cycle", "m", "c")])
    ledger.record("jurisdiction.reparented", jurisdiction_id="p", new_parent_id="p", effective_from="2017-01-01")
    assert await path(ledger, "p") == (["p"], [("parent-cycle", "p", "p")])


async def test_a_parent_not_on_record_is_flagged(ledger: Ledger) -> None:
    """A path ends below a parent that is unknown, or was restructured away without moving its children."""
    ledger.place("o", "village", "629900100200", "nowhere")
    assert await path(ledger, "o") == (["o"], [("parent-not-on-record", "o", "nowhere")])
    ledger.record("jurisdiction.restructured", predecessor_ids=["m"], effective_from="2018-01-01")
    assert await path(ledger, "c") == (["c"], [("parent-not-on-record", "c", "m")])
    answer = await of_place(ledger.scene(DAY), "c")
    assert [flag["flag"] for flag in answer["flags"]] == ["parent-not-on-record"]


async def test_a_place_not_on_record_has_no_path(ledger: Ledger) -> None:
    """A place that is known but not on record that day has an empty path and chain, without a flag."""
    ledger.place("d", "county", "621224", "m", effective_from="2017-01-01")
    assert await path(ledger, "d", "2016-12-31") == ([], [])
    answer = await of_place(ledger.scene("2016-12-31"), "d")
    assert (answer["chain"], answer["on_record"], answer["jurisdiction"]["code"]) == ([], False, "621224")


async def test_children_are_those_of_the_day(ledger: Ledger) -> None:
    """Children are the places on record that name the parent that day, by code and id."""
    ledger.place("b", "county", "621224", "m", effective_from="2017-01-01")
    ledger.place("a", "county", "621222", "m")
    ledger.record("jurisdiction.restructured", predecessor_ids=["a"], effective_from="2018-01-01")
    reader = ledger.reader()
    asked = ("2016-01-01", "2017-01-01", "2018-01-01")
    found = [[place.id for place in await children_of(reader, "m", day)] for day in asked]
    assert found == [["a", "c"], ["a", "c", "b"], ["c", "b"]]


async def test_children_come_page_by_page(ledger: Ledger) -> None:
    """Every child is on one page, in order, whatever the size of a page."""
    for one in ("a", "b", "d"):
        ledger.place(one, "county", "621224", "m")
    scene, after, found = ledger.scene(DAY), "", []
    while True:
        page = await jurisdictions.children(scene, "m", 2, after)
        found += [place["id"] for place in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert found == ["c", "a", "b", "d"]


async def test_a_place_shows_all_its_attributes(ledger: Ledger) -> None:
    """The page of a place has its path, every stretch of attributes, and its end with successors."""
    ledger.record("jurisdiction.restructured", predecessor_ids=["c"], successor_ids=["e"], effective_from="2018-01-01")
    shown = await jurisdictions.one(ledger.scene(DAY), "621227")
    assert (shown["resolved_by"], shown["on_record"], shown["path"]) == ("former-code", False, [])
    assert [(row["code"], row["from"], row["until"]) for row in shown["attributes"]] == [
        ("621227", None, "2016-01-01"),
        ("621223", "2016-01-01", "2018-01-01"),
    ]
    assert (shown["ended_on"], shown["successors"]) == ("2018-01-01", ["e"])


async def test_bodies_belong_to_their_own_place_first(ledger: Ledger) -> None:
    """A body stands at its own place, else at its unit's, however deep; units in a circle stand nowhere."""
    for body, place, unit in (
        ("office", "p", None), ("desk", None, "office"), ("team", "c", "office"),
        ("one", None, "two"), ("two", None, "one"),
    ):  # fmt: skip
        ledger.record("body.established", body_id=body, jurisdiction_id=place, unit_id=unit)
    reader = ledger.reader()
    assert await bodies_of(reader, ["p"]) == {"office": "p", "desk": "p"}
    assert await bodies_of(reader, ["p", "c"]) == {"office": "p", "desk": "p", "team": "c"}
