//! The open register for programs: no token needed.

use axum::Json;
use axum::extract::{Path, State};

use super::parameters::Query;
use super::reply::{Limit, Listing, Usual, most};
use sheber_platform::app::App;
use sheber_platform::error::AppError;
use sheber_programmes::register::catalogue::{self, Filter};
use sheber_programmes::register::entries;
use sheber_programmes::register::public::{Open, today};

/// Programmes in the register, ended ones included, the newest first.
#[utoipa::path(get, path = "/api/v1/register", operation_id = "register", tag = "register", params(Filter, Limit),
    security(()), responses((status = 200, body = Listing<Open>), Usual))]
pub async fn search(
    State(app): State<App>,
    Query(filter): Query<Filter>,
    Query(limit): Query<Limit>,
) -> Result<Json<Listing<Open>>, AppError> {
    let most = most(limit.limit)?;
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
