//! What is known of every request before its handler runs: who, in which language, for which academic year.

use std::borrow::Cow;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sheber_kernel::{AcademicYear, Lang};
use tower_sessions::Session;

use super::actor::Actor;
use super::app::App;
use super::error::{AppError, PROBLEM, Problem, Shown, wants_problem};
use super::grant::{self, Grant};
use super::page::ErrorPage;
use super::session::{ACCOUNT, CSRF, SEEN};
use super::{clock, database, pace, session};
use crate::params;

#[derive(Clone, Debug)]
pub struct Context {
    pub actor: Option<Actor>,
    /// What the token of a program allows; `None` where a person sits before a browser.
    pub grant: Option<Grant>,
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
    accepted(headers).unwrap_or_default()
}

/// The first language of `Accept-Language` that there is.
fn accepted(headers: &HeaderMap) -> Option<Lang> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    accepted.split(',').find_map(|part| part.trim().get(..2)?.parse().ok())
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
    let found = if asked_by_program(request.uri().path()) {
        of_program(&app, asked).await
    } else {
        find(&app, &session, asked).await
    };
    let context = match found {
        Ok(context) => context,
        Err((error, context)) => {
            let refused = error.into_response();
            let shown = refused.extensions().get::<Shown>().cloned();
            let is_api = asked_by_program(request.uri().path());
            return match shown {
                Some(_) if is_api => for_program(refused, shown, &context).await,
                Some(shown) => ErrorPage::respond(context, shown),
                None => refused,
            };
        }
    };
    let is_api = asked_by_program(request.uri().path());
    let problems = is_api || wants_problem(request.headers());
    request.extensions_mut().insert(context.clone());
    let mut response = next.run(request).await;
    let shown = response.extensions().get::<Shown>().cloned();
    if is_api {
        response = for_program(response, shown, &context).await;
    } else if let Some(shown) = shown.filter(|shown| problems || shown.status != StatusCode::UNAUTHORIZED) {
        response = if problems {
            Problem::new(shown.status, &shown.key, context.lang).into_response()
        } else {
            ErrorPage::respond(context.clone(), shown)
        };
    }
    if context.actor.is_some() {
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

/// Says in words what the layers outside the handlers only say by a status: a session that could not be stored.
pub async fn last_resort(State(app): State<App>, request: Request, next: Next) -> Response {
    let asked = Asked {
        headers: request.headers().clone(),
        here: request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
        address: String::new(),
    };
    let response = next.run(request).await;
    if !response.status().is_server_error() || response.headers().contains_key(header::CONTENT_TYPE) {
        return response;
    }
    let shown = Shown { status: StatusCode::SERVICE_UNAVAILABLE, key: Cow::Borrowed("error-storage") };
    ErrorPage::respond(nobody(&app, &asked), shown)
}

/// What of a request says who asks for what.
struct Asked {
    headers: HeaderMap,
    here: String,
    address: String,
}

/// Whether a path belongs to the interface for programs.
fn asked_by_program(path: &str) -> bool {
    path.starts_with("/api/")
}

/// What is known before anybody is: enough to say what is wrong.
fn nobody(app: &App, asked: &Asked) -> Context {
    let this_year = AcademicYear::of(clock::day(app.clock.millis()));
    Context {
        actor: None,
        grant: None,
        lang: language(&asked.headers, None),
        year: cookie(&asked.headers, "year").and_then(|year| year.parse().ok()).unwrap_or(this_year),
        this_year,
        csrf: String::new(),
        here: asked.here.clone(),
        demo: app.config.demo,
        address: asked.address.clone(),
    }
}

type Unknown = (AppError, Context);

async fn find(app: &App, session: &Session, asked: Asked) -> Result<Context, Unknown> {
    let mut context = nobody(app, &asked);
    if !asked.headers.contains_key(header::COOKIE) {
        return Ok(context);
    }
    match of_session(app, session).await {
        Ok((actor, csrf)) => {
            context.lang = language(&asked.headers, actor.as_ref());
            context.actor = actor;
            context.csrf = csrf;
            Ok(context)
        }
        Err(error) => Err((error, context)),
    }
}

async fn of_session(app: &App, session: &Session) -> Result<(Option<Actor>, String), AppError> {
    let account: Option<i64> = session.get(ACCOUNT).await?;
    let actor = match account {
        Some(account) => Actor::load(&app.db, account).await?,
        None => None,
    };
    if actor.is_some() {
        // Prolonged by use, but not written on every request.
        let now = app.clock.millis();
        let seen: i64 = session.get(SEEN).await?.unwrap_or_default();
        if now - seen > 10 * 60_000 {
            // Tried first: where nothing can be written, reading goes on with the session as it is.
            let id = session.id().map(|id| session::stored_id(&id)).unwrap_or_default();
            let noted = "UPDATE session SET seen_at = $2 WHERE id = $1";
            match database::run(&app.db, noted, params![id, now]).await {
                Ok(_) => session.insert(SEEN, now).await?,
                Err(error) => tracing::warn!(%error, "a session was not prolonged"),
            }
        }
    }
    Ok((actor, session.get::<String>(CSRF).await?.unwrap_or_default()))
}

/// A program says by its token in whose name it asks; cookies say nothing here.
async fn of_program(app: &App, asked: Asked) -> Result<Context, Unknown> {
    let mut context = nobody(app, &asked);
    let given = asked.headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    let token = given.map(|given| match given.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => "",
    });
    let found = match token {
        Some(token) => Some(grant::find(app, token).await),
        None => None,
    };
    // Each person has a pace, whatever their tokens; who has none that is good, and guesses, has that of the address.
    let who = match &found {
        Some(Ok(Some((actor, _)))) => format!("account {}", actor.id),
        _ => format!("address {}", context.address),
    };
    if let Err(error) = pace::keep(app, who) {
        return Err((error, context));
    }
    if let Some(found) = found {
        match found {
            Ok(Some((actor, grant))) => {
                // What a program asks for comes before what its person prefers.
                context.lang = accepted(&asked.headers).unwrap_or(actor.lang);
                context.actor = Some(actor);
                context.grant = Some(grant);
            }
            Ok(None) => return Err((AppError::SignIn(asked.here), context)),
            Err(error) => return Err((error, context)),
        }
    }
    Ok(context)
}

/// Whatever went wrong is a problem for programs, what the router itself refused included.
async fn for_program(response: Response, shown: Option<Shown>, context: &Context) -> Response {
    let status = shown.as_ref().map_or(response.status(), |shown| shown.status);
    let is_problem = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == PROBLEM);
    if is_problem || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let key = shown.map(|shown| shown.key).unwrap_or(Cow::Borrowed(match status {
        StatusCode::METHOD_NOT_ALLOWED => "error-method",
        StatusCode::PAYLOAD_TOO_LARGE => "error-too-large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "error-media",
        StatusCode::NOT_FOUND => "error-not-found",
        status if status.is_server_error() => "error-internal",
        _ => "error-form",
    }));
    let key = if key == "error-sign-in" { Cow::Borrowed("error-token") } else { key };
    let (parts, body) = response.into_parts();
    let mut problem = Problem::new(status, &key, context.lang);
    // The reader of the request says exactly what it could not read.
    let said = axum::body::to_bytes(body, 4096).await.unwrap_or_default();
    if let Some(said) = std::str::from_utf8(&said).ok().filter(|said| !said.is_empty() && status.is_client_error()) {
        problem.detail = Some(said.to_owned());
    }
    let mut response = problem.into_response();
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = parts.headers.get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}
