"""Witnesses: what is sent, what is kept of the answers, and what a quorum must have cosigned before it is served."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import httpx
import pytest
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from events import checkpoints, note, proofs, signatures
from events.checkpoint import Checkpoint, parse_body, read_size
from events.note import COSIGNATURE_TYPE, NotANote, Signature, VerifierKey, cosigned
from events.trust import Policy, parse
from service.notary.signing import Desk, Signer
from service.notary.witnesses import MAX_ANSWER, Witness
from tests.service.notary.conftest import LOG, Grow

pytestmark = pytest.mark.anyio
SEED = bytes(range(32))
NOW = 1_700_000_000


def key_of(name: str, seed: bytes = SEED) -> VerifierKey:
    """A cosigner's key."""
    return VerifierKey(name, COSIGNATURE_TYPE, signatures.public_key_of("Ed25519", seed))


@dataclass
class Cosigner:
    """A witness of the tests' own: does what tlog-witness says, remembers what it was sent, and may be made to fail."""

    name: str = "w.example/one"
    seed: bytes = SEED
    latest: Checkpoint | None = None
    sent: list[tuple[int, int, int]] = field(default_factory=list)
    """Old size, hashes of the proof, size of the checkpoint."""
    says: Callable[[str], httpx.Response] | None = None
    """What it answers instead."""

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Its answer to add-checkpoint."""
        assert (request.method, request.url.path) == ("POST", "/prefix/add-checkpoint")
        head, _, text = request.content.decode().partition("\n\n")
        first, *lines = head.split("\n")
        old = read_size(first.removeprefix("old "))
        checkpoint = parse_body(note.parse(text).text)
        self.sent.append((old, len(lines), checkpoint.size))
        if self.says is not None:
            return self.says(note.parse(text).text)
        have = 0 if self.latest is None else self.latest.size
        if old != have:
            return httpx.Response(409, text=f"{have}\n", headers={"Content-Type": "text/x.tlog.size"})
        if self.latest is not None:
            hashes = [base64.b64decode(line, validate=True) for line in lines]
            proofs.check_consistency(old, checkpoint.size, hashes, self.latest.root, checkpoint.root)
        else:
            assert not lines
        self.latest = checkpoint
        return httpx.Response(200, text=self.line(note.parse(text).text))

    def line(self, text: str, at: int = NOW) -> str:
        """Its cosignature of a checkpoint's text."""
        raw = at.to_bytes(8, "big") + signatures.sign("Ed25519", self.seed, cosigned(text, at))
        return Signature(self.name, key_of(self.name, self.seed).key_id, raw).line


def policy_of(*cosigners: Cosigner, quorum: str = "all") -> Policy:
    """A policy that names these witnesses w0, w1..., of which `quorum` must cosign."""
    lines = [
        f"witness w{n} {key_of(each.name, each.seed)} http://w{n}.test/prefix/\n" for n, each in enumerate(cosigners)
    ]
    names = " ".join(f"w{n}" for n in range(len(cosigners)))
    return parse("".join([*lines, f"group g {quorum} {names}\nquorum g\n"]).encode())


Asked = Callable[..., Awaitable[list[Witness]]]


@pytest.fixture
def asked(desk: Desk) -> Asked:
    """Signs what there is and asks these witnesses for all of it; they can be asked again."""

    async def ask(policy: Policy, *cosigners: Cosigner, desk: Desk = desk) -> list[Witness]:
        signer = Signer(desk)
        await signer.sign_all()

        def answer(request: httpx.Request) -> httpx.Response:
            return cosigners[int(request.url.host[1])].answer(request)

        client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        made = [Witness(desk, policy, each, signer, client) for each in policy.witnesses.values()]
        await asyncio.gather(*(each.ask_for_all() for each in made))
        return made

    return ask


async def published(engine: AsyncEngine) -> tuple[int, str]:
    """The size of the published checkpoint, and its note."""
    async with engine.connect() as conn:
        found = await checkpoints.published(conn, LOG)
    return (-1, "") if found is None else (found.size, found.note)


async def test_a_checkpoint_is_cosigned_and_served_so(asked: Asked, engine: AsyncEngine, grow: Grow) -> None:
    """The cosignature stands below the log's own signature, and verifies as a stranger would verify it."""
    one, other = Cosigner(), Cosigner("w.example/two", bytes(32))
    policy = policy_of(one, other)
    await grow("a", "b", "c")
    await asked(policy, one, other)
    size, text = await published(engine)
    assert size == 3
    assert set(policy.cosigners(note.parse(text))) == {"w0", "w1"}
    assert (one.sent, other.sent) == ([(0, 0, 3)], [(0, 0, 3)])


async def test_the_proof_leads_on_from_the_last_cosigned_size(asked: Asked, grow: Grow) -> None:
    """What was cosigned last is known from the database after a restart, and the proof from there is what is sent."""
    one = Cosigner()
    for turn in range(4):
        await grow(*(f"{turn}-{n}" for n in range(1 + 150 * turn)))
        await asked(policy_of(one), one)
    assert [(old, size) for old, _, size in one.sent] == [(0, 1), (1, 152), (152, 453), (453, 904)]
    assert one.latest is not None
    assert one.latest.size == 904


