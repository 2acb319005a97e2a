//! What was read for somebody's page, kept until the trail goes on or the day ends.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::NaiveDate;
use quick_cache::sync;

use super::app::App;
use super::clock;
use super::error::AppError;
use super::mirror;

/// Answers of one state of the records and one day.
struct State<T> {
    head: i64,
    day: NaiveDate,
    answers: sync::Cache<String, Arc<T>>,
}

impl<T> State<T> {
    fn at(head: i64, day: NaiveDate) -> Self {
        Self { head, day, answers: sync::Cache::new(ANSWERS) }
    }
}

/// So many are kept of a kind.
const ANSWERS: usize = 500;

/// Answers to questions whose words say all that they depend on, but for the records and the day.
pub struct Cache<T>(RwLock<Arc<State<T>>>);

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self(RwLock::new(Arc::new(State::at(0, NaiveDate::MIN))))
    }
}

impl<T: Send + Sync + 'static> Cache<T> {
    /// The answer as it was read before, or read now.
    pub async fn of<F>(app: &App, question: &str, read: impl FnOnce() -> F) -> Result<Arc<T>, AppError>
    where
        F: Future<Output = Result<T, AppError>>,
    {
        let head = mirror::head(app).await?;
        let state = app.memory::<Self>().at(head, clock::day(app.clock.millis()));
        state.answers.get_or_insert_async(question, async { Box::pin(read()).await.map(Arc::new) }).await
    }

    /// The answers that hold at a record of the trail and on a day.
    fn at(&self, head: i64, day: NaiveDate) -> Arc<State<T>> {
        let seen = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        if seen.head == head && seen.day == day {
            return seen;
        }
        let mut state = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if state.head < head || state.day != day {
            *state = Arc::new(State::at(head, day));
        }
        if state.head == head { state.clone() } else { Arc::new(State::at(head, day)) }
    }
}
