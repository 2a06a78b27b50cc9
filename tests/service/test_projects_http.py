"""`/v1/projects/{id}`: the shape of one, two times, what is unknown, and who may read it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from service.state import Service
from tests.service.grants import granted
from tests.service.test_walk import event, posted

pytestmark = pytest.mark.anyio

DAY = {"valid_at": "2018-12-31"}
ROAD = {"project_id": "P", "name_zh": "道路硬化", "proposer_id": "committee", "kind": "road", "budget": "300000.00"}
WORLD = [
    event("1", "jurisdiction.registered", jurisdiction_id="c", code="621223", name_zh="宕昌县", level="county"),
    event("2", "jurisdiction.registered", jurisdiction_id="v", code="621223100001", name_zh="甲村", level="village",
          parent_id="c"),
    event("3", "jurisdiction.registered", jurisdiction_id="d", code="621224", name_zh="康县", level="county"),
    event("4", "body.established", body_id="committee", jurisdiction_id="v", name_zh="村委会"),
    event("5", "project.proposed") | {"data": {**ROAD, "proposed_on": "2018-01-10"}},
    event("6", "project.approved", project_id="P", approved_amount="280000.00", approved_on="2018-02-01"),
    event("7", "funds.disbursed", disbursement_id="D", project_id="P", amount="100000.00", approved_on="2018-03-01",
          disbursed_on="2018-03-09"),
    event("8", "publicity.posted", posting_id="B", subject_id="P", channel="board", items=["funding"],
          posted_from="2018-03-02", posted_until="2018-04-02"),
    event("9", "project.accepted", project_id="P", result="passed", accepted_on="2018-10-01"),
    event("10", "funds.reimbursed", reimbursement_id="R", project_id="P", amount="90000.00",
          reimbursed_on="2018-11-01", acceptance_event_id="9"),
]  # fmt: skip


async def told(client: httpx.AsyncClient, project: str = "P", **more: str) -> dict[str, Any]:
    """The answer about a project."""
    answer = await client.get(f"/v1/projects/{project}", params={**DAY, **more})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_a_project_from_its_proposal_to_its_settlement(client: httpx.AsyncClient) -> None:
    """Steps, payment, posting, settlement with the acceptance it names, exact sums, and the log they are of."""
    await posted(client, *WORLD)
    answer = await told(client)
    assert (answer["project"]["id"], answer["project"]["kind"], answer["project"]["proposer"]) == (
        "P", "road", {"id": "committee", "name": "村委会", "kind": "body"},
    )  # fmt: skip
    assert [(one["step"], one["on"]) for one in answer["steps"]] == [
        ("proposed", "2018-01-10"), ("approved", "2018-02-01"), ("accepted", "2018-10-01"),
    ]  # fmt: skip
    assert (answer["valid_at"], answer["log"]["id"], answer["log"]["size"]) == ("2018-12-31", "cn-62", 10)
    assert (answer["totals"]["approved"], answer["totals"]["disbursed"], answer["totals"]["left"]) == (
        "280000.00", "100000.00", "180000.00",
    )  # fmt: skip
    assert answer["disclosure"]["days"] == 7
    [settled] = answer["reimbursements"]
    assert (settled["accepted_before"], settled["acceptance"]["event"], settled["days_after_acceptance"]) == (
        True, "9", 31,
    )  # fmt: skip


async def test_an_annulled_payment_was_known_before(client: httpx.AsyncClient) -> None:
    """At the size before the annulment the payment answers, after it no more; before the proposal nothing does."""
    await posted(client, *WORLD)
    await posted(client, event("11", "record.annulled", annuls_event_id="7"))
    assert (await told(client, known_at="@10"))["totals"]["disbursed"] == "100000.00"
    assert (await told(client))["totals"]["disbursed"] == "0.00"
    early = await client.get("/v1/projects/P", params={"known_at": "@4"})
    assert (early.status_code, early.json()["code"]) == (404, "not-found")


async def test_an_unknown_project_is_not_found(client: httpx.AsyncClient) -> None:
    """An id of nothing, of another matter or of a place is no project."""
    await posted(client, *WORLD, event("f", "finding.raised", finding_id="F", subject_id="P", raised_on="2018-12-01"))
    for unknown in ("nothing", "F", "c", "project:P"):
        answer = await client.get(f"/v1/projects/{unknown}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found"), unknown
    assert [one["finding"] for one in (await told(client))["findings"]] == ["F"]


async def test_a_project_of_two_logs_is_asked_for_by_log(client: httpx.AsyncClient) -> None:
    """An id that two logs know is 409 with both of them; with `log` it is answered."""
    await posted(client, *WORLD)
    await client.put("/v1/logs/cn-14")
    other = event("1", "project.proposed", project_id="P", name_zh="另一条路", proposed_on="2018-01-01")
    answer = await client.post(
        "/v1/logs/cn-14/events", json=other, headers={"Content-Type": "application/cloudevents+json"}
    )
    assert answer.status_code == 201, answer.text
    both = await client.get("/v1/projects/P", headers={"Zeren-Wait": "cn-14=0"})
    assert (both.status_code, [one["log"] for one in both.json()["candidates"]]) == (409, ["cn-14", "cn-62"])
    assert (await told(client, log="cn-14"))["project"]["name"] == "另一条路"


async def test_a_grant_reaches_the_projects_of_its_places(client: httpx.AsyncClient, service: Service) -> None:
    """A project stands at its proposer's place where it names none: inspectors of that county read it, others not."""
    await posted(client, *WORLD)
    await told(client)
    for place, status in (("c", 200), ("v", 200), ("d", 403)):
        async with granted(service, "inspector", jurisdictions=(place,)) as inspector:
            assert (await inspector.get("/v1/projects/P", params=DAY)).status_code == status, place
