"""The projections: one table for each, the mentions, the progress, and the directory of ids."""

from alembic import op

revision = "0002"
down_revision = "0001"

KEYS = {
    "appointment": ("post_id", "person_id"),
    "body": ("jurisdiction_id", "unit_id", "name"),
    "jurisdiction": ("code", "parent_id", "name"),
    "letter": ("person_id", "post_id", "counterparty", "scope", "number"),
    "pairing": ("helper", "assisted"),
    "person": ("merged_into", "name"),
    "post": ("jurisdiction_id", "body_id"),
}
SEARCHED = ("name",)
"""Keys that are searched by part and may be long: no B-tree holds them."""

SHARED = """
CREATE TABLE mention (
    log_id text NOT NULL,
    generation integer NOT NULL,
    id text NOT NULL,
    projection text NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (log_id, generation, id, projection, position)
);
CREATE TABLE projection_state (
    log_id text NOT NULL,
    generation integer NOT NULL,
    live boolean NOT NULL,
    size bigint NOT NULL DEFAULT 0,
    digest bytea NOT NULL DEFAULT '',
    failures jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (log_id, generation)
);
CREATE TABLE directory (
    kind text NOT NULL,
    id text NOT NULL,
    log_id text NOT NULL,
    PRIMARY KEY (kind, id, log_id)
);
"""

GRANTS = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'zeren_writer') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO zeren_writer;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'zeren_reader') THEN
        GRANT SELECT ON {tables} TO zeren_reader;
    END IF;
END $$;
"""


def upgrade() -> None:
    """Make the tables; every index begins with the log and the generation."""
    for statement in SHARED.split(";\n"):
        if statement.strip():
            op.execute(statement)
    for name, keys in KEYS.items():
        columns = "".join(f"    {key} text,\n" for key in keys)
        op.execute(
            f"CREATE TABLE p_{name} (\n"
            "    log_id text NOT NULL,\n    generation integer NOT NULL,\n    entity_id text NOT NULL,\n"
            "    known_from bigint NOT NULL,\n    ordinal integer NOT NULL,\n    known_to bigint,\n"
            f"{columns}    doc jsonb NOT NULL,\n"
            "    PRIMARY KEY (log_id, generation, entity_id, known_from, ordinal)\n)"
        )
        for key in keys:
            if key not in SEARCHED:
                op.execute(f"CREATE INDEX p_{name}_{key} ON p_{name} (log_id, generation, {key})")
    tables = ", ".join(["mention", "projection_state", "directory", *(f"p_{name}" for name in KEYS)])
    op.execute(GRANTS.format(tables=tables))
