"""Statements about all that belongs to a scope, each in one round trip; `adding.py` says the same step by step.

Parameters, in order: $1 the log, $2 the generation, $3 the size, then as each says. Ids found on the
way are made an array before rows are looked up by them, and what recursion reaches is looked up one
by one (OFFSET 0 keeps it so): a plan then takes the index, however many rows it expects. Ids that are
given may be a village's or a province's: they are joined, each once, and a plan fits their number.
"""

from __future__ import annotations

from typing import Final

from projections.adding import ANSWERING
from projections.folds.registers import ANCHORS
from projections.leaving import APPROVED, IDENTIFIED, REJECTED, REMOVED

_HERE: Final = "log_id = $1 AND generation = $2 AND known_from < $3 AND (known_to IS NULL OR known_to >= $3)"
_ON_DAY: Final = "(doc->>'from' IS NULL OR doc->>'from' <= $5) AND (doc->>'until' IS NULL OR doc->>'until' > $5)"


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


_MATTERS: Final = f"SELECT entity_id, stands_at, day FROM p_matter WHERE {_HERE} AND register IN ({_words(ANCHORS)})"

MEMBERS: Final = f"""
WITH RECURSIVE
places (id) AS (
    SELECT CAST($4 AS text)
    UNION
    SELECT child.id FROM places CROSS JOIN LATERAL (
        SELECT entity_id AS id FROM p_jurisdiction WHERE {_HERE} AND parent_id = places.id AND {_ON_DAY} OFFSET 0
    ) child WHERE CAST($6 AS boolean)
),
bodies (id, at) AS (
    SELECT entity_id, jurisdiction_id FROM p_body WHERE {_HERE} AND jurisdiction_id = ANY (ARRAY(SELECT id FROM places))
    UNION
    SELECT part.id, bodies.id FROM bodies CROSS JOIN LATERAL (
        SELECT entity_id AS id FROM p_body WHERE {_HERE} AND unit_id = bodies.id AND jurisdiction_id IS NULL OFFSET 0
    ) part
),
posts (id, at) AS MATERIALIZED (
    SELECT entity_id, jurisdiction_id FROM p_post WHERE {_HERE} AND jurisdiction_id = ANY (ARRAY(SELECT id FROM places))
    UNION ALL
    SELECT entity_id, body_id FROM p_post WHERE {_HERE} AND body_id = ANY (ARRAY(SELECT id FROM bodies))
),
matters (id, at, day) AS (
    {_MATTERS} AND stands_at = ANY (
        ARRAY(SELECT id FROM places UNION ALL SELECT id FROM bodies UNION ALL SELECT id FROM posts)
    )
    UNION
    SELECT onward.* FROM matters CROSS JOIN LATERAL (
        {_MATTERS} AND stands_at IN (matters.id, substr(matters.id, strpos(matters.id, ':') + 1)) OFFSET 0
    ) onward
)
SELECT 'place', id, NULL, (
    SELECT doc->>'level' FROM p_jurisdiction WHERE {_HERE} AND entity_id = places.id AND {_ON_DAY}
) FROM places
UNION ALL SELECT 'body', id, at, NULL FROM bodies
UNION ALL SELECT 'post', id, at, NULL FROM posts
UNION ALL SELECT 'matter', id, at, day FROM matters
"""
"""$4 a place, $5 a day, $6 whether with all below it. What belongs to it: see `Reader.members`."""


def _given(parameter: str, column: str) -> str:
    return f"JOIN unnest(CAST({parameter} AS text[])) AS given (id) ON given.id = {column}"


DATED: Final = f"""
SELECT day, entity_id FROM p_matter {_given("$4", "stands_at")}
WHERE {_HERE} AND register = ANY ($5) AND day <= $6
"""
"""$4 ids, $5 registers, $6 a day. The matters that stand there by then."""

_ELSEWHERE: Final = f"""
    {_HERE} AND register = ANY ($6)
    AND NOT EXISTS (SELECT FROM p_jurisdiction WHERE {_HERE} AND entity_id = adrift.stands_at)
    AND NOT EXISTS (
        SELECT FROM p_matter anchor WHERE {_HERE} AND anchor.entity_id = adrift.stands_at
        AND EXISTS (SELECT FROM p_jurisdiction WHERE {_HERE} AND entity_id = anchor.stands_at)
    )
"""
ADRIFT: Final = f"""
SELECT entity_id, ordinal, doc FROM p_matter adrift {_given("$4", "done_by")}
WHERE stands_at <> done_by AND {_ELSEWHERE}
UNION ALL
SELECT entity_id, ordinal, doc FROM p_matter adrift {_given("$5", "part_of")}
WHERE stands_at <> part_of AND {_ELSEWHERE}
"""
"""$4 and $5 ids, $6 registers. The matters done by the former or part of the latter: see `Reader.adrift`."""

_ALLOCATION: Final = "SELECT entity_id, day, done_by, stands_at, amount, part_of FROM p_matter"

