//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &["account", "access_token", "recovery_code"];

pub const STEPS: &[Step] = &[
    ACCOUNTS,
    Step {
        name: "s0602_account_sessions_since",
        sql: &["ALTER TABLE account ADD COLUMN sessions_since BIGINT NOT NULL DEFAULT 0"],
    },
    Step {
        name: "s0620_account_access",
        sql: &[
            // Whatever was handed out before, as the address of a feed, holds no more.
            "ALTER TABLE account ADD COLUMN access_since BIGINT NOT NULL DEFAULT 0",
            "ALTER TABLE account ADD COLUMN signed_in_at BIGINT",
            "CREATE TABLE recovery_code (
                account_id BIGINT NOT NULL REFERENCES account (id),
                hash TEXT NOT NULL,
                used_at BIGINT,
                PRIMARY KEY (account_id, hash)
            )",
        ],
    },
];

const ACCOUNTS: Step = Step {
    name: "s0210_accounts",
    sql: &[
        "CREATE TABLE account (
            id {key},
            organisation_id BIGINT NOT NULL REFERENCES organisation (id),
            role TEXT NOT NULL,
            email TEXT NOT NULL,
            name TEXT NOT NULL,
            search_name TEXT NOT NULL,
            sort_name {bytes} NOT NULL,
            password_hash TEXT,
            must_change BOOLEAN NOT NULL,
            lang TEXT NOT NULL,
            totp_secret TEXT,
            totp_step BIGINT NOT NULL,
            unread BIGINT NOT NULL DEFAULT 0,
            active BOOLEAN NOT NULL,
            created_at BIGINT NOT NULL
        )",
        "CREATE UNIQUE INDEX account_email ON account (email)",
        "CREATE INDEX account_organisation ON account (organisation_id)",
        "CREATE TABLE access_token (
            id {key},
            purpose TEXT NOT NULL,
            hash TEXT NOT NULL,
            account_id BIGINT NOT NULL REFERENCES account (id),
            expires_at BIGINT NOT NULL,
            used_at BIGINT
        )",
        "CREATE UNIQUE INDEX access_token_hash ON access_token (hash)",
    ],
};
