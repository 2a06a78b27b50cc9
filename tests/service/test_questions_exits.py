"""Question 16: exits approved out of order, before the notice ended, over an objection or by the wrong body."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.service.samples import CASES, Answer, Samples, levels_of, persons_of, posts_of
from tests.service.timelines import check_evidence, check_ground, days, event_of, position_of, said, steps, timeline

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

SHANXI, WUYI, GANSU = CASES["q16_shanxi"], CASES["q16_wuyi"], CASES["q16_gansu"]
Competent = tuple[str, set[str]]
COMPETENT: Final[dict[tuple[str, str], dict[str, Competent]]] = {
    ("shanxi", "household"): {"shanxi-2016-art40-e": ("township", {"party-committee", "government"})},
    ("shanxi", "village"): {"shanxi-2016-art33-a": ("county", {"leading-group"})},
    ("shanxi", "county"): {"shanxi-2016-art13-d": ("province", {"government"})},
    ("wuyi", "household"): {
        "wuyi-2017-s1a-11-b": ("county", {"party-committee", "government"}),
        "wuyi-2017-s1b-04-f": ("county", {"leading-group"}),
    },
}
"""By instrument and what exits: the clauses that name who approves, each with the level and kind of body."""
WHO_ACTS: Final = {"government": {"government-principal"}, "party-committee": {"party-principal"}}
VERIFIERS: Final = 2
"""The parties named in Wuyi (二)9: the village committees and the work team."""


async def exits(samples: Samples, place: str, known_at: str | None = None) -> dict[str, Answer]:
    """Every exit of a place and of what is below it, households too, by its id."""
    items = await timeline(samples, place, "exit", scope="subtree", known_at=known_at)
    return {item["id"]: item for item in items}


async def body_on(samples: Samples, body: str, day: str) -> Answer:
    """A body on a day: its kind, its level, how it is led."""
    found = await samples.get(f"/bodies/{body}", valid_at=day)
    check_ground(found)
    (function,) = found["body"]["functions"]
    return {
        "function": function,
        "level": found["jurisdiction"]["level"],
        "name": found["body"]["name"],
        "dual": found["body"]["leader_rule"] == "dual",
    }


async def competence(samples: Samples, item: Answer) -> list[str]:
    """The clauses of the instrument under which the body that approved an exit was competent; it names the text."""
    approved = said(item, "approved")
    body = await body_on(samples, approved["approved_by"], approved["approved_on"])
    clauses = COMPETENT[approved["basis_instrument_id"], said(item, "proposed")["level"]]
    return [
        clause for clause, (level, kinds) in clauses.items() if body["level"] == level and body["function"] in kinds
    ]


async def approving_persons(samples: Samples, log: str, item: Answer) -> dict[str, dict[str, str]]:
    """Who acted for the body that approved on that day: by post the holders with their certainty.

    The posts of the body, else the principals of its level; a group under two leaders acts through both.
    """
    approved = said(item, "approved")
    told = await samples.get(f"/logs/{log}/events/{position_of(item, 'exit.approved')}/responsible")
    check = await body_on(samples, approved["approved_by"], approved["approved_on"])
    for step in told["steps"]:
        level = levels_of(step).get(check["level"], {"bodies": []})
        for body in level["bodies"]:
            if step["step"] == "approved" and body["body"]["id"] == approved["approved_by"]:
                assert step["on"] == approved["approved_on"]
                assert body["body"]["name"] == item["names"][approved["approved_by"]]
                acts = WHO_ACTS.get(check["function"], {"party-principal", "government-principal"})
                own = {post["post"]["id"]: post for post in body["posts"]} or {
                    one: post for one, post in posts_of(level).items() if acts & {*post["post"]["functions"]}
                }
                return {one: persons_of(post) for one, post in own.items()}
    raise AssertionError(f"{approved['approved_by']} is in no chain of its approval")


def open_objections(item: Answer) -> int:
    """Objections that were not resolved by the day of the approval."""
    approved_on = said(item, "approved")["approved_on"]
    return sum(verb == "objected" and data.get("resolved_on", "9999") > approved_on for verb, data in steps(item))


def missing(item: Answer, *verbs: str) -> list[str]:
    """The steps that nobody took."""
    return [f"missing-{verb}" for verb in verbs if not said(item, verb)]


def too_early(item: Answer, *verbs: str) -> list[str]:
    """The steps that were taken before the notice had ended."""
    until = said(item, "publicised").get("notice_until", "")
    taken = {verb: said(item, verb).get(f"{verb}_on", "9999") for verb in verbs}
    return [f"{verb}-before-notice-ended" for verb, day in taken.items() if day < until]


async def faults(samples: Samples, item: Answer) -> list[str]:
    """What an approved exit shows against the steps that its instrument names."""
    text, level = said(item, "approved")["basis_instrument_id"], said(item, "proposed")["level"]
    found = [] if await competence(samples, item) else ["incompetent-body"]
    if (text, level) == ("wuyi", "household"):
        found += missing(item, *WUYI["required"]) + too_early(item, "reviewed", "approved")
        found += ["consent-refused"] * (said(item, "consented").get("consent") is False)
        found += ["one-verifier"] * (len(said(item, "verified").get("verifiers", [])) < VERIFIERS)
        found += ["unresolved-objection"] * bool(open_objections(item))
    elif level == "household":
        found += missing(item, "verified", "recorded")
        verified = said(item, "verified").get("verified_on", "")
        found += ["verified-after-approved"] * (verified > said(item, "approved")["approved_on"])
    elif level == "village":
        found += too_early(item, "reported", "approved")
        by = [one for verb, data in steps(item) if verb == "verified" for one in data["verifiers"]]
        levels = {(await body_on(samples, one, item["from"]))["level"] for one in by}
        found += ["missing-verified-by-county"] * ("county" not in levels)
    else:
        found += missing(item, "reviewed", "assessed", "publicised") + too_early(item, "approved")
        order = [verb for verb, _ in steps(item) if verb in ("reviewed", "assessed")]
        found += ["assessed-before-reviewed"] * (order == ["assessed", "reviewed"])
    return sorted(found)


def shown(item: Answer) -> list[dict[str, Any]]:
    """The steps of an exit in the form of the cases."""
    events = {entry["position"]: entry["id"] for entry in item["evidence"]}
    return [
        {"step": step["type"].removeprefix("exit."), "on": step["on"], "event": events[step["position"]]}
        for step in item["steps"]
    ]


ROWS: Final = {
    row["exit"]: (place, row)
    for place, rows in (
        (SHANXI["jurisdiction"], SHANXI["households"]),
        (SHANXI["jurisdiction"], SHANXI["villages"]),
        ("140000", list(SHANXI["counties"].values())),
        ("131122", WUYI["households"]),
        ("621223", [GANSU[name] for name in ("household", "village", "county")]),
    )
    for row in rows
}


@pytest.mark.parametrize("which", ROWS)
async def test_the_steps_of_an_exit(samples: Samples, which: str) -> None:
    """Each exit by its own steps in the order of their days, whose it is, who approved it, and the entries behind."""
    place, row = ROWS[which]
    item = (await exits(samples, place))[which]
    assert shown(item) == row["steps"]
    assert (item["stands_at"], said(item, "proposed")["level"]) == (row["subject"], row["level"])
    approved = said(item, "approved")
    assert approved.get("approved_on") == row.get("approved_on")
    assert approved.get("approved_by") == row.get("approved_by")
    if approved:
        assert item["names"][approved["approved_by"]]


@pytest.mark.parametrize(("place", "case"), [(SHANXI["jurisdiction"], SHANXI), ("131122", WUYI)])
async def test_the_faults_of_households_and_villages(samples: Samples, place: str, case: Answer) -> None:
    """Missing steps, steps out of order, early approvals, open objections and wrong bodies, exit by exit."""
    found = await exits(samples, place)
    rows = [*case["households"], *case.get("villages", [])]
    assert set(found) >= {row["exit"] for row in rows}
    for row in rows:
        item = found[row["exit"]]
        if not said(item, "approved"):
            assert said(item, "rejected")["ground"]
            continue
        assert await faults(samples, item) == sorted(row["faults"])
    await check_evidence(samples, case["log"], [found[row["exit"]] for row in rows])


async def test_the_faults_of_counties(samples: Samples) -> None:
    """Of five counties one was refused; one was approved out of order, early, and by the city for the province."""
    found = await exits(samples, "140000")
    for row in SHANXI["counties"].values():
        item = found[row["exit"]]
        if said(item, "approved"):
            assert await faults(samples, item) == sorted(row["faults"])
        else:
            assert (row["lifted_on"], said(item, "rejected")["rejected_on"]) == (None, "2019-12-20")
    wrong = SHANXI["counties"]["141194"]
    approver = await body_on(samples, wrong["approved_by"], wrong["approved_on"])
    assert (approver["level"], approver["function"]) == ("city", "leading-group")
    assert (await body_on(samples, wrong["competent_body"], wrong["approved_on"]))["level"] == "province"


async def test_every_exit_on_record_is_listed(samples: Samples) -> None:
    """The province's list holds each exit that was ever proposed in it: of households, villages and counties."""
    found = await exits(samples, "140000")
    proposed = await samples.get(f"/logs/{SHANXI['log']}/events", type="exit.proposed", limit=1000)
    assert proposed["next"] is None
    assert {event_of(item, "exit.proposed") for item in found.values()} == {one["id"] for one in proposed["items"]}
    assert {said(item, "proposed")["level"] for item in found.values()} == {"household", "village", "county"}


