//! The one error type at the HTTP edge: a helpful page for people, an RFC 9457 problem for programs.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use sheber_kernel::Lang;
use sheber_messages as messages;

#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Not there, or not in the actor's scope: the two look the same from outside.
    #[error("not found")]
    NotFound,
    #[error("forbidden")]
    Forbidden,
    /// Nobody is signed in; afterwards the person comes back to this path.
    #[error("sign in first")]
    SignIn(String),
    /// The form's token is missing or old.
    #[error("csrf token")]
    Csrf,
    #[error("too many attempts")]
    TooMany,
    #[error("too large")]
    TooLarge,
    /// Too much is asked of the server at once.
    #[error("busy")]
    Busy,
    /// What was sent cannot be read; the key of a message.
    #[error("bad request: {0}")]
    Bad(&'static str),
    #[error("database: {0}")]
    Database(#[from] sea_orm::DbErr),
    #[error("session: {0}")]
    Session(#[from] tower_sessions::session::Error),
    #[error("template: {0}")]
    Template(#[from] askama::Error),
    #[error("document: {0}")]
    Document(#[from] sheber_documents::DocumentError),
    #[error("internal: {0}")]
    Internal(String),
}

/// What the outermost layer turns into a page or a problem, once it knows reader and language.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    pub status: StatusCode,
    pub key: &'static str,
}

impl AppError {
    fn shown(&self) -> Shown {
        let (status, key) = match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "error-not-found"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "error-forbidden"),
            Self::SignIn(_) => (StatusCode::UNAUTHORIZED, "error-sign-in"),
            Self::Csrf => (StatusCode::FORBIDDEN, "error-csrf"),
            Self::TooMany => (StatusCode::TOO_MANY_REQUESTS, "error-too-many"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "error-too-large"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "error-busy"),
            Self::Bad(key) => (StatusCode::BAD_REQUEST, *key),
            Self::Database(_) | Self::Session(_) | Self::Template(_) | Self::Document(_) | Self::Internal(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "error-internal")
            }
        };
        Shown { status, key }
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        if let Self::SignIn(path) = &self {
            let to = serde_urlencoded::to_string([("to", path)]).unwrap_or_default();
            return Redirect::to(&format!("/login?{to}")).into_response();
        }
        let shown = self.shown();
        if shown.status.is_server_error() {
            tracing::error!(error = %self, "a request failed");
        }
        let mut response = shown.status.into_response();
        response.extensions_mut().insert(shown);
        response
    }
}

/// A problem of RFC 9457, for programs.
pub fn problem(shown: Shown, lang: Lang) -> Response {
    let body = serde_json::json!({
        "type": format!("urn:sheber:{}", shown.key),
        "title": messages::text(lang, shown.key),
        "status": shown.status.as_u16(),
    });
    (shown.status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

pub fn wants_problem(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    accept.contains("json") && !accept.contains("text/html")
}
