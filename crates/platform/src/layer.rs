//! Around every handler: who asks, in which language, and what went wrong in words they read.

use std::borrow::Cow;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use http_body::Body;
use sheber_kernel::{AcademicYear, Lang};
use tower_sessions::Session;
use unic_langid::LanguageIdentifier;

use super::actor::Actor;
use super::app::App;
use super::context::Context;
use super::error::{AppError, Failure, PROBLEM, wants_problem};
use super::house::House;
use super::kept::{self, KeptForm};
use super::page::ErrorPage;
use super::session::{CSRF, SEEN};
use super::visitor::Visitor;
use super::{clock, database, grant, mirror, pace, session};
use crate::params;

/// The language of a request: the account's, which its owner chose; of somebody who is not signed in the one chosen in this browser,
/// else what the browser prefers.
fn language(headers: &HeaderMap, actor: Option<&Actor>) -> Lang {
    let chosen = || CookieJar::from_headers(headers).get("lang")?.value().parse().ok();
    actor.map(|actor| actor.lang).or_else(chosen).or_else(|| accepted(headers)).unwrap_or_default()
}

/// The best of `Accept-Language` that there is.
fn accepted(headers: &HeaderMap) -> Option<Lang> {
    let header = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let wanted: Vec<LanguageIdentifier> =
        accept_language::parse(header).iter().filter_map(|tag| tag.parse().ok()).collect();
    let there: Vec<LanguageIdentifier> = Lang::ALL.iter().filter_map(|lang| lang.code().parse().ok()).collect();
    let best = negotiate_languages(&wanted, &there, None, NegotiationStrategy::Lookup);
    best.first().and_then(|lang| lang.language.as_str().parse().ok())
}

