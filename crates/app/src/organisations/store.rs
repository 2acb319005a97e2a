//! Organisations in the database.

use sea_orm::{DatabaseConnection, DbErr, FromQueryResult};

use crate::params;
use crate::platform::actor::OrganisationKind;
use crate::platform::audit::{Change, Event};
use crate::platform::{database, search};

#[derive(Clone, Debug, FromQueryResult)]
pub struct Organisation {
    pub id: i64,
    pub kind: String,
    pub bin: Option<String>,
    pub name_kk: String,
    pub name_ru: String,
    pub region: Option<String>,
    pub active: bool,
}

const COLUMNS: &str = "id, kind, bin, name_kk, name_ru, region, active";

pub async fn find(db: &DatabaseConnection, id: i64) -> Result<Option<Organisation>, DbErr> {
    database::one(db, &format!("SELECT {COLUMNS} FROM organisation WHERE id = $1"), params![id]).await
}

pub async fn list(db: &DatabaseConnection, query: &str) -> Result<Vec<Organisation>, DbErr> {
    let mut conditions = database::Conditions::default();
    for word in search::folded(query).split(' ').filter(|word| !word.is_empty()).take(6) {
        conditions.and("search_name LIKE ? ESCAPE '\\'", params![format!("%{}%", search::escaped(word))]);
    }
    let sql = format!("SELECT {COLUMNS} FROM organisation{} ORDER BY kind, search_name LIMIT 1000", conditions.sql());
    database::all(db, &sql, conditions.values).await
}

/// An organisation to be made.
pub struct New {
    pub kind: OrganisationKind,
    pub bin: Option<String>,
    pub name_kk: String,
    pub name_ru: String,
    pub region: Option<String>,
}

pub async fn insert(change: &Change, new: &New) -> Result<i64, DbErr> {
    let id = database::number(
        change.db(),
        "INSERT INTO organisation (kind, bin, name_kk, name_ru, region, search_name, active, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, TRUE, $7) RETURNING id",
        params![
            new.kind.word(),
            new.bin.clone(),
            new.name_kk.clone(),
            new.name_ru.clone(),
            new.region.clone(),
            search::folded(&format!("{} {} {}", new.name_kk, new.name_ru, new.bin.clone().unwrap_or_default())),
            change.at()
        ],
    )
    .await?;
    let after = serde_json::json!({ "kind": new.kind.word(), "name": new.name_kk, "bin": new.bin });
    change.record(Event::new("event-organisation", "organisation", id).after(after)).await?;
    Ok(id)
}
