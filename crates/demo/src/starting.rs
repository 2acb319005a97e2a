//! What every installation starts with: reference lists, and a first administrator.

use std::collections::HashSet;
use std::sync::LazyLock;

use chrono::Datelike;
use sea_orm::DbErr;
use sheber_app::App;
use sheber_kernel::{Day, Lang, OrganisationKind};
use sheber_people::accounts::store::{self as accounts, NewAccount};
use sheber_people::organisations::store::{self as organisations, NewOrganisation};
use sheber_people::reference::entry::{Kind, ReferenceEntry};
use sheber_people::reference::store as reference;
use sheber_platform::ability::Role;
use sheber_platform::change::Change;
use sheber_platform::{database, params, secret};

/// Why no data could be made.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error("database: {0}")]
    Database(#[from] DbErr),
    #[error("{0}")]
    Program(String),
}

impl From<sheber_platform::error::AppError> for SeedError {
    fn from(error: sheber_platform::error::AppError) -> Self {
        Self::Program(error.to_string())
    }
}

/// Reference lists that every installation starts with, by kind. The operator corrects and completes them.
const STARTING: [(Kind, &str); 5] = [
    (Kind::Region, include_str!("../../../seed/regions.csv")),
    (Kind::Specialty, include_str!("../../../seed/specialties.csv")),
    (Kind::Qualification, include_str!("../../../seed/specialties.csv")),
    (Kind::Act, include_str!("../../../seed/acts.csv")),
    (Kind::Holiday, include_str!("../../../seed/holidays.csv")),
];

/// Whether the classifier that every installation starts with has a specialty.
pub fn is_specialty(code: &str) -> bool {
    static CODES: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        let lines = include_str!("../../../seed/specialties.csv").lines().skip(1);
        lines.filter_map(|line| line.split(',').next()).collect()
    });
    CODES.contains(code)
}

pub async fn lists(app: &App, lists: &[(Kind, &str)]) -> Result<(), SeedError> {
    for (kind, text) in lists {
        let entries = sheber_people::reference::doors::read(*kind, text.as_bytes()).map_err(SeedError::Program)?;
        reference::put(app, None, *kind, &entries).await?;
    }
    Ok(())
}

/// The acts that the guidance names, as entries of the reference list.
fn acts() -> Vec<ReferenceEntry> {
    let acts = sheber_norms::acts::all().iter();
    acts.map(|act| ReferenceEntry {
        // Laws are known by their number; numbers of orders come back every year.
        code: if act.number.contains('-') { act.number.clone() } else { format!("{}/{}", act.number, act.date.year()) },
        name_kk: act.title.kk.clone(),
        name_ru: act.title.ru.clone(),
        note: act.adilet.clone(),
        day: Some(Day(act.date)),
        valid_from: act.from.map(Day),
        valid_to: act.to.map(Day),
        ..ReferenceEntry::default()
    })
    .collect()
}

/// Loads the starting lists into an empty database.
pub async fn starting_lists(app: &App) -> Result<(), SeedError> {
    if database::number(&app.db, "SELECT COUNT(*) FROM reference_entry", params![]).await? == 0 {
        lists(app, &STARTING).await?;
        reference::put(app, None, Kind::Act, &acts()).await?;
    }
    Ok(())
}

/// The first administrator of an empty installation, with a one-time password; `None` where there are accounts.
pub async fn first_administrator(app: &App) -> Result<Option<(String, String)>, SeedError> {
    if database::number(&app.db, "SELECT COUNT(*) FROM account", params![]).await? > 0 {
        return Ok(None);
    }
    let password = secret::password();
    let hash = secret::hash_password(&password).map_err(|error| SeedError::Program(error.to_string()))?;
    let change = Change::by(app, None).await?;
    let operator = NewOrganisation {
        kind: OrganisationKind::Operator,
        bin: None,
        name_kk: "Тізілім операторы".to_owned(),
        name_ru: "Оператор реестра".to_owned(),
        region: None,
    };
    let organisation = organisations::insert(&change, &operator).await?;
    let email = "administrator@sheber.local";
    let new = NewAccount {
        organisation,
        role: Role::Administrator,
        email,
        name: "Administrator",
        lang: Lang::Kk,
        password_hash: Some(&hash),
        must_change: true,
    };
    accounts::insert(&change, &new).await?;
    change.commit().await?;
    Ok(Some((email.to_owned(), password)))
}