fn address(request: &Request, proxy: bool) -> String {
    let peer = request.extensions().get::<axum::extract::ConnectInfo<std::net::SocketAddr>>().map(|peer| peer.0.ip());
    // A proxy stands on this machine or in the own network: what anybody else says of an address is not believed.
    let is_near = |address: IpAddr| match address.to_canonical() {
        IpAddr::V4(address) => address.is_loopback() || address.is_private(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
    };
    let forwarded = || {
        peer.filter(|peer| is_near(*peer))?;
        let list = request.headers().get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        Some(list.rsplit(',').next()?.trim().to_owned())
    };
    let direct = || peer.map(|peer| peer.to_string());
    if proxy { forwarded().or_else(direct) } else { direct() }.unwrap_or_default()
}

/// Finds out who asks, runs the handler, and shows what went wrong in the reader's language.
pub async fn layer(State(app): State<App>, session: Session, mut request: Request, next: Next) -> Response {
    let asker = Asker {
        headers: request.headers().clone(),
        here: request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
        address: address(&request, app.config.proxy),
    };
    let found = if is_for_programs(request.uri().path()) {
        of_program(&app, asker).await
    } else {
        find(&app, &session, asker).await
    };
    let context = match found {
        Ok(context) => context,
        Err((error, context)) => {
            let refused = error.into_response();
            let shown = refused.extensions().get::<Failure>().cloned();
            let is_api = is_for_programs(request.uri().path());
            return match shown {
                Some(_) if is_api => for_program(refused, shown, &context).await,
                Some(shown) => ErrorPage::respond(*context, shown),
                None => refused,
            };
        }
    };
    let _upload = match let_in(&app, &context, &request) {
        Ok(upload) => upload,
        Err(failure) if is_for_programs(request.uri().path()) => {
            return failure.problem(context.lang).into_response();
        }
        Err(failure) => return ErrorPage::respond(context, failure),
    };
    let is_api = is_for_programs(request.uri().path());
    let path = request.extensions().get::<MatchedPath>().cloned();
    let problems = is_api || wants_problem(request.headers());
    request.extensions_mut().insert(context.clone());
    // Who reads asks once how far the trail is; who writes moves it.
    let mut response = match context.head.filter(|_| request.method() == Method::GET) {
        Some(head) => mirror::HEAD.scope(head, next.run(request)).await,
        None => next.run(request).await,
    };
    let shown = response.extensions().get::<Failure>().cloned().or_else(|| (!is_api).then(|| worded(&response))?);
    if is_api {
        response = for_program(response, shown, &context).await;
        // Nothing that a browser would show as a page of this server.
        let kept = HeaderValue::from_static("attachment; filename=\"api.json\"");
        response.headers_mut().entry(header::CONTENT_DISPOSITION).or_insert(kept);
    } else if let Some(kept) = response.extensions().get::<KeptForm>().filter(|_| !problems).cloned() {
        response =
            kept::again::page(context.clone(), kept, response.status()).unwrap_or_else(IntoResponse::into_response);
    } else if let Some(shown) = shown.filter(|shown| problems || shown.status != StatusCode::UNAUTHORIZED) {
        response = if problems {
            shown.problem(context.lang).into_response()
        } else {
            ErrorPage::respond(context.clone(), shown)
        };
    }
    private(response, &context, path.as_ref())
}

/// What an answer says to browsers and caches, and to the log, of whoever it is for.
fn private(mut response: Response, context: &Context, path: Option<&MatchedPath>) -> Response {
    let asked = context.visitor.as_ref().filter(|visitor| visitor.is_asked());
    if context.actor.is_some() || asked.is_some() {
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    if let Some(cookie) = asked.and_then(|visitor| visitor.header()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    if let Some(actor) = context.actor.as_ref().filter(|_| response.status() == StatusCode::FORBIDDEN) {
        let path = path.map_or("", MatchedPath::as_str);
        tracing::warn!(account = actor.id, path, "refused: not for this account");
    }
    response
}

/// So many large bodies of one person are taken at once: they lie in memory until they are whole.
const UPLOADS: usize = 3;
/// And so many of all.
const ALL_UPLOADS: usize = 24;
/// Larger is large, in bytes.
const LARGE: u64 = 1024 * 1024;

/// How many large bodies each account sends now.
#[derive(Default)]
struct Uploads(Mutex<HashMap<i64, usize>>);

/// A large body that is on its way.
struct Upload(Option<(Arc<Uploads>, i64)>);

impl Upload {
    /// Lets a body in that has its place; small ones need none.
    fn of(app: &App, context: &Context, request: &Request) -> Result<Self, ()> {
        let is_large = request.body().size_hint().upper().is_none_or(|most| most > LARGE);
        let Some(actor) = context.actor.as_ref().filter(|_| is_large) else {
            return Ok(Self(None));
        };
        let uploads = app.memory::<Uploads>();
        let mut counts = uploads.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = counts.values().sum();
        let count = counts.entry(actor.id).or_default();
        if *count >= UPLOADS || all >= ALL_UPLOADS {
            return Err(());
        }
        *count += 1;
        drop(counts);
        Ok(Self(Some((uploads, actor.id))))
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let Some((uploads, account)) = &self.0 else { return };
        let mut counts = uploads.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(account) {
            *count -= 1;
            if *count == 0 {
                counts.remove(account);
            }
        }
    }
}

/// What the router itself refused, in words: an address that does not read, a method that is not there.
fn worded(response: &Response) -> Option<Failure> {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_bare = kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let (status, key) = match response.status() {
        StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND => (StatusCode::NOT_FOUND, "error-not-found"),
        StatusCode::METHOD_NOT_ALLOWED => (StatusCode::METHOD_NOT_ALLOWED, "error-method"),
        _ => return None,
    };
    is_bare.then_some(Failure::new(status, key))
}

/// Lets in what somebody sends who does not send too much.
fn let_in(app: &App, context: &Context, request: &Request) -> Result<Upload, Failure> {
    if let Some(failure) = too_fast(app, context, request.method()) {
        return Err(failure);
    }
    let busy = Failure::new(StatusCode::TOO_MANY_REQUESTS, "error-busy");
    Upload::of(app, context, request).map_err(|()| busy)
}

/// Why somebody has to wait who sends too much; what they read has no pace.
fn too_fast(app: &App, context: &Context, method: &Method) -> Option<Failure> {
    let sends = !matches!(*method, Method::GET | Method::HEAD);
    let actor = context.actor.as_ref().filter(|_| sends && context.grant.is_none())?;
    let refused = pace::keep(app, format!("person {}", actor.id)).err()?.into_response();
    refused.extensions().get::<Failure>().cloned()
}

/// Says in words what the layers outside the handlers only say by a status: a session that could not be stored.
pub async fn last_resort(State(app): State<App>, request: Request, next: Next) -> Response {
    let asker = Asker {
        headers: request.headers().clone(),
        here: request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
        address: String::new(),
    };
    let response = next.run(request).await;
    if !response.status().is_server_error() || response.headers().contains_key(header::CONTENT_TYPE) {
        return response;
    }
    let shown = Failure::new(StatusCode::SERVICE_UNAVAILABLE, "error-storage");
    ErrorPage::respond(nobody(&app, &asker), shown)
}

/// What of a request says who asks for what.
struct Asker {
    headers: HeaderMap,
    here: String,
    address: String,
}

/// Whether a path belongs to the interface for programs.
fn is_for_programs(path: &str) -> bool {
    path.starts_with("/api/")
}

/// What is known before anybody is: enough to say what is wrong.
fn nobody(app: &App, asker: &Asker) -> Context {
    let this_year = AcademicYear::of(clock::day(app.clock.millis()));
    Context {
        actor: None,
        grant: None,
        lang: language(&asker.headers, None),
        year: CookieJar::from_headers(&asker.headers)
            .get("year")
            .and_then(|cookie| cookie.value().parse().ok())
            .unwrap_or(this_year),
        this_year,
        csrf: String::new(),
        here: asker.here.clone(),
        visitor: None,
        is_from_here: kept::is_from_here(&asker.headers, &app.config),
        demo: app.config.demo,
        address: asker.address.clone(),
        pages: House::of(app).pages,
        head: None,
    }
}

type Unknown = (AppError, Box<Context>);

async fn find(app: &App, session: &Session, asker: Asker) -> Result<Context, Unknown> {
    let mut context = nobody(app, &asker);
    if !asker.headers.contains_key(header::COOKIE) {
        return visiting(app, context, &asker.headers);
    }
    match of_session(app, session).await {
        Ok((actor, csrf, head)) => {
            context.head = head;
            context.lang = language(&asker.headers, actor.as_ref());
            context.actor = actor;
            if context.actor.is_none() {
                return visiting(app, context, &asker.headers);
            }
            context.csrf = match &context.actor {
                Some(actor) => kept::token(&csrf, actor.id),
                None => csrf,
            };
            Ok(context)
        }
        Err(error) => Err((error, Box::new(context))),
    }
}

/// Of somebody who is not signed in.
fn visiting(app: &App, mut context: Context, headers: &HeaderMap) -> Result<Context, Unknown> {
    match Visitor::of(app, headers) {
        Ok(visitor) => {
            context.visitor = Some(Arc::new(visitor));
            Ok(context)
        }
        Err(error) => Err((error, Box::new(context))),
    }
}

async fn of_session(app: &App, session: &Session) -> Result<(Option<Actor>, String, Option<i64>), AppError> {
    let (actor, head) = session::actor(&app.db, session).await?;
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
    Ok((actor, session.get::<String>(CSRF).await?.unwrap_or_default(), head))
}

/// A program says by its token in whose name it asks; cookies say nothing here.
async fn of_program(app: &App, asker: Asker) -> Result<Context, Unknown> {
    let mut context = nobody(app, &asker);
    let given = asker.headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
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
        _ => format!("network {}", context.network()),
    };
    if let Err(error) = pace::keep(app, who) {
        return Err((error, Box::new(context)));
    }
    if let Some(found) = found {
        match found {
            Ok(Some((actor, grant))) => {
                // What a program asks for comes before what its person prefers.
                context.lang = accepted(&asker.headers).unwrap_or(actor.lang);
                context.actor = Some(actor);
                context.grant = Some(grant);
            }
            Ok(None) => return Err((AppError::SignIn(asker.here), Box::new(context))),
            Err(error) => return Err((error, Box::new(context))),
        }
    }
    Ok(context)
}

/// Whatever went wrong is a problem for programs, what the router itself refused included.
async fn for_program(response: Response, shown: Option<Failure>, context: &Context) -> Response {
    let status = shown.as_ref().map_or(response.status(), |shown| shown.status);
    let is_problem = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == PROBLEM);
    if is_problem || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let place = shown.as_ref().and_then(|shown| shown.place.clone());
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
    let mut problem = Failure { place, ..Failure::new(status, key) }.problem(context.lang);
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
