//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &["study_group", "group_student"];

pub const STEPS: &[Step] = &[Step {
    name: "s0250_groups",
    sql: &[
        "CREATE TABLE study_group (
            id {key},
            college_id BIGINT NOT NULL REFERENCES organisation (id),
            code TEXT NOT NULL,
            search_name TEXT NOT NULL,
            sort_code {bytes} NOT NULL,
            entered TEXT NOT NULL,
            leaves TEXT NOT NULL,
            lang TEXT NOT NULL,
            students BIGINT NOT NULL,
            curator_id BIGINT REFERENCES account (id),
            agreed TEXT NOT NULL,
            active BOOLEAN NOT NULL,
            opened_on TEXT,
            version BIGINT NOT NULL
        )",
        "CREATE UNIQUE INDEX study_group_code ON study_group (college_id, code)",
        "CREATE INDEX study_group_curator ON study_group (curator_id)",
        "CREATE TABLE group_student (
            id {key},
            group_id BIGINT NOT NULL REFERENCES study_group (id),
            college_id BIGINT NOT NULL REFERENCES organisation (id),
            name TEXT NOT NULL,
            sort_name {bytes} NOT NULL,
            code TEXT NOT NULL,
            support TEXT NOT NULL,
            active BOOLEAN NOT NULL
        )",
        "CREATE INDEX group_student_group ON group_student (group_id)",
        "CREATE UNIQUE INDEX group_student_code ON group_student (college_id, code)",
    ],
}];
