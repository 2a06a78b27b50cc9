"""A small log held in memory: entries as the door would accept them, folded by the plain reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from events.cloudevent import read_event
from events.entry import Entry
from events.known import Knowledge
from events.merkle import EMPTY_ROOT
from events.standing import ANNULLED, CORRECTED
from projections.memory import MemoryReader
from projections.policies.pack import Pack, load_all
from projections.rows import Found
from projections.scene import Scene

LOG = "cn-62"
PUBLIC_KEY = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
"""That of test 1 of RFC 8032."""
FIRST_STAMP = datetime(2020, 1, 1, tzinfo=UTC)


def stamped(position: int) -> datetime:
    """When the entry at a position was recorded: one an hour."""
    return FIRST_STAMP + timedelta(hours=position)


class Ledger:
    """Takes events in order; every `record` answers its position, which corrections name."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def record(self, kind: str, /, **data: Any) -> int:
        """Record a fact (or, with their own fields, anything)."""
        return self.keep(kind, data, None)

    def correct(self, position: int, **payload: Any) -> int:
        """Correct the entry at a position by a whole new payload."""
        return self.keep(CORRECTED, {"corrects_event_id": f"e{position}", "corrected_payload": payload}, position)

    def annul(self, position: int) -> int:
        """Annul the entry at a position."""
        return self.keep(ANNULLED, {"annuls_event_id": f"e{position}"}, position)

    def place(self, place_id: str, level: str, code: str, parent: str | None = None, **more: Any) -> int:
        """Register a place named after its id."""
        data = {"jurisdiction_id": place_id, "level": level, "code": code, "name_zh": f"name-{place_id}", **more}
        return self.record("jurisdiction.registered", **data, parent_id=parent)

    def county(self, code: str = "140925") -> None:
        """Register a province p and its county c, of a code."""
        self.place("p", "province", code[:2])
        self.place("c", "county", code, "p")

    def post(self, post_id: str, place: str | None = None, **more: Any) -> int:
        """Establish a post, of a place unless `body_id` is given."""
        return self.record(
            "post.established", post_id=post_id, title_zh=f"title-{post_id}", jurisdiction_id=place, **more
        )

    def start(self, appointment: str, person: str, post: str, since: str | None = None, **more: Any) -> int:
        """Start an appointment."""
        data = {"appointment_id": appointment, "person_id": person, "post_id": post, "effective_from": since, **more}
        return self.record("appointment.started", **data)

    def end(self, appointment: str, until: str | None = None, **more: Any) -> int:
        """End an appointment."""
        return self.record("appointment.ended", appointment_id=appointment, effective_until=until, **more)

    def see(self, appointment: str, day: str, **more: Any) -> int:
        """Observe the holder of an appointment."""
        return self.record("appointment.observed", appointment_id=appointment, on=day, **more)

    def sign(self, letter: str, signed_on: str, person: str | None = None, post: str | None = None, **more: Any) -> int:
        """Sign a letter, as a person, for a post, or both."""
        signatory = {"person_id": person, "post_id": post}
        data = {"letter_id": letter, "signatory": signatory, "signed_on": signed_on, **more}
        return self.record("responsibility-letter.signed", **data)

    def key(self, key_id: str, **more: Any) -> int:
        """Register a key of the person or body that is given."""
        fields = {"key_id": key_id, "algorithm": "Ed25519", "public_key": PUBLIC_KEY, "valid_from": "2010-01-01"}
        return self.record("key.registered", **fields, **more)

    def seal(self, position: int, *keys: int) -> int:
        """Say that the keys registered at some positions signed the entry at a position."""
        made = [(self.entries[at].data["key_id"], at) for at in keys]
        self.entries[position].signatures = [
            {"key_id": key_id, "registered_at_position": at, "sig": "AAAA"} for key_id, at in made
        ]
        return position

    def merge(self, gone: str, stays: str) -> int:
        """Merge one id of a person into another."""
        return self.record("person.merged", person_id=gone, into_person_id=stays)

    def reader(self, size: int | None = None) -> MemoryReader:
        """The rows of the first `size` entries, or of all."""
        return MemoryReader(LOG, self.entries, len(self.entries) if size is None else size)

    def scene(self, valid_at: str, size: int | None = None, packs: Sequence[Pack] | None = None) -> Scene:
        """A question of a day, at a size, under some packs or all."""
        asked = list(load_all().values()) if packs is None else packs
        reader = self.reader(size)
        known = Knowledge(LOG, reader.size, stamped(reader.size - 1) if reader.size else None, "live")
        return Scene(reader, known, EMPTY_ROOT, valid_at, asked)

    async def rows(self, projection: str, entity_id: str, size: int | None = None) -> list[Found]:
        """The rows of one entity."""
        return await self.reader(size).of(projection, [entity_id])

    async def doc(self, projection: str, entity_id: str, size: int | None = None) -> Any:
        """What the first row of an entity says."""
        return (await self.rows(projection, entity_id, size))[0].doc

    async def bounds(self, projection: str, entity_id: str) -> tuple[str, str, str, str]:
        """s0, s1, e0 and e1 of an entity."""
        bounds = (await self.doc(projection, entity_id))["bounds"]
        return bounds["s0"], bounds["s1"], bounds["e0"], bounds["e1"]

    def keep(self, kind: str, data: Mapping[str, Any], target: int | None, event_id: str | None = None) -> int:
        """Record an event of any kind; a correction names the position it is about."""
        position = len(self.entries)
        stated = {name: value for name, value in data.items() if value is not None}
        own_id = event_id or f"e{position}"
        event = {"specversion": "1.0", "id": own_id, "source": "urn:test", "type": kind, "data": stated}
        sent = read_event(event)
        fact = position if target is None else self.entries[target].fact_position
        self.entries.append(
            Entry(
                position=position,
                recorded_at=stamped(position),
                kind=kind,
                kind_version=sent.kind_version,
                source=sent.source,
                id=sent.id,
                leaf_hash=b"",
                credential="test",
                target_position=target,
                fact_position=fact,
                kept=sent.kept,
            )
        )
        return position
