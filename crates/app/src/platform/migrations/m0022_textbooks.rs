//! Textbooks: what was bought, what is needed, what a college confirmed, what a department reported.

super::migration!(
    "m0022_textbooks",
    "CREATE TABLE IF NOT EXISTS textbook_purchase (
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
        removed BOOLEAN NOT NULL
    )",
    "CREATE INDEX IF NOT EXISTS textbook_purchase_college ON textbook_purchase (college_id, bought_on)",
    "CREATE INDEX IF NOT EXISTS textbook_purchase_region ON textbook_purchase (region, year, lang, title_key)",
    "CREATE TABLE IF NOT EXISTS textbook_needed (
        id {key},
        college_id BIGINT NOT NULL REFERENCES organisation (id),
        region TEXT NOT NULL,
        year TEXT NOT NULL,
        title TEXT NOT NULL,
        title_key TEXT NOT NULL,
        specialty TEXT NOT NULL,
        copies BIGINT NOT NULL,
        added_on TEXT NOT NULL
    )",
    "CREATE UNIQUE INDEX IF NOT EXISTS textbook_needed_title ON textbook_needed (college_id, year, title_key)",
    "CREATE TABLE IF NOT EXISTS textbook_confirmed (
        college_id BIGINT NOT NULL REFERENCES organisation (id),
        year TEXT NOT NULL,
        report TEXT NOT NULL,
        on_day TEXT NOT NULL,
        by_id BIGINT NOT NULL REFERENCES account (id),
        PRIMARY KEY (college_id, year, report)
    )",
    "CREATE TABLE IF NOT EXISTS textbook_report (
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
    "CREATE UNIQUE INDEX IF NOT EXISTS textbook_report_number ON textbook_report (organisation_id, year, report, number)",
);
