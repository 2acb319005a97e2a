//! What is known of every request before its handler runs: who, in which language, for which academic year.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sheber_kernel::{AcademicYear, Lang};
use tower_sessions::Session;

use super::actor::Actor;
use super::app::App;
use super::error::{AppError, Shown, problem, wants_problem};
use super::page::ErrorPage;
use super::session::{ACCOUNT, CSRF, SEEN};

#[derive(Clone, Debug)]
pub struct Context {
    pub actor: Option<Actor>,
    pub lang: Lang,
    /// The academic year the person works in: chosen in the head of the page, else the current one.
    pub year: AcademicYear,
    pub this_year: AcademicYear,
    pub csrf: String,
    /// Path and query of the request, for links that stay on the page.
    pub here: String,
    pub demo: bool,
    pub address: String,
}

impl Context {
    pub fn t(&self, key: &str) -> String {
        sheber_messages::text(self.lang, key)
    }

    /// The actor of a route that only signed-in people reach.
    pub fn actor(&self) -> Result<&Actor, AppError> {
        self.actor.as_ref().ok_or_else(|| AppError::SignIn(self.here.clone()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Context {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| AppError::Internal("no context".to_owned()))
    }
}

/// A cookie's value.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

fn language(headers: &HeaderMap, actor: Option<&Actor>) -> Lang {
    if let Some(lang) = cookie(headers, "lang").and_then(|code| code.parse().ok()) {
        return lang;
    }
    if let Some(actor) = actor {
        return actor.lang;
    }
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|list| list.to_str().ok()).unwrap_or_default();
    accepted.split(',').find_map(|part| part.trim().get(..2)?.parse().ok()).unwrap_or_default()
}

fn address(request: &Request, proxy: bool) -> String {
    let forwarded = || {
        let list = request.headers().get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        Some(list.rsplit(',').next()?.trim().to_owned())
    };
    let direct = || {
        let peer = request.extensions().get::<axum::extract::ConnectInfo<std::net::SocketAddr>>()?;
        Some(peer.0.ip().to_string())
    };
    if proxy { forwarded().or_else(direct) } else { direct() }.unwrap_or_default()
}

/// Finds out who asks, runs the handler, and shows what went wrong in the reader's language.
pub async fn layer(State(app): State<App>, session: Session, mut request: Request, next: Next) -> Response {
    let asked = Asked {
        headers: request.headers().clone(),
        here: request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
        address: address(&request, app.config.proxy),
    };
    let context = match find(&app, &session, asked).await {
        Ok(context) => context,
        Err(error) => return error.into_response(),
    };
    let problems = wants_problem(request.headers());
    request.extensions_mut().insert(context.clone());
    let mut response = next.run(request).await;
    if let Some(shown) = response.extensions().get::<Shown>().copied() {
        response = if problems { problem(shown, context.lang) } else { ErrorPage::respond(context.clone(), shown) };
    }
    if context.actor.is_some() {
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

/// What of a request says who asks for what.
struct Asked {
    headers: HeaderMap,
    here: String,
    address: String,
}

async fn find(app: &App, session: &Session, asked: Asked) -> Result<Context, AppError> {
    let Asked { headers, here, address } = asked;
    let signed_in = headers.contains_key(header::COOKIE);
    let account: Option<i64> = if signed_in { session.get(ACCOUNT).await? } else { None };
    let actor = match account {
        Some(account) => Actor::load(&app.db, account).await?,
        None => None,
    };
    if actor.is_some() {
        // Prolonged by use, but not written on every request.
        let now = app.clock.millis();
        let seen: i64 = session.get(SEEN).await?.unwrap_or_default();
        if now - seen > 10 * 60_000 {
            session.insert(SEEN, now).await?;
        }
    }
    let csrf = if signed_in { session.get::<String>(CSRF).await?.unwrap_or_default() } else { String::new() };
    let this_year = AcademicYear::of(app.clock.now().date_naive());
    let year = cookie(&headers, "year").and_then(|year| year.parse().ok()).unwrap_or(this_year);
    let lang = language(&headers, actor.as_ref());
    Ok(Context { actor, lang, year, this_year, csrf, here, demo: app.config.demo, address })
}
