//! Study groups and their students, as far as educational work needs them.

super::migration!(
    "m0017_groups",
    "CREATE TABLE IF NOT EXISTS study_group (
        id {key},
        college_id BIGINT NOT NULL REFERENCES organisation (id),
        code TEXT NOT NULL,
        search_name TEXT NOT NULL,
        entered TEXT NOT NULL,
        leaves TEXT NOT NULL,
        lang TEXT NOT NULL,
        students BIGINT NOT NULL,
        curator_id BIGINT REFERENCES account (id),
        agreed TEXT NOT NULL,
        active BOOLEAN NOT NULL,
        version BIGINT NOT NULL
    )",
    "CREATE UNIQUE INDEX IF NOT EXISTS study_group_code ON study_group (college_id, code)",
    "CREATE TABLE IF NOT EXISTS group_student (
        id {key},
        group_id BIGINT NOT NULL REFERENCES study_group (id),
        college_id BIGINT NOT NULL REFERENCES organisation (id),
        name TEXT NOT NULL,
        search_name TEXT NOT NULL,
        code TEXT NOT NULL,
        support TEXT NOT NULL,
        active BOOLEAN NOT NULL
    )",
    "CREATE INDEX IF NOT EXISTS group_student_group ON group_student (group_id)",
    "CREATE UNIQUE INDEX IF NOT EXISTS group_student_code ON group_student (college_id, code)",
    "CREATE TABLE IF NOT EXISTS curator_plan (
        id {key},
        group_id BIGINT NOT NULL REFERENCES study_group (id),
        college_id BIGINT NOT NULL REFERENCES organisation (id),
        year TEXT NOT NULL,
        hours TEXT NOT NULL,
        parliament TEXT NOT NULL,
        version BIGINT NOT NULL
    )",
    "CREATE UNIQUE INDEX IF NOT EXISTS curator_plan_group ON curator_plan (group_id, year)",
);
