//! The catalogue: a line of every programme, in memory, in each order of the list, so that a search over the country is a
//! walk over a few megabytes instead of a query.
//!
//! It follows the audit trail (`platform::mirror`).

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::{DatabaseConnection, DbErr, FromQueryResult};
use sheber_kernel::Lang;

use super::list::Filter;
use crate::params;
use crate::platform::actor::Scope;
use crate::platform::app::App;
use crate::platform::database;
use crate::platform::error::AppError;
use crate::platform::mirror::{Answers, Mirror, Picture};
use crate::platform::search::Words;

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    college_id: i64,
    region: Option<String>,
    archived: bool,
    specialty: String,
    qualifications: String,
    name_kk: String,
    name_ru: String,
    college_kk: String,
    college_ru: String,
    entry_base: String,
    level: String,
    language: String,
    intake: String,
    edition: String,
    credits: String,
    violations: i64,
    warnings: i64,
    updated_at: i64,
    sort_kk: Vec<u8>,
    sort_ru: Vec<u8>,
    search_name: String,
}

/// What lists show and search of a programme; texts that many programmes share stand in memory once.
#[derive(Debug)]
pub struct Entry {
    pub id: i64,
    pub college_id: i64,
    pub region: Arc<str>,
    pub archived: bool,
    pub specialty: Arc<str>,
    pub qualifications: Arc<str>,
    pub name_kk: Arc<str>,
    pub name_ru: Arc<str>,
    pub college_kk: Arc<str>,
    pub college_ru: Arc<str>,
    pub entry_base: Arc<str>,
    pub level: Arc<str>,
    pub language: Arc<str>,
    pub intake: Arc<str>,
    pub edition: Arc<str>,
    pub credits: Arc<str>,
    pub violations: i64,
    pub warnings: i64,
    pub updated_at: i64,
    pub sort_kk: Box<[u8]>,
    pub sort_ru: Box<[u8]>,
    search: Arc<str>,
}

impl Entry {
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }

    pub fn college(&self, lang: Lang) -> &str {
        lang.pick(&self.college_kk, &self.college_ru)
    }
}

/// The orders a list can stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Kazakh,
    Russian,
    /// The newest first.
    Updated,
}

impl Order {
    const ALL: [Self; 3] = [Self::Kazakh, Self::Russian, Self::Updated];

    fn compare(self, one: &Entry, other: &Entry) -> Ordering {
        match self {
            Self::Kazakh => (&one.sort_kk, one.id).cmp(&(&other.sort_kk, other.id)),
            Self::Russian => (&one.sort_ru, one.id).cmp(&(&other.sort_ru, other.id)),
            Self::Updated => (other.updated_at, other.id).cmp(&(one.updated_at, one.id)),
        }
    }
}

/// Where a page begins: after the line with this value of the order, and this key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cursor {
    Name(Vec<u8>, i64),
    Updated(i64, i64),
}

impl Cursor {
    /// Whether the entry stands after the cursor.
    fn is_before(&self, order: Order, entry: &Entry) -> bool {
        match (self, order) {
            (Self::Name(key, id), Order::Kazakh) => (&*entry.sort_kk, entry.id) > (key.as_slice(), *id),
            (Self::Name(key, id), Order::Russian) => (&*entry.sort_ru, entry.id) > (key.as_slice(), *id),
            (Self::Updated(at, id), Order::Updated) => (entry.updated_at, entry.id) < (*at, *id),
            _ => true,
        }
    }
}

/// What a question found.
#[derive(Debug, Default)]
pub struct Found {
    pub entries: Vec<Arc<Entry>>,
    /// How many there are in all, pages before and after included.
    pub total: usize,
    /// Whether more follow the last entry.
    pub more: bool,
}

#[derive(Default)]
struct Catalogue {
    orders: [Vec<Arc<Entry>>; 3],
    colleges: HashMap<i64, Vec<Arc<Entry>>>,
    answers: Answers<Found>,
    shared: Arc<Shared>,
}

/// Texts that many entries have in common.
#[derive(Default)]
struct Shared(Mutex<HashSet<Arc<str>>>);

/// What the filter finds in the scope, at most `most` lines after the filter's cursor.
pub async fn find(app: &App, scope: &Scope, filter: &Filter, lang: Lang, most: usize) -> Result<Arc<Found>, AppError> {
    let cursor = filter.cursor()?;
    let catalogue = app.kept::<Mirror<Catalogue>>().current(&app.db).await?;
    let order = filter.order(lang);
    let find = || catalogue.find(scope, filter, order, cursor.as_ref(), most);
    if most == usize::MAX {
        return Ok(Arc::new(find()));
    }
    Ok(catalogue.answers.of(format!("{scope:?} {order:?} {most} {}", filter.query()), find))
}

impl Catalogue {
    fn find(&self, scope: &Scope, filter: &Filter, order: Order, cursor: Option<&Cursor>, most: usize) -> Found {
        let words = Words::of(filter.words());
        let mut found = Found::default();
        let mut meet = |entry: &Arc<Entry>| {
            if !scope.holds(entry.college_id, &entry.region) || !filter.admits(entry) || !words.stand_in(&entry.search)
            {
                return;
            }
            found.total += 1;
            if cursor.is_none_or(|cursor| cursor.is_before(order, entry)) {
                if found.entries.len() < most {
                    found.entries.push(entry.clone());
                } else {
                    found.more = true;
                }
            }
        };
        if let Scope::College(college) = scope {
            let mut own = self.colleges.get(college).cloned().unwrap_or_default();
            own.sort_by(|one, other| order.compare(one, other));
            own.iter().for_each(&mut meet);
        } else {
            self.orders[order as usize].iter().for_each(&mut meet);
        }
        found
    }

