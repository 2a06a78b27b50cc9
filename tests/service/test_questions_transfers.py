"""Question 5: principals of poor counties who left before their county was delisted, and who let them go."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.service.samples import CASES, Answer, Samples, persons_of, post_of
from tests.service.timelines import check_evidence, day_before, days, event_of, said, timeline

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

SHANXI, GANSU = CASES["q5"], CASES["q5_gansu"]
PRINCIPALS: Final = {"party-principal", "government-principal"}
STAY: Final = {"central-2016-art12-b", "shanxi-2016-art8-b"}
"""The rules that a county's principals are not adjusted before it is out of poverty."""

Span = tuple[int, int] | None


async def delistings(samples: Samples, province: str, known_at: str | None = None) -> dict[str, Answer]:
    """The poor counties of a province: when each exit was approved and when the list was lifted."""
    told = await timeline(samples, province, "designation", "exit", scope="subtree", known_at=known_at)
    found = {
        item["id"]: {"approved": None, "lifted": item["until"], "name": item["names"][item["id"]]}
        for item in told
        if item["type"] == "designation" and item["list"].startswith("poor-county")
    }
    for item in told:
        if item["type"] == "exit" and said(item, "proposed")["level"] == "county" and said(item, "approved"):
            found[item["stands_at"]]["approved"] = said(item, "approved")["approved_on"]
    return found


async def transfers(samples: Samples, province: str, known_at: str | None = None) -> dict[tuple[str, str], Answer]:
    """What was proposed and decided about moving someone, by post and person."""
    items = await timeline(samples, province, "transfer", scope="subtree", known_at=known_at)
    found = {}
    for item in items:
        proposed, decided = said(item, "proposed"), said(item, "decided")
        found[proposed["from_post_id"], proposed["person_id"]] = {
            **{name: proposed[name] for name in ("kind", "proposed_on")},
            **{name: decided[name] for name in ("decision", "ground", "decided_on", "decided_by")},
            "decider": item["names"][decided["decided_by"]],
            "proposal_event": event_of(item, "transfer.proposed"),
            "decision_event": event_of(item, "transfer.decided"),
        }
    return found


async def departures(samples: Samples, province: str, known_at: str | None = None) -> list[Answer]:
    """Everyone who left a principal's post of a poor county before its list was lifted.

    A stand-in holds no post to leave, and whoever goes on in the same post on the same day has not left.
    """
    counties = await delistings(samples, province, known_at)
    moves = await transfers(samples, province, known_at)
    rows = []
    for county, gone in counties.items():
        items = await timeline(samples, county, "post", "tenure", known_at=known_at)
        seats = {
            item["post"]["id"] for item in items if item["type"] == "post" and PRINCIPALS & {*item["post"]["functions"]}
        }
        tenures = [item for item in items if item["type"] == "tenure" and item["post_id"] in seats]
        goes_on = {(one["post_id"], one["person"]["id"], one["from"]) for one in tenures}
        for one in tenures:
            who = (one["post_id"], one["person"]["id"])
            if one["until"] is None or one["capacity"] == "acting" or (*who, one["until"]) in goes_on:
                continue
            if gone["lifted"] is None or one["certain"]["until"] < gone["lifted"]:
                rows.append(_row(county, one, gone) | {"decided": moves.get(who)})
    return rows


def _row(county: str, one: Answer, gone: Answer) -> Answer:
    shown = {"appointment": one["appointment"], "left_on": one["until"], "reason": one["reason"]}
    return {
        "county": county,
        "post": one["post_id"],
        "person": one["person"]["id"],
        **shown,
        "came": one["from"],
        "left_from": one["certain"]["until"],
        "days_before_approval": _before(one, gone["approved"]),
        "days_before_lifting": _before(one, gone["lifted"]),
        "titles": (gone["name"], one["post"]["title"], one["person"]["name"]),
        "evidence": one["evidence"],
    }


def _before(one: Answer, day: str | None) -> Span:
    """The fewest and the most days from leaving to a day: the end of a tenure may be known by month only."""
    if day is None:
        return None
    return days(one["possible"]["until"], day), days(one["certain"]["until"], day)


def _expected(row: Answer, name: str) -> Span:
    if f"{name}_from_to" in row:
        fewest, most = row[f"{name}_from_to"]
        return fewest, most
    return None if row[name] is None else (row[name], row[name])


