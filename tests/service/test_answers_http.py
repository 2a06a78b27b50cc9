"""What every answer has in common: the two times, waiting, logs, packs, pages, and how wrong questions are told."""

from __future__ import annotations

import json
import time
from datetime import UTC, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from events.clock import SHANGHAI, read_stamp
from service import waiting
from service.state import Service
from tests.service.grants import granted
from tests.service.test_walk import BATCH, TREE, event, posted

pytestmark = pytest.mark.anyio

CHAIN = "/v1/jurisdictions/c/responsibility"
DAY = {"valid_at": "2018-03-05"}
WAIT_SECONDS = waiting.WAIT_SECONDS
"""As the service waits, whatever the tests make of it."""


@pytest.fixture
async def asked(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client of the log cn-62: six entries of one append, then the annulment of the appointment."""
    await posted(client, *TREE)
    await posted(client, event("7", "record.annulled", annuls_event_id="5"))
    return client


async def to_log(client: httpx.AsyncClient, log_id: str, *events: dict[str, Any]) -> None:
    """Post a batch to a log, which is made where it is missing."""
    await client.put(f"/v1/logs/{log_id}")
    answer = await client.post(f"/v1/logs/{log_id}/events", content=json.dumps(events), headers=BATCH)
    assert answer.status_code == 200, answer.text


async def recorded(client: httpx.AsyncClient, position: int) -> str:
    """When an entry was recorded."""
    return str((await client.get(f"/v1/logs/cn-62/events/{position}")).json()["recorded_at"])


async def status_of(client: httpx.AsyncClient, known_at: str | None = None, **query: str) -> Any:
    """How the county's post stood, with the size and the instant that the answer names."""
    given = {**DAY, **query} | ({} if known_at is None else {"known_at": known_at})
    answer = await client.get(CHAIN, params=given)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return body["chain"][-1]["posts"][0]["status"], body["log"]["size"], body["known_at"]


async def test_known_at_is_an_instant_a_day_or_a_size(asked: httpx.AsyncClient) -> None:
    """Each form of `known_at` resolves to a number of entries; later than the head is the head's own instant."""
    first, last = await recorded(asked, 5), await recorded(asked, 6)
    assert await status_of(asked) == ("vacant", 7, last)
    assert await status_of(asked, first) == ("held", 6, first)
    between = read_stamp(last) - timedelta(microseconds=1)
    assert await status_of(asked, between.isoformat().replace("+00:00", "Z")) == (
        "held", 6, between.isoformat(timespec="microseconds").replace("+00:00", "Z"),
    )  # fmt: skip
    assert await status_of(asked, "@6") == ("held", 6, first)
    assert await status_of(asked, "@7") == ("vacant", 7, last)
    in_shanghai = read_stamp(last).astimezone(SHANGHAI)
    assert await status_of(asked, in_shanghai.isoformat()) == ("vacant", 7, last)
    assert await status_of(asked, in_shanghai.date().isoformat()) == ("vacant", 7, last)
    for later in ("2999-01-01", "9999-12-31", "2999-01-01T00:00:00+08:00"):
        assert await status_of(asked, later) == ("vacant", 7, last)


async def test_before_the_first_entry_nothing_is_known(asked: httpx.AsyncClient) -> None:
    """An instant before the first entry knows no place (404), and a list over it is empty."""
    for early in ("2000-01-01", "0001-01-01", "1970-01-01T00:00:00Z", "@0"):
        answer = await asked.get(CHAIN, params={"known_at": early})
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found"), early
        letters = (await asked.get("/v1/letters", params={"person": "x", "known_at": early, "log": "cn-62"})).json()
        assert (letters["items"], letters["logs"][0]["log"]["size"]) == ([], 0)


async def test_times_that_are_none_are_refused(asked: httpx.AsyncClient) -> None:
    """A `known_at` or a day without its form is 422 and says what was expected; so is a size beyond the head."""
    for known_at in ("@8", "@", "@-1", "@1e3", "@" + "9" * 16, "yesterday", "2018-02-30", "2018-1-1", "2018", "", " ",
                     "2018-01-01T00:00:00", "2018-01-01T24:00:01Z", "2018-01-01T00:00:60Z", "0001-01-01T00:00:00+08:00",
                     "２０１８-01-01"):  # fmt: skip
        answer = await asked.get(CHAIN, params={"known_at": known_at})
        assert (answer.status_code, answer.json()["code"]) == (422, "bad-parameter"), known_at
    for name in ("valid_at", "from", "to"):
        for day in ("2018-02-30", "2018-02", "2018", "today", "", "2018-02-01T00:00:00Z", "02018-01-01"):
            path = "/v1/jurisdictions/c/timeline" if name != "valid_at" else CHAIN
            answer = await asked.get(path, params={name: day}, headers={"Accept-Language": "zh"})
            assert (answer.status_code, answer.json()["title"]) == (422, "参数无效"), (name, day)
    for day in ("0001-01-01", "9999-12-31"):
        assert (await asked.get(CHAIN, params={"valid_at": day})).status_code == 200
        assert (await asked.get("/v1/posts/s/holders", params={"valid_at": day})).status_code == 200


async def test_without_valid_at_the_day_is_today_in_shanghai(asked: httpx.AsyncClient, service: Service) -> None:
    """The day of an answer is today's in Asia/Shanghai unless one is given."""
    body = (await asked.get(CHAIN)).json()
    assert body["valid_at"] == service.clock.now().astimezone(SHANGHAI).date().isoformat()


async def test_waiting_for_a_position(client: httpx.AsyncClient) -> None:
    """`Zeren-Wait` takes a position, log=position, or a list of them; anything else is 422, and an unknown log 404."""
    await to_log(client, "cn-14", event("1", "person.registered", person_id="y", name_zh="甲"))
    await posted(client, *TREE)
    for wait in ("5", "cn-62=5", "cn-62=5, cn-14=0", "cn-14=0,cn-62=0", "0"):
        answer = await client.get(CHAIN, headers={"Zeren-Wait": wait})
        assert (answer.status_code, answer.json()["log"]["size"]) == (200, 6), wait
    for wait in ("x", "-1", "cn-62", "cn-62=", "=5", "5;6", "5,", "cn_62=5", "1.5", "9" * 16):
        answer = await client.get(CHAIN, headers={"Zeren-Wait": wait})
        assert (answer.status_code, answer.json()["code"]) == (422, "bad-parameter"), wait
    assert (await client.get(CHAIN, headers={"Zeren-Wait": "cn-99=1"})).status_code == 404


async def test_waiting_beyond_the_head_ends(asked: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A position that nobody appends is 503 with Retry-After once its time is over, which is five seconds."""
    assert WAIT_SECONDS == 5.0
    monkeypatch.setattr(waiting, "WAIT_SECONDS", 0.5)
    began = time.monotonic()
    answer = await asked.get(CHAIN, params={"log": "cn-62"}, headers={"Zeren-Wait": "7"})
    assert (answer.status_code, answer.json()["code"]) == (503, "not-yet-projected")
    assert time.monotonic() - began >= 0.5
    assert answer.headers["retry-after"] == "1"


async def test_an_answer_never_claims_more_than_it_read(
    asked: httpx.AsyncClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entries that arrive while a question waits are not in the size it names unless they are in its rows."""
    arrived = False

    async def overtaken(*arguments: Any, **named: Any) -> int:
        nonlocal arrived
        needed = await waiting.needed_size(*arguments, **named)
        if not arrived:
            arrived = True
            await posted(asked, event("8", "record.annulled", annuls_event_id="7"))
        return needed

    monkeypatch.setattr("service.asking.needed_size", overtaken)
    tomorrow = (service.clock.now() + timedelta(days=1)).astimezone(UTC).isoformat()
    assert await status_of(asked, tomorrow) == ("vacant", 7, await recorded(asked, 6))
    assert arrived


async def test_an_id_in_two_logs_must_be_told_apart(asked: httpx.AsyncClient) -> None:
    """An id or code on record in several logs is 409 with candidates; `?log=` chooses one."""
    await to_log(asked, "cn-14", *TREE)
    for path in (
        "/v1/jurisdictions/c",
        "/v1/jurisdictions/621223",
        "/v1/persons/x",
        "/v1/posts/s/holders",
        "/v1/letters/l",
    ):
        answer = await asked.get(path)
        assert (answer.status_code, answer.json()["code"]) == (409, "ambiguous"), path
        assert [candidate["log"] for candidate in answer.json()["candidates"]] == ["cn-14", "cn-62"]
        assert (await asked.get(path, params={"log": "cn-14"})).json()["log"]["id"] == "cn-14"
    assert (await asked.get("/v1/jurisdictions/c", params={"log": "cn-99"})).status_code == 404
    assert (await asked.get("/v1/jurisdictions/c", params={"log": "no log"})).status_code == 422


async def test_a_place_is_found_by_id_by_code_and_by_former_code(asked: httpx.AsyncClient) -> None:
    """A code of two digits is read as six; a code no longer in force leads to the only place that bore it."""
    renamed = {"new_code": "621299", "new_name_zh": "新宕昌县", "effective_from": "2019-01-01"}
    await posted(asked, event("8", "jurisdiction.renamed", jurisdiction_id="c", **renamed))
    for ref, day, how, name in (
        ("c", "2018-01-01", "id", "宕昌县"), ("62", "2018-01-01", "code", "甘肃省"),
        ("620000", "2018-01-01", "code", "甘肃省"), ("621223", "2018-01-01", "code", "宕昌县"),
        ("621223", "2020-01-01", "former-code", "新宕昌县"),
        ("621299", "2020-01-01", "code", "新宕昌县"), ("621299", "2018-01-01", "former-code", "宕昌县"),
    ):  # fmt: skip
        body = (await asked.get(f"/v1/jurisdictions/{ref}", params={"valid_at": day})).json()
        assert (body["resolved_by"], body["jurisdiction"]["name"]) == (how, name), (ref, day)
    for ref in ("63", "621224", "d", "6212231", "%E5%AE%95%E6%98%8C"):
        assert (await asked.get(f"/v1/jurisdictions/{ref}")).status_code == 404, ref


async def test_packs_are_chosen_by_digest(asked: httpx.AsyncClient, service: Service) -> None:
    """`policies=` answers under the packs named alone; a digest that no pack has is 404."""
    gansu, central = service.packs["gansu"].digest, service.packs["central-2016"].digest
    for digests, systems in ((gansu, ["gansu"]), (f"{central}, {gansu}", ["central-2016", "gansu"])):
        body = (await asked.get(CHAIN, params={**DAY, "policies": digests})).json()
        assert [pack["system"] for pack in body["policies"]] == systems
        named = {role["system"] for role in body["chain"][1]["posts"][0]["responsibilities"]}
        assert named
        assert named <= set(systems)
    for digests in ("", "0" * 64, f"{gansu},", "gansu"):
        answer = await asked.get(CHAIN, params={"policies": digests})
        assert (answer.status_code, answer.json()["code"]) == (404, "policy-unknown")


def people(log_id: str, count: int) -> list[dict[str, Any]]:
    """People of one log, who all bear the same surname, each with a letter."""
    events = []
    for n in range(count):
        one = f"{log_id}-{n}"
        events.append(event(f"p{n}", "person.registered", person_id=one, name_zh=f"欧阳{n}"))
        signed = {"signatory": {"person_id": one}, "signed_on": "2017", "document_number": "责〔2017〕1号"}
        events.append(event(f"l{n}", "responsibility-letter.signed", letter_id=f"letter-{one}", **signed))
    return events


async def test_lists_over_several_logs_page_without_loss_or_repeats(client: httpx.AsyncClient) -> None:
    """Searches and registers over several logs name the logs, and their pages together are everything once."""
    counts = {"cn": 2, "cn-62": 3, "cn1": 1, "cn2": 2}
    for log_id, count in counts.items():
        await to_log(client, log_id, *people(log_id, count))
    for path, query in (("/v1/persons", {"q": "欧阳"}), ("/v1/letters", {"number": "责[2017]1号"})):
        for limit in (1, 2, 3, 5, 8, 100):
            seen: list[str] = []
            after = ""
            for _ in range(9):
                body = (await client.get(path, params={**query, "limit": limit, "after": after})).json()
                assert sorted(ground["log"]["id"] for ground in body["logs"]) == sorted(counts)
                assert len(body["items"]) <= limit
                seen += [item["id"] for item in body["items"]]
                if body["next"] is None:
                    break
                after = body["next"]
            assert len(seen) == len(set(seen)) == 8, (path, limit, seen)
    assert len((await client.get("/v1/persons", params={"q": "欧阳", "log": "cn"})).json()["items"]) == 2
    for query in ({"q": " "}, {"q": "欧阳", "known_at": "@1"}, {"q": "欧阳", "limit": "0"}, {}):
        assert (await client.get("/v1/persons", params=query)).status_code == 422, query


async def test_what_is_searched_for_is_taken_literally(asked: httpx.AsyncClient) -> None:
    """Wildcards and backslashes in a search are text."""
    for literal in ("%", "_", "\\", "宕_县", "'"):
        assert (await asked.get("/v1/jurisdictions", params={"q": literal})).json()["items"] == [], literal
    assert len((await asked.get("/v1/jurisdictions", params={"q": "昌"})).json()["items"]) == 1


async def test_changes_between_two_states_and_between_two_days(asked: httpx.AsyncClient) -> None:
    """Changes tell what differs and by which events, for two sizes and for two days; one of the two must be given."""
    url = "/v1/jurisdictions/c/changes"
    for query in ({"compared_to": "@6"}, {"known_at": "@6", "compared_to": "@7"}):
        body = (await asked.get(url, params={**DAY, **query})).json()
        found = {(d["kind"], d["field"]): (d["before"], d["after"]) for d in body["differences"]}
        assert found["post", "status"] == ("held", "vacant")
        assert [behind["position"] for behind in body["events"]] == [6]
        assert (body["before"]["log"]["size"], body["after"]["log"]["size"]) == (6, 7)
    days = {"known_at": "@6", "valid_at": "2018-03-05", "compared_valid_at": "2015-01-01"}
    body = (await asked.get(url, params=days)).json()
    assert (body["before"]["valid_at"], body["after"]["valid_at"]) == ("2015-01-01", "2018-03-05")
    found = {(d["kind"], d["field"]): (d["before"], d["after"]) for d in body["differences"]}
    assert found["post", "status"] == ("vacant", "held")
    assert 4 in [behind["position"] for behind in body["events"]]
    for query in ({}, {"compared_to": "@6", "compared_valid_at": "2018-01-01"}, {"compared_to": "x"},
                  {"compared_valid_at": "2018"}, {"compared_to": "@8"}):  # fmt: skip
        assert (await asked.get(url, params=query)).status_code == 422, query
    for query in ({"compared_to": "2018-3-5"}, {"compared_to": "@8"}):
        assert "parameter compared_to has the value" in (await asked.get(url, params=query)).json()["detail"]
    wrong = {"known_at": "@8", "compared_to": "@6"}
    assert "parameter known_at has the value @8" in (await asked.get(url, params=wrong)).json()["detail"]


async def test_changes_of_a_place_whose_registration_is_annulled(client: httpx.AsyncClient, service: Service) -> None:
    """Its chain goes from there to gone, whichever state is named first; a grant that does not reach it is refused."""
    await posted(client, *TREE, event("gone", "record.annulled", annuls_event_id="2", reason="误录"))
    size = len(TREE) + 1
    for ref in ("c", "621223"):
        for one, other in ((size, size - 1), (size - 1, size)):
            asked = {**DAY, "known_at": f"@{one}", "compared_to": f"@{other}"}
            body = (await client.get(f"/v1/jurisdictions/{ref}/changes", params=asked)).json()
            found = {(d["kind"], d["field"]): (d["before"], d["after"]) for d in body["differences"]}
            assert found["chain", "jurisdictions"] == (["p", "c"], [])
            assert body["jurisdiction"]["id"] == "c"
            assert [behind["position"] for behind in body["events"]] == [size - 1]
    async with granted(service, "inspector", jurisdictions=("elsewhere",)) as narrow:
        assert (await narrow.get("/v1/jurisdictions/c/changes", params=asked)).status_code == 403
    unknown = {**DAY, "known_at": "@1", "compared_to": "@0"}
    assert (await client.get("/v1/jurisdictions/c/changes", params=unknown)).status_code == 404


async def test_paths_and_methods_that_are_not_there(asked: httpx.AsyncClient) -> None:
    """Unknown paths are 404 and unknown methods 405, as problems in the language asked for."""
    for method, path, status in (
        ("GET", "/v1/nothing", 404), ("GET", "/nothing", 404), ("GET", "/v1/jurisdictions/c/nothing", 404),
        ("GET", "/v1/jurisdictions/a%2Fb", 404), ("DELETE", "/v1/logs/cn-62", 405), ("POST", "/v1/logs", 405),
        ("PATCH", "/v1/logs/cn-62/events/0", 405), ("GET", "/v1/kinds/no.kind", 404), ("GET", "/v1/policies/none", 404),
    ):  # fmt: skip
        answer = await asked.request(method, path, headers={"Accept-Language": "zh-CN"})
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), path
        assert answer.json()["status"] == status
        assert answer.json()["title"] in ("没有此路径", "未找到", "不支持此方法")
        assert ("allow" in answer.headers) == (status == 405)


async def test_control_characters_in_a_url_are_refused(asked: httpx.AsyncClient) -> None:
    """Control characters in a path or query are 422, however they are written."""
    for path in (
        "/v1/jurisdictions/%00", "/v1/persons/a%0Ab", "/v1/persons?q=%00", "/v1/persons?q=a%1fb", "/v1/logs/%7F",
        "/v1/jurisdictions/c?known_at=%0d", "/v1/letters?%00=1&number=1", "/v1/jurisdictions/%C2%85",
        "/v1/persons?q=%c2%9F",
    ):  # fmt: skip
        answer = await asked.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), path


