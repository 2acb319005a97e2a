//! The tables of this room.

use crate::schema::Step;

pub const TABLES: &[&str] = &[
    "audit",
    "outbox",
    "setting",
    "session",
    "api_token",
    "api_answer",
    "login_attempt",
    "file_share",
    "trail_head",
    "reading",
];

pub const STEPS: &[Step] = &[
    PLATFORM,
    Step { name: "s0603_session_since", sql: &["ALTER TABLE session ADD COLUMN since BIGINT NOT NULL DEFAULT 0"] },
    Step {
        name: "s0610_file_share",
        sql: &["CREATE TABLE file_share (
            organisation_id BIGINT NOT NULL,
            hash TEXT NOT NULL,
            size BIGINT NOT NULL,
            PRIMARY KEY (organisation_id, hash)
        )"],
    },
    Step {
        name: "s0611_trail_head",
        sql: &["CREATE TABLE trail_head (
            record BIGINT PRIMARY KEY,
            at BIGINT NOT NULL,
            signed TEXT NOT NULL
        )"],
    },
    Step {
        name: "s0612_reading",
        sql: &["CREATE TABLE reading (
            account_id BIGINT NOT NULL,
            entity TEXT NOT NULL,
            entity_id BIGINT NOT NULL,
            on_day TEXT NOT NULL,
            at BIGINT NOT NULL,
            PRIMARY KEY (entity, entity_id, account_id, on_day)
        )"],
    },
    // Letters of before are in the language that the account had when they were written: Kazakh is named for them.
    Step { name: "s0622_outbox_lang", sql: &["ALTER TABLE outbox ADD COLUMN lang TEXT NOT NULL DEFAULT 'kk'"] },
];

const PLATFORM: Step = Step {
    name: "s0100_platform",
    sql: &[
        "CREATE TABLE audit (
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
        "CREATE INDEX audit_entity ON audit (entity, entity_id, id)",
        "CREATE TABLE outbox (
            id {key},
            at BIGINT NOT NULL,
            recipient TEXT NOT NULL,
            subject TEXT NOT NULL,
            body TEXT NOT NULL,
            attempts BIGINT NOT NULL,
            next_at BIGINT NOT NULL,
            done_at BIGINT,
            answer TEXT
        )",
        "CREATE INDEX outbox_next ON outbox (done_at, next_at)",
        "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
        "CREATE TABLE session (
            id TEXT PRIMARY KEY,
            account_id BIGINT,
            data TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            seen_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL
        )",
        "CREATE INDEX session_account ON session (account_id)",
        "CREATE TABLE api_token (
            id {key},
            account_id BIGINT NOT NULL,
            name TEXT NOT NULL,
            hash TEXT NOT NULL UNIQUE,
            scopes TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL,
            used_at BIGINT,
            revoked_at BIGINT
        )",
        "CREATE INDEX api_token_account ON api_token (account_id, id)",
        "CREATE TABLE api_answer (
            account_id BIGINT NOT NULL,
            idempotency_key TEXT NOT NULL,
            request TEXT NOT NULL,
            status BIGINT NOT NULL,
            location TEXT NOT NULL,
            body TEXT NOT NULL,
            at BIGINT NOT NULL,
            PRIMARY KEY (account_id, idempotency_key)
        )",
        "CREATE INDEX api_answer_at ON api_answer (at)",
        "CREATE TABLE login_attempt (
            id {key},
            subject TEXT NOT NULL,
            at BIGINT NOT NULL
        )",
        "CREATE INDEX login_attempt_subject ON login_attempt (subject, at)",
        "sqlite:CREATE TRIGGER audit_stays BEFORE UPDATE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
        "sqlite:CREATE TRIGGER audit_remains BEFORE DELETE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
        "postgres:CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql
            AS $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$",
        "postgres:CREATE OR REPLACE TRIGGER audit_stays BEFORE UPDATE ON audit
            FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        "postgres:CREATE OR REPLACE TRIGGER audit_remains BEFORE DELETE OR TRUNCATE ON audit
            FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    ],
};
