//! Bringing a backup back, into an empty database of either kind: all of it, or nothing.

use std::io::BufRead;
use std::path::PathBuf;

use sea_orm::{DatabaseConnection, DatabaseTransaction, Value};

use super::archive::Archive;
use super::error::BackupError;
use super::manifest::{Audit, KEYS, Table, part_of_file, part_of_table};
use super::tables;
use crate::rooms::house;
use sheber_platform::app::Config;
use sheber_platform::keys::Keys;
use sheber_platform::{database, files, params, schema};

/// So many values go into one statement: SQLite takes no more than 32,766.
const VALUES: usize = 10_000;

/// Or so many bytes.
const BYTES: usize = 4 * 1024 * 1024;

/// Restores an archive that has verified; `say` hears of each table.
pub async fn restore(archive: &mut Archive, config: &Config, say: impl Fn(&str, u64)) -> Result<(), BackupError> {
    let all = house().schema();
    let then = archive.manifest.steps.clone();
    if let Some(newer) = then.iter().find(|name| !all.iter().any(|step| step.name == **name)) {
        return Err(BackupError::Newer(newer.clone()));
    }
    let db = database::connect(&config.database).await?;
    let taken = schema::taken(&db, all.clone()).await?;
    if taken.iter().any(|name| !then.contains(name)) || !is_empty(&db).await? {
        return Err(BackupError::NotEmpty);
    }
    // The schema as it was, then the data, then what has been added to the schema since.
    let as_it_was = all.iter().copied().filter(|step| then.iter().any(|name| step.name == name)).collect();
    schema::migrate(&db, as_it_was).await?;
    fill(archive, config, &db, say).await?;
    schema::migrate(&db, all).await.map_err(BackupError::Newest)
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
    let (audit, head) = Audit::of(&txn).await?;
    if audit != archive.manifest.audit || head.unwrap_or_default() != archive.manifest.audit_head {
        return Err(BackupError::Broken(format!("the audit trail: {audit:?}")));
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

/// Rows that go into a table in one statement.
struct Batch<'t> {
    table: &'t Table,
    head: String,
    rows: usize,
    bytes: usize,
    values: Vec<Value>,
}

impl<'t> Batch<'t> {
    fn of(table: &'t Table) -> Self {
        let names: Vec<String> = table.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
        let head = format!("INSERT INTO {} ({}) VALUES ", table.name, names.join(", "));
        Self { table, head, rows: 0, bytes: 0, values: Vec::new() }
    }

    fn take(&mut self, line: &str) -> Result<(), BackupError> {
        self.values.extend(tables::values(line, &self.table.columns)?);
        self.rows += 1;
        self.bytes += line.len();
        Ok(())
    }

    fn is_full(&self) -> bool {
        let at_once = (VALUES / self.table.columns.len().max(1)).clamp(1, 500);
        self.rows >= at_once || self.bytes >= BYTES
    }

    async fn write(&mut self, txn: &DatabaseTransaction) -> Result<(), BackupError> {
        if self.rows == 0 {
            return Ok(());
        }
        let width = self.table.columns.len();
        let mark = |row: usize| {
            let marks: Vec<String> = (1..=width).map(|column| format!("${}", row * width + column)).collect();
            format!("({})", marks.join(", "))
        };
        let marks: Vec<String> = (0..self.rows).map(mark).collect();
        let sql = format!("{}{}", self.head, marks.join(", "));
        database::run(txn, &sql, std::mem::take(&mut self.values)).await?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }
}

/// Writes the rows of a table; gives how many there were.
async fn put(archive: &mut Archive, txn: &DatabaseTransaction, table: &Table) -> Result<u64, BackupError> {
    // What steps of the schema wrote themselves is in the backup, too. The audit trail lets nothing be taken away, nor is there
    // anything.
    let count = format!("SELECT COUNT(*) FROM {}", table.name);
    if database::number(txn, &count, params![]).await? > 0 {
        database::run(txn, &format!("DELETE FROM {}", table.name), params![]).await?;
    }
    let part = part_of_table(&table.name);
    let mut reader = archive.lines(&part)?;
    let mut batch = Batch::of(table);
    let (mut rows, mut line) = (0, String::new());
    loop {
        line.clear();
        let read = reader.read_line(&mut line).map_err(|error| BackupError::Io(PathBuf::from(&part), error))?;
        rows += u64::from(read > 0);
        let wrong = |error| BackupError::Row(table.name.clone(), rows, Box::new(error));
        if read > 0 {
            batch.take(&line).map_err(wrong)?;
        }
        if batch.is_full() || read == 0 {
            batch.write(txn).await.map_err(wrong)?;
        }
        if read == 0 {
            return Ok(rows);
        }
    }
}
