//! The audit trail, the outbox, what a person keeps for later.

super::migration!(
    "m0002_trail",
    "CREATE TABLE IF NOT EXISTS audit (
        id {key},
        at BIGINT NOT NULL,
        actor_id BIGINT,
        what TEXT NOT NULL,
        entity TEXT NOT NULL,
        entity_id BIGINT NOT NULL,
        before TEXT,
        after TEXT,
        prior_hash TEXT NOT NULL,
        hash TEXT NOT NULL
    )",
    "CREATE INDEX IF NOT EXISTS audit_entity ON audit (entity, entity_id, id)",
    "CREATE TABLE IF NOT EXISTS outbox (
        id {key},
        at BIGINT NOT NULL,
        recipient TEXT NOT NULL,
        subject TEXT NOT NULL,
        body TEXT NOT NULL,
        attempts BIGINT NOT NULL,
        next_at BIGINT NOT NULL,
        sent_at BIGINT
    )",
    "CREATE INDEX IF NOT EXISTS outbox_next ON outbox (sent_at, next_at)",
    "CREATE TABLE IF NOT EXISTS saved_filter (
        id {key},
        account_id BIGINT NOT NULL REFERENCES account (id),
        page TEXT NOT NULL,
        name TEXT NOT NULL,
        query TEXT NOT NULL
    )",
    "CREATE INDEX IF NOT EXISTS saved_filter_account ON saved_filter (account_id, page)",
    "CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
);
