//! Imports in the database.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_exchange::table::reading::Options;
use sheber_kernel::{AcademicYear, words};

use crate::actor::Actor;
use crate::app::App;
use crate::change::Change;
use crate::columns::Json;
use crate::entry::{Entity, Entry};
use crate::error::AppError;
use crate::house::House;
use crate::list::{self, Column, Order, Query};
use crate::{database, params, trail};

/// As the trail names it.
pub const IMPORT: Entity = Entity("table_import");

words! {
    /// How far an import has come.
    State {
        /// The preview is looked at; nothing is taken yet.
        Read = "read",
        Taking = "taking",
        Taken = "taken",
        /// Something went wrong on the way; what was taken so far stands.
        Stopped = "stopped",
        Undoing = "undoing",
        Undone = "undone",
    }
}

/// A file that somebody brought.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Import {
    pub id: i64,
    pub organisation_id: i64,
    pub door: String,
    pub year: AcademicYear,
    pub file_name: String,
    /// Empty once the file is kept no longer.
    pub file_hash: String,
    pub options: Json<Options>,
    pub state: State,
    pub at: i64,
    pub done: i64,
    pub fresh: i64,
    pub changed: i64,
    /// The rows of the file that had changed since the preview.
    pub skipped: Json<Vec<u32>>,
    /// The mark of the preview that somebody took; where it is read again, the preview had moved meanwhile.
    pub seen: String,
    /// Rows that are alike to what is there are taken, too.
    pub doubles: bool,
    pub ended_at: Option<i64>,
    /// Who brought it.
    pub person: Option<String>,
}

const SELECT: &str =
    "SELECT i.id, i.organisation_id, i.kind AS door, i.year, i.file_name, i.file_hash, i.options, i.state,
    i.at, i.done, i.fresh, i.changed, i.skipped, i.seen, i.doubles, i.ended_at, a.name AS person";
const FROM: &str = "FROM table_import i LEFT JOIN account a ON a.id = i.account_id";

/// The kinds of tables that somebody takes in.
fn kinds(app: &App, actor: &Actor) -> Vec<&'static str> {
    House::of(app).doors().filter(|door| actor.may(door.ability())).map(|door| door.kind().word).collect()
}

