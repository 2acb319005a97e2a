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
/// A form that was sent without a session, for whoever signs in.
pub const KEPT: &str = "kept";
/// The account that gave its password and still owes the second factor.
pub const PENDING: &str = "pending";

/// Since when the account's sessions hold, as it was when this one began: once that is moved, this one holds no more.
pub const SINCE: &str = "since";
/// When the session was last prolonged, in milliseconds.
pub const SEEN: &str = "seen";

/// A session that nobody uses ends after so many hours.
pub const REST_HOURS: i64 = 12;
/// However it is used, it ends after so many days.
pub const DAYS: i64 = 14;

#[derive(Clone, Debug)]
pub struct Store {
    db: DatabaseConnection,
    clock: Arc<Clock>,
    rows: Arc<Batch<String, Row>>,
}

impl Store {
    async fn write(&self, sql: &str, record: &Record) -> Result<()> {
        let data = serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        let (account, since) = account(record);
        let now = self.clock.millis();
        let values = params![stored_id(&record.id), account, since, data, now, now + rest(record)];
        database::run(&self.db, sql, values).await.map_err(backend)?;
        Ok(())
    }

    pub fn of(app: &App) -> Self {
        Self { db: app.db.clone(), clock: Arc::clone(&app.clock), rows: Arc::default() }
    }

    /// The sessions of these stored ids, each with whoever acts by it.
    async fn rows(&self, mut ids: Vec<String>) -> std::result::Result<HashMap<String, Row>, DbErr> {
        // Few lengths of the list, so that the database knows each question.
        ids.resize(ids.len().next_power_of_two(), ids.first().cloned().unwrap_or_default());
        let marks: Vec<String> = (1..=ids.len()).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT s.id AS session_id, s.data, s.created_at, s.expires_at, {COLUMNS}, o.id AS seat,
                (SELECT COALESCE(MAX(id), 0) FROM audit) AS head
             FROM session s LEFT JOIN account a ON a.id = s.account_id AND a.active AND a.sessions_since = s.since
             LEFT JOIN organisation o ON o.id = a.organisation_id AND o.active WHERE s.id IN ({})",
            marks.join(", ")
        );
        let ids = ids.into_iter().map(Into::into).collect();
        let rows: Vec<Row> = database::all(&self.db, &sql, ids).await?;
        Ok(rows.into_iter().map(|row| (row.session_id.clone(), row)).collect())
    }
}

/// Who a session's data say has signed in, or has given a password, and since when their sessions hold.
fn account(record: &Record) -> (Option<i64>, i64) {
    let number = |value: &serde_json::Value| value.as_i64();
    let pending = || record.data.get(PENDING).and_then(|pending| pending.get(0));
    let account = record.data.get(ACCOUNT).or_else(pending).and_then(number);
    (account, record.data.get(SINCE).and_then(number).unwrap_or_default())
}

/// How long a session rests before it ends, in milliseconds. Who gave the password gives the code now, or begins again.
fn rest(record: &Record) -> i64 {
    if record.data.contains_key(PENDING) { 15 * 60_000 } else { REST_HOURS * 3_600_000 }
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
    /// When it ends, if nobody uses it until then.
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
            expires_at: row.try_get::<i64>("", "expires_at")?.min(last(row.try_get("", "created_at")?)),
            actor: if has_actor { Some(Actor::of_row(row)?) } else { None },
            head: row.try_get("", "head")?,
        })
    }
}

/// The instant after which a session that was begun then holds no more.
const fn last(begun: i64) -> i64 {
    begun + DAYS * 24 * 3_600_000
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
        let since = session.get::<i64>(SINCE).await?.unwrap_or_default();
        Ok::<_, AppError>((account, since, FOUND.with(RefCell::take)))
    };
    let (account, since, found) = FOUND.scope(RefCell::default(), read).await?;
    let head = found.as_ref().map(|(_, head)| *head);
    let id = session.id().map(|id| stored_id(&id));
    let actor = match (account, found) {
        (None, _) => None,
        (Some(account), Some((actor, _))) => actor.filter(|actor| actor.id == account),
        // The session was read earlier in the request.
        (Some(account), None) => Actor::signed_in(db, account, since).await?,
    };
    Ok((actor.map(|actor| Actor { session: id, ..actor }), head))
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
        let sql = "INSERT INTO session (id, account_id, since, data, seen_at, expires_at, created_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $5)";
        self.write(sql, record).await
    }

    /// Writes over a session that is there: one that was ended while a request was under way stays ended.
    async fn save(&self, record: &Record) -> Result<()> {
        let sql =
            "UPDATE session SET account_id = $2, since = $3, data = $4, seen_at = $5, expires_at = $6 WHERE id = $1";
        self.write(sql, record).await
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
    let sql = "SELECT s.id, s.data, s.created_at, s.seen_at FROM session s
               JOIN account a ON a.id = s.account_id AND a.sessions_since = s.since
               WHERE s.account_id = $1 AND s.expires_at > $2 AND s.created_at > $3 ORDER BY s.seen_at DESC";
    database::all(db, sql, params![account, now, now - last(0)]).await
}

/// Ends one of somebody's sessions.
pub async fn end(change: &Change, account: i64, session: &str) -> std::result::Result<(), DbErr> {
    let sql = "DELETE FROM session WHERE id = $1 AND account_id = $2";
    database::run(change.db(), sql, params![session, account]).await.map(|_| ())
}

/// Ends all of somebody's sessions, those too that a request under way is about to begin; since when the next ones hold.
pub async fn end_all(change: &Change, account: i64) -> std::result::Result<i64, DbErr> {
    let sql = "UPDATE account SET sessions_since = CASE WHEN sessions_since < $2 THEN $2 ELSE sessions_since + 1 END
               WHERE id = $1 RETURNING sessions_since";
    let since = database::number(change.db(), sql, params![account, change.at()]).await?;
    database::run(change.db(), "DELETE FROM session WHERE account_id = $1", params![account]).await?;
    Ok(since)
}
