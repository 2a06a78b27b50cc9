"""Question 4: what was believed on 2018-01-15 about 2017-11-30, what is known now, and by which entries."""

from __future__ import annotations

import pytest

from tests.service.samples import CASES, Samples, persons_of, post_of

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE = CASES["q4"]
LOG = CASE["log"]


async def test_then_and_now_answer_differently(samples: Samples) -> None:
    """As known on 2018-01-15 P held the post on 2017-11-30; as known now it was vacant since 2017-11-01."""
    then = post_of(await samples.chain(CASE["jurisdiction"], CASE["valid_at"], CASE["known_at"]), CASE["post"])
    assert (then["status"], persons_of(then)) == (CASE["status_then"], {CASE["person"]: "certain"})
    assert then["holders"][0]["seen"] == [CASE["valid_at"]]
    now = post_of(await samples.chain(CASE["jurisdiction"], CASE["valid_at"]), CASE["post"])
    assert (now["status"], now["holders"], now["vacancy"]["from"]) == (CASE["status_now"], [], "2017-11-01")
    assert now["vacancy"]["previous"]["person"]["id"] == CASE["person"]


async def test_the_belief_changes_on_the_day_of_the_correction(samples: Samples) -> None:
    """Until the end of 2018-05-31 the old statement answers, from 2018-06-01 the new one."""
    known = ("2018-05-31", CASE["corrected_on"])
    found = [await samples.chain(CASE["jurisdiction"], CASE["valid_at"], day) for day in known]
    assert [post_of(answer, CASE["post"])["status"] for answer in found] == ["held", "vacant"]


async def test_the_same_question_has_the_same_answer_twice(samples: Samples) -> None:
    """An answer at a known instant is the same bytes each time, and the same as at the size it names."""
    path = f"/jurisdictions/{CASE['jurisdiction']}/responsibility"
    asked = {"valid_at": CASE["valid_at"], "known_at": CASE["known_at"]}
    first, again = await samples.ask(path, **asked), await samples.ask(path, **asked)
    assert first.content == again.content
    body = first.json()
    assert body["known_at"] == "2018-01-15T15:59:59.999999Z"
    by_size = await samples.get(path, valid_at=CASE["valid_at"], known_at=f"@{body['log']['size']}")
    assert (by_size["chain"], by_size["log"]) == (body["chain"], body["log"])


async def test_the_corrected_entry_stays_readable(samples: Samples) -> None:
    """Easy to get wrong: the report of 2018-01-15 is still there as sent; it says that it was annulled, and by what."""
    entry = await samples.entry(LOG, CASE["report_event"])
    assert entry["event"]["data"]["on"] == CASE["valid_at"]
    assert entry["recorded_at"][:10] == CASE["known_at"]
    assert (entry["standing"]["status"], entry["standing"]["version"]) == ("annulled", None)
    assert [version["id"] for version in entry["standing"]["versions"]] == [
        CASE["report_event"],
        CASE["annulment_event"],
    ]
    then = await samples.entry(LOG, CASE["report_event"], CASE["known_at"])
    assert (then["standing"]["status"], then["event"]) == ("stands", entry["event"])
    assert [version["id"] for version in then["standing"]["versions"]] == [CASE["report_event"]]


async def test_the_correction_is_recorded_when_it_came_and_by_whom(samples: Samples) -> None:
    """Easy to get wrong: recording time is not back-dated; reason and approver stand in the annulment."""
    entry = await samples.entry(LOG, CASE["annulment_event"])
    assert entry["recorded_at"][:10] == CASE["corrected_on"]
    data = entry["event"]["data"]
    assert data["annuls_event_id"] == CASE["report_event"]
    assert data["approver"]
    assert data["reason"]
    ended = await samples.entry(LOG, CASE["ended_event"])
    assert (ended["recorded_at"][:10], ended["event"]["data"]["effective_until"]) == ("2018-06-01", "2017-11-01")


