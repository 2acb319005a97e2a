//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &["survey", "survey_answer"];

pub const STEPS: &[Step] = &[
    SURVEYS,
    Step { name: "s0618_survey_shown", sql: &["ALTER TABLE survey ADD COLUMN shown BIGINT NOT NULL DEFAULT 0"] },
];

const SURVEYS: Step = Step {
    name: "s0460_surveys",
    sql: &[
        "CREATE TABLE survey (
            id {key},
            college_id BIGINT NOT NULL REFERENCES organisation (id),
            year TEXT NOT NULL,
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            title TEXT NOT NULL,
            search_name TEXT NOT NULL,
            anonymous BOOLEAN NOT NULL,
            questions TEXT NOT NULL,
            token TEXT NOT NULL,
            state TEXT NOT NULL,
            made_by BIGINT NOT NULL REFERENCES account (id),
            version BIGINT NOT NULL
        )",
        "CREATE UNIQUE INDEX survey_token ON survey (token)",
        "CREATE INDEX survey_college ON survey (college_id, year)",
        "CREATE TABLE survey_answer (
            id {key},
            survey_id BIGINT NOT NULL REFERENCES survey (id),
            mark TEXT NOT NULL,
            student_id BIGINT REFERENCES group_student (id),
            answers TEXT NOT NULL,
            score BIGINT NOT NULL,
            on_day TEXT NOT NULL
        )",
        "CREATE UNIQUE INDEX survey_answer_mark ON survey_answer (survey_id, mark)",
    ],
};
