//! Counts of each organisation's tasks by duty, which the map of duties reads instead of the tasks.

super::migration!(
    "m0025_duty_count",
    "CREATE TABLE IF NOT EXISTS duty_count (
        organisation_id BIGINT NOT NULL REFERENCES organisation (id),
        year TEXT NOT NULL,
        duty TEXT NOT NULL,
        total BIGINT NOT NULL,
        done BIGINT NOT NULL,
        late BIGINT NOT NULL,
        excused BIGINT NOT NULL,
        PRIMARY KEY (organisation_id, year, duty)
    )",
    "INSERT INTO duty_count (organisation_id, year, duty, total, done, late, excused)
     SELECT organisation_id, year, duty, COUNT(*), SUM(CASE WHEN closed_on <= due THEN 1 ELSE 0 END),
     SUM(CASE WHEN closed_on > due THEN 1 ELSE 0 END),
     SUM(CASE WHEN closed_on IS NULL AND excused IS NOT NULL THEN 1 ELSE 0 END)
     FROM duty_task WHERE organisation_id NOT IN (SELECT organisation_id FROM duty_count)
     GROUP BY organisation_id, year, duty",
    "DROP INDEX IF EXISTS duty_task_heat",
    "CREATE INDEX IF NOT EXISTS duty_task_begun ON duty_task (organisation_id, year, opens, due, duty)
     WHERE closed_on IS NULL AND excused IS NULL",
);
