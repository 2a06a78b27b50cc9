"""`/v1/duties` of a small county as entries come: what was known stays, windows run out, grants narrow."""

from __future__ import annotations

from typing import Any, Final

import httpx
import pytest

from events.clock import today
from service.state import Service
from tests.service.grants import granted
from tests.service.test_walk import event, posted

pytestmark = pytest.mark.anyio

URL: Final = "/v1/duties"
AUDIT: Final = "gansu-2017-art21-d"
"""A full audit of the funds every year (甘肃 第二十一条), of a county's government."""
COUNTY: Final = [
    event("p", "jurisdiction.registered", jurisdiction_id="p", code="620000", name_zh="甘肃省", level="province"),
    event("c", "jurisdiction.registered", jurisdiction_id="c", code="621223", name_zh="宕昌县", level="county",
          parent_id="p"),
    event("g", "body.established", body_id="gov", jurisdiction_id="c", name_zh="县政府", functions=["government"]),
    event("h", "post.established", post_id="head", title_zh="县长", jurisdiction_id="c",
          functions=["government-principal"]),
    event("a1", "appointment.started", appointment_id="A1", person_id="X", post_id="head",
          effective_from="2016-03-01"),
    event("e1", "appointment.ended", appointment_id="A1", effective_until="2018-07-01", reason="transfer"),
    event("a2", "appointment.started", appointment_id="A2", person_id="Y", post_id="head",
          effective_from="2018-09-01"),
    event("u17", "audit.completed", audit_id="u17", subject_id="c", scope="full", completed_on="2017-11-11"),
]  # fmt: skip
TOWNS: Final = [
    item
    for n, town in enumerate(("t1", "t2"))
    for item in (
        event(town, "jurisdiction.registered", jurisdiction_id=town, code=f"62122310{n}", name_zh=f"{town}镇",
              level="township", parent_id="c"),
        event(f"{town}s", "post.established", post_id=f"{town}-secretary", title_zh="党委书记", jurisdiction_id=town,
              functions=["party-principal"]),
        event(f"{town}a", "appointment.started", appointment_id=f"{town}-a", person_id="Z",
              post_id=f"{town}-secretary", effective_from=f"201{6 + n}-03-01",
              **({} if n else {"planned_until": "2017-03-01"})),
    )
]  # fmt: skip
LATE: Final = [
    event(f"u{n}", "audit.completed", audit_id=f"u{n}", subject_id="c", scope="full", completed_on=day, **of)
    for n, day, of in (
        (18, "2019-02-10", {"period_from": "2018-01-01", "period_until": "2019-01-01"}),
        (19, "2019-02-20", {"period_from": "2019-01-01", "period_until": "2020-01-01"}),
    )
]
"""The audit of the year before, and one of the year."""


