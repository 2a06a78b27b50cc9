"""Letters owed by holders of posts: kinds, parties, days covered, successors, joint letters, uncertain dates."""

from __future__ import annotations

from typing import Any

import pytest

from projections.duties.outcome import Gap
from projections.policies.rule import Reading, Rule
from tests.projections.rules_made import Event, duties_of, event, rule_of

PARTY, HEAD = "county.party-principal", "county.government-principal"
EXIT = {"kinds": ["exit-letter"]}
ASSIST = {"kinds": ["assistance-letter"], "towards": "below"}
YEAR = ("2018-01-01", "2019-01-01")


def letter_rule(*owed: dict[str, Any], **more: Any) -> Rule:
    """The county head signs these letters."""
    params = {"letters": list(owed), **more.pop("params", {})}
    return rule_of("letter", params, **{"functions": ("government-principal",), **more})


def signed(
    letter_id: str, kind: str | None = "exit-letter", *, start: str | None = YEAR[0], until: str | None = YEAR[1],
    **more: Any,
) -> Event:  # fmt: skip
    """A letter that the county head signed for 2018."""
    stated = {
        "letter_id": letter_id, "kind": kind, "signatory": {"person_id": f"{HEAD}.holder", "post_id": HEAD},
        "signed_on": "2018-01-01", "effective_from": start, "effective_until": until,
    }  # fmt: skip
    return event("responsibility-letter.signed", **{**stated, **more})


def left(day: str, tenure: str = HEAD) -> Event:
    """The holder of the world left."""
    return event("appointment.ended", appointment_id=f"{tenure}.tenure", effective_until=day)


def took(start: str, person: str = "next", **more: Any) -> Event:
    """Another becomes county head."""
    return event(
        "appointment.started", appointment_id=f"{person}.tenure", person_id=person, post_id=HEAD,
        effective_from=start, **more,
    )  # fmt: skip


def status(rule: Rule, given: list[Event], day: str) -> str:
    """The one status of a day."""
    (one,) = duties_of(rule, given, day)
    return one.status


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2017-12-31", "breached"), ("2018-01-01", "met"), ("2018-12-31", "met"), ("2019-01-01", "breached")],
)
def test_a_letter_covers_the_days_it_says(day: str, expected: str) -> None:
    """In force from its first day to the one before its end."""
    assert status(letter_rule(EXIT), [signed("l")], day) == expected


def test_force_is_not_moved_to_a_late_signing() -> None:
    """A letter signed on 2018-04-20 that is effective from New Year covers February, and its lateness is shown.

    That an earlier letter was signed later still says nothing of the day.
    """
    earlier = signed("old", start="2017-01-01", until="2018-01-01", signed_on="2017-12-01")
    (before,) = duties_of(letter_rule(EXIT), [earlier], "2018-02-15")
    assert "signed_late_days" not in before.outcome.more
    (one,) = duties_of(letter_rule(EXIT), [signed("l", signed_on="2018-04-20")], "2018-02-15")
    assert (one.status, one.outcome.more["signed_late_days"], one.outcome.late_days) == ("met", 109, None)
    (both,) = duties_of(letter_rule(EXIT), [earlier, signed("l", signed_on="2018-04-20")], "2018-02-15")
    assert both.outcome.more["signed_late_days"] == 109
    (shown,) = one.outcome.actual["holders"][0]["letters"]
    assert (shown["signed_on"], shown["effective_from"], shown["in_force"]) == ("2018-04-20", "2018-01-01", "certain")


def test_without_an_effective_date_force_begins_with_the_signing() -> None:
    """Nothing earlier is invented."""
    given = [signed("l", start=None, signed_on="2018-04-20")]
    assert [status(letter_rule(EXIT), given, day) for day in ("2018-04-19", "2018-04-20")] == ["breached", "met"]


def test_both_kinds_are_owed_by_each() -> None:
    """Dual signing: the missing one is named with its days, and the duty is not kept by half."""
    rule = letter_rule(EXIT, ASSIST)
    half = [signed("l"), signed("m", "assistance-letter", counterparty="township", start="2018-03-01")]
    (one,) = duties_of(rule, half, "2018-02-01")
    assert one.status == "breached"
    (missing,) = one.outcome.more["missing"]
    assert (missing["what"], missing["cause"], missing["person"], missing["until"]) == (
        "assistance-letter", "not-signed", f"{HEAD}.holder", "2018-03-01",
    )  # fmt: skip
    assert one.outcome.changes_on == "2018-03-01"
    assert status(rule, half, "2018-03-01") == "met"


def test_two_letters_missing_on_the_same_days_are_one_gap_and_two_facts() -> None:
    """Gaps are days; which letter is missing on them stands beside."""
    (one,) = duties_of(letter_rule(EXIT, ASSIST), [], "2018-02-01")
    assert len(one.outcome.gaps) == 1
    assert [each["what"] for each in one.outcome.more["missing"]] == ["exit-letter", "assistance-letter"]


