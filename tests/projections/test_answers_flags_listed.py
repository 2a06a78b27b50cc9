"""Flags of broken trees, of what is at no place, of persons and bodies, and how they are listed unit by unit."""

from __future__ import annotations

import pytest

from projections.answers.flags import listing, nowhere, units
from projections.answers.flags.flag import Flag
from tests.projections.test_answers_flags import DAY, bounds, days_of, flags, of_scene, rectified, wanted, world

pytestmark = pytest.mark.anyio


async def test_children_left_behind_by_a_merger() -> None:
    """From the merger's day the village of a township that ended is flagged, under the county too, until it moves."""
    log = world()
    log.place("t2", "township", "140925101", "c")
    merged = {"predecessor_ids": ["t"], "successor_ids": ["t2"], "effective_from": "2019-05-01"}
    log.record("jurisdiction.restructured", kind="merge", **merged)
    assert await days_of(log, "left-behind", "2019-04-30", "2019-05-01", DAY) == [False, True, True]
    (flag,) = await flags(log)
    assert (flag.place, flag.about, bounds(flag)) == (
        "v", {"jurisdiction": "v", "parent": "t"}, ("2019-05-01", None, 32),
    )  # fmt: skip
    assert (flag.detail["successors"], flag.detail["parent"]["name"]) == (["t2"], "name-t")
    assert [one["type"] for one in flag.evidence] == ["jurisdiction.registered", "jurisdiction.restructured"]
    log.record("jurisdiction.reparented", jurisdiction_id="v", new_parent_id="t2", effective_from=DAY)
    assert await days_of(log, "left-behind", "2019-05-31", DAY) == [True, False]


async def test_what_is_below_a_place_left_behind_is_asked_for_with_the_county() -> None:
    """A vacancy in a village that a merger left behind is listed under the county that it was in."""
    log = world()
    log.post("village-secretary", "v")
    log.record("jurisdiction.restructured", kind="abolish", predecessor_ids=["t"], effective_from="2019-05-01")
    assert {(flag.code, flag.place) for flag in await flags(log)} == {("left-behind", "v"), ("vacant-post", "v")}
    assert {flag.code for flag in await flags(log, subtree=False)} == set()


async def test_parents_that_are_not_there_and_circles() -> None:
    """A parent nobody registered, one registered later, and a circle are flagged at the place right below."""
    log = world()
    log.place("v2", "village", "140925100201", "t-none")
    log.place("t3", "township", "140925102", "c", effective_from=DAY)
    log.place("v3", "village", "140925102200", "t3")
    log.place("v4", "village", "140925103200", "v5")
    log.place("v5", "village", "140925103201", "v4")
    for place, days, code in (
        ("v2", {"2019-05-31": True, DAY: True}, "parent-not-on-record"),
        ("v3", {"2019-05-31": True, DAY: False}, "parent-not-on-record"),
        ("v4", {DAY: True}, "parent-cycle"),
        ("v", {DAY: False}, "parent-not-on-record"),
    ):
        for day, there in days.items():
            assert [bool(await flags(log, code, day, place, subtree=False))] == [there], (place, day)
    (flag,) = await flags(log, "parent-not-on-record", "2019-05-31", "v3")
    assert (flag.until, flag.detail["registered"]) == (DAY, True)


async def test_a_change_before_the_registration_takes_effect() -> None:
    """It is kept and changes nothing, and is flagged from its day on; one on the day of registration counts."""
    log = world()
    log.place("v6", "village", "140925100206", "t", effective_from="2019-01-01")
    moved = {"jurisdiction_id": "v6", "new_name_zh": "新名"}
    log.record("jurisdiction.renamed", **moved, effective_from="2018-12-31")
    log.record("jurisdiction.renamed", **{**moved, "new_name_zh": "再改"}, effective_from="2019-01-01")
    code = "change-before-registration"
    assert await days_of(log, code, "2018-12-30", "2018-12-31", DAY, place="v6") == [False, True, True]
    (flag,) = await flags(log)
    assert (flag.code, flag.place, bounds(flag)) == (code, "v6", ("2018-12-31", "2019-01-01", 1))
    assert flag.detail["type"] == "jurisdiction.renamed"
    assert len([one for one in flag.evidence if one["type"] == "jurisdiction.renamed"]) == 2


