//! One's own account: sessions, password, second factor.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sheber_platform::app::App;
use sheber_platform::attempts::{attempt, succeeded};
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::Form;
use sheber_platform::page::{Page, html};
use sheber_platform::{clock, secret, session};
use totp_rs::Secret;
use tower_sessions::Session;

use super::factor::{NewPassword, code_step, password_fits, totp};
use super::store::{self, address};

/// Session key of a second factor that is being set up.
const NEW_TOTP: &str = "new-totp";

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
    new_secret: String,
    new_url: String,
    error: Option<String>,
}

async fn show(app: &App, context: Context, session: &Session, error: Option<&str>) -> Result<Response, AppError> {
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
    let (mut new_secret, mut new_url) = (String::new(), String::new());
    if !actor.has_totp {
        new_secret = if let Some(known) = session.get::<String>(NEW_TOTP).await? {
            known
        } else {
            let made = Secret::generate().to_base32();
            session.insert(NEW_TOTP, &made).await?;
            made
        };
        new_url = totp(&new_secret, &actor.email).and_then(|totp| totp.to_url().ok()).unwrap_or_default();
    }
    let error = error.map(|key| context.t(key));
    let title = context.t("nav-account");
    html(&OwnPage {
        page: Page::new(context, "account", title),
        sessions,
        has_totp: actor.has_totp,
        new_secret,
        new_url,
        error,
    })
}

pub async fn page(State(app): State<App>, context: Context, session: Session) -> Result<Response, AppError> {
    show(&app, context, &session, None).await
}

#[derive(Template)]
#[template(path = "accounts/password.html")]
struct PasswordPage {
    page: Page,
    error: Option<String>,
}

fn show_password(context: Context, error: Option<&str>) -> Result<Response, AppError> {
    let error = error.map(|key| context.t(key));
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
    Form(form): Form<PasswordForm>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let new = NewPassword { password: form.password, again: form.again };
    if let Some(fault) = new.fault() {
        return show_password(context, Some(fault));
    }
    let Some(attempt) = attempt(&app, "login", &address(&actor.email), &context.address).await? else {
        return show_password(context, Some("login-held-back"));
    };
    let hash = store::login_of(&app.db, actor.id).await?.and_then(|login| login.password_hash);
    if !password_fits(form.current, hash).await? {
        return show_password(context, Some("password-wrong"));
    }
    succeeded(&app, "login", &address(&actor.email), attempt).await?;
    let since = store::set_password(&app, actor.id, new.hash().await?, false).await?;
    // Every session has ended, this one too: it begins anew under another id.
    session.cycle_id().await?;
    session.insert(session::SINCE, since).await?;
    session.insert(session::CSRF, secret::token()).await?;
    Ok(Redirect::to("/").into_response())
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

#[derive(Deserialize)]
pub struct TotpForm {
    code: String,
}

/// Switches the second factor on with a first code, or off with a current one.
pub async fn totp_submit(
    State(app): State<App>,
    context: Context,
    session: Session,
    Form(form): Form<TotpForm>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let Some(attempt) = attempt(&app, "code", &address(&actor.email), &context.address).await? else {
        return Err(AppError::TooMany);
    };
    let known = store::login_of(&app.db, actor.id).await?.and_then(|login| login.totp_secret);
    let now = app.clock.now().timestamp().unsigned_abs();
    let wanted = match &known {
        Some(secret) => Some(secret.clone()),
        None => session.get::<String>(NEW_TOTP).await?,
    };
    let right = wanted.as_deref().is_some_and(|secret| code_step(secret, &actor.email, &form.code, now).is_some());
    if !right {
        return show(&app, context, &session, Some("code-wrong")).await;
    }
    succeeded(&app, "code", &address(&actor.email), attempt).await?;
    store::set_totp(&app, &actor, if known.is_some() { None } else { wanted }).await?;
    session.remove::<String>(NEW_TOTP).await?;
    Ok(Redirect::to("/account").into_response())
}