SUCCESSION = [signed("l"), left("2018-05-31"), took("2018-07-10")]
OWN = signed(
    "own", start="2018-08-01", signed_on="2018-08-01", signatory={"person_id": "next", "post_id": HEAD}
)  # fmt: skip


def test_a_year_with_a_vacancy_and_a_successor_who_signed_late() -> None:
    """Each gap has its cause; the days of vacancy are nobody's, those of the successor his own."""
    (one,) = duties_of(letter_rule(EXIT), [*SUCCESSION, OWN], "2019-03-01", YEAR)
    assert (one.status, one.outcome.about, one.outcome.posts) == ("breached", HEAD, (HEAD,))
    assert one.outcome.gaps == (
        Gap("2018-05-31", "2018-07-10", "vacancy", HEAD),
        Gap("2018-07-10", "2018-08-01", "not-signed", HEAD),
    )
    assert [(each["person"], each["days"]) for each in one.outcome.more["missing"]] == [(None, 40), ("next", 22)]


@pytest.mark.parametrize(
    ("day", "expected"), [("2018-05-31", "gap"), ("2018-07-09", "gap"), ("2018-07-10", "breached")]
)
def test_a_vacant_post_owes_no_letter(day: str, expected: str) -> None:
    """Nobody breaches for a post that nobody holds."""
    assert status(letter_rule(EXIT), SUCCESSION, day) == expected


def test_whether_a_successor_inherits_is_a_reading() -> None:
    """The text does not say it: the result names both."""
    reading = Reading("bound", "person", ("post",), "bound")
    rule = letter_rule(EXIT, params={"bound": "person"}, readings=(reading,))
    (one,) = duties_of(rule, SUCCESSION, "2018-07-10")
    assert [(each.value, each.status) for each in one.alternatives] == [("post", "met")]
    (over,) = duties_of(rule, SUCCESSION, "2019-03-01", YEAR)
    assert (over.status, over.alternatives[0].status) == ("breached", "gap")
    assert status(letter_rule(EXIT, params={"bound": "post"}), SUCCESSION, "2018-07-10") == "met"


def test_an_expired_letter_is_not_one_that_was_never_signed() -> None:
    """The cause tells them apart, for each holder alone."""
    (one,) = duties_of(letter_rule(EXIT), [signed("l")], "2019-01-01")
    assert [(gap.since, gap.cause) for gap in one.outcome.gaps] == [("2019-01-01", "expired")]
    (one,) = duties_of(letter_rule(EXIT), SUCCESSION, "2018-08-01")
    assert [gap.cause for gap in one.outcome.gaps] == ["not-signed"]


def test_who_may_not_have_been_in_office_breaches_nothing() -> None:
    """From an unknown day in July: open until the last day on which it can have been."""
    given = [signed("l"), left("2018-05-31"), took("2018-07")]
    days = ("2018-06-30", "2018-07-01", "2018-07-30", "2018-07-31")
    found = [status(letter_rule(EXIT), given, day) for day in days]
    assert found == ["gap", "undetermined", "undetermined", "breached"]
    inherits = letter_rule(EXIT, params={"bound": "post"})
    assert status(inherits, given, "2018-07-01") == "met"


@pytest.mark.parametrize(
    ("day", "expected"), [("2017-12-31", "breached"), ("2018-01-01", "undetermined"), ("2018-12-31", "met")]
)
def test_a_start_of_force_known_to_the_year(day: str, expected: str) -> None:
    """The letter may be in force from the first day of the year and is from the last."""
    assert status(letter_rule(EXIT), [signed("l", start="2018", until=None, signed_on="2018")], day) == expected


def test_a_letter_whose_kind_is_not_stated_may_be_the_one() -> None:
    """It decides nothing, and one of another kind does not count."""
    assert status(letter_rule(EXIT), [signed("l", None)], "2018-03-05") == "undetermined"
    assert status(letter_rule(EXIT), [signed("l", "other-letter")], "2018-03-05") == "breached"


def test_a_letter_that_was_superseded_ends_and_the_next_goes_on() -> None:
    """Renewal leaves no gap where the new letter begins on the day the old one ends."""
    given = [
        signed("l", until=None),
        event("responsibility-letter.superseded", letter_id="l", effective_from="2018-06-01", reason="renewal"),
    ]
    assert [status(letter_rule(EXIT), given, day) for day in ("2018-05-31", "2018-06-01")] == ["met", "breached"]
    renewed = [*given, signed("m", start="2018-06-01", until=None, signed_on="2018-06-01")]
    (one,) = duties_of(letter_rule(EXIT), renewed, "2018-07-01")
    assert (one.status, one.outcome.since, one.outcome.changes_on) == ("met", "2018-01-01", None)


