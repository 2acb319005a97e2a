//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &["event", "event_group", "event_student", "event_photo"];

pub const STEPS: &[Step] = &[
    FIRST,
    Step {
        name: "s0613_event_photo_once",
        sql: &["CREATE UNIQUE INDEX event_photo_once ON event_photo (event_id, hash) WHERE removed = FALSE"],
    },
    Step { name: "s0623_event_minutes", sql: &["ALTER TABLE event ADD COLUMN minutes BIGINT NOT NULL DEFAULT 0"] },
];

const FIRST: Step = Step {
    name: "s0400_events",
    sql: &[
        "CREATE TABLE event (
            id {key},
            organisation_id BIGINT NOT NULL REFERENCES organisation (id),
            year TEXT NOT NULL,
            kind TEXT NOT NULL,
            topic TEXT NOT NULL,
            search_name TEXT NOT NULL,
            form TEXT NOT NULL,
            aims TEXT NOT NULL,
            place TEXT NOT NULL,
            responsible TEXT NOT NULL,
            audience TEXT NOT NULL,
            partners TEXT NOT NULL,
            specialists TEXT NOT NULL,
            planned_on TEXT,
            planned_time TEXT NOT NULL,
            held_on TEXT,
            held_time TEXT NOT NULL,
            students BIGINT NOT NULL,
            parents BIGINT NOT NULL,
            first_involved BIGINT NOT NULL,
            links TEXT NOT NULL,
            published_on TEXT,
            outcome TEXT NOT NULL,
            repeats BIGINT REFERENCES event (id),
            cancelled BOOLEAN NOT NULL,
            made_by BIGINT NOT NULL REFERENCES account (id),
            made_at BIGINT NOT NULL,
            version BIGINT NOT NULL
        )",
        "CREATE INDEX event_held ON event (organisation_id, kind, held_on)",
        "CREATE INDEX event_year ON event (organisation_id, year)",
        "CREATE TABLE event_group (
            event_id BIGINT NOT NULL REFERENCES event (id),
            group_id BIGINT NOT NULL REFERENCES study_group (id),
            PRIMARY KEY (event_id, group_id)
        )",
        "CREATE INDEX event_group_group ON event_group (group_id)",
        "CREATE TABLE event_student (
            event_id BIGINT NOT NULL REFERENCES event (id),
            student_id BIGINT NOT NULL REFERENCES group_student (id),
            PRIMARY KEY (event_id, student_id)
        )",
        "CREATE TABLE event_photo (
            id {key},
            event_id BIGINT NOT NULL REFERENCES event (id),
            hash TEXT NOT NULL,
            small TEXT NOT NULL,
            added_by BIGINT NOT NULL REFERENCES account (id),
            removed BOOLEAN NOT NULL
        )",
        "CREATE INDEX event_photo_event ON event_photo (event_id)",
    ],
};
