"""Evidence: signing keys of officials, checkpoints with what others add to them, erasures, the map of names."""

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = """
ALTER TABLE log ADD COLUMN registry_size bigint NOT NULL DEFAULT 0;
CREATE TABLE signing_key (
    log_id text NOT NULL,
    position bigint NOT NULL,
    key_id text NOT NULL,
    act text NOT NULL CHECK (act IN ('registered', 'revoked')),
    algorithm text,
    public_key bytea,
    signer_id text,
    valid_from timestamptz,
    valid_until timestamptz,
    PRIMARY KEY (log_id, position)
);
CREATE INDEX signing_key_id ON signing_key (log_id, key_id, position);
CREATE TABLE log_key (
    log_id text NOT NULL,
    vkey text NOT NULL,
    first_size bigint NOT NULL,
    PRIMARY KEY (log_id, vkey)
);
CREATE TABLE checkpoint (
    log_id text NOT NULL,
    size bigint NOT NULL,
    root bytea NOT NULL,
    note text NOT NULL,
    signed_at timestamptz NOT NULL,
    PRIMARY KEY (log_id, size)
);
CREATE TABLE cosignature (
    log_id text NOT NULL,
    size bigint NOT NULL,
    line text NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (log_id, size, line)
);
CREATE TABLE time_token (
    log_id text NOT NULL,
    size bigint NOT NULL,
    token bytea NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (log_id, size)
);
CREATE TABLE publication (
    log_id text NOT NULL,
    size bigint NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (log_id, size)
);
CREATE TABLE erasure (
    log_id text NOT NULL,
    position bigint NOT NULL,
    ground text NOT NULL,
    ordered_by text,
    erased_on text NOT NULL,
    recorded_at timestamptz NOT NULL,
    named text[] NOT NULL,
    PRIMARY KEY (log_id, position)
);
CREATE TABLE name_bucket (
    log_id text NOT NULL,
    bucket integer NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (log_id, bucket)
);
CREATE TABLE name_tile (
    log_id text NOT NULL,
    level integer NOT NULL,
    tile integer NOT NULL,
    hashes bytea NOT NULL,
    PRIMARY KEY (log_id, level, tile)
);
CREATE TABLE name_map (
    log_id text NOT NULL PRIMARY KEY,
    size bigint NOT NULL,
    root bytea NOT NULL
);
"""
APPEND_ONLY = (
    "signing_key", "log_key", "checkpoint", "cosignature", "time_token", "publication", "erasure",
)  # fmt: skip
REBUILT = (
    "projection_state", "mention", "p_appointment", "p_body", "p_jurisdiction", "p_letter", "p_matter", "p_pairing",
    "p_person", "p_post",
)  # fmt: skip
"""Emptied, so that the runner projects signing keys that were recorded before they were projected."""
DERIVED = ("name_bucket", "name_tile", "name_map")

ERASING = """
CREATE FUNCTION zeren_refuse_unless_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT FROM erasure WHERE log_id = OLD.log_id AND position = OLD.position
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'table % is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""

GRANTS = f"""
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'zeren_writer') THEN
        GRANT SELECT, INSERT ON {", ".join(name for name in APPEND_ONLY if name != "erasure")} TO zeren_writer;
        GRANT SELECT ON erasure TO zeren_writer;
        GRANT SELECT, INSERT, UPDATE, DELETE ON {", ".join(DERIVED)} TO zeren_writer;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'zeren_reader') THEN
        GRANT SELECT ON {", ".join((*APPEND_ONLY, *DERIVED))} TO zeren_reader;
    END IF;
END $$;
"""


def upgrade() -> None:
    """Make the tables; refuse change of what is only added to; let a payload go once its erasure is on record."""
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION zeren_refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION zeren_refuse_change()"
        )
    op.execute(ERASING)
    op.execute("DROP TRIGGER refuse_change ON payload")
    op.execute(
        "CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON payload "
        "FOR EACH ROW EXECUTE FUNCTION zeren_refuse_unless_erased()"
    )
    op.execute(GRANTS)
    op.execute(f"TRUNCATE {', '.join(REBUILT)}")
