"""Asks a time-stamping authority (RFC 3161) for one token over each checkpoint, verifies it, keeps it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import httpx
import structlog
from cryptography.x509 import Certificate

from events import checkpoints, time_token
from events.checkpoints import Signed
from events.time_token import MAX_RESPONSE, REQUEST_TYPE, BadTimeToken, read_roots
from service.notary.signing import Desk, Signer

TIMEOUT: Final = httpx.Timeout(20.0, connect=5.0)
MOST: Final = 20
"""Checkpoints of a log that still get a token after a time without the authority: a later token covers the rest."""
LONGEST_WAIT: Final = 300.0

log = structlog.get_logger()


def roots_of(file: Path) -> list[Certificate]:
    """The roots of a PEM file. Raises ValueError where there is none, OSError."""
    return read_roots(file.read_bytes())


class Authority:
    """A time-stamping authority, and up to which size it has stamped our logs."""

    def __init__(
        self, desk: Desk, url: str, roots: Sequence[Certificate], signer: Signer, client: httpx.AsyncClient
    ) -> None:
        self._desk = desk
        self._url = url
        self._roots = roots
        self._signer = signer
        self._client = client
        self._stamped: dict[str, int] = {}
        self._failures = 0
        self._not_before = 0.0

    async def stamp_all(self) -> None:
        """Get tokens for the checkpoints that lack one, until the authority fails."""
        if asyncio.get_running_loop().time() < self._not_before:
            return
        for log_id, newest in list(self._signer.newest.items()):
            if self._stamped.get(log_id, -1) >= newest.size:
                continue
            async with self._desk.engine.connect() as conn:
                waiting = await checkpoints.untimed(conn, log_id, MOST)
            for signed in waiting:
                if signed.size <= newest.size and not await self._stamp(log_id, signed):
                    return
            self._stamped[log_id] = newest.size

    async def _stamp(self, log_id: str, signed: Signed) -> bool:
        """Get the token of one checkpoint and keep it; whether that was done."""
        try:
            token = await self._token(signed.body)
        except (BadTimeToken, httpx.HTTPError) as error:
            self._failures += 1
            wait = min(LONGEST_WAIT, 2.0 ** min(self._failures, 16) / 2)
            self._not_before = asyncio.get_running_loop().time() + wait
            log.warning(
                "the time-stamping authority gave no token",
                log=log_id, size=signed.size, again_in=wait, error=f"{type(error).__name__}: {error}",
            )  # fmt: skip
            return False
        self._failures = 0
        async with self._desk.engine.begin() as conn:
            await checkpoints.keep_token(conn, log_id, signed.size, token, self._desk.clock.now())
        return True

    async def _token(self, body: str) -> bytes:
        """The response of the authority over the body of a checkpoint. Raises BadTimeToken, httpx.HTTPError."""
        asked = time_token.request(body)
        headers = {"Content-Type": REQUEST_TYPE}
        async with self._client.stream(
            "POST", self._url, content=asked.as_bytes(), headers=headers, timeout=TIMEOUT
        ) as answer:
            read = b""
            async for piece in answer.aiter_bytes():
                read += piece
                if len(read) > MAX_RESPONSE:
                    break
        if not answer.is_success:
            raise BadTimeToken(f"it answered {answer.status_code}")
        time_token.check(read, body, self._roots, asked)
        return read
