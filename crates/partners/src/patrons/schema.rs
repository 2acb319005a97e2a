//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &["patron", "patron_match"];

pub const STEPS: &[Step] = &[
    Step {
        name: "s0600_patrons",
        sql: &[
            "CREATE TABLE patron (
            id {key},
            region TEXT NOT NULL,
            name TEXT NOT NULL,
            search_name TEXT NOT NULL,
            sort_name {bytes} NOT NULL,
            bin TEXT NOT NULL,
            profile TEXT NOT NULL,
            contact TEXT NOT NULL,
            note TEXT NOT NULL,
            added_by BIGINT NOT NULL REFERENCES account (id),
            added_on TEXT NOT NULL,
            removed BOOLEAN NOT NULL
        )",
            "CREATE INDEX patron_region ON patron (region)",
            "CREATE TABLE patron_match (
            patron_id BIGINT NOT NULL REFERENCES patron (id),
            college_id BIGINT NOT NULL REFERENCES organisation (id),
            on_day TEXT NOT NULL,
            PRIMARY KEY (patron_id, college_id)
        )",
        ],
    },
    Step { name: "s0601_patron_version", sql: &["ALTER TABLE patron ADD COLUMN version BIGINT NOT NULL DEFAULT 1"] },
    Step {
        name: "s0615_patron_once",
        sql: &["CREATE UNIQUE INDEX patron_once ON patron (region, bin) WHERE removed = FALSE"],
    },
];
