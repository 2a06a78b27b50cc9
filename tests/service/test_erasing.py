"""Erasure: the content goes, for ever and on record; positions, proofs and all other answers stay."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events import credentials, erasing, logs
from events.clock import SystemClock
from events.credentials import Grant
from events.database import open_engine
from events.erasing import Order
from events.errors import NotErasable
from events.verify import verify
from events.verifying.lies import Lie
from projections.comparing import compare
from projections.rebuild import rebuild
from projections.runner import catch_up
from service.kinds_told import EVERY
from service.mirror.checking import check_mirror
from service.mirror.kept import Kept
from service.mirror.mirroring import mirror
from service.mirror.remote import Remote
from service.notary.signing import Desk, sign
from service.state import Service
from tests.events.signers import event
from tests.service.grants import granted
from tests.service.test_walk import BATCH

pytestmark = pytest.mark.anyio

LOG = "cn-62"
URL = f"/v1/logs/{LOG}/events"
GROUND = "个人信息保护法第四十七条"
SENT = [
    event("e0", "person.registered", person_id="x", name_zh="张三"),
    event("e1", "person.registered", person_id="y", name_zh="王五"),
    event("e2", "record.corrected", corrects_event_id="e0", corrected_payload={"person_id": "x", "name_zh": "李四"}),
    event("e3", "person.registered", person_id="z", name_zh="赵六"),
    event("e4", "record.annulled", annuls_event_id="e0"),
]


@pytest.fixture
async def erased(client: httpx.AsyncClient, service: Service, database_url: str) -> httpx.AsyncClient:
    """The log, of which the fact at position 0 is erased, with what corrects and annuls it."""
    client.headers["Accept-Language"] = "en"
    assert (await client.put(f"/v1/logs/{LOG}")).status_code == 201
    answer = await client.post(URL, content=json.dumps(SENT), headers=BATCH)
    assert answer.status_code == 200, answer.text
    await erase(service, database_url, Order(LOG, 0, GROUND, "某某法院", "2026-03-05"))
    return client


async def erase(service: Service, database_url: str, order: Order) -> None:
    """What `zeren erase` does."""
    owner = open_engine(database_url, owner=True, pool_size=1)
    await catch_up(service.engine)
    async with owner.connect() as conn:
        found = await erasing.entries_of(conn, order)
    async with service.engine.begin() as conn:
        await logs.create_service(conn, "access")
    await service.appender.append("access", erasing.records(order, found))
    async with owner.begin() as conn:
        await erasing.erase(conn, order, found, SystemClock().now())
    await owner.dispose()
    await rebuild(service.engine, order.log_id)


async def test_nothing_is_kept_of_it(erased: httpx.AsyncClient, service: Service) -> None:
    """Neither the payload table nor the projections hold a byte of what was erased, and the rest is as it was."""
    async with service.engine.connect() as conn:
        left = [row[0] for row in await conn.execute(text("SELECT position FROM payload WHERE log_id = 'cn-62'"))]
        rows = (await conn.execute(text("SELECT entity_id FROM p_person WHERE log_id = 'cn-62' ORDER BY 1"))).scalars()
        assert (left, list(rows)) == ([1, 3], ["y", "z"])
        said = (await conn.execute(text("SELECT count(*) FROM mention WHERE id = 'x'"))).scalar_one()
        assert said == 0
    assert (await erased.get("/v1/persons/y")).json()["person"]["name"] == "王五"


async def test_its_entries_say_so(erased: httpx.AsyncClient) -> None:
    """In lists and by position the entries stand with their leaves, and say on what ground their content went."""
    listed = (await erased.get(URL)).json()["items"]
    assert [item["position"] for item in listed] == [0, 1, 2, 3, 4]
    gone = {"ground": GROUND, "on": "2026-03-05"}
    assert [item.get("erased") for item in listed] == [gone, None, gone, None, gone]
    assert [item["event"] is None for item in listed] == [True, False, True, False, True]
    one = (await erased.get(f"{URL}/2")).json()
    assert (one["standing"]["status"], one["erased"], one["leaf_hash"]) == ("erased", gone, listed[2]["leaf_hash"])


async def test_a_resend_and_a_correction_are_refused(erased: httpx.AsyncClient) -> None:
    """What was erased is not taken again (409), and cannot be corrected (422)."""
    headers = {"Content-Type": "application/cloudevents+json"}
    again = await erased.post(URL, content=json.dumps(SENT[0]), headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "erased"), again.text
    assert GROUND in again.json()["detail"]
    late = event("e9", "record.annulled", annuls_event_id="e0")
    refused = await erased.post(URL, content=json.dumps(late), headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "target-unknown"), refused.text
    assert "erased" in refused.json()["detail"]


async def test_the_log_still_verifies(erased: httpx.AsyncClient, service: Service, tmp_path: Path) -> None:
    """Tree, counters and projections hold; a mirror takes the log as it is; the record of the erasure is compared."""
    async with service.engine.connect() as conn:
        assert (await verify(conn, LOG)).lie is None
        assert (await verify(conn, "access")).lie is None
        log = await logs.get(conn, LOG)
    assert await compare(service.engine, LOG) is None
    await sign(Desk(service.engine, tmp_path / "notary", SystemClock()), log)
    kept = Kept(tmp_path / "mirror", LOG)
    await mirror(kept, Remote(erased, LOG), None)
    found = check_mirror(kept, None)
    described = (await erased.get(f"/v1/logs/{LOG}")).json()
    assert (found["verified"], found["digest"]) == (True, described["projected"]["digest"]), found


CHANGED = [
    "UPDATE erasure SET ground = ground || 'x' WHERE position = 2",
    "UPDATE erasure SET ordered_by = NULL WHERE position = 2",
    "UPDATE erasure SET erased_on = '2026-03-06' WHERE position = 2",
]


@pytest.mark.parametrize("statement", CHANGED)
async def test_another_ground_is_a_lie(
    erased: httpx.AsyncClient, service: Service, database_url: str, statement: str
) -> None:
    """An erasure that says something else than the log `access` is named."""
    assert (await lie_after(service.engine, database_url, statement)).position == 2


async def test_a_payload_that_only_went_is_a_lie(
    erased: httpx.AsyncClient, service: Service, database_url: str
) -> None:
    """A payload deleted without an order, and one that is there in spite of an order, are named."""
    assert (await lie_after(service.engine, database_url, "DELETE FROM payload WHERE position = 3")).position == 3
    named = (
        "INSERT INTO erasure SELECT log_id, 1, ground, ordered_by, erased_on, recorded_at, named FROM erasure LIMIT 1"
    )
    assert (await lie_after(service.engine, database_url, named)).position == 1


async def lie_after(engine: AsyncEngine, database_url: str, statement: str) -> Lie:
    """What a verification finds after a statement, with triggers off."""
    owner = open_engine(database_url, owner=True, pool_size=1)
    async with owner.begin() as conn:
        await conn.execute(text("SET LOCAL session_replication_role = replica"))
        await conn.execute(text(statement))
    await owner.dispose()
    async with engine.connect() as conn:
        lie = (await verify(conn, LOG)).lie
    assert lie is not None
    return lie


@pytest.mark.parametrize(("position", "why"), [(2, "erase that"), (9, "no such entry")])
async def test_what_cannot_be_erased(
    client: httpx.AsyncClient, service: Service, database_url: str, position: int, why: str
) -> None:
    """A correction goes with its fact alone, and what is not there cannot go."""
    await client.put(f"/v1/logs/{LOG}")
    await client.post(URL, content=json.dumps(SENT), headers=BATCH)
    with pytest.raises(NotErasable, match=why):
        await erase(service, database_url, Order(LOG, position, GROUND, None, "2026-03-05"))


async def test_the_service_cannot_delete(erased: httpx.AsyncClient, service: Service) -> None:
    """The service's own role may neither name an erasure nor delete a payload."""
    for statement in ("DELETE FROM payload WHERE position = 1", "DELETE FROM erasure"):
        with pytest.raises(Exception, match=r"permission denied|append-only"):
            async with service.engine.begin() as conn:
                await conn.execute(text(statement))


