//! What somebody is told: the inbox, how much of it comes by mail, and the digest of a day.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Redirect, Response};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::Deserialize;
use sheber_kernel::{Lang, words};

use crate::params;
use crate::platform::actor::Actor;
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::context::Context;
use crate::platform::database::{self, Conditions};
use crate::platform::error::AppError;
use crate::platform::forms::Form;
use crate::platform::page::{Choice, Page, html};
use crate::platform::route::Access::SignedIn;
use crate::platform::route::{Route, get, post};
use crate::platform::{clock, outbox};

words! {
    /// How somebody wants to hear of steps by mail. The inbox has them all.
    Mail {
        /// A mail for each.
        Each = "each",
        /// One mail a day.
        Daily = "daily",
        /// None.
        Never = "never",
    }
}

pub fn routes() -> Vec<Route> {
    vec![get("/inbox", SignedIn, page), post("/inbox/read", SignedIn, read), post("/inbox/mail", SignedIn, prefer)]
}

/// Somebody who is told, in their language.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Reader {
    pub id: i64,
    pub email: String,
    lang: String,
    /// How they want to hear by mail; each where they never said.
    how: Option<String>,
}

impl Reader {
    /// Whoever is signed in.
    pub async fn of(db: &impl ConnectionTrait, actor: &Actor) -> Result<Self, DbErr> {
        let how = preference(db, actor.id).await?.word().to_owned();
        Ok(Self { id: actor.id, email: actor.email.clone(), lang: actor.lang.code().to_owned(), how: Some(how) })
    }

    fn mail(&self) -> Mail {
        self.how.as_deref().and_then(|how| how.parse().ok()).unwrap_or(Mail::Each)
    }

    pub fn lang(&self) -> Lang {
        self.lang.parse().unwrap_or_default()
    }
}

/// The columns of a [`Reader`], of an account called `a`.
pub const READER: &str =
    "a.id, a.email, a.lang, (SELECT p.how FROM mail_preference p WHERE p.account_id = a.id) AS how";

async fn preference(db: &impl ConnectionTrait, account: i64) -> Result<Mail, DbErr> {
    let sql = "SELECT how FROM mail_preference WHERE account_id = $1";
    let how = database::text(db, sql, params![account]).await?;
    Ok(how.and_then(|how| how.parse().ok()).unwrap_or(Mail::Each))
}

/// Writes a notice into somebody's inbox; one that waits goes with the day's letter.
async fn note(
    change: &Change,
    reader: &Reader,
    (subject, text, path): (&str, &str, &str),
    waits: bool,
) -> Result<(), DbErr> {
    let sql = "INSERT INTO notice (account_id, at, subject, body, link, in_digest) VALUES ($1, $2, $3, $4, $5, $6)";
    database::run(change.db(), sql, params![reader.id, change.at(), subject, text, path, !waits]).await?;
    Ok(())
}

/// Tells somebody within the change: in the inbox, and by mail where they want each. `path` is where to go next.
pub async fn tell(change: &Change, reader: &Reader, subject: String, text: &str, path: &str) -> Result<(), DbErr> {
    let mail = reader.mail();
    note(change, reader, (&subject, text, path), mail == Mail::Daily).await?;
    if mail == Mail::Each {
        let link = format!("{}{path}", change.base_url());
        let next = sheber_messages::text_with(reader.lang(), "register-told-next", &[("link", &link)]);
        let body =
            if text.is_empty() { format!("{subject}\n\n{next}\n") } else { format!("{subject}\n\n{text}\n\n{next}\n") };
        change.mail(&reader.email, subject, body).await?;
    }
    Ok(())
}

/// Tells somebody of duties within the change: in the inbox, and by mail with everything else of the day, in one letter.
pub async fn gather(change: &Change, reader: &Reader, subject: &str, text: &str, path: &str) -> Result<(), DbErr> {
    note(change, reader, (subject, text, path), reader.mail() != Mail::Never).await
}

/// As [`gather`], where it is better not to wait: the day's letter goes at once, unless it went already.
pub async fn hurry(change: &Change, reader: &Reader, subject: &str, text: &str, path: &str) -> Result<(), DbErr> {
    gather(change, reader, subject, text, path).await?;
    // In the first hour the morning's reminders are still to come: they take it along.
    if reader.mail() != Mail::Never && clock::hour(change.at()) > MORNING {
        letter(change, reader).await?;
    }
    Ok(())
}

/// The hour from which on a day's letter may go.
pub const MORNING: u32 = 8;

/// A digest lists so many; the inbox, which it leads to, has them all.
const LISTED: usize = 100;

/// Sends each what waits for the day's letter: one a day at most, from eight in the morning on.
pub async fn digest(app: &App) -> Result<(), AppError> {
    let now = app.clock.millis();
    if clock::hour(now) < MORNING {
        return Ok(());
    }
    let sql = format!(
        "SELECT {READER} FROM account a LEFT JOIN mail_preference m ON m.account_id = a.id
         WHERE a.active AND COALESCE(m.how, '') <> 'never' AND (m.last_digest IS NULL OR m.last_digest < $1)
           AND EXISTS (SELECT 1 FROM notice n WHERE n.account_id = a.id AND n.in_digest = FALSE AND n.is_read = FALSE)
         ORDER BY a.id"
    );
    let readers: Vec<Reader> = database::all(&app.db, &sql, params![clock::day(now).to_string()]).await?;
    for reader in readers {
        let change = Change::by(app, None).await?;
        if letter(&change, &reader).await? {
            change.commit().await?;
        }
    }
    Ok(())
}

