//! Reference data with validity: classifier, regions, standards, acts, holidays.

super::migration!(
    "m0003_reference",
    "CREATE TABLE IF NOT EXISTS reference_entry (
        id {key},
        kind TEXT NOT NULL,
        code TEXT NOT NULL,
        parent TEXT,
        name_kk TEXT NOT NULL,
        name_ru TEXT NOT NULL,
        note TEXT,
        day TEXT,
        valid_from TEXT,
        valid_to TEXT,
        search_name TEXT NOT NULL,
        version BIGINT NOT NULL
    )",
    "CREATE UNIQUE INDEX IF NOT EXISTS reference_entry_code ON reference_entry (kind, code)",
    "CREATE INDEX IF NOT EXISTS reference_entry_parent ON reference_entry (kind, parent)",
);
