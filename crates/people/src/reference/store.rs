//! Reference entries in the database.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{Day, Lang};
use sheber_norms::calendar::{Calendar, Holiday};
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::cache::Cache;
use sheber_platform::change::Change;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::forms::open;
use sheber_platform::list::{self, Column, Order};
use sheber_platform::record::{self, Record};
use sheber_platform::{params, search};

use super::entry::{Kind, ReferenceEntry};

/// As the trail names it.
pub const REFERENCE_ENTRY: Entity = Entity("reference_entry");

const FROM: &str = "FROM reference_entry e";

fn select() -> String {
    format!("SELECT {}", ReferenceEntry::columns("e"))
}

/// Entries of a kind, sorted by the language.
pub async fn of_kind(db: &impl ConnectionTrait, kind: Kind, lang: Lang) -> Result<Vec<ReferenceEntry>, DbErr> {
    let sql = format!("{} {FROM} WHERE kind = $1", select());
    let mut entries: Vec<ReferenceEntry> = database::all(db, &sql, params![kind]).await?;
    entries.sort_by_cached_key(|entry| search::sort_key(lang, entry.name(lang)));
    Ok(entries)
}

/// Entries of a kind as a page shows them, read once for all readers.
pub async fn entries(app: &App, kind: Kind, lang: Lang) -> Result<Arc<Vec<ReferenceEntry>>, AppError> {
    let read = || async { Ok(of_kind(&app.db, kind, lang).await?) };
    Cache::of(app, &format!("{kind} {lang}"), read).await
}

/// How many entries each kind has.
pub async fn totals(db: &impl ConnectionTrait) -> Result<BTreeMap<Kind, i64>, DbErr> {
    #[derive(FromQueryResult)]
    struct Total {
        kind: Kind,
        n: i64,
    }
    let sql = "SELECT kind, COUNT(*) AS n FROM reference_entry GROUP BY kind";
    let totals: Vec<Total> = database::all(db, sql, params![]).await?;
    Ok(totals.into_iter().map(|total| (total.kind, total.n)).collect())
}

/// Whoever keeps the list of holidays writes this into the note of one that does not move from a weekend.
const STAYS: &str = "ауыстырылмайды";

/// The calendar of working days, by the list of holidays.
pub async fn calendar(db: &impl ConnectionTrait) -> Result<Calendar, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        code: String,
        note: Option<String>,
    }
    let sql = "SELECT code, note FROM reference_entry WHERE kind = 'holiday'";
    let rows: Vec<Row> = database::all(db, sql, params![]).await?;
    let stays = |note: &Option<String>| note.as_deref().is_some_and(|note| note.contains(STAYS));
    Ok(Calendar::of(rows.iter().map(|row| Holiday { code: &row.code, moves: !stays(&row.note) })))
}

/// An entry as it is stored.
#[derive(Clone, Debug, FromQueryResult)]
pub struct EntryRow {
    pub id: i64,
    pub version: i64,
    #[sea_orm(nested)]
    pub entry: ReferenceEntry,
}

pub async fn row(db: &impl ConnectionTrait, kind: Kind, code: &str) -> Result<Option<EntryRow>, DbErr> {
    let sql = format!("{}, id, version {FROM} WHERE kind = $1 AND code = $2", select());
    database::one(db, &sql, params![kind, code]).await
}

pub async fn entry(db: &impl ConnectionTrait, kind: Kind, code: &str) -> Result<Option<ReferenceEntry>, DbErr> {
    Ok(row(db, kind, code).await?.map(|row| row.entry))
}

/// The entries that belong under another one.
pub async fn under(db: &impl ConnectionTrait, kind: Kind, parent: &str) -> Result<Vec<ReferenceEntry>, DbErr> {
    let sql = format!("{} {FROM} WHERE kind = $1 AND parent = $2 ORDER BY code LIMIT 500", select());
    database::all(db, &sql, params![kind, parent]).await
}

/// What a list of entries is filtered by.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    pub q: String,
    /// Only what is valid on this day.
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    pub on: Option<Day>,
    /// The entry that stands in the form.
    #[serde(skip_serializing)]
    pub edit: String,
    #[serde(skip_serializing)]
    pub at: String,
}

fn conditions(kind: Kind, query: &str, on: Option<Day>) -> Conditions {
    let mut conditions = Conditions::default();
    conditions.and("kind = ?", params![kind]).search("search_name", query);
    if let Some(day) = on {
        conditions.and("(valid_from IS NULL OR valid_from <= ?)", params![day]);
        conditions.and("(valid_to IS NULL OR valid_to >= ?)", params![day]);
    }
    conditions
}

/// The entries of a kind, in the order of their codes.
pub fn list(kind: Kind, filter: &Filter) -> list::Query<'static> {
    const BY_CODE: Order = Order::up(&[Column::Text("code")]);
    list::Query {
        select: select().into(),
        from: FROM,
        conditions: conditions(kind, &filter.q, filter.on),
        order: BY_CODE,
    }
}

