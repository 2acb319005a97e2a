//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &["reference_entry"];

pub const STEPS: &[Step] = &[Step {
    name: "s0220_reference",
    sql: &[
        "CREATE TABLE reference_entry (
            id {key},
            kind TEXT NOT NULL,
            code TEXT NOT NULL,
            parent TEXT,
            name_kk TEXT NOT NULL,
            name_ru TEXT NOT NULL,
            note TEXT,
            day TEXT,
            valid_from TEXT,
            valid_to TEXT,
            search_name TEXT NOT NULL,
            version BIGINT NOT NULL
        )",
        "CREATE UNIQUE INDEX reference_entry_code ON reference_entry (kind, code)",
        "CREATE INDEX reference_entry_parent ON reference_entry (kind, parent)",
    ],
}];
