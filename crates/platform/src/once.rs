//! Done once, however often it is asked for: a program's request that makes something carries an `Idempotency-Key`, a form the mark
//! that it was shown with; a second one gets the first one's answer. Key and deed are committed together.

use axum::http::{HeaderMap, StatusCode};
use sea_orm::{DbErr, FromQueryResult};

use crate::actor::Actor;
use crate::app::App;
use crate::change::Change;
use crate::error::AppError;
use crate::fields::Fields;
use crate::params;
use crate::{database, secret};

/// A request's key, with what it asks for.
pub struct Once {
    account: i64,
    key: Option<String>,
    request: String,
}

#[derive(FromQueryResult)]
struct Answer {
    request: String,
    body: String,
}

/// Answers are kept for a week.
const KEPT: i64 = 7 * 24 * 3_600_000;

impl Once {
    /// Of a request by somebody, for a path, with a body.
    pub fn of(account: i64, headers: &HeaderMap, path: &str, body: &[u8]) -> Result<Self, AppError> {
        let key = headers.get("idempotency-key").map(|key| key.to_str().unwrap_or_default());
        let is_key =
            |key: &str| (1..=200).contains(&key.len()) && key.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if key.is_some_and(|key| !is_key(key)) {
            return Err(AppError::Bad("error-idempotency-key"));
        }
        let body = String::from_utf8_lossy(body);
        Ok(Self { account, key: key.map(str::to_owned), request: secret::sha256(&format!("{path}\n{body}")) })
    }

    /// Of a form as it was sent. Sent again with other words (after a step back, say) it is another one.
    pub fn of_form(account: i64, path: &str, fields: &Fields) -> Self {
        let request = secret::sha256(&format!("{path}\n{}", fields.sent()));
        let key = (!fields.value("once").is_empty()).then(|| format!("form-{request}"));
        Self { account, key, request }
    }

    /// Does it, in one transaction with its key, or gives the key of the record that was made the first time. Whoever asks with the
    /// same key meanwhile waits here.
    pub async fn make(
        &self,
        app: &App,
        actor: &Actor,
        deed: impl AsyncFnOnce(&Change) -> Result<i64, AppError>,
    ) -> Result<i64, AppError> {
        let change = Change::begin(app, Some(actor)).await?;
        if let Some(id) = self.known(&change).await? {
            return Ok(id);
        }
        let id = deed(&change).await?;
        if let Some(key) = &self.key {
            let sql = "UPDATE api_answer SET status = 201, body = $3 WHERE account_id = $1 AND idempotency_key = $2";
            database::run(change.db(), sql, params![self.account, key.clone(), id.to_string()]).await?;
        }
        change.commit().await?;
        Ok(id)
    }

    async fn known(&self, change: &Change) -> Result<Option<i64>, AppError> {
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
        let known: Answer = database::one(
            db,
            "SELECT request, body FROM api_answer WHERE account_id = $1 AND idempotency_key = $2",
            params![self.account, key.clone()],
        )
        .await?
        .ok_or(AppError::NotFound)?;
        if known.request != self.request {
            return Err(AppError::Refused {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                key: "error-idempotency-other".to_owned(),
            });
        }
        known.body.parse().map(Some).map_err(|_| AppError::Internal("an answer without its key".to_owned()))
    }
}

/// Forgets answers that nobody asks for again.
pub async fn sweep(app: &App) -> Result<(), DbErr> {
    let old = app.clock.millis() - KEPT;
    database::run(&app.db, "DELETE FROM api_answer WHERE at < $1", params![old]).await.map(|_| ())
}
