//! Whether the server is well, for whoever watches it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sheber_platform::app::App;
use sheber_platform::{files, keys, setting};

/// The process answers.
pub async fn alive() -> &'static str {
    "ok"
}

/// What was found last is said again for so long, in milliseconds: whoever asks often makes the server write no more.
const FRESH: i64 = 5_000;
/// Longer than this nothing takes that is well.
const PATIENCE: Duration = Duration::from_secs(4);

#[derive(Default)]
struct LastLook(Mutex<Option<(i64, bool)>>);

/// The server can do its work: the database takes something and keeps it, the folder of files does, and it can sign. What is wrong
/// stands in the log, not in the answer.
pub async fn ready(State(app): State<App>) -> Response {
    let (found, now) = (app.memory::<LastLook>(), app.clock.millis());
    let known = *found.0.lock().unwrap_or_else(PoisonError::into_inner);
    let is_ready = match known {
        Some((at, is_ready)) if now - at < FRESH => is_ready,
        _ => {
            let is_ready = look(&app).await;
            *found.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, is_ready));
            is_ready
        }
    };
    if is_ready { "ok".into_response() } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready").into_response() }
}

async fn look(app: &App) -> bool {
    let now = app.clock.millis().to_string();
    let written = tokio::time::timeout(PATIENCE, setting::put(&app.db, "ready", Some(&now))).await;
    let database = match written {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::error!(%error, "not ready: the database");
            false
        }
        Err(_) => {
            tracing::error!("not ready: the database does not answer");
            false
        }
    };
    let kept = files::probe(app).await;
    if let Err(error) = &kept {
        tracing::error!(%error, "not ready: the folder of files");
    }
    let keys = keys::with(app, |_| ());
    if let Err(error) = &keys {
        tracing::error!(%error, "not ready: the signing keys");
    }
    database && kept.is_ok() && keys.is_ok()
}
