"""`/v1/handovers/{appointment}`: the inventory over HTTP, before and after the end is recorded."""

from __future__ import annotations

import httpx
import pytest

from service.state import Service
from tests.service.grants import granted
from tests.service.test_walk import event, posted

pytestmark = pytest.mark.anyio

URL = "/v1/handovers/a"
WORLD = [
    event("1", "jurisdiction.registered", jurisdiction_id="c1", code="621223", name_zh="宕昌县", level="county"),
    event("2", "jurisdiction.registered", jurisdiction_id="c2", code="621224", name_zh="康县", level="county"),
    event("3", "post.established", post_id="s", title_zh="副县长", jurisdiction_id="c1"),
    event("4", "appointment.started", appointment_id="a", person_id="x", post_id="s", effective_from="2018-07-01"),
    event("5", "finding.raised", finding_id="F", jurisdiction_id="c1", raised_on="2019-11-05",
          responsible_posts=["s"]),
    event("6", "rectification.ordered", rectification_id="R", finding_id="F", ordered_on="2019-11-05",
          deadline="2020-02-29", responsible={"post_id": "s"}),
    event("7", "funds.allocated", allocation_id="A", recipient_id="c1", amount="100.00", allocated_on="2019-01-01"),
    event("8", "funds.disbursed", disbursement_id="D", jurisdiction_id="c1", amount="30.00",
          approved_on="2020-01-05", disbursed_on="2020-02-05", approved_by={"person_id": "x", "post_id": "s"}),
    event("9", "project.proposed", project_id="P", jurisdiction_id="c1", name_zh="饮水", proposed_on="2018-01-01"),
    event("10", "project.approved", project_id="P", approved_on="2018-09-01"),
    event("11", "responsibility-letter.signed", letter_id="l", signatory={"person_id": "x", "post_id": "s"},
          signed_on="2019-01-01"),
    event("12", "pairing.started", pairing_id="q", helper="x", assisted="c1", effective_from="2019-01-01"),
    event("13", "task.assigned", task_id="t", assignee="s", content="核查", due_on="2020-01-31"),
]  # fmt: skip
END = event("14", "appointment.ended", appointment_id="a", effective_until="2020-01-12", reason="transfer")
HANDED = event(
    "15", "handover.completed", handover_id="h", outgoing_appointment_id="a", completed_on="2020-01-12",
    items=[{"id": one} for one in "FRDPq"],
)  # fmt: skip


async def test_it_is_prepared_before_the_end_and_read_after_it(client: httpx.AsyncClient) -> None:
    """With `on` the inventory is that of the later recorded end, all of it missing until it is handed over."""
    await posted(client, *WORLD)
    before = (await client.get(URL, params={"on": "2020-01-12"})).json()
    assert (before["on"], before["ended"], before["valid_at"]) == ("2020-01-12", None, "2020-01-11")
    everything = [
        ("finding", "F"), ("rectification", "R"), ("disbursement", "D"), ("project", "P"), ("letter", "l"),
        ("pairing", "q"), ("task", "t"),
    ]  # fmt: skip
    assert [(one["kind"], one["id"]) for one in before["missing"]] == everything
    assert (before["money"]["allocated"], before["money"]["disbursed"]) == ("100.00", "0.00")
    assert (before["rectifications"][0]["days_left"], before["tasks"][0]["days_left"]) == (49, 20)
    await posted(client, END, HANDED)
    after = (await client.get(URL)).json()
    assert (after["on"], after["ended"]["reason"]) == ("2020-01-12", "transfer")
    assert [(one["kind"], one["id"]) for one in after["missing"]] == [("letter", "l"), ("task", "t")]
    parts = ("findings", "rectifications", "payments", "projects", "letters", "pairings", "tasks", "money", "place")
    assert {part: after[part] for part in parts} == {part: before[part] for part in parts}
    known = (await client.get(URL, params={"known_at": f"@{len(WORLD)}", "valid_at": "2020-01-11"})).json()
    assert (known["ended"], known["missing"]) == (None, before["missing"])


async def test_its_draft_can_be_recorded_as_it_is(client: httpx.AsyncClient) -> None:
    """The draft holds all that is open, duties included, and once it is recorded nothing is missing."""
    gansu = event("h0", "jurisdiction.registered", jurisdiction_id="g", code="62", name_zh="甘肃省", level="province")
    under = event("h1", "jurisdiction.reparented", jurisdiction_id="c1", new_parent_id="g", effective_from="2015-01-01")
    head = event("h2", "post.established", post_id="hd", title_zh="县长", jurisdiction_id="c1",
                 functions=["government-principal"])  # fmt: skip
    held = event("h3", "appointment.started", appointment_id="b", person_id="y", post_id="hd", effective_from="2018")
    await posted(client, *WORLD, gansu, under, head, held)
    asked = (await client.get("/v1/handovers/b", params={"on": "2020-01-12"})).json()
    assert {one["rule"]: one["status"] for one in asked["duties"]}["gansu-2017-art21-d"] == "due"
    draft = (await client.get(URL, params={"on": "2020-01-12"})).json()["draft"]
    assert {item["kind"] for item in draft["data"]["items"]} >= {"finding", "rectification", "letter", "task"}
    answer = await posted(client, event("d", draft["type"], **draft["data"]), END)
    assert [receipt["status"] for receipt in answer["receipts"]] == ["appended", "appended"]
    assert (await client.get(URL)).json()["missing"] == []


async def test_unknown_appointments_and_bad_days(client: httpx.AsyncClient, service: Service) -> None:
    """An appointment that is not known is 404, a day that is no day 422, one outside the grant 403."""
    await posted(client, *WORLD)
    assert (await client.get("/v1/handovers/b")).status_code == 404
    assert (await client.get(URL, params={"known_at": "@3"})).status_code == 404
    assert (await client.get(URL, params={"on": "2020-13-01"})).status_code == 422
    async with granted(service, "inspector", jurisdictions=("c2",)) as inspector:
        assert (await inspector.get(URL)).status_code == 403
    async with granted(service, "inspector", jurisdictions=("c1",)) as inspector:
        assert (await inspector.get(URL)).status_code == 200
    async with granted(service, "recorder") as recorder:
        assert (await recorder.get(URL)).status_code == 403