/// Writes the day's letter with all that waits; `false` where today's went already, or nothing waits.
async fn letter(change: &Change, reader: &Reader) -> Result<bool, DbErr> {
    let news: Vec<Notice> = database::all(
        change.db(),
        "SELECT id, at, subject, body, link, is_read FROM notice
         WHERE account_id = $1 AND in_digest = FALSE AND is_read = FALSE ORDER BY id",
        params![reader.id],
    )
    .await?;
    // Read meanwhile, or what came was for another preference.
    let Some(last) = news.last().map(|last| last.id) else { return Ok(false) };
    let today = clock::day(change.at()).to_string();
    let taken = "INSERT INTO mail_preference (account_id, how, last_digest) VALUES ($1, $2, $3)
                 ON CONFLICT (account_id) DO UPDATE SET last_digest = excluded.last_digest
                 WHERE mail_preference.last_digest IS NULL OR mail_preference.last_digest < excluded.last_digest";
    if database::run(change.db(), taken, params![reader.id, reader.mail().word(), today]).await? == 0 {
        return Ok(false);
    }
    let subject = match news.as_slice() {
        [only] => only.subject.clone(),
        many => sheber_messages::count(reader.lang(), "inbox-digest", many.len()),
    };
    let base = change.base_url();
    let line = |one: &Notice| {
        let body: String = one.body.lines().map(|line| format!("  {line}\n")).collect();
        format!("– {}\n{body}  {base}{}", one.subject, one.link)
    };
    let lines: Vec<String> = news.iter().take(LISTED).map(line).collect();
    change.mail(&reader.email, subject.clone(), format!("{subject}\n\n{}\n\n{base}/inbox\n", lines.join("\n"))).await?;
    let done = "UPDATE notice SET in_digest = TRUE WHERE account_id = $1 AND in_digest = FALSE AND id <= $2";
    database::run(change.db(), done, params![reader.id, last]).await?;
    Ok(true)
}

#[derive(Debug, FromQueryResult)]
struct Notice {
    id: i64,
    at: i64,
    subject: String,
    body: String,
    link: String,
    is_read: bool,
}

#[derive(Template)]
#[template(path = "inbox/inbox.html")]
struct InboxPage {
    page: Page,
    notices: Vec<Notice>,
    next: Option<i64>,
    mails: Vec<Choice>,
    sends: bool,
}

impl InboxPage {
    fn when(&self, millis: &i64) -> String {
        clock::local(*millis)
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    before: i64,
}

const PAGE: usize = 50;

async fn page(State(app): State<App>, context: Context, Query(asked): Query<Asked>) -> Result<Response, AppError> {
    let account = context.actor()?.id;
    let mut conditions = Conditions::default();
    conditions.and("account_id = ?", params![account]);
    if asked.before > 0 {
        conditions.and("id < ?", params![asked.before]);
    }
    let sql = format!(
        "SELECT id, at, subject, body, link, is_read FROM notice{} ORDER BY id DESC LIMIT {}",
        conditions.sql(),
        PAGE + 1
    );
    let mut notices: Vec<Notice> = database::all(&app.db, &sql, conditions.values).await?;
    let more = notices.len() > PAGE;
    notices.truncate(PAGE);
    let next = notices.last().filter(|_| more).map(|last| last.id);
    let how = preference(&app.db, account).await?;
    let mails = Mail::ALL
        .iter()
        .map(|mail| Choice {
            value: mail.word().to_owned(),
            label: context.t(&format!("inbox-mail-{}", mail.word())),
            chosen: *mail == how,
        })
        .collect();
    let sends = outbox::sends(&app);
    html(&InboxPage { page: Page::new(context.clone(), "inbox", context.t("nav-inbox")), notices, next, mails, sends })
}

#[derive(Deserialize)]
struct Upto {
    /// The newest that the person has seen: what comes meanwhile stays unread.
    upto: i64,
}

async fn read(State(app): State<App>, context: Context, Form(form): Form<Upto>) -> Result<Redirect, AppError> {
    let sql = "UPDATE notice SET is_read = TRUE WHERE account_id = $1 AND id <= $2 AND is_read = FALSE";
    database::run(&app.db, sql, params![context.actor()?.id, form.upto]).await?;
    Ok(Redirect::to("/inbox"))
}

#[derive(Deserialize)]
struct Preferred {
    how: String,
}

async fn prefer(State(app): State<App>, context: Context, Form(form): Form<Preferred>) -> Result<Redirect, AppError> {
    let actor = context.actor()?;
    let how: Mail = form.how.parse().map_err(|_| AppError::Bad("error-form"))?;
    let change = Change::begin(&app, Some(actor)).await?;
    database::run(
        change.db(),
        "INSERT INTO mail_preference (account_id, how) VALUES ($1, $2)
         ON CONFLICT (account_id) DO UPDATE SET how = excluded.how",
        params![actor.id, how.word()],
    )
    .await?;
    if how == Mail::Never {
        // What waited for a letter goes into none.
        let waiting = "UPDATE notice SET in_digest = TRUE WHERE account_id = $1 AND in_digest = FALSE";
        database::run(change.db(), waiting, params![actor.id]).await?;
    }
    let after = serde_json::json!({ "mail": how.word() });
    change.record(Event::new("event-account-mail", "account", actor.id).after(after)).await?;
    change.commit().await?;
    Ok(Redirect::to("/inbox"))
}
