//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &["debate"];

pub const STEPS: &[Step] = &[Step {
    name: "s0450_debates",
    sql: &[
        "CREATE TABLE debate (
            id {key},
            college_id BIGINT NOT NULL REFERENCES organisation (id),
            year TEXT NOT NULL,
            topic TEXT NOT NULL,
            search_name TEXT NOT NULL,
            held_on TEXT NOT NULL,
            teams TEXT NOT NULL,
            rounds TEXT NOT NULL,
            event_id BIGINT REFERENCES event (id),
            version BIGINT NOT NULL
        )",
        "CREATE INDEX debate_college ON debate (college_id, year)",
    ],
}];
