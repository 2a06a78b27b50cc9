"""Keys narrowed to kinds: a correction or annulment is of the kind of its fact too."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from service.state import Service
from tests.service.grants import granted
from tests.service.test_access import ONE, URL, WORLD, annulled, batch, corrected, post
from tests.service.test_walk import event, posted

pytestmark = pytest.mark.anyio


async def test_corrections_are_checked_on_the_kind_of_the_fact(service: Service, client: httpx.AsyncClient) -> None:
    """Whoever may not post a kind may not correct or annul a fact of it either, by whatever names that fact."""
    case: dict[str, Any] = {"case_id": "k", "subject_persons": ["person-c1"], "opened_on": "2019-01-01"}
    await posted(
        client,
        *WORLD,
        event("case", "accountability-case.opened", **case),
        corrected("amended", "case", **case, responsibility_class="direct"),
        annulled("undone", "amended"),
    )
    kinds = ("appointment.started", "record.corrected", "record.annulled")
    async with granted(service, "recorder", kinds=kinds) as narrow:
        sent = event("0", "accountability-case.opened", **case)
        assert await post(narrow, "0", "accountability-case.opened", **case) == (403, "outside-grant")
        answer = await narrow.post(URL, content=json.dumps(annulled("1", "case")), headers=ONE)
        assert (answer.status_code, answer.json()["code"]) == (403, "outside-grant")
        assert "accountability-case.opened" in answer.json()["detail"]
        held = {"person_id": "person-c1", "post_id": "post-b-c1", "effective_from": "2017"}
        assert await batch(
            narrow,
            corrected("2", "case", **{**case, "subject_persons": ["person-c2"]}),
            corrected("3", "amended", **case),
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
