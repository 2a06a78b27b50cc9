"""Checkpoint bodies: what Go reads and writes, and every body that is nearly one refused."""

from __future__ import annotations

import base64

import pytest

from events.checkpoint import MAX_SIZE, Checkpoint, parse_body, read_size
from events.note import NotANote
from tests.external.vectors import GOLDEN, ROOTS

BODY = GOLDEN["Notes"][0]["Text"]
ROOT = base64.b64encode(ROOTS[600]).decode()


def test_a_body_that_go_wrote() -> None:
    """Origin, size and root are read from it, and it is written again byte for byte."""
    head = parse_body(BODY)
    assert head == Checkpoint("log.example/one", 600, ROOTS[600])
    assert head.body == BODY == f"log.example/one\n600\n{ROOT}\n"


def test_extension_lines_are_kept() -> None:
    """Further lines are opaque, and belong to what is signed."""
    head = parse_body(BODY + "one\ntwo\n")
    assert head.extensions == ("one", "two")
    assert head.body == BODY + "one\ntwo\n"


def test_the_checkpoint_of_an_empty_log() -> None:
    """Its size is 0, written so."""
    empty = Checkpoint("o", 0, bytes(32))
    assert empty.body.split("\n")[1] == "0"
    assert parse_body(empty.body) == empty


@pytest.mark.parametrize(
    "body",
    [
        "", "\n", "o\n", "o\n1\n", BODY.rstrip("\n"), BODY + "\n", BODY + "\nx\n", "\n" + BODY,
        BODY.replace("\n600", "\n\n600"),
        f"\n600\n{ROOT}\n", f"o\n\n{ROOT}\n", "o\n600\n\n", f"o\n600\n{ROOT[:-4]}\n", f"o\n600\n{ROOT}AAAA\n",
        f"o\n600\n{ROOT[:-2]}5=\n", f"o\n600\n{ROOT.rstrip('=')}\n", f"o\n600\n{ROOTS[600].hex()}\n",
        f"o\n600\n {ROOT}\n",
    ],
)  # fmt: skip
def test_what_is_no_body(body: str) -> None:
    """Fewer than three lines, an empty one, or a root that is not the canonical base64 of 32 bytes is refused."""
    with pytest.raises(NotANote):
        parse_body(body)


@pytest.mark.parametrize(
    "size",
    [
        "",
        "+1",
        "-1",
        " 1",
        "1 ",
        "01",
        "00",
        "1_0",
        "1.0",
        "1e3",
        "0x1",
        "\u0661",
        "\uff11",
        "1\n",
        str(MAX_SIZE + 1),
        "9" * 30,
    ],
)
def test_what_is_no_size(size: str) -> None:
    """What `int` would take beyond plain digits, leading zeros, and what no 64-bit integer holds is refused."""
    with pytest.raises(ValueError, match="not a size"):
        read_size(size)
    with pytest.raises(NotANote):
        parse_body(f"o\n{size}\n{ROOT}\n")


def test_sizes() -> None:
    """Sizes are read from 0 to the largest 64-bit integer."""
    assert [read_size(size) for size in ("0", "7", "10", str(MAX_SIZE))] == [0, 7, 10, 2**63 - 1]
