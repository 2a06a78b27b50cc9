"""What is a read, and what the record of one holds, whatever was asked."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.catalogue.records import AccessRecorded
from events.cloudevent import data_faults
from events.credentials import Credential, Grant
from events.door import value_faults
from service.access import Asker
from service.recording import MAX_TARGET, is_read, said_of


@pytest.mark.parametrize(
    ("path", "read"),
    [
        ("/v1/jurisdictions", True), ("/v1/jurisdictions/c/state", True), ("/v1/rectifications", True),
        ("/v1/logs/x/events", True), ("/v1/logs/x/events/1/responsible", True), ("/v1/logs/x/back-dated", True),
        ("/v1/what-comes-later", True), ("/v1/logs", False), ("/v1/logs/x", False), ("/v1/logs/x/consistency", False),
        ("/v1/kinds/x/template", False), ("/v1/policies/x", False),
    ],
)  # fmt: skip
def test_whatever_is_not_known_to_tell_no_fact_is_a_read(path: str, read: bool) -> None:
    """A call that is added later is recorded unless someone decides otherwise."""
    assert is_read("GET", path) is read
    assert is_read("HEAD", path) is read
    assert not is_read("POST", path)


def said(path: str, query: bytes, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    """What is recorded of an inspector's request, as it would be read back."""
    state = {"asker": Asker(Credential("0123abcd", "test", Grant(("inspector",))))}
    scope = {"method": "GET", "path": path, "query_string": query, "headers": headers, "state": state}
    found = said_of(scope, 200, b"{}")
    assert found is not None
    return found


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=300)
QUERIES = st.lists(st.tuples(st.sampled_from(["q", "log", "jurisdiction", "valid_at", "known_at"]), TEXTS), max_size=4)


@given(path=TEXTS, query=st.one_of(st.binary(min_size=0, max_size=60).map(lambda b: quote(b).encode()),
       QUERIES.map(lambda found: "&".join(f"{k}={quote(v)}" for k, v in found).encode())),
       case=TEXTS.map(lambda found: quote(found).encode()))  # fmt: skip
def test_a_record_has_the_form_of_its_kind_whatever_was_asked(path: str, query: bytes, case: bytes) -> None:
    """Whatever path, query and case were sent, what is kept passes the door and the kind that it has."""
    found = said(f"/v1/{path}", query, [(b"zeren-case", case)])
    if any(ord(character) < 32 or 127 <= ord(character) < 160 for character in found["target"]):
        return  # such requests do not come this far
    data = {"at": "2018-01-01T00:00:00Z", **found}
    assert list(data_faults(AccessRecorded, data, "")) == []
    assert list(value_faults(data)) == []
    assert len(found["target"]) <= MAX_TARGET


def test_text_is_kept_composed_and_cut() -> None:
    """What was sent in pieces is kept in NFC, and what is too long only as far as it tells."""
    assert said("/v1/persons", b"q=e%CC%81&known_at=" + b"9" * 200, [])["target"].startswith("/v1/persons?q=\u00e9&")
    long = said("/v1/persons", b"known_at=" + b"9" * 2000, [])
    assert (len(long["target"]), long["known_at"]) == (MAX_TARGET, "9" * 120)


def test_identity_numbers_are_struck_out() -> None:
    """A citizen identity number that was searched for does not stay in the log; other numbers do."""
    found = said("/v1/persons", f"q=11010519491231002X&name={quote('张三')}&n=110105194912310021".encode(), [])
    assert found["target"] == f"/v1/persons?q={'*' * 18}&name=张三&n=110105194912310021"
    assert "11010519491231002X" not in json.dumps(said("/v1/persons/11010519491231002X", b"log=11010519491231002X", []))