async def answer(client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    """What is answered about the county, or as asked."""
    given = asked if {"person", "body", "jurisdiction"} & asked.keys() else {"jurisdiction": "c", **asked}
    told = await client.get(URL, params=given)
    assert told.status_code == 200, told.text
    body: dict[str, Any] = told.json()
    return body


async def audits(client: httpx.AsyncClient, valid_at: str, **asked: Any) -> dict[str, dict[str, Any]]:
    """The results of the yearly audit by year."""
    items = (await answer(client, rule=AUDIT, valid_at=valid_at, **asked))["items"]
    found = {item["window"]["from"][:4]: item for item in items}
    assert len(found) == len(items)
    return found


async def test_a_year_runs_out(client: httpx.AsyncClient) -> None:
    """Due to the last day of the year, which says when that changes; overdue from the next, beside the new year."""
    await posted(client, *COUNTY)
    last = await audits(client, "2018-12-31")
    assert {year: one["status"] for year, one in last.items()} == {"2018": "due"}
    assert (last["2018"]["due_on"], last["2018"]["changes_on"]) == ("2018-12-31", "2019-01-01")
    after = await audits(client, "2019-01-01")
    assert {year: one["status"] for year, one in after.items()} == {"2018": "overdue", "2019": "due"}


async def test_who_is_charged_with_a_year(client: httpx.AsyncClient) -> None:
    """X to the end of June, nobody for July and August, Y from September: 365 days in all."""
    await posted(client, *COUNTY)
    charged = (await audits(client, "2019-01-01"))["2018"]["charged"]
    runs = [(one["person"] and one["person"]["id"], one["from"], one["until"], one["days"]) for one in charged]
    assert runs == [
        ("X", "2018-01-01", "2018-07-01", 181), (None, "2018-07-01", "2018-09-01", 62),
        ("Y", "2018-09-01", "2019-01-01", 122),
    ]  # fmt: skip
    assert {one["post"] for one in charged} == {"head"}
    half = (await audits(client, "2018-06-30"))["2018"]["charged"]
    assert [(one["person"]["id"], one["days"]) for one in half] == [("X", 181)]


async def test_what_was_known_stays(client: httpx.AsyncClient) -> None:
    """Audits recorded later make it good, late; as known before the answer is what it was, byte for byte."""
    await posted(client, *COUNTY)
    known = {"valid_at": "2019-03-01", "known_at": f"@{len(COUNTY)}"}
    before = (await client.get(URL, params={"jurisdiction": "c", **known})).content
    head = (await answer(client, valid_at="2019-03-01"))["items"]
    await posted(client, *LATE)
    assert (await client.get(URL, params={"jurisdiction": "c", **known})).content == before
    assert (await audits(client, **known))["2018"]["status"] == "overdue"
    made_good = (await audits(client, "2019-03-01", **{"from": "2018-01-01", "to": "2019-03-02"}))["2018"]
    assert (made_good["status"], made_good["late_days"]) == ("met", 41)
    assert {one["id"] for one in made_good["evidence"]} == {"u18"}
    now = {one["duty"] for one in (await answer(client, valid_at="2019-03-01"))["items"]}
    assert {one["duty"] for one in head} - now == {f"{AUDIT}|c||2018-01-01"}


async def test_readings(client: httpx.AsyncClient) -> None:
    """An audit of key projects alone is none by the value taken, and one by the other: the result says that."""
    partial = event("k18", "audit.completed", audit_id="k18", subject_id="c", scope="key-projects",
                    completed_on="2018-05-01")  # fmt: skip
    await posted(client, *COUNTY, partial)
    one = (await audits(client, "2019-01-01"))["2018"]
    assert (one["status"], one["differs"]) == ("overdue", True)
    (scopes,) = [reading for reading in one["readings"] if reading["name"] == "where"]
    assert [(other["status"], other["differs"]) for other in scopes["others"]] == [("met", True)]


async def test_persons(client: httpx.AsyncClient) -> None:
    """A predecessor answers for the windows in which he held the post, not for those after; nobody for the vacancy."""
    await posted(client, *COUNTY)
    asked: dict[str, Any] = {"rule": AUDIT, "valid_at": "2019-06-30"}
    assert [one["window"]["from"] for one in (await answer(client, person="X", **asked))["items"]] == ["2018-01-01"]
    of_y = (await answer(client, person="Y", **asked))["items"]
    assert [one["window"]["from"] for one in of_y] == ["2018-01-01", "2019-01-01"]
    assert (await answer(client, person="X", rule=AUDIT, valid_at="2015-12-31"))["total"] == 0


async def test_bodies(client: httpx.AsyncClient) -> None:
    """The government owes the audit; a body that bears none of the functions owes nothing."""
    other = event("b", "body.established", body_id="bureau", jurisdiction_id="c", name_zh="某局", functions=["school"])
    await posted(client, *COUNTY, other)
    found = (await answer(client, body="gov", rule=AUDIT, valid_at="2019-01-01"))["items"]
    assert {each["id"] for one in found for each in one["bearer"]["bodies"]} == {"gov"}
    assert [one["status"] for one in found] == ["overdue", "due"]
    assert (await answer(client, body="bureau", valid_at="2019-01-01"))["total"] == 0


async def test_before_and_outside_the_instrument(client: httpx.AsyncClient) -> None:
    """Nothing is owed under an instrument before its first possible day, nor where it does not apply."""
    elsewhere = event(
        "q", "jurisdiction.registered", jurisdiction_id="q", code="110101", name_zh="某区", level="county"
    )
    await posted(client, *COUNTY, elsewhere)
    asked: dict[str, Any] = {"system": "gansu"}
    assert (await answer(client, valid_at="2017-03-08", **asked))["total"] == 0
    assert (await answer(client, valid_at="2017-03-09", **asked))["total"] > 0
    assert (await answer(client, jurisdiction="q", valid_at="2018-12-31", **asked))["total"] == 0


async def test_a_reader_of_one_township(client: httpx.AsyncClient, service: Service) -> None:
    """Its duties are read, those of the county and of its neighbour refused; of a person the rest is counted."""
    await posted(client, *COUNTY, *TOWNS)
    asked: dict[str, Any] = {"valid_at": "2018-12-31"}
    of_person = await answer(client, person="Z", **asked)
    assert {one["jurisdiction"]["id"] for one in of_person["items"]} == {"t1", "t2"}
    inside = [one for one in of_person["items"] if one["jurisdiction"]["id"] == "t1"]
    async with granted(service, "inspector", jurisdictions=("t1",)) as reader:
        own = await answer(reader, jurisdiction="t1", **asked)
        assert own["items"] == (await answer(client, jurisdiction="t1", **asked))["items"]
        for params in ({"jurisdiction": "c"}, {"jurisdiction": "t2"}, {"body": "gov"}, {"person": "X"}):
            assert (await reader.get(URL, params={**params, **asked})).status_code == 403, params
        shown = await answer(reader, person="Z", **asked)
    assert shown["items"] == inside
    assert (shown["total"], shown["withheld"]) == (len(inside), of_person["total"] - len(inside))
    async with granted(service, "recorder") as recorder:
        assert (await recorder.get(URL, params={"jurisdiction": "t1"})).status_code == 403
    async with granted(service, "inspector", logs=("cn-11",)) as stranger:
        assert (await stranger.get(URL, params={"jurisdiction": "t1"})).status_code == 404


async def test_duties_are_worked_out_up_to_a_last_day(client: httpx.AsyncClient, service: Service) -> None:
    """A day beyond the tenth year is refused where duties are asked for; state, handovers and the chain take it."""
    await posted(client, *COUNTY)
    year = today(service.clock).year + 10
    last, beyond = f"{year}-12-31", f"{year + 1}-01-01"
    place = {"jurisdiction": "c", "log": "cn-62"}
    for path, more in (
        ("/v1/duties", place),
        ("/v1/duties/summary", place),
        ("/v1/flags", place),
    ):
        for day in (beyond, "9998-06-01", "9999-01-01", "9999-12-30", "9999-12-31"):
            refused = await client.get(path, params={**more, "valid_at": day})
            assert refused.status_code == 422, (path, day, refused.text)
            assert last in refused.json()["detail"]
    for more in ({"from": "2018-01-01", "to": beyond}, {"from": "9998-01-01", "to": "9999-01-01"}):
        assert (await client.get(URL, params={**place, **more})).status_code == 422
    for path in ("/v1/jurisdictions/c/state", "/v1/jurisdictions/c/state?duties=true", "/v1/handovers/A2"):
        told = [
            (await client.get(httpx.URL(path).copy_merge_params({"valid_at": day}))).json() for day in (last, beyond)
        ]
        assert [one["duties"] is None for one in told] == [False, True], path
    summed = await client.get("/v1/duties/summary", params={**place, "period": "9998"})
    assert summed.status_code == 422
    assert (await client.get(URL, params={**place, "valid_at": last, "rule": AUDIT})).status_code == 200
    chain = await client.get("/v1/jurisdictions/c/responsibility", params={"valid_at": "9999-12-30"})
    assert chain.status_code == 200


async def test_a_handover_at_an_end_far_ahead(client: httpx.AsyncClient, service: Service) -> None:
    """An appointment whose recorded end lies beyond the last day of duties has an inventory, without duties."""
    end = f"{today(service.clock).year + 14}-06-30"
    await posted(client, *COUNTY, event("far", "appointment.ended", appointment_id="A2", effective_until=end))
    answer = await client.get("/v1/handovers/A2")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["on"], answer.json()["duties"]) == (end, None)
    assert [item for item in answer.json()["draft"]["data"]["items"] if item["kind"] == "duty"] == []
    assert (await client.get("/v1/flags", params={"jurisdiction": "c", "valid_at": end})).status_code == 422
