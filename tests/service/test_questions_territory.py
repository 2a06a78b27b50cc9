"""Question 10: a county that changed name and code, and two townships that were merged into a third."""

from __future__ import annotations

import pytest

from tests.service.samples import CASES, Samples, ids, persons_of, post_of, roles_of

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE = CASES["q10"]
COUNTY = CASE["jurisdiction"]
MERGE = CASES["q10_merge"]
FIRST, SECOND = MERGE["predecessors"]
DAYS = ("2015-06-30", "2016-06-15", "2016-06-16", "2017-06-30", "2020-03-01")


async def test_one_history_with_the_name_valid_on_each_date(samples: Samples) -> None:
    """One id from 2015 to 2020, with 泸水县 and 533321 until 2016-06-15, 泸水市 and 533301 from the 16th."""
    for day in DAYS:
        answer = await samples.chain(COUNTY, day)
        shown = CASE["before"] if day < CASE["effective_from"] else CASE["after"]
        assert answer["jurisdiction"] == {"id": COUNTY, "level": "county", **shown}
        assert answer["chain"][-1]["jurisdiction"] == answer["jurisdiction"]
        assert ids(level["jurisdiction"] for level in answer["chain"]) == {"j-530000", "j-533300", COUNTY}
    one = await samples.get(f"/jurisdictions/{COUNTY}")
    assert [(found["from"], found["until"], found["code"], found["name"]) for found in one["attributes"]] == [
        (None, "2016-06-16", "533321", "泸水县"),
        ("2016-06-16", None, "533301", "泸水市"),
    ]


@pytest.mark.parametrize(
    ("ref", "day", "how"),
    [
        ("533321", "2016-06-15", "code"),
        ("533321", "2016-06-16", "former-code"),
        ("533321", "2020-03-01", "former-code"),
        ("533301", "2016-06-16", "code"),
        ("533301", "2016-06-15", "former-code"),
        (COUNTY, "2020-03-01", "id"),
    ],
)
async def test_both_codes_lead_to_one_place(samples: Samples, ref: str, day: str, how: str) -> None:
    """The former code resolves on every day, and the answer says that it is a former one."""
    answer = await samples.chain(ref, day)
    assert (answer["jurisdiction"]["id"], answer["resolved_by"]) == (COUNTY, how)


async def test_legal_change_and_its_recording_are_two_dates(samples: Samples) -> None:
    """Easy to get wrong: recorded on 2016-07-01, the new name is valid from 2016-06-16; not known before it came."""
    day = "2016-06-20"
    then = await samples.chain(COUNTY, day, "2016-06-30")
    now = await samples.chain(COUNTY, day, CASE["recorded_on"])
    assert (then["jurisdiction"]["name"], now["jurisdiction"]["name"]) == ("泸水县", "泸水市")
    assert (await samples.ask("/jurisdictions/533301", valid_at=day, known_at="2016-06-30")).status_code == 404
    entry = await samples.entry(CASE["log"], CASE["event"])
    assert (entry["recorded_at"][:10], entry["event"]["data"]["effective_from"]) == ("2016-07-01", "2016-06-16")


async def test_posts_holders_letters_and_pairing_go_on_across_the_change(samples: Samples) -> None:
    """Both principals, the letter in force and the pairing are the same on the eve of the change and after it."""
    eve, after = [await samples.chain(COUNTY, day) for day in ("2016-06-15", "2016-06-16")]
    for post_id in CASE["posts"]:
        found = [post_of(answer, post_id) for answer in (eve, after)]
        assert persons_of(found[0]) == persons_of(found[1]) != {}
        assert [post["status"] for post in found] == ["held", "held"]
    secretary = [post_of(answer, CASE["posts"][0])["holders"][0] for answer in (eve, after)]
    letters = [[(letter["id"], letter["in_force"]) for letter in held["letters"]] for held in secretary]
    assert letters[0] == letters[1] == [(CASE["letters"][0], "certain")]
    for answer in (eve, after):
        assert [found["pairing"] for found in answer["chain"][-1]["assistance"]] == [CASE["pairing"]]


async def test_the_first_responsible_persons_from_2015_to_2020(samples: Samples) -> None:
    """Once the central text is in force both principals are 第一责任人, under the new name too."""
    before = await samples.chain(COUNTY, "2016-10-10")
    assert {policy["in_force"] for policy in before["policies"]} == {"no"}
    assert not [role for post_id in CASE["posts"] for role in roles_of(post_of(before, post_id), "central-2016")]
    for day in ("2017-06-30", "2020-03-01"):
        answer = await samples.chain(COUNTY, day)
        for post_id in CASE["posts"]:
            assert roles_of(post_of(answer, post_id), "central-2016")["central-2016-art14-c"] == "第一责任人"


async def test_the_register_and_the_timeline_are_whole(samples: Samples) -> None:
    """Under the former code, too, the register has the letters of both names, and the timeline has every stretch."""
    for ref in ("533321", "533301"):
        register = await samples.get("/letters", log=CASE["log"], jurisdiction=ref)
        assert [letter["id"] for letter in register["items"]] == CASE["letters"]
        found = await samples.get(f"/jurisdictions/{ref}/timeline")
        names = [item["name"] for item in found["items"] if item["type"] == "jurisdiction"]
        assert names == ["泸水县", "泸水市"]
        assert {item["letter"] for item in found["items"] if item["type"] == "letter"} == set(CASE["letters"])
        assert [item["pairing"] for item in found["items"] if item["type"] == "pairing"] == [CASE["pairing"]]


