"""Statements that follow rows to other rows in one round trip; `walking.py` says the same step by step.

Parameters, in order: $1 the log, $2 the generation, $3 the size, $4 ids, $5 a day. Ids found on the
way are made an array before rows are looked up by them: a plan then takes the index, however many
rows it expects. Rows come in no particular order.
"""

from __future__ import annotations

from typing import Final

_HERE: Final = "log_id = $1 AND generation = $2 AND known_from < $3 AND (known_to IS NULL OR known_to >= $3)"
_ON_DAY: Final = "(doc->>'from' IS NULL OR doc->>'from' <= $5) AND (doc->>'until' IS NULL OR doc->>'until' > $5)"


def _rows(projection: str, where: str) -> str:
    return f"SELECT '{projection}' AS projection, entity_id, ordinal, doc FROM p_{projection} WHERE {_HERE} AND {where}"


def _all_of(column: str, ids: str) -> str:
    return f"{column} = ANY (ARRAY(SELECT {ids}))"


LINEAGE: Final = f"""
WITH RECURSIVE up (id) AS (
    SELECT unnest(CAST($4 AS text[]))
    UNION
    SELECT above.parent_id FROM up CROSS JOIN LATERAL (
        SELECT parent_id FROM p_jurisdiction
        WHERE {_HERE} AND entity_id = up.id AND parent_id IS NOT NULL AND {_ON_DAY}
    ) above
)
{_rows("jurisdiction", _all_of("entity_id", "id FROM up"))}
"""
"""The rows of places, and of those above them on a day."""

_KIN: Final = f"""
kin (id) AS (
    {{persons}}
    UNION
    SELECT other.id FROM kin CROSS JOIN LATERAL (
        SELECT merged_into AS id FROM p_person WHERE {_HERE} AND entity_id = kin.id AND merged_into IS NOT NULL
        UNION ALL
        SELECT entity_id FROM p_person WHERE {_HERE} AND merged_into = kin.id
    ) other
)
"""
_KIN_OF_IDS: Final = _KIN.format(persons="SELECT unnest(CAST($4 AS text[]))")

KIN: Final = f"WITH RECURSIVE {_KIN_OF_IDS} {_rows('person', _all_of('entity_id', 'id FROM kin'))}"
"""The rows of persons, and of those that merges make the same as one of them."""

NAMED: Final = f"""
WITH RECURSIVE {_KIN_OF_IDS}
{_rows("person", _all_of("entity_id", "id FROM kin"))}
UNION ALL {_rows("jurisdiction", "entity_id = ANY ($4)")}
UNION ALL {_rows("post", "entity_id = ANY ($4)")}
UNION ALL {_rows("body", "entity_id = ANY ($4)")}
"""
"""The rows of places, posts, bodies and persons by their ids: one id space per log. Persons as of KIN."""

ESTATE: Final = f"""
WITH RECURSIVE
bodies AS (
    {_rows("body", "jurisdiction_id = ANY ($4)")}
    UNION ALL
    SELECT inner_body.* FROM bodies CROSS JOIN LATERAL (
        {_rows("body", "unit_id = bodies.entity_id AND jurisdiction_id IS NULL")}
    ) inner_body
),
posts AS MATERIALIZED (
    {_rows("post", "jurisdiction_id = ANY ($4)")}
    UNION ALL {_rows("post", _all_of("body_id", "entity_id FROM bodies"))}
),
appointments AS MATERIALIZED (
    SELECT 'appointment' AS projection, entity_id, ordinal, doc, person_id FROM p_appointment
    WHERE {_HERE} AND {_all_of("post_id", "entity_id FROM posts")}
),
{_KIN.format(persons="SELECT person_id FROM appointments WHERE person_id IS NOT NULL")}
SELECT * FROM bodies
UNION ALL SELECT * FROM posts
UNION ALL SELECT projection, entity_id, ordinal, doc FROM appointments
UNION ALL {_rows("person", _all_of("entity_id", "id FROM kin"))}
UNION ALL {_rows("letter", _all_of("post_id", "entity_id FROM posts"))}
UNION ALL {_rows("letter", "post_id IS NULL AND " + _all_of("person_id", "id FROM kin"))}
UNION ALL {_rows("pairing", "assisted = ANY ($4)")}
"""
"""What belongs to places: bodies with those that are part of them, posts, appointments, the persons
appointed, what posts or these persons signed, and the pairings that assist the places."""
