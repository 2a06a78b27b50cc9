"""`GET /v1/logs/{log}/events/{position}/exhibit`: what a leaf is made of, for whoever reads the entry."""

from __future__ import annotations

import base64

import httpx
import pytest

from events.canonical import canonical
from events.clock import read_stamp
from events.leaf import PayloadDigests, header_digest, leaf_record
from events.merkle import leaf_hash
from service.state import Service
from tests.service.console.visitors import key_of
from tests.service.test_events_read import URL
from tests.service.test_walk import TREE, posted

pytestmark = pytest.mark.anyio


async def test_a_leaf_is_made_again_from_its_exhibit(client: httpx.AsyncClient) -> None:
    """Kept bytes and salts give the leaf hash that the entry names, and the bytes are the event as it was sent."""
    await posted(client, *TREE)
    for position, sent in enumerate(TREE):
        told = (await client.get(f"{URL}/{position}/exhibit")).json()
        entry = (await client.get(f"{URL}/{position}")).json()
        kept, salt_h, salt_p = (base64.b64decode(told[name]) for name in ("kept", "salt_h", "salt_p"))
        assert kept == canonical(sent)
        header = header_digest(
            salt_h, source=told["source"], event_id=told["id"], kind=told["type"], kind_version=told["kind_version"]
        )
        at = read_stamp(told["recorded_at"])
        record = leaf_record("cn-62", position, at, header, PayloadDigests.of(salt_p, kept))
        assert base64.b64encode(leaf_hash(record)).decode() == entry["leaf_hash"]
    assert (await client.get(f"{URL}/6/exhibit")).status_code == 404
    assert (await client.get(f"{URL}/-1/exhibit")).status_code == 404


async def test_who_may_not_read_an_entry_gets_no_exhibit(client: httpx.AsyncClient, service: Service) -> None:
    """A key for some kinds gets those alone, one for some places none, a recorder its own; an inspector all."""
    await posted(client, *TREE)

    async def status(key: str, position: int) -> int:
        headers = {"Authorization": f"Bearer {key}"}
        answer = await client.get(f"{URL}/{position}/exhibit", headers=headers)
        assert answer.status_code == (await client.get(f"{URL}/{position}", headers=headers)).status_code
        return answer.status_code

    assert await status(await key_of(service, "inspector"), 3) == 200
    some = await key_of(service, "inspector", kinds=("person.registered",))
    assert [await status(some, 3), await status(some, 4)] == [200, 403]
    assert await status(await key_of(service, "inspector", jurisdictions=("c",)), 3) == 403
    assert await status(await key_of(service, "recorder"), 3) == 403
