"""`/v1/logs/{log}/back-dated`: entries recorded long after the day they are about, page by page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from events.clock import SystemClock, today
from service.http import entry_answers
from service.state import Service
from tests.service.grants import granted
from tests.service.test_walk import event, posted

pytestmark = pytest.mark.anyio

URL = "/v1/logs/cn-62/back-dated"


def ago(days: int) -> str:
    """The day so many days ago."""
    return (today(SystemClock()) - timedelta(days=days)).isoformat()


def visit(one: int, on: str) -> dict[str, Any]:
    """A visit on a day."""
    return event(f"v{one}", "visit.made", visit_id=f"V{one}", place_id="c", started_on=on)


def place(place_id: str = "c", code: str = "621223") -> dict[str, Any]:
    """A place without a date: never late."""
    return event(
        place_id, "jurisdiction.registered", jurisdiction_id=place_id, code=code, name_zh="宕昌县", level="county"
    )


async def late(client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    """The late entries as asked."""
    answer = await client.get(URL, params=asked)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def positions(client: httpx.AsyncClient, **asked: Any) -> list[int]:
    """The positions of the late entries."""
    return [item["position"] for item in (await late(client, **asked))["items"]]


async def test_more_than_so_many_days(client: httpx.AsyncClient) -> None:
    """An entry is late when more than `days` days have passed; the day itself, the future and no day are not."""
    await posted(client, place(), visit(1, ago(31)), visit(2, ago(30)), visit(3, ago(0)), visit(4, ago(-50)))
    body = await late(client)
    assert body["items"] == [
        {
            "position": 1, "id": "v1", "type": "visit.made", "source": "urn:test",
            "about": {"position": 1, "type": "visit.made"}, "on": ago(31),
            "recorded_at": body["items"][0]["recorded_at"], "days_late": 31,
        }
    ]  # fmt: skip
    assert (body["next"], body["days"], body["log"]["size"]) == (None, 30, 5)
    assert await positions(client, days=29) == [1, 2]
    assert await positions(client, days=0) == [1, 2]
    assert await positions(client, days=29, known_at="@2") == [1]


async def test_dates_that_are_not_exact_and_plans(client: httpx.AsyncClient) -> None:
    """Of a year the last day counts, and a deadline in the past is not what an entry is about."""
    year = today(SystemClock()).year
    held = {"person_id": "x", "post_id": "s"}
    await posted(
        client,
        event("a", "appointment.started", appointment_id="a", **held, effective_from=str(year)),
        event("b", "appointment.started", appointment_id="b", **held, effective_from=str(year - 2)),
        event("t", "task.assigned", task_id="t", due_on=ago(400)),
    )
    found = (await late(client))["items"]
    assert [(one["position"], one["on"]) for one in found] == [(1, str(year - 2))]
    last = today(SystemClock()).replace(year=year - 2, month=12, day=31)
    assert found[0]["days_late"] == (today(SystemClock()) - last).days


async def test_nobody_is_recorded_late_for_being_old(client: httpx.AsyncClient) -> None:
    """When somebody was born tells two of a name apart: it is no day that the registration is about."""
    person = {"person_id": "x", "name_zh": "张三", "born": "1970-05"}
    merged = {"person_id": "y", "into_person_id": "x", "merged_on": ago(60)}
    await posted(client, event("1", "person.registered", **person), event("2", "person.merged", **merged))
    assert await positions(client) == [1]
    entry = (await client.get("/v1/logs/cn-62/events/0")).json()
    assert entry.get("day") is None
    flags = (await client.get("/v1/flags", params={"log": "cn-62", "flag": "back-dated"})).json()["items"]
    assert [flag["evidence"][0]["position"] for flag in flags] == [1]


async def test_corrections(client: httpx.AsyncClient) -> None:
    """A correction is late by the day of what it corrects to, an annulment never."""
    await posted(client, place(), visit(1, ago(1)))
    payload = {"visit_id": "V1", "place_id": "c", "started_on": ago(90)}
    await posted(
        client,
        event("k", "record.corrected", corrects_event_id="v1", corrected_payload=payload),
        event("n", "record.annulled", annuls_event_id="v1"),
    )
    found = (await late(client))["items"]
    assert [(one["position"], one["type"], one["about"]["position"], one["on"]) for one in found] == [
        (2, "record.corrected", 1, ago(90))
    ]


async def test_pages(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Following `next` gives every late entry once, also where a call looks at few entries and finds none."""
    visits = [visit(one, ago(100 if one % 7 == 0 else 1)) for one in range(40)]
    await posted(client, place(), *visits)
    whole = await positions(client, limit=1000)
    assert whole == [1 + one for one in range(0, 40, 7)]
    monkeypatch.setattr(entry_answers, "CHUNK", 3)
    monkeypatch.setattr(entry_answers, "MAX_SCANNED", 5)
    found, after, empty = [], "-1", 0
    while after is not None:
        page = await late(client, limit=2, after=after)
        found += [item["position"] for item in page["items"]]
        empty += not page["items"]
        after = page["next"]
        assert len(found) <= len(whole)
    assert (found, empty > 0) == (whole, True)
    assert await positions(client, limit=1) == whole[:1]


async def test_grants_and_bad_parameters(client: httpx.AsyncClient, service: Service) -> None:
    """Kinds narrow the list, places take an auditor, recorders and strangers are refused."""
    report = event("r", "report.submitted", report_id="r", submitted_on=ago(99))
    await posted(client, place(), visit(1, ago(90)), report)
    payload = {"visit_id": "V1", "place_id": "c", "started_on": ago(95)}
    await posted(client, event("k", "record.corrected", corrects_event_id="v1", corrected_payload=payload))
    assert await positions(client) == [1, 2, 3]
    async with granted(service, "inspector", kinds=("report.submitted", "record.corrected")) as narrow:
        assert await positions(narrow) == [2]
    async with granted(service, "inspector", kinds=("visit.made", "record.corrected")) as narrow:
        assert await positions(narrow) == [1, 3]
    async with granted(service, "inspector", jurisdictions=("c",)) as inspector:
        assert (await inspector.get(URL)).status_code == 403
    async with granted(service, "auditor", jurisdictions=("c",)) as auditor:
        assert await positions(auditor) == [1, 2, 3]
    async with granted(service, "recorder") as recorder:
        assert (await recorder.get(URL)).status_code == 403
    async with granted(service, "auditor", logs=("cn-61",)) as stranger:
        assert (await stranger.get(URL)).status_code == 403
    for asked in ("days=-1", "days=x", "after=-2", "limit=0", f"after={2**70}"):
        assert (await client.get(f"{URL}?{asked}")).status_code == 422, asked
    assert (await client.get("/v1/logs/cn-99/back-dated")).status_code == 404
