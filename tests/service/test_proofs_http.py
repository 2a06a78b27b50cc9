"""Proofs over HTTP: of every entry at every published size, between all sizes, and who may ask."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from events import tlog_proof
from events.merkle import leaf_hash
from events.proofs import check_consistency
from service.state import Service
from tests.events.trees import root_of
from tests.service.grants import granted
from tests.service.published import grow, publish
from tests.service.test_tiles_http import stored
from tests.service.test_walk import BATCH, TREE, posted

pytestmark = pytest.mark.anyio

LOG = "cn-62"
URL = f"/v1/logs/{LOG}/events"
SIZES = (1, 5, 256, 600)
POSITIONS = (0, 1, 4, 5, 127, 128, 255, 256, 300, 511, 512, 598, 599)


@pytest.fixture
async def leaves(client: httpx.AsyncClient, service: Service, tmp_path: Path) -> list[bytes]:
    """The leaf hashes of a log that was published at several sizes."""
    for size in SIZES:
        await grow(client, LOG, size)
        await publish(service, tmp_path)
    return await stored(service)


async def problem(client: httpx.AsyncClient, path: str, status: int, code: str) -> str:
    """The detail of a problem."""
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    assert answer.json()["code"] == code
    return str(answer.json()["detail"])


async def test_every_entry_at_every_published_size(leaves: list[bytes], client: httpx.AsyncClient) -> None:
    """A proof leads from the leaf record in it to the root over the leaves; without a size at the newest checkpoint."""
    for size in SIZES:
        root = root_of(leaves[:size])
        for position in POSITIONS:
            if position < size:
                answer = await client.get(f"{URL}/{position}/proof", params={"size": size})
                proof = tlog_proof.parse(answer.text)
                assert proof.extra is not None
                head = proof.check(leaf_hash(proof.extra))
                assert (head.size, head.root, proof.index) == (size, root, position)
                assert leaf_hash(proof.extra) == leaves[position]
    newest = await client.get(f"{URL}/7/proof")
    assert newest.text == (await client.get(f"{URL}/7/proof?size=600")).text
    assert newest.headers["content-type"] == "text/plain; charset=utf-8"
    assert newest.headers["content-disposition"] == 'attachment; filename="cn-62-7-600.tlog-proof"'
    entry = (await client.get(f"{URL}/7")).json()
    assert base64.b64decode(entry["leaf_hash"]) == leaves[7]
    assert tlog_proof.parse(newest.text).signed == (await client.get(f"/{LOG}/checkpoint")).text


async def test_a_size_that_is_not_published(leaves: list[bytes], client: httpx.AsyncClient) -> None:
    """422 names the published sizes next to it that cover the entry; strictly read, as positions are."""
    near = {0: {2: "1 or 5", 300: "256 or 600", 601: "like 600", 0: "like 1"}, 5: {3: "like 256", 5: "like 256"}}
    for position, sizes in near.items():
        for size, named in sizes.items():
            detail = await problem(client, f"{URL}/{position}/proof?size={size}", 422, "bad-parameter")
            assert detail.endswith(named), detail
    for number in ("", "x", "-1", "%2B5", "05", "5.0", "1_0", "%20600", "600%20", "٦٠٠", str(2**63), "9" * 40):
        assert "size" in await problem(client, f"{URL}/0/proof?size={number}", 422, "bad-parameter")
        if number:
            assert "position" in await problem(client, f"{URL}/{number}/proof", 422, "bad-parameter")


async def test_what_is_not_there(leaves: list[bytes], client: httpx.AsyncClient) -> None:
    """A position beyond the log, and a log that does not exist, are 404."""
    await problem(client, f"{URL}/600/proof", 404, "not-found")
    await problem(client, f"{URL}/{2**63 - 1}/proof", 404, "not-found")
    await problem(client, "/v1/logs/cn-99/events/0/proof", 404, "log-unknown")
    await problem(client, "/v1/logs/cn-99/consistency?from=0", 404, "log-unknown")


async def test_an_entry_that_is_not_published_yet(client: httpx.AsyncClient, service: Service, tmp_path: Path) -> None:
    """503, to be tried again in a second; once a checkpoint covers it the proof is there."""
    await grow(client, LOG, 3)
    await problem(client, f"{URL}/0/proof", 503, "not-yet-published")
    await publish(service, tmp_path)
    await grow(client, LOG, 6)
    for path in (f"{URL}/3/proof", f"{URL}/3/proof?size=6"):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert (await client.get(f"{URL}/2/proof")).status_code == 200
    await publish(service, tmp_path)
    assert (await client.get(f"{URL}/3/proof?size=6")).status_code == 200
    assert (await client.get(f"{URL}/2/proof?size=3")).status_code == 200


async def test_between_all_sizes(leaves: list[bytes], client: httpx.AsyncClient) -> None:
    """A proof between any two sizes checks against the roots, published or not; `to` is by default the size."""
    sizes = (0, 1, 2, 3, 5, 255, 256, 257, 300, 511, 512, 513, 599, 600)
    roots = {size: root_of(leaves[:size]) for size in sizes}
    for old in sizes:
        for size in sizes:
            if old <= size:
                answer = await client.get(f"/v1/logs/{LOG}/consistency", params={"from": old, "to": size})
                body: dict[str, Any] = answer.json()
                assert body.keys() == {"from", "to", "hashes"}
                assert (body["from"], body["to"]) == (old, size)
                hashes = [base64.b64decode(each) for each in body["hashes"]]
                check_consistency(old, size, hashes, roots[old], roots[size])
        assert (await client.get(f"/v1/logs/{LOG}/consistency?from={old}")).json()["to"] == 600


async def test_sizes_between_which_there_is_no_proof(leaves: list[bytes], client: httpx.AsyncClient) -> None:
    """Sizes beyond the log, in the wrong order, absent, or not strictly numbers are 422, which names the wrong one."""
    for query, name in (
        ("", "from"), ("to=5", "from"), ("from=6&to=5", "from"), ("from=601", "from"), ("from=1&to=601", "to"),
        ("from=-1", "from"), ("from=%2B1", "from"), ("from=01", "from"), ("from=1&to=1_0", "to"), ("from=", "from"),
        (f"from={2**64}", "from"), (f"from=0&to={2**63}", "to"), ("from=x", "from"), ("from=0&to=", "to"),
    ):  # fmt: skip
        detail = await problem(client, f"/v1/logs/{LOG}/consistency?{query}", 422, "bad-parameter")
        assert f"parameter {name} " in detail, (query, detail)


async def test_who_may_ask(client: httpx.AsyncClient, service: Service, tmp_path: Path) -> None:
    """Whoever may read an entry may have its proof, and whoever reads the log the consistency of it; nobody else."""
    await posted(client, *TREE)
    async with granted(service, "recorder", sources=("urn:own",)) as recorder:
        own = {**TREE[3], "id": "9", "source": "urn:own"}
        assert (await recorder.post(URL, content=json.dumps([own]), headers=BATCH)).status_code == 200
        await publish(service, tmp_path)
        assert (await recorder.get(f"{URL}/6/proof")).status_code == 200
        await problem(recorder, f"{URL}/0/proof", 403, "forbidden")
        assert (await recorder.get(f"/v1/logs/{LOG}/consistency?from=0")).status_code == 200
    for role in ("auditor", "inspector"):
        async with granted(service, role) as reader:
            assert (await reader.get(f"{URL}/0/proof")).status_code == 200
            assert (await reader.get(f"/v1/logs/{LOG}/consistency?from=0")).status_code == 200
            await problem(reader, "/v1/logs/access/events/0/proof", 403, "forbidden")
    async with granted(service, "overseer") as overseer:
        await problem(overseer, f"{URL}/0/proof", 403, "forbidden")
        await problem(overseer, f"/v1/logs/{LOG}/consistency?from=0", 403, "forbidden")
        await publish(service, tmp_path)
        assert (await overseer.get("/v1/logs/access/events/0/proof")).status_code == 200
        assert (await overseer.get("/v1/logs/access/consistency?from=0")).status_code == 200
    for limits in ({"kinds": ("person.registered",)}, {"jurisdictions": ("c",)}, {"logs": ("cn-14",)}):
        async with granted(service, "inspector", **limits) as narrowed:
            await problem(narrowed, f"{URL}/0/proof", 403, "forbidden")
    async with granted(service, "inspector", kinds=("person.registered",)) as narrowed:
        assert (await narrowed.get(f"{URL}/3/proof")).status_code == 200
    await problem(client, f"{URL}/7/proof", 404, "not-found")
    client.headers.pop("Authorization")
    await problem(client, f"{URL}/0/proof", 401, "unauthenticated")
    await problem(client, f"/v1/logs/{LOG}/consistency?from=0", 401, "unauthenticated")


async def test_only_refusals_are_recorded(client: httpx.AsyncClient, service: Service, tmp_path: Path) -> None:
    """A proof tells no fact, so reading one leaves no record; being refused one does."""
    await grow(client, LOG, 2)
    await publish(service, tmp_path)
    answer = await client.get(f"{URL}/0/proof")
    assert (answer.status_code, "zeren-query" in answer.headers) == (200, False)
    assert "zeren-query" not in (await client.get(f"/v1/logs/{LOG}/consistency?from=0")).headers
    assert await stored(service, "access") == []
    async with granted(service, "overseer") as overseer:
        refused = await overseer.get(f"{URL}/0/proof")
    assert refused.headers["zeren-query"] == "access/0"


async def test_a_hole_in_the_log_gives_no_proof(
    leaves: list[bytes], client: httpx.AsyncClient, service: Service
) -> None:
    """Where entries were taken out of the database, proofs that need them fail, and no wrong one is given."""
    async with service.engine.begin() as conn:
        await conn.execute(text("RESET ROLE"))
        await conn.execute(text("ALTER TABLE event DISABLE TRIGGER USER"))
        await conn.execute(text("DELETE FROM event WHERE log_id = :log_id AND position = 520"), {"log_id": LOG})
    with capture_logs() as said:
        for path in (f"{URL}/520/proof", f"{URL}/540/proof", f"/v1/logs/{LOG}/consistency?from=513"):
            assert (await client.get(path)).status_code == 500
    assert ["HashesMissing" in each["error"] for each in said] == [True] * 3
    proof = tlog_proof.parse((await client.get(f"{URL}/0/proof")).text)
    assert proof.check(leaves[0]).root == root_of(leaves)
