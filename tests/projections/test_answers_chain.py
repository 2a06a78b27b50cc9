"""The chain: posts and their holders on a day, what hangs on them, and what is flagged."""

from __future__ import annotations

from typing import Any

import pytest

from projections.answers.chain import responsibility
from tests.projections.full_chain import small_county
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio

DAY = "2018-03-05"


@pytest.fixture
def ledger() -> Ledger:
    """A Shanxi county with the post of its party secretary, whom nobody has been appointed to."""
    return small_county()


async def chain(ledger: Ledger, place: str = "c", day: str = DAY, size: int | None = None) -> dict[str, Any]:
    """The chain of a place."""
    return await responsibility(ledger.scene(day, size), place)


async def secretary(ledger: Ledger, day: str = DAY) -> Any:
    """The secretary's post as the county's level shows it."""
    return (await chain(ledger, day=day))["chain"][-1]["posts"][0]


def roles(shown: Any) -> set[tuple[str, str]]:
    """System and role word of what a post or body bears."""
    return {(one["system"], one["role"]) for one in shown["responsibilities"]}


def matched(post: Any) -> list[list[tuple[str, str]]]:
    """The letters of each holder, with how they were matched."""
    return [[(letter["id"], letter["matched_by"]) for letter in holder["letters"]] for holder in post["holders"]]


async def test_the_chain_runs_from_the_highest_level_down(ledger: Ledger) -> None:
    """The chain has the province first and the place asked about last, with the packs that apply there."""
    answer = await chain(ledger, "140925")
    assert [level["level"] for level in answer["chain"]] == ["province", "city", "county"]
    assert [level["jurisdiction"]["code"] for level in answer["chain"]] == ["140000", "140900", "140925"]
    assert answer["resolved_by"] == "code"
    assert {"central-2016", "shanxi"} <= {policy["system"] for policy in answer["policies"]}


async def test_a_vacant_post_still_shows_its_responsibilities(ledger: Ledger) -> None:
    """Responsibilities hang on the post, so that a vacancy hides none of them."""
    ledger.start("a", "x", "s", "2016-08-01")
    held = await secretary(ledger)
    ledger.end("a", "2018-01-01")
    vacant = await secretary(ledger)
    assert (held["status"], vacant["status"], vacant["holders"]) == ("held", "vacant", [])
    assert roles(vacant) == roles(held)
    assert ("central-2016", "第一责任人") in roles(vacant)
    assert (vacant["vacancy"]["from"], vacant["vacancy"]["until"], vacant["vacancy"]["days"]) == (
        "2018-01-01", None, 64,
    )  # fmt: skip
    assert vacant["vacancy"]["previous"]["person"]["id"] == "x"


async def test_a_post_outside_its_days_is_unestablished(ledger: Ledger) -> None:
    """Before it is established and once it is abolished a post bears nothing, and is not vacant."""
    ledger.post("s", "c", functions=["party-principal"], effective_from="2017-01-01")
    ledger.record("post.abolished", post_id="s", effective_from="2018-01-01")
    for day, status in (("2016-12-31", "unestablished"), ("2017-01-01", "vacant"), (DAY, "unestablished")):
        post = await secretary(ledger, day)
        assert (post["status"], bool(post["responsibilities"])) == (status, status == "vacant")
        assert (post["vacancy"] is None) == (status == "unestablished")


async def test_two_certain_holders_of_one_seat_are_contested(ledger: Ledger) -> None:
    """More certain holders than seats contest a post; with as many seats it is held."""
    ledger.start("a", "x", "s", "2016-08-01")
    ledger.start("b", "y", "s", "2017-08-01")
    assert (await secretary(ledger))["status"] == "contested"
    ledger.post("s", "c", seats=2)
    assert (await secretary(ledger))["status"] == "held"
    ledger.post("s", "c", seats=3)
    assert (await secretary(ledger))["status"] == "vacant"


async def test_a_possible_holder_makes_a_post_uncertain(ledger: Ledger) -> None:
    """Where nobody is certain and someone possible the post is uncertain, and is no vacancy."""
    ledger.start("a", "x", "s", "2018")
    post = await secretary(ledger)
    assert (post["status"], post["vacancy"], post["holders"][0]["certainty"]) == ("uncertain", None, "possible")


@pytest.mark.parametrize(
    ("capacity", "substantive"),
    [("acting", "vacant"), ("seconded", "vacant"), ("concurrent", "held"), (None, "held")],
)
async def test_acting_and_seconded_leave_a_post_without_substance(
    ledger: Ledger, capacity: str | None, substantive: str
) -> None:
    """Who acts or is seconded holds the post, which is vacant without them."""
    ledger.start("a", "x", "s", "2016-08-01", capacity=capacity)
    post = await secretary(ledger)
    assert (post["status"], post["substantive"]) == ("held", substantive)
    assert post["holders"][0]["capacity"] == (capacity or "substantive")


