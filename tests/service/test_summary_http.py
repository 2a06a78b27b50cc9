"""`/v1/duties/summary` and the duty counts of a state: from the board and from scratch alike, filters, periods."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from events.clock import today
from projections.boards import tables
from projections.boards.keeping import keep_up
from projections.rebuild import rebuild
from projections.runner import catch_up
from service.app import make_app
from service.http import states
from service.keeping import Keeper
from service.state import PROVEN, Service
from tests.service.grants import granted
from tests.service.test_walk import event, posted

pytestmark = pytest.mark.anyio

LOG = "cn-62"
DAY = "2018-03-05"


def world() -> list[dict[str, Any]]:
    """A county of Gansu with two villages, each with a secretary; one of them met, and has a team."""
    told: list[tuple[str, dict[str, Any]]] = [
        ("jurisdiction.registered", {"jurisdiction_id": "p", "code": "62", "name_zh": "甘肃省", "level": "province"}),
        ("jurisdiction.registered", {"jurisdiction_id": "c", "code": "621223", "name_zh": "某县", "level": "county",
                                     "parent_id": "p"}),
        ("post.established", {"post_id": "cs", "title_zh": "县委书记", "jurisdiction_id": "c",
                              "functions": ["party-principal"]}),
        ("body.established", {"body_id": "lg", "name_zh": "领导小组", "jurisdiction_id": "c",
                              "functions": ["leading-group"]}),
        ("meeting.held", {"meeting_id": "m1", "body_id": "lg", "held_on": "2018-01-05"}),
    ]  # fmt: skip
    for village in ("v1", "v2"):
        code = f"62122310020{village[1]}"
        told += [
            ("jurisdiction.registered", {"jurisdiction_id": village, "code": code, "name_zh": "某村",
                                         "level": "village", "parent_id": "c"}),
            ("post.established", {"post_id": f"{village}-s", "title_zh": "村支书", "jurisdiction_id": village,
                                  "functions": ["village-party-secretary"]}),
            ("appointment.started", {"appointment_id": f"{village}-a", "person_id": f"{village}-x",
                                     "post_id": f"{village}-s", "effective_from": "2016-01-01"}),
            ("designation.listed", {"jurisdiction_id": village, "list": "poor-village", "effective_from": "2014"
                                    "-01-01"}),
        ]  # fmt: skip
    return [event(str(number), kind, **data) for number, (kind, data) in enumerate(told)]


@pytest.fixture
async def asked(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client of the little county."""
    await posted(client, *world())
    return client


async def told(client: httpx.AsyncClient, **more: str) -> dict[str, Any]:
    """A summary of the county on the day."""
    answer = await client.get("/v1/duties/summary", params={"jurisdiction": "c", "valid_at": DAY, **more})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def kept(service: Service, day: str = DAY) -> None:
    """The board of the log, brought to the head and a day."""
    await catch_up(service.engine)
    assert await keep_up(service.engine, LOG, list(service.packs.values()), day) is not None


BY = (None, "jurisdiction", "rule", "system", "level", "jurisdiction,system,level", "jurisdiction,rule,level")


async def test_the_board_and_an_evaluation_tell_the_same(asked: httpx.AsyncClient, service: Service) -> None:
    """Every grouping and filter of a summary from the board is that of one from scratch, but for where it is from."""
    filters: list[dict[str, str]] = [
        {}, {"system": "gansu"}, {"level": "village"}, {"rule": "gansu-2017-art28-a,central-2016-art14-c"},
        {"system": "gansu,central-2016", "level": "county,village"}, {"jurisdiction": "v1"},
    ]  # fmt: skip
    asks = [{**one, **({} if by is None else {"by": by})} for one in filters for by in BY]
    scratch = [await told(asked, **one) for one in asks]
    await kept(service)
    board = [await told(asked, **one) for one in asks]
    assert {one.pop("from") for one in scratch} == {"evaluation"}
    assert {one.pop("from") for one in board} == {"board"}
    size = scratch[0]["log"]["size"]
    assert all(one.pop("board") == {"size": size, "day": DAY} for one in board)
    assert all(one.pop("board") is None for one in scratch)
    assert board == scratch


