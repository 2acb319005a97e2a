//! Bringing a backup back, into an empty database of either kind: all of it, or nothing.

use std::io::BufRead;
use std::path::Path;

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, Statement, Value};
use sea_orm_migration::MigratorTrait;

use super::tables;
use super::{Archive, Audit, BackupError, KEYS, Table, part_of_file, part_of_table};
use crate::params;
use crate::platform::app::Config;
use crate::platform::audit::{self, Verdict};
use crate::platform::migrations::Migrator;
use crate::platform::{database, files};
use crate::register::keys::Keys;

/// So many values go into one statement: SQLite takes no more than 32,766.
const VALUES: usize = 10_000;

/// Or so many bytes.
const BYTES: usize = 4 * 1024 * 1024;

/// Restores an archive that has verified; `say` hears of each table.
pub async fn restore(archive: &mut Archive, config: &Config, say: impl Fn(&str, u64)) -> Result<(), BackupError> {
    let known: Vec<String> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    let taken = archive.manifest.migrations.clone();
    if let Some(newer) = taken.iter().find(|name| !known.contains(name)) {
        return Err(BackupError::Newer(newer.clone()));
    }
    let db = database::connect(&config.database).await?;
    let applied = Migrator::get_applied_migrations(&db).await?.len();
    if applied > taken.len() || !is_empty(&db).await? {
        return Err(BackupError::NotEmpty);
    }
    // The schema as it was, then the data, then what has been added to the schema since.
    Migrator::up(&db, Some(u32::try_from(taken.len() - applied).unwrap_or(u32::MAX))).await?;
    fill(archive, config, &db, say).await?;
    Migrator::up(&db, None).await.map_err(BackupError::Newest)
}

/// Whether nobody has worked with a database: there may be a schema, but no organisation, person or record.
async fn is_empty(db: &DatabaseConnection) -> Result<bool, BackupError> {
    let there = tables::names(db).await?;
    for name in ["organisation", "account", "audit"] {
        let count = format!("SELECT COUNT(*) FROM (SELECT 1 FROM {name} LIMIT 1) AS any_row");
        if there.iter().any(|table| table == name) && database::number(db, &count, params![]).await? > 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn fill(
    archive: &mut Archive,
    config: &Config,
    db: &DatabaseConnection,
    say: impl Fn(&str, u64),
) -> Result<(), BackupError> {
    let txn = database::begin(db).await?;
    let there = tables::names(&txn).await?;
    let stored: Vec<Table> = archive.manifest.tables.clone();
    if let Some(other) = there.iter().find(|name| !stored.iter().any(|table| table.name == **name)) {
        return Err(BackupError::Broken(format!("the table {other} is missing")));
    }
    for name in tables::ordered(&txn, there).await? {
        let Some(table) = stored.iter().find(|table| table.name == name) else { continue };
        if tables::columns(&txn, &name).await? != table.columns {
            return Err(BackupError::Broken(format!("the table {name} has other columns")));
        }
        let rows = put(archive, &txn, table).await?;
        if rows != table.rows {
            return Err(BackupError::Broken(format!("the table {name} has {rows} rows, not {}", table.rows)));
        }
        if let Some(key) = table.last_key {
            tables::go_on_after(&txn, &name, key).await?;
        }
        say(&name, rows);
    }
    // As it held, or did not hold, when it was taken.
    let verdict = audit::verify(&txn).await?;
    let has_head = !matches!(&verdict, Verdict::Holds { head, .. } if *head != archive.manifest.audit_head);
    if Audit::from(&verdict) != archive.manifest.audit || !has_head {
        return Err(BackupError::Broken(format!("the audit trail: {verdict:?}")));
    }
    let folder = config.files();
    let hashes: Vec<String> =
        archive.manifest.parts.keys().filter_map(|part| Some(part.strip_prefix("files/")?.to_owned())).collect();
    for hash in &hashes {
        let bytes = archive.bytes(&part_of_file(hash))?;
        let put = files::put(&folder, &bytes).map_err(|error| BackupError::Io(folder.clone(), error))?;
        if put != *hash {
            return Err(BackupError::Broken(format!("the file {hash} is not what it was")));
        }
    }
    say("files", hashes.len() as u64);
    // Before the data: an attempt that fails now finds the same keys the next time.
    if archive.manifest.has_keys() {
        Keys::bring_back(&config.keys(), &archive.bytes(KEYS)?)?;
    }
    txn.commit().await?;
    Ok(())
}

async fn put(archive: &mut Archive, txn: &DatabaseTransaction, table: &Table) -> Result<u64, BackupError> {
    let names: Vec<String> = table.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    let head = format!("INSERT INTO {} ({}) VALUES ", table.name, names.join(", "));
    let width = table.columns.len();
    let at_once = (VALUES / width.max(1)).clamp(1, 500);
    let path = Path::new(&table.name).to_owned();
    // What migrations wrote themselves is in the backup, too. The audit trail lets nothing be taken away, nor is there anything.
    let count = format!("SELECT COUNT(*) FROM {}", table.name);
    if database::number(txn, &count, params![]).await? > 0 {
        database::run(txn, &format!("DELETE FROM {}", table.name), params![]).await?;
    }
    let mut rows = 0;
    let mut values: Vec<Value> = Vec::new();
    let (mut pending, mut bytes) = (0, 0);
    let part = part_of_table(&table.name);
    let mut reader = archive.lines(&part)?;
    let mut line = String::new();
    loop {
        line.clear();
        let read = reader.read_line(&mut line).map_err(|error| BackupError::Io(path.clone(), error))?;
        if read > 0 {
            rows += 1;
            bytes += read;
            let wrong = |error| BackupError::Row(table.name.clone(), rows, Box::new(error));
            values.extend(tables::values(&line, &table.columns).map_err(wrong)?);
            pending += 1;
        }
        if pending == at_once || (bytes >= BYTES && pending > 0) || (read == 0 && pending > 0) {
            let mark = |row: usize| {
                let marks: Vec<String> = (1..=width).map(|column| format!("${}", row * width + column)).collect();
                format!("({})", marks.join(", "))
            };
            let marks: Vec<String> = (0..pending).map(mark).collect();
            let sql = format!("{head}{}", marks.join(", "));
            let statement =
                Statement::from_sql_and_values(txn.get_database_backend(), sql, std::mem::take(&mut values));
            let wrong = |error: DbErr| BackupError::Row(table.name.clone(), rows, Box::new(error.into()));
            txn.execute_raw(statement).await.map_err(wrong)?;
            (pending, bytes) = (0, 0);
        }
        if read == 0 {
            return Ok(rows);
        }
    }
}
