"""The board of duties: a status for each duty of each place, and how many there are of each in every place."""

from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = """
CREATE TABLE duty_board (
    log_id text NOT NULL PRIMARY KEY,
    generation integer NOT NULL DEFAULT 0,
    size bigint NOT NULL DEFAULT 0,
    day text NOT NULL DEFAULT '',
    digest text NOT NULL DEFAULT ''
);
CREATE TABLE duty_place (
    log_id text NOT NULL,
    place text NOT NULL,
    parent text,
    head text NOT NULL,
    PRIMARY KEY (log_id, place)
);
CREATE TABLE duty_group (
    log_id text NOT NULL,
    head text NOT NULL,
    next_on text,
    PRIMARY KEY (log_id, head)
);
CREATE TABLE duty_reach (
    log_id text NOT NULL,
    id text NOT NULL,
    head text NOT NULL,
    PRIMARY KEY (log_id, id, head)
);
CREATE INDEX duty_reach_head ON duty_reach (log_id, head);
CREATE TABLE duty_status (
    log_id text NOT NULL,
    place text NOT NULL,
    key bytea NOT NULL,
    rule text NOT NULL,
    level text NOT NULL,
    subject text NOT NULL,
    about text,
    since text,
    status text NOT NULL,
    again boolean NOT NULL,
    changes_on text,
    PRIMARY KEY (log_id, place, key)
);
CREATE TABLE duty_tally (
    log_id text NOT NULL,
    place text NOT NULL,
    rule text NOT NULL,
    level text NOT NULL,
    status text NOT NULL,
    own bigint NOT NULL DEFAULT 0,
    own_again bigint NOT NULL DEFAULT 0,
    whole bigint NOT NULL DEFAULT 0,
    whole_again bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (log_id, place, rule, level, status)
);
"""
NAMES = ("duty_board", "duty_place", "duty_group", "duty_reach", "duty_status", "duty_tally")
GRANTS = f"""
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'zeren_writer') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON {", ".join(NAMES)} TO zeren_writer;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'zeren_reader') THEN
        GRANT SELECT ON {", ".join(NAMES)} TO zeren_reader;
    END IF;
END $$;
"""


def upgrade() -> None:
    """Make the tables; the keeper fills them from the projections."""
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
    op.execute(GRANTS)
