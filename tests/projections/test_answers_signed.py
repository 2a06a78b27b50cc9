"""Signed letters as answers show them: whose key makes a letter verified, and what becomes of it later."""

from __future__ import annotations

from typing import Any

import pytest

from projections.answers import letters
from projections.answers.chain import responsibility
from projections.answers.timeline import of_person
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio

DAY = "2018-03-05"
SCAN = "0" * 64


@pytest.fixture
def ledger() -> Ledger:
    """A county, its committee with the post of a secretary, held by `x` since 2016."""
    made = Ledger()
    made.place("p", "province", "14")
    made.place("c", "county", "140925", "p")
    made.record("body.established", body_id="b", name_zh="县委", jurisdiction_id="c")
    made.post("s", body_id="b")
    made.start("a", "x", "s", "2016-08-01")
    return made


async def in_chain(ledger: Ledger, size: int | None = None) -> list[dict[str, Any]]:
    """The letters of the secretary in the chain."""
    answer = await responsibility(ledger.scene(DAY, size), "c")
    (body,) = answer["chain"][-1]["bodies"]
    found: list[dict[str, Any]] = body["posts"][0]["holders"][0]["letters"]
    return found


async def status(ledger: Ledger, letter_id: str = "l") -> tuple[str, list[tuple[str, bool]]]:
    """How a letter is signed, and by which keys: the signatory's or not. The chain says the same as the letter."""
    shown = (await letters.one(ledger.scene(DAY), letter_id))["letter"]
    (same,) = [letter for letter in await in_chain(ledger) if letter["id"] == letter_id]
    names = ("signatures", "signed_by", "countersignatures")
    assert [shown[name] for name in names] == [same[name] for name in names]
    return shown["signatures"], [(one["key_id"], one["of_signatory"]) for one in shown["signed_by"]]


async def test_paper_is_told_from_what_a_key_signed(ledger: Ledger) -> None:
    """A scan makes a letter paper, nothing makes it none, the signatory's own key makes it verified."""
    key = ledger.key("k", person_id="x")
    ledger.sign("scanned", "2017-04-20", "x", "s", scan_sha256=SCAN)
    ledger.sign("bare", "2017-04-20", "x", "s")
    ledger.seal(ledger.sign("signed", "2017-04-20", "x", "s", scan_sha256=SCAN), key)
    assert await status(ledger, "scanned") == ("paper", [])
    assert await status(ledger, "bare") == ("none", [])
    assert await status(ledger, "signed") == ("verified", [("k", True)])


async def test_the_key_of_the_body_of_the_post_verifies(ledger: Ledger) -> None:
    """A body signs for its own posts, and for no other's."""
    own, other = ledger.key("own", body_id="b"), ledger.key("other", body_id="b2")
    ledger.seal(ledger.sign("l", "2017-04-20", "x", "s"), own)
    ledger.seal(ledger.sign("m", "2017-04-20", "x", "s"), other)
    ledger.seal(ledger.sign("n", "2017-04-20", "x"), own)
    assert await status(ledger) == ("verified", [("own", True)])
    assert await status(ledger, "m") == ("none", [("other", False)])
    assert await status(ledger, "n") == ("none", [("own", False)])


async def test_somebody_elses_key_verifies_nothing_and_is_shown(ledger: Ledger) -> None:
    """A letter that another person's key signed stays paper; with the signatory's beside it, it is verified."""
    theirs, own = ledger.key("theirs", person_id="y"), ledger.key("own", person_id="x")
    ledger.seal(ledger.sign("l", "2017-04-20", "x", "s", scan_sha256=SCAN), theirs)
    ledger.seal(ledger.sign("m", "2017-04-20", "x", "s"), theirs, own)
    assert await status(ledger) == ("paper", [("theirs", False)])
    assert await status(ledger, "m") == ("verified", [("theirs", False), ("own", True)])


async def test_a_person_under_two_ids_is_one_signer(ledger: Ledger) -> None:
    """A key registered under an id that was merged is the person's, from the merge on."""
    key = ledger.key("k", person_id="x2")
    ledger.seal(ledger.sign("l", "2017-04-20", "x", "s"), key)
    assert (await status(ledger))[0] == "none"
    ledger.merge("x2", "x")
    assert await status(ledger) == ("verified", [("k", True)])