/// An import of the own organisation, of a kind that somebody takes in.
///
/// # Errors
/// Where it is not there for them.
pub async fn find(app: &App, db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Import, AppError> {
    let sql = format!("{SELECT} {FROM} WHERE i.id = $1 AND i.organisation_id = $2");
    let found: Option<Import> = database::one(db, &sql, params![id, actor.organisation_id]).await?;
    found.filter(|import| kinds(app, actor).contains(&import.door.as_str())).ok_or(AppError::NotFound)
}

/// The imports of the own organisation, the latest first.
pub async fn list(app: &App, actor: &Actor, at: &str) -> Result<list::Page<Import>, AppError> {
    const LATEST: Order = Order::down(&[Column::Number("i.id")]);
    let mut conditions = actor.organisations("i.organisation_id");
    conditions.and("i.organisation_id = ?", params![actor.organisation_id]);
    let kinds = kinds(app, actor);
    if kinds.is_empty() {
        return Ok(list::Page::default());
    }
    let marks = vec!["?"; kinds.len()].join(", ");
    conditions.and(&format!("i.kind IN ({marks})"), kinds.into_iter().map(sea_orm::Value::from).collect());
    Query { select: SELECT.into(), from: FROM, conditions, order: LATEST }.page(&app.db, at).await
}

/// A new import; the one that the same person has of the same file before them already, where it was a double click.
pub async fn begin(
    change: &Change,
    actor: &Actor,
    (kind, year): (&str, AcademicYear),
    (name, hash): (&str, &str),
) -> Result<i64, DbErr> {
    let sql = "SELECT id FROM table_import WHERE organisation_id = $1 AND account_id = $2 AND kind = $3 AND year = $4
               AND file_hash = $5 AND state = 'read' ORDER BY id DESC";
    let values = params![actor.organisation_id, actor.id, kind, year, hash];
    if let Some(known) = database::value::<i64>(change.db(), sql, values).await? {
        return Ok(known);
    }
    let row = vec![
        ("organisation_id", actor.organisation_id.into()),
        ("account_id", actor.id.into()),
        ("kind", kind.into()),
        ("year", year.into()),
        ("file_name", name.into()),
        ("file_hash", hash.into()),
        ("options", Json(Options::default()).into()),
        ("state", State::Read.into()),
        ("at", change.at().into()),
    ];
    database::insert(change.db(), "table_import", row).await
}

/// When and by whom the same file was taken before, the last time.
pub async fn taken_before(db: &impl ConnectionTrait, import: &Import) -> Result<Option<Import>, DbErr> {
    let sql = format!(
        "{SELECT} {FROM} WHERE i.organisation_id = $1 AND i.kind = $2 AND i.year = $3 AND i.file_hash = $4
         AND i.id <> $5 AND i.state IN ('taken', 'taking', 'stopped') ORDER BY i.id DESC LIMIT 1"
    );
    let values = params![import.organisation_id, import.door.clone(), import.year, import.file_hash.clone(), import.id];
    database::one(db, &sql, values).await
}

/// What an organisation said of files of a shape before.
pub async fn shaped(
    db: &impl ConnectionTrait,
    organisation: i64,
    kind: &str,
    shapes: &[String],
) -> Result<Option<Options>, DbErr> {
    for shape in shapes {
        let sql = "SELECT options FROM table_shape WHERE organisation_id = $1 AND kind = $2 AND shape = $3";
        let known = database::value::<Json<Options>>(db, sql, params![organisation, kind, shape.clone()]).await?;
        if let Some(known) = known {
            return Ok(Some(known.0));
        }
    }
    Ok(None)
}

/// Remembers what was said of a file, for the next one of its shape.
pub async fn shape(change: &Change, import: &Import, shape: &str, options: &Options) -> Result<(), DbErr> {
    let sql = "INSERT INTO table_shape (organisation_id, kind, shape, options) VALUES ($1, $2, $3, $4)
               ON CONFLICT (organisation_id, kind, shape) DO UPDATE SET options = excluded.options";
    let kept = Options { encoding: None, sheet: None, ..options.clone() };
    let values = params![import.organisation_id, import.door.clone(), shape, Json(kept)];
    database::run(change.db(), sql, values).await.map(|_| ())
}

/// Says how a file is to be read.
pub async fn set(change: &Change, import: &Import, options: &Options) -> Result<(), DbErr> {
    let sql = "UPDATE table_import SET options = $2 WHERE id = $1 AND state = 'read'";
    database::run(change.db(), sql, params![import.id, Json(options.clone())]).await.map(|_| ())
}

/// Moves an import on; `false` where it is in another state by now.
pub async fn step(change: &Change, id: i64, from: &[State], to: State) -> Result<bool, DbErr> {
    let states: Vec<String> = from.iter().map(|state| format!("'{state}'")).collect();
    let sql =
        format!("UPDATE table_import SET state = $2, ended_at = $3 WHERE id = $1 AND state IN ({})", states.join(", "));
    let ended = matches!(to, State::Taken | State::Undone | State::Stopped).then_some(change.at());
    Ok(database::run(change.db(), &sql, params![id, to, ended]).await? > 0)
}

/// What an import ended with, for the trail.
pub fn ended(import: &Import, what: &'static str) -> Entry {
    let after = serde_json::json!({
        "kind": import.door, "file": import.file_name, "hash": import.file_hash,
        "new": import.fresh, "changed": import.changed,
    });
    Entry::new(what, IMPORT, import.id).after(after)
}

/// A row that was taken.
#[derive(Clone, Debug, FromQueryResult)]
pub struct TakenRow {
    pub place: i64,
    pub entity_id: i64,
    /// What stood there before, by the columns' names; nothing where it is new.
    pub before: Option<Json<Vec<(String, String)>>>,
}

/// The rows that an import took, in the order of the file.
pub async fn rows(db: &impl ConnectionTrait, id: i64) -> Result<Vec<TakenRow>, DbErr> {
    let sql = "SELECT place, entity_id, before FROM table_import_row WHERE import_id = $1 ORDER BY place";
    database::all(db, sql, params![id]).await
}

/// The rows whose records somebody has touched since.
pub async fn touched(db: &impl ConnectionTrait, id: i64, entity: Entity) -> Result<Vec<i64>, DbErr> {
    let later = trail::later("$2", "r.entity_id", "r.record");
    let sql =
        format!("SELECT r.place FROM table_import_row r WHERE r.import_id = $1 AND {later} ORDER BY r.place LIMIT 50");
    database::values(db, &sql, params![id, entity.0]).await
}
