"""`flag=duty` over HTTP: each duty that is not met is a flag, once, and nothing else is."""

from __future__ import annotations

from typing import Any, Final

import httpx
import pytest

from tests.service.samples import Answer, Samples
from tests.service.test_duties_http import DAY, OFFICE, TOWNSHIP, UNIT, keys, whole
from tests.service.test_duties_live import AUDIT, COUNTY, TOWNS
from tests.service.test_flags_http import KEYS
from tests.service.test_flags_http import whole as flagged
from tests.service.test_walk import event, posted

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

UNMET: Final = "breached,overdue,gap"
SEVERITY: Final = {"breached": "high", "overdue": "high", "gap": "low"}


def check_flags(flags: list[Answer], duties: list[Answer]) -> None:
    """Each of these duties, none of them met, is one of the flags, which say the same of it; no other flag is there."""
    by_duty = {flag["about"]["duty"]: flag for flag in flags}
    assert len(by_duty) == len(flags)
    assert by_duty.keys() == set(keys(duties))
    for duty in duties:
        flag = by_duty[duty["duty"]]
        assert flag.keys() == KEYS
        assert (flag["flag"], flag["severity"]) == ("duty", SEVERITY[duty["status"]])
        assert flag["title"]
        assert (flag["about"]["rule"], flag["about"]["system"]) == (duty["rule"], duty["system"])
        assert (flag["detail"]["status"], flag["detail"]["quote"]) == (duty["status"], duty["quote"])
        assert (flag["jurisdiction"] and flag["jurisdiction"]["id"]) == (
            duty["jurisdiction"] and duty["jurisdiction"]["id"]
        )
        assert flag["evidence"] == duty["evidence"]


async def test_of_a_township(samples: Samples) -> None:
    """With its villages and alone; asked without a code they are among the others."""
    for scope in ("subtree", "own"):
        asked: dict[str, Any] = {"jurisdiction": TOWNSHIP, "valid_at": DAY, "scope": scope}
        flags = await flagged(samples, **asked, flag="duty")
        assert flags
        check_flags(flags, await whole(samples, **asked, status=UNMET))
    every = await flagged(samples, **asked)
    assert [one for one in every if one["flag"] == "duty"] == flags


async def test_of_a_person(samples: Samples) -> None:
    """Those of the duties that the person answers for."""
    asked: dict[str, Any] = {"person": "syn-62-person-0023", "valid_at": DAY}
    flags = await flagged(samples, **asked, flag="duty")
    check_flags(flags, await whole(samples, **asked, status=UNMET))
    assert "high" in {one["severity"] for one in flags}


@pytest.mark.parametrize("body", [OFFICE, UNIT])
async def test_of_a_body_without_a_place(samples: Samples, body: str) -> None:
    """Those that the body owes, wherever; they belong to no place."""
    asked: dict[str, Any] = {"body": body, "log": "demo-cn-13", "valid_at": DAY}
    flags = await flagged(samples, **asked, flag="duty")
    assert flags
    check_flags(flags, await whole(samples, **asked, status=UNMET))


async def flags_of(client: httpx.AsyncClient, **asked: Any) -> list[Answer]:
    """The duty flags as asked, page by page."""
    items: list[Answer] = []
    after: str | None = ""
    while after is not None:
        given = {"valid_at": "2019-01-01", "flag": "duty", "limit": 7, **asked, **({"after": after} if after else {})}
        page = await client.get("/v1/flags", params=given)
        assert page.status_code == 200, page.text
        items += page.json()["items"]
        after = page.json()["next"]
    return items


async def duties_of(client: httpx.AsyncClient, **asked: Any) -> list[Answer]:
    """The duties that are not met."""
    answer = await client.get("/v1/duties", params={"valid_at": "2019-01-01", "status": UNMET, **asked})
    assert answer.status_code == 200, answer.text
    found: list[Answer] = answer.json()["items"]
    return found


async def test_of_a_whole_log(client: httpx.AsyncClient) -> None:
    """A log's are those of its topmost places with all below them, in pages of any size; each once."""
    stray = event("q", "jurisdiction.registered", jurisdiction_id="q", code="621225", name_zh="他县", level="county",
                  parent_id="nowhere")  # fmt: skip
    await posted(client, *COUNTY, *TOWNS, stray)
    duties = [*await duties_of(client, jurisdiction="p"), *await duties_of(client, jurisdiction="q")]
    assert {one["jurisdiction"]["id"] for one in duties} == {"p", "c", "t1", "t2", "q"}
    flags = await flags_of(client, log="cn-62")
    check_flags(flags, duties)
    assert await flags_of(client, log="cn-62", limit=1000) == flags


async def test_it_goes_when_the_duty_is_done(client: httpx.AsyncClient) -> None:
    """The audit that is missing is a flag from the first day of the next year, and none once it is recorded."""
    await posted(client, *COUNTY)

    async def there(valid_at: str) -> list[tuple[str, str, int]]:
        found = await flags_of(client, jurisdiction="c", valid_at=valid_at)
        return [(one["from"], one["until"], one["days"]) for one in found if one["about"]["rule"] == AUDIT]

    assert await there("2018-12-31") == []
    assert await there("2019-01-01") == [("2018-01-01", "2019-01-01", 365)]
    await posted(
        client, event("u", "audit.completed", audit_id="u", subject_id="c", scope="full", completed_on="2018-12-30")
    )
    assert await there("2019-01-01") == []
