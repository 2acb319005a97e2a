//! Reference entries in the database.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::Lang;
use sheber_norms::calendar::{Calendar, Holiday};

use crate::params;
use crate::platform::actor::Actor;
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::database::{self, Conditions};
use crate::platform::{search, secret};

/// The kinds of reference data; each with the kind its entries belong under.
pub const KINDS: &[(&str, Option<&str>)] = &[
    ("specialty", None),
    ("qualification", Some("specialty")),
    ("region", None),
    ("standard", None),
    ("function", Some("standard")),
    ("outcome", Some("standard")),
    ("act", None),
    ("holiday", None),
];

pub fn parent_kind(kind: &str) -> Option<&'static str> {
    KINDS.iter().find(|(known, _)| *known == kind).and_then(|(_, parent)| *parent)
}

pub fn is_kind(kind: &str) -> bool {
    KINDS.iter().any(|(known, _)| *known == kind)
}

/// An entry. `day` is the date of an act, of a standard's approval, of a holiday; validity is in days, open where empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromQueryResult, Serialize, Deserialize)]
#[serde(default)]
pub struct Entry {
    pub code: String,
    pub parent: Option<String>,
    pub name_kk: String,
    pub name_ru: String,
    pub note: Option<String>,
    pub day: Option<String>,
    pub valid_from: Option<String>,
    pub valid_to: Option<String>,
}

impl Entry {
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }

    /// What tells whether an entry has changed since somebody opened it.
    pub fn mark(&self) -> String {
        secret::sha256(&serde_json::to_string(self).unwrap_or_default())
    }

    /// Whether these are the names of this entry.
    pub fn is(&self, kk: &str, ru: &str) -> bool {
        (!self.name_kk.is_empty() && self.name_kk == kk) || (!self.name_ru.is_empty() && self.name_ru == ru)
    }

    /// What is wrong with an entry of a kind, as the key of a message; `None` where it may be stored.
    pub fn fault(&self, kind: &str) -> Option<&'static str> {
        let is_day = |day: &Option<String>| {
            day.as_deref().is_none_or(|day| day.is_empty() || sheber_norms::parse_date(day).is_ok())
        };
        let code_reads = match kind {
            "specialty" => self.code.parse::<sheber_kernel::SpecialtyCode>().is_ok(),
            "qualification" => self.code.parse::<sheber_kernel::QualificationCode>().is_ok(),
            "region" => self.code.parse::<sheber_kernel::RegionCode>().is_ok(),
            _ => !self.code.trim().is_empty(),
        };
        if !code_reads {
            Some("reference-code")
        } else if self.name_kk.is_empty() && self.name_ru.is_empty() {
            Some("reference-name")
        } else if parent_kind(kind).is_some() && self.parent.as_deref().unwrap_or_default().is_empty() {
            Some("reference-parent")
        } else if !(is_day(&self.day) && is_day(&self.valid_from) && is_day(&self.valid_to)) {
            Some("reference-day")
        } else if matches!((&self.valid_from, &self.valid_to), (Some(from), Some(to)) if !to.is_empty() && from > to) {
            Some("reference-validity")
        } else {
            None
        }
    }
}

const COLUMNS: &str = "code, parent, name_kk, name_ru, note, day, valid_from, valid_to";

/// Entries of a kind, sorted by the language.
pub async fn of_kind(db: &DatabaseConnection, kind: &str, lang: Lang) -> Result<Vec<Entry>, DbErr> {
    let sql = format!("SELECT {COLUMNS} FROM reference_entry WHERE kind = $1");
    let mut entries: Vec<Entry> = database::all(db, &sql, params![kind]).await?;
    entries.sort_by_cached_key(|entry| search::sort_key(lang, entry.name(lang)));
    Ok(entries)
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

pub async fn entry(db: &impl ConnectionTrait, kind: &str, code: &str) -> Result<Option<Entry>, DbErr> {
    let sql = format!("SELECT {COLUMNS} FROM reference_entry WHERE kind = $1 AND code = $2");
    database::one(db, &sql, params![kind, code]).await
}

/// The key of an entry, for its history.
pub async fn key(db: &impl ConnectionTrait, kind: &str, code: &str) -> Result<i64, DbErr> {
    database::number(db, "SELECT id FROM reference_entry WHERE kind = $1 AND code = $2", params![kind, code]).await
}

/// The entries that belong under another one.
pub async fn under(db: &DatabaseConnection, kind: &str, parent: &str) -> Result<Vec<Entry>, DbErr> {
    let sql = format!("SELECT {COLUMNS} FROM reference_entry WHERE kind = $1 AND parent = $2 ORDER BY code LIMIT 500");
    database::all(db, &sql, params![kind, parent]).await
}

/// What a list asks for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Query {
    pub q: String,
    /// Only what is valid on this day.
    pub on: String,
    /// The entry that stands in the form.
    #[serde(skip_serializing)]
    pub edit: String,
    pub page: usize,
}

pub const PAGE: usize = 100;

