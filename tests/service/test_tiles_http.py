"""`/{log}/checkpoint` and `/{log}/tile/...`: what anybody reads of a log, and that it ends with what is published."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from events import logs, note
from events.checkpoint import parse_body
from events.database import open_engine
from events.merkle import leaf_hash
from service.app import make_app
from service.notary.signing import Desk, Signer
from service.state import Service
from tests.events.trees import root_of
from tests.service.published import grow, publish

pytestmark = pytest.mark.anyio

LOG = "cn-62"
SIZE = 600
IMMUTABLE = "public, max-age=31536000, immutable"


@pytest.fixture
async def public(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """A client without credentials."""
    transport = httpx.ASGITransport(make_app(service), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://zeren.test") as opened:
        yield opened


@pytest.fixture
async def grown(client: httpx.AsyncClient, service: Service, tmp_path: Path) -> list[bytes]:
    """A log of 600 entries, published; its leaf hashes as they are stored."""
    await grow(client, LOG, SIZE)
    await publish(service, tmp_path)
    return await stored(service)


async def stored(service: Service, log: str = LOG) -> list[bytes]:
    """The leaf hashes of a log as they are stored."""
    statement = text("SELECT leaf_hash FROM event WHERE log_id = :log_id ORDER BY position")
    async with service.engine.connect() as conn:
        return [bytes(row[0]) for row in await conn.execute(statement, {"log_id": log})]


async def tile(client: httpx.AsyncClient, path: str, log: str = LOG) -> bytes:
    """The bytes of a tile, which is there, unpacked, and may be kept for ever."""
    answer = await client.get(f"/{log}/tile/{path}", headers={"Accept-Encoding": "identity"})
    assert answer.status_code == 200, (path, answer.text)
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("application/octet-stream", IMMUTABLE)
    assert "content-encoding" not in answer.headers
    return answer.content


def split(bundle: bytes) -> list[bytes]:
    """The entries of a bundle."""
    found = []
    while bundle:
        end = 2 + int.from_bytes(bundle[:2], "big")
        assert len(bundle) >= end
        found.append(bundle[2:end])
        bundle = bundle[end:]
    return found


async def test_the_checkpoint(grown: list[bytes], client: httpx.AsyncClient, public: httpx.AsyncClient) -> None:
    """It is a note of three lines with the root over the leaves, signed by the vkey that the log names."""
    answer = await public.get(f"/{LOG}/checkpoint")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=1"
    signed = note.parse(answer.text)
    head = parse_body(signed.text)
    assert (head.origin, head.size, head.root) == (f"zeren.example/{LOG}", SIZE, root_of(grown))
    assert not head.extensions
    vkeys = (await client.get(f"/v1/logs/{LOG}")).json()["vkeys"]
    assert signed.signed_by(note.parse_vkey(vkeys[0]))


async def test_every_tile_of_the_tree(grown: list[bytes], public: httpx.AsyncClient) -> None:
    """Full tiles and those of every smaller width hold the leaf hashes, and above them the roots of full tiles."""
    assert await tile(public, "0/000") == b"".join(grown[:256])
    assert await tile(public, "0/001") == b"".join(grown[256:512])
    for width in range(1, SIZE - 512 + 1):
        assert await tile(public, f"0/002.p/{width}") == b"".join(grown[512 : 512 + width])
    assert await tile(public, "0/000.p/255") == b"".join(grown[:255])
    above = [root_of(grown[:256]), root_of(grown[256:512])]
    assert await tile(public, "1/000.p/2") == b"".join(above)
    assert await tile(public, "1/000.p/1") == above[0]


async def test_bundles_of_entries_hash_to_the_tiles(grown: list[bytes], public: httpx.AsyncClient) -> None:
    """Each entry of a bundle is the leaf record, byte for byte: its hash is the one in the tile."""
    entries = [entry for path in ("000", "001", "002.p/88") for entry in split(await tile(public, f"entries/{path}"))]
    assert [leaf_hash(entry) for entry in entries] == grown
    assert split(await tile(public, "entries/002.p/3")) == entries[512:515]
    assert entries[7].startswith(b'{"header":"')
    assert b'"position":7,' in entries[7]
    assert max(map(len, entries)) < 400


async def test_bundles_are_packed_for_whoever_takes_it(grown: list[bytes], public: httpx.AsyncClient) -> None:
    """With `Accept-Encoding: gzip` a bundle comes packed, the same bytes each time; hashes are not packed."""
    plain = await tile(public, "entries/000")
    for accepted in ("gzip", "identity, GZIP;q=0.5"):
        packed = await public.get(f"/{LOG}/tile/entries/000", headers={"Accept-Encoding": accepted})
        assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "Accept-Encoding")
        assert packed.content == plain
        assert int(packed.headers["content-length"]) < len(plain) * 2 / 3
    for refused in ("", "identity", "gzip;q=0", "gzip; q=0.0", "br", "*;q=0"):
        answer = await public.get(f"/{LOG}/tile/entries/000", headers={"Accept-Encoding": refused})
        assert "content-encoding" not in answer.headers, refused
    hashes = await public.get(f"/{LOG}/tile/0/000", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in hashes.headers
    assert gzip.compress(plain, 1, mtime=0) == gzip.compress(plain, 1, mtime=0)


async def test_nothing_is_served_before_it_is_published(
    client: httpx.AsyncClient, public: httpx.AsyncClient, service: Service, tmp_path: Path
) -> None:
    """What was appended after the newest published checkpoint is 404 and not kept; once published it is there."""
    await grow(client, LOG, 5)
    assert await missing(public, "checkpoint", "tile/0/000.p/1", "tile/entries/000.p/1") == {"not-published"}
    await Signer(Desk(service.engine, tmp_path, service.clock, publishes=False)).sign_all()
    assert await missing(public, "checkpoint", "tile/0/000.p/1") == {"not-published"}
    await publish(service, tmp_path)
    five = await tile(public, "0/000.p/5")
    assert await missing(public, "tile/0/000.p/6", "tile/0/000", "tile/entries/000.p/6") == {"not-published"}
    await grow(client, LOG, 256)
    assert await missing(public, "tile/0/000.p/6", "tile/0/000", "tile/1/000.p/1") == {"not-published"}
    assert (await public.get(f"/{LOG}/checkpoint")).text.split("\n")[1] == "5"
    await publish(service, tmp_path)
    assert (await tile(public, "0/000"))[: 5 * 32] == five == await tile(public, "0/000.p/5")
    assert len(await tile(public, "1/000.p/1")) == 32
    assert await missing(public, "tile/0/001.p/1", "tile/1/000.p/2", "tile/2/000.p/1") == {"not-published"}


async def missing(client: httpx.AsyncClient, *paths: str) -> set[str]:
    """The codes of what is not there, as problems that no cache keeps."""
    codes = set()
    for path in paths:
        answer = await client.get(f"/{LOG}/{path}")
        assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store"), path
        assert answer.headers["content-type"] == "application/problem+json"
        codes.add(answer.json().get("code", answer.json()["type"]))
    return codes


NO_TILES = (
    "0", "0/", "0/0", "0/00", "0/0000", "0/000/", "00/000", "01/000", "+0/000", "-1/000", "64/000", "99/000",
    "0/001/000", "0/x000/000", "0/x001", "0/x001/", "0/X001/000", "0/000.p", "0/000.p/", "0/000.p/0", "0/000.p/01",
    "0/000.p/256", "0/000.p/300", "0/000.p/+1", "0/000.p/1/", "0/000.p/1.p/1", "0/000.P/1", "0/٠٠٠", "0/ 000",
    "8/0/000", "8/data/000", "data/000", "entries", "entries/", "entries/0/000", "entries/000.p/0", "Entries/000",
    "0/" + "x001/" * 50 + "000", "0/" + "x999/" * 6 + "999", "63/000", "7/000.p/1", "0//000", "0/000.q/1", "x/000",
)  # fmt: skip


async def test_paths_are_read_strictly(grown: list[bytes], public: httpx.AsyncClient) -> None:
    """A path that is not exactly that of a tile of this log is 404, and is not kept."""
    for path in NO_TILES:
        answer = await public.get(f"/{LOG}/tile/{path}")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json"), path
        assert answer.headers["cache-control"] == "no-store"


async def test_only_logs_have_a_tree(grown: list[bytes], public: httpx.AsyncClient) -> None:
    """What is no log has none, and no route of the service is shadowed by one."""
    for path in (
        "/cn-99/checkpoint",
        "/v1/checkpoint",
        "/v1/tile/0/000",
        "/healthz/checkpoint",
        "/cn-99/tile/0/000.p/1",
    ):
        answer = await public.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store"), path
    assert (await public.get("/healthz")).json() == {"status": "ok"}
    assert (await public.get("/v1/logs")).status_code == 401
    assert (await public.get(f"/v1/logs/{LOG}/events")).status_code == 401
    assert (await public.post(f"/{LOG}/checkpoint")).status_code == 405
    assert (await public.delete(f"/{LOG}/tile/0/000")).status_code == 405
    head = await public.head(f"/{LOG}/tile/0/000")
    assert (head.status_code, head.headers["content-length"]) == (200, "8192")


async def test_the_services_own_logs_are_served_too(
    client: httpx.AsyncClient, public: httpx.AsyncClient, service: Service, tmp_path: Path
) -> None:
    """The log `access` and the companion of a log have a checkpoint and tiles like any other."""
    await grow(client, LOG, 1)
    await client.get(f"/v1/logs/{LOG}/events")
    async with service.engine.begin() as conn:
        await logs.create_service(conn, f"{LOG}.index")
    await publish(service, tmp_path)
    head = parse_body(note.parse((await public.get("/access/checkpoint")).text).text)
    leaves = await stored(service, "access")
    assert (head.size, head.root) == (len(leaves), root_of(leaves))
    assert await tile(public, f"0/000.p/{head.size}", "access") == b"".join(leaves)
    answer = await public.get(f"/{LOG}.index/checkpoint")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-published")


async def test_reading_the_tree_is_not_recorded(
    grown: list[bytes], public: httpx.AsyncClient, service: Service
) -> None:
    """Nobody is known and no fact is told: nothing is added to the log `access`."""
    before = await stored(service, "access")
    await tile(public, "entries/000")
    assert (await public.get(f"/{LOG}/checkpoint")).status_code == 200
    assert "zeren-query" not in (await public.get(f"/{LOG}/tile/0/000")).headers
    assert await stored(service, "access") == before


async def test_an_erased_payload_leaves_the_tree_as_it_was(
    grown: list[bytes], client: httpx.AsyncClient, public: httpx.AsyncClient, database_url: str
) -> None:
    """Without its payload and salt an entry is served, and proved, byte for byte as before."""
    before = [await tile(public, path) for path in ("entries/001", "0/001", "1/000.p/2")]
    proof = await client.get(f"/v1/logs/{LOG}/events/300/proof")
    engine = open_engine(database_url, owner=True)
    async with engine.begin() as conn:
        await conn.execute(
            text(
                "INSERT INTO erasure (log_id, position, ground, erased_on, recorded_at, named) "
                "VALUES (:log_id, 300, 'PIPL 47', '2020-01-01', now(), '{}')"
            ),
            {"log_id": LOG},
        )
        gone = await conn.execute(
            text("DELETE FROM payload WHERE log_id = :log_id AND position = 300"), {"log_id": LOG}
        )
        assert gone.rowcount == 1
    await engine.dispose()
    assert [await tile(public, path) for path in ("entries/001", "0/001", "1/000.p/2")] == before
    assert (await client.get(f"/v1/logs/{LOG}/events/300/proof")).content == proof.content
    assert proof.status_code == 200


async def test_a_missing_entry_is_our_failure(grown: list[bytes], public: httpx.AsyncClient, database_url: str) -> None:
    """Where the database has lost entries nothing is served in their place, and nothing is kept for ever."""
    engine = open_engine(database_url, owner=True)
    async with engine.begin() as conn:
        await conn.execute(text("ALTER TABLE event DISABLE TRIGGER USER"))
        await conn.execute(text("DELETE FROM event WHERE log_id = :log_id AND position = 599"), {"log_id": LOG})
    await engine.dispose()
    with capture_logs() as said:
        for path in ("entries/002.p/88", "0/002.p/88"):
            answer = await public.get(f"/{LOG}/tile/{path}")
            assert answer.status_code == 500
            assert "immutable" not in answer.headers.get("cache-control", "")
    assert ["HashesMissing" in each["error"] for each in said] == [True, True]
    assert len(await tile(public, "0/002.p/87")) == 87 * 32