async def test_a_log_is_the_places_that_stand_under_none(asked: httpx.AsyncClient, service: Service) -> None:
    """Without a place the whole log is summed, from scratch and from the board, and `/duties` lists it."""
    second = event("q", "jurisdiction.registered", jurisdiction_id="q", code="14", name_zh="山西省", level="province")
    await posted(asked, second)

    async def of(**more: str) -> Any:
        answer = await asked.get("/v1/duties/summary", params={"valid_at": DAY, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    first, other, whole = await of(jurisdiction="p"), await of(jurisdiction="q"), await of(log=LOG, by="jurisdiction")
    for name, many in whole["counts"].items():
        assert many == first["counts"][name] + other["counts"][name], name
    assert [one["jurisdiction"]["id"] for one in whole["items"]] == ["p", "q"]
    assert (await of(by="jurisdiction"))["items"] == whole["items"], "the only log that there is"
    await kept(service)
    again = await of(log=LOG, by="jurisdiction")
    assert (again["from"], again["counts"], again["items"]) == ("board", whole["counts"], whole["items"])
    listed = {name: await asked.get("/v1/duties", params={"valid_at": DAY, **one}) for name, one in (
        ("log", {"log": LOG}), ("p", {"jurisdiction": "p"}), ("q", {"jurisdiction": "q"}))}  # fmt: skip
    total = {name: answer.json()["total"] for name, answer in listed.items()}
    assert total["log"] == total["p"] + total["q"]


async def test_counts_are_those_of_the_duties(asked: httpx.AsyncClient, service: Service) -> None:
    """The total is what `/duties` lists, without what repeats another rule and, apart, what informs; rates follow."""
    items = (await asked.get("/v1/duties", params={"jurisdiction": "c", "valid_at": DAY})).json()["items"]
    stated = {(one["rule"], one["jurisdiction"]["id"]) for one in items}
    once = [one for one in items if (one["same_as"], one["jurisdiction"]["id"]) not in stated]
    binds = [one for one in once if one["force"] in ("binding", "guiding")]
    answer = await told(asked)
    assert {name: many for name, many in answer["counts"].items() if many} == _counted(binds)
    assert {name: many for name, many in answer["informing"]["counts"].items() if many} == _counted(
        [one for one in once if one not in binds]
    )
    owed = [one for one in binds if one["status"] != "not-applicable"]
    met = sum(one["status"] == "met" for one in owed)
    assert met > 0
    assert (answer["owed"], answer["rate"]) == (len(owed), f"{met / len(owed):.4f}")
    assert answer["counted_once"]["left_out"] == len(items) - len(once)
    parts = [
        (one["jurisdiction"]["id"], one["own"], one["owed"]) for one in (await told(asked, by="jurisdiction"))["items"]
    ]
    assert [one[:2] for one in parts] == [("c", True), ("v1", False), ("v2", False)]
    assert sum(owed for *_, owed in parts) == answer["owed"]


def _counted(items: list[dict[str, Any]]) -> dict[str, int]:
    statuses = [one["status"] for one in items]
    return {status: statuses.count(status) for status in statuses}


async def test_a_period_is_evaluated_over_its_days(asked: httpx.AsyncClient, service: Service) -> None:
    """A period is never read from the board; it says its days, and the day as of which it is told."""
    await kept(service)
    for period, first, end, day in (
        ("2017", "2017-01-01", "2018-01-01", "2018-01-01"),
        ("2018-H1", "2018-01-01", "2018-07-01", DAY),
        ("2017-Q4", "2017-10-01", "2018-01-01", "2018-01-01"),
        ("2018-02", "2018-02-01", "2018-03-01", "2018-03-01"),
    ):
        answer = await told(asked, period=period)
        assert (answer["from"], answer["board"], answer["period"]) == ("evaluation", None, period)
        assert (answer["valid_at"], answer["log"]["id"]) == (day, LOG)
        listed = await asked.get("/v1/duties", params={"jurisdiction": "c", "valid_at": DAY, "from": first, "to": end})
        total = sum(answer["counts"].values()) + sum(answer["informing"]["counts"].values())
        assert total + answer["counted_once"]["left_out"] == listed.json()["total"]


@pytest.mark.parametrize("period", ["18", "2018-H3", "2018-Q0", "2018-13", "2018-6", "2018-06-01", "0000", ""])
async def test_what_is_no_period_is_refused(asked: httpx.AsyncClient, period: str) -> None:
    """A period of another form gets 422."""
    answer = await asked.get("/v1/duties/summary", params={"jurisdiction": "c", "period": period})
    assert answer.status_code == 422


async def test_what_is_no_dimension_is_refused(asked: httpx.AsyncClient) -> None:
    """`by` takes what there is to group by; statuses are always told apart."""
    answer = await asked.get("/v1/duties/summary", params={"jurisdiction": "c", "by": "status"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("name", "value"),
    [("system", "gansuu"), ("rule", "gansu-2017-art28-a,nosuch"), ("level", "country"), ("level", "")],
)
async def test_a_name_that_there_is_not_is_refused(asked: httpx.AsyncClient, name: str, value: str) -> None:
    """A mistyped system, rule or level does not count as nothing owed."""
    answer = await asked.get("/v1/duties/summary", params={"jurisdiction": "c", name: value})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-parameter")
    assert name in answer.json()["detail"]


async def test_items_come_in_pages(asked: httpx.AsyncClient) -> None:
    """Pages put together are the whole list."""
    whole = await told(asked)
    found: list[Any] = []
    after: str | None = "0"
    while after is not None:
        page = await told(asked, limit="7", after=after)
        found += page["items"]
        after = page["next"]
    assert found == whole["items"]
    assert len(found) > 7


async def test_the_board_answers_for_its_own_day_and_packs_alone(asked: httpx.AsyncClient, service: Service) -> None:
    """Another day, an earlier state of knowledge, some packs, or a rebuilt log are evaluated from scratch."""
    await kept(service)
    digest = service.packs["gansu"].digest
    for more in ({"valid_at": "2018-03-06"}, {"known_at": "@3"}, {"policies": digest}):
        assert (await told(asked, **more))["from"] == "evaluation", more
    assert (await told(asked, known_at=f"@{len(world())}"))["from"] == "board"
    await rebuild(service.engine, LOG)
    assert (await told(asked))["from"] == "evaluation"
    await kept(service)
    assert (await told(asked))["from"] == "board"


async def test_a_board_behind_answers_as_of_its_size(asked: httpx.AsyncClient, service: Service) -> None:
    """Where a keeper is at work, who asks for no size gets the board's; who waited for more, an evaluation."""
    await kept(service)
    before = await told(asked)
    await posted(asked, event("late", "meeting.held", meeting_id="m2", body_id="lg", held_on="2018-02-05"))
    assert (await told(asked))["from"] == "evaluation"  # no keeper: this process projects for itself
    served = Service(
        service.engine, service.appender, service.clock, service.packs, service.operator_key, service.operator_grant
    )
    headers = {"Authorization": f"Bearer {service.operator_key}"}
    transport = httpx.ASGITransport(make_app(served), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://zeren.test", headers=headers) as client:
        assert await told(client) == before
        size = before["log"]["size"]
        waited = await client.get(
            "/v1/duties/summary", params={"jurisdiction": "c", "valid_at": DAY}, headers={"Zeren-Wait": str(size)}
        )
        assert (waited.json()["from"], waited.json()["log"]["size"]) == ("evaluation", size + 1)


async def test_a_state_counts_duties(
    asked: httpx.AsyncClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By default where the board has them or places are few, with `duties=true` in any case; `own` counts alone."""

    async def state(**more: str) -> Any:
        answer = await asked.get("/v1/jurisdictions/c/state", params={"valid_at": DAY, **more})
        return answer.json().get("duties", "left out")

    few, alone = await state(), await state(scope="own")
    monkeypatch.setattr(states, "FEW", 1)
    assert await state() is None
    assert await state(scope="own") == alone
    monkeypatch.setattr(states, "FEW_BELOW", 1)
    assert await state(scope="own") is None
    assert await state(duties="false") == "left out"
    whole, own = await state(duties="true"), await state(duties="true", scope="own")
    assert whole == few == (await told(asked))["counts"]
    assert own == alone
    assert sum(own.values()) < sum(whole.values())
    await kept(service)
    assert (await state(), await state(scope="own")) == (whole, own)


async def test_the_keeper_keeps_every_log(asked: httpx.AsyncClient, service: Service) -> None:
    """A round of the keeper makes the boards of today; `/metrics` says how far they are behind."""
    await asked.get("/v1/duties", params={"jurisdiction": "c"})  # projects
    keeper = Keeper(service.engine, list(service.packs.values()), service.clock)
    assert f'zeren_board_lag{{log="{LOG}"}} {len(world())}\n' in (await asked.get("/metrics")).text
    await keeper.round()
    async with service.engine.connect() as conn:
        board = await tables.board_of(conn, LOG)
    assert board is not None
    assert (board.size, board.day) == (len(world()), today(service.clock).isoformat())
    metrics = (await asked.get("/metrics")).text
    assert f'zeren_board_lag{{log="{LOG}"}} 0\n' in metrics
    assert f'zeren_board_lag_seconds{{log="{LOG}"}} 0.000\n' in metrics


async def test_a_summary_is_for_those_granted_the_place(asked: httpx.AsyncClient, service: Service) -> None:
    """A grant for one village answers for it, and refuses the county."""
    async with granted(service, "inspector", jurisdictions=("v1",)) as narrow:
        assert (await narrow.get("/v1/duties/summary", params={"jurisdiction": "v1"})).status_code == 200
        assert (await narrow.get("/v1/duties/summary", params={"jurisdiction": "c"})).status_code == 403


@pytest.mark.parametrize("path", ["/v1/duties/summary?jurisdiction=c&", "/v1/jurisdictions/c/state?"])
async def test_what_is_to_be_proven_does_not_rest_on_the_board(
    asked: httpx.AsyncClient, service: Service, path: str
) -> None:
    """What a bundle holds is what the entries give: no board is read for it, though there is one."""
    await kept(service)
    told_of: list[dict[str, Any]] = []
    app = make_app(service)

    async def proving(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, PROVEN: True}, receive, send)

    headers = {"Authorization": f"Bearer {service.operator_key}"}
    for asked_app in (app, proving):
        transport = httpx.ASGITransport(asked_app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://zeren.test", headers=headers) as client:
            answer = await client.get(f"{path}valid_at={DAY}")
            assert answer.status_code == 200
            told_of.append(answer.json())
    if "state" in path:
        assert [one["duties"] is None for one in told_of] == [False, True]
    else:
        assert [one["from"] for one in told_of] == ["board", "evaluation"]
