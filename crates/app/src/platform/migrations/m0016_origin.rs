//! How entries came into the register that no case brought: pilot programmes and the register of 2022.

super::migration!(
    "m0016_origin",
    "CREATE TABLE IF NOT EXISTS register_origin (
        entry_id BIGINT PRIMARY KEY REFERENCES register_entry (id),
        origin TEXT NOT NULL,
        at BIGINT NOT NULL
    )",
);
