"""The projection of matters (visits, money, findings, exits...) in one table, found by where they stand."""

from alembic import op

revision = "0003"
down_revision = "0002"

TABLE = """
CREATE TABLE p_matter (
    log_id text NOT NULL,
    generation integer NOT NULL,
    entity_id text NOT NULL,
    known_from bigint NOT NULL,
    ordinal integer NOT NULL,
    known_to bigint,
    register text NOT NULL,
    stands_at text,
    part_of text,
    done_by text,
    day text,
    amount text,
    doc jsonb NOT NULL,
    PRIMARY KEY (log_id, generation, entity_id, known_from, ordinal)
)
"""
POINTERS = {"stands_at": "stands_at, register", "part_of": "part_of", "done_by": "done_by"}
REBUILT = (
    "projection_state", "mention", "p_appointment", "p_body", "p_jurisdiction", "p_letter", "p_pairing", "p_person",
    "p_post",
)  # fmt: skip
"""Emptied, so that the runner projects what is recorded already from its beginning, matters included."""

GRANTS = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'zeren_writer') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON p_matter TO zeren_writer;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'zeren_reader') THEN
        GRANT SELECT ON p_matter TO zeren_reader;
    END IF;
END $$;
"""


def upgrade() -> None:
    """Make the table and its indexes, and let the runner begin anew."""
    op.execute(TABLE)
    for pointer, columns in POINTERS.items():
        op.execute(
            f"CREATE INDEX p_matter_{pointer} ON p_matter (log_id, generation, {columns}) WHERE {pointer} IS NOT NULL"
        )
    op.execute(
        "CREATE INDEX p_matter_rectifications ON p_matter (log_id, generation, entity_id) "
        "WHERE register = 'rectification'"
    )
    op.execute(GRANTS)
    op.execute(f"TRUNCATE {', '.join(REBUILT)}")
