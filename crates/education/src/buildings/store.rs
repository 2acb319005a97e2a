//! Buildings in the database.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Day, Lang, words};
use sheber_norms::{Edition, special_needs};
use sheber_platform::actor::Actor;
use sheber_platform::change::Change;
use sheber_platform::columns::Words;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::evidence::Db;
use sheber_platform::forms::open;
use sheber_platform::house::Files;
use sheber_platform::list::{Column, Order, Query};
use sheber_platform::record::{self, Record};
use sheber_platform::{params, search};

/// As the trail names it.
pub const BUILDING: Entity = Entity("building");

sheber_platform::record! {
    /// What a building's form says.
    BuildingForm of "building" {
        name: String = text(200),
        address: String = open_text(300),
        /// Words of the guidance (12.3).
        features: Words<String> = chosen(50),
        checked_on: Option<Day> = open_day(),
        checked_by: String = open_text(200),
        note: String = open_text(1000),
    }
}

/// A building and its accessibility passport (қолжетімділік паспорты).
#[derive(Clone, Debug, FromQueryResult)]
pub struct Building {
    pub id: i64,
    pub college_id: i64,
    #[sea_orm(nested)]
    pub details: BuildingForm,
    pub photo: Option<String>,
    pub active: bool,
    pub version: i64,
    pub name_kk: String,
    pub name_ru: String,
}

impl Building {
    pub fn has(&self, feature: impl AsRef<str>) -> bool {
        self.details.features.has(feature)
    }

    pub fn college(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }

    /// Whether the last check is too long ago to count (12.3).
    pub fn is_stale(&self, year: AcademicYear, today: NaiveDate) -> bool {
        self.details.checked_on.is_some_and(|day| special_needs::is_stale(Edition::of(year), day.0, today))
    }

    fn facts(&self) -> special_needs::Building {
        special_needs::Building {
            name: self.details.name.clone(),
            checked: self.details.checked_on.map(|day| day.0),
            has: self.details.features.iter().cloned().collect(),
        }
    }
}

fn select() -> String {
    let details = BuildingForm::columns("b");
    format!("SELECT b.id, b.college_id, {details}, b.photo, b.active, b.version, o.name_kk, o.name_ru")
}

const FROM: &str = "FROM building b JOIN organisation o ON o.id = b.college_id";

words! {
    /// Whether a building is used.
    Use {
        Used = "used",
        Closed = "closed",
    }
}

/// What a list of buildings is filtered by; those in use where nothing is said.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    pub q: String,
    /// One college, by its key, where somebody comes from its figure.
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    pub college: Option<i64>,
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    pub state: Option<Use>,
    #[serde(skip_serializing)]
    pub at: String,
}

impl Filter {
    pub fn is_plain(&self) -> bool {
        self.q.trim().is_empty() && self.college.is_none() && self.state.is_none()
    }
}

/// Buildings in scope, by college and name.
pub fn list(actor: &Actor, lang: Lang, filter: &Filter) -> Query<'static> {
    const KAZAKH: Order =
        Order::up(&[Column::Bytes("o.sort_kk"), Column::Bytes("b.sort_name"), Column::Number("b.id")]);
    const RUSSIAN: Order =
        Order::up(&[Column::Bytes("o.sort_ru"), Column::Bytes("b.sort_name"), Column::Number("b.id")]);
    let mut conditions = actor.scope().colleges("b.college_id");
    conditions.and("b.active = ?", params![filter.state != Some(Use::Closed)]);
    if let Some(college) = filter.college {
        conditions.and("b.college_id = ?", params![college]);
    }
    conditions.search("b.search_name || ' ' || o.search_name", &filter.q);
    Query { select: select().into(), from: FROM, conditions, order: if lang == Lang::Ru { RUSSIAN } else { KAZAKH } }
}

pub async fn find(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Building, AppError> {
    let mut conditions = actor.scope().colleges("b.college_id");
    conditions.and("b.id = ?", params![id]);
    let sql = format!("{} {FROM}{}", select(), conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

/// The buildings that each of these colleges uses, as the norm looks at them.
pub async fn facts(
    db: &impl ConnectionTrait,
    colleges: &[i64],
) -> Result<HashMap<i64, Vec<special_needs::Building>>, DbErr> {
    if colleges.is_empty() {
        return Ok(HashMap::new());
    }
    let mut conditions = Conditions::default();
    conditions.among("b.college_id", colleges).and("b.active", params![]);
    let sql = format!("{} {FROM}{} ORDER BY b.id", select(), conditions.sql());
    let mut facts: HashMap<i64, Vec<special_needs::Building>> = HashMap::new();
    for building in database::all::<Building>(db, &sql, conditions.values).await? {
        facts.entry(building.college_id).or_default().push(building.facts());
    }
    Ok(facts)
}

/// What stands beside the form's own columns: what is searched and sorted by.
fn derived(details: &BuildingForm) -> Vec<(&'static str, sea_orm::Value)> {
    vec![
        ("search_name", search::indexed(&format!("{} {}", details.name, details.address)).into()),
        ("sort_name", search::sort_key(Lang::Kk, &details.name).into()),
    ]
}

pub async fn insert(change: &Change, college: i64, new: &BuildingForm, year: AcademicYear) -> Result<i64, DbErr> {
    let mut further = derived(new);
    further.extend([("college_id", college.into()), ("active", true.into())]);
    let id = record::insert(change.db(), new, further).await?;
    change.record(Entry::new("trail-building", BUILDING, id).after(new.json()).of(college, year)).await?;
    Ok(id)
}

/// Writes over the version of a building that the person saw; `false` where it is another by now.
pub async fn update(
    change: &Change,
    old: &Building,
    base: i64,
    (new, photo, active): (&BuildingForm, Option<String>, bool),
    year: AcademicYear,
) -> Result<bool, DbErr> {
    let mut further = derived(new);
    further.push(("active", active.into()));
    further.extend(photo.map(|photo| ("photo", photo.into())));
    if !record::update(change.db(), new, (old.id, base), further).await? {
        return Ok(false);
    }
    let entry = Entry::new("trail-building-changed", BUILDING, old.id)
        .before(old.details.json_with("active", old.active))
        .after(new.json_with("active", active));
    change.record(entry.of(old.college_id, year)).await?;
    Ok(true)
}

/// The photos of buildings.
pub struct Photos;

#[async_trait]
impl Files for Photos {
    async fn hashes(&self, db: &Db<'_>) -> Result<Vec<String>, DbErr> {
        database::values(db, "SELECT photo FROM building WHERE photo IS NOT NULL", params![]).await
    }
}
