//! Buildings in the database.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, LocalName};
use sheber_norms::Edition;
use sheber_norms::college::{self, CollegeFacts};

use crate::indicators;
use crate::params;
use crate::platform::actor::Actor;
use crate::platform::audit::{Change, Event};
use crate::platform::database::{self, Conditions};
use crate::platform::error::AppError;
use crate::platform::search;

/// A building and its accessibility passport (қолжетімділік паспорты).
#[derive(Clone, Debug, FromQueryResult)]
pub struct Building {
    pub id: i64,
    pub college_id: i64,
    pub name: String,
    pub address: String,
    features: String,
    pub checked_on: Option<String>,
    pub checked_by: String,
    pub note: String,
    pub photo: Option<String>,
    pub active: bool,
    pub version: i64,
    pub name_kk: String,
    pub name_ru: String,
}

impl Building {
    pub fn has(&self, feature: impl AsRef<str>) -> bool {
        self.features.split_whitespace().any(|known| known == feature.as_ref())
    }

    pub fn features(&self) -> Vec<&str> {
        self.features.split_whitespace().collect()
    }

    pub fn checked_on(&self) -> Option<NaiveDate> {
        self.checked_on.as_deref().and_then(|day| day.parse().ok())
    }

    pub fn college(&self) -> LocalName {
        LocalName::new(&self.name_kk, &self.name_ru)
    }

    /// Whether the last check is too long ago to count (12.3).
    pub fn is_stale(&self, year: AcademicYear, today: NaiveDate) -> bool {
        self.checked_on().is_some_and(|day| college::is_stale(Edition::of(year), day, today))
    }

    fn facts(&self) -> college::Building {
        college::Building {
            name: self.name.clone(),
            checked: self.checked_on(),
            has: self.features.split_whitespace().map(str::to_owned).collect::<BTreeSet<String>>(),
        }
    }
}

const BUILDING: &str =
    "SELECT b.id, b.college_id, b.name, b.address, b.features, b.checked_on, b.checked_by, b.note, b.photo,
    b.active, b.version, o.name_kk, o.name_ru FROM building b JOIN organisation o ON o.id = b.college_id";

/// What a list asks for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    pub q: String,
    /// One college, by its key, where somebody comes from its figure.
    pub college: String,
    /// `closed`: those that are used no more.
    pub state: String,
    pub page: usize,
}

pub const PAGE: usize = 50;

/// Buildings, and how many there are in all.
pub async fn list(
    db: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    most: usize,
) -> Result<(Vec<Building>, i64), DbErr> {
    let mut conditions: Conditions = actor.scope().colleges("b.college_id");
    conditions.and("b.active = ?", params![filter.state != "closed"]);
    if let Ok(college) = filter.college.parse::<i64>() {
        conditions.and("b.college_id = ?", params![college]);
    }
    let of = "FROM building b JOIN organisation o ON o.id = b.college_id";
    let order = "ORDER BY o.search_name, b.name, b.id";
    let words = search::Words::of(&filter.q);
    let first = filter.page.min(100_000) * PAGE;
    if !filter.q.trim().is_empty() {
        // Names are folded here, alike for every database.
        let sql = format!("{BUILDING}{} {order} LIMIT 20000", conditions.sql());
        let mut found: Vec<Building> = database::all(db, &sql, conditions.values).await?;
        let text = |one: &Building| format!("{} {} {} {}", one.name, one.address, one.name_kk, one.name_ru);
        found.retain(|one| words.stand_in_text(|| text(one)));
        let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
        return Ok((found.into_iter().skip(first).take(most).collect(), total));
    }
    let count = format!("SELECT COUNT(*) {of}{}", conditions.sql());
    let total = database::number(db, &count, conditions.values.clone()).await?;
    let sql = format!("{BUILDING}{} {order} LIMIT {most} OFFSET {first}", conditions.sql());
    Ok((database::all(db, &sql, conditions.values).await?, total))
}

pub async fn find(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Building, AppError> {
    let mut conditions = actor.scope().colleges("b.college_id");
    conditions.and("b.id = ?", params![id]);
    let sql = format!("{BUILDING}{}", conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

/// A college's buildings, as the norm looks at them.
pub async fn facts(db: &impl ConnectionTrait, college: i64) -> Result<Vec<college::Building>, DbErr> {
    let sql = format!("{BUILDING} WHERE b.college_id = $1 AND b.active ORDER BY b.id");
    let buildings: Vec<Building> = database::all(db, &sql, params![college]).await?;
    Ok(buildings.iter().map(Building::facts).collect())
}

/// Whether a college counts as one with inclusive conditions (12.4): it has buildings, and the norm holds of all of them.
pub async fn is_accessible(
    db: &impl ConnectionTrait,
    college: i64,
    year: AcademicYear,
    today: NaiveDate,
) -> Result<bool, DbErr> {
    let facts = CollegeFacts { buildings: facts(db, college).await?, today, ..CollegeFacts::default() };
    let found = college::check(&facts, Edition::of(year));
    Ok(!found.iter().any(|finding| finding.item == "12.3"))
}

/// What a building's form says.
#[derive(Clone, Debug, Default)]
pub struct New {
    pub name: String,
    pub address: String,
    pub features: Vec<String>,
    pub checked_on: Option<NaiveDate>,
    pub checked_by: String,
    pub note: String,
    pub photo: Option<String>,
    pub active: bool,
}

impl New {
    fn told(&self) -> serde_json::Value {
        serde_json::json!({
            "name": self.name, "features": self.features.join(" "), "active": self.active,
            "checked_on": self.checked_on.map(|day| day.to_string()), "checked_by": self.checked_by,
        })
    }

    fn columns(&self) -> Vec<sea_orm::Value> {
        params![
            self.name.clone(),
            self.address.clone(),
            self.features.join(" "),
            self.checked_on.map(|day| day.to_string()),
            self.checked_by.clone(),
            self.note.clone(),
            self.photo.clone(),
            self.active
        ]
    }
}

pub async fn insert(change: &Change, college: i64, new: &New, year: AcademicYear) -> Result<i64, DbErr> {
    let mut values = new.columns();
    values.extend(params![college]);
    let id = database::number(
        change.db(),
        "INSERT INTO building (name, address, features, checked_on, checked_by, note, photo, active, college_id, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1) RETURNING id",
        values,
    )
    .await?;
    change.record(Event::new("event-building", "building", id).after(new.told())).await?;
    indicators::count::touch(change, college, year, &["accessible_colleges"]).await?;
    Ok(id)
}

pub async fn update(change: &Change, known: &Building, new: &New, year: AcademicYear) -> Result<bool, DbErr> {
    let mut values = new.columns();
    values.extend(params![known.id, known.version]);
    let written = database::run(
        change.db(),
        "UPDATE building SET name = $1, address = $2, features = $3, checked_on = $4, checked_by = $5, note = $6,
         photo = COALESCE($7, photo), active = $8, version = version + 1 WHERE id = $9 AND version = $10",
        values,
    )
    .await?;
    let before = serde_json::json!({ "name": known.name, "features": known.features, "checked_on": known.checked_on, "active": known.active });
    change.record(Event::new("event-building-changed", "building", known.id).before(before).after(new.told())).await?;
    indicators::count::touch(change, known.college_id, year, &["accessible_colleges"]).await?;
    Ok(written == 1)
}
