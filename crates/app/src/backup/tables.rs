//! Tables as the database itself describes them, so that none is forgotten.

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, QueryResult, Value};
use serde_json::Value as Json;

use super::error::BackupError;
use super::manifest::{Column, Kind};
use crate::rooms::ROOMS;
use sheber_platform::{database, params};

#[derive(FromQueryResult)]
struct TableName {
    name: String,
}

/// The names of all tables that hold data, in alphabetical order; what is worth nothing later is none of it.
pub async fn names(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let sql = if database::is_sqlite(db) {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    } else {
        "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
    };
    let all: Vec<TableName> = database::all(db, sql, params![]).await?;
    let names = all.into_iter().map(|table| table.name);
    let is_transient = |name: &str| ROOMS.iter().any(|room| room.transient.contains(&name));
    Ok(names.filter(|name| name != "seaql_migrations" && !is_transient(name)).collect())
}

#[derive(FromQueryResult)]
struct ColumnRow {
    name: String,
    kind: String,
}

pub async fn columns(db: &impl ConnectionTrait, table: &str) -> Result<Vec<Column>, DbErr> {
    let sql = if database::is_sqlite(db) {
        "SELECT name, type AS kind FROM pragma_table_info($1) ORDER BY name"
    } else {
        "SELECT column_name::text AS name, data_type::text AS kind FROM information_schema.columns
         WHERE table_schema = current_schema() AND table_name = $1 ORDER BY column_name"
    };
    let mut columns: Vec<Column> = database::all::<ColumnRow>(db, sql, params![table])
        .await?
        .into_iter()
        .map(|column| Column { kind: kind(&column.kind), name: column.name })
        .collect();
    // Databases sort text each in their own way.
    columns.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(columns)
}

fn kind(described: &str) -> Kind {
    let described = described.to_ascii_uppercase();
    if described.contains("INT") {
        Kind::Integer
    } else if described.contains("BOOL") {
        Kind::Boolean
    } else if described.contains("BLOB") || described.contains("BYTEA") {
        Kind::Bytes
    } else {
        Kind::Text
    }
}

#[derive(FromQueryResult)]
struct Link {
    of: String,
    to: String,
}

/// The tables so that each comes after those it refers to.
pub async fn ordered(db: &impl ConnectionTrait, names: Vec<String>) -> Result<Vec<String>, DbErr> {
    let sql = if database::is_sqlite(db) {
        r#"SELECT m.name AS "of", f."table" AS "to" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f
           WHERE m.type = 'table'"#
    } else {
        r#"SELECT c.conrelid::regclass::text AS "of", c.confrelid::regclass::text AS "to" FROM pg_constraint c
           WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace"#
    };
    let links: Vec<Link> = database::all(db, sql, params![]).await?;
    let mut ordered: Vec<String> = Vec::with_capacity(names.len());
    let mut left = names;
    while !left.is_empty() {
        let is_ready =
            |name: &String| !links.iter().any(|link| link.of == *name && link.to != *name && left.contains(&link.to));
        let (mut ready, waiting): (Vec<String>, Vec<String>) = left.iter().cloned().partition(is_ready);
        if ready.is_empty() {
            return Err(DbErr::Custom(format!("tables refer to one another in a circle: {}", waiting.join(", "))));
        }
        ordered.append(&mut ready);
        left = waiting;
    }
    Ok(ordered)
}

/// The last key that was given out, where the database numbers the rows.
pub async fn last_key(db: &impl ConnectionTrait, table: &str, columns: &[Column]) -> Result<Option<i64>, DbErr> {
    if !numbers(db, table, columns).await? {
        return Ok(None);
    }
    let sql = if database::is_sqlite(db) {
        "SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = $1), 0)".to_owned()
    } else {
        format!(
            "SELECT COALESCE(pg_sequence_last_value(pg_get_serial_sequence($1, 'id')::regclass), (SELECT MAX(id) FROM {table}), 0)"
        )
    };
    database::number(db, &sql, params![table]).await.map(Some)
}

async fn numbers(db: &impl ConnectionTrait, table: &str, columns: &[Column]) -> Result<bool, DbErr> {
    if !columns.iter().any(|column| column.name == "id" && column.kind == Kind::Integer) {
        return Ok(false);
    }
    let sql = if database::is_sqlite(db) {
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1 AND sql LIKE '%AUTOINCREMENT%'"
    } else {
        "SELECT COUNT(*) FROM (SELECT 1 WHERE pg_get_serial_sequence($1, 'id') IS NOT NULL) AS numbered"
    };
    Ok(database::number(db, sql, params![table]).await? > 0)
}

/// Lets the database go on numbering after a key.
pub async fn go_on_after(db: &impl ConnectionTrait, table: &str, key: i64) -> Result<(), DbErr> {
    if database::is_sqlite(db) {
        database::run(db, "UPDATE sqlite_sequence SET seq = $2 WHERE name = $1 AND seq < $2", params![table, key])
            .await?;
        let insert = "INSERT INTO sqlite_sequence (name, seq)
                      SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = $1)";
        database::run(db, insert, params![table, key]).await?;
    } else if key > 0 {
        database::number(db, "SELECT setval(pg_get_serial_sequence($1, 'id'), $2)", params![table, key]).await?;
    }
    Ok(())
}

/// A row as JSON.
pub fn read(row: &QueryResult, columns: &[Column]) -> Result<Json, DbErr> {
    let mut values = Vec::with_capacity(columns.len());
    for (at, column) in columns.iter().enumerate() {
        values.push(match column.kind {
            Kind::Integer => row.try_get_by_index::<Option<i64>>(at)?.map_or(Json::Null, Json::from),
            Kind::Boolean => row.try_get_by_index::<Option<bool>>(at)?.map_or(Json::Null, Json::from),
            Kind::Text => row.try_get_by_index::<Option<String>>(at)?.map_or(Json::Null, Json::from),
            Kind::Bytes => {
                row.try_get_by_index::<Option<Vec<u8>>>(at)?.map_or(Json::Null, |bytes| BASE64.encode(bytes).into())
            }
        });
    }
    Ok(Json::Array(values))
}

/// The values of a row, for the database.
pub fn values(row: &str, columns: &[Column]) -> Result<Vec<Value>, BackupError> {
    let broken = || BackupError::Broken("a row is not what its table says".to_owned());
    let Json::Array(row) = serde_json::from_str(row)? else { return Err(broken()) };
    if row.len() != columns.len() {
        return Err(broken());
    }
    columns
        .iter()
        .zip(row)
        .map(|(column, value)| {
            Ok(match (column.kind, value) {
                (Kind::Integer, Json::Null) => Value::BigInt(None),
                (Kind::Boolean, Json::Null) => Value::Bool(None),
                (Kind::Text, Json::Null) => Value::String(None),
                (Kind::Bytes, Json::Null) => Value::Bytes(None),
                (Kind::Integer, Json::Number(number)) => number.as_i64().ok_or_else(broken)?.into(),
                (Kind::Boolean, Json::Bool(is)) => is.into(),
                (Kind::Text, Json::String(text)) => text.into(),
                (Kind::Bytes, Json::String(text)) => BASE64.decode(text).map_err(|_| broken())?.into(),
                _ => return Err(broken()),
            })
        })
        .collect()
}