async def test_a_body_that_no_answer_can_hold_is_told_all_the_same(client: httpx.AsyncClient) -> None:
    """A request to make a log with lone surrogates, other types or no JSON is 4xx and never a failure of ours."""
    nested = b'{"name": ' + b"[" * 5000 + b"]" * 5000 + b"}"
    for body in (
        b'{"name": "\\ud800"}', b'{"origin": "a\\udc00"}', b'{"\\ud800": 1}', b'{"name": [[1]]}',
        b"[]", b"{", b"\xff", nested,
    ):  # fmt: skip
        answer = await client.put("/v1/logs/cn-62", content=body, headers={"Content-Type": "application/json"})
        assert 400 <= answer.status_code < 500, (body[:20], answer.text)
        assert answer.headers["content-type"] == "application/problem+json"


async def test_an_answer_from_stopped_projections_says_so(asked: httpx.AsyncClient, service: Service) -> None:
    """Where a projection has stopped on a bug, every answer and the log's own description name it as stale."""
    assert "stale" not in (await asked.get(CHAIN)).json()
    async with service.engine.begin() as conn:
        await conn.execute(
            text("""UPDATE projection_state SET failures = '{"letter": "l at position 5: KeyError()"}'""")
        )
    for path in (CHAIN, "/v1/jurisdictions/c", "/v1/persons/x", "/v1/posts/s/holders", "/v1/jurisdictions/c/timeline"):
        assert (await asked.get(path)).json()["stale"] == ["letter"], path
    assert (await asked.get("/v1/letters?person=x")).json()["logs"][0]["stale"] == ["letter"]
    assert (await asked.get("/v1/logs/cn-62")).json()["projected"]["stale"] == ["letter"]
