//! Programmes are searched in memory (`programmes::catalogue`): the search indexes of the database go.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait::async_trait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0007_catalogue"
    }
}

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements: &[&str] = match manager.get_database_backend() {
            DbBackend::Sqlite => &[
                "DROP TRIGGER IF EXISTS programme_fts_insert",
                "DROP TRIGGER IF EXISTS programme_fts_update",
                "DROP TABLE IF EXISTS programme_fts",
            ],
            _ => &["DROP INDEX IF EXISTS programme_search"],
        };
        let both = ["DROP INDEX IF EXISTS programme_kk", "DROP INDEX IF EXISTS programme_ru"];
        for statement in statements.iter().chain(&both) {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