fn conditions(kind: &str, query: &Query) -> Conditions {
    let mut conditions = Conditions::default();
    conditions.and("kind = ?", params![kind]);
    for word in search::folded(&query.q).split(' ').filter(|word| !word.is_empty()).take(6) {
        conditions.and("search_name LIKE ? ESCAPE '\\'", params![format!("%{}%", search::escaped(word))]);
    }
    if let Ok(day) = query.on.parse::<NaiveDate>() {
        let day = day.to_string();
        conditions.and("(valid_from IS NULL OR valid_from <= ?)", params![day.clone()]);
        conditions.and("(valid_to IS NULL OR valid_to >= ?)", params![day]);
    }
    conditions
}

pub async fn list(db: &DatabaseConnection, kind: &str, query: &Query, most: usize) -> Result<(Vec<Entry>, i64), DbErr> {
    let conditions = conditions(kind, query);
    let count = format!("SELECT COUNT(*) FROM reference_entry{}", conditions.sql());
    let total = database::number(db, &count, conditions.values.clone()).await?;
    let sql = format!(
        "SELECT {COLUMNS} FROM reference_entry{} ORDER BY code LIMIT {most} OFFSET {}",
        conditions.sql(),
        query.page.saturating_mul(PAGE).min(10_000_000)
    );
    Ok((database::all(db, &sql, conditions.values).await?, total))
}

/// The entries of a kind in the order of their codes, after one of them.
pub async fn following(
    db: &impl ConnectionTrait,
    kind: &str,
    query: &Query,
    after: &str,
    most: usize,
) -> Result<Vec<Entry>, DbErr> {
    let mut conditions = conditions(kind, query);
    conditions.and("code > ?", params![after]);
    let sql = format!("SELECT {COLUMNS} FROM reference_entry{} ORDER BY code LIMIT {most}", conditions.sql());
    database::all(db, &sql, conditions.values).await
}

/// How an entry stands to what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    New,
    Changed,
    Same,
}

pub async fn standing(db: &impl ConnectionTrait, kind: &str, new: &Entry) -> Result<Standing, DbErr> {
    Ok(match entry(db, kind, &new.code).await? {
        None => Standing::New,
        Some(known) if known == *new => Standing::Same,
        Some(_) => Standing::Changed,
    })
}

/// Stores entries of a kind, new and changed ones, in one transaction. Gives how many changed something.
pub async fn put(app: &App, actor: Option<&Actor>, kind: &str, entries: &[Entry]) -> Result<usize, DbErr> {
    let change = Change::begin(app, actor).await?;
    let mut changed = 0;
    for new in entries {
        let known = entry(change.db(), kind, &new.code).await?;
        if known.as_ref() == Some(new) {
            continue;
        }
        let words = search::folded(&format!("{} {} {}", new.code, new.name_kk, new.name_ru));
        let id = database::number(
            change.db(),
            "INSERT INTO reference_entry (kind, code, parent, name_kk, name_ru, note, day, valid_from, valid_to, search_name, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)
             ON CONFLICT (kind, code) DO UPDATE SET parent = excluded.parent, name_kk = excluded.name_kk,
                 name_ru = excluded.name_ru, note = excluded.note, day = excluded.day, valid_from = excluded.valid_from,
                 valid_to = excluded.valid_to, search_name = excluded.search_name, version = reference_entry.version + 1
             RETURNING id",
            params![
                kind,
                new.code.clone(),
                new.parent.clone(),
                new.name_kk.clone(),
                new.name_ru.clone(),
                new.note.clone(),
                new.day.clone(),
                new.valid_from.clone(),
                new.valid_to.clone(),
                words
            ],
        )
        .await?;
        let mut event = Event::new("event-reference", "reference_entry", id).after(serde_json::json!(new));
        if let Some(known) = known {
            event = event.before(serde_json::json!(known));
        }
        change.record(event).await?;
        changed += 1;
    }
    change.commit().await?;
    Ok(changed)
}

/// The learning outcomes that professional standards lay down; a college takes them as they are.
pub async fn outcomes(db: &DatabaseConnection, standards: Vec<String>) -> Result<Vec<Entry>, DbErr> {
    of_standards(db, "outcome", standards).await
}

/// What belongs under these standards: their outcomes, or their labour functions.
pub async fn of_standards(db: &DatabaseConnection, kind: &str, standards: Vec<String>) -> Result<Vec<Entry>, DbErr> {
    if standards.is_empty() {
        return Ok(Vec::new());
    }
    let mut conditions = Conditions::default();
    conditions.and("kind = ?", params![kind]);
    let marks = vec!["?"; standards.len()].join(", ");
    conditions.and(&format!("parent IN ({marks})"), standards.into_iter().map(sea_orm::Value::from).collect());
    let sql = format!("SELECT {COLUMNS} FROM reference_entry{} ORDER BY code", conditions.sql());
    database::all(db, &sql, conditions.values).await
}

/// Reads a list of a kind from CSV or XLSX; rows that are not entries are passed over.
pub fn read(kind: &str, bytes: &[u8]) -> Result<Vec<Entry>, String> {
    let table = sheber_exchange::table::read(bytes).map_err(|error| error.describe(Lang::En))?;
    let entries = super::table::entries(kind, &table).ok_or_else(|| format!("{kind}: no column with a code"))?;
    Ok(entries.into_iter().map(|(_, entry)| entry).filter(|entry| entry.fault(kind).is_none()).collect())
}
