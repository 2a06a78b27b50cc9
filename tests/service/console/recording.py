"""What a test of a page records first: posted to the log cn-62, and projected before the page is asked for."""

from __future__ import annotations

from typing import Any

import httpx

from tests.service.test_walk import posted


async def recorded(client: httpx.AsyncClient, *events: dict[str, Any]) -> None:
    """Post events of which each must stand, and wait until answers tell of the last one."""
    receipts = (await posted(client, *events))["receipts"]
    assert {one["status"] for one in receipts} == {"appended"}, receipts
    wait = {"Zeren-Wait": f"cn-62={receipts[-1]['position']}"}
    answer = await client.get("/v1/jurisdictions/c", params={"valid_at": "2018-03-05"}, headers=wait)
    assert answer.status_code == 200, answer.text
