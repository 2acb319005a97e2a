//! One's own account: sessions, password, second factor.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, Form, Pairs};
use sheber_platform::page::{Page, html};
use sheber_platform::{clock, secret, session};
use tower_sessions::Session;

use super::device::Device;
use super::factor::NewPassword;
use super::links::{self, Grounds};
use super::proof::is_person;
use super::second;
use super::store;

struct SessionLine {
    id: String,
    agent: String,
    address: String,
    since: String,
    seen: String,
    own: bool,
}

#[derive(Template)]
#[template(path = "accounts/own.html")]
struct OwnPage {
    page: Page,
    sessions: Vec<SessionLine>,
    has_totp: bool,
    /// So many codes are left for the day when the telephone is lost.
    codes: usize,
    /// What was done a moment ago.
    done: Option<String>,
}

/// What was done a moment ago, as the address says it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct LastDeed {
    done: String,
}

pub async fn page(
    State(app): State<App>,
    context: Context,
    session: Session,
    Address(LastDeed { done }): Address<LastDeed>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let own = session.id().map(|id| session::stored_id(&id));
    let field =
        |data: &serde_json::Value, key: &str| data.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    let sessions = session::of(&app.db, actor.id, app.clock.millis())
        .await?
        .into_iter()
        .map(|line| SessionLine {
            own: own.as_deref() == Some(line.id.as_str()),
            agent: field(&line.data, session::AGENT),
            address: field(&line.data, session::ADDRESS),
            since: clock::local(line.created_at),
            seen: clock::local(line.seen_at),
            id: line.id,
        })
        .collect();
    let codes = usize::try_from(second::codes_left(&app.db, actor.id).await?).unwrap_or_default();
    let done = ["password", "sessions"].contains(&done.as_str()).then(|| context.t(&format!("done-{done}")));
    let title = context.t("nav-account");
    html(&OwnPage { page: Page::new(context, "account", title), sessions, has_totp: actor.has_totp, codes, done })
}

#[derive(Template)]
#[template(path = "accounts/password.html")]
struct PasswordPage {
    page: Page,
    error: Option<String>,
}

fn show_password(context: Context, error: Option<String>) -> Result<Response, AppError> {
    let title = context.t("password-title");
    let back = context.t("nav-account");
    html(&PasswordPage { page: Page::new(context, "account", title).crumb(back, "/account"), error })
}

pub async fn password_page(context: Context) -> Result<Response, AppError> {
    show_password(context, None)
}

#[derive(Deserialize)]
pub struct PasswordForm {
    current: String,
    password: String,
    again: String,
}

pub async fn password_submit(
    State(app): State<App>,
    context: Context,
    session: Session,
    headers: HeaderMap,
    Form(form): Form<PasswordForm>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let new = NewPassword { password: form.password, again: form.again };
    if let Some(fault) = new.fault([&actor.name, &actor.email]).await? {
        let error = context.t(fault);
        return show_password(context, Some(error));
    }
    let known = match is_person(&app, &context, &actor, &form.current).await? {
        Ok(known) => known,
        Err(fault) => {
            let error = fault.message(&context);
            return show_password(context, Some(error));
        }
    };
    if form.current == new.password {
        let error = context.t("password-same");
        return show_password(context, Some(error));
    }
    let Some(known) = links::set_password(&app, Grounds::Current(&actor, &known), new.hash().await?).await? else {
        let error = context.t("password-wrong");
        return show_password(context, Some(error));
    };
    let device = Device::of(&app, &headers);
    begun_anew(&session, known.1).await?;
    let mut response = Redirect::to("/account?done=password").into_response();
    response.headers_mut().append(header::SET_COOKIE, device.remember(&app, known)?);
    Ok(response)
}

/// Every session has ended, this one too: it begins anew under another id.
async fn begun_anew(session: &Session, since: i64) -> Result<(), AppError> {
    session.cycle_id().await?;
    session.insert(session::SINCE, since).await?;
    session.insert(session::CSRF, secret::token()).await?;
    Ok(())
}

#[derive(Deserialize)]
pub struct End {
    id: String,
}

pub async fn end_session(
    State(app): State<App>,
    context: Context,
    Form(form): Form<End>,
) -> Result<Redirect, AppError> {
    store::end_session(&app, context.actor()?, &form.id).await?;
    Ok(Redirect::to("/account"))
}

/// Ends all sessions but this one.
pub async fn end_sessions(
    State(app): State<App>,
    context: Context,
    session: Session,
    headers: HeaderMap,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let known = store::end_sessions(&app, context.actor()?).await?;
    begun_anew(&session, known.1).await?;
    let mut response = Redirect::to("/account?done=sessions").into_response();
    response.headers_mut().append(header::SET_COOKIE, Device::of(&app, &headers).remember(&app, known)?);
    Ok(response)
}
