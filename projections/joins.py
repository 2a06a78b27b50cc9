"""Statements that follow rows to other rows in one round trip; `walking.py` says the same step by step.

Parameters, in order: $1 the log, $2 the generation, $3 the size, $4 ids, $5 a day. Rows come in no
particular order.

Rows are looked up for one id after the other, and asked for in the order of the key that is looked up.
Of a log that the statistics do not know yet the planner expects next to nothing, by whichever index: so
many look-ups at once would seem dearer than to read the whole log by another column's, and one alone
would seem as dear. The order, which the index of the key gives for nothing, decides it.
"""

from __future__ import annotations

from typing import Final

_HERE: Final = "log_id = $1 AND generation = $2 AND known_from < $3 AND (known_to IS NULL OR known_to >= $3)"
_ON_DAY: Final = "(doc->>'from' IS NULL OR doc->>'from' <= $5) AND (doc->>'until' IS NULL OR doc->>'until' > $5)"
_GIVEN: Final = "given (id) AS (SELECT unnest(CAST($4 AS text[])))"
_ROW: Final = "entity_id, ordinal, doc"


def _found(projection: str, key: str, one: str, columns: str, also: str = "true") -> str:
    """Columns of the rows of which a key is the id in `one`; `also` may not tempt another index: no IS NULL."""
    return (
        f"(SELECT '{projection}' AS projection, {columns} FROM p_{projection} "
        f"WHERE {_HERE} AND {key} = ANY (ARRAY[{one}]) AND {also} ORDER BY {key}) AS found"
    )


def _rows(projection: str, key: str, ids: str, also: str = "true", columns: str = _ROW) -> str:
    """The rows of which a key is one of the ids of a relation with a column `id`."""
    return f"SELECT found.* FROM {ids} CROSS JOIN LATERAL {_found(projection, key, f'{ids}.id', columns, also)}"


LINEAGE: Final = f"""
WITH RECURSIVE {_GIVEN},
up (id) AS (
    SELECT id FROM given
    UNION
    SELECT parent_id
    FROM up CROSS JOIN LATERAL {_found("jurisdiction", "entity_id", "up.id", "parent_id", _ON_DAY)}
    WHERE coalesce(parent_id, '') <> ''
)
{_rows("jurisdiction", "entity_id", "up")}
"""
"""The rows of places, and of those above them on a day."""

_KIN: Final = f"""
kin (id) AS (
    {{persons}}
    UNION
    SELECT other.id FROM kin CROSS JOIN LATERAL (
        SELECT merged_into AS id FROM {_found("person", "entity_id", "kin.id", "merged_into")}
        UNION ALL
        SELECT entity_id FROM {_found("person", "merged_into", "kin.id", "entity_id")}
    ) other
    WHERE coalesce(other.id, '') <> ''
)
"""
_KIN_OF_GIVEN: Final = f"WITH RECURSIVE {_GIVEN}, {_KIN.format(persons='SELECT id FROM given')}"

KIN: Final = f"{_KIN_OF_GIVEN} {_rows('person', 'entity_id', 'kin')}"
"""The rows of persons, and of those that merges make the same as one of them."""

NAMED: Final = f"""
{_KIN_OF_GIVEN}
{_rows("person", "entity_id", "kin")}
UNION ALL {_rows("jurisdiction", "entity_id", "given")}
UNION ALL {_rows("post", "entity_id", "given")}
UNION ALL {_rows("body", "entity_id", "given")}
"""
"""The rows of places, posts, bodies and persons by their ids: one id space per log. Persons as of KIN."""

_APPOINTED: Final = "SELECT unnest(ARRAY(SELECT person_id FROM appointments WHERE person_id IS NOT NULL))"
"""As an array, of which the planner expects few: the space for telling ids apart is set aside beforehand."""

ESTATE: Final = f"""
WITH RECURSIVE {_GIVEN},
bodies (projection, id, ordinal, doc) AS (
    {_rows("body", "jurisdiction_id", "given")}
    UNION ALL
    {_rows("body", "unit_id", "bodies", "coalesce(jurisdiction_id, '') = ''")}
),
posts (projection, id, ordinal, doc) AS MATERIALIZED (
    {_rows("post", "jurisdiction_id", "given")}
    UNION ALL {_rows("post", "body_id", "bodies")}
),
appointments (projection, id, ordinal, doc, person_id) AS MATERIALIZED (
    {_rows("appointment", "post_id", "posts", columns=f"{_ROW}, person_id")}
),
{_KIN.format(persons=_APPOINTED)}
SELECT projection, id AS entity_id, ordinal, doc FROM bodies
UNION ALL SELECT * FROM posts
UNION ALL SELECT projection, id, ordinal, doc FROM appointments
UNION ALL {_rows("person", "entity_id", "kin")}
UNION ALL {_rows("letter", "post_id", "posts")}
UNION ALL {_rows("letter", "person_id", "kin", "coalesce(post_id, '') = ''")}
UNION ALL {_rows("pairing", "assisted", "given")}
"""
"""What belongs to places: bodies with those that are part of them, posts, appointments, the persons
appointed, what posts or these persons signed, and the pairings that assist the places."""


def _bulk(projection: str, key: str, but: str) -> str:
    also = f"coalesce({but}, '') NOT IN (SELECT unnest(CAST($5 AS text[])))" if but else "true"
    return f"WITH {_GIVEN} {_rows(projection, key, 'given', also)}"


BULK: Final = {
    asked: _bulk(*asked)
    for asked in (
        ("matter", "stands_at", ""),
        ("matter", "done_by", "stands_at"),
        ("matter", "part_of", "stands_at"),
        ("appointment", "person_id", "post_id"),
    )
}
"""By projection and two of its keys: the rows of which one is among the ids and the other not among $5, ids too.

They are not put in order: so many would be sorted on disk, and none would be sent before the last was found.
"""
