"""`/v1/policies` with rules and coverage; superseded packs; a start that is refused."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from projections.duties import accepting
from projections.duties.accepting import usable
from projections.policies import shelf
from projections.policies.pack import Pack, load, load_all
from service import asking
from service.wiring import NotReadyError, packs_of
from tests.projections.written import Change, both, rule, written
from tests.service.test_walk import TREE, posted

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
