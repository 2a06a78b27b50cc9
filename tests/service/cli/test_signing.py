"""`zeren sign`: keys and envelopes that the log takes, for people without a toolkit; and what is told when it fails."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from events import signatures
from events.signatures import SM2
from service.cli import signing
from tests.events.signers import event, letter, take_sm2_away
from tests.service.servers import Commands

ALGORITHMS = ("Ed25519", SM2)


@pytest.fixture
def offline(tmp_path: Path) -> Commands:
    """Commands where there is neither a service nor a database."""
    return Commands(tmp_path / "data")


def written(file: Path, value: Any) -> Path:
    """A file with a JSON value."""
    file.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return file


def made(commands: Commands, file: Path, *options: str, algorithm: str = "Ed25519") -> Any:
    """The registration of a new key."""
    owner = options or ("--person", "x")
    given: list[str | Path] = ["--algorithm", algorithm, "--out", file, "--log", "cn-62", *owner]
    return json.loads(commands.run("sign", "key", *given).stdout)


def test_a_letter_is_signed_and_recorded(commands: Commands, tmp_path: Path) -> None:
    """Two officials make keys and sign one letter, one after the other; the log takes keys and letter."""
    keys = [tmp_path / f"{algorithm}.key" for algorithm in ALGORITHMS]
    options = (
        ("--person", "x"),
        ("--body", "b", "--vouched-by", "r", "--signer-id", "县委", "--valid-from", "2018-01-01"),
    )
    registered = [
        made(commands, key, *given, algorithm=algorithm)
        for key, given, algorithm in zip(keys, options, ALGORITHMS, strict=True)
    ]
    lines = tmp_path / "keys.ndjson"
    lines.write_text("".join(json.dumps(one) + "\n" for one in registered), encoding="utf-8")
    told = commands.run("import", lines, "--log", "cn-62", code=1)
    assert "key.registered" in told.stdout + told.stderr
    grants = ("--role", "recorder", "--role", "auditor", "--key-kinds")
    commands.env["ZEREN_KEY"] = commands.run("keys", "add", "registrar", *grants).stdout.strip()
    assert {key["name"]: key["key_kinds"] for key in commands.json("keys", "list")} == {
        "test": False,
        "registrar": True,
    }
    commands.run("import", lines, "--log", "cn-62")
    one = tmp_path / "one.ndjson"
    plain = written(tmp_path / "letter.json", letter())
    one.write_text(commands.run("sign", "event", plain, "--key", keys[0], "--log", "cn-62").stdout, encoding="utf-8")
    both = tmp_path / "both.ndjson"
    both.write_text(commands.run("sign", "event", one, "--key", keys[1], "--log", "cn-62").stdout, encoding="utf-8")
    commands.run("import", both, "--log", "cn-62")
    exported = commands.run("export", "cn-62").stdout.splitlines()
    entry = json.loads(exported[2])
    assert [found["key_id"] for found in entry["signatures"]] == [key["data"]["key_id"] for key in registered]
    assert (entry["event"]["log"], entry["event"]["data"]) == ("cn-62", letter()["data"])


def test_a_private_key_is_for_its_owner_alone(offline: Commands, tmp_path: Path) -> None:
    """Its file is readable by the owner only and never written over; what is printed does not hold it."""
    file = tmp_path / "a.key"
    registered = made(offline, file, "--person", "x", "--key-id", "mine", "--valid-until", "2030-01-01")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert kept["private_key"] not in json.dumps(registered)
    assert (registered["data"]["key_id"], registered["data"]["valid_until"]) == ("mine", "2030-01-01")
    again = ("sign", "key", "--algorithm", "SM2", "--out", file, "--log", "cn-62", "--person", "x")
    assert "never written over" in offline.run(*again, code=2).stderr
    assert json.loads(file.read_text(encoding="utf-8")) == kept


def test_log_and_time_are_added_where_they_are_missing(offline: Commands, tmp_path: Path) -> None:
    """An event's own signing time stays; several events of a file become a line each."""
    key = tmp_path / "a.key"
    made(offline, key)
    sent = [letter("a"), {**letter("b"), "time": "2018-03-05T00:00:00Z", "log": "cn-62"}]
    file = written(tmp_path / "letters.json", sent)
    signed = offline.run("sign", "event", file, "--key", key, "--log", "cn-62", "--time", "2018-01-01T00:00:00Z")
    payloads = [json.loads(signatures.read_base64(json.loads(line)["payload"])) for line in signed.stdout.splitlines()]
    assert [(one["log"], one["time"]) for one in payloads] == [
        ("cn-62", "2018-01-01T00:00:00Z"), ("cn-62", "2018-03-05T00:00:00Z"),
    ]  # fmt: skip
    lines = tmp_path / "letters.ndjson"
    lines.write_text(f"{json.dumps(sent[0])}\n\n{json.dumps(sent[1])}\n", encoding="utf-8")
    again = offline.run("sign", "event", lines, "--key", key, "--log", "cn-62", "--time", "2018-01-01T00:00:00Z")
    assert again.stdout == signed.stdout


