//! The open register for programs: no token needed.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use utoipa::IntoParams;

use super::reply::{Listing, Usual, most};
use sheber_platform::app::App;
use sheber_platform::error::AppError;
use sheber_programmes::register::catalogue::{self, Filter};
use sheber_programmes::register::entries;
use sheber_programmes::register::public::{Open, today};

#[derive(Deserialize, IntoParams, Default)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct RegisterQuery {
    /// Words in Kazakh or Russian, in any case.
    q: String,
    /// Two digits, as in `/reference/region`.
    region: String,
    /// The college's key.
    college: String,
    specialty: String,
    /// `worker`, `mid_level` or `applied_bachelor`
    level: String,
    language: String,
    /// Year of inclusion.
    year: String,
    /// `included`, `excluded` or `expired`
    state: String,
    /// `next` of the page before.
    after: String,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

/// Programmes in the register, ended ones included, the newest first.
#[utoipa::path(get, path = "/api/v1/register", operation_id = "register", tag = "register", params(RegisterQuery),
    security(()), responses((status = 200, body = Listing<Open>), Usual))]
pub async fn search(
    State(app): State<App>,
    Query(query): Query<RegisterQuery>,
) -> Result<Json<Listing<Open>>, AppError> {
    let most = most(query.limit)?;
    let RegisterQuery { q, region, college, specialty, level, language, year, state, after, .. } = query;
    let filter = Filter { q, region, college, specialty, level, language, year, state, at: after };
    let found = catalogue::find(&app, filter, most).await?;
    let today = today(&app);
    let items = found.page.rows.iter().map(|entry| Open::of(entry, today)).collect();
    Ok(Json(Listing { items, next: found.page.next.clone(), total: Some(found.page.total) }))
}

/// An entry by its registration number, as it stands today.
#[utoipa::path(get, path = "/api/v1/register/{number}", operation_id = "register_entry", tag = "register", security(()),
    params(("number" = String, Path)), responses((status = 200, body = Open), Usual))]
pub async fn one(State(app): State<App>, Path(number): Path<String>) -> Result<Json<Open>, AppError> {
    Ok(Json(Open::of(&entries::by_number(&app.db, &number).await?, today(&app))))
}
