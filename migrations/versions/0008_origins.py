"""Which log an origin names: a tlog-checkpoint origin identifies one log, and witnesses go by it alone.

A table of its own, as a rule across logs cannot be one of the per-log tables. Of logs that share an origin the oldest
has it here; the others keep theirs, and no further log takes it. The origin of a log's companion is reserved too.
"""

from alembic import op

revision = "0008"
down_revision = "0007"

TABLE = """
CREATE TABLE log_origin (
    origin text NOT NULL PRIMARY KEY,
    log_id text NOT NULL
)
"""
OF_LOGS = """
INSERT INTO log_origin (origin, log_id)
SELECT DISTINCT ON (origin) origin, log_id FROM log ORDER BY origin, created_at, log_id
"""
OF_COMPANIONS = """
INSERT INTO log_origin (origin, log_id)
SELECT origin || '.index', log_id || '.index' FROM log WHERE NOT service ORDER BY created_at, log_id
ON CONFLICT (origin) DO NOTHING
"""
GRANTS = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'zeren_writer') THEN
        GRANT SELECT, INSERT ON log_origin TO zeren_writer;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'zeren_reader') THEN
        GRANT SELECT ON log_origin TO zeren_reader;
    END IF;
END $$;
"""


def upgrade() -> None:
    """Make the table from the logs that are there, and its guards."""
    for statement in (TABLE, OF_LOGS, OF_COMPANIONS, GRANTS):
        op.execute(statement)
    op.execute(
        "CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON log_origin "
        "FOR EACH ROW EXECUTE FUNCTION zeren_refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON log_origin "
        "FOR EACH STATEMENT EXECUTE FUNCTION zeren_refuse_change()"
    )
