//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &["plan"];

pub const STEPS: &[Step] = &[Step {
    name: "s0420_plans",
    sql: &[
        "CREATE TABLE plan (
            id {key},
            college_id BIGINT NOT NULL REFERENCES organisation (id),
            year TEXT NOT NULL,
            kind TEXT NOT NULL,
            number BIGINT NOT NULL,
            state TEXT NOT NULL,
            lines TEXT NOT NULL,
            hash TEXT NOT NULL,
            made_by BIGINT NOT NULL REFERENCES account (id),
            made_at BIGINT NOT NULL,
            approved_by BIGINT REFERENCES account (id),
            approved_on TEXT,
            version BIGINT NOT NULL
        )",
        "CREATE UNIQUE INDEX plan_number ON plan (college_id, year, kind, number)",
    ],
}];