    /// The same with some programmes read anew.
    fn with(&self, entries: &[Arc<Entry>]) -> Self {
        let changed: HashSet<i64> = entries.iter().map(|entry| entry.id).collect();
        let orders = Order::ALL.map(|order| {
            let mut list = self.orders[order as usize].clone();
            list.retain(|entry| !changed.contains(&entry.id));
            for entry in entries {
                let place = list.partition_point(|other| order.compare(other, entry).is_lt());
                list.insert(place, entry.clone());
            }
            list
        });
        let mut colleges = self.colleges.clone();
        for entry in entries {
            let own = colleges.entry(entry.college_id).or_default();
            own.retain(|other| other.id != entry.id);
            own.push(entry.clone());
        }
        Self { orders, colleges, answers: Answers::default(), shared: self.shared.clone() }
    }

    fn of(entries: Vec<Arc<Entry>>, shared: Arc<Shared>) -> Self {
        let mut colleges: HashMap<i64, Vec<Arc<Entry>>> = HashMap::new();
        for entry in &entries {
            colleges.entry(entry.college_id).or_default().push(entry.clone());
        }
        let orders = Order::ALL.map(|order| {
            let mut list = entries.clone();
            list.sort_by(|one, other| order.compare(one, other));
            list
        });
        Self { orders, colleges, answers: Answers::default(), shared }
    }
}

/// Rows read at once.
const PIECE: usize = 1_000;

/// Reads the catalogue before the first person asks for it.
pub async fn warm(app: &App) -> Result<(), DbErr> {
    app.kept::<Mirror<Catalogue>>().current(&app.db).await.map(|_| ())
}

impl Picture for Catalogue {
    const ENTITY: &'static str = "programme";

    async fn read(&self, db: &DatabaseConnection) -> Result<Self, DbErr> {
        Ok(Self::of(self.shared.entries(db, None).await?, self.shared.clone()))
    }

    async fn renewed(&self, db: &DatabaseConnection, keys: &[i64]) -> Result<Self, DbErr> {
        Ok(self.with(&self.shared.entries(db, Some(keys)).await?))
    }
}

impl Shared {
    /// The entries of these programmes, or of all, read piece by piece so that the whole country never stands in memory twice.
    async fn entries(&self, db: &DatabaseConnection, keys: Option<&[i64]>) -> Result<Vec<Arc<Entry>>, DbErr> {
        let mut entries: Vec<Arc<Entry>> = Vec::new();
        loop {
            let mut conditions = database::Conditions::default();
            let last = entries.last().map_or(0, |entry| entry.id);
            conditions.and("p.id > ?", params![last]);
            if let Some(keys) = keys {
                conditions.among("p.id", keys);
            }
            let sql = format!(
                "SELECT p.id, p.college_id, o.region, p.archived, p.specialty, p.qualifications, p.name_kk, p.name_ru,
                        o.name_kk AS college_kk, o.name_ru AS college_ru, p.entry_base, p.level, p.language, p.intake,
                        p.edition, p.credits, p.violations, p.warnings, p.updated_at, p.sort_kk, p.sort_ru, p.search_name
                 FROM programme p JOIN organisation o ON o.id = p.college_id{} ORDER BY p.id LIMIT {PIECE}",
                conditions.sql()
            );
            let rows: Vec<Row> = database::all(db, &sql, conditions.values).await?;
            let is_last = rows.len() < PIECE;
            entries.extend(self.share(rows));
            if is_last {
                return Ok(entries);
            }
        }
    }

    /// Rows as entries that share what they have in common.
    fn share(&self, rows: Vec<Row>) -> Vec<Arc<Entry>> {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut share = |text: String| -> Arc<str> {
            if let Some(known) = shared.get(text.as_str()) {
                return known.clone();
            }
            let text: Arc<str> = text.into();
            shared.insert(text.clone());
            text
        };
        let entry = |row: Row| {
            Arc::new(Entry {
                id: row.id,
                college_id: row.college_id,
                region: share(row.region.unwrap_or_default()),
                archived: row.archived,
                specialty: share(row.specialty),
                qualifications: share(row.qualifications),
                name_kk: share(row.name_kk),
                name_ru: share(row.name_ru),
                college_kk: share(row.college_kk),
                college_ru: share(row.college_ru),
                entry_base: share(row.entry_base),
                level: share(row.level),
                language: share(row.language),
                intake: share(row.intake),
                edition: share(row.edition),
                credits: share(row.credits),
                violations: row.violations,
                warnings: row.warnings,
                updated_at: row.updated_at,
                sort_kk: row.sort_kk.into(),
                sort_ru: row.sort_ru.into(),
                search: share(format!(" {}", row.search_name)),
            })
        };
        rows.into_iter().map(entry).collect()
    }
}
