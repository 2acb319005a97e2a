//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &["textbook_purchase", "textbook_needed", "textbook_confirmed", "textbook_report"];

pub const STEPS: &[Step] = &[
    Step {
        name: "s0480_textbooks",
        sql: &[
            "CREATE TABLE textbook_purchase (
            id {key},
            college_id BIGINT NOT NULL REFERENCES organisation (id),
            region TEXT NOT NULL,
            title TEXT NOT NULL,
            title_key TEXT NOT NULL,
            lang TEXT NOT NULL,
            medium TEXT NOT NULL,
            specialty TEXT NOT NULL,
            publisher TEXT NOT NULL,
            published BIGINT NOT NULL,
            copies BIGINT NOT NULL,
            price BIGINT NOT NULL,
            funds TEXT NOT NULL,
            bought_on TEXT NOT NULL,
            year TEXT NOT NULL,
            added_by BIGINT NOT NULL REFERENCES account (id),
            removed BOOLEAN NOT NULL,
            version BIGINT NOT NULL
        )",
            "CREATE INDEX textbook_purchase_college ON textbook_purchase (college_id, bought_on)",
            "CREATE INDEX textbook_purchase_region ON textbook_purchase (region, year, lang, title_key)",
            "CREATE INDEX textbook_purchase_title ON textbook_purchase (college_id, title_key, lang, bought_on)",
            "CREATE TABLE textbook_needed (
            id {key},
            college_id BIGINT NOT NULL REFERENCES organisation (id),
            region TEXT NOT NULL,
            year TEXT NOT NULL,
            title TEXT NOT NULL,
            title_key TEXT NOT NULL,
            specialty TEXT NOT NULL,
            copies BIGINT NOT NULL,
            added_on TEXT NOT NULL,
            added_by BIGINT NOT NULL REFERENCES account (id)
        )",
            "CREATE UNIQUE INDEX textbook_needed_title ON textbook_needed (college_id, year, title_key)",
            "CREATE TABLE textbook_confirmed (
            college_id BIGINT NOT NULL REFERENCES organisation (id),
            year TEXT NOT NULL,
            report TEXT NOT NULL,
            on_day TEXT NOT NULL,
            by_id BIGINT NOT NULL REFERENCES account (id),
            PRIMARY KEY (college_id, year, report)
        )",
            "CREATE TABLE textbook_report (
            id {key},
            organisation_id BIGINT NOT NULL REFERENCES organisation (id),
            region TEXT NOT NULL,
            year TEXT NOT NULL,
            report TEXT NOT NULL,
            number BIGINT NOT NULL,
            content TEXT NOT NULL,
            hash TEXT NOT NULL,
            sent_on TEXT NOT NULL,
            sent_at BIGINT NOT NULL,
            sent_by BIGINT NOT NULL REFERENCES account (id),
            reason TEXT NOT NULL
        )",
            "CREATE UNIQUE INDEX textbook_report_number ON textbook_report (organisation_id, year, report, number)",
        ],
    },
    TITLES,
];

/// Titles are searched as they sound and sorted by the language, as everything else is.
const TITLES: Step = Step {
    name: "s0621_textbook_titles",
    sql: &[
        "ALTER TABLE textbook_purchase ADD COLUMN search_name TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE textbook_needed ADD COLUMN search_name TEXT NOT NULL DEFAULT ''",
        "sqlite:ALTER TABLE textbook_needed ADD COLUMN sort_title BLOB NOT NULL DEFAULT x''",
        "postgres:ALTER TABLE textbook_needed ADD COLUMN sort_title BYTEA NOT NULL DEFAULT ''",
    ],
};
