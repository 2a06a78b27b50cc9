"""`zeren serve` as a process: how it ends, and what it says."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from service.cli.serve import BESIDE
from service.notary import kept
from service.settings import Settings
from tests.longer import longer
from tests.patience import HANG_SECONDS, looks
from tests.service.servers import KEY, Commands, Served, free_port, zeren

HEADERS = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture
def served(tmp_path: Path, database_url: str) -> Iterator[Served]:
    """A server on this test's database, started."""
    server = Served(tmp_path / "data", ZEREN_DATABASE_URL=database_url, ZEREN_OPERATOR_KEY=KEY)
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.mark.parametrize("sent", [signal.SIGTERM, *longer([signal.SIGINT])])
def test_it_ends_when_it_is_asked_to(served: Served, sent: signal.Signals) -> None:
    """Told to end, at once after it is ready, it takes its runner along and exits with 0."""
    assert served.stop(sent) == 0
    assert served.runners() == []


@pytest.mark.long
def test_all_its_processes_are_told_to_end(served: Served) -> None:
    """A signal to each of them, as a supervisor of services sends it: none is started again, or said to be."""
    for _ in looks(served.said):
        if len(served.runners()) == len(BESIDE):
            break
    headers = {**HEADERS, "Accept": "text/event-stream"}
    assert httpx.put(f"{served.url}/v1/logs/cn-62", headers=HEADERS, timeout=HANG_SECONDS).status_code == 201
    with httpx.stream("GET", f"{served.url}/v1/logs/cn-62/events", headers=headers, timeout=HANG_SECONDS):
        served.tell_all(signal.SIGTERM)
        assert served.stop() == 0
    assert "started again" not in served.said.read_text()
    assert served.runners() == []


def test_a_stream_does_not_hold_it(served: Served) -> None:
    """A client that follows a log for ever is cut off, instead of keeping the server from ending."""
    assert httpx.put(f"{served.url}/v1/logs/cn-62", headers=HEADERS, timeout=HANG_SECONDS).status_code == 201
    key = zeren("keys", "add", "x", "--role", "auditor", env=served.env).stdout.strip()
    following = {"Authorization": f"Bearer {key}", "Accept": "text/event-stream"}
    with httpx.stream("GET", f"{served.url}/v1/logs/cn-62/events", headers=following, timeout=HANG_SECONDS) as stream:
        assert next(stream.iter_raw()) == b": zeren\n\n"
        assert served.stop() == 0


def test_it_keeps_keys_to_itself(served: Served) -> None:
    """A key that is set is not printed."""
    said = served.said.read_text()
    assert f"Zeren is up: {served.url}" in said
    assert "set by ZEREN_OPERATOR_KEY" in said
    assert KEY not in said


def test_the_notary_directory_of_another_database(served: Served, other_database_url: str) -> None:
    """Nothing is served with a directory that is all of another database; it is said, and that database left alone."""
    assert httpx.get(f"{served.url}/v1/jurisdictions?q=x", headers=HEADERS, timeout=HANG_SECONDS).is_success
    for _ in looks(served.said):
        if (served.data / "notary" / "access" / kept.COPY).exists():
            break
    assert served.stop() == 0
    env = {**served.env, "ZEREN_DATABASE_URL": other_database_url}
    ended = zeren("serve", "--port", str(served.port), "--data", served.data, env=env)
    assert (ended.returncode, "is of another database" in ended.stderr) == (1, True), ended.stderr
    assert Commands(served.data.parent / "own", other_database_url).json("logs", "--all") == []


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    """A port on which another listens is a fault of usage, told before anything is started."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port()))
        other.listen()
        ended = Commands(tmp_path).run(
            "serve", "--port", str(other.getsockname()[1]), "--data", tmp_path / "data", code=2
        )
    assert "choose another with --port" in ended.stderr
    assert not (tmp_path / "data").exists()


def test_a_host_that_is_none(tmp_path: Path) -> None:
    """An address of another machine is told as that: no other port would help."""
    ended = Commands(tmp_path).run("serve", "--host", "192.0.2.1", "--data", tmp_path / "data", code=2)
    assert "choose another with --host" in ended.stderr


@pytest.mark.parametrize("command", [("serve",), ("demo",), ("migrate",), ("keys", "add", "x", "--role", "inspector")])
def test_a_data_directory_that_can_be_none(tmp_path: Path, command: tuple[str, ...]) -> None:
    """A file, or a place where no directory can be made, is told in a sentence."""
    (tmp_path / "file").touch()
    for data in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/x")):
        ended = Commands(tmp_path).run(*command, "--data", data, code=2)
        assert f"{data} cannot be used" in ended.stderr


def test_a_data_directory_of_another_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that may not be looked into is told in a sentence, with what to do; `doctor`, too, ended with a traceback."""

    def refuse(_: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "exists", refuse)
    ended = Commands(tmp_path / "data").run("doctor", code=2)
    assert f"{tmp_path / 'data'} cannot be used: Permission denied; run this as the user" in ended.stderr


