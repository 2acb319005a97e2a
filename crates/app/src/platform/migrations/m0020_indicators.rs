//! Indicators: the figure of each college, the sums of each region, and how they were day by day.

super::migration!(
    "m0020_indicators",
    "CREATE TABLE IF NOT EXISTS indicator_value (
        code TEXT NOT NULL,
        year TEXT NOT NULL,
        organisation_id BIGINT NOT NULL REFERENCES organisation (id),
        region TEXT NOT NULL,
        numerator BIGINT NOT NULL,
        denominator BIGINT NOT NULL,
        counted_at BIGINT NOT NULL,
        PRIMARY KEY (code, year, organisation_id)
    )",
    "CREATE INDEX IF NOT EXISTS indicator_value_region ON indicator_value (code, year, region)",
    "CREATE TABLE IF NOT EXISTS indicator_sum (
        code TEXT NOT NULL,
        year TEXT NOT NULL,
        region TEXT NOT NULL,
        numerator BIGINT NOT NULL,
        denominator BIGINT NOT NULL,
        counted_at BIGINT NOT NULL,
        PRIMARY KEY (code, year, region)
    )",
    "CREATE TABLE IF NOT EXISTS indicator_day (
        code TEXT NOT NULL,
        year TEXT NOT NULL,
        region TEXT NOT NULL,
        day TEXT NOT NULL,
        numerator BIGINT NOT NULL,
        denominator BIGINT NOT NULL,
        PRIMARY KEY (code, year, region, day)
    )",
);
