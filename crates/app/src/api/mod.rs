//! The interface for programs: what the pages show and do, by the same functions, as JSON with tokens that people make.

mod applications;
mod hooks;
mod programmes;
mod reference;
mod register;
pub mod spec;
mod tokens;

use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use crate::platform::actor::Ability::{EditProgrammes, OpenApplication, SeeProgrammes, SeeReference, SeeRegister};
use crate::platform::context::Context;
use crate::platform::error::{AppError, Problem};
use crate::platform::grant::GrantScope;
use crate::platform::route::Access::{Can, Public, SignedIn};
use crate::platform::route::{Route, delete, get, post, put};

pub fn routes() -> Vec<Route> {
    vec![
        get("/developers", Public, spec::page),
        get("/api/v1/openapi.json", Public, spec::document),
        get("/account/tokens", SignedIn, tokens::page),
        post("/account/tokens", SignedIn, tokens::create),
        post("/account/tokens/revoke", SignedIn, tokens::revoke),
        post("/account/webhooks", Can(SeeRegister), hooks::create_by_form),
        post("/account/webhooks/remove", SignedIn, hooks::remove_by_form),
        get("/api/v1/me", SignedIn, tokens::me),
        get("/api/v1/norms", Public, reference::norms),
        get("/api/v1/reference/{kind}", Can(SeeReference), reference::list),
        get("/api/v1/reference/{kind}/{code}", Can(SeeReference), reference::one),
        post("/api/v1/check", SignedIn, programmes::check).at_most(sheber_exchange::MAX_BYTES),
        get("/api/v1/programmes", Can(SeeProgrammes), programmes::list),
        post("/api/v1/programmes", Can(EditProgrammes), programmes::create)
            .at_most(sheber_exchange::MAX_BYTES)
            .scope(GrantScope::Programmes),
        get("/api/v1/programmes/{id}", Can(SeeProgrammes), programmes::one),
        put("/api/v1/programmes/{id}", Can(EditProgrammes), programmes::change)
            .at_most(sheber_exchange::MAX_BYTES)
            .scope(GrantScope::Programmes),
        get("/api/v1/applications", Can(SeeRegister), applications::list),
        post("/api/v1/applications", Can(OpenApplication), applications::open).scope(GrantScope::Register),
        get("/api/v1/applications/{id}", Can(SeeRegister), applications::one),
        post("/api/v1/applications/{id}/steps", Can(SeeRegister), applications::step).scope(GrantScope::Register),
        post("/api/v1/applications/{id}/remarks", Can(SeeRegister), applications::remark).scope(GrantScope::Register),
        post("/api/v1/applications/{id}/remarks/{remark}", Can(SeeRegister), applications::settle)
            .scope(GrantScope::Register),
        post("/api/v1/applications/{id}/attachments", Can(OpenApplication), applications::attach)
            .files()
            .scope(GrantScope::Register),
        get("/api/v1/applications/{id}/attachments/{attachment}", Can(SeeRegister), applications::attachment),
        get("/api/v1/register", Public, register::search),
        get("/api/v1/register/{number}", Public, register::one),
        get("/api/v1/webhooks", Can(SeeRegister), hooks::list),
        post("/api/v1/webhooks", Can(SeeRegister), hooks::create).scope(GrantScope::Webhooks),
        delete("/api/v1/webhooks/{id}", Can(SeeRegister), hooks::remove).scope(GrantScope::Webhooks),
    ]
}

/// A page of a list. `next` is the value of `after` for the page that follows; absent on the last one.
#[derive(Serialize, ToSchema)]
pub struct Listing<T: ToSchema> {
    pub items: Vec<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many there are in all, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<usize>,
}

/// A name in both languages.
#[derive(Serialize, ToSchema)]
pub struct Names {
    pub kk: String,
    pub ru: String,
}

impl Names {
    pub fn new(kk: &str, ru: &str) -> Self {
        Self { kk: kk.to_owned(), ru: ru.to_owned() }
    }
}

/// An instant as RFC 3339, in UTC.
pub fn instant(millis: i64) -> String {
    chrono::DateTime::from_timestamp_millis(millis)
        .unwrap_or_default()
        .to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// So many lines a page has at most.
const MOST: usize = 200;

/// How many lines are asked for.
pub fn most(limit: Option<usize>) -> Result<usize, AppError> {
    match limit.unwrap_or(50) {
        limit if (1..=MOST).contains(&limit) => Ok(limit),
        _ => Err(AppError::Bad("error-limit")),
    }
}

/// The version that a change was made from, out of `If-Match`.
pub fn if_match(headers: &HeaderMap) -> Result<Option<&str>, AppError> {
    let Some(value) = headers.get(axum::http::header::IF_MATCH) else { return Ok(None) };
    let value = value.to_str().map_err(|_| AppError::Bad("error-if-match"))?.trim();
    Ok(Some(value.strip_prefix("W/").unwrap_or(value).trim_matches('"')))
}

fn refused(status: axum::http::StatusCode, key: impl Into<String>) -> AppError {
    AppError::Refused { status, key: key.into() }
}

/// What was made, and where it is.
pub fn created(location: &str, body: impl Serialize) -> axum::response::Response {
    use axum::response::IntoResponse;
    let place = [(axum::http::header::LOCATION, location)];
    (axum::http::StatusCode::CREATED, place, axum::Json(body)).into_response()
}

/// A problem with its parts.
fn problem(context: &Context, status: axum::http::StatusCode, key: &str) -> Problem {
    Problem::new(status, key, context.lang)
}

/// What every request may be answered with when it goes wrong.
pub struct Usual;

impl utoipa::IntoResponses for Usual {
    fn responses() -> std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::Response>> {
        use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
        let of = |about: &str| {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            RefOr::T(
                ResponseBuilder::new().description(about).content(crate::platform::error::PROBLEM, content).build(),
            )
        };
        [
            ("400", "What was sent cannot be read."),
            ("401", "The token is missing, unknown, revoked or out of date."),
            ("403", "Neither role nor token allow this."),
            ("404", "Not there, or not in scope: the two look the same."),
            ("413", "More was sent than is taken."),
            ("429", "Asked too often; `Retry-After` says when to ask again."),
            ("503", "The server cannot do this now."),
        ]
        .into_iter()
        .map(|(status, about)| (status.to_owned(), of(about)))
        .collect()
    }
}
