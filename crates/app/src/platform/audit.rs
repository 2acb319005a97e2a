//! Every change of state: one transaction with its audit record and its notifications.
//!
//! The trail is append-only. Each record carries the hash of the one before, so that a record changed or taken out later
//! breaks the chain (`sheber audit verify`).

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, FromQueryResult};
use serde_json::Value;
use tokio::sync::OwnedSemaphorePermit;

use super::actor::Actor;
use super::app::App;
use super::{database, secret};
use crate::params;

/// A transaction that changes something.
pub struct Change {
    txn: DatabaseTransaction,
    at: i64,
    actor: Option<i64>,
    base_url: String,
    /// The token of the program that acts.
    token: Option<i64>,
    _turn: Option<OwnedSemaphorePermit>,
}

/// One thing that happened to a record.
pub struct Event<'a> {
    /// What happened, the key of its message (`event-…`).
    pub what: &'a str,
    pub entity: &'a str,
    pub id: i64,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

impl<'a> Event<'a> {
    pub fn new(what: &'a str, entity: &'a str, id: i64) -> Self {
        Self { what, entity, id, before: None, after: None }
    }

    pub fn before(mut self, value: Value) -> Self {
        self.before = Some(value);
        self
    }

    pub fn after(mut self, value: Value) -> Self {
        self.after = Some(value);
        self
    }
}

impl Change {
    pub async fn begin(app: &App, actor: Option<&Actor>) -> Result<Self, DbErr> {
        let change = Self::by(app, actor.map(|actor| actor.id)).await?;
        Ok(Self { token: actor.and_then(|actor| actor.token), ..change })
    }

    /// A change in the name of an account that is not signed in: signing in itself, accepting an invitation.
    pub async fn by(app: &App, account: Option<i64>) -> Result<Self, DbErr> {
        let turn = app.turn_to_write().await;
        let txn = database::begin(&app.db).await?;
        Ok(Self {
            txn,
            at: app.clock.millis(),
            actor: account,
            base_url: app.config.base_url.clone(),
            token: None,
            _turn: turn,
        })
    }

    pub fn db(&self) -> &DatabaseTransaction {
        &self.txn
    }

    /// The address people reach the server under, for links in mail.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The instant of the change.
    pub fn at(&self) -> i64 {
        self.at
    }

    /// Waits until every change that is writing has ended: records are written one after another, or two would follow the same
    /// one. A change that reads what it then adds to (tasks and their sums, figures) waits before it reads, so that all of them
    /// lock in one order.
    pub async fn in_order(&self) -> Result<(), DbErr> {
        if !database::is_sqlite(&self.txn) {
            self.txn.execute_unprepared("SELECT pg_advisory_xact_lock(7323742)").await?;
        }
        Ok(())
    }

    pub async fn record(&self, event: Event<'_>) -> Result<(), DbErr> {
        self.in_order().await?;
        let prior = database::text(&self.txn, "SELECT hash FROM audit ORDER BY id DESC LIMIT 1", params![]).await?;
        let record = Record {
            id: 0,
            at: self.at,
            actor_id: self.actor,
            what: event.what.to_owned(),
            entity: event.entity.to_owned(),
            entity_id: event.id,
            before: event.before.map(|value| value.to_string()),
            after: self.marked(event.after).map(|value| value.to_string()),
            prior_hash: prior.unwrap_or_default(),
            hash: String::new(),
        };
        let hash = record.digest();
        database::run(
            &self.txn,
            "INSERT INTO audit (at, actor_id, what, entity, entity_id, before, after, prior_hash, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            params![
                record.at,
                record.actor_id,
                record.what,
                record.entity,
                record.entity_id,
                record.before,
                record.after,
                record.prior_hash,
                hash
            ],
        )
        .await?;
        Ok(())
    }

    /// What came of it, with the token where a program did it.
    fn marked(&self, after: Option<Value>) -> Option<Value> {
        let Some(token) = self.token else { return after };
        let mut after = after.unwrap_or_else(|| serde_json::json!({}));
        if let Some(fields) = after.as_object_mut() {
            fields.insert("token".to_owned(), token.into());
        }
        Some(after)
    }

    /// Puts a mail into the outbox; it is sent once the change is committed.
    pub async fn mail(&self, recipient: &str, subject: String, body: String) -> Result<(), DbErr> {
        database::run(
            &self.txn,
            "INSERT INTO outbox (at, recipient, subject, body, attempts, next_at) VALUES ($1, $2, $3, $4, 0, $1)",
            params![self.at, recipient, subject, body],
        )
        .await?;
        Ok(())
    }

    pub async fn commit(self) -> Result<(), DbErr> {
        self.txn.commit().await
    }
}

