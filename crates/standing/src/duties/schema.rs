//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &["duty_task", "duty_made", "duty_tally", "duty_count", "duty_reminded", "duty_nudge"];

pub const STEPS: &[Step] = &[Step {
    name: "s0500_duties",
    sql: &[
        "CREATE TABLE duty_task (
            id {key},
            organisation_id BIGINT NOT NULL REFERENCES organisation (id),
            holder TEXT NOT NULL,
            region TEXT NOT NULL,
            year TEXT NOT NULL,
            duty TEXT NOT NULL,
            period TEXT NOT NULL,
            post TEXT NOT NULL,
            opens TEXT NOT NULL,
            due TEXT NOT NULL,
            owner_id BIGINT REFERENCES account (id),
            closed_on TEXT,
            closed_at BIGINT,
            closed_by BIGINT REFERENCES account (id),
            by_data BOOLEAN NOT NULL,
            evidence TEXT,
            excused TEXT,
            event_id BIGINT,
            version BIGINT NOT NULL
        )",
        "CREATE UNIQUE INDEX duty_task_period ON duty_task (organisation_id, year, duty, period)",
        "CREATE INDEX duty_task_open ON duty_task (region, year, due, organisation_id)
            WHERE closed_on IS NULL AND excused IS NULL",
        "CREATE INDEX duty_task_begun ON duty_task (organisation_id, year, opens, due, duty)
            WHERE closed_on IS NULL AND excused IS NULL",
        "CREATE TABLE duty_made (
            organisation_id BIGINT NOT NULL REFERENCES organisation (id),
            year TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            PRIMARY KEY (organisation_id, year)
        )",
        "CREATE TABLE duty_tally (
            holder TEXT NOT NULL,
            region TEXT NOT NULL,
            year TEXT NOT NULL,
            duty TEXT NOT NULL,
            due TEXT NOT NULL,
            total BIGINT NOT NULL,
            done BIGINT NOT NULL,
            late BIGINT NOT NULL,
            excused BIGINT NOT NULL,
            PRIMARY KEY (year, holder, region, duty, due)
        )",
        "CREATE TABLE duty_count (
            organisation_id BIGINT NOT NULL REFERENCES organisation (id),
            year TEXT NOT NULL,
            duty TEXT NOT NULL,
            total BIGINT NOT NULL,
            done BIGINT NOT NULL,
            late BIGINT NOT NULL,
            excused BIGINT NOT NULL,
            PRIMARY KEY (organisation_id, year, duty)
        )",
        "CREATE TABLE duty_reminded (
            organisation_id BIGINT PRIMARY KEY REFERENCES organisation (id),
            day TEXT NOT NULL
        )",
        "CREATE TABLE duty_nudge (
            organisation_id BIGINT NOT NULL REFERENCES organisation (id),
            duty TEXT NOT NULL,
            day TEXT NOT NULL,
            by_id BIGINT NOT NULL REFERENCES account (id),
            PRIMARY KEY (organisation_id, duty, day)
        )",
    ],
}];
