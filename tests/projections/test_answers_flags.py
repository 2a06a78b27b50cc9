"""Flags: each sort appears where it should, not a day too early, and not where nothing is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pytest

from projections.answers.flags import listing, units
from projections.answers.flags.flag import Flag
from projections.answers.flags.listing import Wanted
from projections.answers.flags.references import references
from projections.scene import Scene
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio

DAY: Final = "2019-06-01"
FOREVER: Final = 1_000_000


def world() -> Ledger:
    """A province p, its county c, a township t and its village v; the county's party secretary and head."""
    log = Ledger()
    log.county()
    log.place("t", "township", "140925100", "c")
    log.place("v", "village", "140925100200", "t")
    for person in ("x", "y", "z"):
        log.record("person.registered", person_id=person, name_zh=f"name-{person}")
    log.post("secretary", "c", functions=["party-principal"], effective_from="2015-01-01")
    log.post("head", "c", functions=["government-principal"], effective_from="2015-01-01")
    log.start("a-x", "x", "secretary", "2015-01-01")
    log.start("a-y", "y", "head", "2015-01-01")
    return log


async def flags(
    log: Ledger, code: str | None = None, day: str = DAY, place: str = "c", *, subtree: bool = True, **more: Any
) -> list[Flag]:
    """The flags of a place, of one code or of all but back-dated entries."""
    scene = log.scene(day, more.pop("size", None))
    return await of_scene(scene, wanted(code, **more), await units.of_place(scene.reader, place, day, subtree=subtree))


async def of_scene(scene: Scene, asked: Wanted, parts: list[units.Unit]) -> list[Flag]:
    """The flags of some units."""
    return [flag for part in parts for flag in (await listing.of_unit(scene, part, asked)).flags]


def wanted(code: str | None, days: int = FOREVER) -> Wanted:
    """One code, or all: then nothing counts as recorded late."""
    return Wanted(None if code is None else frozenset({code}), days)


async def days_of(log: Ledger, code: str, *days: str, **more: Any) -> list[bool]:
    """Whether there is a flag of a code on each day."""
    return [bool(await flags(log, code, day, **more)) for day in days]


def bounds(flag: Flag) -> tuple[str | None, str | None, int | None]:
    """The days of a flag."""
    return flag.since, flag.until, flag.days


async def test_where_nothing_is_wrong_there_is_no_flag() -> None:
    """Two posts that are held, in a tree that holds together, give no flag at all."""
    assert await flags(world()) == []


async def test_a_vacancy_from_its_first_to_its_last_day() -> None:
    """A post is flagged from the first day without a holder to the day before the next, with the days so far."""
    log = world()
    log.end("a-x", "2019-03-01")
    log.start("a-z", "z", "secretary", "2019-07-01")
    assert await days_of(log, "vacant-post", "2019-02-28", "2019-03-01", "2019-06-30", "2019-07-01") == [
        False, True, True, False,
    ]  # fmt: skip
    (flag,) = await flags(log)
    assert (flag.code, flag.place, flag.about) == ("vacant-post", "c", {"post": "secretary"})
    assert bounds(flag) == ("2019-03-01", "2019-07-01", 93)
    assert (flag.detail["previous"]["person"]["id"], flag.detail["next"]["person"]["id"]) == ("x", "z")
    assert {entry["type"] for entry in flag.evidence} == {
        "post.established", "appointment.started", "appointment.ended",
    }  # fmt: skip


async def test_a_post_that_is_gone_or_whose_place_is_gone_is_not_vacant() -> None:
    """Neither an abolished post nor a post of an abolished place or a dissolved body waits for a holder."""
    log = world()
    log.post("gone", "c")
    log.record("post.abolished", post_id="gone", effective_from="2019-06-01")
    log.record("body.established", body_id="b", jurisdiction_id="c", effective_from="2018-01-01")
    log.post("of-body", None, body_id="b")
    log.record("body.dissolved", body_id="b", effective_from="2019-06-01")
    log.post("of-village", "v")
    log.record("jurisdiction.restructured", kind="abolish", predecessor_ids=["v"], effective_from="2019-06-01")
    assert {flag.about["post"] for flag in await flags(log, day="2019-05-31")} == {"gone", "of-body", "of-village"}
    assert await flags(log) == []