async def test_changes_list_the_events_behind_the_difference(samples: Samples) -> None:
    """Between 2018-05-31 and 2018-06-01 the post fell vacant, by the annulment and the end that came with it."""
    asked = {"valid_at": CASE["valid_at"], "known_at": CASE["corrected_on"], "compared_to": "2018-05-31"}
    found = await samples.get(f"/jurisdictions/{CASE['jurisdiction']}/changes", **asked)
    said = {(one["kind"], one["id"], one["field"]): (one["before"], one["after"]) for one in found["differences"]}
    assert said["post", CASE["post"], "status"] == ("held", "vacant")
    assert said["appointment", CASE["appointment"], "certainty"] == ("certain", None)
    assert {key[1] for key in said} == {CASE["post"], CASE["appointment"], "syn-62-letter-0014"}
    events = [event["id"] for event in found["events"]]
    assert events[:2] == [CASE["annulment_event"], CASE["ended_event"]]
    assert [event["type"] for event in found["events"][2:]] == ["responsibility-letter.discharged"]


async def test_changes_until_now_speak_of_that_day_alone(samples: Samples) -> None:
    """Compared with all that is known now, no letter is listed that was not in force on the day asked about."""
    asked = {"valid_at": CASE["valid_at"], "compared_to": CASE["known_at"]}
    found = await samples.get(f"/jurisdictions/{CASE['jurisdiction']}/changes", **asked)
    assert {CASE["annulment_event"], CASE["ended_event"]} <= {event["id"] for event in found["events"]}
    letters = [one for one in found["differences"] if one["kind"] == "letter" and one["field"] == "in_force"]
    assert letters
    assert "no" not in {value for one in letters for value in (one["before"], one["after"])}


async def test_a_correction_of_a_correction(samples: Samples) -> None:
    """Each state of knowledge has its own month of arrival; the entries say corrected, superseded, stands."""
    case = CASES["correction_of_correction"]
    for known_at, month in zip(case["recorded_on"], case["effective_from"], strict=True):
        found = await samples.get(f"/posts/{case['post']}/holders", known_at=known_at)
        (held,) = [one for one in found["holders"] if one["appointment"] == case["appointment"]]
        assert held["from"] == month
    entries = [await samples.entry(case["log"], event) for event in case["events"]]
    assert [entry["standing"]["status"] for entry in entries] == ["corrected", "superseded", "stands"]
    assert {entry["standing"]["version"] for entry in entries} == {entries[-1]["position"]}
    assert entries[0]["event"]["data"]["effective_from"] == case["effective_from"][0]


async def test_an_annulment_that_was_annulled(samples: Samples) -> None:
    """The end stands, falls, and stands again, as each was recorded; all three entries stay readable."""
    case = CASES["annulled_annulment"]
    untils = []
    for known_at in case["recorded_on"]:
        found = await samples.get(f"/posts/{case['post']}/holders", known_at=known_at)
        untils += [one["until"] for one in found["holders"] if one["appointment"] == case["appointment"]]
    assert untils[0] is not None
    assert untils == [untils[0], None, untils[0]]
    events = (case["ended_event"], case["annulment_event"], case["annulment_of_it"])
    entries = [await samples.entry(case["log"], event) for event in events]
    assert [entry["standing"]["status"] for entry in entries] == ["stands", "annulled", "stands"]


async def test_a_fact_recorded_years_late_answers_from_then_on(samples: Samples) -> None:
    """In office from 2015-06, recorded 2020-06-20: before that day of knowledge the holder is not there."""
    case = CASES["back_dated"]
    for known_at, held in (("2020-06-19", False), (case["recorded_on"], True)):
        found = await samples.get(f"/posts/{case['post']}/holders", known_at=known_at)
        assert (case["appointment"] in {one["appointment"] for one in found["holders"]}) is held


async def test_a_correction_that_moves_an_appointment(samples: Samples) -> None:
    """Until it was corrected the holder stood at the wrong post, then at the right one, and never at both."""
    case = CASES["moved_to_another_post"]
    for known_at, post in (("2016-09-20", case["wrong_post"]), (case["corrected_on"], case["right_post"])):
        for asked in (case["wrong_post"], case["right_post"]):
            found = await samples.get(f"/posts/{asked}/holders", known_at=known_at)
            at_it = case["appointment"] in {one["appointment"] for one in found["holders"]}
            assert at_it is (asked == post)
    entry = await samples.entry(case["log"], case["event"])
    assert entry["standing"]["status"] == "corrected"
