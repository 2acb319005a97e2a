//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &["day_link", "day_activity", "day_signup"];

pub const STEPS: &[Step] = &[Step {
    name: "s0440_days",
    sql: &[
        "CREATE TABLE day_link (
            event_id BIGINT PRIMARY KEY REFERENCES event (id),
            token TEXT NOT NULL UNIQUE
        )",
        "CREATE TABLE day_activity (
            id {key},
            event_id BIGINT NOT NULL REFERENCES event (id),
            title TEXT NOT NULL,
            place TEXT NOT NULL,
            leader TEXT NOT NULL,
            places BIGINT NOT NULL,
            removed BOOLEAN NOT NULL,
            version BIGINT NOT NULL
        )",
        "CREATE INDEX day_activity_event ON day_activity (event_id)",
        "CREATE TABLE day_signup (
            event_id BIGINT NOT NULL REFERENCES event (id),
            student_id BIGINT NOT NULL REFERENCES group_student (id),
            activity_id BIGINT NOT NULL REFERENCES day_activity (id),
            at BIGINT NOT NULL,
            PRIMARY KEY (event_id, student_id)
        )",
        "CREATE INDEX day_signup_activity ON day_signup (activity_id)",
    ],
}];
