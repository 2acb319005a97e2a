//! The first page, search over everything one may see, language and year, the components page.

mod board;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use sheber_kernel::{AcademicYear, Lang};
use sheber_norms::Edition;

use crate::accounts::login_local as local;
use crate::params;
use crate::platform::actor::Ability;
use crate::platform::app::App;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::page::{Page, html};
use crate::platform::route::Access::{Public, SignedIn};
use crate::platform::route::{Route, get};
use crate::platform::{assets, clock, database, measure, search};

pub fn routes() -> Vec<Route> {
    vec![
        get("/", SignedIn, home),
        get("/search", SignedIn, find),
        get("/lang/{code}", Public, language),
        get("/year", Public, year),
        get("/static/{name}", Public, assets::serve),
        get("/health", Public, ready),
        get("/healthz", Public, alive),
        get("/readyz", Public, ready),
        get("/metrics", Public, measure::page),
        get("/design", Public, design),
    ]
}

#[derive(Debug, FromQueryResult)]
struct Recent {
    id: i64,
    name_kk: String,
    name_ru: String,
    intake: String,
    violations: i64,
    warnings: i64,
    updated_at: i64,
}

#[derive(Template)]
#[template(path = "home/home.html")]
struct HomePage {
    page: Page,
    programmes: i64,
    with_violations: i64,
    recent: Vec<Recent>,
    sees_programmes: bool,
    board: board::Board,
}

impl HomePage {
    fn pick(&self, kk: &str, ru: &str) -> String {
        sheber_kernel::LocalName::new(kk, ru).get(self.page.lang()).to_owned()
    }

    fn when(&self, millis: &i64) -> String {
        clock::local(*millis)
    }
}

async fn home(State(app): State<App>, context: Context) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let sees_programmes = actor.may(Ability::SeeProgrammes);
    let (mut programmes, mut with_violations, mut recent) = (0, 0, Vec::new());
    if sees_programmes {
        let mut conditions = actor.scope().colleges("college_id");
        conditions.and("archived = FALSE", params![]);
        let sql = format!("SELECT COUNT(*) FROM programme{}", conditions.sql());
        programmes = database::number(&app.db, &sql, conditions.values.clone()).await?;
        let mut bad = conditions.clone();
        bad.and("violations > 0", params![]);
        let sql = format!("SELECT COUNT(*) FROM programme{}", bad.sql());
        with_violations = database::number(&app.db, &sql, bad.values).await?;
        let sql = format!(
            "SELECT id, name_kk, name_ru, intake, violations, warnings, updated_at FROM programme{} ORDER BY updated_at DESC, id DESC LIMIT 8",
            conditions.sql()
        );
        recent = database::all(&app.db, &sql, conditions.values).await?;
    }
    let board = board::board(&app, &context, &actor).await?;
    let title = context.t("nav-home");
    let page = Page::new(context, "home", title).wide();
    html(&HomePage { page, programmes, with_violations, recent, sees_programmes, board })
}

/// Something that was found.
struct Found {
    link: String,
    title: String,
    about: String,
}

#[derive(Template)]
#[template(path = "home/search.html")]
struct SearchPage {
    page: Page,
    query: String,
    found: Vec<(String, Vec<Found>)>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    q: String,
}

async fn find(State(app): State<App>, context: Context, Query(asked): Query<Asked>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let lang = context.lang;
    let mut found = Vec::new();
    let wanted = search::folded(&asked.q);
    if !wanted.is_empty() {
        if actor.may(Ability::SeeProgrammes) {
            found.push((context.t("nav-programmes"), programmes(&app, &actor, lang, &asked.q).await?));
        }
        found.push((context.t("nav-guidance"), items(&context, &wanted)));
        if actor.may(Ability::SeeReference) {
            found.push((context.t("nav-reference"), reference(&app, &context, &asked.q).await?));
        }
        found.retain(|(_, list)| !list.is_empty());
    }
    html(&SearchPage { page: Page::new(context.clone(), "", context.t("search-all")), query: asked.q, found })
}

async fn programmes(
    app: &App,
    actor: &crate::platform::actor::Actor,
    lang: Lang,
    query: &str,
) -> Result<Vec<Found>, AppError> {
    let filter = crate::programmes::list::Filter::recent(query);
    let found = crate::programmes::catalogue::find(app, &actor.scope(), &filter, lang, 20).await?;
    Ok(found
        .entries
        .iter()
        .map(|entry| Found {
            link: format!("/programmes/{}", entry.id),
            title: entry.name(lang).to_owned(),
            about: entry.intake.to_string(),
        })
        .collect())
}

fn items(context: &Context, wanted: &str) -> Vec<Found> {
    Edition::of(context.year)
        .items()
        .filter(|item| item.id == wanted || search::folded(item.title.get(context.lang)).contains(wanted))
        .take(20)
        .map(|item| Found {
            link: format!("/guidance/{}", item.id),
            title: format!("{} {}", item.id, item.title.get(context.lang)),
            about: String::new(),
        })
        .collect()
}

async fn reference(app: &App, context: &Context, query: &str) -> Result<Vec<Found>, AppError> {
    let mut found = Vec::new();
    for (kind, _) in crate::reference::store::KINDS {
        let query = crate::reference::store::Query { q: query.to_owned(), ..Default::default() };
        let (entries, _) = crate::reference::store::list(&app.db, kind, &query, 5).await?;
        let label = context.t(&format!("reference-{kind}"));
        found.extend(entries.into_iter().map(|entry| Found {
            link: format!(
                "/reference/{kind}?{}",
                serde_urlencoded::to_string([("q", &entry.code)]).unwrap_or_default()
            ),
            title: format!("{} {}", entry.code, entry.name(context.lang)),
            about: label.clone(),
        }));
    }
    Ok(found)
}

#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    to: String,
    #[serde(default)]
    year: String,
}

fn choose(app: &App, name: &str, value: &str, to: &str) -> Response {
    let secure = if app.config.secure_cookies { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly{secure}");
    let mut response = Redirect::to(local(to)).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

async fn language(
    State(app): State<App>,
    Path(code): Path<String>,
    Query(back): Query<Back>,
) -> Result<Response, AppError> {
    let lang: Lang = code.parse().map_err(|_| AppError::NotFound)?;
    Ok(choose(&app, "lang", lang.code(), &back.to))
}

async fn year(State(app): State<App>, Query(back): Query<Back>) -> Result<Response, AppError> {
    let year: AcademicYear = back.year.parse().map_err(|_| AppError::Bad("error-address"))?;
    Ok(choose(&app, "year", &year.to_string(), &back.to))
}

/// The process answers.
async fn alive() -> &'static str {
    "ok"
}

/// The server can do its work: the database answers, and it can sign. What is wrong stands in the log, not in the answer.
async fn ready(State(app): State<App>) -> Response {
    let database = database::number(&app.db, "SELECT CAST(1 AS BIGINT)", params![]).await;
    let keys = crate::register::keys::with(&app, |_| ());
    if let Err(error) = &database {
        tracing::error!(%error, "not ready: the database");
    }
    if let Err(error) = &keys {
        tracing::error!(%error, "not ready: the signing keys");
    }
    if database.is_ok() && keys.is_ok() {
        "ok".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready").into_response()
    }
}

#[derive(Template)]
#[template(path = "home/design.html")]
struct DesignPage {
    page: Page,
}

/// Tokens and components on one page; only where the demo runs.
async fn design(context: Context) -> Result<Response, AppError> {
    if !context.demo {
        return Err(AppError::NotFound);
    }
    html(&DesignPage { page: Page::new(context.clone(), "design", context.t("nav-design")) })
}
