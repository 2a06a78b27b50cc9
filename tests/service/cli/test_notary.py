"""`zeren notary`, `zeren recover`, and what `zeren doctor` says of checkpoints."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import pytest

from events import logs, note
from events.checkpoint import parse_body
from events.clock import SystemClock
from events.database import open_engine
from service.notary import kept
from service.notary.signing import Desk, Signer
from tests.service.cli.test_keepers import tamper
from tests.service.notary.conftest import LOG, LOG_TABLES, ORIGIN
from tests.service.servers import Commands
from tests.service.test_walk import TREE, event

ENTRIES = [*TREE[:6], event("extra", "person.registered", person_id="extra", name_zh="示例")]


class Kept:
    """Commands on a log of a database, its notary, and the loss of what it held."""

    def __init__(self, place: Path, url: str) -> None:
        self.commands = Commands(place / "data", url)
        self.directory = place / "data" / "notary"
        self._place = place
        self.url = url
        self._count = 0

    def post(self, *lines: dict[str, Any], code: int = 0) -> Any:
        """Import some lines into the log."""
        self._count += 1
        file = self._place / f"{self._count}.ndjson"
        file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
        return self.commands.run("import", file, "--log", LOG, code=code)

    def sign(self) -> None:
        """Let the notary sign what grew."""

        async def work() -> None:
            engine = open_engine(self.url)
            await Signer(Desk(engine, self.directory, SystemClock())).sign_all()
            await engine.dispose()

        asyncio.run(work())

    def lose(self, *log_ids: str) -> None:
        """Take logs back to what they were before their first entry, as a restored backup does."""
        for log_id in log_ids:
            for table in LOG_TABLES:
                tamper(self.url, table, f"DELETE FROM {table} WHERE log_id = '{log_id}'")
            empty = "size = 0, recorded_at = NULL, frontier = ''"
            tamper(self.url, "log", f"UPDATE log SET {empty} WHERE log_id = '{log_id}'")

    def log(self) -> logs.Log:
        """The log as it stands."""

        async def work() -> logs.Log:
            engine = open_engine(self.url)
            async with engine.connect() as conn:
                found = await logs.get(conn, LOG)
            await engine.dispose()
            return found

        return asyncio.run(work())

    def checks(self, code: int = 0) -> dict[str, tuple[bool, str]]:
        """What doctor says."""
        return {said["check"]: (said["ok"], said["found"]) for said in self.commands.json("doctor", code=code)}


@pytest.fixture
def data(tmp_path: Path, database_url: str) -> Kept:
    """A log of some signed entries."""
    made = Kept(tmp_path, database_url)
    made.commands.with_key("operator", "recorder", "overseer", "auditor")
    made.post(*ENTRIES[:4])
    made.sign()
    return made


def test_keys_are_shown_rotated_and_retired(data: Kept) -> None:
    """New keys sign beside the old ones until these are retired; all stay on record, in this order."""
    (first,) = data.commands.json("notary", "show", LOG)["keys"]
    assert (first["state"], first["algorithm"]) == ("current", "Ed25519")
    rotated = data.commands.json("notary", "rotate", LOG)["vkeys"]
    assert rotated[1] == first["vkey"]
    assert "retire them first" in data.commands.run("notary", "rotate", LOG, code=1).stderr
    data.post(ENTRIES[4])
    data.sign()
    both = note.parse((data.directory / LOG / kept.COPY).read_text())
    assert all(both.signed_by(note.parse_vkey(vkey)) for vkey in rotated)
    assert data.commands.json("notary", "retire", LOG)["retired"] == [first["vkey"]]
    assert "no key" in data.commands.run("notary", "retire", LOG, code=1).stderr
    said = data.commands.json("notary", "show", LOG)
    assert [(key["vkey"], key["state"]) for key in said["keys"]] == [
        (first["vkey"], "not here"),
        (rotated[0], "current"),
    ]
    assert said["outside_size"] == 5
    assert rotated[0] in data.commands.run("notary", "show", LOG).stdout
    assert data.commands.run("notary", "show", "cn-99", code=2)


def test_lost_keys_are_replaced_by_decision(data: Kept) -> None:
    """Where the notary's directory is gone nothing is signed until new keys are made by hand."""
    (data.directory / LOG / "current").unlink()
    data.post(ENTRIES[4])
    data.sign()
    assert data.commands.json("notary", "show", LOG)["outside_size"] == 4
    (new,) = data.commands.json("notary", "rotate", LOG)["vkeys"]
    data.sign()
    copy = note.parse((data.directory / LOG / kept.COPY).read_text())
    assert parse_body(copy.text).size == 5
    assert copy.signed_by(note.parse_vkey(new))


