//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &["notice", "mail_preference"];

pub const STEPS: &[Step] = &[Step {
    name: "s0230_inbox",
    sql: &[
        "CREATE TABLE notice (
            id {key},
            account_id BIGINT NOT NULL REFERENCES account (id),
            at BIGINT NOT NULL,
            subject TEXT NOT NULL,
            body TEXT NOT NULL,
            link TEXT NOT NULL,
            is_read BOOLEAN NOT NULL DEFAULT FALSE,
            in_digest BOOLEAN NOT NULL DEFAULT FALSE
        )",
        "CREATE INDEX notice_account ON notice (account_id, is_read, id)",
        "CREATE TABLE mail_preference (
            account_id BIGINT PRIMARY KEY REFERENCES account (id),
            how TEXT NOT NULL,
            last_digest TEXT
        )",
    ],
}];
