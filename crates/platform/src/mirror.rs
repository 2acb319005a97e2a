//! What is asked of often and by many, kept in memory and followed along the audit trail.
//!
//! Every change of a record stands in the trail in the order of the commits, so the key of the trail's last record says whether
//! a mirror is what the database holds, whichever process wrote it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock};

use sea_orm::{DatabaseConnection, DbErr, FromQueryResult};

use super::app::App;
use super::batch::Batch;
use super::database;
use super::entry::Entity;
use crate::params;

/// A picture of all records of a kind.
pub trait Picture: Default + Send + Sync + 'static {
    /// The kind of record, as the trail names it.
    const ENTITY: Entity;

    /// The picture of everything.
    fn read(&self, db: &DatabaseConnection) -> impl Future<Output = Result<Self, DbErr>> + Send;

    /// The same picture with some records read anew.
    fn renewed(&self, db: &DatabaseConnection, keys: &[i64]) -> impl Future<Output = Result<Self, DbErr>> + Send;
}

struct State<P> {
    /// The last record of the trail that the picture has taken in and one more; 0 before the first reading. It moves on by
    /// itself where records tell of other things.
    upto: AtomicI64,
    picture: Arc<P>,
}

tokio::task_local! {
    /// The trail's last record when a request began that only reads.
    pub(super) static HEAD: i64;
}

/// The key of the trail's last record, by which records read earlier are known to be still what the database holds.
pub async fn head(app: &App) -> Result<i64, DbErr> {
    if let Ok(head) = HEAD.try_get() {
        return Ok(head);
    }
    let ask = |_| async { Ok(HashMap::from([((), last(&app.db).await?)])) };
    Ok(app.memory::<Batch<(), i64>>().of((), ask).await?.unwrap_or_default())
}

/// The newest picture, and the turn of whoever makes the next.
pub struct Mirror<P> {
    seen: RwLock<Arc<State<P>>>,
    turn: tokio::sync::Mutex<()>,
}

impl<P: Picture> Default for Mirror<P> {
    fn default() -> Self {
        let nothing = State { upto: AtomicI64::new(0), picture: Arc::new(P::default()) };
        Self { seen: RwLock::new(Arc::new(nothing)), turn: tokio::sync::Mutex::default() }
    }
}

/// So many records changed at once are better read all anew.
const MANY: usize = 500;

impl<P: Picture> Mirror<P> {
    /// The picture as the database is now.
    pub async fn current(&self, app: &App) -> Result<Arc<P>, DbErr> {
        let last = head(app).await?;
        let is_current = |seen: &State<P>| seen.upto.load(Relaxed) > last;
        let seen = self.seen();
        if is_current(&seen) {
            return Ok(seen.picture.clone());
        }
        let _turn = self.turn.lock().await;
        let seen = self.seen();
        if is_current(&seen) {
            return Ok(seen.picture.clone());
        }
        let renewed = renewed(&app.db, &seen).await?;
        *self.seen.write().unwrap_or_else(PoisonError::into_inner) = renewed.clone();
        Ok(renewed.picture.clone())
    }

    fn seen(&self) -> Arc<State<P>> {
        self.seen.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn last(db: &DatabaseConnection) -> Result<i64, DbErr> {
    database::number(db, "SELECT COALESCE(MAX(id), 0) FROM audit", params![]).await
}

async fn renewed<P: Picture>(db: &DatabaseConnection, old: &Arc<State<P>>) -> Result<Arc<State<P>>, DbErr> {
    #[derive(FromQueryResult)]
    struct ChangedKey {
        entity_id: i64,
    }
    // Read before the records: what comes between is met again the next time.
    let last = last(db).await?;
    let of = |picture| Arc::new(State { upto: AtomicI64::new(last + 1), picture: Arc::new(picture) });
    let seen = old.upto.load(Relaxed) - 1;
    if seen < 0 {
        return Ok(of(old.picture.read(db).await?));
    }
    let changed: Vec<ChangedKey> = database::all(
        db,
        "SELECT DISTINCT entity_id FROM audit WHERE id > $1 AND id <= $2 AND entity = $3",
        params![seen, last, P::ENTITY.0],
    )
    .await?;
    if changed.is_empty() {
        old.upto.store(last + 1, Relaxed);
        return Ok(old.clone());
    }
    // A record of many changed at once carries the key 0.
    if changed.len() > MANY || changed.iter().any(|one| one.entity_id == 0) {
        return Ok(of(old.picture.read(db).await?));
    }
    let keys: Vec<i64> = changed.iter().map(|one| one.entity_id).collect();
    Ok(of(old.picture.renewed(db, &keys).await?))
}
