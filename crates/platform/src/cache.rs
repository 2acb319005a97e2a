//! Answers kept in memory: for as long as whoever keeps them holds, or until the trail goes on or the day ends.

use std::convert::Infallible;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::NaiveDate;
use quick_cache::sync;

use super::app::App;
use super::clock;
use super::error::AppError;
use super::mirror;

/// Answers to questions in words; of the least used one is forgotten.
pub struct Answers<T>(sync::Cache<String, Arc<T>>);

/// A longer question is nobody's habit, and not worth the memory.
const LONG: usize = 400;

/// For whoever keeps them beside a picture of all records.
impl<T> Default for Answers<T> {
    fn default() -> Self {
        Self::new(2_000)
    }
}

impl<T> Answers<T> {
    pub fn new(most: usize) -> Self {
        Self(sync::Cache::new(most))
    }

    /// The known answer, or the one found now.
    pub fn of(&self, question: &str, find: impl FnOnce() -> T) -> Arc<T> {
        if question.len() > LONG {
            return Arc::new(find());
        }
        let Ok(answer) = self.0.get_or_insert_with(question, || Ok::<_, Infallible>(Arc::new(find())));
        answer
    }

    /// The known answer, or the one read now: by one for all who ask meanwhile.
    async fn read<F>(&self, question: &str, read: impl FnOnce() -> F) -> Result<Arc<T>, AppError>
    where
        F: Future<Output = Result<T, AppError>>,
    {
        // On the heap: what reads a page is large.
        let read = async { Box::pin(read()).await.map(Arc::new) };
        if question.len() > LONG { read.await } else { self.0.get_or_insert_async(question, read).await }
    }
}

/// Answers of one state of the records and one day.
struct State<T> {
    head: i64,
    day: NaiveDate,
    answers: Answers<T>,
}

impl<T> State<T> {
    fn at(head: i64, day: NaiveDate, most: usize) -> Self {
        Self { head, day, answers: Answers::new(most) }
    }
}

/// So many are kept of a kind.
const MOST: usize = 500;

/// Answers of a type to questions whose words say all that they depend on, but for the records and the day. A type has its answers
/// for itself: what two places keep is of two types, or of questions that differ.
pub struct Cache<T>(RwLock<Arc<State<T>>>);

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self(RwLock::new(Arc::new(State::at(0, NaiveDate::MIN, 0))))
    }
}

impl<T: Send + Sync + 'static> Cache<T> {
    /// The answer as it was read before, or read now.
    pub async fn of<F>(app: &App, question: &str, read: impl FnOnce() -> F) -> Result<Arc<T>, AppError>
    where
        F: Future<Output = Result<T, AppError>>,
    {
        Self::at_most(MOST, app, question, read).await
    }

    /// The same, of answers that are too large to keep many.
    pub async fn at_most<F>(
        most: usize,
        app: &App,
        question: &str,
        read: impl FnOnce() -> F,
    ) -> Result<Arc<T>, AppError>
    where
        F: Future<Output = Result<T, AppError>>,
    {
        let head = mirror::head(app).await?;
        match app.memory::<Self>().at(head, clock::day(app.clock.millis()), most) {
            Some(state) => state.answers.read(question, read).await,
            None => Box::pin(read()).await.map(Arc::new),
        }
    }

    /// The answers that hold at a record of the trail and on a day; none for whoever began before somebody else's change.
    fn at(&self, head: i64, day: NaiveDate, most: usize) -> Option<Arc<State<T>>> {
        let seen = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        if seen.head == head && seen.day == day {
            return Some(seen);
        }
        let mut state = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if state.head < head || state.day != day {
            *state = Arc::new(State::at(head, day, most));
        }
        (state.head == head).then(|| state.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_question_is_worked_out_once_unless_it_is_long() {
        let (answers, worked) = (Answers::new(10), Cell::new(0));
        let find = || {
            worked.set(worked.get() + 1);
            worked.get()
        };
        assert_eq!((*answers.of("one", find), *answers.of("one", find), *answers.of("other", find)), (1, 1, 2));
        let long = "q".repeat(LONG + 1);
        assert_eq!((*answers.of(&long, find), *answers.of(&long, find)), (3, 4));
    }

    #[test]
    fn answers_hold_for_one_record_of_the_trail_and_one_day() {
        let cache = Cache::<u32>::default();
        let day: NaiveDate = "2026-11-29".parse().unwrap();
        let ask = |head, day| *cache.at(head, day, 10).unwrap().answers.of("q", || head.try_into().unwrap());
        assert_eq!((ask(5, day), ask(6, day)), (5, 6));
        assert!(cache.at(5, day, 10).is_none(), "who began earlier has answers of their own");
        let same = cache.at(6, day, 10).unwrap();
        assert!(Arc::ptr_eq(&same, &cache.at(6, day, 10).unwrap()));
        assert!(!Arc::ptr_eq(&same, &cache.at(6, day.succ_opt().unwrap(), 10).unwrap()), "the day is another one");
    }
}
