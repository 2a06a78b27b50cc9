"""`/v1/jurisdictions/{ref}/state` and `/money`: their shape, two times, scopes, pages, and who may read them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from service.state import Service
from tests.service.grants import granted
from tests.service.test_walk import event, posted

pytestmark = pytest.mark.anyio

DAY = {"valid_at": "2018-03-05"}


def county(name: str, code: str) -> list[dict[str, Any]]:
    """A county with a village, money that comes down to it, a visit, a finding with its rectification, a listing."""
    village = f"village-{name}"
    given = {"recipient_id": name, "allocator_id": "city", "amount": "1000000.00", "allocated_on": "2017-02-01"}
    onward = {"recipient_id": village, "from_allocation_id": f"A-{name}", "amount": "400000.00"}
    paid = {"jurisdiction_id": village, "amount": "250000.00", "approved_on": "2017-12-28"}
    ordered = {"rectification_id": f"R-{name}", "finding_id": f"F-{name}", "deadline": "2018-03-04"}
    facts: list[tuple[str, dict[str, Any]]] = [
        ("jurisdiction.registered", {"jurisdiction_id": name, "code": code, "name_zh": f"{name}县", "level": "county",
                                     "parent_id": "city"}),
        ("jurisdiction.registered", {"jurisdiction_id": village, "code": f"{code}100001", "name_zh": f"{name}村",
                                     "level": "village", "parent_id": name}),
        ("funds.allocated", {"allocation_id": f"A-{name}", **given}),
        ("funds.allocated", {"allocation_id": f"B-{name}", **onward, "allocated_on": "2017-03-01"}),
        ("funds.disbursed", {"disbursement_id": f"D-{name}", **paid, "disbursed_on": "2018-01-05"}),
        ("visit.made", {"visit_id": f"V-{name}", "place_id": village, "started_on": "2018-02-11", "nights": 3}),
        ("finding.raised", {"finding_id": f"F-{name}", "jurisdiction_id": name, "raised_on": "2017-11-05"}),
        ("rectification.ordered", {**ordered, "ordered_on": "2017-11-05"}),
        ("designation.listed", {"jurisdiction_id": name, "list": "poor-county-national",
                                "effective_from": "2012-03-19"}),
    ]  # fmt: skip
    return [event(f"{name}-{number}", kind, **data) for number, (kind, data) in enumerate(facts)]


CITY = event("0", "jurisdiction.registered", jurisdiction_id="city", code="621200", name_zh="陇南市", level="city")
WORLD = [CITY, *county("c1", "621223"), *county("c2", "621224")]


@pytest.fixture
async def asked(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client of a city with two counties."""
    await posted(client, *WORLD)
    return client


async def told(client: httpx.AsyncClient, path: str, **more: str) -> dict[str, Any]:
    """An answer about a place on the day."""
    answer = await client.get(f"/v1/jurisdictions/{path}", params={**DAY, **more})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_the_state_of_a_county(asked: httpx.AsyncClient) -> None:
    """The whole answer, in the names of the design, with the two times and the log it is of."""
    answer = await told(asked, "621223/state")
    assert answer["jurisdiction"] == {"id": "c1", "code": "621223", "name": "c1县", "level": "county"}
    assert (answer["valid_at"], answer["log"]["id"], answer["log"]["size"], answer["scope"], answer["resolved_by"]) == (
        "2018-03-05", "cn-62", 19, "subtree", "code",
    )  # fmt: skip
    assert answer["visits"] == {"count": 1, "nights": 3, "last": "2018-02-11"}
    expected = {"allocated": "1000000.00", "passed_on": "0.00", "disbursed": "250000.00", "recovered": "0.00",
                "left": "750000.00", "approved_not_paid": "0.00"}  # fmt: skip
    assert {name: answer["money"][name] for name in expected} == expected
    assert answer["findings"] == {"open": 1, "closed": 0}
    assert answer["rectifications"] == {"open": 1, "overdue": 1, "awaiting_verification": 0, "closed": 0}
    assert [(one["list"], one["since"]) for one in answer["designations"]] == [("poor-county-national", "2012-03-19")]
    assert (answer["exit"]["status"], answer["exit"]["since"], answer["withheld"]) == ("listed", "2012-03-19", 0)


async def test_scopes(asked: httpx.AsyncClient) -> None:
    """The place alone, all below it, and a scope that is neither of them."""
    own = await told(asked, "c1/state", scope="own")
    assert (own["scope"], own["visits"]["count"], own["money"]["passed_on"], own["money"]["left"]) == (
        "own", 0, "400000.00", "600000.00",
    )  # fmt: skip
    city = await told(asked, "city/state", scope="subtree")
    assert (city["money"]["allocated"], city["money"]["left"], city["designated"]) == (
        "0.00", "-500000.00", {"poor-county-national": 2},
    )  # fmt: skip
    for path in ("c1/state", "c1/money"):
        answer = await asked.get(f"/v1/jurisdictions/{path}", params={**DAY, "scope": "all"})
        assert (answer.status_code, answer.json()["code"]) == (422, "bad-parameter")


