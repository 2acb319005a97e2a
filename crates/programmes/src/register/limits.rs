//! The working days of each stage: the edition's, or what the operator set instead (item 5.3; the numbers of the law were not at
//! hand, so the edition's are marked defaults).

use std::collections::HashMap;

use askama::Template;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_norms::Edition;

use super::deadlines::Stage;
use super::expertise::Binding;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::database;
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::forms::{Form, Lookup, Pairs};
use sheber_platform::page::{Choice, Page, html};
use sheber_platform::params;

/// As the trail names it.
pub const SETTING: Entity = Entity("setting");

/// What the operator set, by the parameter's name.
pub type Set = HashMap<String, i64>;

/// The name of the parameter that says who is bound to the applicant.
const BINDING: &str = "experts_unbound";

/// No stage takes longer than a working year.
const MOST: i64 = 250;

pub async fn set(db: &impl ConnectionTrait) -> Result<Set, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        name: String,
        value: String,
    }
    let sql = "SELECT name, value FROM setting WHERE name LIKE 'register.%' AND name <> 'register.experts_unbound'";
    let rows: Vec<Row> = database::all(db, sql, params![]).await?;
    let read = |row: Row| {
        let days = row.value.parse().map_err(|_| DbErr::Type(format!("setting {} holds no number", row.name)))?;
        Ok((row.name.trim_start_matches("register.").to_owned(), days))
    };
    rows.into_iter().map(read).collect()
}

/// What binds an expert to the applicant: what the operator chose, else the edition's.
pub async fn binding(db: &impl ConnectionTrait, edition: &Edition) -> Result<Binding, DbErr> {
    let sql = "SELECT value FROM setting WHERE name = 'register.experts_unbound'";
    Ok(database::value(db, sql, params![]).await?.unwrap_or_else(|| Binding::of(edition)))
}

/// The working days a stage may take.
pub fn days(stage: Stage, set: &Set, edition: &Edition) -> i64 {
    set.get(stage.word()).copied().unwrap_or_else(|| stage.days(edition))
}

struct Line {
    name: &'static str,
    default: i64,
    value: String,
}

#[derive(Template)]
#[template(path = "register/limits.html")]
struct LimitsPage {
    page: Page,
    lines: Vec<Line>,
    bindings: Vec<Choice>,
    default_binding: String,
    error: Option<String>,
}

fn show(context: Context, value: impl Fn(&str) -> String, error: Option<&str>) -> Result<Response, AppError> {
    let edition = Edition::of(context.this_year);
    let line = |stage: &Stage| Line { name: stage.word(), default: stage.days(edition), value: value(stage.word()) };
    let lines = Stage::ALL.iter().map(line).collect();
    let chosen = value(BINDING);
    let label = |word: &str| context.t(&format!("limits-bound-{word}"));
    let default_binding = label(Binding::of(edition).word());
    let mut bindings =
        vec![Choice { value: String::new(), label: context.t("limits-default"), chosen: chosen.is_empty() }];
    bindings.extend(Binding::ALL.iter().map(|one| Choice {
        value: one.word().to_owned(),
        label: label(one.word()),
        chosen: one.word() == chosen,
    }));
    let page =
        Page::new(context.clone(), "register", context.t("limits-title")).crumb(context.t("nav-register"), "/register");
    html(&LimitsPage { page, lines, bindings, default_binding, error: error.map(|key| context.t(key)) })
}

pub async fn page(Shared(app): Shared<App>, context: Context) -> Result<Response, AppError> {
    let set = set(&app.db).await?;
    let sql = "SELECT value FROM setting WHERE name = 'register.experts_unbound'";
    let bound = database::value::<String>(&app.db, sql, params![]).await?.unwrap_or_default();
    let value = |name: &str| match name {
        BINDING => bound.clone(),
        _ => set.get(name).map(ToString::to_string).unwrap_or_default(),
    };
    show(context, value, None)
}

/// An empty field gives the edition's number back.
pub async fn save(Shared(app): Shared<App>, context: Context, Form(form): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut wanted = Vec::new();
    for stage in Stage::ALL.iter().copied() {
        let typed = form.get(stage.word()).trim();
        match typed.parse::<i64>() {
            _ if typed.is_empty() => wanted.push((stage, None)),
            Ok(days) if (1..=MOST).contains(&days) => wanted.push((stage, Some(days))),
            _ => {
                let page = show(context, |name| form.get(name).to_owned(), Some("limits-wrong"))?;
                return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
            }
        }
    }
    let bound = form.get(BINDING);
    if !bound.is_empty() && bound.parse::<Binding>().is_err() {
        return Err(AppError::Bad("error-form"));
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    let before = set(change.db()).await?;
    for (stage, days) in &wanted {
        let name = format!("register.{}", stage.word());
        match days {
            None => database::run(change.db(), "DELETE FROM setting WHERE name = $1", params![name]).await?,
            Some(days) => {
                let sql = "INSERT INTO setting (name, value) VALUES ($1, $2)
                           ON CONFLICT (name) DO UPDATE SET value = excluded.value";
                database::run(change.db(), sql, params![name, days.to_string()]).await?
            }
        };
    }
    let name = format!("register.{BINDING}");
    let was =
        database::value::<String>(change.db(), "SELECT value FROM setting WHERE name = $1", params![name.clone()])
            .await?;
    if bound.is_empty() {
        database::run(change.db(), "DELETE FROM setting WHERE name = $1", params![name]).await?;
    } else {
        let sql = "INSERT INTO setting (name, value) VALUES ($1, $2)
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        database::run(change.db(), sql, params![name, bound]).await?;
    }
    let after: Set = wanted.iter().filter_map(|(stage, days)| Some((stage.word().to_owned(), (*days)?))).collect();
    let event = Entry::new("trail-register-limits", SETTING, 0);
    let told = |days: &Set, bound: Option<&str>| serde_json::json!({ "days": days, BINDING: bound });
    let event =
        event.before(told(&before, was.as_deref())).after(told(&after, Some(bound).filter(|word| !word.is_empty())));
    change.record(event).await?;
    change.commit().await?;
    Ok(Redirect::to("/register/limits").into_response())
}
