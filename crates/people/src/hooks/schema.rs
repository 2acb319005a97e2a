//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &["webhook", "webhook_message"];

pub const STEPS: &[Step] = &[
    FIRST,
    Step {
        name: "s0614_webhook_once",
        sql: &["CREATE UNIQUE INDEX webhook_once ON webhook (account_id, address) WHERE removed_at IS NULL"],
    },
];

const FIRST: Step = Step {
    name: "s0240_hooks",
    sql: &[
        "CREATE TABLE webhook (
            id {key},
            account_id BIGINT NOT NULL REFERENCES account (id),
            address TEXT NOT NULL,
            secret TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            removed_at BIGINT
        )",
        "CREATE INDEX webhook_account ON webhook (account_id, id)",
        "CREATE TABLE webhook_message (
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
        "CREATE INDEX webhook_message_next ON webhook_message (done_at, next_at)",
        "CREATE INDEX webhook_message_webhook ON webhook_message (webhook_id, id)",
    ],
};
