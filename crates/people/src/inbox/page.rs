//! The inbox, and how somebody hears by mail.

use askama::Template;
use axum::extract::State;
use axum::response::{Redirect, Response};
use serde::{Deserialize, Serialize};
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::entry::Entry;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, Form};
use sheber_platform::page::{Choice, Page, Pager, html};
use sheber_platform::{clock, database, outbox, params};

use super::notices::{self, Notice};
use super::tell::{Mail, preference};
use crate::accounts::store::ACCOUNT;

#[derive(Template)]
#[template(path = "inbox/inbox.html")]
struct InboxPage {
    page: Page,
    notices: Vec<Notice>,
    pager: Pager,
    mails: Vec<Choice>,
    sends: bool,
}

impl InboxPage {
    fn when(&self, millis: &i64) -> String {
        clock::local(*millis)
    }
}

#[derive(Deserialize, Serialize, Default)]
#[serde(default)]
pub struct Place {
    #[serde(skip_serializing)]
    at: String,
}

pub async fn show(
    State(app): State<App>,
    context: Context,
    Address(place): Address<Place>,
) -> Result<Response, AppError> {
    let account = context.actor()?.id;
    let list = notices::list(account).page(&app.db, &place.at).await?;
    let pager = Pager::of("/inbox", &place, &list);
    let how = preference(&app.db, account).await?;
    let mails = Mail::ALL.iter().map(|mail| Choice {
        value: mail.word().to_owned(),
        label: context.t(&format!("inbox-mail-{mail}")),
        chosen: *mail == how,
    });
    let (mails, sends) = (mails.collect(), outbox::sends(&app));
    let page = Page::new(context.clone(), "inbox", context.t("nav-inbox"));
    html(&InboxPage { page, notices: list.rows, pager, mails, sends })
}

#[derive(Deserialize)]
pub struct Upto {
    /// The newest that the person has seen: what comes meanwhile stays unread.
    upto: i64,
}

pub async fn read(State(app): State<App>, context: Context, Form(form): Form<Upto>) -> Result<Redirect, AppError> {
    notices::read(&app, context.actor()?.id, form.upto).await?;
    Ok(Redirect::to("/inbox"))
}

#[derive(Deserialize)]
pub struct Preference {
    how: String,
}

pub async fn prefer(
    State(app): State<App>,
    context: Context,
    Form(form): Form<Preference>,
) -> Result<Redirect, AppError> {
    let actor = context.actor()?;
    let how: Mail = form.how.parse().map_err(|_| AppError::Bad("error-form"))?;
    let change = Change::begin(&app, Some(actor)).await?;
    let sql = "INSERT INTO mail_preference (account_id, how) VALUES ($1, $2)
               ON CONFLICT (account_id) DO UPDATE SET how = excluded.how";
    database::run(change.db(), sql, params![actor.id, how]).await?;
    if how == Mail::Never {
        // What waited for a letter goes into none.
        notices::mark_mailed(&change, actor.id, i64::MAX).await?;
    }
    let after = serde_json::json!({ "mail": how });
    change.record(Entry::new("trail-account-mail", ACCOUNT, actor.id).after(after)).await?;
    change.commit().await?;
    Ok(Redirect::to("/inbox"))
}
