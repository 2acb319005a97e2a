//! Signing in and out, the second factor, a forgotten password, the first visit after an invitation.

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sheber_messages as messages;
use sheber_platform::ability::Role;
use sheber_platform::app::App;
use sheber_platform::attempts::{Trial, succeeded};
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, Form, PageJson, local};
use sheber_platform::kept::{self, KeptForm};
use sheber_platform::page::{Page, html};
use sheber_platform::{pace, secret, session};
use tower_sessions::Session;

use super::device::Device;
use super::factor::{NewPassword, code_step, judged, password_fits};
use super::links::{self, Grounds, Letter};
use super::proof::{self, Fault, Subject};
use super::second;
use super::store::{self, Login, address};

#[derive(Template)]
#[template(path = "accounts/login.html")]
struct LoginPage {
    page: Page,
    email: String,
    to: String,
    /// A form that was sent without a session: it comes along until somebody is signed in.
    kept: String,
    error: Option<String>,
    /// What went well before.
    done: Option<String>,
    demo: Vec<(String, String)>,
}

#[derive(Deserialize)]
pub struct Back {
    #[serde(default)]
    to: String,
    /// A password was set a moment ago.
    #[serde(default)]
    welcome: String,
}

/// What comes along while somebody signs in: the address, where they go on, a form that is kept.
#[derive(Default)]
struct Along {
    email: String,
    to: String,
    kept: String,
}

fn login_page(
    context: Context,
    Along { email, to, kept }: Along,
    fault: Option<Fault>,
    done: Option<String>,
) -> Result<Response, AppError> {
    let context = context.with_token();
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
    let error = fault.map(|fault| fault.message(&context));
    let title = context.t("login-title");
    let page = html(&LoginPage { page: Page::new(context, "", title), email, to, kept, error, done, demo })?;
    Ok(answered(page, fault))
}

/// An answer with the status that says what was wrong.
fn answered(page: Response, fault: Option<Fault>) -> Response {
    match fault {
        None => page,
        Some(Fault::Wrong(_)) => (StatusCode::UNPROCESSABLE_ENTITY, page).into_response(),
        Some(Fault::HeldBack(seconds)) => {
            let mut page = (StatusCode::TOO_MANY_REQUESTS, page).into_response();
            page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            page
        }
    }
}

pub async fn page(context: Context, Address(back): Address<Back>) -> Result<Response, AppError> {
    if context.actor.is_some() {
        return Ok(Redirect::to(local(&back.to)).into_response());
    }
    let done = (!back.welcome.is_empty()).then(|| context.t("welcome-done"));
    login_page(context, Along { to: back.to, ..Along::default() }, None, done)
}

#[derive(Deserialize)]
pub struct Credentials {
    email: String,
    password: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    kept: String,
}

impl Credentials {
    fn along(self) -> Along {
        Along { email: self.email, to: self.to, kept: self.kept }
    }
}

/// A form came without a session: it waits under the page where somebody signs in.
pub async fn keep(context: Context, Address(back): Address<Back>, request: Request) -> Result<Response, AppError> {
    let kept = KeptForm::of_request(context.is_from_here, local(&back.to), request).await;
    // In another window somebody signed in meanwhile.
    if let Some(actor) = &context.actor {
        return match kept.filter(|kept| kept.is_of(Some(actor.id))) {
            Some(kept) => kept::again::page(context, kept, StatusCode::OK),
            None => Ok(Redirect::to("/").into_response()),
        };
    }
    let done = kept.as_ref().map(|_| context.t("kept-sign-in"));
    let kept = kept.map(|kept| kept.text()).unwrap_or_default();
    login_page(context, Along { to: "/".to_owned(), kept, ..Along::default() }, None, done)
}

/// The form that was kept while somebody signed in.
pub async fn kept_page(context: Context, session: Session) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let kept = session.remove::<KeptForm>(session::KEPT).await?.filter(|kept| kept.is_of(Some(actor.id)));
    match kept {
        Some(kept) => kept::again::page(context, kept, StatusCode::OK),
        None => Ok(Redirect::to("/").into_response()),
    }
}

