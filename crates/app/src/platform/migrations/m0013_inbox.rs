//! What people are told inside Sheber, and how often they want it by mail.

super::migration!(
    "m0013_inbox",
    "CREATE TABLE IF NOT EXISTS notice (
        id {key},
        account_id BIGINT NOT NULL REFERENCES account (id),
        at BIGINT NOT NULL,
        subject TEXT NOT NULL,
        body TEXT NOT NULL,
        link TEXT NOT NULL,
        is_read BOOLEAN NOT NULL DEFAULT FALSE,
        in_digest BOOLEAN NOT NULL DEFAULT FALSE
    )",
    "CREATE INDEX IF NOT EXISTS notice_account ON notice (account_id, is_read, id)",
    "CREATE TABLE IF NOT EXISTS mail_preference (
        account_id BIGINT PRIMARY KEY REFERENCES account (id),
        how TEXT NOT NULL,
        last_digest TEXT
    )",
);
