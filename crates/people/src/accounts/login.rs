//! Signing in and out, the second factor, a forgotten password, the first visit after an invitation.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sheber_messages as messages;
use sheber_platform::ability::Role;
use sheber_platform::app::App;
use sheber_platform::attempts::{attempt, succeeded};
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, Form, csrf_token, local};
use sheber_platform::page::{Page, html};
use sheber_platform::{secret, session};
use tower_sessions::Session;

use super::factor::{NewPassword, code_step, password_fits};
use super::store::{self, Letter, Login, address};

#[derive(Template)]
#[template(path = "accounts/login.html")]
struct LoginPage {
    page: Page,
    email: String,
    to: String,
    error: Option<String>,
    demo: Vec<(String, String)>,
}

#[derive(Deserialize)]
pub struct Back {
    #[serde(default)]
    to: String,
}

async fn login_page(
    context: Context,
    session: &Session,
    email: String,
    to: String,
    error: Option<&str>,
) -> Result<Response, AppError> {
    let mut context = context;
    context.csrf = csrf_token(session).await?;
    let demo = if context.demo {
        Role::ALL
            .iter()
            .map(|role| {
                (
                    format!("{}@demo.sheber.kz", role.word().replace('_', "-")),
                    context.t(&format!("role-{}", role.word())),
                )
            })
            .collect()
    } else {
        Vec::new()
    };
    let error = error.map(|key| context.t(key));
    let title = context.t("login-title");
    html(&LoginPage { page: Page::new(context, "", title), email, to, error, demo })
}

pub async fn page(context: Context, session: Session, Address(back): Address<Back>) -> Result<Response, AppError> {
    if context.actor.is_some() {
        return Ok(Redirect::to(local(&back.to)).into_response());
    }
    login_page(context, &session, String::new(), back.to, None).await
}

#[derive(Deserialize)]
pub struct Credentials {
    email: String,
    password: String,
    #[serde(default)]
    to: String,
}

