//! Search by any three letters: FTS5 trigrams on SQLite, pg_trgm on PostgreSQL.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait::async_trait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0005_search"
    }
}

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements: &[&str] = match manager.get_database_backend() {
            DbBackend::Sqlite => &[
                "CREATE VIRTUAL TABLE IF NOT EXISTS programme_fts USING fts5(search_name, content='programme', content_rowid='id', tokenize='trigram case_sensitive 1')",
                "CREATE TRIGGER IF NOT EXISTS programme_fts_insert AFTER INSERT ON programme BEGIN INSERT INTO programme_fts(rowid, search_name) VALUES (new.id, new.search_name); END",
                "CREATE TRIGGER IF NOT EXISTS programme_fts_update AFTER UPDATE OF search_name ON programme WHEN old.search_name <> new.search_name BEGIN INSERT INTO programme_fts(programme_fts, rowid, search_name) VALUES ('delete', old.id, old.search_name); INSERT INTO programme_fts(rowid, search_name) VALUES (new.id, new.search_name); END",
            ],
            _ => &[
                "CREATE EXTENSION IF NOT EXISTS pg_trgm",
                "CREATE INDEX IF NOT EXISTS programme_search ON programme USING gin (search_name gin_trgm_ops)",
            ],
        };
        for statement in statements {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
