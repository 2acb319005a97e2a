//! The one error type at the HTTP edge: a helpful page for people, an RFC 9457 problem for programs.

use std::borrow::Cow;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::database;
use super::kept::KeptForm;
use serde::Serialize;
use sheber_kernel::Lang;
use sheber_messages as messages;
use utoipa::ToSchema;

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
    /// The same, with what was typed.
    #[error("stale form")]
    Stale(Box<KeptForm>),
    #[error("too many attempts")]
    TooMany,
    /// A program asks too often; the next request after so many seconds.
    #[error("again in {0} s")]
    Later(u64),
    #[error("too large")]
    TooLarge,
    /// What was sent came too slowly, or not at all.
    #[error("too slow")]
    Slow,
    /// An attempt was refused; the next one after so many seconds.
    #[error("held back for {0} s")]
    HeldBack(u64),
    /// What is asked for cannot be done as things are; the key of a message.
    #[error("{status}: {key}")]
    Refused { status: StatusCode, key: String },
    /// Too much is asked of the server at once.
    #[error("busy")]
    Busy,
    /// What was sent cannot be read; the key of a message.
    #[error("bad request: {0}")]
    Bad(&'static str),
    /// A parameter of the address is unknown or cannot be read: the key of a message, and the parameter's name.
    #[error("{key}: {name}")]
    Parameter { key: &'static str, name: String },
    /// What is kept cannot be reached or has no room: nothing was stored.
    #[error("storage: {0}")]
    Storage(String),
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

impl AppError {
    /// Of what kind it is, without a word of what was asked: for measurements.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Storage(_) => "storage",
            Self::Database(_) => "database",
            Self::Session(_) => "session",
            Self::Template(_) => "template",
            Self::Document(_) => "document",
            Self::Internal(_) => "internal",
            _ => "refused",
        }
    }

    /// Somebody else changed it meanwhile.
    pub fn conflict() -> Self {
        Self::Refused { status: StatusCode::CONFLICT, key: "error-conflict".to_owned() }
    }
}

/// What the outermost layer turns into a page or a problem, once it knows reader and language.
#[derive(Clone, Debug)]
pub struct Failure {
    pub status: StatusCode,
    pub key: Cow<'static, str>,
    /// The part of the request that is wrong, where one is.
    pub place: Option<String>,
}

impl Failure {
    pub fn new(status: StatusCode, key: impl Into<Cow<'static, str>>) -> Self {
        Self { status, key: key.into(), place: None }
    }

    /// As programs are told.
    pub fn problem(&self, lang: Lang) -> Problem {
        let problem = Problem::new(self.status, &self.key, lang);
        let Some(place) = &self.place else { return problem };
        problem.with(vec![Fault { place: place.clone(), message: messages::text(lang, &self.key) }])
    }
}

impl AppError {
    fn shown(&self) -> Failure {
        let (status, key) = match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "error-not-found"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "error-forbidden"),
            Self::SignIn(_) => (StatusCode::UNAUTHORIZED, "error-sign-in"),
            Self::Csrf | Self::Stale(_) => (StatusCode::FORBIDDEN, "error-csrf"),
            Self::Refused { status, key } => return Failure::new(*status, key.clone()),
            Self::Parameter { key, name } => {
                return Failure { place: Some(name.clone()), ..Failure::new(StatusCode::BAD_REQUEST, *key) };
            }
            Self::Later(_) => (StatusCode::TOO_MANY_REQUESTS, "error-pace"),
            Self::TooMany | Self::HeldBack(_) => (StatusCode::TOO_MANY_REQUESTS, "error-too-many"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "error-too-large"),
            Self::Slow => (StatusCode::REQUEST_TIMEOUT, "error-slow"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "error-busy"),
            Self::Bad(key) => (StatusCode::BAD_REQUEST, *key),
            Self::Storage(_) => (StatusCode::SERVICE_UNAVAILABLE, "error-storage"),
            // Sessions lie in the database, too; of its error the store keeps the words alone.
            Self::Session(tower_sessions::session::Error::Store(_)) => {
                (StatusCode::SERVICE_UNAVAILABLE, "error-storage")
            }
            Self::Database(error) if database::is_ended(error) => (StatusCode::FORBIDDEN, "error-ended"),
            Self::Database(error) if database::is_unstorable(error) => (StatusCode::BAD_REQUEST, "error-form"),
            Self::Database(error) if database::is_away(error) => (StatusCode::SERVICE_UNAVAILABLE, "error-storage"),
            Self::Database(_) | Self::Session(_) | Self::Template(_) | Self::Document(_) | Self::Internal(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "error-internal")
            }
        };
        Failure::new(status, key)
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let shown = self.shown();
        if let Self::SignIn(path) = &self {
            let to = serde_urlencoded::to_string([("to", path)]).unwrap_or_default();
            let mut response = Redirect::to(&format!("/login?{to}")).into_response();
            // For programs it is a problem.
            response.extensions_mut().insert(shown);
            return response;
        }
        if shown.status.is_server_error() {
            tracing::error!(error = %self, "a request failed");
        }
        let mut response = shown.status.into_response();
        match self {
            Self::Later(seconds) | Self::HeldBack(seconds) => {
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            Self::Stale(kept) => {
                response.extensions_mut().insert(*kept);
            }
            _ => {}
        }
        response.extensions_mut().insert(shown);
        response
    }
}

/// What is wrong with a part of what was sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Fault {
    /// A JSON pointer, or line and column where the text is no JSON at all.
    pub place: String,
    pub message: String,
}

/// A problem (RFC 9457): what went wrong, in the language asked for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Names the kind of problem; it does not change with the language.
    #[serde(rename = "type")]
    #[schema(example = "urn:sheber:error-not-found")]
    pub kind: String,
    pub title: String,
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub errors: Vec<Fault>,
}

impl Problem {
    pub fn new(status: StatusCode, key: &str, lang: Lang) -> Self {
        Self {
            kind: format!("urn:sheber:{key}"),
            title: messages::text(lang, key),
            status: status.as_u16(),
            detail: messages::try_text(lang, &format!("{key}-advice")),
            errors: Vec::new(),
        }
    }

    pub fn with(mut self, errors: Vec<Fault>) -> Self {
        self.errors = errors;
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).unwrap_or_default();
        (status, [(header::CONTENT_TYPE, PROBLEM)], body).into_response()
    }
}

pub const PROBLEM: &str = "application/problem+json";

pub fn wants_problem(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    accept.contains("json") && !accept.contains("text/html")
}