async def test_what_belongs_to_no_place() -> None:
    """Facts about what was never registered, and posts of bodies of no place, are found by reading the whole log."""
    log = world()
    log.record("body.established", body_id="ministry", name_zh="某部", effective_from="2019-01-01")
    log.post("minister", None, body_id="ministry")
    log.record("jurisdiction.renamed", jurisdiction_id="ghost", new_name_zh="x", effective_from="2019-01-01")
    log.record("jurisdiction.renamed", jurisdiction_id="later", new_name_zh="x", effective_from="2019-06-02")
    scene = log.scene(DAY)
    found = (await listing.of_nowhere(scene, wanted(None))).flags
    assert [(flag.code, flag.place) for flag in found] == [("vacant-post", None), ("dangling-reference", None)]
    assert found[0].about == {"post": "minister"}
    assert found[1].detail["missing"] == [{"field": "jurisdiction_id", "names": "jurisdiction", "id": "ghost"}]
    ground, _ = await nowhere.nowhere(scene)
    assert ground.brief(None) is None
    assert await of_scene(scene, wanted(None), await units.of_log(scene.reader, DAY)) == []


async def test_a_person_and_a_body() -> None:
    """The flags that concern a person under any id, or a body by its posts, and none of their neighbours."""
    log = world()
    log.record("body.established", body_id="b", jurisdiction_id="c")
    log.post("director", None, body_id="b")
    log.start("a-z", "z", "head", "2019-01-01")
    rectified(log, "b", DAY, "director", verdict="confirmed")
    scene = log.scene(DAY)
    by_code = {
        one: sorted(flag.code for flag in (await listing.of_person(scene, one, wanted(None))).flags)
        for one in ("x", "y", "z")
    }
    assert by_code == {"x": [], "y": ["contested-post"], "z": ["contested-post"]}
    found = (await listing.of_body(scene, "b", wanted(None))).flags
    assert [flag.code for flag in found] == ["closed-by-completer", "vacant-post"]
    log.merge("y", "w")
    merged = (await listing.of_person(log.scene(DAY), "w", wanted(None))).flags
    assert [flag.code for flag in merged] == ["contested-post"]


async def test_further_flags_are_sorted_in() -> None:
    """Flags computed elsewhere come in their place's turn, after the others; a filter leaves them out or keeps them."""
    log = world()
    log.post("deputy", "v")
    duty = Flag("duty", "c", {"rule": "r-1"}, "2019-01-01", title="责任未落实", severity="high")
    other = Flag("duty", "v", {"rule": "r-1"})
    scene, unit = log.scene(DAY), ("c", "t", "v")
    found = (await listing.of_unit(scene, unit, wanted(None), [other, duty])).flags
    assert [(flag.code, flag.place) for flag in found] == [("duty", "c"), ("vacant-post", "v"), ("duty", "v")]
    assert found[0].shown(None)["title"] == "责任未落实"
    assert (await listing.of_unit(scene, unit, wanted("duty"), [duty])).flags == [duty]


async def test_a_large_place_is_cut_into_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """Units hold every place once, in the order of the tree, and their flags are those of the whole."""
    log = world()
    for index in range(3):
        log.place(f"t{index}", "township", f"14092520{index}", "c")
        log.place(f"w{index}", "village", f"14092520{index}200", f"t{index}")
        log.post(f"s{index}", f"w{index}")
    whole = await flags(log)
    monkeypatch.setattr(units, "MOST", 3)
    scene = log.scene(DAY)
    parts = await units.of_place(scene.reader, "c", DAY, subtree=True)
    assert [one for part in parts for one in part] == ["c", "t", "v", "t0", "w0", "t1", "w1", "t2", "w2"]
    assert max(len(part) for part in parts) <= 3
    assert [flag.about for flag in await of_scene(scene, wanted(None), parts)] == [flag.about for flag in whole]
    everywhere = [one for part in await units.of_log(scene.reader, DAY) for one in part]
    assert sorted(everywhere) == sorted({"p", *(one for part in parts for one in part)})
