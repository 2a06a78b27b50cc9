"""Question 9: an assistance letter entered for county X belonged to county Y; found three months later."""

from __future__ import annotations

import pytest

from tests.service.samples import CASES, Samples, ids

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE = CASES["q9"]
LOG, X, Y = CASE["log"], CASE["wrong_jurisdiction"], CASE["jurisdiction"]
BEFORE = "2017-06-05"
IN_FORCE = "2017-03-15"


async def register(samples: Samples, county: str, known_at: str | None = None) -> dict[str, dict[str, object]]:
    """The register of letters of a county, by id."""
    found = await samples.get(
        "/letters", log=LOG, jurisdiction=county, valid_at=IN_FORCE, known_at=known_at, limit=1000
    )
    assert (found["next"], found["withheld"]) == (None, 0)
    return {letter["id"]: letter for letter in found["items"]}


async def test_what_both_registers_show_now(samples: Samples) -> None:
    """Now the letter stands in the register of Y, and X's holds neither the wrong entry nor the new one."""
    of_x, of_y = await register(samples, X), await register(samples, Y)
    assert not {CASE["wrong_letter"], CASE["letter"]} & set(of_x)
    assert set(of_y) & {CASE["wrong_letter"], CASE["letter"]} == {CASE["letter"]}
    assert (of_y[CASE["letter"]]["counterparty"], of_y[CASE["letter"]]["in_force"]) == (Y, "certain")


@pytest.mark.parametrize("known_at", [CASE["recorded_on"], BEFORE])
async def test_what_they_showed_then(samples: Samples, known_at: str) -> None:
    """From its entry until the day before the correction the letter stood in the register of X alone."""
    of_x, of_y = await register(samples, X, known_at), await register(samples, Y, known_at)
    assert set(of_x) & {CASE["wrong_letter"], CASE["letter"]} == {CASE["wrong_letter"]}
    assert (of_x[CASE["wrong_letter"]]["counterparty"], of_x[CASE["wrong_letter"]]["in_force"]) == (X, "certain")
    assert not {CASE["wrong_letter"], CASE["letter"]} & set(of_y)


async def test_both_change_at_one_instant(samples: Samples) -> None:
    """The annulment and the new entry came in one report: no state of knowledge has both letters, or neither."""
    for county, letters in ((X, [{CASE["wrong_letter"]}, set()]), (Y, [set(), {CASE["letter"]}])):
        found = [await register(samples, county, day) for day in (BEFORE, CASE["corrected_on"])]
        assert [set(one) & {CASE["wrong_letter"], CASE["letter"]} for one in found] == letters
    annulment = await samples.entry(LOG, CASE["annulment_event"])
    new = await samples.entry(LOG, CASE["event"])
    assert annulment["recorded_at"] == new["recorded_at"]
    assert new["position"] == annulment["position"] + 1


async def test_the_first_entry_is_neither_edited_nor_deleted(samples: Samples) -> None:
    """Easy to get wrong: the wrong entry stays readable as sent, scan hash and county too, marked as annulled."""
    entry = await samples.entry(LOG, CASE["wrong_event"])
    assert entry["recorded_at"][:10] == CASE["recorded_on"]
    assert entry["standing"]["status"] == "annulled"
    data = entry["event"]["data"]
    assert (data["counterparty"], data["letter_id"]) == (X, CASE["wrong_letter"])
    assert data["scan_sha256"] == CASE["scan_sha256"]
    then = await samples.get(f"/letters/{CASE['wrong_letter']}", known_at=BEFORE)
    assert then["letter"]["position"] == entry["position"]
    assert (await samples.ask(f"/letters/{CASE['wrong_letter']}")).status_code == 404


async def test_the_new_entry_keeps_the_real_signing_date(samples: Samples) -> None:
    """Easy to get wrong: Y's letter was signed on 2017-02-15 and recorded on the day of the correction."""
    letter = (await samples.get(f"/letters/{CASE['letter']}", valid_at=IN_FORCE))["letter"]
    assert (letter["signed_on"], letter["recorded_at"][:10]) == (CASE["signed_on"], CASE["corrected_on"])
    then = (await samples.get(f"/letters/{CASE['wrong_letter']}", valid_at=IN_FORCE, known_at=BEFORE))["letter"]
    assert (then["signed_on"], then["recorded_at"][:10]) == (CASE["signed_on"], CASE["recorded_on"])
    assert (then["number"], then["signed_late_days"]) == (letter["number"], letter["signed_late_days"])
    assert letter["signers"] == then["signers"]
    assert letter["signers"][0]["person"]["id"] == CASE["signatory"]["person_id"]
    assert letter["signers"][0]["post"]["id"] == CASE["signatory"]["post_id"]
    entry = await samples.entry(LOG, CASE["event"])
    assert entry["event"]["data"]["scan_sha256"] == CASE["scan_sha256"]


async def test_the_annulment_names_its_approver(samples: Samples) -> None:
    """Who approved the correction, in which post, and why stands in the annulment."""
    data = (await samples.entry(LOG, CASE["annulment_event"]))["event"]["data"]
    assert data["annuls_event_id"] == CASE["wrong_event"]
    assert (data["approved_by"], data["approver"]) == (CASE["approver"], CASE["approver"]["person_id"])
    assert data["reason"]
    approver = await samples.get(f"/persons/{data['approver']}", valid_at=CASE["corrected_on"])
    assert [post["post_id"] for post in approver["posts"] if post["certainty"] == "certain"].count(
        CASE["approver"]["post_id"]
    ) == 1


@pytest.mark.parametrize("county", [X, Y])
async def test_changes_show_the_letter_and_the_correction(samples: Samples, county: str) -> None:
    """The chains of both counties have the signer's post above them: each lists both letters and both events."""
    asked = {"valid_at": IN_FORCE, "known_at": CASE["corrected_on"], "compared_to": BEFORE}
    found = await samples.get(f"/jurisdictions/{county}/changes", **asked)
    said = {(one["kind"], one["id"], one["field"]): (one["before"], one["after"]) for one in found["differences"]}
    assert said["letter", CASE["wrong_letter"], "in_force"] == ("certain", None)
    assert said["letter", CASE["wrong_letter"], "counterparty"] == (X, None)
    assert said["letter", CASE["letter"], "in_force"] == (None, "certain")
    assert said["letter", CASE["letter"], "counterparty"] == (None, Y)
    assert {CASE["annulment_event"], CASE["event"]} <= ids(found["events"])


async def test_the_pairing_followed_the_letter(samples: Samples) -> None:
    """The contact official's pairing is on record for Y since the correction, and names the new letter."""
    now = await samples.chain(Y, IN_FORCE)
    (pairing,) = [one for one in now["chain"][-1]["assistance"] if one["pairing"] == CASE["pairing"]]
    assert pairing["helper"]["id"] == CASE["signatory"]["person_id"]
    assert pairing["instrument_or_letter_id"] == CASE["letter"]
    then = await samples.chain(Y, IN_FORCE, BEFORE)
    assert CASE["pairing"] not in {one["pairing"] for one in then["chain"][-1]["assistance"]}
