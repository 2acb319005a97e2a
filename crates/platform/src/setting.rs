//! Settings that operators change while the server runs, by name.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use super::database;
use crate::params;

/// A setting and what it says.
#[derive(Debug, FromQueryResult)]
pub struct Setting {
    pub name: String,
    pub value: String,
}

/// What a setting says, where it was set.
pub async fn value(db: &impl ConnectionTrait, name: &str) -> Result<Option<String>, DbErr> {
    database::value(db, "SELECT value FROM setting WHERE name = $1", params![name]).await
}

/// The settings whose names begin alike.
pub async fn beginning_with(db: &impl ConnectionTrait, prefix: &str) -> Result<Vec<Setting>, DbErr> {
    let sql = "SELECT name, value FROM setting WHERE substr(name, 1, CAST($2 AS INTEGER)) = $1 ORDER BY name";
    let letters = i64::try_from(prefix.chars().count()).unwrap_or(i64::MAX);
    database::all(db, sql, params![prefix, letters]).await
}

/// Sets a setting, or leaves it to its default.
pub async fn put(db: &impl ConnectionTrait, name: &str, value: Option<&str>) -> Result<(), DbErr> {
    match value {
        None => database::run(db, "DELETE FROM setting WHERE name = $1", params![name]).await?,
        Some(value) => {
            let sql = "INSERT INTO setting (name, value) VALUES ($1, $2)
                       ON CONFLICT (name) DO UPDATE SET value = excluded.value";
            database::run(db, sql, params![name, value]).await?
        }
    };
    Ok(())
}