async def test_places_are_found_by_id_and_never_by_name(samples: Samples) -> None:
    """Easy to get wrong: a name is searched for, it does not resolve; the search finds both names of one place."""
    assert (await samples.ask("/jurisdictions/泸水市/responsibility")).status_code == 404
    for name in ("泸水县", "泸水市"):
        found = await samples.get("/jurisdictions", q=name)
        assert ids(found["items"]) == {COUNTY}


async def test_children_after_the_merger(samples: Samples) -> None:
    """The successor has the villages that were moved; the one that nobody moved stays where it was."""
    now = await samples.get(f"/jurisdictions/{MERGE['successor']}/children", valid_at="2018-07-01")
    assert ids(now["items"]) == set(MERGE["moved"])
    assert {item["code"][:9] for item in now["items"]} == {"141126903"}
    eve = await samples.get(f"/jurisdictions/{SECOND}/children", valid_at="2018-06-30")
    assert MERGE["left_behind"] in ids(eve["items"])
    assert (await samples.get(f"/jurisdictions/{MERGE['successor']}", valid_at="2018-06-30"))["on_record"] is False
    towns = await samples.get("/jurisdictions/j-141126/children", valid_at="2018-07-01")
    assert ids(towns["items"]) & {FIRST, SECOND, MERGE["successor"]} == {MERGE["successor"]}


async def test_a_village_left_behind_is_flagged(samples: Samples) -> None:
    """Easy to get wrong: merging moves no child; the village that was forgotten has a broken path, and a flag."""
    answer = await samples.chain(MERGE["left_behind"], "2018-07-01")
    flag = {"flag": "parent-not-on-record", "jurisdiction": MERGE["left_behind"], "parent": SECOND}
    assert answer["flags"] == [flag]
    assert [level["jurisdiction"]["id"] for level in answer["chain"]] == [MERGE["left_behind"]]
    assert (await samples.get(f"/jurisdictions/{MERGE['left_behind']}", valid_at="2018-07-01"))["flags"] == [flag]
    assert (await samples.chain(MERGE["left_behind"], "2018-06-30"))["flags"] == []
    moved = await samples.chain(MERGE["moved"][-1], "2018-07-01")
    assert [level["jurisdiction"]["id"] for level in moved["chain"]][-2:] == [MERGE["successor"], MERGE["moved"][-1]]
    assert moved["flags"] == []


async def test_a_predecessor_is_known_and_no_longer_on_record(samples: Samples) -> None:
    """From the day of the merger the chain of a predecessor is empty, its successor named, its code a former one."""
    for predecessor in (FIRST, SECOND):
        answer = await samples.chain(predecessor, MERGE["effective_from"])
        assert (answer["chain"], answer["on_record"]) == ([], False)
        one = await samples.get(f"/jurisdictions/{predecessor}", valid_at=MERGE["effective_from"])
        assert (one["ended_on"], one["successors"]) == (MERGE["effective_from"], [MERGE["successor"]])
    by_code = await samples.get("/jurisdictions/141126901", valid_at=MERGE["effective_from"])
    assert (by_code["jurisdiction"]["id"], by_code["resolved_by"]) == (FIRST, "former-code")


async def test_what_the_predecessor_signed_and_had_is_still_found(samples: Samples) -> None:
    """Easy to get wrong: letter and pairings of the predecessors are not lost, whether or not they have a successor."""
    register = await samples.get("/letters", log=MERGE["log"], jurisdiction=FIRST, valid_at="2018-08-01")
    assert [letter["id"] for letter in register["items"]] == [MERGE["letter"]]
    assert register["items"][0]["in_force"] == "certain"
    for place, pairing in ((FIRST, MERGE["pairing"]), (SECOND, MERGE["pairing_without_successor"])):
        found = await samples.get(f"/jurisdictions/{place}/timeline")
        assert [item["pairing"] for item in found["items"] if item["type"] == "pairing"] == [pairing]
        (helped,) = (await samples.chain(place, "2018-06-30"))["chain"][-1]["assistance"]
        assert (helped["pairing"], helped["certainty"]) == (pairing, "certain")


async def test_posts_of_the_predecessor(samples: Samples) -> None:
    """The post that was abolished ends with the merger; the one forgotten is left vacant and can be seen to be."""
    ended = await samples.get(f"/posts/{MERGE['abolished_post']}/holders", valid_at="2018-07-01")
    assert (ended["status"], ended["gaps"], ended["post"]["until"]) == ("unestablished", [], "2018-07-01")
    left = await samples.get(f"/posts/{MERGE['post_left_behind']}/holders", valid_at="2018-07-01")
    assert (left["status"], left["gaps"][-1]["from"], left["gaps"][-1]["until"]) == ("vacant", "2018-07-01", None)


async def test_the_merger_was_not_known_before_it_was_recorded(samples: Samples) -> None:
    """As known on 2018-07-05 both townships stand on 2018-07-01, and nothing is flagged."""
    answer = await samples.chain(MERGE["left_behind"], "2018-07-01", "2018-07-05")
    assert [level["jurisdiction"]["id"] for level in answer["chain"]][-2:] == [SECOND, MERGE["left_behind"]]
    assert answer["flags"] == []
    assert (await samples.ask(f"/jurisdictions/{MERGE['successor']}", known_at="2018-07-05")).status_code == 404