async def test_a_contested_post_and_one_that_is_uncertain() -> None:
    """Two certain holders of one seat contest it while both hold it; a month's start is uncertain all month."""
    log = world()
    log.start("a-z", "z", "head", "2019-05-31")
    assert await days_of(log, "contested-post", "2019-05-30", "2019-05-31", DAY) == [False, True, True]
    log.end("a-z", "2019-06-02")
    assert await days_of(log, "contested-post", "2019-06-01", "2019-06-02") == [True, False]
    (flag,) = await flags(log, "contested-post")
    assert bounds(flag) == ("2019-05-31", "2019-06-02", 2)
    assert [held["person"]["id"] for held in flag.detail["holders"]] == ["y", "z"]
    log.post("deputy", "c")
    log.start("a-d", "z", "deputy", "2019-06")
    assert await days_of(log, "uncertain-post", "2019-05-31", DAY, "2019-06-29", "2019-06-30") == [
        False, True, True, False,
    ]  # fmt: skip


async def test_one_person_twice_in_a_post() -> None:
    """Two tenures of one person are flagged while both may run, also where a merger of ids shows that it is one."""
    log = world()
    log.post("deputies", "c", seats=2)
    log.start("a-1", "x", "deputies", "2018-01-01")
    log.start("a-2", "z", "deputies", "2019-06-01")
    assert await flags(log) == []
    log.merge("z", "x")
    assert await days_of(log, "same-person-twice", "2019-05-31", DAY) == [False, True]
    (flag,) = await flags(log)
    assert (flag.about, bounds(flag)) == ({"post": "deputies", "person": "x"}, ("2019-06-01", None, 1))
    assert [held["appointment"] for held in flag.detail["holders"]] == ["a-1", "a-2"]


async def test_references_that_lead_nowhere() -> None:
    """Each id of a fact that nothing bears is named with its field; one that is recorded later leads somewhere."""
    log = world()
    visitor = [{"person_id": "nobody", "post_id": "head"}]
    visit = log.record(
        "visit.made", visit_id="V", place_id="v", visitor=visitor, started_on=DAY, confirmed_by=["x", "who"]
    )
    (flag,) = await flags(log)
    assert (flag.code, flag.place, flag.about) == ("dangling-reference", "v", {"visit": "V", "event": f"e{visit}"})
    assert flag.detail["missing"] == [
        {"field": "visitor.person_id", "names": "person", "id": "nobody"},
        {"field": "confirmed_by", "names": "any", "id": "who"},
    ]
    assert await flags(log, day="2019-05-31") == []
    size = len(log.entries)
    log.record("person.registered", person_id="nobody", name_zh="x")
    log.record("body.established", body_id="who", jurisdiction_id="c")
    assert await flags(log) == []
    assert [flag.code for flag in await flags(log, size=size)] == ["dangling-reference"]


async def test_references_of_the_wrong_sort_lead_nowhere() -> None:
    """An id that should be a post and is a person's leads nowhere; words in free fields and citations are no ids."""
    log = world()
    log.post("deputy", "c")
    log.start("a-d", "x", "deputy", "2019-01-01", sending_unit_id="y")
    log.sign("L", "2019-01-01", "x", "deputy", scope="a place in words", effective_until="2019-02-01")
    (flag,) = await flags(log)
    assert flag.about["appointment"] == "a-d"
    assert flag.detail["missing"] == [{"field": "sending_unit_id", "names": "body", "id": "y"}]


async def test_matters_lead_to_matters_anywhere_in_the_log() -> None:
    """A rectification may name a finding of another place; one that nobody raised leads nowhere."""
    log = world()
    log.record("finding.raised", finding_id="F", jurisdiction_id="p", raised_on="2019-01-01")
    ordered = {"ordered_on": "2019-01-02", "responsible": {"post_id": "head"}, "lead_body_id": None}
    log.record("rectification.ordered", rectification_id="R1", finding_id="F", **ordered)
    log.record("rectification.ordered", rectification_id="R2", finding_id="F-none", **ordered)
    (flag,) = await flags(log, place="p")
    assert (flag.place, flag.about["rectification"], flag.detail["missing"][0]["id"]) == ("c", "R2", "F-none")


def test_the_references_of_nested_data() -> None:
    """Ids are found in parts and lists, under the path of their field; a part given as a plain id names anything."""
    told: Mapping[str, Any] = {"report_id": "R", "reporter": "b", "recipient": "c"}
    found = {(one.field, one.entity, one.id) for one in references("report.submitted", told)}
    assert ("reporter", "any", "b") in found
    assert {one.id for one in references("responsibility-letter.signed", {"letter_id": "L", "scope": "words"})} == {"L"}
    assert list(references("no.such", {"post_id": "x"})) == []


