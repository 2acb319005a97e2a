//! Mail goes out from the outbox: written in the transaction of the change, sent afterwards, retried with growing pauses.

use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use sea_orm::FromQueryResult;

use super::app::App;
use super::database;
use crate::params;

#[derive(FromQueryResult)]
struct Letter {
    id: i64,
    at: i64,
    recipient: String,
    subject: String,
    body: String,
    attempts: i64,
}

/// How long a letter is tried, in milliseconds: as long as an invitation is good.
const EXPIRY: i64 = 14 * 24 * 3_600_000;

/// Pause before the next attempt, in milliseconds: 30 s, 1 min, 2 min … at most 6 hours.
pub fn pause(attempts: i64) -> i64 {
    let doublings = u32::try_from(attempts.clamp(0, 10)).unwrap_or(10);
    (30_000 << doublings).min(6 * 3_600_000)
}

/// Whether mail goes out at all.
pub fn sends(app: &App) -> bool {
    app.config.smtp.is_some()
}

/// Sends for as long as the server runs. Without an SMTP server mail waits in the outbox.
pub async fn run(app: App) {
    let Some(url) = app.config.smtp.clone() else { return };
    let mailer = match AsyncSmtpTransport::<Tokio1Executor>::from_url(&url) {
        Ok(builder) => builder.timeout(Some(Duration::from_secs(20))).build(),
        Err(error) => {
            tracing::error!(%error, "the SMTP address cannot be read; mail waits in the outbox");
            return;
        }
    };
    loop {
        match send_due(&app, &mailer).await {
            Ok(sent) if sent > 0 => {}
            Ok(_) => tokio::time::sleep(Duration::from_secs(2)).await,
            Err(error) => {
                tracing::warn!(%error, "the outbox cannot be read");
                tokio::time::sleep(Duration::from_secs(10)).await;
            }
        }
    }
}

async fn send_due(app: &App, mailer: &AsyncSmtpTransport<Tokio1Executor>) -> Result<usize, sea_orm::DbErr> {
    let turn = app.turn_to_write().await;
    let txn = database::begin(&app.db).await?;
    let now = app.clock.millis();
    // A letter that could not be sent for two weeks is out of date, and so are the links in it.
    database::run(
        &txn,
        "UPDATE outbox SET sent_at = 0, body = '' WHERE sent_at IS NULL AND at < $1",
        params![now - EXPIRY],
    )
    .await?;
    let lock = if database::is_sqlite(&txn) { "" } else { " FOR UPDATE SKIP LOCKED" };
    let due: Option<Letter> = database::one(
        &txn,
        &format!(
            "SELECT id, at, recipient, subject, body, attempts FROM outbox
             WHERE sent_at IS NULL AND next_at <= $1 ORDER BY next_at, id LIMIT 1{lock}"
        ),
        params![now],
    )
    .await?;
    let Some(letter) = due else {
        txn.commit().await?;
        return Ok(0);
    };
    // Claimed before it is sent: a crash in between delays the letter, it does not double it.
    database::run(
        &txn,
        "UPDATE outbox SET attempts = attempts + 1, next_at = $2 WHERE id = $1",
        params![letter.id, now + pause(letter.attempts)],
    )
    .await?;
    txn.commit().await?;
    drop(turn);
    match deliver(app, mailer, &letter).await {
        Ok(()) => {
            database::run(
                &app.db,
                "UPDATE outbox SET sent_at = $2, body = '' WHERE id = $1",
                params![letter.id, app.clock.millis()],
            )
            .await?;
        }
        Err(error) => {
            tracing::warn!(
                letter = letter.id,
                why = error.why(),
                "a letter was not delivered; it is tried again later"
            );
        }
    }
    Ok(1)
}

/// The name in the address that people reach the server under.
fn host(base_url: &str) -> &str {
    let rest = base_url.split_once("://").map_or(base_url, |(_, rest)| rest);
    rest.split(['/', ':']).next().unwrap_or_default()
}

#[derive(Debug, thiserror::Error)]
enum Undelivered {
    #[error("address: {0}")]
    Address(#[from] lettre::address::AddressError),
    #[error("message: {0}")]
    Message(#[from] lettre::error::Error),
    #[error("server: {0}")]
    Server(#[from] lettre::transport::smtp::Error),
}

impl Undelivered {
    /// Why, without a word of the server's or the letter's own: those may name people.
    fn why(&self) -> String {
        match self {
            Self::Address(_) => "the address cannot be read".to_owned(),
            Self::Message(_) => "the message cannot be made".to_owned(),
            Self::Server(error) => match error.status() {
                Some(status) => format!("the mail server said {status}"),
                None if error.is_timeout() => "the mail server does not answer".to_owned(),
                None => "the mail server cannot be reached".to_owned(),
            },
        }
    }
}

async fn deliver(app: &App, mailer: &AsyncSmtpTransport<Tokio1Executor>, letter: &Letter) -> Result<(), Undelivered> {
    let message = Message::builder()
        .from(Mailbox::new(Some("Sheber".to_owned()), app.config.mail_from.parse()?))
        .to(Mailbox::new(None, letter.recipient.parse()?))
        // A server that was killed between sending and noting it sends again: by the same name, so that it is known for the same.
        .message_id(Some(format!("<{}.{}@{}>", letter.id, letter.at, host(&app.config.base_url))))
        .subject(letter.subject.clone())
        .header(ContentType::TEXT_PLAIN)
        .body(letter.body.clone())?;
    mailer.send(message).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{host, pause};

    #[test]
    fn a_letter_is_named_after_its_server() {
        for (base, name) in [("https://sheber.kz", "sheber.kz"), ("http://127.0.0.1:8080/x", "127.0.0.1")] {
            assert_eq!(host(base), name);
        }
    }

    #[test]
    fn pauses_grow_to_a_bound() {
        assert_eq!(pause(0), 30_000);
        assert_eq!(pause(1), 60_000);
        assert_eq!(pause(50), 6 * 3_600_000);
    }
}