#[derive(Debug, FromQueryResult)]
pub struct Record {
    pub id: i64,
    pub at: i64,
    pub actor_id: Option<i64>,
    pub what: String,
    pub entity: String,
    pub entity_id: i64,
    pub before: Option<String>,
    pub after: Option<String>,
    pub prior_hash: String,
    pub hash: String,
}

impl Record {
    fn digest(&self) -> String {
        let fields = serde_json::json!([
            self.prior_hash,
            self.at,
            self.actor_id,
            self.what,
            self.entity,
            self.entity_id,
            self.before,
            self.after
        ]);
        secret::sha256(&fields.to_string())
    }
}

/// How a walk along the trail ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// So many records, each following from the one before; the hash of the last, to be written down elsewhere: records cut
    /// off at the end are seen only by comparing with it.
    Holds { records: u64, head: String },
    /// The record that does not follow from the one before it.
    Broken(i64),
    /// A stored version of a programme is not what it was saved as.
    Version(i64),
}

/// Walks the whole chain, and compares every stored version with its own hash.
pub async fn verify(db: &impl ConnectionTrait) -> Result<Verdict, DbErr> {
    let mut head = String::new();
    let mut last = 0;
    let mut held = 0;
    loop {
        let records: Vec<Record> =
            database::all(db, "SELECT * FROM audit WHERE id > $1 ORDER BY id LIMIT 1000", params![last]).await?;
        if records.is_empty() {
            break;
        }
        for record in records {
            if record.prior_hash != head || record.digest() != record.hash {
                return Ok(Verdict::Broken(record.id));
            }
            last = record.id;
            head = record.hash;
            held += 1;
        }
    }
    #[derive(FromQueryResult)]
    struct Version {
        id: i64,
        content: String,
        hash: String,
    }
    last = 0;
    loop {
        let sql = "SELECT id, content, hash FROM programme_version WHERE id > $1 ORDER BY id LIMIT 200";
        let versions: Vec<Version> = database::all(db, sql, params![last]).await?;
        if versions.is_empty() {
            return Ok(Verdict::Holds { records: held, head });
        }
        for version in versions {
            if secret::sha256(&version.content) != version.hash {
                return Ok(Verdict::Version(version.id));
            }
            last = version.id;
        }
    }
}

/// A line of a record's history.
#[derive(Debug, FromQueryResult)]
pub struct Line {
    pub at: i64,
    pub what: String,
    pub name: Option<String>,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl Line {
    pub fn when(&self) -> String {
        super::clock::local(self.at)
    }

    pub fn who(&self) -> &str {
        self.name.as_deref().unwrap_or("–")
    }

    /// The fields that differ, as `name: before → after`.
    pub fn changes(&self) -> Vec<String> {
        let read = |text: &Option<String>| -> serde_json::Map<String, Value> {
            text.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
        };
        let shown = |value: Option<&Value>| match value {
            None | Some(Value::Null) => "–".to_owned(),
            Some(Value::String(text)) => text.chars().take(120).collect(),
            Some(other) => other.to_string().chars().take(120).collect(),
        };
        let (before, after) = (read(&self.before), read(&self.after));
        after
            .iter()
            .filter(|(name, value)| before.get(*name) != Some(value) && !value.is_null())
            .map(|(name, value)| match before.get(name) {
                None => format!("{name}: {}", shown(Some(value))),
                old => format!("{name}: {} → {}", shown(old), shown(Some(value))),
            })
            .collect()
    }
}

/// The history of a record, newest first.
pub async fn history(db: &DatabaseConnection, entity: &str, id: i64, most: i64) -> Result<Vec<Line>, DbErr> {
    database::all(
        db,
        "SELECT t.at, t.what, a.name, t.before, t.after FROM audit t LEFT JOIN account a ON a.id = t.actor_id
         WHERE t.entity = $1 AND t.entity_id = $2 ORDER BY t.id DESC LIMIT $3",
        params![entity, id, most],
    )
    .await
}
