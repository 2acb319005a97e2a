//! Groups that were opened during an academic year: from which day on they are asked for anything.

super::migration!(
    "m0027_group_since",
    "CREATE TABLE IF NOT EXISTS group_since (
        group_id BIGINT PRIMARY KEY REFERENCES study_group (id),
        on_day TEXT NOT NULL
    )",
);