/// The entries of a kind in the order of their codes, after one of them.
pub async fn following(
    db: &impl ConnectionTrait,
    kind: Kind,
    (query, on): (&str, Option<Day>),
    after: &str,
    most: usize,
) -> Result<Vec<ReferenceEntry>, DbErr> {
    let mut conditions = conditions(kind, query, on);
    conditions.and("code > ?", params![after]);
    let sql = format!("{} {FROM}{} ORDER BY code LIMIT {most}", select(), conditions.sql());
    database::all(db, &sql, conditions.values).await
}

/// The entries of a kind that have these codes.
pub async fn with_codes(
    db: &impl ConnectionTrait,
    kind: Kind,
    codes: Vec<String>,
) -> Result<HashMap<String, EntryRow>, DbErr> {
    if codes.is_empty() {
        return Ok(HashMap::new());
    }
    let mut conditions = Conditions::default();
    conditions.and("kind = ?", params![kind]);
    let marks = vec!["?"; codes.len()].join(", ");
    conditions.and(&format!("code IN ({marks})"), codes.into_iter().map(sea_orm::Value::from).collect());
    let sql = format!("{}, id, version {FROM}{}", select(), conditions.sql());
    let rows: Vec<EntryRow> = database::all(db, &sql, conditions.values).await?;
    Ok(rows.into_iter().map(|row| (row.entry.code.clone(), row)).collect())
}

/// Takes away an entry that was made by mistake; `false` where it is there no more.
pub async fn remove(change: &Change, id: i64) -> Result<bool, DbErr> {
    let sql = format!("DELETE FROM reference_entry WHERE id = $1 RETURNING {}", ReferenceEntry::COLUMNS.join(", "));
    let old: Option<ReferenceEntry> = database::one(change.db(), &sql, params![id]).await?;
    let Some(old) = old else { return Ok(false) };
    change.record(Entry::new("trail-reference-removed", REFERENCE_ENTRY, id).before(old.json())).await?;
    Ok(true)
}

/// Stores entries of a kind, new and changed ones, in one transaction. Gives how many changed something.
pub async fn put(app: &App, actor: Option<&Actor>, kind: Kind, entries: &[ReferenceEntry]) -> Result<usize, DbErr> {
    let change = Change::begin(app, actor).await?;
    let mut changed = 0;
    for new in entries {
        let old = row(change.db(), kind, &new.code).await?;
        if old.as_ref().is_none_or(|old| old.entry != *new) {
            write(&change, kind, new, old).await?;
            changed += 1;
        }
    }
    change.commit().await?;
    Ok(changed)
}

/// Stores an entry over the version that somebody has seen, 0 where they have seen none; the one that is there where it is another
/// by now. What is stored already is not written again.
pub async fn save(
    app: &App,
    actor: &Actor,
    kind: Kind,
    new: &ReferenceEntry,
    base: i64,
) -> Result<Result<(), EntryRow>, DbErr> {
    let change = Change::begin(app, Some(actor)).await?;
    let old = row(change.db(), kind, &new.code).await?;
    match old {
        Some(old) if old.entry == *new => return Ok(Ok(())),
        Some(old) if old.version != base => return Ok(Err(old)),
        old => {
            write(&change, kind, new, old).await?;
        }
    }
    change.commit().await?;
    Ok(Ok(()))
}

/// Writes an entry over the one that was read while others wait.
pub async fn write(change: &Change, kind: Kind, new: &ReferenceEntry, old: Option<EntryRow>) -> Result<i64, DbErr> {
    let words = search::indexed(&format!("{} {} {}", new.code, new.name_kk, new.name_ru));
    let mut further = vec![("search_name", words.into())];
    let entry = match old {
        None => {
            further.push(("kind", kind.into()));
            let id = record::insert(change.db(), new, further).await?;
            Entry::new("trail-reference", REFERENCE_ENTRY, id)
        }
        Some(old) => {
            if !record::update(change.db(), new, (old.id, old.version), further).await? {
                return Err(DbErr::RecordNotUpdated);
            }
            Entry::new("trail-reference", REFERENCE_ENTRY, old.id).before(old.entry.json())
        }
    };
    let id = entry.id;
    change.record(entry.after(new.json())).await?;
    Ok(id)
}

/// The learning outcomes that professional standards lay down; a college takes them as they are.
pub async fn outcomes(db: &impl ConnectionTrait, standards: Vec<String>) -> Result<Vec<ReferenceEntry>, DbErr> {
    of_standards(db, Kind::Outcome, standards).await
}

/// What belongs under these standards: their outcomes, or their labour functions.
pub async fn of_standards(
    db: &impl ConnectionTrait,
    kind: Kind,
    standards: Vec<String>,
) -> Result<Vec<ReferenceEntry>, DbErr> {
    if standards.is_empty() {
        return Ok(Vec::new());
    }
    let mut conditions = Conditions::default();
    conditions.and("kind = ?", params![kind]);
    let marks = vec!["?"; standards.len()].join(", ");
    conditions.and(&format!("parent IN ({marks})"), standards.into_iter().map(sea_orm::Value::from).collect());
    let sql = format!("{} {FROM}{} ORDER BY code", select(), conditions.sql());
    database::all(db, &sql, conditions.values).await
}
