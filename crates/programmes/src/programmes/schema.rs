//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &[
    "programme",
    "programme_version",
    "programme_draft",
    "programme_sum",
    "library_module",
    "library_link",
    "saved_filter",
];

pub const STEPS: &[Step] = &[
    FIRST,
    Step {
        name: "s0616_library_module_once",
        sql: &[
            "CREATE UNIQUE INDEX library_module_once ON library_module (college_id, kind, code) WHERE archived = FALSE",
        ],
    },
];

const FIRST: Step = Step {
    name: "s0300_programmes",
    sql: &[
        "CREATE TABLE programme (
            id {key},
            college_id BIGINT NOT NULL REFERENCES organisation (id),
            specialty TEXT NOT NULL,
            qualifications TEXT NOT NULL,
            name_kk TEXT NOT NULL,
            name_ru TEXT NOT NULL,
            search_name TEXT NOT NULL,
            sort_kk {bytes} NOT NULL,
            sort_ru {bytes} NOT NULL,
            entry_base TEXT NOT NULL,
            level TEXT NOT NULL,
            language TEXT NOT NULL,
            intake TEXT NOT NULL,
            edition TEXT NOT NULL,
            version BIGINT NOT NULL,
            violations BIGINT NOT NULL,
            warnings BIGINT NOT NULL,
            findings TEXT NOT NULL,
            credits TEXT NOT NULL,
            copied_from BIGINT,
            archived BOOLEAN NOT NULL,
            updated_at BIGINT NOT NULL,
            updated_by BIGINT
        )",
        "CREATE INDEX programme_college_kk ON programme (college_id, archived, sort_kk, id)",
        "CREATE INDEX programme_updated ON programme (archived, updated_at, id)",
        "CREATE TABLE programme_version (
            id {key},
            programme_id BIGINT NOT NULL REFERENCES programme (id),
            number BIGINT NOT NULL,
            content TEXT NOT NULL,
            hash TEXT NOT NULL,
            note TEXT NOT NULL,
            autosave BOOLEAN NOT NULL,
            author_id BIGINT,
            at BIGINT NOT NULL
        )",
        "CREATE UNIQUE INDEX programme_version_number ON programme_version (programme_id, number)",
        "CREATE TABLE programme_draft (
            programme_id BIGINT NOT NULL REFERENCES programme (id),
            account_id BIGINT NOT NULL REFERENCES account (id),
            base_version BIGINT NOT NULL,
            draft TEXT NOT NULL,
            at BIGINT NOT NULL,
            PRIMARY KEY (programme_id, account_id)
        )",
        "CREATE TABLE programme_sum (
            college_id BIGINT PRIMARY KEY REFERENCES organisation (id),
            programmes BIGINT NOT NULL,
            with_violations BIGINT NOT NULL
        )",
        "CREATE TABLE library_module (
            id {key},
            college_id BIGINT NOT NULL REFERENCES organisation (id),
            kind TEXT NOT NULL,
            code TEXT NOT NULL,
            name_kk TEXT NOT NULL,
            name_ru TEXT NOT NULL,
            version BIGINT NOT NULL,
            content TEXT NOT NULL,
            archived BOOLEAN NOT NULL,
            updated_at BIGINT NOT NULL,
            updated_by BIGINT
        )",
        "CREATE INDEX library_module_college ON library_module (college_id, archived)",
        "CREATE TABLE library_link (
            id {key},
            programme_id BIGINT NOT NULL REFERENCES programme (id),
            module_code TEXT NOT NULL,
            library_id BIGINT NOT NULL REFERENCES library_module (id),
            library_version BIGINT NOT NULL,
            declined_version BIGINT NOT NULL
        )",
        "CREATE UNIQUE INDEX library_link_module ON library_link (programme_id, module_code)",
        "CREATE TABLE saved_filter (
            id {key},
            account_id BIGINT NOT NULL REFERENCES account (id),
            page TEXT NOT NULL,
            name TEXT NOT NULL,
            query TEXT NOT NULL
        )",
        "CREATE INDEX saved_filter_account ON saved_filter (account_id, page)",
    ],
};
