//! The catalogue: a line of every programme, in memory, in each order of the list, so that a search over the country is a
//! walk over a few megabytes instead of a query.
//!
//! It follows the audit trail (`platform::mirror`).

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{DatabaseConnection, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Credits, Day, Lang, words};
use sheber_norms::programme::{EntryBase, Language, Level};
use sheber_platform::actor::Scope;
use sheber_platform::app::App;
use sheber_platform::cache::Answers;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::Entity;
use sheber_platform::error::AppError;
use sheber_platform::forms::{left_out, open};
use sheber_platform::house::Warm;
use sheber_platform::list::{self, Cursor, Place};
use sheber_platform::mirror::{Mirror, Picture};
use sheber_platform::page::address;
use sheber_platform::params;
use sheber_platform::search::Words;
use sheber_platform::shared::{Bytes, Pool, Text};
use utoipa::IntoParams;

use super::store::PROGRAMME;

words! {
    /// What the norms say of the programmes that are asked for, or that they were put away.
    State {
        Violations = "violations",
        Warnings = "warnings",
        Clean = "clean",
        Archived = "archived",
    }
}

words! {
    /// The order that is asked for.
    Sort {
        /// By name, in the alphabet of the language.
        Name = "name",
        /// The newest first.
        Updated = "updated",
    }
}

/// What a list of programmes is filtered by; the same words stand in the address, in a saved filter and in the export's link.
#[derive(Clone, Debug, Default, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Filter {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub level: Option<Level>,
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub entry: Option<EntryBase>,
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>)]
    pub language: Option<Language>,
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>)]
    pub intake: Option<AcademicYear>,
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>)]
    pub edition: Option<Day>,
    /// `violations`, `warnings`, `clean` or `archived`
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub state: Option<State>,
    /// `name` (the default) or `updated`
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub sort: Option<Sort>,
    /// Where the page before ended.
    #[serde(skip_serializing_if = "left_out")]
    pub after: String,
}

impl Filter {
    /// A search among what is not archived, the newest first.
    pub fn recent(query: &str) -> Self {
        Self { q: query.to_owned(), sort: Some(Sort::Updated), ..Self::default() }
    }

    /// Whether the entry passes every filter but the search.
    fn admits(&self, entry: &Entry) -> bool {
        fn fits<T: PartialEq>(asked: Option<T>, has: T) -> bool {
            asked.is_none_or(|asked| asked == has)
        }
        let state = match self.state {
            Some(State::Violations) => entry.violations > 0,
            Some(State::Warnings) => entry.warnings > 0,
            Some(State::Clean) => entry.violations == 0,
            Some(State::Archived) | None => true,
        };
        state
            && entry.archived == (self.state == Some(State::Archived))
            && fits(self.level, entry.level)
            && fits(self.entry, entry.entry_base)
            && fits(self.language, entry.language)
            && fits(self.intake, entry.intake)
            && fits(self.edition, entry.edition)
    }

    fn order(&self, lang: Lang) -> Order {
        match (self.sort, lang) {
            (Some(Sort::Updated), _) => Order::Updated,
            (_, Lang::Ru) => Order::Russian,
            _ => Order::Kazakh,
        }
    }

    /// Whether everything is shown.
    pub fn is_plain(&self) -> bool {
        Self { sort: None, ..self.clone() }.query().is_empty()
    }

    pub fn query(&self) -> String {
        address(self)
    }
}

/// What lists show and search of a programme; texts that many programmes share stand in memory once.
#[derive(Debug, FromQueryResult)]
pub struct Entry {
    pub id: i64,
    pub college_id: i64,
    pub region: Text,
    pub specialty: Text,
    pub qualifications: Text,
    pub name_kk: Text,
    pub name_ru: Text,
    pub college_kk: Text,
    pub college_ru: Text,
    pub updated_at: i64,
    sort_kk: Bytes,
    sort_ru: Bytes,
    search: Text,
    pub violations: i32,
    pub warnings: i32,
    pub edition: Day,
    pub credits: Credits,
    pub intake: AcademicYear,
    pub entry_base: EntryBase,
    pub level: Level,
    pub language: Language,
    pub archived: bool,
}

const ENTRIES: &str = "SELECT p.id, p.college_id, COALESCE(o.region, '') AS region, p.archived, p.specialty, p.qualifications,
        p.name_kk, p.name_ru, o.name_kk AS college_kk, o.name_ru AS college_ru, p.entry_base, p.level, p.language, p.intake,
        p.edition, p.credits, CAST(p.violations AS INTEGER) AS violations, CAST(p.warnings AS INTEGER) AS warnings,
        p.updated_at, p.sort_kk, p.sort_ru, p.search_name AS search
     FROM programme p JOIN organisation o ON o.id = p.college_id";

impl Entry {
    /// The entry with what it has in common with others.
    fn shared(mut self, pool: &Pool) -> Self {
        for text in [
            &mut self.region,
            &mut self.specialty,
            &mut self.qualifications,
            &mut self.name_kk,
            &mut self.name_ru,
            &mut self.college_kk,
            &mut self.college_ru,
            &mut self.search,
        ] {
            pool.text(text);
        }
        for key in [&mut self.sort_kk, &mut self.sort_ru] {
            pool.bytes(key);
        }
        self
    }

    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }

    pub fn college(&self, lang: Lang) -> &str {
        lang.pick(&self.college_kk, &self.college_ru)
    }
}

