"""A Go program on golang.org/x/mod, which shares no code with us, verifies what a served demo shows."""

from __future__ import annotations

import base64
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tests.external.conftest import LOGS
from tests.external.gocode import build
from tests.patience import HANG_SECONDS


@pytest.fixture(scope="module")
def verify(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Go program, built."""
    return build("verify", tmp_path_factory.mktemp("go"))


def vkey(client: httpx.Client, log: str) -> str:
    """The Ed25519 key of a log."""
    keys: list[str] = client.get(f"/v1/logs/{log}").json()["vkeys"]
    return next(key for key in keys if base64.b64decode(key.split("+", 2)[2])[0] == 1)


def run(program: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What the Go program says."""
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=HANG_SECONDS, check=False)


@pytest.mark.parametrize("log", LOGS)
def test_every_entry_is_in_the_signed_tree(demo: httpx.Client, verify: Path, log: str) -> None:
    """Checkpoint, tiles and entries of a log verify: each entry's inclusion, and the tree grown again from them all."""
    size = demo.get(f"/v1/logs/{log}").json()["size"]
    done = run(verify, "log", f"{demo.base_url}/{log}", vkey(demo, log))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"zeren.example/{log}: {size} entries, all in the signed tree ")


def test_another_key_does_not_verify(demo: httpx.Client, verify: Path) -> None:
    """With the key of another log nothing is believed."""
    done = run(verify, "log", f"{demo.base_url}/{LOGS[0]}", vkey(demo, LOGS[1]))
    assert (done.returncode, done.stdout) == (1, "")
    assert "verif" in done.stderr


def test_proofs_verify(demo: httpx.Client, verify: Path, tmp_path: Path) -> None:
    """A .tlog-proof of the first, a middle and the last entry verifies; with one changed hash it does not."""
    log = LOGS[0]
    size = demo.get(f"/v1/logs/{log}").json()["size"]
    for position in (0, 1234, size - 1):
        file = tmp_path / f"{position}.tlog-proof"
        file.write_bytes(demo.get(f"/v1/logs/{log}/events/{position}/proof").content)
        done = run(verify, "proof", file, vkey(demo, log))
        assert done.returncode == 0, done.stderr
        assert f"entry {position} of {size} is" in done.stdout
        lines = file.read_text().split("\n")
        lines[3] = base64.b64encode(bytes(32)).decode()
        file.write_text("\n".join(lines))
        assert run(verify, "proof", file, vkey(demo, log)).returncode == 1


class Tampering(BaseHTTPRequestHandler):
    """Passes on what a log serves, with one byte of one path changed."""

    source: httpx.Client
    path_changed: str
    at: int

    def do_GET(self) -> None:
        answer = self.source.get(self.path, headers={"Accept-Encoding": "identity"})
        body = bytearray(answer.content)
        if self.path_changed in self.path:
            body[self.at] ^= 1
        self.send_response(answer.status_code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    ("path", "at"),
    [
        ("checkpoint", 30),
        ("tile/0/002", 700),
        ("tile/0/001", 8191),
        ("tile/1/000", 3),
        ("tile/entries/000", 5000),
    ],
)
def test_one_changed_byte_is_found(demo: httpx.Client, verify: Path, path: str, at: int) -> None:
    """With one byte of a checkpoint, a tile or a bundle changed on the way, the Go program refuses the log."""
    log = "demo-cn-51"
    handler = type("Changed", (Tampering,), {"source": demo, "path_changed": f"/{path}", "at": at})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as proxy:
        thread = threading.Thread(target=proxy.serve_forever)
        thread.start()
        done = run(verify, "log", f"http://127.0.0.1:{proxy.server_port}/{log}", vkey(demo, log))
        proxy.shutdown()
        thread.join()
    assert done.returncode == 1, done.stdout