async def test_a_later_revocation_changes_the_standing_alone(ledger: Ledger) -> None:
    """The letter stays verified; its key is shown revoked from the revocation on, and not as known before."""
    key = ledger.key("k", person_id="x", vouched_by="r")
    ledger.seal(ledger.sign("l", "2017-04-20", "x", "s"), key)
    before = len(ledger.entries)
    revoked = ledger.record("key.revoked", key_id="k")
    shown = (await in_chain(ledger))[0]
    assert shown["signatures"] == "verified"
    assert shown["signed_by"] == [
        {
            "key_id": "k", "algorithm": "Ed25519", "holder": {"person_id": "x", "body_id": None}, "of_signatory": True,
            "key_vouched": "registrar", "possession": "not-shown", "standing": "revoked-later",
            "registered_at_position": key, "revoked_at_position": revoked,
        }
    ]  # fmt: skip
    (then,) = (await in_chain(ledger, before))[0]["signed_by"]
    assert (then["standing"], then["revoked_at_position"]) == ("valid", None)


async def test_a_key_registered_again_keeps_its_old_letters(ledger: Ledger) -> None:
    """A signature belongs to the registration that stood when it was made: another holder's later one takes nothing."""
    first = ledger.key("k", person_id="x", certificate="-----BEGIN")
    ledger.seal(ledger.sign("l", "2017-04-20", "x", "s"), first)
    second = ledger.key("k", person_id="y")
    ledger.seal(ledger.sign("m", "2017-04-20", "x", "s"), second)
    assert await status(ledger) == ("verified", [("k", True)])
    assert await status(ledger, "m") == ("none", [("k", False)])
    vouched = {one["id"]: one["signed_by"][0]["key_vouched"] for one in await in_chain(ledger)}
    assert vouched == {"l": "certificate", "m": "operator"}


async def test_signatures_are_those_of_the_version_that_stands(ledger: Ledger) -> None:
    """A correction brings its own signatures, or none; annulled, the letter has its first ones again."""
    key = ledger.key("k", person_id="x")
    signed = ledger.seal(ledger.sign("l", "2017-04-20", "x", "s"), key)
    payload = {"letter_id": "l", "signatory": {"person_id": "x", "post_id": "s"}, "signed_on": "2017-04-21"}
    plain = ledger.correct(signed, **payload)
    assert (await status(ledger))[0] == "none"
    ledger.annul(plain)
    assert (await status(ledger))[0] == "verified"
    ledger.record("key.revoked", key_id="k")
    assert (await in_chain(ledger))[0]["signed_by"][0]["standing"] == "revoked-later"
    again = ledger.key("k2", person_id="x")
    ledger.seal(ledger.correct(signed, **payload), again)
    assert await status(ledger) == ("verified", [("k2", True)])


async def test_each_countersignature_stands_by_itself(ledger: Ledger) -> None:
    """Who countersigns is verified by a key of their own; the signatory's key is not theirs."""
    own, theirs = ledger.key("own", person_id="x"), ledger.key("theirs", person_id="y")
    ledger.seal(ledger.sign("l", "2017-04-20", "x", "s"), own)
    countersigned = {"letter_id": "l", "signed_on": "2017-04-21"}
    kind = "responsibility-letter.countersigned"
    ledger.seal(ledger.record(kind, **countersigned, signatory={"person_id": "y"}, role="organiser"), theirs)
    ledger.seal(ledger.record(kind, **countersigned, signatory={"person_id": "z"}, role="co-principal"), own)
    ledger.record(kind, **countersigned, signatory={"person_id": "w"})
    (shown,) = await in_chain(ledger)
    assert (shown["signatures"], shown["countersigned"]) == ("verified", True)
    assert [(one["role"], one["signatures"]) for one in shown["countersignatures"]] == [
        ("organiser", "verified"), ("co-principal", "none"), (None, "none"),
    ]  # fmt: skip
    whole = (await letters.one(ledger.scene(DAY), "l"))["letter"]
    assert [(one["as"], one["signatures"]) for one in whole["signers"]] == [
        ("signatory", "verified"), ("organiser", "verified"), ("co-principal", "none"), ("counterparty", "none"),
    ]  # fmt: skip


async def test_dual_signing_shows_both_letters(ledger: Ledger) -> None:
    """Two letters of one person for one post and scope (双签) both hang on the holder, told apart by their kind."""
    key = ledger.key("k", person_id="x")
    ledger.seal(ledger.sign("l", "2017-04-20", "x", "s", scope="c", kind="principal-letter"), key)
    ledger.sign("m", "2017-04-20", "x", "s", scope="c", kind="exit-letter", scan_sha256=SCAN)
    found = [(one["kind"], one["scope"], one["signatures"]) for one in await in_chain(ledger)]
    assert found == [("principal-letter", "c", "verified"), ("exit-letter", "c", "paper")]
    items = (await of_person(ledger.scene(DAY), "x", None, None))["items"]
    assert [(one["letter"], one["signatures"]) for one in items if one["type"] == "letter"] == [
        ("l", "verified"), ("m", "paper"),
    ]  # fmt: skip
