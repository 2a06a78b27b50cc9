"""The tree of places and what is found by name: the topmost of each log, the paths above, the posts of people."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from service.state import Service
from tests.service.grants import granted
from tests.service.test_answers_http import to_log
from tests.service.test_walk import TREE, event, posted

pytestmark = pytest.mark.anyio


def place(one: str, code: str, level: str, **more: Any) -> dict[str, Any]:
    """The registration of a place that is called after its id."""
    names = {"jurisdiction_id": one, "code": code, "name_zh": more.pop("name", f"名{one}"), "level": level}
    return event(f"r-{one}", "jurisdiction.registered", **names, **more)


async def tops(client: httpx.AsyncClient, **query: str) -> list[str]:
    """The ids of the topmost places, page after page of one place each, as `log:id`."""
    found, after = [], ""
    while True:
        answer = await client.get("/v1/jurisdictions", params={"limit": "1", "after": after, **query})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["items"]) <= 1
        found += [f"{one['log']}:{one['id']}" for one in page["items"]]
        if page["next"] is None:
            whole = (await client.get("/v1/jurisdictions", params=query)).json()
            assert [f"{one['log']}:{one['id']}" for one in whole["items"]] == found
            return found
        after = page["next"]


async def test_the_topmost_places_are_those_under_none_on_the_day(client: httpx.AsyncClient) -> None:
    """A place is topmost while nothing above it is on record: named none, not registered, or not on record that day."""
    await to_log(
        client,
        "cn-62",
        place("p", "62", "province", effective_from="2000-01-01"),
        place("c", "6212", "city", parent_id="p"),
        place("k", "621223", "county", parent_id="elsewhere"),
        place("t", "621223100", "township", parent_id="k"),
    )
    assert await tops(client, valid_at="2018-03-05") == ["cn-62:p", "cn-62:k"]
    assert await tops(client, valid_at="1999-12-31") == ["cn-62:c", "cn-62:k"]
    ended = {"predecessor_ids": ["k"], "successor_ids": ["c"], "effective_from": "2019-01-01"}
    await to_log(client, "cn-62", event("e", "jurisdiction.restructured", **ended))
    assert await tops(client, valid_at="2018-12-31") == ["cn-62:p", "cn-62:k"]
    assert await tops(client, valid_at="2019-01-01") == ["cn-62:p", "cn-62:t"]
    assert await tops(client, valid_at="2019-01-01", known_at="@4") == ["cn-62:p", "cn-62:k"]


async def test_children_of_a_higher_level_come_first(client: httpx.AsyncClient) -> None:
    """Cities stand before the villages that hang on their province directly, whatever the codes; pages go on so."""
    villages = [place(f"v{n}", f"62000000000{n}", "village", parent_id="p") for n in range(3)]
    cities = [place("c1", "6201", "city", parent_id="p"), place("c2", "6212", "city", parent_id="p")]
    await to_log(client, "cn-62", place("p", "62", "province"), *villages, *cities)
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        page = (await client.get("/v1/jurisdictions/p/children", params={"limit": "2", "after": after})).json()
        found, after = found + [one["id"] for one in page["items"]], page["next"]
    assert found == ["c1", "c2", "v0", "v1", "v2"]
    for odd in ("x", "9:", ":", "12:6201:c1", "²:6201"):
        assert (await client.get("/v1/jurisdictions/p/children", params={"after": odd})).status_code == 200


async def test_the_topmost_places_are_told_log_by_log(client: httpx.AsyncClient) -> None:
    """Over several logs the cursor goes on in the next; one log is asked alone by its name, another is left out."""
    await to_log(client, "cn-14", place("b", "1402", "city"), place("a", "1401", "city"))
    await client.put("/v1/logs/cn-30")
    await to_log(client, "cn-62", place("a", "62", "province"))
    assert await tops(client) == ["cn-14:a", "cn-14:b", "cn-62:a"]
    assert await tops(client, log="cn-62") == ["cn-62:a"]
    assert await tops(client, log="cn-30") == []
    assert (await client.get("/v1/jurisdictions", params={"log": "cn-99"})).status_code == 404


async def test_a_narrow_key_begins_at_the_places_granted(service: Service, client: httpx.AsyncClient) -> None:
    """For a key narrowed to places the tree begins at these, those below another of them left out."""
    await posted(client, *TREE, place("t", "621223100", "township", parent_id="c"), place("q", "63", "province"))
    async with granted(service, "inspector", jurisdictions=("c", "t")) as narrow:
        assert await tops(narrow) == ["cn-62:c"]
        assert (await narrow.get("/v1/jurisdictions/c/children")).json()["items"][0]["id"] == "t"
    async with granted(service, "inspector", jurisdictions=("q",)) as narrow:
        assert await tops(narrow) == ["cn-62:q"]
    async with granted(service, "recorder") as recorder:
        assert (await recorder.get("/v1/jurisdictions")).status_code == 403


async def test_places_of_one_name_are_told_apart_by_what_is_above(client: httpx.AsyncClient) -> None:
    """What is found by name carries its path on the day; of one not on record then, that of the nearest day."""
    await to_log(
        client,
        "cn-62",
        place("p", "62", "province"),
        place("c", "621223", "county", parent_id="p", name="宕昌县"),
        place("d", "621225", "county", parent_id="p", name="西和县"),
        place("s", "621223100", "township", parent_id="c", name="城关镇"),
        place("u", "621225100", "township", parent_id="d", name="城关镇", effective_from="2010-01-01"),
        event("m", "jurisdiction.reparented", jurisdiction_id="s", new_parent_id="d", effective_from="2015-01-01"),
        event(
            "x", "jurisdiction.restructured", predecessor_ids=["u"], successor_ids=["s"], effective_from="2016-01-01"
        ),
    )

    async def found(day: str) -> dict[str, tuple[list[str], bool]]:
        answer = await client.get("/v1/jurisdictions", params={"q": "城关", "valid_at": day})
        items = answer.json()["items"]
        return {one["id"]: ([above["name"] for above in one["path"]], one["on_record"]) for one in items}

    assert await found("2014-12-31") == {"s": (["名p", "宕昌县"], True), "u": (["名p", "西和县"], True)}
    assert await found("2018-03-05") == {"s": (["名p", "西和县"], True), "u": (["名p", "西和县"], False)}
    assert await found("2005-01-01") == {"s": (["名p", "宕昌县"], True), "u": (["名p", "西和县"], False)}


async def test_people_of_one_name_are_told_apart_by_their_posts(service: Service, client: httpx.AsyncClient) -> None:
    """Who is found by name comes with unit and the posts held that day, under any id; posts elsewhere are withheld."""
    await posted(
        client,
        *TREE,
        event("7", "person.registered", person_id="y", name_zh="示例甲", unit="县农业农村局"),
        event("8", "person.registered", person_id="x2", name_zh="示例甲(别号)"),
        event("9", "person.merged", person_id="x2", into_person_id="x"),
        event(
            "10", "appointment.started", appointment_id="b", person_id="x2", post_id="s", effective_from="2012-01-01"
        ),
        event("11", "appointment.ended", appointment_id="b", effective_until="2013-01-01"),
        place("q", "63", "province"),
    )

    async def found(by: httpx.AsyncClient, day: str) -> dict[str, tuple[str | None, list[str]]]:
        items = (await by.get("/v1/persons", params={"q": "示例甲", "valid_at": day})).json()["items"]
        return {one["found_as"]: (one["unit"], [post["appointment"] for post in one["posts"]]) for one in items}

    assert await found(client, "2018-03-05") == {"x": (None, ["a"]), "x2": (None, ["a"]), "y": ("县农业农村局", [])}
    assert (await found(client, "2012-06-01"))["x2"] == (None, ["b"])
    async with granted(service, "inspector", jurisdictions=("c",)) as narrow:
        assert (await found(narrow, "2018-03-05"))["x"] == (None, ["a"])
    async with granted(service, "inspector", jurisdictions=("q",)) as elsewhere:
        assert "x" not in await found(elsewhere, "2018-03-05")
        assert "y" in await found(elsewhere, "2018-03-05")


async def test_the_sides_of_a_letter_are_named_with_what_they_are(client: httpx.AsyncClient) -> None:
    """A letter says of its counterparty and its scope what they are called and whether they are place or body."""
    await posted(client, *TREE, event("7", "body.established", body_id="o", name_zh="扶贫办", jurisdiction_id="p"))
    signed = {"signatory": {"post_id": "s"}, "signed_on": "2018-01-01", "counterparty": "o"}
    await posted(client, event("8", "responsibility-letter.signed", letter_id="l2", scope="c", **signed))
    found = (await client.get("/v1/letters/l2")).json()["letter"]
    assert (found["counterparty_name"], found["counterparty_kind"]) == ("扶贫办", "body")
    assert (found["scope_name"], found["scope_kind"]) == ("宕昌县", "jurisdiction")
    bare = (await client.get("/v1/letters/l")).json()["letter"]
    assert (bare["counterparty_name"], bare["scope_name"], bare["scope_kind"]) == (None, None, None)


@pytest.mark.parametrize(
    ("alias", "queries"),
    [
        ("老“宕昌”", ["“宕昌”", "老"]),
        ('the "old" Town', ['"OLD"', '"old" t', "THE"]),
        ("back\\slash", ["K\\S", "\\"]),
        ("100%_有", ["0%_有", "%_", "%"]),
        ("tab/é", ["TAB/É", "/"]),
    ],
)
async def test_aliases_are_found_whatever_they_hold(client: httpx.AsyncClient, alias: str, queries: list[str]) -> None:
    """A part of an alias finds the place and the person, in any case, with quotes, strokes and signs of patterns."""
    named = place("d", "621225", "county", aliases=[alias, "别名"])
    who = event("y", "person.registered", person_id="y", name_zh="乙", aliases=["别名", alias])
    await posted(client, *TREE, named, who)
    for query in queries:
        for path, one in (("jurisdictions", "d"), ("persons", "y")):
            found = (await client.get(f"/v1/{path}", params={"q": query})).json()["items"]
            assert [item["id"] for item in found] == [one], (path, query)
    for query in ("[", '", "', '名", "', "没有"):
        assert (await client.get("/v1/jurisdictions", params={"q": query})).json()["items"] == [], query