async def test_answers_say_what_was_erased(erased: httpx.AsyncClient, service: Service, database_url: str) -> None:
    """An answer about something of which a part was erased names it and the ground; where nothing is left it is 410."""
    gone = await erased.get("/v1/persons/x")
    assert (gone.status_code, gone.json()["code"]) == (410, "gone"), gone.text
    assert GROUND in gone.json()["detail"]
    assert (await erased.get("/v1/persons/nobody")).status_code == 404
    assert "erased" not in (await erased.get("/v1/persons/y")).json()
    more = [
        event("j", "jurisdiction.registered", jurisdiction_id="j", code="620000", name_zh="示例省", level="province"),
        event("s", "post.established", post_id="s", title_zh="省长", jurisdiction_id="j"),
        event("a", "appointment.started", appointment_id="a", person_id="y", post_id="s", effective_from="2016"),
    ]
    assert (await erased.post(URL, content=json.dumps(more), headers=BATCH)).status_code == 200
    before = (await erased.get("/v1/jurisdictions/j/responsibility?valid_at=2017-01-01")).json()
    assert "erased" not in before
    await erase(service, database_url, Order(LOG, 7, "另一决定", None, "2026-03-06"))
    answer = (await erased.get("/v1/jurisdictions/j/responsibility?valid_at=2017-01-01")).json()
    assert answer["erased"] == [{"position": 7, "ground": "另一决定", "erased_on": "2026-03-06"}]
    assert answer["chain"][0]["posts"][0]["holders"] == []
    assert (await erased.get("/v1/persons/y")).json()["erased"][0]["position"] == 7
    await erase(service, database_url, Order(LOG, 6, "另一决定", None, "2026-03-06"))
    for known_at, positions in (("@8", [6]), ("@6", None)):
        asked = f"jurisdiction=j&valid_at=2017-01-01&known_at={known_at}"
        for path in ("duties", "duties/summary"):
            told = (await erased.get(f"/v1/{path}?{asked}")).json().get("erased")
            assert (told and [one["position"] for one in told]) == positions, (path, known_at)


