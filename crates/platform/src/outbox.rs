//! Mail goes out from the outbox.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use askama::Template;
use lettre::message::header::{ContentType, MimeVersion};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{DbErr, FromQueryResult};
use sheber_kernel::Lang;

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
    lang: Lang,
    subject: String,
    body: String,
}

struct Post(AsyncSmtpTransport<Tokio1Executor>);

#[async_trait]
impl Carrier for Post {
    type Parcel = Letter;

    const QUEUE: Queue = Queue {
        table: "outbox",
        columns: "m.id, m.at, m.recipient, m.lang, m.subject, m.body",
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
            .message_id(Some(format!("<{}.{}@{}>", letter.id, letter.at, app.config.host())))
            .subject(letter.subject.clone())
            .header(MimeVersion::default())
            .multipart(parts(letter, body)?)?;
        self.0.send(message).await?;
        Ok(())
    }
}

/// A letter's words, once plain and once as a page, which a reader's program chooses from.
fn parts(letter: &Letter, body: String) -> Result<MultiPart, Failure> {
    let page = LetterPage { lang: letter.lang, subject: &letter.subject, paragraphs: paragraphs(&body) };
    let page = page.render()?;
    let part = |kind: ContentType, words: String| SinglePart::builder().header(kind).body(words);
    let (plain, html) = (part(ContentType::TEXT_PLAIN, body), part(ContentType::TEXT_HTML, page));
    Ok(MultiPart::alternative().singlepart(plain).singlepart(html))
}

#[derive(Template)]
#[template(path = "page/letter.html")]
struct LetterPage<'a> {
    lang: Lang,
    subject: &'a str,
    paragraphs: Vec<Vec<Vec<Piece<'a>>>>,
}

/// A stretch of a letter's line.
#[derive(Debug, PartialEq)]
enum Piece<'a> {
    Words(&'a str),
    Link(&'a str),
}

/// The lines of each paragraph of a letter; a blank line ends one.
fn paragraphs(body: &str) -> Vec<Vec<Vec<Piece<'_>>>> {
    let mut paragraphs = vec![Vec::new()];
    for line in body.lines() {
        match (line.trim().is_empty(), paragraphs.last_mut()) {
            (false, Some(last)) => last.push(pieces(line)),
            _ => paragraphs.push(Vec::new()),
        }
    }
    paragraphs.retain(|lines| !lines.is_empty());
    paragraphs
}

/// A line with its addresses apart.
fn pieces(line: &str) -> Vec<Piece<'_>> {
    let piece = |text| match text {
        text if str::starts_with(text, "https://") || str::starts_with(text, "http://") => Piece::Link(text),
        text => Piece::Words(text),
    };
    line.split_inclusive(' ')
        .flat_map(|word| {
            let bare = word.trim_end_matches(['.', ',', ';', ')', ' ']);
            [bare, &word[bare.len()..]]
        })
        .filter(|text| !text.is_empty())
        .map(piece)
        .collect()
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
    #[error("page: {0}")]
    Page(#[from] askama::Error),
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
            Self::Message(_) | Self::Page(_) => "the message cannot be made".to_owned(),
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
    use super::Piece::{Link, Words};
    use super::{is_address, paragraphs};

    #[test]
    fn a_letter_has_paragraphs_lines_and_links() {
        let body = "Сәлеметсіз бе!\n\nСілтеме: https://sheber.kz/welcome/a.b.\n  Сөз\n\n\nhttp://x/y\n";
        let expected = vec![
            vec![vec![Words("Сәлеметсіз"), Words(" "), Words("бе!")]],
            vec![
                vec![Words("Сілтеме:"), Words(" "), Link("https://sheber.kz/welcome/a.b"), Words(".")],
                vec![Words(" "), Words(" "), Words("Сөз")],
            ],
            vec![vec![Link("http://x/y")]],
        ];
        assert_eq!(paragraphs(body), expected);
        assert!(paragraphs("\n\n").is_empty());
    }

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
}
