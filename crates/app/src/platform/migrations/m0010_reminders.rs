//! Which reminders of the register were sent, so that none is sent twice.

super::migration!(
    "m0010_reminders",
    "CREATE TABLE IF NOT EXISTS register_reminder (
        case_id BIGINT NOT NULL REFERENCES register_case (id),
        due TEXT NOT NULL,
        kind TEXT NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (case_id, due, kind)
    )",
);
