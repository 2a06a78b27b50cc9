"""`zeren bundle` and `zeren verify FILE.zip`: made on local data, verified where there is no database."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from events import checkpoints, signatures
from events.database import open_engine
from events.note import COSIGNATURE_TYPE, VerifierKey
from service.bundle import making
from tests.service.servers import Commands, environment, zeren

TARGET = "/v1/posts/o/holders"
LINES = [
    ("jurisdiction.registered", {"jurisdiction_id": "p", "code": "620000", "name_zh": "示例省", "level": "province"}),
    ("post.established", {"post_id": "o", "title_zh": "书记", "jurisdiction_id": "p"}),
    ("person.registered", {"person_id": "x", "name_zh": "王五"}),
    ("appointment.started", {"appointment_id": "a", "person_id": "x", "post_id": "o", "effective_from": "2017"}),
]


@pytest.fixture
def commands(tmp_path: Path, database_url: str) -> Commands:
    """Commands on a log with one appointment."""
    lines = [
        json.dumps({"specversion": "1.0", "id": str(at), "source": "urn:test", "type": kind, "data": data})
        for at, (kind, data) in enumerate(LINES)
    ]
    (tmp_path / "events.ndjson").write_text("\n".join(lines), encoding="utf-8")
    found = Commands(tmp_path / "data", database_url)
    found.env["ZEREN_OPERATOR_KEY"] = "operator-key-of-a-bundle-0123456789"
    found.with_key("operator", "recorder", "inspector")
    found.run("import", tmp_path / "events.ndjson", "--log", "cn-62")
    return found


def policy(url: str, file: Path) -> Path:
    """A policy that trusts the log and its companion."""

    async def vkeys() -> list[str]:
        engine = open_engine(url)
        async with engine.connect() as conn:
            found = [vkey for log in ("cn-62", "cn-62.index") for vkey in await checkpoints.vkeys(conn, log)]
        await engine.dispose()
        return found

    file.write_text("".join(f"log {vkey}\n" for vkey in asyncio.run(vkeys())) + "quorum none\n", encoding="utf-8")
    return file


def verified(*arguments: str | Path, env: dict[str, str]) -> tuple[int, Any]:
    """The exit code of `zeren verify` in a process of its own, and what it says."""
    done = zeren("verify", *arguments, "--json", env=env)
    return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr


@pytest.mark.long
def test_made_here_and_verified_where_no_database_is(commands: Commands, database_url: str, tmp_path: Path) -> None:
    """A bundle made on local data is verified, claim by claim, by a process that can reach no database."""
    file = tmp_path / "bundle.zip"
    commands.run("bundle", TARGET, "-o", file)
    trusted = policy(database_url, tmp_path / "policy.txt")
    env = environment(ZEREN_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none", ZEREN_DATA=str(tmp_path / "none"))
    code, said = verified(file, "--policy", trusted, env=env)
    assert (code, said[0]["verified"], said[0]["failed"]) == (0, True, None), said
    assert said[0]["request"] == {"path": TARGET, "query": ""}
    assert {claim["claim"]: claim["status"] for claim in said[0]["claims"]}["answer"] == "checked"
    code, said = verified(file, env=env)
    assert (code, said[0]["verified"], said[0]["failed"]) == (1, False, None)
    assert verified(file, "--no-policy", env=env)[0] == 0
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.write_bytes(raw)
    code, said = verified(file, "--policy", trusted, env=env)
    assert (code, said[0]["failed"]) == (1, "files")


def test_what_is_said_to_people(commands: Commands, database_url: str, tmp_path: Path) -> None:
    """Every claim stands on a line of its own, in both languages; what fails is named last."""
    file = tmp_path / "bundle.zip"
    commands.run("bundle", "/posts/o/holders?valid_at=2018-01-01", "-o", file)
    trusted = policy(database_url, tmp_path / "policy.txt")
    said = commands.run("verify", file, "--policy", trusted).stdout
    assert "重新推导" in said
    assert "not checked" in said
    assert said.rstrip().endswith("verified")
    assert "no policy was given" in commands.run("verify", file, code=1).stderr
    (tmp_path / "other.txt").write_text("quorum none\n", encoding="utf-8")
    assert "NOT VERIFIED: checkpoint" in commands.run(
        "verify", file, "--policy", tmp_path / "other.txt", code=1
    ).stderr  # fmt: skip


def test_nothing_is_published_that_no_quorum_cosigned(
    commands: Commands, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a quorum must cosign first (`closed`), a bundle made on local data waits for it like the service's own."""
    witness = VerifierKey("w.example", COSIGNATURE_TYPE, signatures.generate("Ed25519")[0])
    (tmp_path / "witnesses").write_text(f"witness w {witness} http://127.0.0.1:1/\nquorum w\n", encoding="utf-8")
    commands.env |= {"ZEREN_WITNESS_POLICY": str(tmp_path / "witnesses"), "ZEREN_WITNESS_FAIL": "closed"}
    monkeypatch.setattr(making, "WAIT_SECONDS", 0.3)
    ended = commands.run("bundle", TARGET, "-o", tmp_path / "bundle.zip", code=1)
    assert "not covered by a published checkpoint" in ended.stderr

    async def published() -> int:
        engine = open_engine(database_url)
        async with engine.connect() as conn:
            size = await checkpoints.published_size(conn, "cn-62")
        await engine.dispose()
        return size

    assert asyncio.run(published()) == 0


