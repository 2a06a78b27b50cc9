"""Trust policies: what is accepted and refused of the format, and which cosignatures make a quorum."""

from __future__ import annotations

import base64
from hashlib import sha256

import pytest

from events import signatures, trust
from events.checkpoint import Checkpoint
from events.note import (
    COSIGNATURE_TYPE,
    ED25519_TYPE,
    SM2_TYPE,
    NotANote,
    Note,
    Signature,
    VerifierKey,
    cosigned,
    sign,
)
from events.trust import NotAPolicy, Untrusted, parse
from tests.events.signers import take_sm2_away

LOG_SEED = bytes(range(32))
ORIGIN = "example.com/log"


def seed(name: str) -> bytes:
    """A private key of a name's own."""
    return sha256(name.encode()).digest()


def vkey(name: str, kind: bytes = COSIGNATURE_TYPE, of: str | None = None) -> VerifierKey:
    """The public key of a name."""
    return VerifierKey(name, kind, signatures.public_key_of("Ed25519", seed(of or name)))


LOG = vkey(ORIGIN, ED25519_TYPE)
W = {name: vkey(f"w.example/{name}") for name in ("x1", "x2", "x3", "y1", "y2", "y3")}
WITNESSES = "".join(f"witness {name} {key}\n" for name, key in W.items())
EXAMPLE = (
    f"# two organisations\nlog {LOG} https://example.com/\n\n  {WITNESSES}\t# groups\n"
    "group X-witnesses 2 x1 x2 x3\n\tgroup  Y-witnesses any\ty1 y2 y3 \n"
    "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n"
)


def note(*witnesses: str, signed: bool = True) -> Note:
    """A checkpoint, signed by the log and cosigned by witnesses."""
    body = Checkpoint(ORIGIN, 7, bytes(32)).body
    lines = [sign(body, LOG, seed(ORIGIN))] if signed else []
    for name in witnesses:
        at = 1_700_000_000
        signature = signatures.sign("Ed25519", seed(W[name].name), cosigned(body, at))
        lines.append(Signature(W[name].name, W[name].key_id, at.to_bytes(8, "big") + signature))
    return Note(body, tuple(lines))


def test_the_example_of_the_format_is_read() -> None:
    """A policy of two levels of groups, with comments, tabs and empty lines, is read whole."""
    policy = parse(EXAMPLE.encode())
    assert [(log.name, log.key, log.url) for log in policy.logs] == [(ORIGIN, LOG, "https://example.com/")]
    assert list(policy.witnesses) == list(W)
    assert policy.groups["X-witnesses"] == trust.Group(2, ("x1", "x2", "x3"))
    assert policy.groups["X-and-Y"].threshold == 2
    assert policy.quorum == "X-and-Y"


@pytest.mark.parametrize(
    ("witnesses", "met"),
    [
        (("x1", "x2", "y1"), True),
        (("x1", "x3", "y3", "y2"), True),
        (("x1", "y1"), False),
        (("x1", "x2", "x3"), False),
        ((), False),
    ],
)
def test_a_quorum_is_counted_through_its_groups(witnesses: tuple[str, ...], met: bool) -> None:
    """A checkpoint is accepted exactly where each group has as many cosigners as it asks for."""
    policy = parse(EXAMPLE.encode())
    if met:
        assert set(policy.accept(note(*witnesses)).witnesses) == set(witnesses)
    else:
        with pytest.raises(Untrusted, match="quorum"):
            policy.accept(note(*witnesses))


def test_no_quorum_still_takes_the_log_s_signature() -> None:
    """With `quorum none` the signature of a known log is enough, and without it nothing is."""
    policy = parse(f"log {LOG}\nquorum none\n".encode())
    assert policy.accept(note()).checkpoint.size == 7
    with pytest.raises(Untrusted):
        policy.accept(note("x1", signed=False))
    with pytest.raises(Untrusted, match="knows no log"):
        parse(b"quorum none\n").accept(note())


def test_a_key_signs_for_its_own_origin_alone() -> None:
    """The same key under the name of another log accepts nothing."""
    other = VerifierKey("example.com/other", ED25519_TYPE, LOG.public_key)
    with pytest.raises(Untrusted):
        parse(f"log {other}\nquorum none\n".encode()).accept(note())


def test_a_cosignature_that_does_not_verify_spoils_the_note() -> None:
    """A line that bears a witness's key but another signature is not passed over."""
    good = note("x1", "x2", "y1")
    last = good.signatures[-1]
    bad = Signature(last.name, last.key_id, last.signature[:-1] + bytes([last.signature[-1] ^ 1]))
    with pytest.raises(NotANote):
        parse(EXAMPLE.encode()).accept(Note(good.text, (*good.signatures[:-1], bad)))


