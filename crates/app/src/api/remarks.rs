//! Remarks of the experts and the operator, for programs.

use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::reply::{Usual, refused};
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::{AppError, Problem};
use sheber_programmes::register::remarks::{self, Reply};

/// A remark on a place of the programme.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRemark {
    /// Empty for the whole programme, `passport`, or codes of module and unit as `БМ 01 · НБ 1.1`.
    #[serde(default)]
    #[schema(max_length = 200)]
    place: String,
    #[schema(min_length = 1, max_length = 5000)]
    text: String,
}

/// Writes a remark; it goes to the college with the next return. The same one twice is written once.
#[utoipa::path(post, path = "/api/v1/applications/{id}/remarks", operation_id = "remark", tag = "applications",
    params(("id" = i64, Path)), request_body = NewRemark,
    responses((status = 204, description = "Written"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"), Usual))]
pub async fn remark(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Json(new): Json<NewRemark>,
) -> Result<StatusCode, AppError> {
    match remarks::add(&app, context.actor()?, id, &new.place, &new.text).await? {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(key) => Err(refused(StatusCode::CONFLICT, key)),
    }
}

/// `accept` or `reject` an answer, or `remove` the remark before it is sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemarkReply {
    #[schema(inline)]
    what: Reply,
}

/// The author's word on a remark.
#[utoipa::path(post, path = "/api/v1/applications/{id}/remarks/{remark}", operation_id = "settle", tag = "applications",
    params(("id" = i64, Path), ("remark" = i64, Path)), request_body = RemarkReply,
    responses((status = 204, description = "Done"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"), Usual))]
pub async fn settle(
    Shared(app): Shared<App>,
    context: Context,
    Path((id, remark)): Path<(i64, i64)>,
    Json(reply): Json<RemarkReply>,
) -> Result<StatusCode, AppError> {
    match remarks::decide(&app, context.actor()?, id, remark, reply.what).await? {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(key) => Err(refused(StatusCode::CONFLICT, key)),
    }
}
