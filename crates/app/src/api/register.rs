//! The open register for programs: no token needed.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Listing, Usual, most};
use crate::platform::app::App;
use crate::platform::error::AppError;
use crate::register::entries::{self, Filter};
use crate::register::public::{Open, today};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
#[derive(Default)]
pub struct Asked {
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
    after: i64,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

/// Programmes in the register, ended ones included, the newest first.
#[utoipa::path(get, path = "/api/v1/register", operation_id = "register", tag = "register", params(Asked), security(()),
    responses((status = 200, body = Listing<Open>), Usual))]
pub async fn search(State(app): State<App>, Query(asked): Query<Asked>) -> Result<Json<Listing<Open>>, AppError> {
    let most = most(asked.limit)?;
    let Asked { q, region, college, specialty, level, language, year, state, after, .. } = asked;
    let filter = Filter { q, region, college, specialty, level, language, year, state, after };
    let found = entries::find(&app, filter, most).await?;
    let today = today(&app);
    let items = found.entries.iter().map(|entry| Open::of(entry, today)).collect();
    let next = found.entries.last().filter(|_| found.more).map(|last| last.id.to_string());
    Ok(Json(Listing { items, next, total: Some(found.total) }))
}

/// An entry by its registration number, as it stands today.
#[utoipa::path(get, path = "/api/v1/register/{number}", operation_id = "register_entry", tag = "register", security(()),
    params(("number" = String, Path)), responses((status = 200, body = Open), Usual))]
pub async fn one(State(app): State<App>, Path(number): Path<String>) -> Result<Json<Open>, AppError> {
    Ok(Json(Open::of(&entries::by_number(&app.db, &number).await?, today(&app))))
}
