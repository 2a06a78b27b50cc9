"""Asks witnesses to cosign checkpoints (C2SP tlog-witness, add-checkpoint), and publishes where a quorum must first.

Each witness is asked at its own pace, so that a slow one delays nobody. What comes back is verified before it
is kept; signatures of keys that the policy does not name are passed over.
"""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from events import checkpoints, note, proofs, tiles
from events.checkpoint import read_size
from events.checkpoints import Signed, with_lines
from events.note import NotANote, Signature, cosigned_at
from events.tiles import HashesMissing
from events.trust import Known, Policy, parse
from service.notary.signing import Desk, Signer

TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)
MAX_ANSWER: Final = 64 * 1024
AT_ONCE: Final = 4
"""How many logs are sent to one witness at the same time."""
LONGEST_WAIT: Final = 300.0
"""Seconds between two tries, at the most."""
MAX_TIME: Final = (1 << 63) - 1
SIZE_TYPE: Final = "text/x.tlog.size"
CONFLICT: Final = 409

log = structlog.get_logger()


class Refused(Exception):
    """A witness did not cosign; the message says what it answered."""


class Behind(Exception):
    """A witness has cosigned another size than we said it had."""

    def __init__(self, size: int) -> None:
        self.size = size
        super().__init__(f"it has cosigned size {size}")


@dataclass(slots=True)
class _Standing:
    """How a witness stands with a log: the size it cosigned last, and since when it has been failing."""

    size: int
    failures: int = 0
    not_before: float = 0.0


def load(file: Path | None) -> Policy:
    """The policy of a file; without one, that of no witnesses. Raises NotAPolicy, OSError."""
    return Policy() if file is None else parse(file.read_bytes())


def publishes(fail: str, policy: Policy) -> bool:
    """Whether a checkpoint is served as soon as it is signed (`ZEREN_WITNESS_FAIL`), else once a quorum cosigned it."""
    return fail == "open" or policy.is_met_by([])


class Witness:
    """One witness, and how far it has cosigned our logs."""

    def __init__(self, desk: Desk, policy: Policy, witness: Known, signer: Signer, client: httpx.AsyncClient) -> None:
        assert witness.url is not None, f"the witness {witness.name} has no address"
        self._desk = desk
        self._policy = policy
        self._witness = witness
        self._signer = signer
        self._client = client
        self.name = witness.name
        self._address = f"{witness.url.rstrip('/')}/add-checkpoint"
        self._standing: dict[str, _Standing] = {}
        self._limit = asyncio.Semaphore(AT_ONCE)

    async def ask_for_all(self) -> None:
        """Ask for a cosignature on the newest checkpoint of every log that lacks one."""
        await asyncio.gather(*(self._ask(log_id, signed) for log_id, signed in list(self._signer.newest.items())))

    async def _ask(self, log_id: str, signed: Signed) -> None:
        standing = self._standing.get(log_id)
        if standing is None:
            async with self._desk.engine.connect() as conn:
                last = await checkpoints.last_cosigned(conn, log_id, self._witness.key)
            standing = self._standing[log_id] = _Standing(0 if last is None else last[0])
        if standing.size == signed.size or asyncio.get_running_loop().time() < standing.not_before:
            return
        try:
            async with self._limit:
                await self._cosigned(log_id, signed, standing)
        except (Refused, Behind, HashesMissing, httpx.HTTPError) as error:
            standing.failures += 1
            wait = min(LONGEST_WAIT, 2.0 ** min(standing.failures, 16) / 2)
            standing.not_before = asyncio.get_running_loop().time() + wait
            log.warning(
                "a witness did not cosign",
                log=log_id, size=signed.size, witness=self._witness.name, again_in=wait,
                error=f"{type(error).__name__}: {error}",
            )  # fmt: skip

    async def _cosigned(self, log_id: str, signed: Signed, standing: _Standing) -> None:
        """Get a cosignature and keep it. Raises Refused, Behind, HashesMissing, httpx.HTTPError."""
        try:
            found = await self._submit(log_id, signed, standing.size)
        except Behind as other:
            standing.size = other.size
            if other.size > signed.size:
                raise Refused(
                    f"it has cosigned size {other.size} of this log, which is above {signed.size}: unless another "
                    "notary sent it, the log has lost entries"
                ) from None
            found = await self._submit(log_id, signed, other.size)
        async with self._desk.engine.begin() as conn:
            for signature in found:
                line = signature.line.removesuffix("\n")
                await checkpoints.cosign(conn, log_id, signed.size, line, self._desk.clock.now())
            if not self._desk.publishes:
                await self._publish(conn, log_id, signed)
        standing.size, standing.failures, standing.not_before = signed.size, 0, 0.0

    async def _publish(self, conn: AsyncConnection, log_id: str, signed: Signed) -> None:
        """Publish a checkpoint once a quorum has cosigned it."""
        whole = with_lines(signed, await checkpoints.cosignatures(conn, log_id, signed.size))
        if self._policy.is_met_by(self._policy.cosigners(note.parse(whole.note))):
            await checkpoints.publish(conn, log_id, signed.size, self._desk.clock.now())

    async def _submit(self, log_id: str, signed: Signed, old: int) -> list[Signature]:
        """Send a checkpoint, with the proof from an old size; the cosignatures of this witness.

        Raises Behind where the witness has cosigned another size, Refused, HashesMissing, httpx.HTTPError.
        """
        old = min(old, signed.size)
        async with self._desk.engine.connect() as conn:
            hashes = await proofs.assemble(proofs.consistency_parts(old, signed.size), tiles.nodes_of(conn, log_id))
        sent = [f"old {old}\n", *(f"{base64.b64encode(node).decode()}\n" for node in hashes), "\n", signed.note]
        async with self._client.stream(
            "POST", self._address, content="".join(sent).encode(), timeout=TIMEOUT
        ) as answer:
            text = await _text_of(answer)
        if answer.status_code == CONFLICT:
            raise _conflict(answer, text, old)
        if not answer.is_success:
            raise Refused(f"{answer.status_code} {text.strip()[:200]}")
        return cosignatures_in(text, signed, self._witness)


