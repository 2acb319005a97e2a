//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &["contest", "contest_entry", "contest_juror", "contest_score"];

pub const STEPS: &[Step] = &[Step {
    name: "s0470_contests",
    sql: &[
        "CREATE TABLE contest (
            id {key},
            kind TEXT NOT NULL,
            sector TEXT NOT NULL,
            year TEXT NOT NULL,
            level TEXT NOT NULL,
            organisation_id BIGINT NOT NULL REFERENCES organisation (id),
            region TEXT NOT NULL,
            title TEXT NOT NULL,
            search_name TEXT NOT NULL,
            place TEXT NOT NULL,
            opens_on TEXT NOT NULL,
            closes_on TEXT NOT NULL,
            criteria TEXT NOT NULL,
            state TEXT NOT NULL,
            made_by BIGINT NOT NULL REFERENCES account (id),
            made_on TEXT NOT NULL,
            closed_on TEXT,
            version BIGINT NOT NULL
        )",
        "CREATE INDEX contest_year ON contest (year, level, region)",
        "CREATE TABLE contest_entry (
            id {key},
            contest_id BIGINT NOT NULL REFERENCES contest (id),
            college_id BIGINT NOT NULL REFERENCES organisation (id),
            name TEXT NOT NULL,
            work TEXT NOT NULL,
            about TEXT NOT NULL,
            files TEXT NOT NULL,
            from_entry BIGINT REFERENCES contest_entry (id),
            applied_by BIGINT NOT NULL REFERENCES account (id),
            applied_at BIGINT NOT NULL,
            withdrawn BOOLEAN NOT NULL,
            place BIGINT,
            total BIGINT,
            code TEXT UNIQUE,
            passed_on BOOLEAN NOT NULL
        )",
        "CREATE INDEX contest_entry_contest ON contest_entry (contest_id)",
        "CREATE TABLE contest_juror (
            contest_id BIGINT NOT NULL REFERENCES contest (id),
            account_id BIGINT NOT NULL REFERENCES account (id),
            PRIMARY KEY (contest_id, account_id)
        )",
        "CREATE TABLE contest_score (
            entry_id BIGINT NOT NULL REFERENCES contest_entry (id),
            account_id BIGINT NOT NULL REFERENCES account (id),
            points TEXT NOT NULL,
            note TEXT NOT NULL,
            at BIGINT NOT NULL,
            PRIMARY KEY (entry_id, account_id)
        )",
    ],
}];
