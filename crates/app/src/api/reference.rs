//! Reference data and norms for programs.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sheber_kernel::AcademicYear;
use utoipa::{IntoParams, ToSchema};

use super::parameters::Query;
use super::reply::{Listing, Usual, most};
use sheber_people::reference::entry::{self, Kind};
use sheber_people::reference::store;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::names::Names;

/// An entry of reference data. Days are ISO dates; validity is open where absent.
#[derive(Serialize, ToSchema)]
pub struct ReferenceEntry {
    code: String,
    parent: Option<String>,
    name: Names,
    note: Option<String>,
    day: Option<NaiveDate>,
    valid_from: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
}

impl From<entry::ReferenceEntry> for ReferenceEntry {
    fn from(entry: entry::ReferenceEntry) -> Self {
        Self {
            name: Names::new(&entry.name_kk, &entry.name_ru),
            code: entry.code,
            parent: entry.parent,
            note: entry.note,
            day: entry.day.map(|day| day.0),
            valid_from: entry.valid_from.map(|day| day.0),
            valid_to: entry.valid_to.map(|day| day.0),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Words of the name, or of the code.
    #[serde(default)]
    q: String,
    /// Only what is valid on this day (ISO date).
    on: Option<NaiveDate>,
    /// The code after which the page begins.
    #[serde(default)]
    after: String,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

/// A kind that is none is a page that is not there.
fn kind(word: &str) -> Result<Kind, AppError> {
    word.parse().map_err(|_| AppError::NotFound)
}

/// Reference data: specialties, qualifications, regions, professional standards, their functions and outcomes, acts, holidays.
#[utoipa::path(get, path = "/api/v1/reference/{kind}", operation_id = "reference", tag = "reference",
    params(("kind" = inline(Kind), Path), ListQuery), responses((status = 200, body = Listing<ReferenceEntry>), Usual))]
pub async fn list(
    State(app): State<App>,
    Path(word): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Listing<ReferenceEntry>>, AppError> {
    let kind = kind(&word)?;
    let most = most(query.limit)?;
    let by = (query.q.as_str(), query.on.map(Into::into));
    let mut entries = store::following(&app.db, kind, by, &query.after, most + 1).await?;
    let more = entries.len() > most;
    entries.truncate(most);
    let next = entries.last().filter(|_| more).map(|last| last.code.clone());
    Ok(Json(Listing { items: entries.into_iter().map(Into::into).collect(), next, total: None }))
}

/// One entry of reference data.
#[utoipa::path(get, path = "/api/v1/reference/{kind}/{code}", operation_id = "reference_entry", tag = "reference",
    params(("kind" = inline(Kind), Path), ("code" = String, Path)),
    responses((status = 200, body = ReferenceEntry), Usual))]
pub async fn one(
    State(app): State<App>,
    Path((word, code)): Path<(String, String)>,
) -> Result<Json<ReferenceEntry>, AppError> {
    let entry = store::entry(&app.db, kind(&word)?, &code).await?.ok_or(AppError::NotFound)?;
    Ok(Json(entry.into()))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Year {
    /// An academic year such as `2023-2024`; the current one where nothing is said.
    #[param(pattern = "^20[0-9]{2}-20[0-9]{2}$")]
    #[param(value_type = Option<String>)]
    pub year: Option<AcademicYear>,
}

/// The norms in force in an academic year, with citation, validity and parameters, in the language of `Accept-Language`.
#[utoipa::path(get, path = "/api/v1/norms", operation_id = "norms", tag = "reference", params(Year), security(()),
    responses((status = 200, body = Vec<Object>), Usual))]
pub async fn norms(context: Context, Query(Year { year }): Query<Year>) -> Result<Response, AppError> {
    let edition = sheber_norms::Edition::of(year.unwrap_or(context.this_year));
    Ok(Json(sheber_exchange::catalogue(edition, context.lang)).into_response())
}
