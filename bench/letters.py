"""Signed letters over HTTP in batches, beside what one core verifies of the same signatures with nothing else to do."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import orjson

from bench.appends import BATCH, MANY, SEVERAL, check_positions, make_log, positions_of_batches, settle
from bench.client import drive, request
from bench.measured import Bar, Line, Results, middle
from bench.signers import Letter, Signers
from bench.site import ROOT, Site
from events import signatures
from events.signatures import SM2, Algorithm

SHARE: Final = Bar("ratio", "at least", 0.40)
BASELINE: Final = "verifying alone, one core"
NO_SM2: Final = "signed-batch-sm2: skipped, gmssl-pyx is not installed"


class VerifyingError(Exception):
    """The process that verifies alone failed; the message is what it said."""


def measure(site: Site, algorithm: Algorithm, results: Results, *, stretches: int, letters: int) -> None:
    """`signed-batch-ed25519`, `signed-batch-sm2`: one connection and several, in turns; each letter durable."""
    if algorithm == SM2 and not signatures.sm2_available:
        results.notes.append(NO_SM2)
        return
    name = f"signed-batch-{algorithm.lower()}"
    one, several = Side(site, algorithm, name, 1), Side(site, algorithm, f"{name}-{SEVERAL}-clients", SEVERAL)
    for turn in range(stretches):
        for side in (one, several):
            side.stretch(letters, counts=turn > 0)  # the first stretch warms up
    results.lines += [one.line(None), several.line(SHARE)]


class Side:
    """One way of sending, with a log and officials of its own."""

    def __init__(self, site: Site, algorithm: Algorithm, name: str, clients: int) -> None:
        self._site = site
        self._algorithm = algorithm
        self._name = name
        self._clients = clients
        self._ours: list[float] = []
        self._alone: list[float] = []
        self._size = 0
        self.signers = Signers(name, algorithm)
        make_log(site, name)
        self.append([self.signers.registered()])

    def stretch(self, count: int, *, counts: bool) -> None:
        """Append so many new letters, then verify them alone while the server rests."""
        letters = self.signers.letters(count)
        sent = [[one.envelope for one in letters[at : at + BATCH]] for at in range(0, count, BATCH)]
        seconds = self.append(sent)
        settle(self._site, self._name, self._size)
        alone = alone_seconds(self._algorithm, letters)
        if counts:
            self._ours.append(count / seconds)
            self._alone.append(count / alone)

    def append(self, batches: Sequence[Sequence[dict[str, Any]]]) -> float:
        """Append batches over the connections in turn; the seconds. Raises NotAppendedError."""
        raw = [request("POST", f"/v1/logs/{self._name}/events", MANY, orjson.dumps(some)) for some in batches]
        appended = drive(self._site.port, [raw[client :: self._clients] for client in range(self._clients)], status=200)
        count = sum(len(some) for some in batches)
        check_positions(positions_of_batches(appended), self._size, count)
        self._size += count
        return appended.seconds

    def line(self, bar: Bar | None) -> Line:
        """What was measured."""
        return Line(self._name, middle(self._ours), "events/s", middle(self._alone), BASELINE, bar)


def alone_seconds(algorithm: Algorithm, letters: Sequence[Letter]) -> float:
    """The seconds in which a process of its own verifies the signatures of letters. Raises VerifyingError."""
    with TemporaryDirectory(prefix="zeren-bench-signed-") as folder:
        file = Path(folder) / "signed.ndjson"
        lines = [
            [algorithm, *(base64.b64encode(part).decode() for part in (one.public_key, one.message, one.signature))]
            for one in letters
        ]
        file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="ascii")
        command = [sys.executable, "-m", "bench.verifying_process", str(file)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise VerifyingError(done.stderr)
    found = json.loads(done.stdout)
    if found["count"] != len(letters):
        raise VerifyingError(f"{found['count']} of {len(letters)} signatures were verified")
    seconds: float = found["seconds"]
    return seconds
