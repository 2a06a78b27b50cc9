"""Keys narrowed to kinds: a correction or annulment is of the kind of its fact too."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from service.kinds_told import EVERY, kinds_told
from service.state import Service
from tests.service.grants import granted
from tests.service.test_access import ONE, URL, WORLD, annulled, batch, corrected, post
from tests.service.test_walk import event, posted

pytestmark = pytest.mark.anyio

CASE: dict[str, Any] = {"case_id": "k", "subject_persons": ["person-c1"], "opened_on": "2019-01-01"}
CASES = [
    event("case", "accountability-case.opened", **CASE),
    corrected("amended", "case", **CASE, responsibility_class="direct"),
    event("sanction", "sanction.imposed", sanction_id="s", subject="person-c1", case_id="k", imposed_on="2019-02-01"),
    corrected("dated", "tenure-c1", appointment_id="tenure-c1", person_id="person-c1", post_id="post-c1",
              effective_from="2017"),
]  # fmt: skip
AMENDED, DATED = len(WORLD) + 1, len(WORLD) + 3


async def test_corrections_are_checked_on_the_kind_of_the_fact(service: Service, client: httpx.AsyncClient) -> None:
    """Whoever may not post a kind may not correct or annul a fact of it either, by whatever names that fact."""
    await posted(
        client,
        *WORLD,
        event("case", "accountability-case.opened", **CASE),
        corrected("amended", "case", **CASE, responsibility_class="direct"),
        annulled("undone", "amended"),
    )
    kinds = ("appointment.started", "record.corrected", "record.annulled")
    async with granted(service, "recorder", kinds=kinds) as narrow:
        sent = event("0", "accountability-case.opened", **CASE)
        assert await post(narrow, "0", "accountability-case.opened", **CASE) == (403, "outside-grant")
        answer = await narrow.post(URL, content=json.dumps(annulled("1", "case")), headers=ONE)
        assert (answer.status_code, answer.json()["code"]) == (403, "outside-grant")
        assert "accountability-case.opened" in answer.json()["detail"]
        held = {"person_id": "person-c1", "post_id": "post-b-c1", "effective_from": "2017"}
        assert await batch(
            narrow,
            corrected("2", "case", **{**CASE, "subject_persons": ["person-c2"]}),
            corrected("3", "amended", **CASE),
            annulled("4", "amended"),
            annulled("5", "undone"),
            sent,
            annulled("6", "0"),
            annulled("7", "5"),
        ) == [*["outside-grant"] * 5, "target-unknown", "target-unknown"]  # what was refused is not there
        assert await batch(
            narrow,
            event("8", "appointment.started", appointment_id="t", **held),
            corrected("9", "8", appointment_id="t", **{**held, "effective_from": "2018"}),
            corrected("10", "9", appointment_id="t", **{**held, "effective_from": "2019"}),
            annulled("11", "10"),
            annulled("12", "tenure-c1"),
            corrected("13", "unheard-of", appointment_id="t", **held),
        ) == [*["appended"] * 5, "target-unknown"]
    async with granted(service, "recorder", kinds=kinds, correct=True) as corrector:
        assert await batch(corrector, annulled("14", "case"), annulled("15", "8")) == ["outside-grant", "appended"]


async def listed(client: httpx.AsyncClient, **params: Any) -> tuple[list[str], int]:
    """The ids of all entries listed, over pages of two, and how many were left out."""
    found, withheld, after = [], 0, None
    while True:
        answer = await client.get(URL, params={**params, "limit": 2} | ({} if after is None else {"after": after}))
        body = answer.json()
        found += [one["id"] for one in body["items"]]
        withheld += body["withheld"]
        after = body["next"]
        if after is None:
            return found, withheld


async def test_a_reader_of_some_kinds_reads_corrections_of_these_alone(
    service: Service, client: httpx.AsyncClient
) -> None:
    """A correction is read by whoever may read its kind and that of its fact; lists count what they leave out."""
    await posted(client, *WORLD, *CASES)
    kinds = ("appointment.started", "record.corrected")
    async with granted(service, "inspector", kinds=kinds) as reader:
        everything = len(WORLD) + len(CASES)
        for order in ("asc", "desc"):
            found, withheld = await listed(reader, order=order)
            assert set(found) == {"tenure-c1", "tenure-c2", "dated"}
            assert withheld == everything - len(found)
        assert await listed(reader, type="record.corrected") == (["dated"], 1)
        assert await listed(reader, type="sanction.imposed") == ([], 1)
        assert await listed(reader, person="person-c1") == (["tenure-c1", "dated"], 5)
        lines = await reader.get(URL, headers={"Accept": "application/x-ndjson"})
        assert [json.loads(line)["id"] for line in lines.text.splitlines()] == ["tenure-c1", "tenure-c2", "dated"]
        for path in ("", "/exhibit"):
            refused = await reader.get(f"{URL}/{AMENDED}{path}")
            assert refused.status_code == 403
            assert "accountability-case.opened" in refused.json()["detail"]
            assert (await reader.get(f"{URL}/{DATED}{path}")).status_code == 200
    async with granted(service, "auditor", kinds=kinds) as auditor:
        assert (await auditor.get(f"{URL}/{AMENDED}")).status_code == 200
        assert (await auditor.get(URL)).json()["withheld"] == 0


async def test_timelines_leave_out_what_rests_on_other_kinds(service: Service, client: httpx.AsyncClient) -> None:
    """A timeline is given without the items of kinds that the key may not read, and counts these."""
    await posted(client, *WORLD, *CASES)
    person, post = "/v1/persons/person-c1/timeline", "/v1/posts/post-c1/timeline"
    whole = (await client.get(person)).json()
    assert sorted(item["type"] for item in whole["items"]) == ["case", "letter", "sanction", "tenure"]
    async with granted(service, "inspector", kinds=("sanction.imposed", "appointment.started")) as reader:
        told = (await reader.get(person)).json()
        assert ([item["type"] for item in told["items"]], told["withheld"]) == (["sanction"], 3)
        assert (await reader.get("/v1/persons/person-c2/timeline")).json()["items"][0]["type"] == "tenure"
        told = (await reader.get("/v1/jurisdictions/c2/timeline")).json()
        everything = (await client.get("/v1/jurisdictions/c2/timeline")).json()
        assert {item["type"] for item in told["items"]} == {"tenure"}
        assert told["withheld"] == len(everything["items"]) - len(told["items"])
    kinds = ("post.established", "appointment.started", "record.corrected")
    async with granted(service, "inspector", kinds=kinds) as reader:  # who left is beyond it, so vacancies are too
        told = (await reader.get(post)).json()
        assert {item["type"] for item in told["items"]} == {"post", "tenure"}
        assert told["withheld"] == len((await client.get(post)).json()["items"]) - len(told["items"])
    async with granted(service, "auditor", kinds=("person.registered",)) as auditor:
        assert (await auditor.get(person)).json()["items"] == whole["items"]


async def test_changes_name_the_entries_that_may_be_read(service: Service, client: httpx.AsyncClient) -> None:
    """Of the entries behind a change those of other kinds, and corrections of such, are left out and counted."""
    await posted(client, *WORLD, *CASES, corrected("renamed", "person-c1", person_id="person-c1", name_zh="新名"))
    url = f"/v1/jurisdictions/c1/changes?compared_to=@{len(WORLD)}"
    behind = {one["id"] for one in (await client.get(url)).json()["events"]}
    assert {"case", "amended", "sanction", "dated", "renamed"} <= behind
    async with granted(service, "inspector", kinds=tuple(kinds_told("/jurisdictions/{ref}/changes"))) as reader:
        told = (await reader.get(url)).json()
        assert {one["id"] for one in told["events"]} == behind - {"case", "amended", "sanction"}
        assert told["withheld"] == 3


async def test_the_state_of_a_place_leaves_out_duties(service: Service, client: httpx.AsyncClient) -> None:
    """Duties can rest on any kind: a key that lacks some is told the state without them, and refused if it insists."""
    await posted(client, *WORLD)
    path = "/v1/jurisdictions/c1/state"
    async with granted(service, "inspector", kinds=tuple(EVERY - {"sanction.imposed"})) as reader:
        told = (await reader.get(path)).json()
        assert told == {**(await client.get(path)).json(), "duties": None}
        refused = await reader.get(f"{path}?duties=true")
        assert refused.status_code == 403
        assert refused.json()["detail"].endswith(" sanction.imposed")
        assert "duties" not in (await reader.get(f"{path}?duties=false")).json()


async def test_what_rests_on_every_kind_is_for_keys_of_every_kind(service: Service, client: httpx.AsyncClient) -> None:
    """What a dry run would change, and a bundle, say more than some kinds: an operator's narrow key has neither."""
    await posted(client, *WORLD)
    sent = json.dumps(event("1", "person.registered", person_id="x", name_zh="甲"))
    asked = f"{URL}?dry_run=true&impact=true"
    kinds = EVERY - {"sanction.imposed"}
    async with granted(service, "recorder", "inspector", kinds=tuple(kinds)) as reader:
        assert (await reader.post(asked, content=sent, headers=ONE)).status_code == 403
    async with granted(service, "recorder", "inspector", kinds=tuple(EVERY)) as reader:
        assert (await reader.post(asked, content=sent, headers=ONE)).status_code == 200
    for limits in ({"kinds": tuple(EVERY)}, {"jurisdictions": ("c1",)}):
        async with granted(service, "operator", **limits) as operator:
            bundle = {"Accept": "application/vnd.zeren.bundle+zip"}
            refused = await operator.get("/v1/jurisdictions/c1/responsibility", headers=bundle)
            assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