def test_what_cannot_be_signed_says_why(offline: Commands, tmp_path: Path) -> None:
    """Wrong files, logs, events and options each end with a line that names them, and nothing on stdout."""
    key, second, other = (tmp_path / f"{name}.key" for name in "abc")
    made(offline, key)
    made(offline, second)
    plain = written(tmp_path / "letter.json", letter())
    envelope = tmp_path / "envelope.json"
    envelope.write_text(offline.run("sign", "event", plain, "--key", key, "--log", "cn-62").stdout, encoding="utf-8")
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    faulty = written(tmp_path / "faulty.json", event("1", "person.registered", person_id="a/b", name_zh="甲"))
    elsewhere = written(tmp_path / "elsewhere.json", {**letter(), "log": "cn-63"})
    number = written(tmp_path / "number.json", [5])
    malformed = written(tmp_path / "malformed.json", {"payloadType": 1})
    signs = {
        (plain, plain, "cn-62"): (2, "no private key"),
        (tmp_path / "none", key, "cn-62"): (2, "cannot read"),
        (broken, key, "cn-62"): (2, "line 1: no JSON"),
        (faulty, key, "cn-62"): (1, "/payload/data/person_id"),
        (elsewhere, key, "cn-62"): (2, "cn-63"),
        (number, key, "cn-62"): (2, "JSON object"),
        (malformed, key, "cn-62"): (1, "/payload: required"),
        (envelope, key, "cn-62"): (1, "/signatures/1/keyid"),
        (envelope, second, "cn-63"): (1, "does not name this log"),
    }
    for (file, with_key, log), (code, told) in signs.items():
        result = offline.run("sign", "event", file, "--key", with_key, "--log", log, code=code)
        assert told in result.stderr, result.stderr
        assert result.stdout == ""
    makes: dict[tuple[str, ...], tuple[int, str]] = {
        ("--algorithm", "RSA", "--person", "x"): (2, "Ed25519, SM2"),
        ("--algorithm", "SM2"): (2, "--person or --body"),
        ("--algorithm", "SM2", "--person", "x", "--valid-from", "never"): (1, "/data/valid_from"),
        ("--algorithm", "SM2", "--person", "x", "--certificate", str(tmp_path / "none")): (2, "cannot read"),
    }
    for options, (code, told) in makes.items():
        assert told in offline.run("sign", "key", *options, "--out", other, "--log", "cn-62", code=code).stderr
        assert not other.exists()


def test_doctor_says_whether_there_is_sm2(commands: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without gmssl-pyx nothing is wrong, but it is said, and SM2 keys cannot be made."""
    told = {check["check"]: check for check in commands.json("doctor")}
    assert told["SM2 signatures"]["found"] == "available"
    take_sm2_away(monkeypatch)
    told = {check["check"]: check for check in commands.json("doctor")}
    assert (told["SM2 signatures"]["ok"], told["SM2 signatures"]["found"]) == (True, f"refused: {signing.NO_SM2}")
    options = ("--algorithm", "SM2", "--out", tmp_path / "a.key", "--log", "cn-62", "--person", "x")
    assert "gmssl-pyx" in commands.run("sign", "key", *options, code=1).stderr
