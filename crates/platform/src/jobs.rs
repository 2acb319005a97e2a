//! The driver of what time alone does: each job of the house by its own rhythm, with its last run and what went wrong for whoever
//! watches.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use tokio::task::JoinSet;

use super::app::App;
use super::house::{House, Job};

/// How a job went the last time.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// The instant at which it ended.
    pub at: i64,
    pub milliseconds: u64,
    /// Of what kind the error was, where it failed.
    pub error: Option<&'static str>,
}

/// The last run of each job, by its name.
#[derive(Default)]
pub struct Runs(Mutex<BTreeMap<&'static str, Run>>);

impl Runs {
    pub fn all(&self) -> BTreeMap<&'static str, Run> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Runs a job once, and notes how it went.
pub async fn once(app: &App, job: &dyn Job) {
    let started = Instant::now();
    let done = job.run(app).await;
    if let Err(error) = &done {
        tracing::warn!(job = job.name(), %error, "a job failed; it is run again in its time");
    }
    let run = Run {
        at: app.clock.millis(),
        milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        error: done.err().map(|error| error.kind()),
    };
    app.memory::<Runs>().0.lock().unwrap_or_else(PoisonError::into_inner).insert(job.name(), run);
}

/// Runs every job of the house until the set is dropped.
pub fn start(app: &App) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    for job in House::of(app).jobs() {
        let app = app.clone();
        jobs.spawn(async move {
            tokio::time::sleep(job.first()).await;
            loop {
                once(&app, job).await;
                tokio::time::sleep(job.every()).await;
            }
        });
    }
    jobs
}
