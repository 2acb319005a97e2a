//! What questions and answers of programs have in common: lists, instants, versions, what was made, what went wrong.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sheber_exchange::signs;
use sheber_platform::context::Context;
use sheber_platform::error::{AppError, PROBLEM, Problem};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{IntoParams, ToSchema};

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

/// What was made.
#[derive(Serialize, ToSchema)]
pub struct RecordKey {
    pub id: i64,
}

/// What was made, and where it is.
pub fn created(location: &str, body: impl Serialize) -> Response {
    (StatusCode::CREATED, [(header::LOCATION, location)], Json(body)).into_response()
}

/// An instant as RFC 3339, in UTC.
pub fn instant(millis: i64) -> String {
    chrono::DateTime::from_timestamp_millis(millis)
        .unwrap_or_default()
        .to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// So many lines a page has at most.
const MOST: usize = 200;

/// How many lines a page of a list may have.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Limit {
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<usize>,
}

/// How many lines are asked for.
pub fn most(limit: Option<usize>) -> Result<usize, AppError> {
    match limit.unwrap_or(50) {
        limit if (1..=MOST).contains(&limit) => Ok(limit),
        _ => Err(AppError::Bad("error-limit")),
    }
}

/// The version that a change was made from, out of `If-Match`.
pub fn if_match(headers: &HeaderMap) -> Result<Option<&str>, AppError> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let value = value.to_str().map_err(|_| AppError::Bad("error-if-match"))?.trim();
    Ok(Some(value.strip_prefix("W/").unwrap_or(value).trim_matches('"')))
}

/// Reads a body of JSON that is also needed as it came.
pub fn parsed<T: DeserializeOwned>(headers: &HeaderMap, bytes: &Bytes) -> Result<T, AppError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/json") {
        return Err(refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "error-media"));
    }
    // The letter NUL is no text of people, and not every database keeps it.
    if String::from_utf8_lossy(bytes).contains("\\u0000") {
        return Err(AppError::Bad("error-json"));
    }
    let mut sent: serde_json::Value = serde_json::from_slice(bytes).map_err(|_| AppError::Bad("error-json"))?;
    signs::clean(&mut sent);
    serde_json::from_value(sent).map_err(|_| AppError::Bad("error-json"))
}

pub fn refused(status: StatusCode, key: impl Into<String>) -> AppError {
    AppError::Refused { status, key: key.into() }
}

/// A problem with its parts.
pub fn problem(context: &Context, status: StatusCode, key: &str) -> Problem {
    Problem::new(status, key, context.lang)
}

/// What every request may be answered with when it goes wrong.
pub struct Usual;

impl utoipa::IntoResponses for Usual {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let of = |about: &str| {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            RefOr::T(ResponseBuilder::new().description(about).content(PROBLEM, content).build())
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
