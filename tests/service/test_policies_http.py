"""`/v1/policies` with rules and coverage; superseded packs; a start that is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from projections.duties import accepting
from projections.duties.accepting import usable
from projections.policies import shelf
from projections.policies.pack import Pack, load, load_all, read
from service import asking
from service.app import make_app
from service.state import Service
from service.wiring import NotReadyError, packs_of
from tests.projections.written import RULE, Change, Document, both, rule, written
from tests.service.test_walk import TREE, event, posted

pytestmark = pytest.mark.anyio


async def test_the_list_says_how_many_duties_events_decide(client: httpx.AsyncClient) -> None:
    """Each pack has its coverage, and they add up to that of all."""
    found = (await client.get("/v1/policies")).json()
    assert found["coverage"]["yes"] == [334, 334]
    for name, pair in found["coverage"].items():
        real = [one for one in found["items"] if not one["invented"]]
        assert pair == [sum(one["coverage"][name][n] for one in real) for n in (0, 1)]


async def test_a_pack_shows_its_rules_and_what_it_leaves_undecided(client: httpx.AsyncClient) -> None:
    """Every row of the system is a rule, with article, quote, evaluator and readings, or has a reason why not."""
    found = (await client.get("/v1/policies/wuyi")).json()
    rules = {one["id"]: one for one in found["rules"]}
    share = rules["wuyi-2017-s1a-04-b"]
    assert (share["evaluator"], share["params"]["floor"], share["force"]) == ("money-share", "0.01", "draft")
    assert share["readings"][0]["others"] == ["general-public-budget-revenue"]
    assert share["quote"] == "县本级专项扶贫投入要达到县本级公共财政预算收入1%以上"
    assert share["examples"] >= 4
    assert all(one["reason"] and one["id"] not in rules for one in found["not_decided"])
    total = sum(pair[1] for name, pair in found["coverage"].items() if name != "not_decided")
    assert len(rules) + len(found["not_decided"]) == total == 183
    assert len(found["items"]) == found["roles"]


async def test_every_pack_can_be_shown(client: httpx.AsyncClient) -> None:
    """What narrows a rule (levels, codes, titles) is told as text, in one order."""
    for system in load_all():
        answer = await client.get(f"/v1/policies/{system}")
        assert answer.status_code == 200, system
        for one in answer.json()["rules"]:
            assert all(values == sorted(values) for values in one["only"].values())


async def test_an_answer_can_be_had_under_a_superseded_pack(
    client: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The digest of an old version answers under it; it is read only when no current pack has the digest."""
    old = written(tmp_path / shelf.SUPERSEDED, lambda document: document["place"].update(codes=["620000"]), "old.yaml")
    digest = load(old.read_text(encoding="utf-8")).digest
    asked: list[str] = []

    def superseded() -> dict[str, Pack]:
        asked.append("read")
        return shelf.read_superseded(tmp_path)

    monkeypatch.setattr(asking, "superseded", superseded)
    await posted(client, *TREE)
    path, day = "/v1/jurisdictions/c/responsibility", "2018-06-30"
    wait = {"Zeren-Wait": "cn-62=5"}
    current = load_all()["gansu"].digest
    answer = await client.get(path, params={"valid_at": day, "policies": current}, headers=wait)
    assert (answer.status_code, asked) == (200, [])
    answer = await client.get(path, params={"valid_at": day, "policies": f"{current},{digest}"}, headers=wait)
    assert {one["system"]: one["digest"] for one in answer.json()["policies"]} == {"gansu": current, "rivers": digest}
    unknown = await client.get(path, params={"policies": "0" * 64}, headers=wait)
    assert unknown.status_code == 404


def earlier(document: Document) -> None:
    """The text of the river chiefs that ended on 1 March 2019, for places under 620000."""
    document["place"].update(codes=["620000"])
    document["instrument"].update(effective_from="2017-01-01", effective_until="2019-03-01", title="旧办法")


def amended(document: Document) -> None:
    """The text that followed it: another word for the chief, two patrols a year, ids of its own."""
    document["place"].update(codes=["620000"])
    document["instrument"].update(effective_from="2019-03-01", effective_until=None, title="新办法")
    document["roles"][0].update(role="总河长")
    document["rules"][0].update(id="rivers-2019-art2", params={**RULE["params"], "at_least": 2}, readings=[])
    document["rules"][0]["examples"][0]["on"] = {"2019-12-31": "gap"}
    document["not_decided"] = []


