//! Messages go out from their table: written in the transaction of the step, sent afterwards, retried with growing pauses. Signed
//! as Standard Webhooks says: HMAC-SHA256 over id, time and body.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Client;
use reqwest::redirect::Policy;
use sea_orm::{DbErr, FromQueryResult};
use sha2::Sha256;

use super::address::Outer;
use super::{PREFIX, fault};
use crate::params;
use crate::platform::app::App;
use crate::platform::database;
use crate::platform::outbox::pause;

#[derive(FromQueryResult)]
struct Message {
    id: i64,
    webhook_id: i64,
    key: String,
    body: String,
    attempts: i64,
    address: String,
    secret: String,
}

/// How long a message is tried, in milliseconds.
const EXPIRY: i64 = 3 * 24 * 3_600_000;

/// How long a message is kept after it was taken.
const KEPT: i64 = 30 * 24 * 3_600_000;

/// So many are sent at once: one slow address holds up few others.
const AT_ONCE: usize = 8;

/// The signature of a message.
pub fn signature(secret: &str, key: &str, seconds: i64, body: &str) -> String {
    let bytes = BASE64.decode(secret.strip_prefix(PREFIX).unwrap_or(secret)).unwrap_or_default();
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&bytes) else { return String::new() };
    mac.update(format!("{key}.{seconds}.{body}").as_bytes());
    format!("v1,{}", BASE64.encode(mac.finalize().into_bytes()))
}

fn client(app: &App) -> reqwest::Result<Client> {
    let client = Client::builder().timeout(Duration::from_secs(10)).redirect(Policy::none()).no_proxy();
    if app.config.webhooks_anywhere { client } else { client.https_only(true).dns_resolver(Arc::new(Outer)) }
        .user_agent("Sheber")
        .build()
}

/// Forgets messages that were taken, or given up, long ago.
pub async fn sweep(app: &App) -> Result<(), DbErr> {
    let old = app.clock.millis() - KEPT;
    let sql = "DELETE FROM webhook_message WHERE done_at IS NOT NULL AND at < $1";
    database::run(&app.db, sql, params![old]).await.map(|_| ())
}

/// Sends for as long as the server runs.
pub async fn run(app: App) {
    let client = match client(&app) {
        Ok(client) => client,
        Err(error) => {
            tracing::error!(%error, "webhooks cannot be sent");
            return;
        }
    };
    loop {
        match send_due(&app, &client).await {
            Ok(sent) if sent > 0 => {}
            Ok(_) => tokio::time::sleep(Duration::from_secs(2)).await,
            Err(error) => {
                tracing::warn!(%error, "the messages of webhooks cannot be read");
                tokio::time::sleep(Duration::from_secs(10)).await;
            }
        }
    }
}

