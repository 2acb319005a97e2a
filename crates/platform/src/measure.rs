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
use super::house::House;
use super::jobs::Runs;
use crate::params;

const DURATION: &str = "sheber_http_request_duration_seconds";
const REQUESTS: &str = "sheber_http_requests_total";

const JOB_RUN: &str = "sheber_job_last_run_seconds";
const JOB_TOOK: &str = "sheber_job_duration_seconds";
const JOB_FAILED: &str = "sheber_job_failed";

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
    metrics::describe_gauge!(JOB_RUN, metrics::Unit::Seconds, "When a job last ended, in seconds since 1970");
    metrics::describe_gauge!(JOB_TOOK, metrics::Unit::Seconds, "How long its last run took");
    metrics::describe_gauge!(JOB_FAILED, "1 where its last run failed, with the kind of error");
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

/// What waits now and how the jobs went, counted when asked for.
async fn count(app: &App) -> Result<(), AppError> {
    let now = app.clock.millis();
    for gauge in House::of(app).rooms().flat_map(|room| room.gauges) {
        metrics::describe_gauge!(gauge.name, gauge.about);
        let values = if gauge.sql.contains("$1") { params![now] } else { params![] };
        metrics::gauge!(gauge.name).set(database::number(&app.db, gauge.sql, values).await? as f64);
    }
    for (job, run) in app.memory::<Runs>().all() {
        metrics::gauge!(JOB_RUN, "job" => job).set((run.at / 1000) as f64);
        metrics::gauge!(JOB_TOOK, "job" => job).set(run.milliseconds as f64 / 1000.0);
        // One line of each job: 0, or 1 with the kind of what went wrong.
        for kind in ["storage", "database", "session", "template", "document", "internal", "refused"] {
            let failed = f64::from(u8::from(run.error == Some(kind)));
            metrics::gauge!(JOB_FAILED, "job" => job, "error" => kind).set(failed);
        }
    }
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
