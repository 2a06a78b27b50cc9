"""The log: counters, events, payloads, identities, append transactions, tiles, keys; roles and guards."""

from alembic import op

revision = "0001"
down_revision = None

APPEND_ONLY = ("event", "payload", "event_id", "append_tx", "tile")

TABLES = """
CREATE TABLE log (
    log_id text NOT NULL PRIMARY KEY,
    name text,
    origin text NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'sealed', 'halted')),
    clock text NOT NULL CHECK (clock IN ('live', 'scripted')),
    service boolean NOT NULL,
    created_at timestamptz NOT NULL,
    size bigint NOT NULL DEFAULT 0,
    recorded_at timestamptz,
    frontier bytea NOT NULL DEFAULT ''
);
CREATE TABLE append_tx (
    log_id text NOT NULL,
    size bigint NOT NULL,
    first_position bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    root bytea NOT NULL,
    frontier bytea NOT NULL,
    PRIMARY KEY (log_id, size)
);
CREATE UNIQUE INDEX append_tx_recorded_at ON append_tx (log_id, recorded_at);
CREATE TABLE event (
    log_id text NOT NULL,
    position bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    kind text NOT NULL,
    kind_version integer NOT NULL,
    source text NOT NULL,
    id text NOT NULL,
    salt_h bytea NOT NULL,
    leaf_hash bytea NOT NULL,
    payload_sha256 bytea NOT NULL,
    payload_sm3 bytea NOT NULL,
    credential text NOT NULL,
    target_position bigint,
    fact_position bigint NOT NULL,
    PRIMARY KEY (log_id, position)
);
CREATE INDEX event_about ON event (log_id, fact_position) WHERE target_position IS NOT NULL;
CREATE TABLE payload (
    log_id text NOT NULL,
    position bigint NOT NULL,
    salt_p bytea NOT NULL,
    kept bytea NOT NULL,
    envelope bytea,
    signatures jsonb,
    encryption_key_id text,
    PRIMARY KEY (log_id, position)
);
CREATE TABLE event_id (
    log_id text NOT NULL,
    source text NOT NULL,
    id text NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (log_id, source, id)
);
CREATE TABLE tile (
    log_id text NOT NULL,
    level integer NOT NULL,
    tile_index bigint NOT NULL,
    hashes bytea NOT NULL,
    root bytea NOT NULL,
    PRIMARY KEY (log_id, level, tile_index)
);
CREATE TABLE api_key (
    key_id text NOT NULL PRIMARY KEY,
    name text NOT NULL,
    secret_sha256 bytea NOT NULL,
    grants jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
"""

GUARD = """
CREATE FUNCTION zeren_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""

ROLES = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'zeren_writer') THEN
        CREATE ROLE zeren_writer NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'zeren_reader') THEN
        CREATE ROLE zeren_reader NOLOGIN;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'roles zeren_writer and zeren_reader must be made by an administrator; see docs/operations.md';
WHEN duplicate_object OR unique_violation THEN
    NULL;
END $$;
"""

GRANTS = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'zeren_writer') THEN
        GRANT SELECT, INSERT ON log, append_tx, event, payload, event_id, tile, api_key TO zeren_writer;
        GRANT UPDATE ON log, api_key TO zeren_writer;
        GRANT SELECT ON alembic_version TO zeren_writer;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'zeren_reader') THEN
        GRANT SELECT ON log, append_tx, event, payload, event_id, tile TO zeren_reader;
    END IF;
END $$;
"""


def upgrade() -> None:
    """Make the tables, then the guards that refuse change."""
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
    op.execute(GUARD)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION zeren_refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION zeren_refuse_change()"
        )
    op.execute(ROLES)
    op.execute(GRANTS)
