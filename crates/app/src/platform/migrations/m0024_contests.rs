//! Contests, surveys, Development Days, debates, patrons.

super::migration!(
    "m0024_contests",
    "CREATE TABLE IF NOT EXISTS contest (
        id {key},
        kind TEXT NOT NULL,
        sector TEXT NOT NULL,
        year TEXT NOT NULL,
        level TEXT NOT NULL,
        organisation_id BIGINT NOT NULL REFERENCES organisation (id),
        region TEXT NOT NULL,
        title TEXT NOT NULL,
        search_name TEXT NOT NULL,
        place TEXT NOT NULL,
        opens_on TEXT NOT NULL,
        closes_on TEXT NOT NULL,
        criteria TEXT NOT NULL,
        state TEXT NOT NULL,
        made_on TEXT NOT NULL,
        closed_on TEXT,
        version BIGINT NOT NULL
    )",
    "CREATE INDEX IF NOT EXISTS contest_year ON contest (year, level, region)",
    "CREATE TABLE IF NOT EXISTS contest_entry (
        id {key},
        contest_id BIGINT NOT NULL REFERENCES contest (id),
        college_id BIGINT NOT NULL REFERENCES organisation (id),
        name TEXT NOT NULL,
        work TEXT NOT NULL,
        about TEXT NOT NULL,
        files TEXT NOT NULL,
        from_entry BIGINT REFERENCES contest_entry (id),
        applied_by BIGINT NOT NULL REFERENCES account (id),
        applied_at BIGINT NOT NULL,
        withdrawn BOOLEAN NOT NULL,
        place BIGINT,
        total BIGINT,
        code TEXT UNIQUE,
        passed_on BOOLEAN NOT NULL
    )",
    "CREATE INDEX IF NOT EXISTS contest_entry_contest ON contest_entry (contest_id)",
    "CREATE TABLE IF NOT EXISTS contest_juror (
        contest_id BIGINT NOT NULL REFERENCES contest (id),
        account_id BIGINT NOT NULL REFERENCES account (id),
        PRIMARY KEY (contest_id, account_id)
    )",
    "CREATE TABLE IF NOT EXISTS contest_score (
        entry_id BIGINT NOT NULL REFERENCES contest_entry (id),
        account_id BIGINT NOT NULL REFERENCES account (id),
        points TEXT NOT NULL,
        note TEXT NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (entry_id, account_id)
    )",
    "CREATE TABLE IF NOT EXISTS survey (
        id {key},
        college_id BIGINT NOT NULL REFERENCES organisation (id),
        year TEXT NOT NULL,
        kind TEXT NOT NULL,
        title TEXT NOT NULL,
        anonymous BOOLEAN NOT NULL,
        questions TEXT NOT NULL,
        token TEXT NOT NULL,
        state TEXT NOT NULL,
        made_by BIGINT NOT NULL REFERENCES account (id),
        version BIGINT NOT NULL
    )",
    "CREATE UNIQUE INDEX IF NOT EXISTS survey_token ON survey (token)",
    "CREATE INDEX IF NOT EXISTS survey_college ON survey (college_id, year)",
    "CREATE TABLE IF NOT EXISTS survey_answer (
        id {key},
        survey_id BIGINT NOT NULL REFERENCES survey (id),
        mark TEXT NOT NULL,
        student_id BIGINT REFERENCES group_student (id),
        answers TEXT NOT NULL,
        score BIGINT NOT NULL,
        on_day TEXT NOT NULL
    )",
    "CREATE UNIQUE INDEX IF NOT EXISTS survey_answer_mark ON survey_answer (survey_id, mark)",
    "CREATE TABLE IF NOT EXISTS day_link (
        event_id BIGINT PRIMARY KEY REFERENCES event (id),
        token TEXT NOT NULL UNIQUE
    )",
    "CREATE TABLE IF NOT EXISTS day_activity (
        id {key},
        event_id BIGINT NOT NULL REFERENCES event (id),
        title TEXT NOT NULL,
        place TEXT NOT NULL,
        leader TEXT NOT NULL,
        places BIGINT NOT NULL,
        removed BOOLEAN NOT NULL
    )",
    "CREATE INDEX IF NOT EXISTS day_activity_event ON day_activity (event_id)",
    "CREATE TABLE IF NOT EXISTS day_signup (
        event_id BIGINT NOT NULL REFERENCES event (id),
        student_id BIGINT NOT NULL REFERENCES group_student (id),
        activity_id BIGINT NOT NULL REFERENCES day_activity (id),
        at BIGINT NOT NULL,
        PRIMARY KEY (event_id, student_id)
    )",
    "CREATE INDEX IF NOT EXISTS day_signup_activity ON day_signup (activity_id)",
    "CREATE TABLE IF NOT EXISTS debate (
        id {key},
        college_id BIGINT NOT NULL REFERENCES organisation (id),
        year TEXT NOT NULL,
        topic TEXT NOT NULL,
        held_on TEXT NOT NULL,
        teams TEXT NOT NULL,
        rounds TEXT NOT NULL,
        event_id BIGINT REFERENCES event (id),
        version BIGINT NOT NULL
    )",
    "CREATE INDEX IF NOT EXISTS debate_college ON debate (college_id, year)",
    "CREATE TABLE IF NOT EXISTS patron (
        id {key},
        region TEXT NOT NULL,
        name TEXT NOT NULL,
        bin TEXT NOT NULL,
        profile TEXT NOT NULL,
        contact TEXT NOT NULL,
        note TEXT NOT NULL,
        added_on TEXT NOT NULL,
        removed BOOLEAN NOT NULL
    )",
    "CREATE INDEX IF NOT EXISTS patron_region ON patron (region)",
    "CREATE TABLE IF NOT EXISTS patron_match (
        patron_id BIGINT NOT NULL REFERENCES patron (id),
        college_id BIGINT NOT NULL REFERENCES organisation (id),
        on_day TEXT NOT NULL,
        PRIMARY KEY (patron_id, college_id)
    )",
);
