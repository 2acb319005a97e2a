//! Programmes are searched in memory (`programmes::catalogue`): the search indexes of the database go.

super::migration!(
    "m0007_catalogue",
    sqlite: [
        "DROP TRIGGER IF EXISTS programme_fts_insert",
        "DROP TRIGGER IF EXISTS programme_fts_update",
        "DROP TABLE IF EXISTS programme_fts",
        "DROP INDEX IF EXISTS programme_kk",
        "DROP INDEX IF EXISTS programme_ru",
    ],
    postgres: [
        "DROP INDEX IF EXISTS programme_search",
        "DROP INDEX IF EXISTS programme_kk",
        "DROP INDEX IF EXISTS programme_ru",
    ],
);
