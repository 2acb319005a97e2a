//! Filters of the list that somebody keeps under a name.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Redirect;
use sea_orm::FromQueryResult;
use serde::Deserialize;
use sheber_kernel::Lang;
use sheber_platform::app::App;
use sheber_platform::cache::Cache;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::forms::Form;
use sheber_platform::{database, params, search};

use super::catalogue::Filter;

/// As the trail names it.
const SAVED_FILTER: Entity = Entity("saved_filter");

#[derive(Debug, FromQueryResult)]
pub struct SavedFilter {
    pub id: i64,
    pub name: String,
    pub query: String,
}

/// The filters that somebody keeps.
pub async fn of(app: &App, account: i64) -> Result<Arc<Vec<SavedFilter>>, AppError> {
    let sql = "SELECT id, name, query FROM saved_filter WHERE account_id = $1 AND page = 'programmes'";
    let read = || async {
        let mut filters: Vec<SavedFilter> = database::all(&app.db, sql, params![account]).await?;
        filters.sort_by_cached_key(|filter| (search::sort_key(Lang::Kk, &filter.name), filter.id));
        Ok(filters)
    };
    Cache::of(app, &account.to_string(), read).await
}

/// So many letters of an address a filter has at most.
const LONGEST: usize = 2000;

#[derive(Deserialize)]
pub struct NewFilter {
    name: String,
    query: String,
}

pub async fn save(State(app): State<App>, context: Context, Form(form): Form<NewFilter>) -> Result<Redirect, AppError> {
    let actor = context.actor()?;
    // Read and written again, so that nothing but a filter is kept.
    let filter: Filter = serde_urlencoded::from_str(&form.query).map_err(|_| AppError::Bad("error-form"))?;
    let name: String = form.name.trim().chars().take(80).collect();
    if filter.query().len() > LONGEST {
        return Err(AppError::Bad("error-form"));
    }
    if !name.is_empty() {
        let change = Change::begin(&app, Some(actor)).await?;
        let row = vec![
            ("account_id", actor.id.into()),
            ("page", "programmes".into()),
            ("name", name.into()),
            ("query", filter.query().into()),
        ];
        let id = database::insert(change.db(), "saved_filter", row).await?;
        change.record(Entry::new("trail-filter-saved", SAVED_FILTER, id)).await?;
        change.commit().await?;
    }
    Ok(Redirect::to(&format!("/programmes?{}", filter.query())))
}

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn delete(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Redirect, AppError> {
    let actor = context.actor()?;
    let change = Change::begin(&app, Some(actor)).await?;
    let sql = "DELETE FROM saved_filter WHERE id = $1 AND account_id = $2";
    if database::run(change.db(), sql, params![id, actor.id]).await? == 0 {
        return Err(AppError::NotFound);
    }
    change.record(Entry::new("trail-filter-deleted", SAVED_FILTER, id)).await?;
    change.commit().await?;
    Ok(Redirect::to("/programmes"))
}