pub async fn submit(
    State(app): State<App>,
    context: Context,
    session: Session,
    headers: HeaderMap,
    Form(form): Form<Credentials>,
) -> Result<Response, AppError> {
    let login = store::login(&app.db, &form.email).await?;
    let device = Device::of(&app, &headers);
    let known = match &login {
        Some(login) => device.knows(&app, login.known())?,
        None => None,
    };
    let tried = Subject { account: &address(&form.email), key: login.as_ref().map(|login| login.id), device: known };
    let counted = match proof::turn(&app, &context, Trial::Password, &tried).await? {
        Ok(counted) => counted,
        Err(fault) => return login_page(context, form.along(), Some(fault), None),
    };
    let hash = login.as_ref().and_then(|login| login.password_hash.clone());
    let right = password_fits(form.password.clone(), hash).await?;
    let Some(login) = login.filter(|_| right) else {
        proof::failed(&app, &context, Trial::Password, tried.key);
        return login_page(context, form.along(), Some(Fault::Wrong("login-wrong")), None);
    };
    succeeded(&app, counted).await?;
    let kept = KeptForm::read(&form.kept).filter(|kept| kept.is_of(Some(login.id)));
    let to = if kept.is_some() { "/kept".to_owned() } else { form.to };
    session.remove::<KeptForm>(session::KEPT).await?;
    if let Some(kept) = kept {
        session.insert(session::KEPT, kept).await?;
    }
    if login.totp_secret.is_some() {
        session.cycle_id().await?;
        // Whoever was signed in here is so no more.
        session.remove::<i64>(session::ACCOUNT).await?;
        session.insert(session::PENDING, (login.id, &form.email)).await?;
        session.insert(session::SINCE, login.sessions_since).await?;
        let to = serde_urlencoded::to_string([("to", &to)]).unwrap_or_default();
        return Ok(Redirect::to(&format!("/login/code?{to}")).into_response());
    }
    enter(&app, &session, &headers, &context, (&login, device)).await.map(|cookie| entered(&to, cookie))
}