async def test_one_person_twice_counts_twice_and_is_flagged(ledger: Ledger) -> None:
    """Two appointments of one person, under a merged id too, contest the post and are flagged once."""
    ledger.start("a", "x", "s", "2016-08-01")
    ledger.start("b", "x2", "s", "2017-08-01")
    assert (await chain(ledger))["flags"] == []
    ledger.merge("x2", "x")
    answer = await chain(ledger)
    assert answer["chain"][-1]["posts"][0]["status"] == "contested"
    assert answer["flags"] == [{"flag": "same-person-twice", "post": "s", "person": "x"}]


async def test_two_holders_of_unknown_name_are_not_one_person(ledger: Ledger) -> None:
    """Holders who were seen without being told apart are not flagged as one person."""
    ledger.see("a", DAY, post_id="s")
    ledger.see("b", DAY, post_id="s")
    answer = await chain(ledger)
    assert [holder["person"] for holder in answer["chain"][-1]["posts"][0]["holders"]] == [None, None]
    assert answer["flags"] == []


async def test_merged_persons_are_shown_by_the_id_that_stays(ledger: Ledger) -> None:
    """A holder has the id and name that stay, and the id they were recorded under."""
    ledger.record("person.registered", person_id="x", name_zh="张三")
    ledger.record("person.registered", person_id="x2", name_zh="张叁")
    ledger.start("a", "x2", "s", "2016-08-01")
    ledger.merge("x2", "x")
    [holder] = (await secretary(ledger))["holders"]
    assert (holder["person"], holder["recorded_as"]) == ({"id": "x", "name": "张三"}, "x2")


async def test_a_circle_of_merges_stays_with_the_smallest_id(ledger: Ledger) -> None:
    """Ids merged in a circle are one person, under the smallest of the circle."""
    for gone, stays in (("z", "y"), ("y", "x"), ("x", "z"), ("w", "y")):
        ledger.merge(gone, stays)
    ledger.start("a", "w", "s", "2016-08-01")
    assert (await secretary(ledger))["holders"][0]["person"]["id"] == "x"


async def test_letters_are_matched_to_holders(ledger: Ledger) -> None:
    """A letter is a holder's by both ids, or by one where the post was, or may have been, held when signed."""
    ledger.start("a", "x", "s", "2016-08")
    ledger.sign("both", "2015-01-01", "x", "s")
    ledger.sign("person", "2017", "x")
    ledger.sign("post", "2016-08-10", post="s")
    ledger.sign("too-early", "2016-07-31", "x")
    ledger.sign("another-post", "2017", "x", "t")
    ledger.sign("another-person", "2017", "y", "s")
    assert matched(await secretary(ledger)) == [[("both", "person-and-post"), ("person", "person"), ("post", "post")]]


async def test_a_letter_signed_on_an_unknown_day_of_a_short_tenure_is_matched(ledger: Ledger) -> None:
    """A letter signed some day of a year may be that of a tenure wholly inside the year."""
    ledger.start("a", "x", "s", "2017-03-01")
    ledger.end("a", "2017-06-01")
    ledger.sign("l", "2017", "x")
    assert matched(await secretary(ledger, "2017-04-01")) == [[("l", "person")]]


async def test_letters_under_any_id_of_a_person_are_theirs(ledger: Ledger) -> None:
    """A letter signed under one merged id is that of an appointment under another."""
    ledger.start("a", "x1", "s", "2016-08-01")
    ledger.sign("l", "2017", "x2", "s")
    ledger.merge("x1", "x")
    assert matched(await secretary(ledger)) == [[]]
    ledger.merge("x2", "x")
    assert matched(await secretary(ledger)) == [[("l", "person-and-post")]]


async def test_countersigned_letters_are_the_countersigners_too(ledger: Ledger) -> None:
    """Who countersigned shows the letter with the part they signed in."""
    ledger.start("a", "x", "s", "2016-08-01")
    ledger.sign("l", "2017", "y")
    ledger.record(
        "responsibility-letter.countersigned",
        letter_id="l", signatory={"person_id": "x"}, role="co-principal", signed_on="2017-02-01",
    )  # fmt: skip
    [letter] = (await secretary(ledger))["holders"][0]["letters"]
    assert (letter["signed_as"], letter["countersigned"]) == ("co-principal", True)


