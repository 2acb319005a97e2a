//! The entries of the register: what the public sees, as it stood in the frozen version on the day of inclusion.

super::migration!(
    "m0009_entries",
    "CREATE TABLE IF NOT EXISTS register_entry (
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
        language TEXT NOT NULL,
        entry_base TEXT NOT NULL,
        form TEXT NOT NULL,
        intake TEXT NOT NULL,
        state TEXT NOT NULL,
        included_on TEXT NOT NULL,
        valid_to TEXT,
        ended_on TEXT,
        grounds TEXT,
        search TEXT NOT NULL
    )",
    "CREATE INDEX IF NOT EXISTS register_entry_programme ON register_entry (programme_id, id)",
    "CREATE INDEX IF NOT EXISTS register_entry_case ON register_entry (case_id)",
);
