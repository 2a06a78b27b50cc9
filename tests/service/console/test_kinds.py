"""The catalogue as pages use it."""

from __future__ import annotations

import httpx
import pytest

from service.console.kinds import read

pytestmark = pytest.mark.anyio


async def test_words_of_the_real_catalogue(client: httpx.AsyncClient) -> None:
    """Titles of kinds and fields, and the words of values out of the notes of fields."""
    found = read((await client.get("/v1/kinds")).json()["items"])
    assert found.kinds["rectification.ordered"] == "责令整改"
    assert found.fields["decided_on"]
    assert found.value("decision", "approved-as-exception") == "作为例外同意"
    assert found.value("verdict", "not-effective") == "未见效"
    assert found.value("verdict", "no such word") is None
