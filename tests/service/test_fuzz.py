"""Generated requests against the service's own OpenAPI document: whatever is asked, nothing fails but the asker.

Event streams are asked for by their `Accept` header alone, which is never sent here.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.transport import Response
from schemathesis.openapi import from_asgi, from_dict
from schemathesis.python import asgi

from events.appender import Appender
from events.catalogue.registry import KINDS
from events.clock import SystemClock
from events.credentials import OPERATOR
from events.database import open_engine
from projections.policies.pack import load_all
from service import waiting
from service.app import make_app
from service.state import Service
from tests.service.conftest import OPERATOR_KEY
from tests.service.test_walk import BATCH, TREE
from tests.thorough import examples

AUTHORIZED: Final = {"Authorization": f"Bearer {OPERATOR_KEY}"}
EXAMPLES: Final = 6
"""For each call, kind of generation, and choice of known or generated names in its path."""
KNOWN: Final = {
    "log": "cn-62", "ref": "c", "person_id": "x", "post_id": "s", "letter_id": "l", "body_id": "b", "position": 4,
    "kind_name": "appointment.started", "system": "gansu",
}  # fmt: skip
HEALTH: Final = {"/healthz", "/readyz", "/metrics"}
SPARING: Final = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@schemathesis.serializer("application/x-ndjson")
def as_lines(_context: Any, value: Any) -> bytes:
    """Send what was generated for a stream of lines as it is."""
    return value.encode("utf-8", "replace") if isinstance(value, str) else json.dumps(value).encode()


@pytest.fixture
def app(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The application on this test's database, with the log cn-62 and six entries; it waits for nothing long."""
    monkeypatch.setattr(waiting, "WAIT_SECONDS", 0.5)
    engine = open_engine(database_url)
    clock = SystemClock()
    packs = load_all()
    service = Service(engine, Appender(engine, clock), clock, packs, OPERATOR_KEY, OPERATOR, local_runner=True)
    made: Any = make_app(service)
    within = made.router.lifespan_context

    @asynccontextmanager
    async def lifespan(running: FastAPI) -> AsyncIterator[None]:
        async with within(running):
            yield
        await engine.dispose()

    made.router.lifespan_context = lifespan
    with asgi.get_client(made) as client:
        assert client.put(url="/v1/logs/cn-62", headers=AUTHORIZED).status_code == 201
        sent = client.post(url="/v1/logs/cn-62/events", data=json.dumps(TREE), headers={**AUTHORIZED, **BATCH})
        assert sent.status_code == 200
        assert client.get(url="/v1/jurisdictions/c", headers=AUTHORIZED).status_code == 200
        yield made
    asgi.shutdown_lifespans()


def check(what: str, response: Response) -> None:
    """Raise unless an answer is no failure of ours; what is refused is told as a problem."""
    told = f"{what} -> {response.status_code} {response.text[:500]}"
    if response.status_code >= 500:
        assert response.status_code == 503, told
        assert response.json()["code"] in ("not-yet-projected", "not-yet-published"), told
    if response.status_code >= 400:
        assert response.headers["content-type"] == ["application/problem+json"], told
        assert response.json()["status"] == response.status_code, told


def operations(schema: Any) -> list[Any]:
    """Every call of a document; one that cannot be read is an error."""
    return [found.ok() for found in schema.get_all_operations()]


def ask(operation: Any, mode: GenerationMode, path_parameters: dict[str, Any] | None) -> list[int]:
    """Make calls and check the answers; their statuses. None where there is nothing to make wrong."""
    statuses: list[int] = []

    @SPARING
    @given(case=operation.as_strategy(mode, path_parameters=path_parameters))
    def call(case: Any) -> None:
        response = case.call(headers=AUTHORIZED)
        check(f"{case.method} {case.formatted_path} {case.query} {case.body!r}", response)
        statuses.append(response.status_code)

    if mode.is_positive:
        call()
    else:
        with suppress(Unsatisfiable):
            call()
    return statuses


@pytest.mark.long
def test_no_request_makes_the_service_fail(app: Any) -> None:
    """Every call of the document, with fitting and unfitting parameters and bodies, ends in no 5xx and in problems."""
    calls = operations(from_asgi("/openapi.json", app))
    unanswered = []
    for operation in calls:
        known = {name: KNOWN[name] for name in KNOWN if f"{{{name}}}" in operation.path}
        fitting = ask(operation, GenerationMode.POSITIVE, known)
        ask(operation, GenerationMode.POSITIVE, None)
        unfitting = ask(operation, GenerationMode.NEGATIVE, known) + ask(operation, GenerationMode.NEGATIVE, None)
        assert unfitting or not (operation.query or operation.body), f"nothing wrong was sent to {operation.label}"
        unanswered += [operation.label] * (min(fitting) >= 300)
    assert {operation.path for operation in calls} >= HEALTH
    assert len(unanswered) < len(calls) * 2 / 5, unanswered


def of_every_kind() -> dict[str, Any]:
    """An OpenAPI document of one call: to post an event of any kind, with data that fits the kind's schema."""
    parts: dict[str, Any] = {}
    events = []
    for kind in KINDS.values():
        if kind.SERVICE_ONLY:
            continue
        data = kind.model_json_schema(ref_template="#/components/schemas/{model}")
        parts |= data.pop("$defs", {})
        said = {
            "specversion": {"const": "1.0"},
            "id": {"type": "string"},
            "source": {"const": "urn:fuzz"},
            "type": {"const": kind.NAME},
            "data": data,
        }
        events.append({"type": "object", "properties": said, "required": list(said), "additionalProperties": False})
    body = {"required": True, "content": {"application/cloudevents+json": {"schema": {"oneOf": events}}}}
    call = {"requestBody": body, "responses": {"201": {"description": "appended"}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "events of every kind", "version": "1"},
        "paths": {"/v1/logs/cn-62/events": {"post": call}},
        "components": {"schemas": parts},
    }


@pytest.mark.hypothesis
def test_events_of_every_kind_are_told_apart_at_the_door(app: Any) -> None:
    """Events made from the published schemas are appended or refused with faults, and stop no projection."""
    schema = from_dict(of_every_kind())
    schema.app = app
    cases = st.one_of([operation.as_strategy() for operation in operations(schema)])
    statuses: list[int] = []

    @settings(SPARING, max_examples=examples(150))
    @given(case=cases)
    def post(case: Any) -> None:
        case.body["id"] = f"fuzz-{len(statuses)}"
        response = case.call(headers=AUTHORIZED)
        check(f"{case.body!r}", response)
        statuses.append(response.status_code)

    post()
    assert statuses.count(201) > len(statuses) // 3, statuses
    with asgi.get_client(app) as client:
        assert client.get(url="/v1/jurisdictions/c/responsibility", headers=AUTHORIZED).status_code == 200
        projected = client.get(url="/v1/logs/cn-62", headers=AUTHORIZED).json()
    assert projected["projected"]["size"] == projected["size"]
    assert projected["projected"]["stale"] == []
