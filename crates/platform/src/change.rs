//! Every change of state: one transaction with its audit record, its letters, and what others make of it.

use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use sheber_kernel::Lang;
use tokio::sync::OwnedSemaphorePermit;

use super::actor::Actor;
use super::app::App;
use super::entry::{Entry, News, Touch};
use super::evidence::Db;
use super::{database, sealed, trail};
use crate::params;

/// What a change did, as far as others react to it.
#[derive(Default)]
pub struct Deed {
    /// Records that were touched, each once.
    pub touched: Vec<Touch>,
    pub news: Vec<News>,
}

/// What somebody does in the same transaction when something happened. Duties, indicators and webhooks do; record rooms do not.
#[async_trait]
pub trait Reaction: Send + Sync {
    async fn react(&self, change: &Change, happened: &Deed) -> Result<(), DbErr>;

    /// Asks again everything that the reaction keeps, and says what differs from what it kept; nothing where nobody forgot
    /// anything.
    async fn recount(&self, _: &App) -> Result<Vec<String>, DbErr> {
        Ok(Vec::new())
    }
}

/// Everybody who reacts, in their order.
#[derive(Clone, Default)]
pub struct Reactions(pub Arc<Vec<&'static dyn Reaction>>);

/// A transaction that changes something.
pub struct Change {
    txn: DatabaseTransaction,
    app: App,
    at: i64,
    actor: Option<i64>,
    /// The token of the program that acts.
    token: Option<i64>,
    happened: Mutex<Deed>,
    _turn: Option<OwnedSemaphorePermit>,
}

/// For what the words of a letter are sealed.
pub(crate) const LETTER: &str = "letter";

/// A reaction may touch something in its turn: a duty that closes may move a figure. Nothing goes on for ever.
const ROUNDS: usize = 4;

impl Change {
    /// A change in the name of somebody who is signed in, or of a program that acts for them.
    ///
    /// # Errors
    /// [`database::is_ended`] where their access ended while the request was under way: then nothing is changed any more.
    pub async fn begin(app: &App, actor: Option<&Actor>) -> Result<Self, DbErr> {
        let change = Self::by(app, actor.map(|actor| actor.id)).await?;
        let Some(actor) = actor else { return Ok(change) };
        let holds = match actor.token {
            None => {
                // A feed has no session; whoever sends something has, and it was not ended meanwhile.
                let sql = "SELECT COUNT(*) FROM account WHERE id = $1 AND active AND sessions_since = $2
                           AND ($3 = '' OR EXISTS (SELECT 1 FROM session WHERE id = $3))";
                let session = actor.session.clone().unwrap_or_default();
                database::number(change.db(), sql, params![actor.id, actor.since, session]).await?
            }
            Some(token) => {
                let sql = "SELECT COUNT(*) FROM api_token t JOIN account a ON a.id = t.account_id AND a.active
                           WHERE t.id = $1 AND t.revoked_at IS NULL";
                database::number(change.db(), sql, params![token]).await?
            }
        };
        if holds == 0 {
            return Err(database::ended());
        }
        Ok(Self { token: actor.token, ..change })
    }

    /// A change in the name of an account that is not signed in: signing in itself, accepting an invitation.
    pub async fn by(app: &App, account: Option<i64>) -> Result<Self, DbErr> {
        let turn = app.turn_to_write().await;
        let txn = database::begin(&app.db).await?;
        // SQLite has one writer. On PostgreSQL, too, changes come one after another from their first question on: what a change
        // reads before it writes (how many there are, whether it is there already, in which state it is) holds until it ends, and
        // all of them lock in one order. Each writes into the trail, for which they would have to wait anyway.
        if !database::is_sqlite(&txn) {
            txn.execute_unprepared("SELECT pg_advisory_xact_lock(7323742)").await?;
        }
        Ok(Self {
            txn,
            at: app.clock.millis(),
            app: app.clone(),
            actor: account,
            token: None,
            happened: Mutex::default(),
            _turn: turn,
        })
    }

    pub fn db(&self) -> &DatabaseTransaction {
        &self.txn
    }

    /// The transaction as a look at the database.
    pub fn look(&self) -> Db<'_> {
        Db::from(&self.txn)
    }

    /// The address people reach the server under, for links in mail.
    pub fn base_url(&self) -> &str {
        &self.app.config.base_url
    }

    /// The instant of the change.
    pub fn at(&self) -> i64 {
        self.at
    }

    /// What the server was given when it started: the house, for reactions.
    pub fn given<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        self.app.given()
    }

    /// Writes what happened into the trail, and remembers what it touched.
    pub async fn record(&self, entry: Entry) -> Result<(), DbErr> {
        self.record_all(vec![entry]).await
    }

    /// The same of much that happened, in its order.
    pub async fn record_all(&self, entries: Vec<Entry>) -> Result<(), DbErr> {
        let mut records = Vec::with_capacity(entries.len());
        let (mut touched, mut news) = (Vec::new(), Vec::new());
        for entry in entries {
            records.push(trail::NewRecord {
                at: self.at,
                actor: self.actor,
                what: entry.what,
                entity: entry.entity,
                id: entry.id,
                before: entry.before.map(|value| value.to_string()),
                after: self.marked(entry.after).map(|value| value.to_string()),
            });
            touched.extend(entry.touched);
            news.extend(entry.news);
        }
        trail::write(&self.txn, records).await?;
        let mut happened = self.happened.lock().unwrap_or_else(PoisonError::into_inner);
        happened.touched.extend(touched);
        happened.news.extend(news);
        Ok(())
    }

    /// What came of it, with the token where a program did it.
    fn marked(&self, after: Option<serde_json::Value>) -> Option<serde_json::Value> {
        let Some(token) = self.token else { return after };
        let mut after = after.unwrap_or_else(|| serde_json::json!({}));
        if let Some(fields) = after.as_object_mut() {
            fields.insert("token".to_owned(), token.into());
        }
        Some(after)
    }

    /// Puts a mail in its reader's language into the outbox; it is sent once the change is committed.
    pub async fn mail(&self, recipient: &str, lang: Lang, subject: String, body: String) -> Result<(), DbErr> {
        // It may hold a link that opens an account.
        let body = sealed::seal(&self.app, LETTER, &body).map_err(|error| DbErr::Custom(error.to_string()))?;
        database::run(
            &self.txn,
            "INSERT INTO outbox (at, recipient, lang, subject, body, attempts, next_at) VALUES ($1, $2, $3, $4, $5, 0, $1)",
            params![self.at, recipient, lang, subject, body],
        )
        .await?;
        Ok(())
    }

    /// What happened since the last round, each once.
    fn taken(&self) -> Deed {
        let mut happened = std::mem::take(&mut *self.happened.lock().unwrap_or_else(PoisonError::into_inner));
        happened.touched.sort();
        happened.touched.dedup();
        happened
    }

    /// Lets everybody look again at what rests on the change, then commits all of it or nothing.
    ///
    /// # Errors
    /// Where a reaction fails, or reactions touch one another without end: then nothing of the change stands.
    pub async fn commit(self) -> Result<(), DbErr> {
        let reactions: Reactions = self.app.given().unwrap_or_default();
        for _ in 0..ROUNDS {
            let happened = self.taken();
            if happened.touched.is_empty() && happened.news.is_empty() {
                return self.txn.commit().await;
            }
            for reaction in reactions.0.iter() {
                reaction.react(&self, &happened).await?;
            }
        }
        Err(DbErr::Custom("reactions touch one another without end".to_owned()))
    }
}
