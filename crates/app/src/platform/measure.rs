//! What a watcher of the server sees: a log line and a measurement for each request, by the route's pattern, so that neither holds
//! anything of a person; and counts of what waits.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use super::app::App;
use super::context::Context;
use super::database;
use super::error::AppError;
use crate::params;

const DURATION: &str = "sheber_http_request_duration_seconds";
const REQUESTS: &str = "sheber_http_requests_total";

/// Upper bounds of the classes of durations, in seconds.
const CLASSES: [f64; 10] = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// The recorder of the process; `None` where another one was there first.
static RECORDER: LazyLock<Option<PrometheusHandle>> = LazyLock::new(|| {
    let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Full(DURATION.to_owned()), &CLASSES).ok()?;
    let handle = builder.install_recorder().ok()?;
    let kept = handle.clone();
    // Without it durations pile up while nobody asks for them.
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_mins(1)).await;
            kept.run_upkeep();
        }
    });
    metrics::describe_counter!(REQUESTS, "Requests by route, method and status");
    metrics::describe_histogram!(DURATION, metrics::Unit::Seconds, "How long requests took, by route");
    metrics::describe_gauge!("sheber_outbox_waiting", "Letters that were not sent yet");
    metrics::describe_gauge!("sheber_outbox_oldest_seconds", "How long the oldest of them waits");
    metrics::describe_gauge!("sheber_webhooks_waiting", "Messages of webhooks that were not taken yet");
    metrics::describe_gauge!("sheber_audit_records", "Records of the audit trail");
    metrics::describe_gauge!("sheber_register_open_cases", "Applications that wait for the operator or the experts");
    Some(handle)
});

/// Measures a request and writes a line of it.
pub async fn layer(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_measured = app.config.metrics_token.is_some();
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "–".to_owned(), |path| path.as_str().to_owned());
    // A method is whatever somebody sends: only those that exist are told apart.
    let method = match request.method() {
        known @ (&Method::GET
        | &Method::POST
        | &Method::PUT
        | &Method::DELETE
        | &Method::HEAD
        | &Method::OPTIONS
        | &Method::PATCH) => known.as_str().to_owned(),
        _ => "other".to_owned(),
    };
    let begun = Instant::now();
    let response = next.run(request).await;
    let took = begun.elapsed();
    let status = response.status().as_u16();
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(target: "sheber::request", method, route, status, milliseconds);
    if is_measured {
        LazyLock::force(&RECORDER);
        metrics::histogram!(DURATION, "route" => route.clone()).record(took.as_secs_f64());
        metrics::counter!(REQUESTS, "route" => route, "method" => method, "status" => status.to_string()).increment(1);
    }
    response
}

/// What waits now, counted when asked for.
async fn count(app: &App) -> Result<(), AppError> {
    let now = app.clock.millis();
    let number = async |sql: &str| database::number(&app.db, sql, params![]).await;
    let set = |name: &'static str, value: i64| metrics::gauge!(name).set(value as f64);
    set("sheber_outbox_waiting", number("SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL").await?);
    let oldest = "SELECT COALESCE(MIN(at), $1) FROM outbox WHERE sent_at IS NULL";
    let oldest = database::number(&app.db, oldest, params![now]).await?;
    set("sheber_outbox_oldest_seconds", (now - oldest).max(0) / 1000);
    set("sheber_webhooks_waiting", number("SELECT COUNT(*) FROM webhook_message WHERE done_at IS NULL").await?);
    set("sheber_audit_records", number("SELECT COALESCE(MAX(id), 0) FROM audit").await?);
    let open = "SELECT COUNT(*) FROM register_case WHERE state IN ('submitted', 'primary_check', 'expertise')";
    set("sheber_register_open_cases", number(open).await?);
    Ok(())
}

/// The measurements in the text format of Prometheus, for whoever has the token of the settings.
pub async fn page(State(app): State<App>, context: Context, request: Request) -> Result<Response, AppError> {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_right = |token: &str| {
        let given = given.strip_prefix("Bearer ").unwrap_or_default();
        // Of hashes, a comparison that stops early tells nothing.
        super::secret::sha256(given) == super::secret::sha256(token)
    };
    if !app.config.metrics_token.as_deref().is_some_and(is_right) {
        return Err(AppError::NotFound);
    }
    drop(context);
    let recorder = RECORDER.as_ref().ok_or(AppError::NotFound)?;
    count(&app).await?;
    recorder.run_upkeep();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], recorder.render()).into_response())
}
