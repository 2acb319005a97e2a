//! What goes out to others, letters and messages to programs: written in the transaction of the change, sent afterwards, tried
//! again with growing pauses, given up in the end.
//!
//! A queue is a table with `id, at, attempts, next_at, done_at, answer, body`; who carries its parcels states the rest.

use std::sync::Arc;

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{DbErr, FromQueryResult};
use tokio::task::JoinSet;

use super::app::App;
use super::database;
use crate::params;

/// Pause before the next attempt, in milliseconds: 30 s, 1 min, 2 min … at most 6 hours.
pub fn pause(attempts: i64) -> i64 {
    let doublings = u32::try_from(attempts.clamp(0, 10)).unwrap_or(10);
    (30_000 << doublings).min(6 * 3_600_000)
}

/// A queue of parcels.
#[derive(Clone, Copy, Debug)]
pub struct Queue {
    pub table: &'static str,
    /// What a parcel's carrier needs to know of it, of the table `m` with the joins.
    pub columns: &'static str,
    pub joins: &'static str,
    /// The column of whoever it goes to, where what goes to one goes in order, one at a time: who does not answer holds up nobody
    /// but themselves.
    pub lane: Option<&'static str>,
    /// How long a parcel is tried, in milliseconds.
    pub expiry: i64,
    /// So many are sent at once.
    pub at_once: usize,
    /// What it says is forgotten once it has gone, or was given up.
    pub forgets: bool,
}

/// Who carries the parcels of a queue.
#[async_trait]
pub trait Carrier: Send + Sync + 'static {
    type Parcel: FromQueryResult + Send + Sync + 'static;

    const QUEUE: Queue;

    /// Takes a parcel there; gives what was answered, or why there was no answer that counts.
    async fn carry(&self, app: &App, parcel: &Self::Parcel) -> Result<String, String>;

    /// Gives up, before others are claimed, what nobody is there for any more.
    async fn give_up(&self, _: &sea_orm::DatabaseTransaction) -> Result<(), DbErr> {
        Ok(())
    }
}

/// A parcel as the queue knows it.
#[derive(FromQueryResult)]
struct QueuedParcel<P: FromQueryResult> {
    parcel_id: i64,
    parcel_attempts: i64,
    parcel_lane: Option<i64>,
    #[sea_orm(nested)]
    parcel: P,
}

impl Queue {
    const fn body(&self) -> &'static str {
        if self.forgets { ", body = ''" } else { "" }
    }

    /// Whether anything is due: looked at without the lock of a writer first.
    async fn has_due(&self, app: &App) -> Result<bool, DbErr> {
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM {} WHERE done_at IS NULL AND next_at <= $1 LIMIT 1) AS due",
            self.table
        );
        Ok(database::number(&app.db, &sql, params![app.clock.millis()]).await? > 0)
    }

    /// Claims what is due before it is sent: a crash in between delays a parcel, it does not double it.
    async fn claim<C: Carrier>(&self, app: &App, carrier: &C) -> Result<Vec<QueuedParcel<C::Parcel>>, DbErr> {
        let Self { table, columns, joins, at_once, .. } = self;
        let _turn = app.turn_to_write().await;
        let txn = database::begin(&app.db).await?;
        let now = app.clock.millis();
        let old = format!(
            "UPDATE {table} SET done_at = 0, answer = 'expired'{} WHERE done_at IS NULL AND at < $1",
            self.body()
        );
        database::run(&txn, &old, params![now - self.expiry]).await?;
        carrier.give_up(&txn).await?;
        let lock = if database::is_sqlite(&txn) { "" } else { " FOR UPDATE OF m SKIP LOCKED" };
        let lane = self.lane.map_or("CAST(NULL AS BIGINT)".to_owned(), |lane| format!("m.{lane}"));
        let in_order = self.lane.map_or(String::new(), |lane| {
            format!(
                " AND NOT EXISTS (SELECT 1 FROM {table} e WHERE e.{lane} = m.{lane} AND e.done_at IS NULL AND e.id < m.id)"
            )
        });
        let sql = format!(
            "SELECT m.id AS parcel_id, m.attempts AS parcel_attempts, {lane} AS parcel_lane, {columns} FROM {table} m {joins}
             WHERE m.done_at IS NULL AND m.next_at <= $1{in_order} ORDER BY m.next_at, m.id LIMIT {at_once}{lock}"
        );
        let due: Vec<QueuedParcel<C::Parcel>> = database::all(&txn, &sql, params![now]).await?;
        for one in &due {
            let next = now + pause(one.parcel_attempts);
            let attempt = format!("UPDATE {table} SET attempts = attempts + 1, next_at = $2 WHERE id = $1");
            database::run(&txn, &attempt, params![one.parcel_id, next]).await?;
            if let (Some(lane), Some(key)) = (self.lane, one.parcel_lane) {
                // Those behind it wait as long; they are free at once when it was taken.
                let behind = format!(
                    "UPDATE {table} SET next_at = $3 WHERE {lane} = $1 AND id > $2 AND done_at IS NULL AND next_at < $3"
                );
                database::run(&txn, &behind, params![key, one.parcel_id, next]).await?;
            }
        }
        txn.commit().await?;
        Ok(due)
    }

    /// Notes how it went: a parcel that was taken is done, and what waits behind it is free.
    async fn note(
        &self,
        app: &App,
        (id, lane): (i64, Option<i64>),
        answer: Result<String, String>,
    ) -> Result<(), DbErr> {
        let table = self.table;
        let done = answer.is_ok().then(|| app.clock.millis());
        let body = if done.is_some() { self.body() } else { "" };
        let answer = answer.unwrap_or_else(|why| why);
        let sql = format!("UPDATE {table} SET done_at = COALESCE(done_at, $2), answer = $3{body} WHERE id = $1");
        database::run(&app.db, &sql, params![id, done, answer]).await?;
        if let (Some(column), Some(key), Some(_)) = (self.lane, lane, done) {
            let free = format!("UPDATE {table} SET next_at = at WHERE {column} = $1 AND id > $2 AND done_at IS NULL");
            database::run(&app.db, &free, params![key, id]).await?;
        }
        Ok(())
    }
}

/// Sends what is due now; how much that was.
async fn round<C: Carrier>(app: &App, carrier: &Arc<C>) -> Result<usize, DbErr> {
    if !C::QUEUE.has_due(app).await? {
        return Ok(0);
    }
    let due = C::QUEUE.claim(app, carrier.as_ref()).await?;
    let sent = due.len();
    let mut under_way = JoinSet::new();
    for one in due {
        let (app, carrier) = (app.clone(), carrier.clone());
        under_way.spawn(async move {
            let answer = carrier.carry(&app, &one.parcel).await;
            if let Err(error) = C::QUEUE.note(&app, (one.parcel_id, one.parcel_lane), answer).await {
                tracing::warn!(queue = C::QUEUE.table, parcel = one.parcel_id, %error, "sent, but not marked so");
            }
        });
    }
    while under_way.join_next().await.is_some() {}
    Ok(sent)
}

/// Sends until nothing is due.
pub async fn deliver<C: Carrier>(app: &App, carrier: &Arc<C>) -> Result<(), DbErr> {
    while round(app, carrier).await? > 0 {}
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::pause;

    #[test]
    fn pauses_grow_to_a_bound() {
        assert_eq!(pause(0), 30_000);
        assert_eq!(pause(1), 60_000);
        assert_eq!(pause(50), 6 * 3_600_000);
    }
}