def _by_appointment(rows: list[Answer]) -> dict[str, Answer]:
    return {row["appointment"]: row for row in rows}


@pytest.fixture
async def left(samples: Samples) -> dict[str, Answer]:
    """The departures of Shanxi, by appointment."""
    return _by_appointment(await departures(samples, SHANXI["province"]))


async def test_everyone_who_left_before_the_list_was_lifted(samples: Samples, left: dict[str, Answer]) -> None:
    """County, post, holder, day, reason, days before delisting, deciding body and ground, with the entries behind."""
    assert set(left) == {row["appointment"] for row in SHANXI["left"]}
    for expected in SHANXI["left"]:
        row = left[expected["appointment"]]
        for name in ("county", "post", "person", "left_on", "reason"):
            assert row[name] == expected[name]
        assert row["days_before_approval"] == _expected(expected, "days_before_approval")
        if "days_before_lifting" in expected:
            assert row["days_before_lifting"] == _expected(expected, "days_before_lifting")
        assert all(row["titles"])
        if expected["decision"] is None:
            assert row["decided"] is None
        else:
            assert row["decided"].pop("decider") == "中共山西省委员会"
            assert row["decided"].items() <= expected.items()
    await check_evidence(samples, SHANXI["log"], left.values())


async def test_the_same_in_gansu(samples: Samples) -> None:
    """Two counties, one delisted and one not: who left, how long before, and nobody on record as deciding."""
    counties = await delistings(samples, "620000")
    assert {county: counties[county]["approved"] for county in GANSU["delisted"]} == GANSU["delisted"]
    found = {row["post"]: row for row in await departures(samples, "620000") if row["county"] in GANSU["delisted"]}
    assert {post: row["left_on"] for post, row in found.items()} == {
        row["post"]: row["left_on"] for row in GANSU["left"]
    }
    for expected in GANSU["left"]:
        row = found[expected["post"]]
        assert row["days_before_approval"] == _expected(expected, "days_before_approval")
        assert row["decided"] is None


async def test_who_stood_in_and_was_then_appointed_did_not_leave(samples: Samples) -> None:
    """The end of an acting tenure is no departure where the same person goes on in the same post that day."""
    stays = GANSU["no_departure"]
    rows = await departures(samples, "620000")
    assert stays["appointment"] not in {row["appointment"] for row in rows}
    assert stays["person"] not in {row["person"] for row in rows if row["post"] == stays["post"]}
    for day, capacity in (("2018-04-11", "acting"), ("2018-04-12", "substantive")):
        post = post_of(await samples.chain("621223", day), stays["post"])
        assert [(held["person"]["id"], held["capacity"]) for held in post["holders"]] == [(stays["person"], capacity)]


async def test_leaving_on_the_day_of_delisting_is_not_before_it(samples: Samples, left: dict[str, Answer]) -> None:
    """Easy to get wrong: the tenure ends on the day on which the county is out of poverty; half-open, no overlap."""
    (row,) = [row for row in left.values() if row["days_before_approval"] == (0, 0)]
    assert row["left_on"] == "2018-09-10"
    standing = {}
    for day in ("2018-09-09", "2018-09-10"):
        exit_state = (await samples.get(f"/jurisdictions/{row['county']}/state", valid_at=day, scope="own"))["exit"]
        held = persons_of(post_of(await samples.chain(row["county"], day), row["post"]))
        standing[day] = (exit_state["status"], row["person"] in held)
    assert standing == {"2018-09-09": ("listed", True), "2018-09-10": ("exited", False)}


async def test_retirement_recall_and_death_are_not_transfers(left: dict[str, Answer]) -> None:
    """Easy to get wrong: the reason for leaving stands apart; only transfers have a proposal and a decision."""
    reasons: dict[str, set[str]] = {}
    for row in left.values():
        reasons.setdefault(row["reason"], set()).add(row["person"])
    stated: dict[str, set[str]] = {}
    for case in SHANXI["left"]:
        stated.setdefault(case["reason"], set()).add(case["person"])
    assert reasons == stated
    assert set(reasons) == {"transfer", "retirement", "promotion", "recall", "death"}
    assert {row["reason"] for row in left.values() if row["decided"] is not None} == {"transfer"}


