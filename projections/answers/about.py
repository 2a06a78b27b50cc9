"""What an event may name and so be about a place or a person: their own ids, and those of what is theirs."""

from __future__ import annotations

from projections.answers.people import ids_of
from projections.answers.territory import bodies_of, posts_at
from projections.rows import Reader


async def place(reader: Reader, place_id: str) -> set[str]:
    """The ids of a place, its bodies and posts, and of their appointments, letters and pairings."""
    bodies = set(await bodies_of(reader, [place_id]))
    own = {place_id, *bodies}
    posts = {row.entity_id for row in await posts_at(reader, [place_id], bodies)}
    found = await reader.by("appointment", "post_id", posts) + await reader.by("letter", "post_id", posts)
    found += await reader.by("letter", "counterparty", own) + await reader.by("letter", "scope", own)
    found += await reader.by("pairing", "assisted", own) + await reader.by("pairing", "helper", bodies)
    return own | posts | {row.entity_id for row in found}


async def person(reader: Reader, person_id: str) -> set[str]:
    """Every id of a person, and those of their appointments, letters and pairings."""
    ids = await ids_of(reader, person_id)
    found = await reader.by("appointment", "person_id", ids) + await reader.by("letter", "person_id", ids)
    return ids | {row.entity_id for row in [*found, *await reader.by("pairing", "helper", ids)]}