pub async fn submit(
    State(app): State<App>,
    context: Context,
    session: Session,
    headers: HeaderMap,
    Form(form): Form<Credentials>,
) -> Result<Response, AppError> {
    let Some(attempt) = attempt(&app, "login", &address(&form.email), &context.address).await? else {
        let page = login_page(context, &session, form.email, form.to, Some("login-held-back")).await?;
        return Ok((StatusCode::TOO_MANY_REQUESTS, page).into_response());
    };
    let login = store::login(&app.db, &form.email).await?;
    let hash = login.as_ref().and_then(|login| login.password_hash.clone());
    let right = password_fits(form.password, hash).await?;
    let Some(login) = login.filter(|_| right) else {
        let page = login_page(context, &session, form.email, form.to, Some("login-wrong")).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    succeeded(&app, "login", &address(&form.email), attempt).await?;
    if login.totp_secret.is_some() {
        session.cycle_id().await?;
        // Whoever was signed in here is so no more.
        session.remove::<i64>(session::ACCOUNT).await?;
        session.insert(session::PENDING, (login.id, &form.email)).await?;
        session.insert(session::SINCE, login.sessions_since).await?;
        let to = serde_urlencoded::to_string([("to", &form.to)]).unwrap_or_default();
        return Ok(Redirect::to(&format!("/login/code?{to}")).into_response());
    }
    enter(&app, &session, &headers, &context, &login).await?;
    Ok(Redirect::to(local(&form.to)).into_response())
}

/// Opens the session: under a new id and a new token, so that what was known before signing in is worth nothing.
async fn enter(
    app: &App,
    session: &Session,
    headers: &HeaderMap,
    context: &Context,
    login: &Login,
) -> Result<(), AppError> {
    store::signed_in(app, login.id).await?;
    session.cycle_id().await?;
    session.remove::<(i64, String)>(session::PENDING).await?;
    session.insert(session::ACCOUNT, login.id).await?;
    session.insert(session::SINCE, login.sessions_since).await?;
    session.insert(session::CSRF, secret::token()).await?;
    session.insert(session::ADDRESS, &context.address).await?;
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    session.insert(session::AGENT, agent.chars().take(200).collect::<String>()).await?;
    Ok(())
}

#[derive(Template)]
#[template(path = "accounts/code.html")]
struct CodePage {
    page: Page,
    to: String,
    error: Option<String>,
}

pub async fn code_page(context: Context, session: Session, Address(back): Address<Back>) -> Result<Response, AppError> {
    show_code(context, &session, back.to, None).await
}

async fn show_code(context: Context, session: &Session, to: String, error: Option<&str>) -> Result<Response, AppError> {
    if session.get::<(i64, String)>(session::PENDING).await?.is_none() {
        return Ok(Redirect::to("/login").into_response());
    }
    let mut context = context;
    context.csrf = csrf_token(session).await?;
    let error = error.map(|key| context.t(key));
    let title = context.t("code-title");
    html(&CodePage { page: Page::new(context, "", title), to, error })
}

#[derive(Deserialize)]
pub struct Code {
    code: String,
    #[serde(default)]
    to: String,
}

pub async fn code_submit(
    State(app): State<App>,
    context: Context,
    session: Session,
    headers: HeaderMap,
    Form(form): Form<Code>,
) -> Result<Response, AppError> {
    let Some((account, email)) = session.get::<(i64, String)>(session::PENDING).await? else {
        return Ok(Redirect::to("/login").into_response());
    };
    let Some(attempt) = attempt(&app, "code", &address(&email), &context.address).await? else {
        return show_code(context, &session, form.to, Some("login-held-back")).await;
    };
    let login = store::login_of(&app.db, account).await?.ok_or(AppError::Forbidden)?;
    // The password that was given may be another one by now.
    if session.get::<i64>(session::SINCE).await? != Some(login.sessions_since) {
        return Ok(Redirect::to("/login").into_response());
    }
    let now = app.clock.now().timestamp().unsigned_abs();
    let step = login.totp_secret.as_deref().and_then(|secret| code_step(secret, &email, &form.code, now));
    let fresh = match step.and_then(|step| i64::try_from(step).ok()) {
        Some(step) => store::use_step(&app, account, step).await?,
        None => false,
    };
    if !fresh {
        return show_code(context, &session, form.to, Some("code-wrong")).await;
    }
    succeeded(&app, "code", &address(&email), attempt).await?;
    enter(&app, &session, &headers, &context, &login).await?;
    Ok(Redirect::to(local(&form.to)).into_response())
}

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn out(session: Session, Form(Nothing {}): Form<Nothing>) -> Result<Redirect, AppError> {
    session.flush().await?;
    Ok(Redirect::to("/login"))
}

#[derive(Template)]
#[template(path = "accounts/reset.html")]
struct ResetPage {
    page: Page,
    sent: bool,
}

async fn show_reset(context: Context, session: &Session, sent: bool) -> Result<Response, AppError> {
    let mut context = context;
    context.csrf = csrf_token(session).await?;
    let title = context.t("reset-title");
    html(&ResetPage { page: Page::new(context, "", title), sent })
}

pub async fn reset_page(context: Context, session: Session) -> Result<Response, AppError> {
    show_reset(context, &session, false).await
}

#[derive(Deserialize)]
pub struct Reset {
    email: String,
}

pub async fn reset_submit(
    State(app): State<App>,
    context: Context,
    session: Session,
    Form(form): Form<Reset>,
) -> Result<Response, AppError> {
    // Counted whether or not there is such an account, so that nobody floods a mailbox.
    if attempt(&app, "reset", &address(&form.email), &context.address).await?.is_none() {
        return Err(AppError::TooMany);
    }
    let base = app.config.base_url.clone();
    store::ask_reset(&app, &form.email, |token, lang| Letter {
        subject: messages::text(lang, "mail-reset-subject"),
        body: messages::text_with(lang, "mail-reset-body", &[("link", &format!("{base}/welcome/{token}"))]),
    })
    .await?;
    show_reset(context, &session, true).await
}

#[derive(Template)]
#[template(path = "accounts/welcome.html")]
struct WelcomePage {
    page: Page,
    token: String,
    name: String,
    email: String,
    error: Option<String>,
}

async fn show_welcome(
    app: &App,
    context: Context,
    session: &Session,
    token: String,
    error: Option<&str>,
) -> Result<Response, AppError> {
    let Some(account) = store::welcome(app, &token).await? else { return Err(AppError::Bad("error-link")) };
    let mut context = context;
    context.csrf = csrf_token(session).await?;
    let error = error.map(|key| context.t(key));
    let title = context.t("welcome-title");
    html(&WelcomePage { page: Page::new(context, "", title), token, name: account.name, email: account.email, error })
}

pub async fn welcome_page(
    State(app): State<App>,
    context: Context,
    session: Session,
    Path(token): Path<String>,
) -> Result<Response, AppError> {
    show_welcome(&app, context, &session, token, None).await
}

pub async fn welcome_submit(
    State(app): State<App>,
    context: Context,
    session: Session,
    Path(token): Path<String>,
    Form(form): Form<NewPassword>,
) -> Result<Response, AppError> {
    if let Some(fault) = form.fault() {
        return show_welcome(&app, context, &session, token, Some(fault)).await;
    }
    let Some(account) = store::welcome(&app, &token).await? else { return Err(AppError::Bad("error-link")) };
    let hash = form.hash().await?;
    store::set_password(&app, account.account_id, hash, true).await?;
    Ok(Redirect::to("/login").into_response())
}
