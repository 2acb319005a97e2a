//! Duties of the guidance: dated tasks of each organisation and academic year, and their sums by region.

super::migration!(
    "m0018_duties",
    "CREATE TABLE IF NOT EXISTS duty_task (
        id {key},
        organisation_id BIGINT NOT NULL REFERENCES organisation (id),
        holder TEXT NOT NULL,
        region TEXT NOT NULL,
        year TEXT NOT NULL,
        duty TEXT NOT NULL,
        period TEXT NOT NULL,
        post TEXT NOT NULL,
        opens TEXT NOT NULL,
        due TEXT NOT NULL,
        owner_id BIGINT REFERENCES account (id),
        closed_on TEXT,
        closed_at BIGINT,
        closed_by BIGINT REFERENCES account (id),
        by_data BOOLEAN NOT NULL,
        evidence TEXT,
        excused TEXT,
        event_id BIGINT,
        version BIGINT NOT NULL
    )",
    "CREATE UNIQUE INDEX IF NOT EXISTS duty_task_period ON duty_task (organisation_id, year, duty, period)",
    "CREATE INDEX IF NOT EXISTS duty_task_open ON duty_task (region, year, due, organisation_id)
     WHERE closed_on IS NULL AND excused IS NULL",
    "CREATE INDEX IF NOT EXISTS duty_task_heat ON duty_task (organisation_id, year, duty, due, opens, closed_on, excused)",
    "CREATE TABLE IF NOT EXISTS duty_made (
        organisation_id BIGINT NOT NULL REFERENCES organisation (id),
        year TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        PRIMARY KEY (organisation_id, year)
    )",
    "CREATE TABLE IF NOT EXISTS duty_tally (
        holder TEXT NOT NULL,
        region TEXT NOT NULL,
        year TEXT NOT NULL,
        duty TEXT NOT NULL,
        due TEXT NOT NULL,
        total BIGINT NOT NULL,
        done BIGINT NOT NULL,
        late BIGINT NOT NULL,
        excused BIGINT NOT NULL,
        PRIMARY KEY (year, holder, region, duty, due)
    )",
    "CREATE TABLE IF NOT EXISTS duty_reminded (
        organisation_id BIGINT PRIMARY KEY REFERENCES organisation (id),
        day TEXT NOT NULL
    )",
    "CREATE TABLE IF NOT EXISTS calendar_feed (
        account_id BIGINT PRIMARY KEY REFERENCES account (id),
        hash TEXT NOT NULL
    )",
    "CREATE UNIQUE INDEX IF NOT EXISTS calendar_feed_hash ON calendar_feed (hash)",
    "CREATE TABLE IF NOT EXISTS duty_nudge (
        organisation_id BIGINT NOT NULL REFERENCES organisation (id),
        duty TEXT NOT NULL,
        day TEXT NOT NULL,
        by_id BIGINT NOT NULL REFERENCES account (id),
        PRIMARY KEY (organisation_id, duty, day)
    )",
);
