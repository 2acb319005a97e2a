//! Organisations, accounts, sessions.

super::migration!(
    "m0001_people",
    "CREATE TABLE IF NOT EXISTS organisation (
        id {key},
        kind TEXT NOT NULL,
        bin TEXT,
        name_kk TEXT NOT NULL,
        name_ru TEXT NOT NULL,
        region TEXT,
        search_name TEXT NOT NULL,
        active BOOLEAN NOT NULL,
        created_at BIGINT NOT NULL
    )",
    "CREATE UNIQUE INDEX IF NOT EXISTS organisation_bin ON organisation (bin)",
    "CREATE INDEX IF NOT EXISTS organisation_region ON organisation (region, kind)",
    "CREATE TABLE IF NOT EXISTS account (
        id {key},
        organisation_id BIGINT NOT NULL REFERENCES organisation (id),
        role TEXT NOT NULL,
        email TEXT NOT NULL,
        name TEXT NOT NULL,
        search_name TEXT NOT NULL,
        password_hash TEXT,
        must_change BOOLEAN NOT NULL,
        lang TEXT NOT NULL,
        totp_secret TEXT,
        totp_step BIGINT NOT NULL,
        active BOOLEAN NOT NULL,
        created_at BIGINT NOT NULL
    )",
    "CREATE UNIQUE INDEX IF NOT EXISTS account_email ON account (email)",
    "CREATE INDEX IF NOT EXISTS account_organisation ON account (organisation_id)",
    "CREATE TABLE IF NOT EXISTS access_token (
        id {key},
        purpose TEXT NOT NULL,
        hash TEXT NOT NULL,
        account_id BIGINT NOT NULL REFERENCES account (id),
        expires_at BIGINT NOT NULL,
        used_at BIGINT
    )",
    "CREATE UNIQUE INDEX IF NOT EXISTS access_token_hash ON access_token (hash)",
    "CREATE TABLE IF NOT EXISTS login_attempt (
        id {key},
        subject TEXT NOT NULL,
        at BIGINT NOT NULL
    )",
    "CREATE INDEX IF NOT EXISTS login_attempt_subject ON login_attempt (subject, at)",
    "CREATE TABLE IF NOT EXISTS session (
        id TEXT PRIMARY KEY,
        account_id BIGINT,
        data TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        seen_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL
    )",
    "CREATE INDEX IF NOT EXISTS session_account ON session (account_id)",
);
