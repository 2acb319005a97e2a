//! Starting data for a new database, and a demo country from a seeded generator, marked as such.

mod country;
mod education;
mod register;

use chrono::Datelike;
use sea_orm::DbErr;
use sheber_app::App;
use sheber_app::platform::actor::{OrganisationKind, Role};
use sheber_app::platform::audit::{Change, Event};
use sheber_app::platform::{database, search, secret};
use sheber_app::reference::store::{self as reference, Entry};
use sheber_app::{organisations, params};

pub use country::{PASSWORD, national, settle};
pub use education::education;
pub use register::{People, Upto, national_entries, register};

#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error("database: {0}")]
    Database(#[from] DbErr),
    #[error("{0}")]
    Program(String),
}

impl From<sheber_app::platform::error::AppError> for SeedError {
    fn from(error: sheber_app::platform::error::AppError) -> Self {
        Self::Program(error.to_string())
    }
}

/// Reference lists that every installation starts with, by kind. The operator corrects and completes them.
const STARTING: [(&str, &str); 5] = [
    ("region", include_str!("../../../seed/regions.csv")),
    ("specialty", include_str!("../../../seed/specialties.csv")),
    ("qualification", include_str!("../../../seed/specialties.csv")),
    ("act", include_str!("../../../seed/acts.csv")),
    ("holiday", include_str!("../../../seed/holidays.csv")),
];

async fn lists(app: &App, lists: &[(&str, &str)]) -> Result<(), SeedError> {
    for (kind, text) in lists {
        let entries: Vec<Entry> = reference::read(kind, text.as_bytes()).map_err(SeedError::Program)?;
        reference::put(app, None, kind, &entries).await?;
    }
    Ok(())
}

/// The acts that the guidance names, as entries of the reference list.
fn acts() -> Vec<Entry> {
    let acts = sheber_norms::acts::all().iter();
    acts.map(|act| Entry {
        // Laws are known by their number; numbers of orders come back every year.
        code: if act.number.contains('-') { act.number.clone() } else { format!("{}/{}", act.number, act.date.year()) },
        name_kk: act.title.kk.clone(),
        name_ru: act.title.ru.clone(),
        note: act.adilet.clone(),
        day: Some(act.date.to_string()),
        valid_from: act.from.map(|day| day.to_string()),
        valid_to: act.to.map(|day| day.to_string()),
        ..Entry::default()
    })
    .collect()
}

/// Loads the starting lists into an empty database.
pub async fn starting_lists(app: &App) -> Result<(), SeedError> {
    if database::number(&app.db, "SELECT COUNT(*) FROM reference_entry", params![]).await? == 0 {
        lists(app, &STARTING).await?;
        reference::put(app, None, "act", &acts()).await?;
    }
    Ok(())
}

/// An account to be made with a password.
pub struct NewAccount<'a> {
    pub organisation: i64,
    pub role: Role,
    pub email: &'a str,
    pub name: &'a str,
    pub hash: &'a str,
    pub must_change: bool,
}

/// Makes an account in an open change.
pub async fn account(change: &Change, new: &NewAccount<'_>) -> Result<i64, DbErr> {
    let id = database::number(
        change.db(),
        "INSERT INTO account (organisation_id, role, email, name, search_name, password_hash, must_change, lang, totp_step, active, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'kk', 0, TRUE, $8) RETURNING id",
        params![
            new.organisation,
            new.role.word(),
            new.email,
            new.name,
            search::folded(&format!("{} {}", new.name, new.email)),
            new.hash,
            new.must_change,
            change.at()
        ],
    )
    .await?;
    change.record(Event::new("event-invited", "account", id)).await?;
    Ok(id)
}

/// The first administrator of an empty installation, with a one-time password; `None` where there are accounts.
pub async fn first_administrator(app: &App) -> Result<Option<(String, String)>, SeedError> {
    if database::number(&app.db, "SELECT COUNT(*) FROM account", params![]).await? > 0 {
        return Ok(None);
    }
    let password = secret::password();
    let hash = secret::hash_password(&password).map_err(|error| SeedError::Program(error.to_string()))?;
    let change = Change::by(app, None).await?;
    let operator = organisations::store::New {
        kind: OrganisationKind::Operator,
        bin: None,
        name_kk: "Тізілім операторы".to_owned(),
        name_ru: "Оператор реестра".to_owned(),
        region: None,
    };
    let organisation = organisations::store::insert(&change, &operator).await?;
    let email = "administrator@sheber.local";
    let new = NewAccount {
        organisation,
        role: Role::Administrator,
        email,
        name: "Administrator",
        hash: &hash,
        must_change: true,
    };
    account(&change, &new).await?;
    change.commit().await?;
    Ok(Some((email.to_owned(), password)))
}
