//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &[
    "register_case",
    "register_step",
    "register_answer",
    "register_member",
    "register_judgement",
    "register_serial",
    "register_reminder",
    "register_attachment",
    "register_remark",
    "register_entry",
];

pub const STEPS: &[Step] = &[
    FIRST,
    Step {
        name: "s0617_register_case_open",
        sql: &["CREATE UNIQUE INDEX register_case_open ON register_case (programme_id)
            WHERE state NOT IN ('refused', 'excluded', 'expired', 'withdrawn')"],
    },
];

const FIRST: Step = Step {
    name: "s0310_register",
    sql: &[
        "CREATE TABLE register_case (
            id {key},
            college_id BIGINT NOT NULL REFERENCES organisation (id),
            programme_id BIGINT NOT NULL REFERENCES programme (id),
            version BIGINT NOT NULL,
            hash TEXT NOT NULL,
            state TEXT NOT NULL,
            round BIGINT NOT NULL,
            taker_id BIGINT REFERENCES account (id),
            signed_by BIGINT REFERENCES account (id),
            recommendation TEXT,
            summary TEXT,
            number TEXT UNIQUE,
            included_on TEXT,
            valid_to TEXT,
            grounds TEXT,
            appeal_of BIGINT REFERENCES register_case (id),
            created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL
        )",
        "CREATE INDEX register_case_college ON register_case (college_id, id)",
        "CREATE INDEX register_case_state ON register_case (state, id)",
        "CREATE INDEX register_case_programme ON register_case (programme_id, id)",
        "CREATE TABLE register_step (
            id {key},
            case_id BIGINT NOT NULL REFERENCES register_case (id),
            action TEXT NOT NULL,
            state TEXT NOT NULL,
            actor_id BIGINT REFERENCES account (id),
            at BIGINT NOT NULL,
            why TEXT NOT NULL,
            version BIGINT NOT NULL,
            hash TEXT NOT NULL
        )",
        "CREATE INDEX register_step_case ON register_step (case_id, id)",
        "CREATE TABLE register_answer (
            case_id BIGINT NOT NULL REFERENCES register_case (id),
            item TEXT NOT NULL,
            place TEXT NOT NULL,
            answer TEXT NOT NULL,
            PRIMARY KEY (case_id, item, place)
        )",
        "CREATE TABLE register_member (
            case_id BIGINT NOT NULL REFERENCES register_case (id),
            account_id BIGINT NOT NULL REFERENCES account (id),
            is_chair BOOLEAN NOT NULL,
            declared_at BIGINT,
            PRIMARY KEY (case_id, account_id)
        )",
        "CREATE INDEX register_member_account ON register_member (account_id, case_id)",
        "CREATE TABLE register_judgement (
            case_id BIGINT NOT NULL REFERENCES register_case (id),
            round BIGINT NOT NULL,
            account_id BIGINT NOT NULL REFERENCES account (id),
            criterion TEXT NOT NULL,
            grade TEXT NOT NULL,
            reason TEXT NOT NULL,
            at BIGINT NOT NULL,
            PRIMARY KEY (case_id, round, account_id, criterion)
        )",
        "CREATE TABLE register_serial (year BIGINT PRIMARY KEY, last BIGINT NOT NULL)",
        "CREATE TABLE register_reminder (
            case_id BIGINT NOT NULL REFERENCES register_case (id),
            due TEXT NOT NULL,
            kind TEXT NOT NULL,
            at BIGINT NOT NULL,
            PRIMARY KEY (case_id, due, kind)
        )",
        "CREATE TABLE register_attachment (
            id {key},
            case_id BIGINT NOT NULL REFERENCES register_case (id),
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            hash TEXT NOT NULL,
            size BIGINT NOT NULL,
            added_by BIGINT NOT NULL REFERENCES account (id),
            added_at BIGINT NOT NULL,
            sent_at BIGINT,
            removed BOOLEAN NOT NULL DEFAULT FALSE
        )",
        "CREATE INDEX register_attachment_case ON register_attachment (case_id, id)",
        "CREATE TABLE register_remark (
            id {key},
            case_id BIGINT NOT NULL REFERENCES register_case (id),
            author_id BIGINT NOT NULL REFERENCES account (id),
            place TEXT NOT NULL,
            text TEXT NOT NULL,
            version BIGINT NOT NULL,
            at BIGINT NOT NULL,
            sent BOOLEAN NOT NULL DEFAULT FALSE,
            answer TEXT,
            answered BOOLEAN NOT NULL DEFAULT FALSE,
            accepted BOOLEAN
        )",
        "CREATE INDEX register_remark_case ON register_remark (case_id, id)",
        "CREATE TABLE register_entry (
            id {key},
            number TEXT NOT NULL UNIQUE,
            case_id BIGINT REFERENCES register_case (id),
            programme_id BIGINT REFERENCES programme (id),
            version BIGINT,
            hash TEXT NOT NULL,
            college_id BIGINT NOT NULL REFERENCES organisation (id),
            specialty TEXT NOT NULL,
            name_kk TEXT NOT NULL,
            name_ru TEXT NOT NULL,
            qualifications TEXT NOT NULL,
            level TEXT NOT NULL,
            language TEXT,
            entry_base TEXT,
            form TEXT,
            intake TEXT,
            state TEXT NOT NULL,
            included_on TEXT NOT NULL,
            valid_to TEXT,
            ended_on TEXT,
            grounds TEXT,
            origin TEXT,
            entered_at BIGINT,
            search TEXT NOT NULL
        )",
        "CREATE INDEX register_entry_programme ON register_entry (programme_id, id)",
        "CREATE INDEX register_entry_case ON register_entry (case_id)",
    ],
};