async def test_back_dated_entries_by_their_days() -> None:
    """An entry is flagged when recorded more than so many days after its day, and a correction by its own day."""
    log = world()
    at = log.record("visit.made", visit_id="V", place_id="v", started_on="2019-12-01")  # recorded on 2020-01-01
    assert [flag.days for flag in await flags(log, "back-dated", "2019-12-31", "v", days=30)] == [31]
    assert await flags(log, "back-dated", "2019-12-31", "v", days=31) == []
    assert await flags(log, "back-dated", "2019-11-30", "v", days=30) == []
    log.correct(at, visit_id="V", place_id="v", started_on="2019-11-01")
    late = await flags(log, "back-dated", "2019-12-31", "v", days=30)
    assert [(flag.detail["type"], flag.detail["on"], flag.days) for flag in late] == [
        ("record.corrected", "2019-11-01", 61),
        ("visit.made", "2019-12-01", 31),
    ]


async def test_back_dated_appointments_and_posts() -> None:
    """What rows do not keep the recording of is found as well: the start of a tenure, the founding of a post."""
    found = await flags(world(), "back-dated", days=365)
    assert {flag.detail["type"] for flag in found} == {"post.established", "appointment.started"}
    assert all(flag.days is not None and flag.days > 365 for flag in found)


def pay(log: Ledger, approved: str, one: str = "D", place: str = "v", **more: Any) -> int:
    """A payment at a place, approved on a day and paid later."""
    data = {"disbursement_id": one, "jurisdiction_id": place, "amount": "100.00", "disbursed_on": "2019-12-31"}
    return log.record("funds.disbursed", **data, approved_on=approved, **more)


async def test_money_approved_while_the_post_was_vacant() -> None:
    """The day of approval decides, not of payment: flagged from the first vacant day to the last, of the head alone."""
    log = world()
    log.end("a-y", "2019-03-01")
    log.start("a-z", "z", "head", "2019-04-01")
    log.end("a-x", "2019-01-01")  # the secretary answers for no funds under the instruments of this place
    for day in ("2019-02-28", "2019-03-01", "2019-03-31", "2019-04-01"):
        pay(log, day, f"D{day}")
    found = await flags(log, "approved-while-vacant")
    assert [(flag.about["disbursement"], flag.about["post"]) for flag in found] == [
        ("D2019-03-01", "head"),
        ("D2019-03-31", "head"),
    ]
    first = found[0].detail
    assert (first["approved_on"], first["disbursed_on"], first["status"]) == ("2019-03-01", "2019-12-31", "vacant")
    assert (first["vacancy"]["from"], first["vacancy"]["until"], first["vacancy"]["days"]) == (
        "2019-03-01", "2019-04-01", 31,
    )  # fmt: skip
    assert {one["rule"] for one in first["under"]} >= {"central-2016-art19-d", "shanxi-2016-art34-e"}
    assert await flags(log, "approved-while-vacant", "2019-02-28") == []
    assert len(await flags(log, "approved-while-vacant", "2019-03-01", "v", subtree=False)) == 1


async def test_somebody_acting_does_not_fill_the_post() -> None:
    """With an acting holder the payment is flagged all the same, and shows who acted; a substantive one ends it."""
    log = world()
    log.end("a-y", "2019-03-01")
    log.start("a-act", "z", "head", "2019-03-01", capacity="acting")
    pay(log, "2019-03-10")
    (flag,) = await flags(log, "approved-while-vacant")
    assert (flag.detail["status"], flag.detail["substantive"]) == ("held", "vacant")
    assert [one["person"]["id"] for one in flag.detail["acting"]] == ["z"]
    log.start("a-new", "x", "head", "2019-03-10")
    assert await flags(log, "approved-while-vacant") == []


async def test_without_an_instrument_nobody_supervises() -> None:
    """Which post supervises funds is what the packs say: without packs, or before they were in force, there is none."""
    log = world()
    log.end("a-y", "2015-06-01")
    pay(log, "2015-07-01", "before")
    pay(log, "2019-05-01")
    assert [flag.about["disbursement"] for flag in await flags(log, "approved-while-vacant")] == ["D"]
    scene = log.scene(DAY, packs=[])
    assert await of_scene(scene, wanted("approved-while-vacant"), [("c", "t", "v")]) == []


