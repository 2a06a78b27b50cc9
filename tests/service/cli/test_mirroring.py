"""`zeren mirror`, `zeren verify DIR` and `zeren verify --url`, with a service that runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.patience import HANG_SECONDS, looks
from tests.service.servers import KEY, Commands, Served
from tests.service.test_walk import BATCH

pytestmark = pytest.mark.long

LOG = "cn-62"
EVENTS = [
    {"specversion": "1.0", "id": f"e{at}", "source": "urn:test", "type": "person.registered",
     "data": {"person_id": f"p{at}", "name_zh": "示例"}}
    for at in range(300)
]  # fmt: skip


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A service with a log that has a checkpoint."""
    server = Served(tmp_path / "data", ZEREN_OPERATOR_KEY=KEY)
    server.start()
    try:
        keyed = {"Authorization": f"Bearer {KEY}"}
        with httpx.Client(base_url=server.url, headers=keyed, timeout=HANG_SECONDS) as client:
            client.put(f"/v1/logs/{LOG}")
            client.post(f"/v1/logs/{LOG}/events", json=EVENTS, headers=BATCH).raise_for_status()
            for _ in looks(server.said):
                if f"\n{len(EVENTS)}\n" in client.get(f"/{LOG}/checkpoint").text:
                    break
        yield server
    finally:
        server.close()


def test_an_auditor_without_our_database(served: Served, tmp_path: Path) -> None:
    """The log is mirrored and verified apart from the service, in words and as JSON; a changed byte is found."""
    commands = Commands(tmp_path / "nothing")
    commands.env["ZEREN_KEY"] = KEY
    mirror = tmp_path / "mirror"
    told = commands.run("mirror", served.url, LOG, "--data", mirror).stdout
    assert "believed at first use" in told
    assert "300 entries, 300 of them new" in told
    assert commands.json("mirror", served.url, LOG, "--data", mirror)["fetched"] == 0
    (found,) = commands.json("verify", mirror)
    assert (found["verified"], found["size"]) == (True, 300)
    (remote,) = commands.json("verify", "--url", served.url, "--log", LOG)
    assert (remote["verified"], remote["root"], remote["digest"]) == (True, found["root"], found["digest"])
    file = mirror / LOG / "entries" / "001.ndjson"
    file.write_bytes(file.read_bytes().replace(b'"id":"e299"', b'"id":"e298"'))
    (found,) = commands.json("verify", mirror, code=1)
    assert found["position"] == 299, found
    assert "LIE at position 299" in commands.run("verify", mirror / LOG, code=1).stdout


def test_what_cannot_be_mirrored(served: Served, tmp_path: Path) -> None:
    """Without a key, without such a log, without a service: exit 1 and the reason, and nothing that verifies."""
    commands = Commands(tmp_path / "nothing")
    assert "401" in commands.run("mirror", served.url, LOG, "--data", tmp_path / "m", code=1).stderr
    commands.env["ZEREN_KEY"] = KEY
    assert "404" in commands.run("mirror", served.url, "cn-99", "--data", tmp_path / "m", code=1).stderr
    assert "cannot reach" in commands.run("mirror", "http://127.0.0.1:9", LOG, "--data", tmp_path / "m", code=1).stderr
    commands.run("verify", tmp_path / "m", code=2)
    commands.run("verify", "--url", served.url, code=2)