def test_an_upload_that_outlasts_the_end(served: Served, tmp_path: Path, database_url: str) -> None:
    """Told to end while lines still come, the service answers 503 after its grace, to be sent again; it is no bug."""
    httpx.put(f"{served.url}/v1/logs/cn-62", headers=HEADERS)
    commands = Commands(tmp_path / "data", database_url)
    commands.with_key("recorder")
    with socket.create_connection(("127.0.0.1", served.port), timeout=HANG_SECONDS) as upload:
        upload.sendall(
            b"POST /v1/logs/cn-62/events HTTP/1.1\r\nHost: zeren.test\r\nTransfer-Encoding: chunked\r\n"
            b"Content-Type: application/x-ndjson\r\nAuthorization: Bearer "
            + str(commands.env["ZEREN_KEY"]).encode()
            + b"\r\n\r\n1\r\n\n\r\n"
        )
        assert httpx.get(f"{served.url}/healthz").status_code == 200  # by then it is at the upload
        served.process.send_signal(signal.SIGTERM)
        answer = upload.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 503")
    assert b"send it again" in answer
    assert served.process.wait(HANG_SECONDS) in (0, None)
    assert "Traceback" not in served.said.read_text()


def test_settings_that_cannot_be(tmp_path: Path) -> None:
    """A wrong port, a key that cannot be sent and a database that is no PostgreSQL: exit 2 before anything starts."""
    wrong: list[tuple[str, dict[str, str]]] = [
        ("99999", {}), ("-1", {}), ("8000", {"ZEREN_OPERATOR_KEY": "责任" * 12}), ("8000", {"ZEREN_DATABASE_URL": "mysql://x"}),
    ]  # fmt: skip
    for port, more in wrong:
        commands = Commands(tmp_path)
        commands.env |= more
        ended = commands.run("serve", "--port", port, "--data", tmp_path / "data", code=2)
        assert all(name in ended.stderr for name in more)
    commands = Commands(tmp_path)
    commands.env["ZEREN_KEY"] = "责任" * 12
    assert "ZEREN_KEY" in commands.run("ask", "c", "--url", "http://127.0.0.1:9", code=2).stderr


@pytest.mark.parametrize(
    "where", ["u:p/w@db", "u:p#w@db", "u:p?w@db", "db:one", "db:", "db:0", "db:99999", "[::1", "[db]"]
)
def test_a_url_that_cannot_be_read(tmp_path: Path, where: str) -> None:
    """A password with a sign of URLs in it, a port or an address that is none: exit 2, told how to write it."""
    commands = Commands(tmp_path / "data", f"postgresql://{where}/zeren")
    for command in ("serve", "doctor", "migrate"):
        said = commands.run(command, code=2).stderr
        assert "ZEREN_DATABASE_URL" in said
        assert "USER:PASSWORD@HOST:PORT/DATABASE" in said
        assert where not in said


def test_a_url_as_sqlalchemy_writes_it() -> None:
    """It is told to everything that connects as asyncpg reads it: the runner and the notary did not work with it."""
    for written in ("postgresql+asyncpg", "postgresql"):
        url = Settings(database_url=f"{written}://u:p%2F@db1:5432,db2/zeren").database_url
        assert url == "postgresql://u:p%2F@db1:5432,db2/zeren"


def test_a_policy_of_witnesses_that_is_not_there(tmp_path: Path, database_url: str) -> None:
    """A file that a setting names is a setting: exit 2."""
    commands, policy = Commands(tmp_path / "data", database_url), str(tmp_path / "nonexistent")
    commands.env["ZEREN_WITNESS_POLICY"] = policy
    ended = commands.run("serve", "--port", str(free_port()), "--data", tmp_path / "data", code=2)
    assert f"{policy} cannot be used" in ended.stderr
