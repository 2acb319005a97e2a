//! Mail goes out from the outbox.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{DbErr, FromQueryResult};

use super::app::App;
use super::change::LETTER;
use super::delivery::{self, Carrier, Queue};
use super::error::AppError;
use super::house::Job;
use super::{database, sealed};
use crate::params;

/// Whether mail goes out at all.
pub fn sends(app: &App) -> bool {
    app.config.smtp.is_some()
}

/// Whether letters can be sent to an address: one alone, at a host with a name.
pub fn is_address(text: &str) -> bool {
    let host = text.rsplit_once('@').map_or("", |(_, host)| host);
    let has_name = host.contains('.') && !host.starts_with('[');
    text.len() <= 254 && has_name && !text.contains(['"', ',', '(', '<']) && text.parse::<lettre::Address>().is_ok()
}

#[derive(FromQueryResult)]
pub struct Letter {
    id: i64,
    at: i64,
    recipient: String,
    subject: String,
    body: String,
}

struct Post(AsyncSmtpTransport<Tokio1Executor>);

#[async_trait]
impl Carrier for Post {
    type Parcel = Letter;

    const QUEUE: Queue = Queue {
        table: "outbox",
        columns: "m.id, m.at, m.recipient, m.subject, m.body",
        joins: "",
        lane: None,
        // As long as an invitation is good: a letter that could not be sent by then is out of date, and so are the links in it.
        expiry: 14 * 24 * 3_600_000,
        at_once: 1,
        forgets: true,
    };

    async fn carry(&self, app: &App, letter: &Letter) -> Result<String, String> {
        match self.send(app, letter).await {
            Ok(()) => Ok("sent".to_owned()),
            Err(error) => {
                let why = error.why();
                tracing::warn!(letter = letter.id, why, "a letter was not delivered; it is tried again later");
                Err(why)
            }
        }
    }
}

impl Post {
    async fn send(&self, app: &App, letter: &Letter) -> Result<(), Failure> {
        let body = words(app, &letter.body).map_err(|_| Failure::Sealed)?;
        let message = Message::builder()
            .from(Mailbox::new(Some("Sheber".to_owned()), app.config.mail_from.parse()?))
            .to(Mailbox::new(None, letter.recipient.parse()?))
            // A server that was killed between sending and noting it sends again: by the same name, so that it is known for the
            // same.
            .message_id(Some(format!("<{}.{}@{}>", letter.id, letter.at, host(&app.config.base_url))))
            .subject(letter.subject.clone())
            .header(ContentType::TEXT_PLAIN)
            .body(body)?;
        self.0.send(message).await?;
        Ok(())
    }
}

/// Sends letters while the server runs. Without an SMTP server mail waits in the outbox.
pub struct Outbox;

#[async_trait]
impl Job for Outbox {
    fn name(&self) -> &'static str {
        "outbox"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(2)
    }

    async fn run(&self, app: &App) -> Result<(), AppError> {
        let Some(url) = app.config.smtp.as_deref() else { return Ok(()) };
        let kept = app.memory::<OnceLock<Arc<Post>>>();
        let post = if let Some(post) = kept.get() {
            Arc::clone(post)
        } else {
            let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url);
            let builder = builder.map_err(|_| AppError::Internal("the SMTP address cannot be read".to_owned()))?;
            let made = Arc::new(Post(builder.timeout(Some(Duration::from_secs(20))).build()));
            Arc::clone(kept.get_or_init(|| made))
        };
        Ok(delivery::deliver(app, &post).await?)
    }
}

/// The name in the address that people reach the server under.
fn host(base_url: &str) -> &str {
    let rest = base_url.split_once("://").map_or(base_url, |(_, rest)| rest);
    rest.split(['/', ':']).next().unwrap_or_default()
}

/// The words of a letter that waits.
pub fn words(app: &App, body: &str) -> Result<String, AppError> {
    sealed::open(app, LETTER, body)
}

/// Forgets the words of letters that nobody sent in time: where no mail goes out, nobody ever will.
pub async fn sweep(app: &App) -> Result<(), DbErr> {
    let sql = "UPDATE outbox SET done_at = 0, answer = 'expired', body = '' WHERE done_at IS NULL AND at < $1";
    database::run(&app.db, sql, params![app.clock.millis() - Post::QUEUE.expiry]).await.map(|_| ())
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("sealed")]
    Sealed,
    #[error("address: {0}")]
    Address(#[from] lettre::address::AddressError),
    #[error("message: {0}")]
    Message(#[from] lettre::error::Error),
    #[error("server: {0}")]
    Server(#[from] lettre::transport::smtp::Error),
}

impl Failure {
    /// Why, without a word of the server's or the letter's own: those may name people.
    fn why(&self) -> String {
        match self {
            Self::Address(_) => "the address cannot be read".to_owned(),
            Self::Sealed => "the letter was sealed with another key file".to_owned(),
            Self::Message(_) => "the message cannot be made".to_owned(),
            Self::Server(error) => match error.status() {
                Some(status) => format!("the mail server said {status}"),
                None if error.is_timeout() => "the mail server does not answer".to_owned(),
                None => "the mail server cannot be reached".to_owned(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{host, is_address};

    #[test]
    fn an_address_is_one_address() {
        for (text, is) in [
            ("aliya@college.kz", true),
            ("aliya.serik+1@sub.college.kz", true),
            ("a@college.kz, b@evil.kz", false),
            ("a@college.kz,b@evil.kz", false),
            ("Aliya <a@college.kz>", false),
            ("<a@college.kz>", false),
            ("a@[127.0.0.1]", false),
            ("\"a b\"@college.kz", false),
            ("a(comment)@college.kz", false),
            ("a@b@college.kz", false),
            ("a@localhost", false),
            ("@college.kz", false),
            ("a@", false),
            ("", false),
        ] {
            assert_eq!(is_address(text), is, "{text}");
        }
    }

    #[test]
    fn a_letter_is_named_after_its_server() {
        for (base, name) in [("https://sheber.kz", "sheber.kz"), ("http://127.0.0.1:8080/x", "127.0.0.1")] {
            assert_eq!(host(base), name);
        }
    }
}
