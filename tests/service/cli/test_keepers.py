"""`zeren migrate`, `verify`, `logs`, `keys` and `doctor`."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from uuid import uuid4

import pytest

from events.credentials import ROLES
from events.database import open_engine
from tests.conftest import with_database
from tests.service.servers import Commands, free_port
from tests.service.test_walk import TREE, event

EMPTY_ROOT = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def tamper(database_url: str, table: str, *statements: str) -> None:
    """Do as a superuser what the triggers refuse everybody else."""

    async def work() -> None:
        engine = open_engine(database_url, owner=True)
        async with engine.begin() as conn:
            for statement in (f"ALTER TABLE {table} DISABLE TRIGGER ALL", *statements):
                await conn.exec_driver_sql(statement)
        await engine.dispose()

    asyncio.run(work())


@pytest.fixture
def commands(tmp_path: Path, database_url: str) -> Commands:
    """Commands on a log of eight entries."""
    return with_eight_entries(tmp_path, database_url)


def with_eight_entries(tmp_path: Path, database_url: str, log: str = "cn-62") -> Commands:
    """Commands on a log of eight entries in four appends, the last of which annuls the one before."""
    made = Commands(tmp_path / "data", database_url)
    made.with_key("operator", "recorder", "inspector", "auditor")
    ended = event("7", "appointment.ended", appointment_id="a", effective_until="2019")
    for index, lines in enumerate((TREE[:2], TREE[2:], [ended], [event("8", "record.annulled", annuls_event_id="7")])):
        file = tmp_path / f"{index}.ndjson"
        file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
        made.run("import", file, "--log", log)
    return made


def test_a_sound_log_is_verified(commands: Commands) -> None:
    """A sound log is said to be verified with its root, in words and as JSON."""
    (said,) = commands.json("verify")
    assert said | {"root": ""} == {
        "log": "cn-62", "size": 8, "root": "", "verified": True, "position": None, "lie": None,
        "checked": ["entries", "tree", "signatures", "checkpoints", "names", "projections"],
        "unchecked": [], "resumed_at": None,
    }  # fmt: skip
    assert f"cn-62: 8 entries, verified, root {said['root']}" in commands.run("verify", "cn-62").stdout
    assert commands.json("logs")[0]["root"] == said["root"]


def test_a_log_is_meant_where_a_directory_has_its_name(
    commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A directory that is no mirror does not stand in the way of the log of its name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cn-62").mkdir()
    assert "cn-62: 8 entries, verified" in commands.run("verify", "cn-62").stdout


def test_a_log_that_is_gone_is_a_lie(commands: Commands, database_url: str) -> None:
    """Its entries without its row, as no log is ever deleted."""
    tamper(database_url, "log", "SET session_replication_role = replica", "DELETE FROM log WHERE log_id = 'cn-62'")
    found = {one["log"]: one for one in commands.json("verify", code=1)}
    assert (found["cn-62"]["verified"], "gone" in found["cn-62"]["lie"]) == (False, True)
    assert len(found) == 1


def test_a_log_of_which_only_the_outside_copy_is_left_is_a_lie(commands: Commands, tmp_path: Path) -> None:
    """Whatever is gone of it in the database, a checkpoint of it was signed."""
    place = tmp_path / "data" / "notary" / "cn-99"
    place.mkdir(parents=True)
    (place / "checkpoint").write_text("zeren.example/cn-99\n1\n...\n", encoding="utf-8")
    (lie,) = [one["lie"] for one in commands.json("verify", code=1) if one["log"] == "cn-99"]
    assert "cn-99" in lie
    assert commands.json("verify", "cn-62")[0]["verified"] is True


LIES = {
    "payload bytes": ("payload", "UPDATE payload SET kept = kept || ' ' WHERE position = 5", 5),
    "leaf hash": ("event", "UPDATE event SET leaf_hash = sha256(leaf_hash) WHERE position = 4", 4),
    "row deleted": ("event", "DELETE FROM event WHERE position = 3", 3),
    "last rows deleted": ("event", "DELETE FROM event WHERE position >= 6", 6),
    "rows swapped": (
        "event",
        """
        UPDATE event SET position = CASE position WHEN 2 THEN -5 ELSE -2 END WHERE position IN (2, 5);
        UPDATE event SET position = -position WHERE position < 0
        """,
        2,
    ),
    "recorded_at": ("event", "UPDATE event SET recorded_at = recorded_at + interval '1 s' WHERE position = 6", 6),
    "root of an append": ("append_tx", "UPDATE append_tx SET root = sha256(root) WHERE size = 6", 5),
    "two appends made one": (
        "append_tx",
        "DELETE FROM append_tx WHERE size = 2; UPDATE append_tx SET first_position = 0 WHERE size = 6",
        0,
    ),
    "row before the first": (
        "event",
        """
        INSERT INTO event SELECT log_id, -1, recorded_at, kind, kind_version, source, id, salt_h, leaf_hash,
                                 payload_sha256, payload_sm3, credential, 5, 4 FROM event WHERE position = 7
        """,
        -1,
    ),
    "identity removed": ("event_id", "DELETE FROM event_id WHERE position = 1", 1),
    "tile added": ("tile", "INSERT INTO tile VALUES ('cn-62', 0, 0, '', '')", None),
    "counter": ("log", "UPDATE log SET size = 7", 7),
    "stamp of the counter": ("log", "UPDATE log SET recorded_at = recorded_at + interval '1 day'", None),
}


@pytest.mark.parametrize(("table", "statements", "position"), LIES.values(), ids=LIES.keys())
def test_the_first_lie_is_named(
    commands: Commands, database_url: str, table: str, statements: str, position: int | None
) -> None:
    """Whatever was changed behind the guards, verify names where it first shows, and ends with 1."""
    tamper(database_url, table, *statements.split(";"))
    (said,) = commands.json("verify", code=1)
    assert (said["verified"], said["position"]) == (False, position), said
    assert said["lie"] in commands.run("verify", "cn-62", code=1).stdout


def test_the_guards_hold_for_a_superuser_too(commands: Commands, database_url: str) -> None:
    """With its triggers in place a table refuses what was done in the tests of lies."""
    with pytest.raises(Exception, match="append-only"):
        tamper(database_url, "log", "UPDATE payload SET kept = kept || ' ' WHERE position = 5")
    commands.run("verify")


def test_logs(commands: Commands) -> None:
    """The logs are listed with how far they are, as a table and as JSON."""
    commands.run("ask", "c")
    (log,) = commands.json("logs")
    assert (log["id"], log["state"], log["clock"], log["size"], log["projected"]) == ("cn-62", "open", "live", 8, 8)
    assert log["root"] in commands.run("logs").stdout
    own, same = commands.json("logs", "--all")
    assert (own["id"], own["size"] > 0, same) == ("access", True, log)
    assert "no projections" in commands.run("rebuild", "access", code=2).stderr


def test_keys(commands: Commands) -> None:
    """A key is printed once, works, is listed without its secret, and no longer works once it is revoked."""
    made = commands.json("keys", "add", "county", "--role", "inspector", "--log", "cn-62", "--jurisdiction", "c")
    assert made["key"].startswith(f"zk_{made['id']}_")
    commands.env["ZEREN_KEY"] = made["key"]
    commands.run("ask", "c")
    assert "403" in commands.run("ask", "p", code=1).stderr
    listed = {key["id"]: key for key in commands.json("keys", "list")}
    told = listed[made["id"]]
    assert (told["roles"], told["logs"], told["jurisdictions"]) == (["inspector"], ["cn-62"], ["c"])
    assert made["key"] not in json.dumps(listed) + commands.run("keys", "list").stdout
    commands.run("keys", "revoke", made["id"])
    assert "401" in commands.run("ask", "c", code=1).stderr
    assert "no key" in commands.run("keys", "revoke", made["id"], code=1).stderr
    assert {key["id"]: key["revoked_at"] for key in commands.json("keys", "list")}[made["id"]] is not None


def test_the_whole_grant_of_a_key_is_listed(commands: Commands) -> None:
    """A key for some kinds and sources is not told as one for all: as the API tells it, and in the table, too."""
    limits = ("--log", "cn-62", "--kind", "visit.made", "--source", "urn:a", "--source", "urn:b", "--key-kinds")
    made = commands.json("keys", "add", "narrow", "--role", "recorder", *limits)
    told = next(key for key in commands.json("keys", "list") if key["id"] == made["id"])
    assert {name: one for name, one in told.items() if name not in ("id", "created_at")} == {
        "name": "narrow", "roles": ["recorder"], "logs": ["cn-62"], "jurisdictions": [], "kinds": ["visit.made"],
        "sources": ["urn:a", "urn:b"], "correct": False, "key_kinds": True, "revoked_at": None,
    }  # fmt: skip
    (line,) = (line for line in commands.run("keys", "list").stdout.splitlines() if made["id"] in line)
    assert line.split()[1:8] == ["narrow", "recorder", "cn-62", "visit.made", "urn:a,", "urn:b", "False"]


def test_a_key_is_checked_as_the_api_does(commands: Commands) -> None:
    """What the API refuses makes no key; a log or place that is not on record may come later, and is told."""
    before = len(commands.json("keys", "list"))
    for wrong in (
        ("--kind", "nokind"), ("--source", "a b"), ("--log", "a/b"), ("--jurisdiction", ""), ("--role", "king"),
    ):  # fmt: skip
        told = commands.run("keys", "add", "x", "--role", "inspector", *wrong, code=2)
        assert (told.stdout, wrong[1] in told.stderr) == ("", True)
    commands.run("keys", "add", " ", "--role", "inspector", code=2)
    assert len(commands.json("keys", "list")) == before
    limits = ("--log", "nolog", "--log", "cn-62", "--jurisdiction", "621223", "--jurisdiction", "c")
    made = commands.run("keys", "add", "x", "--role", "inspector", *limits)
    assert made.stdout.startswith("zk_")
    assert "there is no such log" in made.stderr
    assert "--jurisdiction 621223" in made.stderr
    assert "cn-62" not in made.stderr
    assert "--jurisdiction c:" not in made.stderr


def test_doctor(commands: Commands) -> None:
    """A sound database passes every check, projections that are behind included."""
    checks = commands.json("doctor")
    assert all(check["ok"] for check in checks), checks
    assert {"database", "schema", "log cn-62", "projections of cn-62"} <= {check["check"] for check in checks}
    assert "WRONG" not in commands.run("doctor").stdout


def test_a_database_that_takes_no_writes(commands: Commands, database_url: str) -> None:
    """`doctor` says so, for nothing else works then; what must write says it in PostgreSQL's words and no others."""
    alter = "ALTER DATABASE %I SET default_transaction_read_only = on"
    tamper(database_url, "log", f"DO $$ BEGIN EXECUTE format('{alter}', current_database()); END $$")
    found = {check["check"]: check for check in commands.json("doctor", code=1)}
    assert [name for name, check in found.items() if not check["ok"]] == ["writes"]
    assert "read-only" in found["writes"]["found"]
    said = commands.run("keys", "add", "somebody", "--role", "recorder", code=1).stderr
    assert "ReadOnlySQLTransactionError: cannot execute INSERT" in said
    assert "sqlalche" not in said.lower()
    assert "parameters" not in said