async def test_the_persons_who_approved(samples: Samples) -> None:
    """Behind each approving body its leaders on that day: the township's head, both leaders of the county's group."""
    found = await exits(samples, SHANXI["jurisdiction"])
    head = SHANXI["approving_persons"]["township_head_post"]
    by_county: set[str] = set()
    for row in [*SHANXI["households"], *SHANXI["villages"]]:
        if "approved_by" not in row:
            continue
        persons = await approving_persons(samples, SHANXI["log"], found[row["exit"]])
        if row["approved_by"] == SHANXI["township_government"]:
            assert persons == {head: {"syn-14-person-0451": "certain"}}
        else:
            assert (await body_on(samples, row["approved_by"], row["approved_on"]))["dual"]
            by_county |= {one for holders in persons.values() for one in holders}
    left = {row["post"]: row["person"] for row in CASES["q5"]["left"] if row["left_on"].startswith("2018-09")}
    assert by_county == set(left.values()) == {"syn-14-person-0437", "syn-14-person-0439"}


async def test_township_in_shanxi_and_county_in_wuyi(samples: Samples) -> None:
    """Easy to get wrong: a township's approval of a household is competent in Shanxi and is not in Wuyi."""
    in_shanxi, in_wuyi = await exits(samples, SHANXI["jurisdiction"]), await exits(samples, "131122")
    for found, which, township, clauses in (
        (in_shanxi, "syn-14-exit-0006", True, ["shanxi-2016-art40-e"]),
        (in_shanxi, "syn-14-exit-0007", False, []),
        (in_wuyi, "syn-13-exit-0018", True, []),
        (in_wuyi, "syn-13-exit-0011", False, ["wuyi-2017-s1b-04-f"]),
    ):
        approved = said(found[which], "approved")
        body = await body_on(samples, approved["approved_by"], approved["approved_on"])
        assert (body["level"] == "township") is township
        assert await competence(samples, found[which]) == clauses