def test_doctor_says_how_far_a_log_is_signed(data: Kept) -> None:
    """A signed log is in order, and so is one whose last append is a moment old."""
    assert data.checks()[f"checkpoint of {LOG}"] == (True, "size 4 of 4 signed, size 4 published")
    data.post(ENTRIES[4])
    ok, found = data.checks()[f"checkpoint of {LOG}"]
    assert ok
    assert found.startswith("size 4 of 5 signed")


def test_what_is_signed_and_not_published_is_laid_at_no_witness(data: Kept) -> None:
    """Where there are none (the disk was full, say): the output of `serve` is named, and not a quorum."""
    tamper(data.url, "publication", f"DELETE FROM publication WHERE log_id = '{LOG}'")
    _, found = data.checks()[f"checkpoint of {LOG}"]
    assert found.startswith("size 4 of 4 signed, size 0 published: not yet; the notary")
    assert "quorum" not in found


def test_a_loss_is_explained_declared_and_on_record(data: Kept) -> None:
    """A restored log is refused and explained; the decision is an entry of `access`, and the old copy is kept."""
    old = (data.directory / LOG / kept.COPY).read_text()
    data.lose(LOG)
    assert "is halted and takes no entries (size 4 was signed" in data.post(ENTRIES[4], code=1).stderr
    ok, found = data.checks(code=1)[f"checkpoint of {LOG}"]
    assert not ok
    for word in ("size 4 was signed", "末尾记录丢失", "zeren recover", "--declare-loss"):
        assert word in found
    assert data.log().state == "halted"
    assert "is not what was signed" in data.commands.run("recover", LOG, code=1).stderr
    assert data.log().state == "halted"

    said = data.commands.json(
        "recover", LOG, "--declare-loss", "--reason", "备份恢复 / restored", "--ordered-by", "office"
    )
    lost = parse_body(note.parse(old).text)
    assert (said["size"], said["lost_size"], base64.b64decode(said["lost_root"])) == (0, 4, lost.root)
    assert Path(said["kept"]).read_text() == old
    assert data.log().state == "open"
    data.post(*ENTRIES[4:6])
    data.sign()
    assert parse_body(note.parse((data.directory / LOG / kept.COPY).read_text()).text).size == 2
    assert data.checks()[f"checkpoint of {LOG}"][0]
    export = data._place / "access.ndjson"
    data.commands.run("export", "access", "-o", export)
    recorded = [json.loads(line) for line in export.read_text().splitlines() if "loss.declared" in line]
    assert [entry["event"]["data"] for entry in recorded] == [
        {
            "credential": "operator", "log": LOG, "size": 0, "root": said_root(0), "reason": "备份恢复 / restored",
            "lost_size": 4, "lost_root": said["lost_root"], "ordered_by": "office",
        }
    ]  # fmt: skip


def said_root(size: int) -> str:
    """The root of the empty tree, as text."""
    assert size == 0
    return "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def test_the_log_of_the_record_comes_first(data: Kept) -> None:
    """Where `access` was lost too, its own loss is declared, in itself, before any other."""
    data.commands.run("export", LOG, "-o", data._place / "read.ndjson")
    data.sign()
    assert (data.directory / "access" / kept.COPY).exists()
    data.lose(LOG, "access")
    data.sign()
    declare = ("--declare-loss", "--reason", "restored")
    assert "zeren recover access" in data.commands.run("recover", LOG, *declare, code=1).stderr
    assert data.log().state == "halted"
    assert data.commands.json("recover", "access", *declare)["position"] == 0
    assert data.commands.json("recover", LOG, *declare)["position"] >= 1
    data.sign()
    assert data.checks()["checkpoint of access"][0]