def rectified(log: Ledger, done_by: str, judged: str, by: str, verb: str = "verified", **more: Any) -> None:
    """A finding, reported rectified by one party on 2019-05-01 and judged by another."""
    log.record("finding.raised", finding_id="F", jurisdiction_id="c", raised_on="2019-01-01")
    log.record("rectification.ordered", rectification_id="R", finding_id="F", ordered_on="2019-01-01")
    step = {"rectification_id": "R"}
    log.record("rectification.completed", **step, completed_on="2019-05-01", completed_by=done_by)
    log.record(f"rectification.{verb}", **step, **{f"{verb}_on": judged, f"{verb}_by": by}, **more)


async def test_a_closure_by_the_party_that_completed_it() -> None:
    """Verified by the same post it is flagged from that day on; a verdict that does not confirm closes nothing."""
    log = world()
    rectified(log, "head", DAY, "head", verdict="confirmed")
    assert await days_of(log, "closed-by-completer", "2019-05-31", DAY) == [False, True]
    (flag,) = await flags(log)
    assert (flag.place, flag.about, flag.detail["how"]) == ("c", {"rectification": "R", "finding": "F"}, "same")
    assert (flag.detail["completed_by"]["id"], flag.detail["by"]["id"]) == ("head", "head")
    assert [entry["type"] for entry in flag.evidence] == ["rectification.completed", "rectification.verified"]
    log = world()
    rectified(log, "head", DAY, "head", verdict="falsified")
    assert await flags(log) == []


async def test_a_closure_by_its_own_body() -> None:
    """The body of the post that did it, and of the person who held it that day, is the same party; another is not."""
    for done_by, closed_by, day, how in (
        ("director", "b", DAY, "own-body"),
        ("z", "b", DAY, "own-body"),
        ("b", "clerk", DAY, "own-body"),
        ("z", "b", "2019-07-01", None),
        ("director", "other", DAY, None),
        ("head", "secretary", DAY, None),
    ):
        log = world()
        for body in ("b", "other"):
            log.record("body.established", body_id=body, jurisdiction_id="c")
        log.post("director", None, body_id="b")
        log.post("clerk", None, body_id="b")
        log.start("a-z", "z", "director", "2018-01-01")
        log.end("a-z", "2019-07-01")
        rectified(log, done_by, day, closed_by, "closed")
        found = await flags(log, "closed-by-completer", "2019-12-31")
        assert [flag.detail["how"] for flag in found] == ([] if how is None else [how]), (done_by, closed_by, day)


async def test_letters_unsigned_on_paper_and_signed() -> None:
    """Nothing to show is unsigned, a scan is paper; a key of the signatory verifies, somebody else's does not."""
    log = world()
    key, others = log.key("k", person_id="x"), log.key("k2", person_id="y")
    held = {"person": "x", "post": "secretary"}
    log.sign("L-none", "2019-01-01", **held)
    log.sign("L-paper", "2019-01-01", **held, scan_sha256="0" * 64)
    log.seal(log.sign("L-signed", "2019-01-01", **held), key)
    log.seal(log.sign("L-other", "2019-01-01", **held), others)
    found = {flag.about["letter"]: flag for flag in await flags(log)}
    assert {one: flag.code for one, flag in found.items()} == {
        "L-none": "letter-unsigned", "L-paper": "letter-paper-only", "L-other": "letter-unsigned",
    }  # fmt: skip
    assert found["L-other"].detail["signatures"][0]["other_keys"] == ["k2"]
    log.record(
        "responsibility-letter.countersigned",
        letter_id="L-signed",
        signatory={"post_id": "head"},
        signed_on="2019-01-02",
    )
    codes = {flag.about["letter"]: flag.code for flag in await flags(log)}
    assert codes["L-signed"] == "letter-unsigned"


async def test_letters_are_flagged_while_they_are_in_force() -> None:
    """From the first day in force to the last; a letter of a person for no post belongs to the person's first post."""
    log = world()
    log.sign("L", "2019-03-01", "x", effective_from="2019-04-01", effective_until="2019-06-02")
    assert await days_of(log, "letter-unsigned", "2019-03-31", "2019-04-01", "2019-06-01", "2019-06-02") == [
        False, True, True, False,
    ]  # fmt: skip
    (flag,) = await flags(log)
    assert (flag.place, bounds(flag)) == ("c", ("2019-04-01", "2019-06-02", 62))