async def _text_of(answer: httpx.Response) -> str:
    read = b""
    async for piece in answer.aiter_bytes():
        read += piece
        if len(read) > MAX_ANSWER:
            raise Refused(f"it answered more than {MAX_ANSWER} bytes")
    try:
        return read.decode()
    except UnicodeDecodeError:
        raise Refused("its answer is not UTF-8") from None


def _conflict(answer: httpx.Response, text: str, old: int) -> Exception:
    """What a 409 means: its body is the size that the witness has."""
    if answer.headers.get("content-type", "").partition(";")[0].strip() != SIZE_TYPE or not text.endswith("\n"):
        return Refused(f"409 without a size: {text.strip()[:200]}")
    try:
        size = read_size(text.removesuffix("\n"))
    except ValueError as error:
        return Refused(f"409 without a size: {error}")
    return Refused(f"it has another root for size {size}") if size == old else Behind(size)


def cosignatures_in(text: str, signed: Signed, witness: Known) -> list[Signature]:
    """The cosignatures of a witness among the lines it answered, verified. Raises Refused."""
    try:
        lines = [note.parse_line(line) for line in text.removesuffix("\n").split("\n")]
    except NotANote as error:
        raise Refused(f"its answer is no signature lines: {error}") from None
    key = witness.key
    found = [line for line in lines if (line.name, line.key_id) == (key.name, key.key_id)]
    if not found:
        raise Refused(f"none of its {len(lines)} signatures is of the key of {key.name} that the policy names")
    for each in found:
        if not key.verifies(signed.body, each.signature) or cosigned_at(each.signature) > MAX_TIME:
            raise Refused(f"its cosignature as {key.name} does not verify")
    return found


def those_asked(desk: Desk, policy: Policy, signer: Signer, client: httpx.AsyncClient) -> list[Witness]:
    """The witnesses of a policy that have an address."""
    return [Witness(desk, policy, each, signer, client) for each in policy.witnesses.values() if each.url is not None]