def test_there_must_be_a_loss_to_declare(data: Kept) -> None:
    """A sound log loses nothing by a command; one halted by hand is opened, and a wrong call says what is missing."""
    assert "no loss to declare" in data.commands.run("recover", LOG, "--declare-loss", "--reason", "x", code=1).stderr
    assert data.commands.run("recover", LOG, "--declare-loss", code=2)
    assert data.commands.run("recover", LOG, "--reason", "x", code=2)
    assert data.commands.run("recover", "cn-99", code=2)
    assert "was open" in data.commands.run("recover", LOG).stdout
    tamper(data.url, "log", f"UPDATE log SET state = 'halted' WHERE log_id = '{LOG}'")
    assert "zeren recover" in data.checks(code=1)[f"checkpoint of {LOG}"][1]
    assert "is open again" in data.commands.run("recover", LOG).stdout
    assert data.log().state == "open"


def test_what_contradicts_itself_is_no_loss(data: Kept) -> None:
    """Entries that vanished while their checkpoint stayed are no restored backup: it is not declared away."""
    tamper(data.url, "checkpoint", "UPDATE checkpoint SET size = 400")
    (data.directory / LOG / kept.COPY).write_text(
        (data.directory / LOG / kept.COPY).read_text().replace(f"{ORIGIN}\n4\n", f"{ORIGIN}\n400\n")
    )
    said = data.commands.run("recover", LOG, "--declare-loss", "--reason", "x", code=1).stderr
    assert "contradicts itself" in said


def test_the_directory_of_another_database_is_named(data: Kept, other_database_url: str, tmp_path: Path) -> None:
    """A command with it, on a healthy database, fails alone: nothing is halted there, and doctor says what is wrong."""
    data.commands.run("export", LOG, "-o", tmp_path / "read.ndjson")
    data.sign()
    foreign = Commands(tmp_path / "data", other_database_url)
    (told,) = [check for check in foreign.json("doctor", code=1) if not check["ok"]]
    assert told["check"] == "notary directory"
    assert "属于另一数据库" in told["found"]
    assert f"Not of this database: access, {LOG}" in told["found"]

    foreign.with_key("operator", "recorder", "auditor")
    own = Commands(tmp_path / "own", other_database_url)
    own.with_key("operator", "recorder", "auditor")
    own.run("import", tmp_path / "1.ndjson", "--log", LOG)
    own.run("export", LOG, "-o", tmp_path / "own.ndjson")
    for arguments in (("import", tmp_path / "1.ndjson", "--log", LOG), ("export", LOG, "-o", tmp_path / "not")):
        assert "is of another database" in foreign.run(*arguments, code=1).stderr
    wrong = {check["check"] for check in foreign.json("doctor", code=1) if not check["ok"]}
    assert wrong == {"notary directory", f"checkpoint of {LOG}", "checkpoint of access"}
    assert {check["found"] for check in own.json("doctor") if check["check"].startswith("log ")} == {
        "open, 1 entries",
        "open, 4 entries",
    }


def test_a_database_made_anew_is_refused_until_it_is_decided(data: Kept, other_database_url: str) -> None:
    """Where the database that was signed is gone, each loss is declared, the missing log `access` first."""
    data.commands.run("export", LOG, "-o", data._place / "read.ndjson")
    data.sign()
    anew = Kept(data._place, other_database_url)
    anew.commands.with_key("operator", "recorder", "auditor")
    again = anew._place / "again.ndjson"
    again.write_text("\n".join(json.dumps(line) for line in ENTRIES[4:6]), encoding="utf-8")
    assert "is of another database" in anew.commands.run("import", again, "--log", LOG, code=1).stderr
    assert "is of another database" in anew.commands.run("recover", "access", code=1).stderr
    declare = ("--declare-loss", "--reason", "the machine burnt")
    assert anew.commands.json("recover", "access", *declare)["position"] == 0
    said = anew.commands.json("recover", LOG, *declare)
    assert (said["size"], said["lost_size"]) == (0, 4)
    anew.commands.run("import", again, "--log", LOG)
    anew.sign()
    checks = anew.checks()
    assert checks["notary directory"][0]
    assert "size 2 of 2 signed" in checks[f"checkpoint of {LOG}"][1]