def test_names_are_opaque_bytes() -> None:
    """Names and comments may hold any byte above ASCII; names that look alike are different."""
    kelvin = b"witness \xe2\x84\xaa " + str(W["x1"]).encode() + b"\nwitness \xff " + str(W["x2"]).encode()
    policy = parse(kelvin + b"\n# \xfe\nquorum \xff\n")
    assert len(policy.witnesses) == 2
    assert "K" not in policy.witnesses
    assert policy.is_met_by([policy.quorum])


def test_as_many_as_the_format_asks_for() -> None:
    """32 logs, 32 witnesses and 32 groups are taken."""
    lines = [f"log {vkey(f'l{n}', ED25519_TYPE)}\n" for n in range(32)]
    lines += [f"witness w{n} {vkey(f'w{n}')}\n" for n in range(32)]
    lines += ["group g0 any w0\n", *(f"group g{n} all g{n - 1} w{n}\n" for n in range(1, 32)), "quorum g31\n"]
    policy = parse("".join(lines).encode())
    assert policy.is_met_by([f"w{n}" for n in range(32)])
    assert not policy.is_met_by([f"w{n}" for n in range(31)])


BAD_ID = f"{LOG.name}+00000000+{base64.b64encode(ED25519_TYPE + LOG.public_key).decode()}"
REFUSED = {
    "no quorum": f"log {LOG}\n",
    "two quorums": "quorum none\nquorum none\n",
    "a quorum that is not defined": "quorum x1\n",
    "a quorum above its definition": f"quorum x1\nwitness x1 {W['x1']}\n",
    "a quorum of two names": f"{WITNESSES}quorum x1 x2\n",
    "no newline at the end": "quorum none",
    "a carriage return": "quorum none\r\n",
    "an unknown word": "wittness x\nquorum none\n",
    "a log without a key": "log\nquorum none\n",
    "a log with more than an address": f"log {LOG} https://a b\nquorum none\n",
    "a log twice": f"log {LOG}\nlog {LOG}\nquorum none\n",
    "a log's key under two names": f"log {LOG}\nlog {vkey('other', ED25519_TYPE, ORIGIN)}\nquorum none\n",
    "a log with a cosigner's key": f"log {W['x1']}\nquorum none\n",
    "a witness with a log's key": f"witness w {LOG}\nquorum none\n",
    "a key whose id is wrong": f"log {BAD_ID}\nquorum none\n",
    "a witness's key under two names": f"witness a {W['x1']}\nwitness b {W['x1']}\nquorum none\n",
    "a name twice": f"witness a {W['x1']}\nwitness a {W['x2']}\nquorum none\n",
    "a witness called none": f"witness none {W['x1']}\nquorum none\n",
    "a group called as a witness": f"{WITNESSES}group x1 any x2\nquorum none\n",
    "a group of nobody": f"{WITNESSES}group g all\nquorum none\n",
    "a group of itself": "group g any g\nquorum none\n",
    "a member that is none": f"{WITNESSES}group g any none\nquorum none\n",
    "a member below": f"group g any x1\n{WITNESSES}quorum none\n",
    "a member twice": f"{WITNESSES}group g any x1 x1\nquorum none\n",
    "a member of two groups": f"{WITNESSES}group g any x1\ngroup h any x1\nquorum none\n",
    "a threshold of zero": f"{WITNESSES}group g 0 x1\nquorum none\n",
    "a threshold above the members": f"{WITNESSES}group g 3 x1 x2\nquorum none\n",
    "a threshold with a leading zero": f"{WITNESSES}group g 01 x1\nquorum none\n",
    "a threshold with a sign": f"{WITNESSES}group g +1 x1\nquorum none\n",
    "a threshold in other digits": f"{WITNESSES}group g \u0661 x1\nquorum none\n",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_is_not_of_the_format_is_refused(text: str) -> None:
    """Whatever the format does not allow is refused as a whole."""
    with pytest.raises(NotAPolicy):
        parse(text.encode())


def test_a_refusal_names_the_line() -> None:
    """The message says which line it is."""
    with pytest.raises(NotAPolicy, match="line 3: "):
        parse(b"# a policy\n\nnonsense\n")


@pytest.mark.skipif(not signatures.sm2_available, reason="no wheel of gmssl-pyx for this platform")
def test_where_sm2_cannot_be_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log's line of Ed25519 is enough beside one of SM2; that alone is not trusted, and it is said why."""
    public_key, private_key = signatures.generate("SM2")
    key = VerifierKey(ORIGIN, SM2_TYPE, public_key)
    both = note()
    both = Note(both.text, (*both.signatures, sign(both.text, key, private_key)))
    alone = Note(both.text, both.signatures[1:])
    policy = parse(f"log {key}\nlog {LOG}\nquorum none\n".encode())
    assert policy.accept(alone).log == key
    take_sm2_away(monkeypatch)
    assert policy.accept(both).log == LOG
    with pytest.raises(Untrusted, match="gmssl-pyx"):
        policy.accept(alone)
