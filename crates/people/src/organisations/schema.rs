//! The tables of this room.

use sheber_platform::schema::Step;

pub const TABLES: &[&str] = &["organisation"];

pub const STEPS: &[Step] = &[
    ORGANISATIONS,
    Step {
        name: "s0621_organisation_demands_factor",
        sql: &["ALTER TABLE organisation ADD COLUMN demands_totp BOOLEAN NOT NULL DEFAULT FALSE"],
    },
];

const ORGANISATIONS: Step = Step {
    name: "s0200_organisations",
    sql: &[
        "CREATE TABLE organisation (
            id {key},
            kind TEXT NOT NULL,
            bin TEXT,
            name_kk TEXT NOT NULL,
            name_ru TEXT NOT NULL,
            region TEXT,
            search_name TEXT NOT NULL,
            sort_kk {bytes} NOT NULL,
            sort_ru {bytes} NOT NULL,
            active BOOLEAN NOT NULL,
            created_at BIGINT NOT NULL
        )",
        "CREATE UNIQUE INDEX organisation_bin ON organisation (bin)",
        "CREATE INDEX organisation_region ON organisation (region, kind)",
    ],
};
