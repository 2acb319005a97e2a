//! Sessions in the database.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, FromQueryResult, QueryResult};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{SessionStore, session_store};

use super::actor::{Actor, COLUMNS};
use super::app::App;
use super::batch::Batch;
use super::change::Change;
use super::clock::Clock;
use super::columns::Json;
use super::error::AppError;
use super::{database, secret};
use crate::params;

/// Keys of a session's data.
pub const ACCOUNT: &str = "account";
pub const CSRF: &str = "csrf";
pub const ADDRESS: &str = "address";
pub const AGENT: &str = "agent";
/// The account that gave its password and still owes the second factor.
pub const PENDING: &str = "pending";

/// When the session was last prolonged, in milliseconds.
pub const SEEN: &str = "seen";

#[derive(Clone, Debug)]
pub struct Store {
    db: DatabaseConnection,
    clock: Arc<Clock>,
    rows: Arc<Batch<String, Row>>,
}

impl Store {
    pub fn of(app: &App) -> Self {
        Self { db: app.db.clone(), clock: Arc::clone(&app.clock), rows: Arc::default() }
    }

    /// The sessions of these stored ids, each with whoever acts by it.
    async fn rows(&self, mut ids: Vec<String>) -> std::result::Result<HashMap<String, Row>, DbErr> {
        // Few lengths of the list, so that the database knows each question.
        ids.resize(ids.len().next_power_of_two(), ids.first().cloned().unwrap_or_default());
        let marks: Vec<String> = (1..=ids.len()).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT s.id AS session_id, s.data, s.expires_at, {COLUMNS}, o.id AS seat,
                (SELECT COALESCE(MAX(id), 0) FROM audit) AS head
             FROM session s LEFT JOIN account a ON a.id = s.account_id AND a.active
             LEFT JOIN organisation o ON o.id = a.organisation_id AND o.active WHERE s.id IN ({})",
            marks.join(", ")
        );
        let ids = ids.into_iter().map(Into::into).collect();
        let rows: Vec<Row> = database::all(&self.db, &sql, ids).await?;
        Ok(rows.into_iter().map(|row| (row.session_id.clone(), row)).collect())
    }
}

fn backend(error: impl std::fmt::Display) -> Error {
    Error::Backend(error.to_string())
}

/// Only the hash of a session's id is stored: who reads the table cannot take a session over.
pub fn stored_id(id: &Id) -> String {
    secret::sha256(&id.to_string())
}

/// A session, with whoever acts by it and the trail's last record.
#[derive(Clone)]
struct Row {
    session_id: String,
    data: String,
    expires_at: i64,
    actor: Option<Actor>,
    head: i64,
}

impl FromQueryResult for Row {
    fn from_query_result(row: &QueryResult, _: &str) -> std::result::Result<Self, DbErr> {
        let has_actor = row.try_get::<Option<i64>>("", "seat")?.is_some();
        Ok(Self {
            session_id: row.try_get("", "session_id")?,
            data: row.try_get("", "data")?,
            expires_at: row.try_get("", "expires_at")?,
            actor: if has_actor { Some(Actor::of_row(row)?) } else { None },
            head: row.try_get("", "head")?,
        })
    }
}

tokio::task_local! {
    /// Whoever acts by the session that is read, and the trail's last record: one question finds all of it.
    static FOUND: RefCell<Option<(Option<Actor>, i64)>>;
}

/// Who acts by a session, if somebody does; and the trail's last record when the session was read, if that was now.
pub async fn actor(
    db: &DatabaseConnection,
    session: &tower_sessions::Session,
) -> std::result::Result<(Option<Actor>, Option<i64>), AppError> {
    let read = async {
        let account = session.get::<i64>(ACCOUNT).await?;
        Ok::<_, AppError>((account, FOUND.with(RefCell::take)))
    };
    let (account, found) = FOUND.scope(RefCell::default(), read).await?;
    let (actor, head) = match found {
        Some((actor, head)) => (actor, Some(head)),
        None => (None, None),
    };
    let actor = match (account, actor) {
        (None, _) => None,
        (Some(account), Some(actor)) if actor.id == account => Some(actor),
        // The session was read earlier in the request.
        (Some(account), _) => Actor::load(db, account).await?,
    };
    Ok((actor, head))
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        // 128 random bits: a collision is not waited for, but it is not overwritten either.
        let taken =
            database::number(&self.db, "SELECT COUNT(*) FROM session WHERE id = $1", params![stored_id(&record.id)]);
        if taken.await.map_err(backend)? > 0 {
            record.id = Id::default();
        }
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let data = serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        let pending = || record.data.get(PENDING).and_then(|pending| pending.get(0));
        let account = record.data.get(ACCOUNT).or_else(pending).and_then(serde_json::Value::as_i64);
        let now = self.clock.millis();
        let expires = record.expiry_date.unix_timestamp() * 1000;
        database::run(
            &self.db,
            "INSERT INTO session (id, account_id, data, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $4, $5)
             ON CONFLICT (id) DO UPDATE SET account_id = excluded.account_id, data = excluded.data,
                 seen_at = excluded.seen_at, expires_at = excluded.expires_at",
            params![stored_id(&record.id), account, data, now, expires],
        )
        .await
        .map_err(backend)?;
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let row = self.rows.of(stored_id(id), |ids| self.rows(ids)).await.map_err(backend)?;
        let Some(row) = row.filter(|row| row.expires_at > self.clock.millis()) else { return Ok(None) };
        let _ = FOUND.try_with(|found| found.replace(Some((row.actor, row.head))));
        let data = serde_json::from_str(&row.data).map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date = time::OffsetDateTime::from_unix_timestamp(row.expires_at / 1000).map_err(backend)?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        database::run(&self.db, "DELETE FROM session WHERE id = $1", params![stored_id(id)]).await.map_err(backend)?;
        Ok(())
    }
}

/// A session as its owner sees it.
#[derive(Debug, FromQueryResult)]
pub struct Session {
    pub id: String,
    pub data: Json<serde_json::Value>,
    pub created_at: i64,
    pub seen_at: i64,
}

/// Somebody's sessions that hold at a moment, the last used first.
pub async fn of(db: &impl ConnectionTrait, account: i64, now: i64) -> std::result::Result<Vec<Session>, DbErr> {
    let sql = "SELECT id, data, created_at, seen_at FROM session WHERE account_id = $1 AND expires_at > $2
               ORDER BY seen_at DESC";
    database::all(db, sql, params![account, now]).await
}

/// Ends one of somebody's sessions.
pub async fn end(change: &Change, account: i64, session: &str) -> std::result::Result<(), DbErr> {
    let sql = "DELETE FROM session WHERE id = $1 AND account_id = $2";
    database::run(change.db(), sql, params![session, account]).await.map(|_| ())
}

/// Ends all of somebody's sessions.
pub async fn end_all(change: &Change, account: i64) -> std::result::Result<(), DbErr> {
    database::run(change.db(), "DELETE FROM session WHERE account_id = $1", params![account]).await.map(|_| ())
}
