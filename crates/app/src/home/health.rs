//! Whether the server is well, for whoever watches it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sheber_platform::app::App;
use sheber_platform::{database, keys, params};

/// The process answers.
pub async fn alive() -> &'static str {
    "ok"
}

/// The server can do its work: the database answers, and it can sign. What is wrong stands in the log, not in the answer.
pub async fn ready(State(app): State<App>) -> Response {
    let database = database::number(&app.db, "SELECT CAST(1 AS BIGINT)", params![]).await;
    let keys = keys::with(&app, |_| ());
    if let Err(error) = &database {
        tracing::error!(%error, "not ready: the database");
    }
    if let Err(error) = &keys {
        tracing::error!(%error, "not ready: the signing keys");
    }
    if database.is_ok() && keys.is_ok() {
        "ok".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready").into_response()
    }
}
