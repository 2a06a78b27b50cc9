"""Lists under a grant for some places: what they leave out, what their cursors name, and persons one by one."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from service.state import Service
from tests.service.grants import granted
from tests.service.test_access import WORLD
from tests.service.test_walk import event, posted

pytestmark = pytest.mark.anyio


async def test_lists_count_what_they_withhold(service: Service, client: httpx.AsyncClient) -> None:
    """Searches and registers leave out what is outside the grant and say how much that was."""
    await posted(client, *WORLD)
    async with granted(service, "inspector", jurisdictions=("c1",)) as narrow:
        await narrow.get("/v1/jurisdictions/c1", headers={"Zeren-Wait": f"{len(WORLD) - 1}"})
        places = (await narrow.get("/v1/jurisdictions", params={"q": "名"})).json()
        assert ([place["id"] for place in places["items"]], places["withheld"]) == (["c1", "village-c1"], 3)
        persons = (await narrow.get("/v1/persons", params={"q": "示例"})).json()
        assert ([person["id"] for person in persons["items"]], persons["withheld"]) == (["person-c1"], 1)
        letters = (await narrow.get("/v1/letters", params={"number": "甘责[2017]1号"})).json()
        assert ([letter["id"] for letter in letters["items"]], letters["withheld"]) == (["letter-c1"], 1)
        await posted(client, event("both", "appointment.started", appointment_id="both", person_id="person-c1",
                                     post_id="post-c2", effective_from="2017"))  # fmt: skip
        for part in ("responsibility", "timeline"):
            told = (await narrow.get(f"/v1/persons/person-c1/{part}", headers={"Zeren-Wait": f"{len(WORLD)}"})).json()
            assert {item.get("appointment") for item in told["items"]} - {None} == {"tenure-c1"}, part
            assert told["withheld"] == 1, part


async def test_matters_of_a_person_are_told_where_they_stand(service: Service, client: httpx.AsyncClient) -> None:
    """What a person did or is charged with at a granted place is in the timeline; elsewhere it is counted alone."""
    await posted(client, *WORLD)
    said = {"visitor": [{"person_id": "person-c1"}], "started_on": "2018-03-05"}
    here, there = (
        event(f"v-{place}", "visit.made", visit_id=f"v-{place}", place_id=place, **said)
        for place in ("village-c1", "village-c2")
    )
    found = event("f", "finding.raised", finding_id="f", jurisdiction_id="c1", raised_on="2018-04-01")
    order = event("o", "rectification.ordered", rectification_id="o", finding_id="f", ordered_on="2018-04-02",
                  responsible={"person_id": "person-c1"})  # fmt: skip
    case = event("k", "accountability-case.opened", case_id="k", subject_persons=["person-c1"], opened_on="2018-05-01")
    await posted(client, here, there, found, order, case)
    async with granted(service, "inspector", jurisdictions=("c1",)) as narrow:
        wait = {"Zeren-Wait": f"{len(WORLD) + 4}"}
        told = (await narrow.get("/v1/persons/person-c1/timeline", headers=wait)).json()
    matters = {(item["type"], item["id"]) for item in told["items"] if "stands_at" in item}
    assert (matters, told["withheld"]) == ({("visit", "v-village-c1"), ("rectification", "o")}, 2)


async def test_a_person_of_other_places_is_none_of_a_county(service: Service, client: httpx.AsyncClient) -> None:
    """Whom the list leaves out is not told of one by one either, under whichever id; who moves in is."""
    await posted(client, *WORLD)
    await posted(
        client,
        event("alias", "person.registered", person_id="alias", name_zh="示例别名"),
        event("merged", "person.merged", person_id="alias", into_person_id="person-c2"),
        event("helper", "person.registered", person_id="helper", name_zh="示例帮扶"),
        event("help", "pairing.started", pairing_id="g", helper="helper", assisted="village-c2", effective_from="2018"),
    )
    wait = {"Zeren-Wait": f"{len(WORLD) + 3}"}
    async with granted(service, "inspector", jurisdictions=("c1",)) as inspector:
        found = (await inspector.get("/v1/persons", params={"q": "示例"}, headers=wait)).json()
        assert ([person["id"] for person in found["items"]], found["withheld"]) == (["person-c1"], 3)
        for one in ("person-c2", "alias", "helper"):
            for part in ("", "/responsibility", "/timeline"):
                refused = await inspector.get(f"/v1/persons/{one}{part}")
                assert (refused.status_code, refused.json()["code"]) == (403, "forbidden"), (one, part)
                assert "示例" not in refused.text
        assert (await inspector.get("/v1/persons/nobody")).status_code == 404
        async with granted(service, "auditor", jurisdictions=("c1",)) as auditor:  # who may read every entry
            assert (await auditor.get("/v1/persons/person-c2")).status_code == 200
        await posted(client, event("moved", "appointment.started", appointment_id="moved", person_id="alias",
                                   post_id="post-c1", effective_from="2019"))  # fmt: skip
        wait = {"Zeren-Wait": f"{len(WORLD) + 4}"}
        assert (await inspector.get("/v1/persons/person-c2", headers=wait)).status_code == 200


def rectified(name: str, place: str) -> list[dict[str, Any]]:
    """A finding at a place and the order to rectify it."""
    finding = {"finding_id": f"finding-{name}", "category": "fund-misuse", "raised_on": "2019-11-01"}
    ordered = {"rectification_id": f"order-{name}", "finding_id": f"finding-{name}", "ordered_on": "2019-11-05"}
    return [
        event(f"finding-{name}", "finding.raised", **finding, jurisdiction_id=place, source_kind="inspection"),
        event(f"order-{name}", "rectification.ordered", **ordered, responsible={"post_id": f"post-{place}"}),
    ]


async def test_cursors_name_nothing_that_is_withheld(service: Service, client: httpx.AsyncClient) -> None:
    """A list read page by page is that of one page, with what it leaves out counted; cursors are of what it gave."""
    orders = [order for one in ("a", "b") for place in ("c1", "c2") for order in rectified(f"{one}-{place}", place)]
    await posted(client, *WORLD, *orders)
    async with granted(service, "inspector", jurisdictions=("c2",)) as inspector:
        await inspector.get("/v1/jurisdictions/c2", headers={"Zeren-Wait": f"{len(WORLD) + len(orders) - 1}"})
        for path, params in (
            ("/v1/jurisdictions", {"q": "名"}),
            ("/v1/jurisdictions", {}),
            ("/v1/jurisdictions/c2/children", {}),
            ("/v1/persons", {"q": "示例"}),
            ("/v1/letters", {"number": "甘责[2017]1号"}),
            ("/v1/rectifications", {"log": "cn-62"}),
        ):
            whole = (await inspector.get(path, params=params)).json()
            items, withheld, after = [], 0, None
            while True:
                asked = {**params, "limit": "1"} if after is None else {**params, "limit": "1", "after": after}
                page = (await inspector.get(path, params=asked)).json()
                items += page["items"]
                withheld += page["withheld"]
                after = page["next"]
                if after is None:
                    break
                assert items[-1].get("id", items[-1].get("rectification")) in after, path
                assert "c1" not in after, path
            assert items == whole["items"], path
            # Searches count up to what a page gives, registers what all of them leaves out.
            assert whole["withheld"] in (withheld, page["withheld"]), path