async def test_wuyi_names_two_county_bodies(samples: Samples) -> None:
    """Easy to get wrong: group or committee, each competent under one clause; which reading applies is shown."""
    found = await exits(samples, "131122")
    clauses = {
        row["exit"]: await competence(samples, found[row["exit"]])
        for row in WUYI["households"]
        if row["approved_by"] in WUYI["competent"]
    }
    assert {one: names for one, names in clauses.items() if names != ["wuyi-2017-s1b-04-f"]} == {
        "syn-13-exit-0019": ["wuyi-2017-s1a-11-b"]
    }
    assert len(clauses) == len(WUYI["households"]) - 1


async def test_the_length_of_a_notice_is_shown_and_not_judged(samples: Samples) -> None:
    """Easy to get wrong: no text states a length; the days are counted, only absence and order are faults."""
    found = {**await exits(samples, "140000"), **await exits(samples, "131122")}
    lengths: dict[str, int] = {}
    for which, item in found.items():
        notice = said(item, "publicised")
        if notice:
            lengths[which] = days(notice["notice_from"], notice["notice_until"])
            assert not {"required_days", "too_short", "overdue"} & {*notice, *item}
    assert lengths["syn-14-exit-0013"] == 21
    assert {days_shown for which, days_shown in lengths.items() if which != "syn-14-exit-0013"} == {7}
    early = SHANXI["villages"][2]
    assert early["exit"] == "syn-14-exit-0013"
    assert "approved-before-notice-ended" in await faults(samples, found["syn-14-exit-0013"])