async fn claim(app: &App) -> Result<Vec<Message>, DbErr> {
    let _turn = app.turn_to_write().await;
    let txn = database::begin(&app.db).await?;
    let now = app.clock.millis();
    let old = "UPDATE webhook_message SET done_at = 0, answer = 'expired' WHERE done_at IS NULL AND at < $1";
    database::run(&txn, old, params![now - EXPIRY]).await?;
    let lock = if database::is_sqlite(&txn) { "" } else { " FOR UPDATE OF m SKIP LOCKED" };
    // Whose people are gone, or who was removed, is told nothing more.
    let gone = "UPDATE webhook_message SET done_at = 0, answer = 'removed' WHERE done_at IS NULL AND webhook_id NOT IN
                    (SELECT h.id FROM webhook h JOIN account a ON a.id = h.account_id
                     JOIN organisation o ON o.id = a.organisation_id WHERE h.removed_at IS NULL AND a.active AND o.active)";
    database::run(&txn, gone, params![]).await?;
    // One message of an address at a time, in their order: who does not answer holds up nobody but themselves.
    let due: Vec<Message> = database::all(
        &txn,
        &format!(
            "SELECT m.id, m.webhook_id, m.key, m.body, m.attempts, h.address, h.secret FROM webhook_message m
             JOIN webhook h ON h.id = m.webhook_id
             WHERE m.done_at IS NULL AND m.next_at <= $1 AND NOT EXISTS (SELECT 1 FROM webhook_message e
                 WHERE e.webhook_id = m.webhook_id AND e.done_at IS NULL AND e.id < m.id)
             ORDER BY m.next_at, m.id LIMIT {AT_ONCE}{lock}"
        ),
        params![now],
    )
    .await?;
    for message in &due {
        let next = now + pause(message.attempts);
        let attempt = "UPDATE webhook_message SET attempts = attempts + 1, next_at = $2 WHERE id = $1";
        database::run(&txn, attempt, params![message.id, next]).await?;
        // Those behind it wait as long; they are free at once when it was taken.
        let behind = "UPDATE webhook_message SET next_at = $3
                      WHERE webhook_id = $1 AND id > $2 AND done_at IS NULL AND next_at < $3";
        database::run(&txn, behind, params![message.webhook_id, message.id, next]).await?;
    }
    txn.commit().await?;
    Ok(due)
}

async fn has_due(app: &App) -> Result<bool, DbErr> {
    let sql =
        "SELECT COUNT(*) FROM (SELECT 1 FROM webhook_message WHERE done_at IS NULL AND next_at <= $1 LIMIT 1) AS due";
    Ok(database::number(&app.db, sql, params![app.clock.millis()]).await? > 0)
}

async fn send_due(app: &App, client: &Client) -> Result<usize, DbErr> {
    // Looked at without the lock of a writer first.
    if !has_due(app).await? {
        return Ok(0);
    }
    let due = claim(app).await?;
    let sent = due.len();
    let mut under_way = tokio::task::JoinSet::new();
    for message in due {
        let (app, client) = (app.clone(), client.clone());
        under_way.spawn(async move {
            let answer = send(&app, &client, &message).await;
            let done = answer.as_ref().is_ok_and(|status| (200..300).contains(status)).then(|| app.clock.millis());
            let answer = answer.map_or_else(|why| why, |status| status.to_string());
            let free = "UPDATE webhook_message SET next_at = at WHERE webhook_id = $1 AND id > $2 AND done_at IS NULL";
            let sql = "UPDATE webhook_message SET done_at = COALESCE(done_at, $2), answer = $3 WHERE id = $1";
            let mut noted = database::run(&app.db, sql, params![message.id, done, answer]).await;
            if noted.is_ok() && done.is_some() {
                noted = database::run(&app.db, free, params![message.webhook_id, message.id]).await;
            }
            if let Err(error) = noted {
                tracing::warn!(message = message.id, %error, "a message was sent, but not marked so");
            }
        });
    }
    while under_way.join_next().await.is_some() {}
    Ok(sent)
}

/// The status the receiver answered with, or why there was none.
async fn send(app: &App, client: &Client, message: &Message) -> Result<u16, String> {
    if let Some(key) = fault(&message.address, app.config.webhooks_anywhere) {
        return Err(key.to_owned());
    }
    let seconds = app.clock.millis() / 1000;
    let answer = client
        .post(&message.address)
        .header("content-type", "application/json")
        .header("webhook-id", &message.key)
        .header("webhook-timestamp", seconds)
        .header("webhook-signature", signature(&message.secret, &message.key, seconds, &message.body))
        .body(message.body.clone())
        .send()
        .await
        // The address stands in the error; what is kept is why alone.
        .map_err(|error| if error.is_timeout() { "timeout" } else { "unreachable" }.to_owned())?;
    Ok(answer.status().as_u16())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_signed_as_the_standard_says() {
        // The example of the Standard Webhooks reference implementations.
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let body = r#"{"test": 2432232314}"#;
        assert_eq!(
            signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }
}
