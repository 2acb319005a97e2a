//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &["indicator_value", "indicator_sum", "indicator_day"];

pub const STEPS: &[Step] = &[Step {
    name: "s0510_indicators",
    sql: &[
        "CREATE TABLE indicator_value (
            code TEXT NOT NULL,
            year TEXT NOT NULL,
            organisation_id BIGINT NOT NULL REFERENCES organisation (id),
            region TEXT NOT NULL,
            numerator BIGINT NOT NULL,
            denominator BIGINT NOT NULL,
            counted_at BIGINT NOT NULL,
            PRIMARY KEY (year, organisation_id, code)
        )",
        "CREATE INDEX indicator_value_region ON indicator_value (year, region, code)",
        "CREATE TABLE indicator_sum (
            code TEXT NOT NULL,
            year TEXT NOT NULL,
            region TEXT NOT NULL,
            numerator BIGINT NOT NULL,
            denominator BIGINT NOT NULL,
            counted_at BIGINT NOT NULL,
            PRIMARY KEY (year, region, code)
        )",
        "CREATE TABLE indicator_day (
            code TEXT NOT NULL,
            year TEXT NOT NULL,
            region TEXT NOT NULL,
            day TEXT NOT NULL,
            numerator BIGINT NOT NULL,
            denominator BIGINT NOT NULL,
            PRIMARY KEY (year, region, code, day)
        )",
    ],
}];