async def test_a_witness_that_is_elsewhere_is_met_there(asked: Asked, grow: Grow, engine: AsyncEngine) -> None:
    """A 409 names the size that the witness has: the proof from there is sent at once, an empty one for our size."""
    one = Cosigner()
    await grow("a", "b")
    (again,) = await asked(policy_of(one), one)
    await grow("c")
    again._standing[LOG].size = 0
    again._signer._signed_at.clear()
    await again._signer.sign_all()
    await again.ask_for_all()
    assert one.sent[1:] == [(0, 0, 3), (2, 1, 3)]
    again._standing[LOG].size = 1
    await again.ask_for_all()
    assert one.sent[3:] == [(1, 2, 3), (3, 0, 3)]
    assert (await published(engine))[0] == 3


def conflict(body: str, kind: str = "text/x.tlog.size") -> Callable[[str], httpx.Response]:
    return lambda _: httpx.Response(409, text=body, headers={"Content-Type": kind})


def flipped(line: str) -> str:
    signature = note.parse_line(line.removesuffix("\n"))
    raw = signature.signature
    return replace(signature, signature=raw[:-1] + bytes([raw[-1] ^ 1])).line


STRANGER = Cosigner("w.example/stranger", bytes([7] * 32))
BAD: dict[str, Callable[[str], httpx.Response]] = {
    "a size above ours": conflict("999\n"),
    "a size with a sign": conflict("+1\n"),
    "a size with a leading zero": conflict("01\n"),
    "a size without its newline": conflict("1"),
    "two sizes": conflict("1\n2\n"),
    "a size of no type": conflict("1\n", "text/plain"),
    "another root for the same size": conflict("0\n"),
    "it does not know the log": lambda _: httpx.Response(404),
    "it does not know the key": lambda _: httpx.Response(403),
    "it does not believe the proof": lambda _: httpx.Response(422),
    "it is out of order": lambda _: httpx.Response(500, text="x" * 10_000),
    "nothing": lambda _: httpx.Response(200),
    "no signature line": lambda _: httpx.Response(200, text="cosigned\n"),
    "a stranger's cosignature": lambda text: httpx.Response(200, text=STRANGER.line(text)),
    "a cosignature of another text": lambda text: httpx.Response(200, text=Cosigner().line(text + "x\n")),
    "a cosignature with a bit flipped": lambda text: httpx.Response(200, text=flipped(Cosigner().line(text))),
    "a time beyond time": lambda text: httpx.Response(200, text=Cosigner().line(text, 1 << 63)),
    "no text": lambda _: httpx.Response(200, content=b"\xff\xfe"),
    "too much": lambda _: httpx.Response(200, text="x" * (MAX_ANSWER + 1)),
}


@pytest.mark.parametrize("says", BAD.values(), ids=BAD)
async def test_what_a_witness_answers_wrongly_is_not_kept(
    says: Callable[[str], httpx.Response], asked: Asked, engine: AsyncEngine, grow: Grow
) -> None:
    """Nothing of a wrong answer is kept, it is told, and the witness is asked again later and not at once."""
    one = Cosigner(says=says)
    await grow("a", "b")
    with structlog.testing.capture_logs() as told:
        (witness,) = await asked(policy_of(one), one)
        tries = len(one.sent)
        await witness.ask_for_all()
    assert [entry["event"] for entry in told] == ["a witness did not cosign"]
    assert len(one.sent) == tries
    async with engine.connect() as conn:
        assert await checkpoints.cosignatures(conn, LOG, 2) == []
    one.says = None
    witness._standing[LOG].not_before = 0.0
    await witness.ask_for_all()
    assert one.latest is not None
    assert one.latest.size == 2


async def test_strangers_beside_the_witness_are_passed_over(asked: Asked, engine: AsyncEngine, grow: Grow) -> None:
    """Of several lines those of the policy's keys are kept and no others."""
    one = Cosigner(says=lambda text: httpx.Response(200, text=STRANGER.line(text) + Cosigner().line(text)))
    await grow("a")
    await asked(policy_of(one), one)
    _, text = await published(engine)
    assert [each.name for each in note.parse(text).signatures][1:] == ["w.example/one"]
    with pytest.raises(NotANote):
        note.parse(flipped(text.splitlines()[-1] + "\n")).signed_by(key_of("w.example/one"))


async def test_fail_closed_serves_what_a_quorum_has_cosigned(
    asked: Asked, desk: Desk, engine: AsyncEngine, grow: Grow
) -> None:
    """Two of three must cosign: until then the last one that they did is served, and the notary signs on."""
    closed = replace(desk, publishes=False)
    three = [Cosigner(f"w.example/{n}", bytes([n] * 32)) for n in range(3)]
    policy = policy_of(*three, quorum="2")
    three[0].says = three[1].says = lambda _: httpx.Response(500)
    await grow("a")
    witnesses = await asked(policy, *three, desk=closed)
    assert (await published(engine))[0] == -1
    three[1].says = None
    witnesses[1]._standing[LOG].not_before = 0.0
    await witnesses[1].ask_for_all()
    assert (await published(engine))[0] == 1
    three[1].says = lambda _: httpx.Response(500)
    await grow("b")
    await asked(policy, *three, desk=closed)
    async with engine.connect() as conn:
        newest = await checkpoints.newest(conn, LOG)
    assert newest is not None
    assert newest.size == 2
    size, text = await published(engine)
    assert size == 1
    assert policy.is_met_by(policy.cosigners(note.parse(text)))
