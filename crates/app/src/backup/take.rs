//! Taking a backup while the server serves: one transaction that sees one instant.

use std::collections::BTreeSet;
use std::path::Path;

use futures::TryStreamExt;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, IsolationLevel, Statement, StreamTrait,
    TransactionTrait,
};

use super::archive::Writing;
use super::error::BackupError;
use super::manifest::{Audit, FORMAT, KEYS, Manifest, Table, part_of_file, part_of_table};
use super::tables;
use sheber_platform::app::App;
use sheber_platform::evidence::Db;
use sheber_platform::house::House;
use sheber_platform::keys::Keys;
use sheber_platform::{database, files, schema};
use sheber_programmes::register::entries;

async fn snapshot(db: &DatabaseConnection) -> Result<DatabaseTransaction, BackupError> {
    Ok(if database::is_sqlite(db) {
        db.begin().await?
    } else {
        db.begin_with_config(Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly)).await?
    })
}

/// Writes everything into a file; `say` hears of each table.
pub async fn take(app: &App, place: &Path, say: impl Fn(&str, u64)) -> Result<Manifest, BackupError> {
    let writing = Writing::begin(place)?;
    let beside = writing.beside().to_owned();
    let taken = Box::pin(write(app, writing, say)).await;
    if taken.is_err() {
        let _ = std::fs::remove_file(beside);
    }
    taken
}

async fn write(app: &App, mut writing: Writing, say: impl Fn(&str, u64)) -> Result<Manifest, BackupError> {
    let steps = schema::taken(&app.db, House::of(app).schema()).await?;
    let db = snapshot(&app.db).await?;
    let mut written = Vec::new();
    for name in tables::ordered(&db, tables::names(&db).await?).await? {
        let table = table(&db, &name, &mut writing).await?;
        say(&name, table.rows);
        written.push(table);
    }
    let (audit, head) = Audit::of(&db).await?;
    let named = named(&House::of(app), &db).await?;
    let issued = entries::are_issued(&db).await?;
    db.rollback().await?;
    let keys = app.config.keys();
    let keys_there = keys.try_exists().map_err(|error| BackupError::Io(keys.clone(), error))?;
    if !keys_there && issued {
        return Err(BackupError::NoKeys(keys));
    }
    say("files", copy(&app.config.files(), &mut writing)?);
    let missing = named.into_iter().filter(|hash| !writing.parts.contains_key(&part_of_file(hash))).collect();
    let signing = if keys_there { Some(Keys::open(&keys)?) } else { None };
    if keys_there {
        let bytes = std::fs::read(&keys).map_err(|error| BackupError::Io(keys, error))?;
        let mut part = writing.part(KEYS.to_owned())?;
        part.write(&bytes)?;
        part.end();
    }
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        taken_at: app.clock.now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        steps,
        audit_head: head.unwrap_or_default(),
        audit,
        missing,
        tables: written,
        parts: writing.parts.clone(),
    };
    writing.end(&manifest, signing.as_ref())?;
    Ok(manifest)
}

/// The hashes of all files that rows of any room name.
async fn named(house: &House, db: &DatabaseTransaction) -> Result<BTreeSet<String>, BackupError> {
    let mut named = BTreeSet::new();
    for files in house.rooms().filter_map(|room| room.files) {
        named.extend(files.hashes(&Db::from(db)).await?);
    }
    Ok(named)
}

/// Copies every file that is kept. A file lies in its place before a row names it, so all that the rows name are there by now;
/// what rotted is left out, and so named as missing.
fn copy(folder: &Path, writing: &mut Writing) -> Result<u64, BackupError> {
    let mut copied = 0;
    for hash in files::kept(folder).map_err(|error| BackupError::Io(folder.to_owned(), error))? {
        let Ok(bytes) = files::content(folder, &hash) else { continue };
        let mut part = writing.part(part_of_file(&hash))?;
        part.write(&bytes)?;
        part.end();
        copied += 1;
    }
    Ok(copied)
}

async fn table(db: &DatabaseTransaction, name: &str, writing: &mut Writing) -> Result<Table, BackupError> {
    let columns = tables::columns(db, name).await?;
    let list: Vec<String> = columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    // Rows that refer to earlier rows of their own table come after them.
    let order = if columns.iter().any(|column| column.name == "id") { " ORDER BY id" } else { "" };
    let sql = format!("SELECT {} FROM {name}{order}", list.join(", "));
    let mut part = writing.part(part_of_table(name))?;
    let mut rows = 0;
    {
        let mut stream = db.stream_raw(Statement::from_string(ConnectionTrait::get_database_backend(db), sql)).await?;
        while let Some(row) = stream.try_next().await? {
            let mut line = serde_json::to_vec(&tables::read(&row, &columns)?)?;
            line.push(b'\n');
            part.write(&line)?;
            rows += 1;
        }
    }
    part.end();
    let last_key = tables::last_key(db, name, &columns).await?;
    Ok(Table { name: name.to_owned(), columns, rows, last_key })
}
