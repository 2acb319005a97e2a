//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &["distance_readiness"];

pub const STEPS: &[Step] = &[Step {
    name: "s0495_readiness",
    sql: &["CREATE TABLE distance_readiness (
            college_id BIGINT NOT NULL REFERENCES organisation (id),
            requirement TEXT NOT NULL,
            is_met BOOLEAN NOT NULL,
            evidence TEXT NOT NULL,
            file_hash TEXT,
            file_name TEXT,
            until TEXT,
            said_by BIGINT NOT NULL REFERENCES account (id),
            said_on TEXT NOT NULL,
            version BIGINT NOT NULL,
            PRIMARY KEY (college_id, requirement)
        )"],
}];
