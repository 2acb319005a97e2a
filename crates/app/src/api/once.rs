//! Done once, however often it is asked for: a request that makes something carries an `Idempotency-Key`, and a second one with the
//! same key gets the first one's answer. Key and deed are committed together.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sea_orm::{DbErr, FromQueryResult};
use serde::Serialize;

use super::refused;
use crate::params;
use crate::platform::app::App;
use crate::platform::audit::Change;
use crate::platform::error::AppError;
use crate::platform::{database, secret};

/// A request's key, with what it asks for.
pub struct Once {
    account: i64,
    key: Option<String>,
    request: String,
}

/// What was made: where it is, and what is said of it.
pub struct Made<T> {
    pub location: String,
    pub body: T,
}

#[derive(FromQueryResult)]
struct Known {
    request: String,
    location: String,
    body: String,
}

/// Answers are kept for a week.
const KEPT: i64 = 7 * 24 * 3_600_000;

impl Once {
    /// Of a request by somebody, for a path, with a body.
    pub fn of(account: i64, headers: &HeaderMap, path: &str, body: &[u8]) -> Result<Self, AppError> {
        let key = headers.get("idempotency-key").map(|key| key.to_str().unwrap_or_default());
        if key.is_some_and(|key| key.is_empty() || key.len() > 200) {
            return Err(AppError::Bad("error-idempotency-key"));
        }
        let body = String::from_utf8_lossy(body);
        Ok(Self { account, key: key.map(str::to_owned), request: secret::sha256(&format!("{path}\n{body}")) })
    }

    /// The answer that was given before, if this is not the first time. Whoever asks with the same key meanwhile waits here.
    pub async fn known(&self, change: &Change) -> Result<Option<Response>, AppError> {
        Ok(self.answered(change).await?.map(|(location, body)| created(&location, body)))
    }

    /// The same as it was kept: where, and what was said.
    pub async fn answered(&self, change: &Change) -> Result<Option<(String, String)>, AppError> {
        let Some(key) = &self.key else { return Ok(None) };
        let db = change.db();
        let new = database::run(
            db,
            "INSERT INTO api_answer (account_id, idempotency_key, request, status, location, body, at)
             VALUES ($1, $2, $3, 0, '', '', $4) ON CONFLICT (account_id, idempotency_key) DO NOTHING",
            params![self.account, key.clone(), self.request.clone(), change.at()],
        )
        .await?;
        if new > 0 {
            return Ok(None);
        }
        let known: Known = database::one(
            db,
            "SELECT request, location, body FROM api_answer WHERE account_id = $1 AND idempotency_key = $2",
            params![self.account, key.clone()],
        )
        .await?
        .ok_or(AppError::NotFound)?;
        if known.request != self.request {
            return Err(refused(StatusCode::UNPROCESSABLE_ENTITY, "error-idempotency-other"));
        }
        Ok(Some((known.location, known.body)))
    }

    /// Keeps the answer with the deed, and gives it.
    pub async fn answer<T: Serialize>(&self, change: &Change, made: Made<T>) -> Result<Response, AppError> {
        let body = serde_json::to_string(&made.body).map_err(|error| AppError::Internal(error.to_string()))?;
        if let Some(key) = &self.key {
            database::run(
                change.db(),
                "UPDATE api_answer SET status = 201, location = $3, body = $4
                 WHERE account_id = $1 AND idempotency_key = $2",
                params![self.account, key.clone(), made.location.clone(), body.clone()],
            )
            .await?;
        }
        Ok(created(&made.location, body))
    }
}

pub fn created(location: &str, body: String) -> Response {
    let mut response = (StatusCode::CREATED, [(header::CONTENT_TYPE, "application/json")], body).into_response();
    if let Ok(value) = HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}

/// Forgets answers that nobody asks for again.
pub async fn sweep(app: &App) -> Result<(), DbErr> {
    let old = app.clock.millis() - KEPT;
    database::run(&app.db, "DELETE FROM api_answer WHERE at < $1", params![old]).await.map(|_| ())
}