JOINT = [
    event(
        "responsibility-letter.signed", letter_id="joint", kind="exit-letter",
        signatory={"person_id": f"{PARTY}.holder", "post_id": PARTY}, signed_on="2018-01-01",
    ),
    event(
        "responsibility-letter.countersigned", letter_id="joint", role="co-principal", signed_on="2018-01-01",
        signatory={"person_id": f"{HEAD}.holder", "post_id": HEAD},
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("joint", "both", "alone"),
    [("signature", "met", "breached"), ("one-each", "breached", "breached"), ("one-for-all", "met", "met")],
)
def test_one_joint_letter_or_one_each(joint: str, both: str, alone: str) -> None:
    """A letter of the secretary, co-signed by the head or not, as the reading takes it."""
    rule = letter_rule(EXIT, params={"joint": joint}, functions=("party-principal", "government-principal"))
    found = [
        {one.outcome.about: one.status for one in duties_of(rule, given, "2018-03-05")} for given in (JOINT, JOINT[:1])
    ]
    assert [each[PARTY] for each in found] == ["met", "met"]
    assert [each[HEAD] for each in found] == [both, alone]


def test_a_joint_letter_is_not_that_of_a_later_principal() -> None:
    """One for all of those in office when it was signed: a successor has to sign unless letters go with the post."""
    given = [*JOINT[:1], left("2018-05-31"), took("2018-06-01")]
    functions = ("party-principal", "government-principal")
    for bound, expected in (("person", "breached"), ("post", "met")):
        rule = letter_rule(EXIT, params={"joint": "one-for-all", "bound": bound}, functions=functions)
        found = {one.outcome.about: one.status for one in duties_of(rule, given, "2018-06-01")}
        assert found[HEAD] == expected


@pytest.mark.parametrize(
    ("party", "place", "any_one", "body"),
    [
        ("city.leading-group", "met", "met", "met"),
        ("city", "met", "met", "breached"),
        (None, "met", "met", "breached"),
        ("township", "breached", "met", "breached"),
        ("county.leading-group", "breached", "met", "breached"),
        ("nobody-knows", "met", "met", "breached"),
    ],
)
def test_the_other_side_of_a_letter(party: str | None, place: str, any_one: str, body: str) -> None:
    """Of the county towards the city's leading group: read by place, not looked at, or the body itself."""
    owed = {**EXIT, "towards": "above", "party_functions": ["leading-group"]}
    given = [signed("l", counterparty=party)]
    found = [
        status(letter_rule(owed, params={"counterparty": how}), given, "2018-03-05") for how in ("place", "any", "body")
    ]
    assert found == [place, any_one, body]


def test_the_centre_is_no_place_of_the_tree() -> None:
    """A letter towards a body without a place counts as one with the centre; one towards the city does not."""
    owed = {**EXIT, "towards": "centre"}
    centre = event("body.established", body_id="centre", name_zh="中央")
    assert status(letter_rule(owed), [centre, signed("l", counterparty="centre")], "2018-03-05") == "met"
    assert status(letter_rule(owed), [centre, signed("l", counterparty="city")], "2018-03-05") == "breached"


def test_an_assistance_letter_is_for_the_place_one_is_paired_with() -> None:
    """Question 9: a letter for another place than the contact point is not the letter owed."""
    pairing = event(
        "pairing.started", pairing_id="p", helper=HEAD, assisted="village", kind="contact-point", effective_from="2018"
    )
    for place, expected in (("village", "met"), ("township", "breached")):
        given = [pairing, signed("l", "assistance-letter", counterparty=place)]
        assert status(letter_rule(ASSIST), given, "2018-03-05") == expected
    assert status(letter_rule(ASSIST), [signed("l", "assistance-letter", scope="township")], "2018-03-05") == "met"
    assert status(letter_rule(ASSIST), [signed("l", "assistance-letter", scope="county")], "2018-03-05") == "breached"


@pytest.mark.parametrize("moved", ["2018-07-01", "2019-01-01"])
def test_a_letter_towards_the_city_of_its_day_goes_on_when_the_county_moves(moved: str) -> None:
    """Signed towards the city above it, and for a village then below it: no move makes that none from its first day."""
    other = {"level": "city", "code": "330900", "name_zh": "other", "jurisdiction_id": "other", "parent_id": "province"}
    moves = [
        event("jurisdiction.registered", **other),
        event("jurisdiction.registered", **{**other, "jurisdiction_id": "else", "level": "county", "code": "330901"}),
        event("jurisdiction.reparented", jurisdiction_id="county", new_parent_id="other", effective_from=moved),
        event("jurisdiction.reparented", jurisdiction_id="township", new_parent_id="else", effective_from=moved),
    ]
    rule = letter_rule(EXIT | {"towards": "above"}, ASSIST)
    both = [signed("l1", counterparty="city"), signed("l2", "assistance-letter", scope="village")]
    (duty,) = duties_of(rule, [*moves, *both], "2019-06-01", YEAR)
    assert (duty.status, duty.outcome.gaps) == ("met", ())
    never = [signed("l1", counterparty="else"), both[1]]
    assert status(rule, [*moves, *never], "2018-12-31") == "breached"


def test_a_countersignature_may_be_asked_for() -> None:
    """One of the other side; a co-principal's is none."""
    rule = letter_rule(EXIT, params={"countersigned": True})
    counter = {"letter_id": "l", "signatory": {"post_id": "city.party-principal"}, "signed_on": "2018-02-01"}
    for role, expected in (("counterparty", "met"), (None, "met"), ("co-principal", "breached")):
        given = [signed("l"), event("responsibility-letter.countersigned", **counter, role=role)]
        assert status(rule, given, "2018-03-05") == expected


@pytest.mark.parametrize(
    ("signatory", "expected"),
    [
        ({"person_id": f"{HEAD}.holder"}, "met"),
        ({"post_id": HEAD}, "met"),
        ({"person_id": "somebody"}, "breached"),
        ({"person_id": f"{HEAD}.holder", "post_id": PARTY}, "breached"),
    ],
)
def test_a_signature_belongs_to_an_office(signatory: dict[str, str], expected: str) -> None:
    """By person and post, or by one of them and the day; a signature for another post is not this one's."""
    assert status(letter_rule(EXIT), [signed("l", signatory=signatory)], "2018-03-05") == expected


def test_a_letter_of_the_one_before_is_not_the_successors() -> None:
    """Signed for the post alone, in the days of the one who left."""
    given = [signed("l", signatory={"post_id": HEAD}), left("2018-05-31"), took("2018-05-31")]
    assert [status(letter_rule(EXIT), given, day) for day in ("2018-05-30", "2018-05-31")] == ["met", "breached"]


def test_who_stands_in_signs_unless_read_otherwise() -> None:
    """An acting head without a letter breaches; not asked of him, the post is as good as vacant."""
    reading = Reading("acting_counts", default=True, others=(False,), means="acting")
    given = [left("2018-05-31"), took("2018-05-31", capacity="acting")]
    (one,) = duties_of(letter_rule(EXIT, params={"acting_counts": True}, readings=(reading,)), given, "2018-06-01")
    assert (one.status, one.alternatives[0].status) == ("breached", "gap")


def test_every_certain_holder_of_a_contested_post_owes_them() -> None:
    """Two at once: the letter of one is not that of the other."""
    (one,) = duties_of(letter_rule(EXIT), [signed("l"), took("2018-03-01")], "2018-03-05")
    assert (one.status, one.outcome.more["missing"][0]["person"]) == ("breached", "next")


def test_who_organises_is_asked_for_the_letters_of_those_below() -> None:
    """A county's leading group: every township's principals, each post a result of the group's."""
    params = {"signer_functions": ["party-principal", "government-principal"], "levels": ["township"]}
    rule = letter_rule(EXIT, params=params, functions=("leading-group",), verdicts="presence")
    one = signed("l", signatory={"post_id": "township.party-principal"})
    found = {each.outcome.about: (each.subject.id, each.status) for each in duties_of(rule, [one], "2018-03-05")}
    assert found == {
        "township.party-principal": ("county", "met"), "township.government-principal": ("county", "gap"),
    }  # fmt: skip


def test_a_post_that_was_abolished_within_the_span_is_judged_while_it_stood() -> None:
    """After its last day it owes nothing."""
    given = [signed("l"), event("post.abolished", post_id=HEAD, effective_from="2018-07-01")]
    (one,) = duties_of(letter_rule(EXIT), given, "2019-03-01", YEAR)
    assert (one.status, one.outcome.gaps) == ("met", ())
    (none,) = duties_of(letter_rule(EXIT), given, "2018-07-01")
    assert (none.status, none.outcome.gaps[0].cause) == ("gap", "not-on-record")


def test_the_evidence_is_the_office_and_the_letters_in_force() -> None:
    """A letter that has expired is shown and is no evidence of the day."""
    given = [signed("old", start="2017-01-01", until="2018-01-01"), signed("new")]
    (one,) = duties_of(letter_rule(EXIT), given, "2018-03-05")
    assert [entry["type"] for entry in one.outcome.evidence] == ["appointment.started", "responsibility-letter.signed"]
    assert [each["id"] for each in one.outcome.actual["holders"][0]["letters"]] == ["new", "old"]