TRANSFERS: Final = f"""
WITH received AS MATERIALIZED (
    {_ALLOCATION} {_given("$4", "stands_at")} WHERE {_HERE} AND register = 'allocation'
),
found AS MATERIALIZED (
    SELECT * FROM received
    UNION
    {_ALLOCATION} {_given("$4", "done_by")} WHERE {_HERE} AND register = 'allocation'
    UNION
    {_ALLOCATION} WHERE {_HERE} AND register = 'allocation'
        AND done_by IS NULL AND part_of = ANY (ARRAY(SELECT entity_id FROM received))
)
SELECT found.entity_id, found.day, coalesce(found.done_by, above.stands_at), found.stands_at,
    CAST(found.amount AS numeric), found.part_of
FROM found LEFT JOIN LATERAL (
    SELECT stands_at FROM p_matter WHERE {_HERE} AND entity_id = found.part_of AND found.done_by IS NULL OFFSET 0
) above ON true
WHERE found.day <= $5
"""
"""$4 ids, $5 a day. The allocations that they gave or received by then."""

UNPAID: Final = f"""
SELECT entity_id, ordinal, doc FROM p_matter {_given("$4", "stands_at")}
WHERE {_HERE} AND register = 'disbursement' AND day > $5
  AND (
      SELECT step->'data'->>'approved_on' FROM jsonb_array_elements(doc->'facts') AS step
      ORDER BY CAST(step->>'position' AS bigint) DESC LIMIT 1
  ) <= $5
ORDER BY entity_id COLLATE "C", ordinal
"""
"""$4 ids, $5 a day. The disbursements standing there that were approved by then and paid later."""

_LETTER: Final = "SELECT entity_id, doc->'bounds' AS bounds, doc->>'signed_on' AS signed_on FROM p_letter"

LETTERS_ON: Final = f"""
WITH letters AS (
    {_LETTER} {_given("$4", "post_id")} WHERE {_HERE} AND doc->>'signed_as' IN ({_words(ANSWERING)})
    UNION
    {_LETTER} {_given("$5", "scope")} WHERE {_HERE}
)
SELECT CASE
    WHEN bounds->>'s1' <= $6 AND bounds->>'e0' > $6 THEN 'certain'
    WHEN bounds->>'s0' <= $6 AND bounds->>'e1' > $6 THEN 'possible' ELSE 'no'
END AS in_force, count(*)
FROM letters WHERE bounds->>'s0' <= $6 OR signed_on COLLATE "C" <= $6 GROUP BY in_force
"""
"""$4 posts, $5 places, $6 a day. The letters that they signed or that are about them, counted."""

_PLACED: Final = "SELECT entity_id, doc->>'position' AS position FROM p_letter"

LETTERS_AT: Final = f"""
WITH letters AS (
    {_PLACED} {_given("$4", "post_id")} WHERE {_HERE}
    UNION
    {_PLACED} {_given("$5", "counterparty")} WHERE {_HERE}
    UNION
    {_PLACED} {_given("$6", "scope")} WHERE {_HERE}
)
SELECT entity_id, CAST(position AS bigint) FROM letters
"""
"""$4 posts, $5 whom letters were signed towards, $6 places. The letters, and where they stand in the log."""

HOUSEHOLDS_ON: Final = f"""
WITH days AS (
    SELECT household.amount,
        (SELECT max(step->>'on') FROM jsonb_array_elements(household.doc->'facts') AS step
         WHERE step->>'type' = '{IDENTIFIED}' AND step->>'on' <= $5) AS identified,
        (SELECT max(step->>'on') FROM jsonb_array_elements(household.doc->'facts') AS step
         WHERE step->>'type' = '{REMOVED}' AND step->>'on' <= $5) AS removed,
        (SELECT max(since) FROM (
            SELECT (
                SELECT CASE step->>'type'
                    WHEN '{APPROVED}' THEN coalesce(step->'data'->>'effective_on', step->>'on') END
                FROM jsonb_array_elements(left_by.doc->'facts') WITH ORDINALITY AS told (step, nth)
                WHERE step->>'on' <= $5 AND (
                    step->>'type' = '{REJECTED}'
                    OR step->>'type' = '{APPROVED}' AND CAST(step->>'position' AS bigint) = (
                        SELECT max(CAST(other->>'position' AS bigint))
                        FROM jsonb_array_elements(left_by.doc->'facts') AS other WHERE other->>'type' = '{APPROVED}'
                    )
                )
                ORDER BY nth DESC LIMIT 1
            ) AS since
            FROM p_matter left_by WHERE {_HERE} AND register = 'exit'
              AND stands_at IN (household.entity_id, substr(household.entity_id, strpos(household.entity_id, ':') + 1))
        ) approved WHERE since <= $5) AS left_on
    FROM p_matter household {_given("$4", "stands_at")} WHERE {_HERE} AND register = 'household'
)
SELECT CASE
    WHEN removed >= coalesce(identified, '') THEN 'removed'
    WHEN left_on >= coalesce(identified, '') THEN 'exited' ELSE 'identified'
END AS status, count(*), coalesce(sum(CAST(amount AS numeric)), 0)
FROM days WHERE coalesce(identified, removed, left_on) IS NOT NULL GROUP BY status
"""
"""$4 ids, $5 a day. The households standing there by how they stand then, with their persons."""
