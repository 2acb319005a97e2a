//! Questions that many have at once, put to the database as one.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sea_orm::{DbErr, RuntimeErr};
use tokio::sync::oneshot::{self, error::TryRecvError};
use tokio::time::timeout;

use super::database;

/// So many are asked for at once; the rest have the next turn.
const MOST: usize = 1024;

/// Somebody who waits for what a key stands for.
type Waiting<K, V> = (K, oneshot::Sender<Result<Option<V>, DbErr>>);

/// Whoever has the turn asks for all who wait; an answer holds for those who came before its question was put.
pub struct Batch<K, V> {
    /// Who asks for others keeps nobody waiting longer.
    patience: Duration,
    waiting: Mutex<Vec<Waiting<K, V>>>,
    turn: tokio::sync::Mutex<()>,
}

impl<K, V> Default for Batch<K, V> {
    fn default() -> Self {
        Self { patience: database::PATIENCE, waiting: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }
}

impl<K, V> std::fmt::Debug for Batch<K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batch").finish_non_exhaustive()
    }
}

impl<K: Clone + Eq + Hash, V: Clone> Batch<K, V> {
    /// What a key stands for; `ask` finds it for several keys.
    pub async fn of<F>(&self, key: K, ask: impl Fn(Vec<K>) -> F) -> Result<Option<V>, DbErr>
    where
        F: Future<Output = Result<HashMap<K, V>, DbErr>>,
    {
        let mut answered = self.wait(key.clone());
        loop {
            let answer = tokio::select! {
                biased;
                answer = &mut answered => answer.ok(),
                _turn = self.turn.lock() => match answered.try_recv() {
                    Ok(answer) => Some(answer),
                    Err(TryRecvError::Closed) => None,
                    Err(TryRecvError::Empty) => {
                        self.put(&ask).await;
                        continue;
                    }
                },
            };
            match answer {
                Some(answer) => return answer,
                // Whoever asked for all has gone away before the answer came: the question is put again.
                None => answered = self.wait(key.clone()),
            }
        }
    }

    fn wait(&self, key: K) -> oneshot::Receiver<Result<Option<V>, DbErr>> {
        let (answer, answered) = oneshot::channel();
        self.waiting().push((key, answer));
        answered
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<Waiting<K, V>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn put<F>(&self, ask: &impl Fn(Vec<K>) -> F)
    where
        F: Future<Output = Result<HashMap<K, V>, DbErr>>,
    {
        let waiting: Vec<_> = {
            let mut all = self.waiting();
            let most = all.len().min(MOST);
            all.drain(..most).collect()
        };
        let keys: HashSet<K> = waiting.iter().map(|(key, _)| key.clone()).collect();
        let found = timeout(self.patience, ask(keys.into_iter().collect())).await;
        let found = found.unwrap_or_else(|_| Err(DbErr::Conn(RuntimeErr::Internal("no answer in time".to_owned()))));
        for (key, answer) in waiting {
            let of_key = match &found {
                Ok(found) => Ok(found.get(&key).cloned()),
                Err(error) => Err(like(error)),
            };
            // Who no longer waits needs no answer.
            let _ = answer.send(of_key);
        }
    }
}

/// An error for each who waited: what it says, and whether the database is away.
fn like(error: &DbErr) -> DbErr {
    if database::is_away(error) {
        DbErr::Conn(RuntimeErr::Internal(error.to_string()))
    } else {
        DbErr::Custom(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    use super::*;

    #[tokio::test]
    async fn many_are_asked_for_at_once_and_each_gets_their_own() {
        let (batch, questions) = (Arc::new(Batch::<u32, u32>::default()), Arc::new(AtomicUsize::new(0)));
        let one = |key: u32| {
            let (batch, questions) = (batch.clone(), questions.clone());
            tokio::spawn(async move {
                let ask = |keys: Vec<u32>| {
                    questions.fetch_add(1, SeqCst);
                    async move {
                        tokio::time::sleep(Duration::from_millis(20)).await;
                        Ok(keys.into_iter().filter(|key| *key != 7).map(|key| (key, key * 10)).collect())
                    }
                };
                batch.of(key, ask).await
            })
        };
        let asked: Vec<_> = (0..30).map(one).collect();
        for (key, answer) in (0..30).zip(asked) {
            assert_eq!(answer.await.unwrap().unwrap(), (key != 7).then_some(key * 10));
        }
        assert!(questions.load(SeqCst) <= 3, "{questions:?}");
    }

    #[tokio::test]
    async fn who_hears_nothing_is_told_so_in_time() {
        let batch = Batch::<u32, u32> { patience: Duration::from_millis(50), ..Batch::default() };
        let error = batch.of(1, |_| std::future::pending()).await.unwrap_err();
        assert!(database::is_away(&error), "{error}");
        assert_eq!(batch.of(1, |_| async { Ok(HashMap::from([(1, 2)])) }).await.unwrap(), Some(2));
    }

    #[tokio::test]
    async fn who_goes_away_takes_nobodys_answer_along() {
        let batch = Arc::new(Batch::<u32, u32>::default());
        let slow = batch.clone();
        let gone = tokio::spawn(async move {
            let ask = |_| async {
                tokio::time::sleep(Duration::from_mins(1)).await;
                Ok(HashMap::new())
            };
            slow.of(1, ask).await
        });
        tokio::task::yield_now().await;
        gone.abort();
        let answer = batch.of(2, |keys| async move { Ok(keys.into_iter().map(|key| (key, key)).collect()) }).await;
        assert_eq!(answer.unwrap(), Some(2));
    }

    #[tokio::test]
    async fn an_error_is_everybodys() {
        let batch = Batch::<u32, u32>::default();
        let away = batch.of(1, |_| async { Err(DbErr::Conn(RuntimeErr::Internal("gone".to_owned()))) }).await;
        assert!(database::is_away(&away.unwrap_err()));
        let wrong = batch.of(1, |_| async { Err(DbErr::Custom("wrong".to_owned())) }).await;
        assert!(!database::is_away(&wrong.unwrap_err()));
    }
}
