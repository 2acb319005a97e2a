//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &["building"];

pub const STEPS: &[Step] = &[Step {
    name: "s0490_buildings",
    sql: &[
        "CREATE TABLE building (
            id {key},
            college_id BIGINT NOT NULL REFERENCES organisation (id),
            name TEXT NOT NULL,
            search_name TEXT NOT NULL,
            sort_name {bytes} NOT NULL,
            address TEXT NOT NULL,
            features TEXT NOT NULL,
            checked_on TEXT,
            checked_by TEXT NOT NULL,
            note TEXT NOT NULL,
            photo TEXT,
            active BOOLEAN NOT NULL,
            version BIGINT NOT NULL
        )",
        "CREATE INDEX building_college ON building (college_id)",
    ],
}];
