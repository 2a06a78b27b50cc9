"""The reasons of refusals: told in both languages, and listed in the document."""

from __future__ import annotations

import re
from pathlib import Path

from events.item_errors import SignatureRefused
from events.refusals import EXPECTED, REASONS

DOCUMENT = Path(__file__).parents[2] / "docs" / "signing.md"


def test_the_document_lists_every_reason() -> None:
    """docs/signing.md has each reason in its table of refusals, and no other."""
    table = DOCUMENT.read_text(encoding="utf-8").partition("## 4. Refusals")[2].partition("## 5")[0]
    first = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    assert {reason for cell in first for reason in re.findall("`([a-z0-9-]+)`", cell)} == set(REASONS)


def test_a_refusal_says_why_in_both_languages() -> None:
    """The message names the key and the reason; a pointer makes it a fault of that field, with its form."""
    for reason, (zh, en) in REASONS.items():
        refused = SignatureRefused(reason, key="k1", pointer="/x")
        assert zh in refused.message("zh")
        assert en in refused.message("en")
        assert "k1" in refused.message("zh")
        expected = EXPECTED.get(reason, (zh, en))
        assert [(fault.pointer, fault.zh, fault.en) for fault in refused.faults] == [("/x", *expected)]
        assert SignatureRefused(reason).faults == []
