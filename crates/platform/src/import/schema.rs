//! The tables of this room.

use crate::schema::Step;

pub const TABLES: &[&str] = &["table_import", "table_import_row", "table_shape"];

pub const STEPS: &[Step] = &[
    FIRST,
    Step { name: "s0624_import_seen", sql: &["ALTER TABLE table_import ADD COLUMN seen TEXT NOT NULL DEFAULT ''"] },
];

const FIRST: Step = Step {
    name: "s0620_table_import",
    sql: &[
        "CREATE TABLE table_import (
            id {key},
            organisation_id BIGINT NOT NULL,
            account_id BIGINT NOT NULL,
            kind TEXT NOT NULL,
            year TEXT NOT NULL,
            file_name TEXT NOT NULL,
            file_hash TEXT NOT NULL,
            options TEXT NOT NULL,
            state TEXT NOT NULL,
            at BIGINT NOT NULL,
            -- Of the rows that are taken: all, those that are done, those that had changed meanwhile.
            many BIGINT NOT NULL DEFAULT 0,
            done BIGINT NOT NULL DEFAULT 0,
            fresh BIGINT NOT NULL DEFAULT 0,
            changed BIGINT NOT NULL DEFAULT 0,
            skipped TEXT NOT NULL DEFAULT '[]',
            doubles BOOLEAN NOT NULL DEFAULT FALSE,
            ended_at BIGINT
        )",
        "CREATE INDEX table_import_organisation ON table_import (organisation_id, id)",
        "CREATE TABLE table_import_row (
            import_id BIGINT NOT NULL,
            place BIGINT NOT NULL,
            entity_id BIGINT NOT NULL,
            -- The trail's last record of it: whatever comes later is a change since.
            record BIGINT NOT NULL,
            before TEXT,
            PRIMARY KEY (import_id, place)
        )",
        "CREATE TABLE table_shape (
            organisation_id BIGINT NOT NULL,
            kind TEXT NOT NULL,
            shape TEXT NOT NULL,
            options TEXT NOT NULL,
            PRIMARY KEY (organisation_id, kind, shape)
        )",
    ],
};
