//! A college's buildings with their accessibility, its readiness for distance learning, its bodies and clubs.

super::migration!(
    "m0021_college",
    "CREATE TABLE IF NOT EXISTS building (
        id {key},
        college_id BIGINT NOT NULL REFERENCES organisation (id),
        name TEXT NOT NULL,
        address TEXT NOT NULL,
        features TEXT NOT NULL,
        checked_on TEXT,
        checked_by TEXT NOT NULL,
        note TEXT NOT NULL,
        photo TEXT,
        active BOOLEAN NOT NULL,
        version BIGINT NOT NULL
    )",
    "CREATE INDEX IF NOT EXISTS building_college ON building (college_id)",
    "CREATE TABLE IF NOT EXISTS distance_readiness (
        college_id BIGINT NOT NULL REFERENCES organisation (id),
        requirement TEXT NOT NULL,
        is_met BOOLEAN NOT NULL,
        evidence TEXT NOT NULL,
        file_hash TEXT,
        file_name TEXT,
        until TEXT,
        said_by BIGINT NOT NULL REFERENCES account (id),
        said_on TEXT NOT NULL,
        PRIMARY KEY (college_id, requirement)
    )",
    "CREATE TABLE IF NOT EXISTS body (
        id {key},
        college_id BIGINT NOT NULL REFERENCES organisation (id),
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        search_name TEXT NOT NULL,
        leader TEXT NOT NULL,
        contact TEXT NOT NULL,
        timetable TEXT NOT NULL,
        place TEXT NOT NULL,
        inspector TEXT NOT NULL,
        order_number TEXT NOT NULL,
        founded_on TEXT NOT NULL,
        closed_on TEXT,
        version BIGINT NOT NULL
    )",
    "CREATE INDEX IF NOT EXISTS body_college ON body (college_id, kind)",
    "CREATE TABLE IF NOT EXISTS body_member (
        id {key},
        body_id BIGINT NOT NULL REFERENCES body (id),
        student_id BIGINT REFERENCES group_student (id),
        name TEXT NOT NULL,
        seat TEXT NOT NULL,
        active BOOLEAN NOT NULL
    )",
    "CREATE INDEX IF NOT EXISTS body_member_body ON body_member (body_id)",
);
