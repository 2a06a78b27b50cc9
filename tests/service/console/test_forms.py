"""Forms of single events: one for every kind that may be reported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import httpx
import pytest

from events.catalogue.registry import KINDS
from service.console.fields import Field, fields_of
from service.state import Service
from tests.service.console.visitors import key_of, read, visitor
from tests.service.test_walk import BATCH, TREE, event, posted

pytestmark = pytest.mark.anyio

PLAIN: Final = {"day": "2018-03-05", "edtf": "2018-03", "timestamp": "2018-03-05T09:00:00+08:00", "integer": 2018,
                "flag": True, "map": {"甲": "乙"}, "id": "e-1"}  # fmt: skip
TEXTS: Final = {"money": "1.00", "decimal": "2", "ratio": "0.5", "code": "990001", "sha256": "a" * 64, "base64": "AAAA",
                "term": "leader"}  # fmt: skip
OF_OTHERS: Final = ("target-unknown", "signature-refused")
"""Problems of events that name another event, or a key, that must be there."""


def filled(field: Field, *, whole: bool) -> Any:
    """What a field may hold."""
    if field.choices:
        value = field.choices[0].value
        return [value] if field.shape == "choices" else value
    if field.shape == "object":
        return {one.name: filled(one, whole=whole) for one in field.members if whole or one.required}
    if field.shape == "list":
        return [filled(field.members[0], whole=True)]
    return PLAIN.get(field.shape) or TEXTS.get(field.form) or "甲"


def named(fields: Iterable[Field]) -> Iterator[str]:
    """The names of fields and of all that stand in them."""
    for field in fields:
        yield field.name
        yield from named(field.members)


@pytest.mark.parametrize("whole", [False, True])
async def test_what_a_form_holds_is_an_event_of_its_kind(
    client: httpx.AsyncClient, service: Service, whole: bool
) -> None:
    """The required fields of every kind, or all, pass the dry run; what is refused is told of fields on the page."""
    await posted(client, *TREE)
    kinds = [kind for kind in (await client.get("/v1/kinds")).json()["items"] if not kind["service_only"]]
    forms = {kind["type"]: fields_of((await client.get(kind["schema"])).json()) for kind in kinds}
    events = [
        event(f"e-{name}", name)
        | {"data": {one.name: filled(one, whole=whole) for one in fields if whole or one.required}}
        for name, fields in forms.items()
    ]
    answer = await client.post("/v1/logs/cn-62/events?dry_run=true", json=events, headers=BATCH)
    refused = {
        name: receipt["problem"]
        for name, receipt in zip(forms, answer.json()["receipts"], strict=True)
        if receipt["status"] != "accepted"
    }
    assert len(forms) - len(refused) > 80, refused
    for name, problem in refused.items():
        assert problem["code"] in ("malformed-event", *OF_OTHERS), (name, problem)
        for fault in problem.get("errors", ()):
            steps = fault["pointer"].split("/")[2:]
            told = [step for step in steps if not step.isdigit()] or re.findall(
                r"[a-z]+(?:_[a-z]+)+", fault["expected"]
            )
            assert told, (name, fault)
            assert set(told) <= set(named(forms[name])), (name, fault)


async def test_every_kind_has_a_form(client: httpx.AsyncClient, service: Service) -> None:
    """Every field of every kind stands on its page under its Chinese title, and no two elements share an id."""
    await posted(client, *TREE)
    async with visitor(service) as opened:
        for kind in KINDS.values():
            page = await read(opened, f"/enter/{kind.NAME}")
            if kind.SERVICE_ONLY:
                assert "不能录入此类事件" in page.text
                continue
            assert kind.TITLE_ZH in page.text
            for info in kind.model_fields.values():
                assert info.title is not None
                assert info.title in page.text, (kind.NAME, info.title)
            required = sum(info.is_required() for info in kind.model_fields.values())
            assert page.text.count("必填") >= required


async def test_the_address_fills_a_form_in(client: httpx.AsyncClient, service: Service) -> None:
    """Parameters named as fields are their values, told as text; the log is the one of the address."""
    await posted(client, *TREE)
    asked = {"visit_id": 'v"><b>', "purpose": "household", "starts_on": "2018-03-05", "log": "cn-62"}
    async with visitor(service) as opened:
        text = (await opened.get("/enter/visit.made", params=asked)).text
    assert 'value="v&#34;&gt;&lt;b&gt;"' in text
    assert '<option value="household" selected>入户</option>' in text
    assert '<option value="cn-62" selected>' in text


async def test_a_new_form_has_a_new_id(client: httpx.AsyncClient, service: Service) -> None:
    """The id of the event is made with the page, so that what is sent twice from one page is one event."""
    await posted(client, *TREE)
    async with visitor(service) as opened:
        found = [
            re.findall(r'id="event-id" value="(visit.made:[0-9a-f]{24})"', (await opened.get("/enter/visit.made")).text)
            for _ in range(2)
        ]
    assert len(found[0]) == len(found[1]) == 1
    assert found[0] != found[1]


async def test_who_may_not_enter_a_kind_is_told(client: httpx.AsyncClient, service: Service) -> None:
    """Another kind than the grant's, a reader's key, and a kind that there is not."""
    await posted(client, *TREE)
    async with visitor(service, await key_of(service, "recorder", kinds=["meeting.held"])) as opened:
        assert "不能录入此类事件" in (await read(opened, "/enter/visit.made")).text
        assert "不能录入此类事件" not in (await read(opened, "/enter/meeting.held")).text
        assert "not-found" not in (await read(opened, "/enter/visit.dreamt", 404)).text
    async with visitor(service, await key_of(service, "inspector")) as opened:
        assert "may not post events of this kind" in (await read(opened, "/enter/visit.made", lang="en")).text
    async with visitor(service, await key_of(service, "recorder")) as opened:
        assert "不能录入此类事件" in (await read(opened, "/enter/key.registered")).text
