//! Colleges, and the departments above them, for whoever looks after them.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::{Lang, OrganisationKind};
use sheber_platform::actor::{Actor, Scope};
use sheber_platform::database::{self, Conditions};
use sheber_platform::error::AppError;
use sheber_platform::params;

/// A college, or a department that the ministry looks after.
#[derive(Clone, Debug, FromQueryResult)]
pub struct College {
    pub id: i64,
    pub kind: OrganisationKind,
    pub name_kk: String,
    pub name_ru: String,
    /// The code of the region; empty where it has none.
    pub region: String,
}

impl College {
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }
}

/// The columns of a [`College`], of an organisation called `o`.
pub const COLLEGE: &str = "o.id, o.kind, o.name_kk, o.name_ru, COALESCE(o.region, '') AS region";

/// The region that somebody looks at: a department's own, or the one that the ministry chose.
pub fn region(actor: &Actor, chosen: &str) -> Option<String> {
    match actor.scope() {
        Scope::Region(own) => Some(own),
        Scope::All => Some(chosen.to_owned()).filter(|region| !region.is_empty()),
        _ => None,
    }
}

/// A college in scope; the ministry finds departments, too.
pub async fn find(db: &impl ConnectionTrait, actor: &Actor, college: i64) -> Result<College, AppError> {
    let mut conditions = actor.scope().colleges("o.id");
    // The departments are the ministry's to look after.
    let above = if actor.scope() == Scope::All { " OR o.kind = 'department'" } else { "" };
    conditions.and(&format!("o.id = ? AND (o.kind = 'college'{above})"), params![college]);
    let sql = format!("SELECT {COLLEGE} FROM organisation o{}", conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

/// The column of an organisation called `o` that puts organisations in the order of their names.
pub const fn by_name(lang: Lang) -> &'static str {
    match lang {
        Lang::Ru => "o.sort_ru",
        Lang::Kk | Lang::En => "o.sort_kk",
    }
}

/// The colleges in a scope, by their names.
pub async fn within(db: &impl ConnectionTrait, scope: &Scope, query: &str, lang: Lang) -> Result<Vec<College>, DbErr> {
    let mut conditions: Conditions = scope.colleges("o.id");
    conditions.and("o.kind = 'college' AND o.active", params![]).search("o.search_name", query);
    let sql = format!("SELECT {COLLEGE} FROM organisation o{} ORDER BY {}, o.id", conditions.sql(), by_name(lang));
    database::all(db, &sql, conditions.values).await
}
