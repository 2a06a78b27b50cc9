"""tlog-proof@v1: written, read back, checked against the head it carries, and refused where anything is changed."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from events.checkpoint import Checkpoint
from events.merkle import leaf_hash
from events.note import NotANote, parse_vkey
from events.proofs import BadProof
from events.tlog_proof import FIRST_LINE, MAX_EXTRA, TlogProof, parse
from tests.external.vectors import GOLDEN, LEAVES, ROOTS, hashes

SIGNED = GOLDEN["Notes"][0]["Note"]
KEY = parse_vkey(GOLDEN["Notes"][0]["Vkeys"][0])
GIVEN = next(each for each in GOLDEN["Inclusion"] if (each["Index"], each["Size"]) == (200, 600))
RECORD = b"record 200"
PROOF = TlogProof(200, tuple(hashes(GIVEN["Hashes"])), SIGNED, RECORD)
TEXT = str(PROOF)


def test_the_text_of_a_proof() -> None:
    """First line, extra data, index, hashes, an empty line, and the checkpoint word for word."""
    assert TEXT.split("\n") == [
        FIRST_LINE, "extra cmVjb3JkIDIwMA==", "index 200", *GIVEN["Hashes"], "", *SIGNED.split("\n"),
    ]  # fmt: skip
    assert parse(TEXT) == PROOF
    assert str(parse(TEXT)) == TEXT


def test_a_proof_without_extra_data() -> None:
    """The line is left out, and read as absent."""
    bare = TlogProof(200, PROOF.hashes, SIGNED)
    assert "extra" not in str(bare)
    assert parse(str(bare)) == bare


def test_the_only_entry_of_a_log() -> None:
    """Its proof has no hashes: the empty line follows the index."""
    head = Checkpoint("o", 1, ROOTS[1])
    alone = TlogProof(0, (), head.body + "\n— o AAAAAAA=\n")
    assert str(alone).startswith(f"{FIRST_LINE}\nindex 0\n\no\n1\n")
    assert parse(str(alone)).check(LEAVES[0]) == head


def test_a_proof_leads_to_its_head() -> None:
    """The leaf stands in the signed tree; another leaf does not, and the extra data is covered by being hashed."""
    head = parse(TEXT).check(leaf_hash(RECORD))
    assert head == Checkpoint("log.example/one", 600, ROOTS[600])
    assert parse(TEXT).note.signed_by(KEY)
    with pytest.raises(BadProof, match="does not lead"):
        parse(TEXT).check(LEAVES[201])


def check(text: str) -> bool:
    """Whether a text proves its extra data to be in a tree that the key we know has signed."""
    try:
        proof = parse(text)
        proof.check(leaf_hash(proof.extra or b""))
        return proof.note.signed_by(KEY)
    except (BadProof, NotANote):
        return False


def mutated() -> Iterator[str]:
    """The text with each of its characters changed for another of the same kind."""
    for at, character in enumerate(TEXT):
        other = {"\n": " ", "=": "A"}.get(character, "A" if character != "A" else "B")
        if character.isdigit():
            other = "1" if character != "1" else "2"
        yield TEXT[:at] + other + TEXT[at + 1 :]


def test_no_changed_character_is_taken() -> None:
    """Whichever character is changed: the text is no proof, or does not check, or is not signed."""
    assert check(TEXT)
    assert not [text for text in mutated() if check(text)]


HASH = base64.b64encode(LEAVES[0]).decode()


@pytest.mark.parametrize(
    "text",
    [
        "", FIRST_LINE, SIGNED, TEXT[1:], " " + TEXT, "\ufeff" + TEXT, TEXT.replace("\n", "\r\n"),
        TEXT.replace("@v1", "@v2"),
        TEXT.replace("extra ", "extra"), TEXT.replace("extra ", "extra  "), TEXT.replace("extra cmV", "extra c-V"),
        TEXT.replace("cmVjb3JkIDIwMA==", "cmVjb3JkIDIwMB=="), TEXT.replace("cmVjb3JkIDIwMA==", ""),
        TEXT.replace("index 200", "extra AAAA\nindex 200"), TEXT.replace("index 200", "index +200"),
        TEXT.replace("index 200", "index 0200"), TEXT.replace("index 200", "index -1"),
        TEXT.replace("index 200", "index 2_0"),
        TEXT.replace("index 200", "index"), TEXT.replace("index 200", "index  200"), TEXT.replace("index 200", "200"),
        TEXT.replace("index 200", "index 200 "), TEXT.replace("index 200", "index \u0662"),
        TEXT.replace("index 200\n", ""),
        TEXT.replace("index 200", "index 600"), TEXT.replace("index 200", f"index {2**63}"),
        TEXT.replace("index 200", "index 200\n" + "\n".join([HASH] * 64)), TEXT.replace("index 200", "index 200\nAAAA"),
        TEXT.replace("index 200", f"index 200\n{HASH} "), TEXT.replace("index 200", f"index 200\n{HASH[:-2]}5="),
        TEXT.replace("\n\nlog", "\nlog"), TEXT.replace("\n\nlog", "\n\n\nlog"), TEXT.rstrip("\n"), TEXT + "x",
        TEXT.replace("\n600\n", "\n0600\n"), TEXT.replace("\n600\n", "\n200\n"),
        TEXT.replace("extra ", "extra " + "AAAA" * (MAX_EXTRA // 4)),
    ],
)  # fmt: skip
def test_what_is_no_proof(text: str) -> None:
    """Other lines, an index or hash that is not strictly of its form, too many of them, no checkpoint: refused."""
    with pytest.raises((BadProof, NotANote)):
        parse(text)
