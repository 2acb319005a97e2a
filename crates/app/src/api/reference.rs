//! Reference data and norms for programs.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Listing, Names, Usual, most};
use crate::platform::app::App;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::reference::store::{self, Entry};

/// An entry of reference data. Days are ISO dates; validity is open where absent.
#[derive(Serialize, ToSchema)]
pub struct ReferenceEntry {
    code: String,
    parent: Option<String>,
    name: Names,
    note: Option<String>,
    day: Option<String>,
    valid_from: Option<String>,
    valid_to: Option<String>,
}

impl From<Entry> for ReferenceEntry {
    fn from(entry: Entry) -> Self {
        let name = Names { kk: entry.name_kk, ru: entry.name_ru };
        let Entry { code, parent, note, day, valid_from, valid_to, .. } = entry;
        Self { code, parent, name, note, day, valid_from, valid_to }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// Words of the name, or of the code.
    #[serde(default)]
    q: String,
    /// Only what is valid on this day (ISO date).
    on: Option<chrono::NaiveDate>,
    /// The code after which the page begins.
    #[serde(default)]
    after: String,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

/// Reference data: specialties, qualifications, regions, professional standards, their functions and outcomes, acts, holidays.
#[utoipa::path(get, path = "/api/v1/reference/{kind}", operation_id = "reference", tag = "reference",
    params(("kind" = String, Path, description = "`specialty`, `qualification`, `region`, `standard`, `function`, `outcome`, `act` or `holiday`"), Asked),
    responses((status = 200, body = Listing<ReferenceEntry>), Usual))]
pub async fn list(
    State(app): State<App>,
    Path(kind): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Json<Listing<ReferenceEntry>>, AppError> {
    if !store::is_kind(&kind) {
        return Err(AppError::NotFound);
    }
    let most = most(asked.limit)?;
    let on = asked.on.map(|day| day.to_string()).unwrap_or_default();
    let query = store::Query { q: asked.q, on, ..store::Query::default() };
    let mut entries = store::following(&app.db, &kind, &query, &asked.after, most + 1).await?;
    let more = entries.len() > most;
    entries.truncate(most);
    let next = entries.last().filter(|_| more).map(|last| last.code.clone());
    Ok(Json(Listing { items: entries.into_iter().map(Into::into).collect(), next, total: None }))
}

/// One entry of reference data.
#[utoipa::path(get, path = "/api/v1/reference/{kind}/{code}", operation_id = "reference_entry", tag = "reference",
    params(("kind" = String, Path), ("code" = String, Path)),
    responses((status = 200, body = ReferenceEntry), Usual))]
pub async fn one(
    State(app): State<App>,
    Path((kind, code)): Path<(String, String)>,
) -> Result<Json<ReferenceEntry>, AppError> {
    let entry = store::entry(&app.db, &kind, &code).await?.ok_or(AppError::NotFound)?;
    Ok(Json(entry.into()))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Year {
    /// An academic year such as `2023-2024`; the current one where nothing is said.
    #[param(pattern = "^20[0-9]{2}-20[0-9]{2}$")]
    year: Option<String>,
}

impl Year {
    pub const fn is_said(&self) -> bool {
        self.year.is_some()
    }

    pub fn of(&self, context: &Context) -> Result<sheber_kernel::AcademicYear, AppError> {
        match &self.year {
            None => Ok(context.this_year),
            Some(text) => text.parse().map_err(|_| AppError::Bad("error-year")),
        }
    }
}

/// The norms in force in an academic year, with citation, validity and parameters, in the language of `Accept-Language`.
#[utoipa::path(get, path = "/api/v1/norms", operation_id = "norms", tag = "reference", params(Year), security(()),
    responses((status = 200, body = Vec<Object>), Usual))]
pub async fn norms(context: Context, Query(year): Query<Year>) -> Result<Response, AppError> {
    let edition = sheber_norms::Edition::of(year.of(&context)?);
    Ok(Json(sheber_exchange::catalogue(edition, context.lang)).into_response())
}