async def test_every_answer_about_what_was_erased_says_so(erased: httpx.AsyncClient) -> None:
    """Flags, duties, registers and the responsible of an entry say of it what the page of the person says."""
    gone = {"position": 0, "ground": GROUND, "erased_on": "2026-03-05"}
    of_log = f"log={LOG}"
    about = ("flags?person=x", f"flags?person=x&{of_log}", "duties?person=x", f"duties?person=x&{of_log}")
    for path in (*about, f"persons/x?{of_log}", "persons/x/responsibility"):
        answer = await erased.get(f"/v1/{path}")
        assert (answer.status_code, answer.json()["code"]) == (410, "gone"), f"{path}: {answer.text}"
        assert GROUND in answer.json()["detail"]
    for path in ("letters?person=x", "rectifications?person=x", f"letters?person=x&{of_log}"):
        told = (await erased.get(f"/v1/{path}")).json()
        assert (told["items"], told["erased"][0]) == ([], {"log": LOG, **gone}), path
    for position in (0, 2, 4):
        answer = await erased.get(f"{URL}/{position}/responsible")
        assert (answer.status_code, answer.json()["code"]) == (410, "gone"), answer.text
        assert GROUND in answer.json()["detail"]
        assert f"{LOG}/{position}" in answer.json()["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "flags?person=nobody&log=cn-62",
        "persons/x?log=cn-99",
        "persons/x?known_at=@0",
        "persons/x?known_at=2016-01-01",
        "persons/x/responsibility?known_at=@0&log=cn-62",
        "flags?person=x&known_at=@0",
        "logs/cn-62/events/2/responsible?known_at=@2",
        "persons/x?policies=none",
        "logs/cn-62/events/9/responsible",
        "logs/cn-62/events/9999999999999999999/responsible",
    ],
)
async def test_what_is_unknown_is_not_gone(erased: httpx.AsyncClient, path: str) -> None:
    """A name, log, pack or position that is not there, or was not as of then, is said to be unknown, as ever."""
    answer = await erased.get(f"/v1/{path}")
    assert answer.status_code in (404, 422), answer.text


async def test_what_names_nothing_erased_says_nothing(erased: httpx.AsyncClient) -> None:
    """Answers about others have no `erased`."""
    for path in ("flags?person=y", "duties?person=y", "letters?person=y", "persons/y"):
        answer = await erased.get(f"/v1/{path}")
        assert answer.status_code == 200, answer.text
        assert "erased" not in answer.json(), path


async def test_an_erasure_is_told_to_those_who_see_the_log(erased: httpx.AsyncClient, service: Service) -> None:
    """To whom a log is closed, what was erased from it is as unknown as the rest."""
    await erased.put("/v1/logs/cn-63")
    async with service.engine.begin() as conn:
        _, key = await credentials.make(conn, "x", Grant(roles=("inspector",), logs=("cn-63",)))
    answer = await erased.get("/v1/persons/x", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 404, answer.text


async def test_an_erasure_is_told_to_those_who_may_read_its_kind(
    erased: httpx.AsyncClient, service: Service, database_url: str
) -> None:
    """A key that is narrowed to other kinds learns neither that there was such an entry nor why it went."""
    more = [
        event("n", "sanction.imposed", sanction_id="n", subject="v", imposed_on="2020-06-01"),
        event("k", "accountability-case.opened", case_id="k", subject_persons=["y", "w"], opened_on="2020-06-01"),
        event("m", "person.registered", person_id="w", name_zh="孙七"),
    ]
    assert (await erased.post(URL, content=json.dumps(more), headers=BATCH)).status_code == 200
    for position in (5, 6, 7):
        await erase(service, database_url, Order(LOG, position, f"决定{position}号", None, "2026-03-06"))
    kinds = sorted(EVERY - {"sanction.imposed", "accountability-case.opened"})
    async with granted(service, "inspector", kinds=kinds) as narrow:
        for path in ("persons/y/timeline", "persons/y", "letters?person=y"):
            assert "erased" in (await erased.get(f"/v1/{path}")).json(), path
            assert "erased" not in (await narrow.get(f"/v1/{path}")).json(), path
        for path, whole, less in (("persons/v", 410, 404), ("persons/w", 410, 410), (f"logs/{LOG}/events/5", 200, 403)):
            told = [(await client.get(f"/v1/{path}")).status_code for client in (erased, narrow)]
            assert told == [whole, less], path
        assert [(await client.get(f"{URL}/5/responsible")).status_code for client in (erased, narrow)] == [410, 404]
        assert "决定7号" in (await narrow.get("/v1/persons/w")).json()["detail"]
