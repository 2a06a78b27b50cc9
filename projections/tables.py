"""The tables of the projections: the statements that read and write versions of rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.advance import PLAIN, Changes, Entity, Version
from projections.registry import PROJECTIONS
from projections.rows import Row

_VISIBLE = "known_from < :size AND (known_to IS NULL OR known_to >= :size)"
_ORDER = 'ORDER BY entity_id COLLATE "C", ordinal'
_EACH = "(SELECT DISTINCT unnest(CAST(:values AS text[])) AS id) AS given CROSS JOIN LATERAL"
"""Values, looked up one after the other for the reason that `joins` gives."""


def _select(name: str, key: str, columns: str = "entity_id, ordinal, doc", also: str = _VISIBLE) -> TextClause:
    """The rows with one of some values of a key."""
    return text(
        f"SELECT found.* FROM {_EACH} ("
        f"SELECT {columns} FROM p_{name} WHERE log_id = :log_id AND generation = :generation "
        f"AND {key} = ANY (ARRAY[given.id]) AND {also} ORDER BY {key}) AS found {_ORDER}"
    )


BY_ENTITY: Final = {name: _select(name, "entity_id") for name in PROJECTIONS}
BY_KEY: Final = {(name, key): _select(name, key) for name, projection in PROJECTIONS.items() for key in projection.keys}


@cache
def of_registers(registers: frozenset[str]) -> TextClause:
    """The matters of some registers, which are named by constants.

    An index over some registers alone is of no use to a plan that is made once for any. Each is one of `REGISTERS`.
    """
    named = ", ".join(f"'{one}'" for one in sorted(registers))
    return text(
        "SELECT entity_id, ordinal, doc FROM p_matter WHERE log_id = :log_id AND generation = :generation "
        f"AND register IN ({named}) AND {_VISIBLE} {_ORDER}"
    )


# The aliases as one text first: to take each list apart would take longer than all else together.
_ALIAS = (
    "doc->>'aliases' {like} :quoted "
    "AND EXISTS (SELECT FROM jsonb_array_elements_text(doc->'aliases') a WHERE a {like} :like)"
)
SEARCH: Final = {
    (name, caseless): text(
        f"SELECT DISTINCT entity_id FROM p_{name} WHERE log_id = :log_id AND generation = :generation "
        f"AND {_VISIBLE} AND entity_id > :after AND ({match}) ORDER BY entity_id LIMIT :limit".format(like=like)
    )
    for name, match in {
        "jurisdiction": f"name {{like}} :like OR code LIKE :prefix OR entity_id = :exact OR ({_ALIAS})",
        "person": f"name {{like}} :like OR entity_id = :exact OR ({_ALIAS})",
        "body": "name {like} :like OR entity_id = :exact",
    }.items()
    for caseless, like in ((True, "LIKE"), (False, "ILIKE"))
}
"""Each for text that has no upper and lower case, as Chinese has none, and for text that has, which takes longer."""
MATTERS: Final = {
    key: _select(
        "matter",
        key,
        also=f"register = ANY(:registers) AND {_VISIBLE} AND (CAST(:until AS text) IS NULL OR day <= :until)",
    )
    for key in ("stands_at", "part_of", "done_by")
}
TALLY: Final = text(
    f"""
    SELECT register, count(*) AS many, coalesce(sum(CAST(amount AS numeric)), 0) AS total, max(day) AS last
    FROM {_EACH} (
        SELECT register, amount, day FROM p_matter WHERE log_id = :log_id AND generation = :generation
          AND stands_at = ANY (ARRAY[given.id]) AND register = ANY(:registers) AND {_VISIBLE} AND day <= :until
        ORDER BY stands_at
    ) AS found GROUP BY register
    """
)
BELOW: Final = text(
    f"""
    WITH RECURSIVE below (id) AS (
        SELECT CAST(:place AS text)
        UNION
        SELECT child.entity_id FROM below CROSS JOIN LATERAL (
            SELECT entity_id FROM p_jurisdiction
            WHERE log_id = :log_id AND generation = :generation AND parent_id = ANY (ARRAY[below.id]) AND {_VISIBLE}
              AND (doc->>'from' IS NULL OR doc->>'from' <= :day) AND (doc->>'until' IS NULL OR doc->>'until' > :day)
            ORDER BY parent_id
        ) AS child
    ) SELECT id FROM below
    """
)
_ON_DAY = "(doc->>'from' IS NULL OR doc->>'from' <= :day) AND (doc->>'until' IS NULL OR doc->>'until' > :day)"
_OF_LOG = f"log_id = :log_id AND generation = :generation AND {_VISIBLE} AND {_ON_DAY}"
# The parents named come from their index alone; each is then looked up, not the places below it.
TOPMOST: Final = text(
    f"""
    WITH named AS MATERIALIZED (
        SELECT DISTINCT parent_id AS id FROM p_jurisdiction
        WHERE log_id = :log_id AND generation = :generation AND parent_id IS NOT NULL
    ), absent AS (
        SELECT id FROM named WHERE NOT EXISTS (
            SELECT FROM p_jurisdiction WHERE entity_id = ANY (ARRAY[named.id]) AND {_OF_LOG}
        )
    )
    SELECT entity_id, ordinal, doc FROM p_jurisdiction WHERE parent_id IS NULL AND {_OF_LOG}
    UNION ALL
    SELECT below.* FROM absent CROSS JOIN LATERAL (
        SELECT entity_id, ordinal, doc FROM p_jurisdiction WHERE parent_id = ANY (ARRAY[absent.id]) AND {_OF_LOG}
        ORDER BY parent_id
    ) AS below
    """
)
OPEN_ROWS: Final = {
    name: _select(
        name,
        "entity_id",
        columns=f"entity_id, ordinal, known_from, {', '.join(projection.keys)}, doc",
        also="known_to IS NULL",
    )
    for name, projection in PROJECTIONS.items()
}
ALL_ROWS: Final = {
    name: text(
        f"SELECT entity_id, ordinal, known_from, known_to, {', '.join(projection.keys)}, doc FROM p_{name} "
        f"WHERE log_id = :log_id AND generation = :generation AND {_VISIBLE} {_ORDER}, known_from"
    )
    for name, projection in PROJECTIONS.items()
}
CLOSE: Final = {
    name: text(
        f"""
        UPDATE p_{name} p SET known_to = c.known_to
        FROM unnest(CAST(:ids AS text[]), CAST(:froms AS bigint[]), CAST(:ordinals AS integer[]),
                    CAST(:tos AS bigint[])) AS c (entity_id, known_from, ordinal, known_to)
        WHERE p.log_id = :log_id AND p.generation = :generation AND p.entity_id = c.entity_id
          AND p.known_from = c.known_from AND p.ordinal = c.ordinal
        """
    )
    for name in PROJECTIONS
}
DROP: Final = {
    name: text(f"DELETE FROM {name} WHERE log_id = :log_id AND generation = :generation")
    for name in ("projection_state", *(f"p_{name}" for name in PROJECTIONS), "mention")
}
"""In this order: whoever works on a generation holds its progress, and writes rows with it."""
FACTS_OF: Final = text(
    """
    SELECT found.* FROM unnest(CAST(:projections AS text[]), CAST(:ids AS text[])) AS given (projection, id)
    CROSS JOIN LATERAL (
        SELECT m.projection, m.id, m.position FROM mention m
        WHERE m.log_id = :log_id AND m.generation = :generation
          AND m.id = ANY (ARRAY[given.id]) AND m.projection = given.projection ORDER BY m.id
    ) AS found ORDER BY found.position
    """
)
MENTIONING: Final = text(
    """
    SELECT DISTINCT position FROM mention
    WHERE log_id = :log_id AND generation = :generation AND projection = '' AND id = ANY(:ids)
      AND position >= :first AND position < :end
    ORDER BY position LIMIT :limit
    """
)
FACTS_NAMING: Final = text(
    """
    WITH named AS (
        SELECT position FROM mention
        WHERE log_id = :log_id AND generation = :generation AND projection = '' AND id = ANY(:ids)
          AND position < :size
        EXCEPT SELECT unnest(CAST(:but AS bigint[]))
    )
    SELECT fact_position FROM named CROSS JOIN LATERAL (
        SELECT fact_position FROM event WHERE log_id = :log_id AND position = named.position OFFSET 0
    ) AS event
    EXCEPT SELECT unnest(CAST(:but AS bigint[]))
    ORDER BY 1
    """
)
ADD_TO_DIRECTORY: Final = text(
    """
    INSERT INTO directory (kind, id, log_id)
    SELECT kind, id, :log_id FROM unnest(CAST(:kinds AS text[]), CAST(:ids AS text[])) AS d (kind, id)
    ON CONFLICT DO NOTHING
    """
)
LISTED_MATTERS: Final = ("finding:", "project:", "rectification:")
"""Matters that are looked up by their id alone; the directory leaves out the others."""
LISTED_KEYS: Final = {"code": "code", "person_id": "named-person", "post_id": "named-post"}
"""Keys of rows that the directory lists too: codes, and people and posts known by being named alone."""
IN_DIRECTORY: Final = text("SELECT DISTINCT log_id FROM directory WHERE kind = ANY(:kinds) AND id = :id ORDER BY 1")


async def open_rows(
    conn: AsyncConnection, log_id: str, generation: int, entities: Iterable[Entity]
) -> dict[Entity, list[Version]]:
    """The open rows of these entities, by ordinal."""
    wanted: dict[str, list[str]] = {}
    for name, entity_id in entities:
        wanted.setdefault(name, []).append(entity_id)
    found: dict[Entity, list[Version]] = {}
    for name, ids in wanted.items():
        where = {"log_id": log_id, "generation": generation, "values": ids}
        for row in await conn.execute(OPEN_ROWS[name], where):
            version = Version((name, row.entity_id), row.ordinal, row.known_from, _row(name, row), stored=True)
            found.setdefault(version.entity, []).append(version)
    return found


def _row(name: str, row: Any) -> Row:
    return Row({key: row._mapping[key] for key in PROJECTIONS[name].keys}, row.doc)


async def write(conn: AsyncConnection, log_id: str, generation: int, changes: Changes) -> None:
    """Write what a run changed."""
    scope = {"log_id": log_id, "generation": generation}
    opened_of, closed_of = _by_projection(changes.opened), _by_projection(changes.closed)
    for name in PROJECTIONS:
        closed = closed_of.get(name)
        if closed:
            columns = {
                "ids": [v.entity[1] for v in closed],
                "froms": [v.known_from for v in closed],
                "ordinals": [v.ordinal for v in closed],
                "tos": [v.known_to for v in closed],
            }
            await conn.execute(CLOSE[name], {**scope, **columns})
        opened = opened_of.get(name)
        if opened:
            await _copy(conn, name, log_id, generation, opened)
    # Those of a projection in the order of their index: PostgreSQL then finds the next page where it found the last.
    mentions = (
        (log_id, generation, named, projection, position)
        for projection, of_ids in changes.mentions.items()
        for named, positions in sorted(of_ids.items())
        for position in positions
    )
    await _copied(conn, "mention", mentions, ("log_id", "generation", "id", "projection", "position"))
    listed = sorted(_directory(changes.opened))
    await conn.execute(
        ADD_TO_DIRECTORY, {"log_id": log_id, "kinds": [kind for kind, _ in listed], "ids": [i for _, i in listed]}
    )


def _by_projection(versions: Iterable[Version]) -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = {}
    for version in versions:
        found.setdefault(version.entity[0], []).append(version)
    return found


async def _copy(conn: AsyncConnection, name: str, log_id: str, generation: int, opened: Sequence[Version]) -> None:
    keys = PROJECTIONS[name].keys
    records = (
        (
            log_id, generation, version.entity[1], version.known_from, version.ordinal, version.known_to,
            *[version.row.keys[key] for key in keys], version.row.text,
        )
        for version in opened
    )  # fmt: skip
    columns = ("log_id", "generation", "entity_id", "known_from", "ordinal", "known_to", *keys, "doc")
    await _copied(conn, f"p_{name}", records, columns)


async def _copied(
    conn: AsyncConnection, table: str, records: Iterable[tuple[Any, ...]], columns: Sequence[str]
) -> None:
    raw = (await conn.get_raw_connection()).driver_connection
    assert raw is not None
    await raw.copy_records_to_table(table, records=records, columns=columns)


def _directory(opened: Iterable[Version]) -> set[tuple[str, str]]:
    listed: set[tuple[str, str]] = set()
    for version in opened:
        if version.entity[0] == "matter":
            if version.entity[1].startswith(LISTED_MATTERS):
                listed.add(version.entity)
            continue
        listed.add(version.entity)
        for key, kind in LISTED_KEYS.items():
            value = version.row.keys.get(key)
            if value is not None:
                listed.add((kind, value))
    return listed


async def facts_of(
    conn: AsyncConnection, log_id: str, generation: int, entities: Iterable[Entity]
) -> dict[Entity, list[int]]:
    """The positions of the facts that name these entities in any version."""
    wanted = list(entities)
    where = {
        "log_id": log_id,
        "generation": generation,
        "projections": [name for name, _ in wanted],
        "ids": [entity_id for _, entity_id in wanted],
    }
    found: dict[Entity, list[int]] = {}
    for row in await conn.execute(FACTS_OF, where):
        found.setdefault((row.projection, row.id), []).append(row.position)
    return found


async def logs_with(conn: AsyncConnection, kinds: Sequence[str], wanted: str) -> list[str]:
    """The logs in which an id of one of these kinds was ever on record."""
    return [row.log_id for row in await conn.execute(IN_DIRECTORY, {"kinds": list(kinds), "id": wanted})]


assert PLAIN == "", "MENTIONING looks for the empty projection"
