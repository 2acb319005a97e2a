//! Documents of applications, for programs.

use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::parameters::Query;
use super::reply::{Usual, refused};
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::{AppError, Problem};
use sheber_platform::forms::{File, open};
use sheber_programmes::register::attachments::{self, Kind};
use sheber_programmes::register::desk;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Document {
    #[param(min_length = 1, max_length = 200)]
    name: String,
    /// `other` where nothing is said.
    #[serde(default, deserialize_with = "open")]
    #[param(inline)]
    kind: Option<Kind>,
}

/// Attaches a PDF of at most 20 MiB, while the application waits for the college. The same file twice is kept once.
#[utoipa::path(post, path = "/api/v1/applications/{id}/attachments", operation_id = "attach", tag = "applications",
    params(("id" = i64, Path), Document), request_body(content = [u8], content_type = "application/octet-stream"),
    responses((status = 204, description = "Attached"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Not now, too many, too large, or no PDF."), Usual))]
pub async fn attach(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Query(document): Query<Document>,
    bytes: Bytes,
) -> Result<StatusCode, AppError> {
    if document.name.trim().is_empty() {
        return Err(AppError::Bad("error-name"));
    }
    let kind = document.kind.unwrap_or(Kind::Other);
    let file = File { name: document.name, bytes };
    match attachments::attach(&app, context.actor()?, id, kind, file).await? {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(key) => Err(refused(StatusCode::CONFLICT, key)),
    }
}

/// A document of an application.
#[utoipa::path(get, path = "/api/v1/applications/{id}/attachments/{attachment}", operation_id = "attachment",
    tag = "applications", params(("id" = i64, Path), ("attachment" = i64, Path)),
    responses((status = 200, body = [u8], content_type = "application/pdf"), Usual))]
pub async fn attachment(app: Shared<App>, context: Context, path: Path<(i64, i64)>) -> Result<Response, AppError> {
    desk::download(app, context, path).await
}
