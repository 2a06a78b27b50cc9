"""Requests that cost little to send: prebuilt bytes over keep-alive sockets, one process beside the server's.

An HTTP library would cost more than the server's own work; here a request is one write and its
answer is found by its `content-length`.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_STATUS: Final = slice(9, 12)
"""Where the status stands in `HTTP/1.1 200 OK`."""
RECEIVED: Final = 256 * 1024
TIMEOUT_SECONDS: Final = 120.0


class UnexpectedAnswerError(Exception):
    """The server answered with another status than the measurement is about."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its status, its body, and how long it took."""

    status: int
    body: bytes
    seconds: float

    def expect(self, status: int) -> None:
        """Raise UnexpectedAnswerError unless the answer has this status."""
        if self.status != status:
            raise UnexpectedAnswerError(f"{self.status}, expected {status}: {self.body[:500]!r}")


@dataclass(slots=True)
class Driven:
    """What came of some requests: all answers by connection, and the time from the first to the last."""

    seconds: float
    answers: list[list[Answer]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many requests were answered."""
        return sum(len(found) for found in self.answers)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.count / self.seconds


def request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """The bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    if method != "GET":
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


class Connection:
    """One keep-alive connection to a loopback port."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._got = bytearray()
        self._sent = 0.0

    def send(self, raw: bytes) -> None:
        """Send one request; its answer must have come before the next."""
        self._sent = time.perf_counter()
        self.socket.sendall(raw)

    def receive(self) -> Answer | None:
        """Take what has come; the answer once it is whole. Blocks where nothing has come."""
        chunk = self.socket.recv(RECEIVED)
        if not chunk:
            raise UnexpectedAnswerError(f"the connection was closed after {bytes(self._got[:500])!r}")
        self._got += chunk
        end = self._got.find(_HEAD_END)
        if end < 0:
            return None
        found = _LENGTH.search(self._got, 0, end)
        if found is None:
            raise UnexpectedAnswerError(f"an answer without content-length: {bytes(self._got[:500])!r}")
        start = end + len(_HEAD_END)
        if len(self._got) < start + int(found[1]):
            return None
        seconds = time.perf_counter() - self._sent
        answer = Answer(int(self._got[_STATUS]), bytes(self._got[start:]), seconds)
        self._got.clear()
        return answer

    def ask(self, raw: bytes) -> Answer:
        """Send one request and wait for its answer."""
        self.send(raw)
        while True:
            answer = self.receive()
            if answer is not None:
                return answer

    def close(self) -> None:
        """Close the connection."""
        self.socket.close()


def drive(port: int, scripts: Sequence[Sequence[bytes]], *, status: int) -> Driven:
    """Send each script over a connection of its own, one request after another, all connections at once.

    Raises UnexpectedAnswerError at the first answer with another status.
    """
    busy = [script for script in scripts if script]
    connections = [Connection(port) for _ in busy]
    answers: list[list[Answer]] = [[] for _ in busy]
    waiting = selectors.DefaultSelector()
    for serial, connection in enumerate(connections):
        waiting.register(connection.socket, selectors.EVENT_READ, serial)
    left = len(busy)
    began = time.perf_counter()
    for connection, script in zip(connections, busy, strict=True):
        connection.send(script[0])
    while left:
        for key, _ in waiting.select():
            index: int = key.data
            answer = connections[index].receive()
            if answer is None:
                continue
            answer.expect(status)
            answers[index].append(answer)
            if len(answers[index]) < len(busy[index]):
                connections[index].send(busy[index][len(answers[index])])
            else:
                waiting.unregister(key.fileobj)  # the server closes it after some seconds
                left -= 1
    seconds = time.perf_counter() - began
    waiting.close()
    for connection in connections:
        connection.close()
    return Driven(seconds, answers)