async def test_the_wuyi_text_is_a_draft(samples: Samples) -> None:
    """Easy to get wrong: what rests on it says draft, in force unknown; the text of Shanxi says binding."""
    for place, system, force, status in (
        ("131122", "wuyi", "draft", "draft"),
        ("141191", "shanxi", "binding", "in-force"),
    ):
        chain = await samples.chain(place, "2018-12-05")
        (policy,) = [one for one in chain["policies"] if one["system"] == system]
        assert (policy["status"], policy["in_force"]) == (status, "unknown")
        county = levels_of(chain)["county"]
        bearers = [*county["bodies"], *posts_of(county).values()]
        forces = {one["force"] for bearer in bearers for one in bearer["responsibilities"] if one["system"] == system}
        assert forces == {force}
    for item in (await exits(samples, "131122")).values():
        assert said(item, "approved")["basis_instrument_id"] == WUYI["instrument"] == "wuyi"


async def test_objections_and_when_they_were_resolved(samples: Samples) -> None:
    """Never resolved, resolved in time, resolved after the approval, and open in Shanxi where no clause asks."""
    found = {**await exits(samples, SHANXI["jurisdiction"]), **await exits(samples, "131122")}
    objected = {which: item for which, item in found.items() if said(item, "objected")}
    assert {which: open_objections(item) for which, item in objected.items()} == {
        "syn-13-exit-0015": 1,
        "syn-13-exit-0016": 0,
        "syn-13-exit-0017": 1,
        "syn-14-exit-0014": SHANXI["villages"][3]["open_objections"],
    }
    then = (await exits(samples, "131122", known_at="2018-12-20"))["syn-13-exit-0017"]
    assert (said(then, "approved")["approved_on"], said(then, "objected")) == ("2018-12-05", {})


async def test_the_state_of_the_counties_after_their_exit(samples: Samples) -> None:
    """The day of approval and that of lifting stand side by side in the state, whoever approved; refused is listed."""
    for code, row in SHANXI["counties"].items():
        state = await samples.get(f"/jurisdictions/{code}/state", valid_at="2020-06-30", scope="own")
        check_ground(state)
        found = state["exit"]
        if row["lifted_on"] is None:
            assert (found["status"], found["exit"]) == ("listed", None)
        else:
            assert (found["status"], found["exit"]) == ("exited", row["exit"])
            assert (found["approved_on"], found["lifted_on"]) == (row["approved_on"], row["lifted_on"])
            await check_evidence(samples, SHANXI["log"], [found])


async def test_exits_of_gansu(samples: Samples) -> None:
    """Household and village by the county's group, the county by the province; the text in force if none is cited."""
    found = await exits(samples, "621223")
    levels, cited = {}, {}
    for name in ("household", "village", "county"):
        item = found[GANSU[name]["exit"]]
        approved = said(item, "approved")
        cited[name] = approved.get("basis_instrument_id")
        levels[name] = (await body_on(samples, approved["approved_by"], approved["approved_on"]))["level"]
        persons = await approving_persons(samples, GANSU["log"], item)
        assert persons
        assert {certainty for holders in persons.values() for certainty in holders.values()} == {"certain"}
        chain = await samples.chain("621223", approved["approved_on"])
        in_force = {policy["system"] for policy in chain["policies"] if policy["in_force"] == "yes"}
        assert in_force - {"guapai-2020"} == {"central-2016", GANSU["instrument"]}, "the third says nothing of exits"
    assert levels == {"household": "county", "village": "county", "county": "province"}
    assert cited == {"household": GANSU["instrument"], "village": GANSU["instrument"], "county": None}
    state = await samples.get("/jurisdictions/621223/state", valid_at=GANSU["county"]["approved_on"], scope="own")
    assert state["exit"]["lifted_on"] == GANSU["county"]["lifted_on"]
