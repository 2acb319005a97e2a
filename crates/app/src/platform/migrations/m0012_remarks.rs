//! Remarks tied to places of the programme: who made them on which version, what the college answered, whether the author
//! accepts it.

super::migration!(
    "m0012_remarks",
    "CREATE TABLE IF NOT EXISTS register_remark (
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
    "CREATE INDEX IF NOT EXISTS register_remark_case ON register_remark (case_id, id)",
);