async def test_which_day_is_the_delisting_is_a_parameter(samples: Samples, left: dict[str, Answer]) -> None:
    """Easy to get wrong: both days are answered; by the approval two of those listed did not leave before it."""
    both = {row["person"]: (row["days_before_approval"], row["days_before_lifting"]) for row in left.values()}
    not_before = {who: spans for who, spans in both.items() if spans[0] is not None and spans[0][1] <= 0}
    assert not_before == {"syn-14-person-0437": ((0, 0), (8, 8)), "syn-14-person-0439": ((-2, -2), (6, 6))}
    (row,) = [row for row in left.values() if row["person"] == "syn-14-person-0439"]
    assert row["decided"] is None
    for day, lifted in (("2018-09-12", None), ("2018-09-18", "2018-09-18")):
        found = await samples.get(f"/jurisdictions/{row['county']}/state", valid_at=day, scope="own")
        assert (found["valid_at"], found["exit"]["approved_on"]) == (day, "2018-09-10")
        assert (found["exit"]["lifted_on"], bool(found["designations"])) == (lifted, lifted is None)


async def test_whoever_came_after_the_campaign_began_is_under_the_rule_too(
    samples: Samples, left: dict[str, Answer]
) -> None:
    """Easy to get wrong: the rule is on the post; it is there for newcomers, and not before it was in force."""
    campaign = (await samples.get("/policies/central-2016"))["effective_from"]
    newcomers = {row["person"] for row in left.values() if row["came"] is not None and row["came"] > campaign}
    assert newcomers == {"syn-14-person-0437", "syn-14-person-0442", "syn-14-person-0448"}
    for row in left.values():
        before = row["left_from"]
        chain = await samples.chain(row["county"], day_before(before))
        post = post_of(chain, row["post"])
        assert row["person"] in persons_of(post)
        rules = {(found["rule"], found["role"]) for found in post["responsibilities"] if found["rule"] in STAY}
        assert rules == ({(rule, "党政正职") for rule in STAY} if before > campaign else set())
    early = [row["left_on"] for row in left.values() if row["left_from"] <= campaign]
    assert early == ["2016-05"]


async def test_refused_and_promoted_in_place(samples: Samples, left: dict[str, Answer]) -> None:
    """A transfer that was refused shows as refused, a promotion in place as such; both stay in their post."""
    moves = await transfers(samples, SHANXI["province"])
    ranked = CASES["q6"]["principals"]["secretary"]
    others = moves.keys() - {(ranked["post"], ranked["person"])}
    assert len(others) == 1 + 1 + sum(row["decision"] is not None for row in SHANXI["left"])
    for expected in (SHANXI["refused"], SHANXI["promoted_in_place"]):
        decided = moves[expected["post"], expected["person"]]
        assert decided.pop("decider") == "中共山西省委员会"
        assert decided.items() <= expected.items()
        assert expected["appointment"] not in left
        post = post_of(await samples.chain(expected["county"], "2020-06-30"), expected["post"])
        assert persons_of(post) == {expected["person"]: "certain"}


async def test_planned_and_real_exits(samples: Samples) -> None:
    """Did the county exit later than planned: the last day planned beside the day approved."""
    counties = await delistings(samples, SHANXI["province"])
    targets = await timeline(samples, SHANXI["province"], "target", scope="subtree")
    planned = {
        item["stands_at"]: said(item, "set")["due_on"]
        for item in targets
        if said(item, "set")["measure"] == "贫困县摘帽"
    }
    rows: list[dict[str, Any]] = [
        {
            "county": county,
            "planned": due,
            "approved": counties[county]["approved"],
            "days_late": None
            if counties[county]["approved"] is None
            else max(days(due, counties[county]["approved"]), 0),
        }
        for county, due in planned.items()
    ]
    assert sorted(rows, key=str) == sorted(SHANXI["planned"], key=str)
    await check_evidence(samples, SHANXI["log"], targets)


async def test_a_departure_is_not_known_before_it_was_recorded(samples: Samples) -> None:
    """On 2017-09-01 the decision of 2017-08-10 was on record and the departure of 2017-08-15 was not yet."""
    first = SHANXI["left"][0]
    moves = await transfers(samples, SHANXI["province"], "2017-09-01")
    assert moves[first["post"], first["person"]]["decision"] == "approved"
    then = _by_appointment(await departures(samples, SHANXI["province"], "2017-09-01"))
    assert first["appointment"] not in then
    later = _by_appointment(await departures(samples, SHANXI["province"], "2017-09-06"))
    assert later[first["appointment"]]["left_on"] == first["left_on"]
    assert later[first["appointment"]]["days_before_approval"] is None
