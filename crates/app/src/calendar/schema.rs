//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &["calendar_feed"];

pub const STEPS: &[Step] = &[
    FIRST,
    Step {
        name: "s0701_calendar_feed_since",
        sql: &["ALTER TABLE calendar_feed ADD COLUMN since BIGINT NOT NULL DEFAULT 0"],
    },
];

const FIRST: Step = Step {
    name: "s0700_calendar",
    sql: &[
        "CREATE TABLE calendar_feed (
            account_id BIGINT PRIMARY KEY REFERENCES account (id),
            hash TEXT NOT NULL
        )",
        "CREATE UNIQUE INDEX calendar_feed_hash ON calendar_feed (hash)",
    ],
};