def test_a_bundle_is_known_by_its_content(commands: Commands, database_url: str, tmp_path: Path) -> None:
    """Whatever it is called; what is called a bundle and is none, or is damaged, fails in a sentence."""
    file = tmp_path / "bundle.zip"
    commands.run("bundle", TARGET, "-o", file)
    trusted = policy(database_url, tmp_path / "policy.txt")
    for name in ("BUNDLE.ZIP", "evidence", "evidence.bin"):
        (tmp_path / name).write_bytes(file.read_bytes())
        assert "verified" in commands.run("verify", tmp_path / name, "--policy", trusted).stdout
    whole = file.read_bytes()
    for damaged in (b"", b"PK", b"\xff\xfe" + whole, whole[: len(whole) // 2], whole[:-1], b"not a zip", b"PK" + whole):
        (tmp_path / "DAMAGED.ZIP").write_bytes(damaged)
        ended = commands.run("verify", tmp_path / "DAMAGED.ZIP", "--policy", trusted, code=1)
        assert "NOT VERIFIED: files: " in ended.stderr, damaged[:20]
    (tmp_path / "text").write_text("not a zip", encoding="utf-8")
    assert "no bundle" in commands.run("verify", tmp_path / "text", code=2).stderr


def test_what_is_typed_wrongly(commands: Commands, tmp_path: Path) -> None:
    """A path that is none, a file that is there or is no bundle, bundles among logs: exit 2; no bundle: exit 1."""
    file = tmp_path / "bundle.zip"
    assert "begins with /v1/" in commands.run("bundle", "jurisdictions", "-o", file, code=2).stderr
    assert "No evidence bundle" in commands.run("bundle", "/v1/kinds", "-o", file, code=1).stderr
    assert not file.exists()
    assert "no directory" in commands.run("bundle", TARGET, "-o", tmp_path / "none" / "x.zip", code=2).stderr
    file.write_bytes(b"")
    assert "there already" in commands.run("bundle", TARGET, "-o", file, code=2).stderr
    assert "FAILED" in commands.run("verify", file, code=1).stdout
    commands.run("verify", tmp_path / "none.zip", code=2)
    assert "by themselves" in commands.run("verify", file, "cn-62", code=2).stderr
    assert "--tsa-cert" in commands.run("verify", file, "--tsa-cert", file, code=2).stderr


def test_after_an_erasure(commands: Commands, database_url: str, tmp_path: Path) -> None:
    """A bundle made after a fact was erased holds with --erased alone, and holds nothing of what was erased."""
    commands.run("erase", "cn-62", "2", "--ground", "court order 1", "--yes")
    file = tmp_path / "bundle.zip"
    commands.run("bundle", TARGET, "-o", file)
    trusted = policy(database_url, tmp_path / "policy.txt")
    assert "王五".encode() not in file.read_bytes()
    assert "NOT VERIFIED: erased" in commands.run("verify", file, "--policy", trusted, code=1).stderr
    said = commands.run("verify", file, "--policy", trusted, "--erased").stdout
    assert "position 2: court order 1" in said