def test_doctor_names_what_is_wrong(commands: Commands, database_url: str) -> None:
    """A halted log and a stopped projection are wrong."""
    commands.run("ask", "c")
    tamper(database_url, "log", "UPDATE log SET state = 'halted'")
    tamper(database_url, "mention", 'UPDATE projection_state SET failures = \'{"post": "bug"}\'')
    wrong = [check["check"] for check in commands.json("doctor", code=1) if not check["ok"]]
    assert wrong == ["log access", "log cn-62", "projections of cn-62"]
    assert "WRONG" in commands.run("doctor", code=1).stdout


def test_a_schema_that_is_not_there(tmp_path: Path, server_url: str) -> None:
    """On an operator's empty database every command says to run `zeren migrate`, which makes the schema."""
    name = f"zeren_bare_{uuid4().hex[:8]}"
    commands = Commands(tmp_path / "data", with_database(server_url, name))

    async def execute(statement: str) -> None:
        engine = open_engine(server_url, owner=True).execution_options(isolation_level="AUTOCOMMIT")
        async with engine.connect() as conn:
            await conn.exec_driver_sql(statement)
        await engine.dispose()

    asyncio.run(execute(f"CREATE DATABASE {name}"))
    try:
        (told,) = [check for check in commands.json("doctor", code=1) if not check["ok"]]
        assert "zeren migrate" in told["found"]
        for arguments in (("ask", "c"), ("logs",), ("verify",), ("rebuild",), ("serve", "--port", str(free_port()))):
            assert "zeren migrate" in commands.run(*arguments, code=1).stderr
        for _ in range(2):
            commands.run("migrate")
        commands.json("doctor")
        assert commands.json("logs") == []
    finally:
        asyncio.run(execute(f"DROP DATABASE {name} WITH (FORCE)"))


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    """A database that cannot be reached is told in one line, with exit code 1, by doctor and by all others."""
    commands = Commands(tmp_path / "data", f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    assert commands.json("doctor", code=1)[0]["ok"] is False
    for arguments in (("logs",), ("ask", "c"), ("migrate",)):
        assert "cannot use the database" in commands.run(*arguments, code=1).stderr


def test_usage(commands: Commands) -> None:
    """An unknown log, role, command or option, and a setting that is too short, are faults of usage."""
    assert "cn-99" in commands.run("verify", "cn-99", code=2).stderr
    assert "cn-99" in commands.run("rebuild", "cn-99", code=2).stderr
    told = commands.run("keys", "add", "x", "--role", "king", code=2).stderr
    assert all(role in told for role in ROLES)
    commands.run("keys", "add", "x", code=2)
    commands.run("prosper", code=2)
    commands.run("logs", "--everything", code=2)
    commands.env["ZEREN_OPERATOR_KEY"] = "short-secret"
    told = commands.run("logs", code=2).stderr
    assert "ZEREN_OPERATOR_KEY" in told
    assert "24" in told
    assert "short-secret" not in told
