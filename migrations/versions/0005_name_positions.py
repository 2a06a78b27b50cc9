"""Which entries name which name, and room for the buckets of the map of names."""

from alembic import op

revision = "0005"
down_revision = "0004"

POSITIONS = """
CREATE TABLE name_position (
    log_id text NOT NULL,
    name bytea NOT NULL,
    first bigint NOT NULL,
    positions bytea NOT NULL,
    PRIMARY KEY (log_id, name, first)
)
"""
# Hashes do not shrink, and a bucket that is moved out of its row costs several more of them at each change.
ROOM = (
    "ALTER TABLE name_bucket ALTER COLUMN content SET STORAGE MAIN",
    "ALTER TABLE name_bucket SET (toast_tuple_target = 8160, fillfactor = 70)",
)
GRANTS = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'zeren_writer') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON name_position TO zeren_writer;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'zeren_reader') THEN
        GRANT SELECT ON name_position TO zeren_reader;
    END IF;
END $$;
"""


def upgrade() -> None:
    """Make the table; let a bucket stay in its row."""
    for statement in (POSITIONS, *ROOM, GRANTS):
        op.execute(statement)
