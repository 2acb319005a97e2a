//! What programs use: tokens of people, answers that were given once, and the addresses that hear of steps.

super::migration!(
    "m0015_programs",
    "CREATE TABLE IF NOT EXISTS api_token (
        id {key},
        account_id BIGINT NOT NULL REFERENCES account (id),
        name TEXT NOT NULL,
        hash TEXT NOT NULL UNIQUE,
        scopes TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        used_at BIGINT,
        revoked_at BIGINT
    )",
    "CREATE INDEX IF NOT EXISTS api_token_account ON api_token (account_id, id)",
    "CREATE TABLE IF NOT EXISTS api_answer (
        account_id BIGINT NOT NULL REFERENCES account (id),
        idempotency_key TEXT NOT NULL,
        request TEXT NOT NULL,
        status BIGINT NOT NULL,
        location TEXT NOT NULL,
        body TEXT NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (account_id, idempotency_key)
    )",
    "CREATE INDEX IF NOT EXISTS api_answer_at ON api_answer (at)",
    "CREATE TABLE IF NOT EXISTS webhook (
        id {key},
        account_id BIGINT NOT NULL REFERENCES account (id),
        address TEXT NOT NULL,
        secret TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        removed_at BIGINT
    )",
    "CREATE INDEX IF NOT EXISTS webhook_account ON webhook (account_id, id)",
    "CREATE TABLE IF NOT EXISTS webhook_message (
        id {key},
        webhook_id BIGINT NOT NULL REFERENCES webhook (id),
        key TEXT NOT NULL,
        body TEXT NOT NULL,
        at BIGINT NOT NULL,
        attempts BIGINT NOT NULL,
        next_at BIGINT NOT NULL,
        done_at BIGINT,
        answer TEXT
    )",
    "CREATE INDEX IF NOT EXISTS webhook_message_next ON webhook_message (done_at, next_at)",
    "CREATE INDEX IF NOT EXISTS webhook_message_webhook ON webhook_message (webhook_id, id)",
);