/// The orders a list can stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
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

    /// How an entry stands to a cursor of this order.
    fn stands(self, entry: &Entry, cursor: &Cursor) -> Ordering {
        match (self, cursor.places()) {
            (Self::Kazakh, [Place::Bytes(key), Place::Number(id)]) => (&*entry.sort_kk, &entry.id).cmp(&(key, id)),
            (Self::Russian, [Place::Bytes(key), Place::Number(id)]) => (&*entry.sort_ru, &entry.id).cmp(&(key, id)),
            (Self::Updated, [Place::Number(at), Place::Number(id)]) => (at, id).cmp(&(&entry.updated_at, &entry.id)),
            // A cursor of another order names no place: the list begins anew.
            _ => Ordering::Greater,
        }
    }

    fn places(self, entry: &Entry) -> Vec<Place> {
        let first = match self {
            Self::Kazakh => Place::Bytes(entry.sort_kk.to_vec()),
            Self::Russian => Place::Bytes(entry.sort_ru.to_vec()),
            Self::Updated => Place::Number(entry.updated_at),
        };
        vec![first, Place::Number(entry.id)]
    }
}

/// A page of the catalogue.
pub type Page = list::Page<Arc<Entry>>;

#[derive(Default)]
struct Catalogue {
    orders: [Vec<Arc<Entry>>; 3],
    colleges: HashMap<i64, Vec<Arc<Entry>>>,
    answers: Answers<Page>,
    pool: Arc<Pool>,
}

/// What the filter finds in the scope, at most `most` lines beside the filter's cursor.
pub async fn find(app: &App, scope: &Scope, filter: &Filter, lang: Lang, most: usize) -> Result<Arc<Page>, AppError> {
    let cursor = Cursor::read(&filter.after)?;
    let catalogue = app.memory::<Mirror<Catalogue>>().current(app).await?;
    let order = filter.order(lang);
    let find = || catalogue.find(scope, filter, order, cursor.as_ref(), most);
    if most == usize::MAX {
        return Ok(Arc::new(find()));
    }
    Ok(catalogue.answers.of(&format!("{scope:?} {order:?} {most} {} {}", filter.after, filter.query()), find))
}

impl Catalogue {
    fn find(&self, scope: &Scope, filter: &Filter, order: Order, cursor: Option<&Cursor>, most: usize) -> Page {
        let words = Words::of(&filter.q);
        let is_meant = |entry: &&Arc<Entry>| {
            scope.holds(entry.college_id, &entry.region) && filter.admits(entry) && words.stand_in(&entry.search)
        };
        let page = |entries: &[Arc<Entry>]| {
            let compare = |entry: &&Arc<Entry>, cursor: &Cursor| order.stands(entry, cursor);
            let places = |entry: &&Arc<Entry>| order.places(entry);
            let found = entries.iter().filter(is_meant);
            if words.are_none() {
                return list::window(found, cursor, most, compare, places).map(Arc::clone);
            }
            let is_written = |entry: &&Arc<Entry>| words.stand_written_in(&entry.search);
            list::ranked_window(found, is_written, cursor, most, compare, places).map(Arc::clone)
        };
        let Scope::College(college) = scope else { return page(&self.orders[order as usize]) };
        let mut own = self.colleges.get(college).cloned().unwrap_or_default();
        own.sort_by(|one, other| order.compare(one, other));
        page(&own)
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
        Self { orders, colleges, answers: Answers::default(), pool: self.pool.clone() }
    }

    fn of(entries: Vec<Arc<Entry>>, pool: Arc<Pool>) -> Self {
        let mut colleges: HashMap<i64, Vec<Arc<Entry>>> = HashMap::new();
        for entry in &entries {
            colleges.entry(entry.college_id).or_default().push(entry.clone());
        }
        let orders = Order::ALL.map(|order| {
            let mut list = entries.clone();
            list.sort_by(|one, other| order.compare(one, other));
            list
        });
        Self { orders, colleges, answers: Answers::default(), pool }
    }
}

/// Rows read at once.
const PIECE: usize = 1_000;

/// Reads the catalogue before the first person asks for it.
pub struct Programmes;

#[async_trait]
impl Warm for Programmes {
    async fn warm(&self, app: &App) -> Result<(), AppError> {
        app.memory::<Mirror<Catalogue>>().current(app).await?;
        Ok(())
    }
}

impl Picture for Catalogue {
    const ENTITY: Entity = PROGRAMME;

    async fn read(&self, db: &DatabaseConnection) -> Result<Self, DbErr> {
        Ok(Self::of(entries(db, &self.pool, None).await?, self.pool.clone()))
    }

    async fn renewed(&self, db: &DatabaseConnection, keys: &[i64]) -> Result<Self, DbErr> {
        Ok(self.with(&entries(db, &self.pool, Some(keys)).await?))
    }
}

/// The entries of these programmes, or of all, read piece by piece so that the whole country never stands in memory twice.
async fn entries(db: &DatabaseConnection, pool: &Pool, keys: Option<&[i64]>) -> Result<Vec<Arc<Entry>>, DbErr> {
    let mut entries: Vec<Arc<Entry>> = Vec::new();
    loop {
        let mut conditions = Conditions::default();
        let last = entries.last().map_or(0, |entry| entry.id);
        conditions.and("p.id > ?", params![last]);
        if let Some(keys) = keys {
            conditions.among("p.id", keys);
        }
        let sql = format!("{ENTRIES}{} ORDER BY p.id LIMIT {PIECE}", conditions.sql());
        let piece: Vec<Entry> = database::all(db, &sql, conditions.values).await?;
        let is_last = piece.len() < PIECE;
        entries.extend(piece.into_iter().map(|entry| Arc::new(entry.shared(pool))));
        if is_last {
            return Ok(entries);
        }
    }
}
