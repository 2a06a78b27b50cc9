"""What is measured of evidence is evidence: signatures that verify, proofs that hold, checkpoints that cover."""

from __future__ import annotations

from hashlib import sha256

import pytest

from bench import publishing, verification
from bench.client import drive, request
from bench.history import TINY
from bench.letters import VerifyingError, alone_seconds
from bench.loading import LOG
from bench.proofs import UnprovedError, check
from bench.rebuilds import took
from bench.signers import Letter, Signers
from bench.site import Site
from events import note
from events.checkpoint import Checkpoint
from events.envelope import read_items
from events.item_errors import ItemError
from events.merkle import Frontier
from events.note import Note
from events.proofs import BadProof
from events.signatures import Algorithm, generate, sm2_available, verify
from events.tlog_proof import TlogProof

ALGORITHMS = ["Ed25519", pytest.param("SM2", marks=pytest.mark.skipif(not sm2_available, reason="no gmssl-pyx"))]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_letters_are_signed_by_their_officials(algorithm: Algorithm) -> None:
    """Every envelope passes the door of its log alone, no two are alike, and each signature is of its message."""
    letters = Signers("a-log", algorithm).letters(70)
    assert len({one.message for one in letters}) == 70
    for one in letters:
        assert verify(algorithm, one.public_key, one.message, one.signature)
    outcomes = read_items([one.envelope for one in letters], "a-log")
    assert not [one for one in outcomes if isinstance(one, ItemError)]
    assert all(isinstance(one, ItemError) for one in read_items([one.envelope for one in letters], "another-log"))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_forged_letter_is_none_that_was_verified(algorithm: Algorithm) -> None:
    """The process that verifies alone takes time for what is signed, and fails over what is not."""
    letters = Signers("a-log", algorithm).letters(5)
    assert alone_seconds(algorithm, letters) > 0
    forged = Letter(letters[0].envelope, letters[0].public_key, letters[0].message + b"!", letters[0].signature)
    with pytest.raises(VerifyingError):
        alone_seconds(algorithm, [*letters, forged])


@pytest.mark.long
def test_the_public_checkpoint_is_what_is_waited_for(site: Site) -> None:
    """`covered` returns once the public checkpoint has a size, and a log that has none yet counts as empty."""
    connection = site.connect()
    publishing.covered(site, LOG, 1)
    found = publishing.published(connection, LOG)
    served = drive(site.port, [[request("GET", f"/{LOG}/checkpoint", {})]], status=200)
    assert served.answers[0][0].body.split(b"\n")[1] == str(found).encode()
    assert publishing.published(connection, "no-such-log") == 0
    connection.close()


def test_a_proof_counts_only_where_it_holds() -> None:
    """A proof of another position, of another leaf, or signed by another key is an error, not a measured proof."""
    public_key, private_key = generate("Ed25519")
    key = note.VerifierKey("example.org/log", note.ED25519_TYPE, public_key)
    other = note.VerifierKey("example.org/log", note.ED25519_TYPE, generate("Ed25519")[0])
    leaf = sha256(b"\x00leaf").digest()
    tree = Frontier()
    tree.extend([leaf])
    body = Checkpoint("example.org/log", 1, tree.root()).body
    text = str(Note(body, (note.sign(body, key, private_key),)))
    check(str(TlogProof(0, (), text, b"leaf")), 0, [key])
    with pytest.raises(UnprovedError, match="asked for 1"):
        check(str(TlogProof(0, (), text, b"leaf")), 1, [key])
    with pytest.raises(BadProof):
        check(str(TlogProof(0, (), text, b"other leaf")), 0, [key])
    with pytest.raises(UnprovedError, match="signed by none"):
        check(str(TlogProof(0, (), text, b"leaf")), 0, [other])


@pytest.mark.long
def test_the_plain_read_reads_every_entry(site: Site) -> None:
    """The baseline of a verification goes through as many entries as the log has."""
    assert took("rows", site.url, LOG).events == took("read", site.url, LOG).events == TINY.events


@pytest.mark.long
def test_a_verification_that_does_not_verify_is_none(site: Site) -> None:
    """Where the log has another size than the one that is measured, the run ends and says what was found."""
    with pytest.raises(verification.VerificationError, match="of 7 entries"):
        verification.seconds_of(site, 7, "--evidence-only")
