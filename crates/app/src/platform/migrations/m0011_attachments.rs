//! What an application is accompanied by; the contents lie outside the database under their hash.

super::migration!(
    "m0011_attachments",
    "CREATE TABLE IF NOT EXISTS register_attachment (
        id {key},
        case_id BIGINT NOT NULL REFERENCES register_case (id),
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        hash TEXT NOT NULL,
        size BIGINT NOT NULL,
        added_by BIGINT NOT NULL REFERENCES account (id),
        added_at BIGINT NOT NULL,
        removed BOOLEAN NOT NULL DEFAULT FALSE
    )",
    "CREATE INDEX IF NOT EXISTS register_attachment_case ON register_attachment (case_id, id)",
);