/// The way on, with the cookie of the device.
fn entered(to: &str, cookie: HeaderValue) -> Response {
    let mut response = Redirect::to(local(to)).into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// Opens the session: under a new id and a new token, so that what was known before signing in is worth nothing. Gives the cookie by
/// which the device is known.
async fn enter(
    app: &App,
    session: &Session,
    headers: &HeaderMap,
    context: &Context,
    (login, device): (&Login, Device),
) -> Result<HeaderValue, AppError> {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let agent: String = agent.chars().take(200).collect();
    let is_known = device.knows(app, login.known())?.is_some();
    let news = (!is_known).then(|| format!("{agent} ({})", context.address));
    store::signed_in(app, login, news).await?;
    session.cycle_id().await?;
    session.remove::<(i64, String)>(session::PENDING).await?;
    session.insert(session::ACCOUNT, login.id).await?;
    session.insert(session::SINCE, login.sessions_since).await?;
    session.insert(session::CSRF, secret::token()).await?;
    session.insert(session::ADDRESS, &context.address).await?;
    session.insert(session::AGENT, agent).await?;
    device.remember(app, login.known())
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

async fn show_code(
    context: Context,
    session: &Session,
    to: String,
    fault: Option<Fault>,
) -> Result<Response, AppError> {
    if session.get::<(i64, String)>(session::PENDING).await?.is_none() {
        return Ok(Redirect::to("/login").into_response());
    }
    let context = context.with_token();
    let error = fault.map(|fault| fault.message(&context));
    let title = context.t("code-title");
    let page = html(&CodePage { page: Page::new(context, "", title), to, error })?;
    Ok(answered(page, fault))
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
    let login = store::login_of(&app.db, account).await?.ok_or(AppError::Forbidden)?;
    // The password that was given may be another one by now.
    if session.get::<i64>(session::SINCE).await? != Some(login.sessions_since) {
        return Ok(Redirect::to("/login").into_response());
    }
    let device = Device::of(&app, &headers);
    let known = device.knows(&app, login.known())?;
    let tried = Subject { account: &address(&email), key: Some(account), device: known };
    let counted = match proof::turn(&app, &context, Trial::Code, &tried).await? {
        Ok(counted) => counted,
        Err(fault) => return show_code(context, &session, form.to, Some(fault)).await,
    };
    let now = app.clock.now().timestamp().unsigned_abs();
    let step = login.totp(&app)?.and_then(|secret| code_step(&secret, &email, &form.code, now));
    let fresh = match step {
        Some(step) => second::use_step(&app, account, step).await?,
        None => second::use_code(&app, None, account, &form.code).await?,
    };
    if !fresh {
        proof::failed(&app, &context, Trial::Code, Some(account));
        return show_code(context, &session, form.to, Some(Fault::Wrong("code-wrong"))).await;
    }
    succeeded(&app, counted).await?;
    enter(&app, &session, &headers, &context, (&login, device)).await.map(|cookie| entered(&form.to, cookie))
}

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn out(session: Session, Form(Nothing {}): Form<Nothing>) -> Result<impl IntoResponse, AppError> {
    session.flush().await?;
    // Nothing of what was seen stays in a browser that others use.
    Ok(([("clear-site-data", "\"cache\"")], Redirect::to("/login")))
}

#[derive(Template)]
#[template(path = "accounts/reset.html")]
struct ResetPage {
    page: Page,
    sent: bool,
}

fn show_reset(context: Context, sent: bool) -> Result<Response, AppError> {
    let context = context.with_token();
    let title = context.t("reset-title");
    html(&ResetPage { page: Page::new(context, "", title), sent })
}

pub async fn reset_page(context: Context) -> Result<Response, AppError> {
    show_reset(context, false)
}

#[derive(Deserialize)]
pub struct Reset {
    email: String,
}

pub async fn reset_submit(
    State(app): State<App>,
    context: Context,
    Form(form): Form<Reset>,
) -> Result<Response, AppError> {
    // Counted whether or not there is such an account, so that nobody floods a mailbox.
    let subject = Subject { account: &address(&form.email), key: None, device: None };
    if proof::turn(&app, &context, Trial::Letter, &subject).await?.is_err() {
        // Enough letters are on their way: the last link stays good, and nobody learns that there are any.
        return show_reset(context, true);
    }
    // Beside the answer, which takes as long whether or not there is such an account.
    let (asked, base) = (app.clone(), app.config.base_url.clone());
    tokio::spawn(async move {
        let letter = |token: &str, lang| Letter {
            lang,
            subject: messages::text(lang, "mail-reset-subject"),
            body: messages::text_with(lang, "mail-reset-body", &[("link", &format!("{base}/welcome/{token}"))]),
        };
        if let Err(error) = links::ask_reset(&asked, &form.email, letter).await {
            tracing::error!(%error, "a link to set a password could not be made");
        }
    });
    show_reset(context, true)
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

async fn show_welcome(app: &App, context: Context, token: String, error: Option<&str>) -> Result<Response, AppError> {
    let Some(account) = links::welcome(app, &token).await? else { return Err(AppError::Bad("error-link")) };
    let context = context.with_token();
    let error = error.map(|key| context.t(key));
    let title = context.t("welcome-title");
    html(&WelcomePage { page: Page::new(context, "", title), token, name: account.name, email: account.email, error })
}

pub async fn welcome_page(
    State(app): State<App>,
    context: Context,
    Path(token): Path<String>,
) -> Result<Response, AppError> {
    show_welcome(&app, context, token, None).await
}

pub async fn welcome_submit(
    State(app): State<App>,
    context: Context,
    headers: HeaderMap,
    Path(token): Path<String>,
    Form(form): Form<NewPassword>,
) -> Result<Response, AppError> {
    let Some(account) = links::welcome(&app, &token).await? else { return Err(AppError::Bad("error-link")) };
    if let Some(fault) = form.fault([&account.name, &account.email]).await? {
        return show_welcome(&app, context, token, Some(fault)).await;
    }
    let hash = form.hash().await?;
    let Some(known) = links::set_password(&app, Grounds::Link(&token), hash).await? else {
        return Err(AppError::Bad("error-link"));
    };
    // Who has the link is at home here: strangers' failures do not hold up the first sign-in.
    let mut response = Redirect::to("/login?welcome=yes").into_response();
    response.headers_mut().append(header::SET_COOKIE, Device::of(&app, &headers).remember(&app, known)?);
    Ok(response)
}

#[derive(Deserialize)]
pub struct Draft {
    password: String,
}

/// How strong a password is that somebody types: from 0 to 4, as it is judged when it is set.
pub async fn strength(
    State(app): State<App>,
    context: Context,
    PageJson(draft): PageJson<Draft>,
) -> Result<axum::Json<serde_json::Value>, AppError> {
    pace::keep(&app, format!("strength {}", context.network()))?;
    let own = context.actor.as_ref().map(|actor| vec![actor.name.clone(), actor.email.clone()]);
    let score = judged(draft.password, own.unwrap_or_default()).await?;
    Ok(axum::Json(serde_json::json!({ "score": score })))
}
