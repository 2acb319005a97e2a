//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &["curator_plan"];

pub const STEPS: &[Step] = &[Step {
    name: "s0410_curators",
    sql: &[
        "CREATE TABLE curator_plan (
            id {key},
            group_id BIGINT NOT NULL REFERENCES study_group (id),
            college_id BIGINT NOT NULL REFERENCES organisation (id),
            year TEXT NOT NULL,
            hours TEXT NOT NULL,
            parliament TEXT NOT NULL,
            made_by BIGINT NOT NULL REFERENCES account (id),
            made_on TEXT NOT NULL,
            version BIGINT NOT NULL
        )",
        "CREATE UNIQUE INDEX curator_plan_group ON curator_plan (group_id, year)",
    ],
}];
