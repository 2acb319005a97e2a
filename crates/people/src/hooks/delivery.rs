//! Messages go out from their table, in order to each address, signed.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::Client;
use reqwest::redirect::Policy;
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{DatabaseTransaction, DbErr, FromQueryResult};
use sheber_platform::app::App;
use sheber_platform::delivery::{self, Carrier, Queue};
use sheber_platform::error::AppError;
use sheber_platform::house::Job;
use sheber_platform::{database, params};

use super::address::{Outer, fault};
use super::signature::signature;
use super::store;

#[derive(FromQueryResult)]
pub struct Message {
    hook: i64,
    key: String,
    body: String,
    address: String,
    secret: String,
}

/// How long a message is kept after it was taken, in milliseconds.
const KEPT: i64 = 30 * 24 * 3_600_000;

/// Carries messages to their addresses.
struct Courier(Client);

impl Courier {
    fn new(app: &App) -> reqwest::Result<Self> {
        let client = Client::builder().timeout(Duration::from_secs(10)).redirect(Policy::none()).no_proxy();
        let anywhere = app.config.webhooks_anywhere;
        let client = if anywhere { client } else { client.https_only(true).dns_resolver(Arc::new(Outer)) };
        client.user_agent("Sheber").build().map(Self)
    }

    /// The status the receiver answered with.
    async fn send(&self, app: &App, message: &Message) -> Result<u16, String> {
        if let Some(key) = fault(&message.address, app.config.webhooks_anywhere) {
            return Err(key.to_owned());
        }
        let secret = store::opened(app, message.hook, &message.secret).map_err(|_| "secret".to_owned())?;
        let seconds = app.clock.millis() / 1000;
        let answer = self
            .0
            .post(&message.address)
            .header("content-type", "application/json")
            .header("webhook-id", &message.key)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature(&secret, &message.key, seconds, &message.body))
            .body(message.body.clone())
            .send()
            .await
            // The address stands in the error; what is kept is why alone.
            .map_err(|error| if error.is_timeout() { "timeout" } else { "unreachable" }.to_owned())?;
        Ok(answer.status().as_u16())
    }
}

#[async_trait]
impl Carrier for Courier {
    type Parcel = Message;

    const QUEUE: Queue = Queue {
        table: "webhook_message",
        columns: "h.id AS hook, m.key, m.body, h.address, h.secret",
        joins: "JOIN webhook h ON h.id = m.webhook_id",
        lane: Some("webhook_id"),
        expiry: 3 * 24 * 3_600_000,
        // One slow address holds up few others.
        at_once: 8,
        forgets: false,
    };

    async fn carry(&self, app: &App, message: &Message) -> Result<String, String> {
        let status = self.send(app, message).await?;
        if (200..300).contains(&status) { Ok(status.to_string()) } else { Err(status.to_string()) }
    }

    async fn give_up(&self, txn: &DatabaseTransaction) -> Result<(), DbErr> {
        // Whose people are gone, or who was removed, is told nothing more.
        let sql = "UPDATE webhook_message SET done_at = 0, answer = 'removed' WHERE done_at IS NULL AND webhook_id NOT IN
                   (SELECT h.id FROM webhook h JOIN account a ON a.id = h.account_id
                    JOIN organisation o ON o.id = a.organisation_id WHERE h.removed_at IS NULL AND a.active AND o.active)";
        database::run(txn, sql, params![]).await.map(|_| ())
    }
}

/// Sends messages while the server runs.
pub struct Messages;

#[async_trait]
impl Job for Messages {
    fn name(&self) -> &'static str {
        "webhooks"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(2)
    }

    async fn run(&self, app: &App) -> Result<(), AppError> {
        let kept = app.memory::<OnceLock<Arc<Courier>>>();
        let courier = if let Some(courier) = kept.get() {
            Arc::clone(courier)
        } else {
            let made = Courier::new(app).map_err(|error| AppError::Internal(error.to_string()))?;
            Arc::clone(kept.get_or_init(|| Arc::new(made)))
        };
        Ok(delivery::deliver(app, &courier).await?)
    }
}

/// Forgets messages that were taken, or given up, long ago.
pub struct Sweep;

#[async_trait]
impl Job for Sweep {
    fn name(&self) -> &'static str {
        "webhooks-sweep"
    }

    fn every(&self) -> Duration {
        Duration::from_mins(30)
    }

    async fn run(&self, app: &App) -> Result<(), AppError> {
        let old = app.clock.millis() - KEPT;
        let sql = "DELETE FROM webhook_message WHERE done_at IS NOT NULL AND at < $1";
        database::run(&app.db, sql, params![old]).await?;
        Ok(())
    }
}