async def test_assistance_is_of_the_day(ledger: Ledger) -> None:
    """Pairings that certainly or possibly hold that day are shown, by the helper's name that day."""
    ledger.place("h", "city", "320500", name_zh="旧名")
    ledger.record("jurisdiction.renamed", jurisdiction_id="h", new_name_zh="新名", effective_from="2018-01-01")
    ledger.record("person.registered", person_id="x", name_zh="张三")
    ledger.merge("x2", "x")
    pairings = (("p1", "h", "2016-01-01"), ("p2", "x2", "2018"), ("p3", "y", "2019"), ("p4", "unit", "2015"))
    for pairing, helper, since in pairings:
        ledger.record("pairing.started", pairing_id=pairing, helper=helper, assisted="c", effective_from=since)
    ledger.record("pairing.ended", pairing_id="p4", effective_until="2018-03-05")
    level = (await chain(ledger, day="2017-12-31"))["chain"][-1]
    shown = [(one["pairing"], one["helper"]["name"], one["certainty"]) for one in level["assistance"]]
    assert shown == [("p1", "旧名", "certain"), ("p4", None, "certain")]
    level = (await chain(ledger))["chain"][-1]
    shown = [(one["pairing"], one["helper"]["name"], one["certainty"]) for one in level["assistance"]]
    assert shown == [("p1", "新名", "certain"), ("p2", "张三", "possible")]
    assert level["assistance"][1]["helper"]["id"] == "x"


async def test_a_shanxi_city_has_words_that_name_nobody(ledger: Ledger) -> None:
    """At a city of Shanxi the instruments use words of responsibility and attach them to nobody."""
    levels = {level["level"]: level for level in (await chain(ledger))["chain"]}
    unnamed = {(one["system"], one["role"]) for one in levels["city"]["unnamed"]}
    assert ("shanxi", "第一责任人") in unnamed
    assert ("shanxi", "第一责任人") not in {(one["system"], one["role"]) for one in levels["county"]["unnamed"]}


async def test_what_nobody_is_on_record_for_is_unregistered(ledger: Ledger) -> None:
    """A role that a pack names at a level is unregistered until a post bears it, and again once it is abolished."""

    def missing(answer: dict[str, Any]) -> set[str]:
        return {one["rule"] for one in answer["chain"][-1]["unregistered"]}

    without = missing(await chain(ledger, size=3))
    borne = {one["rule"] for one in (await secretary(ledger))["responsibilities"]}
    assert borne & without
    assert missing(await chain(ledger)) < without
    ledger.record("post.abolished", post_id="s", effective_from="2018-01-01")
    assert missing(await chain(ledger)) == without


async def test_bodies_carry_their_posts(ledger: Ledger) -> None:
    """Bodies on record stand at their place with their own posts, nested ones beside them; dissolved ones do not."""
    ledger.record("body.established", body_id="b", jurisdiction_id="c", functions=["leading-group"])
    ledger.record("body.established", body_id="n", unit_id="b", name_zh="办公室")
    ledger.record("body.established", body_id="gone", jurisdiction_id="c")
    ledger.record("body.dissolved", body_id="gone", effective_from="2018-01-01")
    ledger.post("t", body_id="n")
    level = (await chain(ledger))["chain"][-1]
    shown = [(body["body"]["id"], [post["post"]["id"] for post in body["posts"]]) for body in level["bodies"]]
    assert shown == [("b", []), ("n", ["t"])]
    assert [post["post"]["id"] for post in level["posts"]] == ["s"]


async def test_a_body_stands_at_one_level_only(ledger: Ledger) -> None:
    """A team that a provincial unit sent to a county stands at the county, whichever of the two is asked about."""
    ledger.record("body.established", body_id="unit", jurisdiction_id="p")
    ledger.record("body.established", body_id="team", jurisdiction_id="c", unit_id="unit")
    for place in ("p", "c"):
        levels = (await chain(ledger, place))["chain"]
        assert [body["body"]["id"] for body in levels[0]["bodies"]] == ["unit"]
    assert [body["body"]["id"] for body in levels[-1]["bodies"]] == ["team"]


async def test_what_is_recorded_later_changes_no_earlier_answer(ledger: Ledger) -> None:
    """The chain at a size is the same whatever was appended after it."""
    ledger.start("a", "x", "s", "2016-08-01")
    size = len(ledger.entries)
    before = await chain(ledger)
    ledger.end("a", "2017-01-01")
    ledger.annul(size - 1)
    ledger.merge("x", "y")
    assert await chain(ledger, size=size) == before
    assert await chain(ledger) != before