async def test_what_was_believed_stays_answerable(asked: httpx.AsyncClient) -> None:
    """A corrected payment and a corrected deadline answer as before at the size before, and anew since."""
    paid = {"disbursement_id": "D-c1", "jurisdiction_id": "village-c1", "amount": "1.00", "disbursed_on": "2018-01-05"}
    due = {"rectification_id": "R-c1", "finding_id": "F-c1", "deadline": "2018-06-30", "ordered_on": "2017-11-05"}
    await posted(
        asked,
        event("x1", "record.corrected", corrects_event_id="c1-4", corrected_payload=paid),
        event("x2", "record.corrected", corrects_event_id="c1-7", corrected_payload=due),
        event("x3", "record.annulled", annuls_event_id="c1-8"),
    )
    found = [await told(asked, "c1/state", known_at=known_at) for known_at in ("@19", "@20", "@21", "@22")]
    assert [one["money"]["disbursed"] for one in found] == ["250000.00", "1.00", "1.00", "1.00"]
    assert [one["rectifications"]["overdue"] for one in found] == [1, 1, 0, 0]
    assert [one["exit"]["status"] for one in found] == ["listed", "listed", "listed", "none"]
    assert (await asked.get("/v1/jurisdictions/c1/state", params={"known_at": "@1"})).status_code == 404


async def test_money_comes_page_by_page(asked: httpx.AsyncClient) -> None:
    """Every step of a place's money is on one page, by its day; the sums are the same on each."""
    whole = await told(asked, "city/money")
    assert [(item["type"], item.get("allocation") or item["disbursement"]) for item in whole["items"]] == [
        ("allocation", "A-c1"), ("allocation", "A-c2"), ("allocation", "B-c1"), ("allocation", "B-c2"),
        ("disbursement", "D-c1"), ("disbursement", "D-c2"),
    ]  # fmt: skip
    assert whole["next"] is None
    found, after = [], "0"
    while after is not None:
        page = await told(asked, "city/money", limit="4", after=after)
        assert (page["totals"], page["levels"]) == (whole["totals"], whole["levels"])
        found += page["items"]
        after = page["next"]
    assert found == whole["items"]
    assert (await asked.get("/v1/jurisdictions/city/money", params={"after": "x"})).status_code == 422


async def test_money_of_a_village_shows_where_it_came_from(asked: httpx.AsyncClient) -> None:
    """From the source to the village: the allocation above, the payment with both days, what is left at the level."""
    answer = await told(asked, "village-c1/money")
    allocation, payment = answer["items"]
    assert [(one["allocation"], one["from"]["name"], one["to"]["name"]) for one in allocation["along"]] == [
        ("A-c1", "陇南市", "c1县")
    ]
    assert (allocation["from"]["id"], allocation["direction"]) == ("c1", "in")
    assert (payment["approved_on"], payment["disbursed_on"]) == ("2017-12-28", "2018-01-05")
    assert [(one["level"], one["left"]) for one in answer["levels"]] == [("village", "150000.00")]


async def test_a_place_not_on_record_that_day_still_answers(asked: httpx.AsyncClient) -> None:
    """A place that was abolished keeps what was told of it, under its own id; those above count it no more."""
    await posted(
        asked, event("x", "jurisdiction.restructured", predecessor_ids=["village-c1"], effective_from="2018-03-01")
    )
    answer = await told(asked, "village-c1/state")
    assert (answer["on_record"], answer["visits"]["count"], answer["money"]["left"]) == (False, 1, "150000.00")
    assert (await told(asked, "c1/state"))["visits"]["count"] == 0
    assert [one["level"] for one in (await told(asked, "village-c1/money"))["levels"]] == ["village"]


async def test_a_grant_for_a_place_reaches_what_is_below_it(asked: httpx.AsyncClient, service: Service) -> None:
    """An inspector of one county reads of it and its village; the other county and the city are refused."""
    async with granted(service, "inspector", jurisdictions=("c1",)) as client:
        for path in ("state", "money"):
            for place, status in (("c1", 200), ("village-c1", 200), ("c2", 403), ("city", 403), ("nowhere", 404)):
                assert (await client.get(f"/v1/jurisdictions/{place}/{path}", params=DAY)).status_code == status
    async with granted(service, "recorder") as client:
        assert (await client.get("/v1/jurisdictions/c1/state")).status_code == 403