async def test_an_amended_instrument_leaves_the_days_before_it_as_they_were(
    service: Service, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    """Each text answers for the days on which it was in force, without being named; the newest is shown, any can be."""
    written(tmp_path, earlier, "rivers-until-2019-03-01.yaml")
    written(tmp_path, amended)
    packs = read(tmp_path)
    assert list(packs) == ["rivers-until-2019-03-01", "rivers"]
    old, new = packs.values()
    client._transport = httpx.ASGITransport(make_app(replace(service, packs=packs)))
    chief = event("r1", "post.established", post_id="h", title_zh="县级河长", jurisdiction_id="c")
    await posted(client, *TREE, chief)
    wait = {"Zeren-Wait": "cn-62=6"}

    async def on(day: str, **asked: str) -> tuple[list[str], list[tuple[str, str]]]:
        params = {"valid_at": day, **asked}
        chain = (await client.get("/v1/jurisdictions/c/responsibility", params=params, headers=wait)).json()["chain"]
        (post,) = [one for one in chain[-1]["posts"] if one["post"]["id"] == "h"]
        duties = (await client.get("/v1/duties", params={"jurisdiction": "c", **params}, headers=wait)).json()["items"]
        return [one["role"] for one in post["responsibilities"]], [(one["rule"], one["policy"]) for one in duties]

    before = await on("2019-02-28")
    assert before == (["河长"], [("rivers-art2", old.digest)])
    assert await on("2019-03-01") == (["总河长"], [("rivers-2019-art2", new.digest)])
    assert await on("2019-02-28", policies=old.digest) == before
    assert await on("2019-02-28", policies=new.digest) == ([], [])
    span = {"jurisdiction": "c", "from": "2018-01-01", "to": "2020-01-01", "valid_at": "2020-01-01"}
    both_texts = (await client.get("/v1/duties", params=span)).json()["items"]
    assert [(one["rule"], one["window"]["from"]) for one in both_texts] == [
        ("rivers-art2", "2018-01-01"), ("rivers-art2", "2019-01-01"), ("rivers-2019-art2", "2019-01-01"),
    ]  # fmt: skip
    until = {**span, "to": "2019-03-01"}
    of_days = (await client.get("/v1/duties", params=until)).json()["items"]
    assert {one["policy"] for one in of_days} == {old.digest}, "what begins on the day after the span is not of it"
    shown = (await client.get("/v1/policies/rivers")).json()
    assert (shown["title"], shown["digest"]) == ("新办法", new.digest)
    told = [(one["digest"], one["effective_until"], one["in_use"]) for one in shown["versions"]]
    assert told == [(new.digest, None, True), (old.digest, "2019-03-01", True)]
    listed = (await client.get("/v1/policies")).json()["items"]
    assert [one["digest"] for one in listed] == [old.digest, new.digest]
    shown = (await client.get("/v1/policies/rivers", params={"policies": old.digest})).json()
    assert (shown["title"], [one["id"] for one in shown["rules"]]) == ("旧办法", ["rivers-art2"])


async def test_a_pack_is_shown_by_any_digest_that_is_kept(client: httpx.AsyncClient) -> None:
    """A superseded version of a system is listed and shown; a digest that no pack has is 404, as everywhere."""
    shown = (await client.get("/v1/policies/gansu")).json()
    ((current, old),) = [[one["digest"] for one in shown["versions"]]]
    assert current == shown["digest"] == load_all()["gansu"].digest
    assert [one["in_use"] for one in shown["versions"]] == [True, False]
    then = (await client.get("/v1/policies/gansu", params={"policies": old})).json()
    assert (then["digest"], then["versions"]) == (old, shown["versions"])
    twice = (await client.get("/v1/policies", params={"policies": f"{old},{old}"})).json()
    assert [one["digest"] for one in twice["items"]] == [old]
    for path in ("/v1/policies/gansu", "/v1/policies"):
        unknown = await client.get(path, params={"policies": "0" * 64})
        assert (unknown.status_code, unknown.json()["code"]) == (404, "policy-unknown")
    other = await client.get("/v1/policies/wuyi", params={"policies": old})
    assert (other.status_code, other.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        (both(rule(evaluator="oracle"), rule(quote="没有的话")), 2),
        (lambda document: document["instrument"].update(effective_from="soon"), 1),
    ],
)
async def test_the_start_is_refused_with_file_and_line(
    change: Change, faults: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service does not start on a pack that is wrong, whether it can be read or not; all faults are told at once."""
    file = written(tmp_path, change)
    monkeypatch.setattr(shelf, "shipped", lambda: tmp_path)
    monkeypatch.setattr(accepting, "load_all", lambda: {"rivers": load(file.read_text(encoding="utf-8"))})
    usable.cache_clear()
    try:
        with pytest.raises(NotReadyError, match=r"rivers\.yaml:\d+: pack rivers: ") as refused:
            packs_of()
        assert str(refused.value).count("rivers.yaml:") == faults
    finally:
        usable.cache_clear()
