//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &["body", "body_member"];

pub const STEPS: &[Step] = &[Step {
    name: "s0430_bodies",
    sql: &[
        "CREATE TABLE body (
            id {key},
            college_id BIGINT NOT NULL REFERENCES organisation (id),
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            search_name TEXT NOT NULL,
            sort_name {bytes} NOT NULL,
            leader TEXT NOT NULL,
            contact TEXT NOT NULL,
            timetable TEXT NOT NULL,
            place TEXT NOT NULL,
            inspector TEXT NOT NULL,
            order_number TEXT NOT NULL,
            founded_on TEXT NOT NULL,
            closed_on TEXT,
            made_by BIGINT NOT NULL REFERENCES account (id),
            version BIGINT NOT NULL
        )",
        "CREATE INDEX body_college ON body (college_id, kind)",
        "CREATE TABLE body_member (
            id {key},
            body_id BIGINT NOT NULL REFERENCES body (id),
            name TEXT NOT NULL,
            seat TEXT NOT NULL,
            active BOOLEAN NOT NULL
        )",
        "CREATE INDEX body_member_body ON body_member (body_id)",
    ],
}];
