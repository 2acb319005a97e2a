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

/// Tells somebody within the change: in the inbox, and by mail where they want each. `path` is where to go next.
pub async fn tell(change: &Change, reader: &Reader, subject: String, text: &str, path: &str) -> Result<(), DbErr> {
    let mail = reader.mail();
    database::run(
        change.db(),
        "INSERT INTO notice (account_id, at, subject, body, link, in_digest) VALUES ($1, $2, $3, $4, $5, $6)",
        params![reader.id, change.at(), subject.clone(), text, path, mail != Mail::Daily],
    )
    .await?;
    if mail == Mail::Each {
        let link = format!("{}{path}", change.base_url());
        let next = sheber_messages::text_with(reader.lang(), "register-told-next", &[("link", &link)]);
        let body =
            if text.is_empty() { format!("{subject}\n\n{next}\n") } else { format!("{subject}\n\n{text}\n\n{next}\n") };
        change.mail(&reader.email, subject, body).await?;
    }
    Ok(())
}

/// A digest lists so many; the inbox, which it leads to, has them all.
const LISTED: usize = 100;

/// Sends each who wants one mail a day what came since the last one, from eight in the morning on.
pub async fn digest(app: &App) -> Result<(), AppError> {
    let now = app.clock.millis();
    let today = clock::day(now).to_string();
    let sql = format!(
        "SELECT {READER} FROM account a JOIN mail_preference m ON m.account_id = a.id
         WHERE a.active AND m.how = 'daily' AND (m.last_digest IS NULL OR m.last_digest < $1)
           AND EXISTS (SELECT 1 FROM notice n WHERE n.account_id = a.id AND n.in_digest = FALSE AND n.is_read = FALSE)
         ORDER BY a.id"
    );
    if clock::hour(now) < 8 {
        return Ok(());
    }
    let readers: Vec<Reader> = database::all(&app.db, &sql, params![today.clone()]).await?;
    for reader in readers {
        let change = Change::by(app, None).await?;
        let taken = "UPDATE mail_preference SET last_digest = $2
                     WHERE account_id = $1 AND (last_digest IS NULL OR last_digest < $2)";
        if database::run(change.db(), taken, params![reader.id, today.clone()]).await? == 0 {
            continue;
        }
        let news: Vec<Notice> = database::all(
            change.db(),
            "SELECT id, at, subject, body, link, is_read FROM notice
             WHERE account_id = $1 AND in_digest = FALSE AND is_read = FALSE ORDER BY id",
            params![reader.id],
        )
        .await?;
        // Read meanwhile, or what came was for another preference.
        if news.is_empty() {
            continue;
        }
        let lang = reader.lang();
        let subject = sheber_messages::count(lang, "inbox-digest", news.len());
        let lines =
            news.iter().take(LISTED).map(|one| format!("– {}\n  {}{}", one.subject, app.config.base_url, one.link));
        let body = format!("{subject}\n\n{}\n\n{}/inbox\n", lines.collect::<Vec<_>>().join("\n"), app.config.base_url);
        change.mail(&reader.email, subject, body).await?;
        let done = "UPDATE notice SET in_digest = TRUE WHERE account_id = $1 AND in_digest = FALSE AND id <= $2";
        database::run(change.db(), done, params![reader.id, news.last().map_or(0, |last| last.id)]).await?;
        change.commit().await?;
    }
    Ok(())
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
    // The digest begins with what comes from now on.
    let earlier = "UPDATE notice SET in_digest = TRUE WHERE account_id = $1 AND in_digest = FALSE";
    database::run(change.db(), earlier, params![actor.id]).await?;
    let after = serde_json::json!({ "mail": how.word() });
    change.record(Event::new("event-account-mail", "account", actor.id).after(after)).await?;
    change.commit().await?;
    Ok(Redirect::to("/inbox"))
}
