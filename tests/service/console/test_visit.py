"""A visit asks the API, and tells apart what it answers, what it refuses, and who is signed in no longer."""

from __future__ import annotations

import httpx
import pytest

from events.clock import SystemClock, today
from service.console.visit import Refused, SignedOut
from service.state import Service
from tests.service.console.visitors import visit
from tests.service.test_walk import TREE, posted

pytestmark = pytest.mark.anyio


async def test_what_may_be_missing_is_none(client: httpx.AsyncClient, service: Service) -> None:
    """A refusal of a status that is reckoned with is None; one of another status stays a refusal."""
    await posted(client, *TREE)
    looking = visit(service)
    found = await looking.ask_unless((404,), "/jurisdictions/c", valid_at="2018-03-05")
    assert found is not None
    assert found["jurisdiction"]["name"] == "宕昌县"
    assert await looking.ask_unless((404,), "/jurisdictions/none") is None
    with pytest.raises(Refused, match="404 not-found"):
        await looking.ask_unless((403,), "/jurisdictions/none")


async def test_a_key_that_is_good_no_more_signs_out(service: Service) -> None:
    """What the API says to a wrong key ends the session, even where refusals are reckoned with."""
    with pytest.raises(SignedOut):
        await visit(service, "zk_wrong").ask_unless(range(400, 600), "/logs")


async def test_a_failure_that_is_no_problem_is_told_too(service: Service) -> None:
    """An answer of a status that is no success is refused with its reason where its body says nothing."""
    for body in (b"<html>", b"[]", b""):
        with pytest.raises(Refused) as refused:
            visit(service).check(httpx.Response(502, content=body))
        assert (refused.value.status, refused.value.problem["title"]) == (502, "Bad Gateway")
    assert visit(service).check(httpx.Response(201)).status_code == 201


async def test_today_is_that_of_the_service(service: Service) -> None:
    """The day is that of the service's clock, in China."""
    before = today(SystemClock())
    assert before <= visit(service).today <= today(SystemClock())
