//! The working days of each stage: the edition's, or what the operator set instead (item 5.3; the numbers of the law were not at
//! hand, so the edition's are marked defaults).

use std::collections::HashMap;

use askama::Template;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sea_orm::{ConnectionTrait, DbErr};
use sheber_norms::Edition;

use super::deadlines::Stage;
use super::expertise::Binding;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::forms::{Form, Lookup, Pairs};
use sheber_platform::page::{Choice, Page, html};
use sheber_platform::setting::{self, Setting};

/// As the trail names it.
pub const SETTING: Entity = Entity("setting");

/// What the operator set, by the parameter's name.
pub type Set = HashMap<String, i64>;

/// The name of the parameter that says who is bound to the applicant.
const BINDING: &str = "experts_unbound";

/// How the register's settings begin.
const PREFIX: &str = "register.";
const EXPERTS_UNBOUND: &str = "register.experts_unbound";

/// No stage takes longer than a working year.
const MOST: i64 = 250;

pub async fn set(db: &impl ConnectionTrait) -> Result<Set, DbErr> {
    let all = setting::beginning_with(db, PREFIX).await?;
    let days = all.into_iter().filter(|setting| setting.name != EXPERTS_UNBOUND);
    let read = |setting: Setting| {
        let wrong = |_| DbErr::Type(format!("setting {} holds no number", setting.name));
        Ok((setting.name.trim_start_matches(PREFIX).to_owned(), setting.value.parse().map_err(wrong)?))
    };
    days.map(read).collect()
}

/// What binds an expert to the applicant: what the operator chose, else the edition's.
pub async fn binding(db: &impl ConnectionTrait, edition: &Edition) -> Result<Binding, DbErr> {
    let Some(word) = setting::value(db, EXPERTS_UNBOUND).await? else { return Ok(Binding::of(edition)) };
    word.parse().map_err(|_| DbErr::Type(format!("setting {EXPERTS_UNBOUND} holds {word:?}")))
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
    let bound = setting::value(&app.db, EXPERTS_UNBOUND).await?.unwrap_or_default();
    let value = |name: &str| match name {
        BINDING => bound.clone(),
        _ => set.get(name).map(ToString::to_string).unwrap_or_default(),
    };
    show(context, value, None)
}

/// An empty field gives the edition's number back.
pub async fn save(Shared(app): Shared<App>, context: Context, Form(form): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut limits = Vec::new();
    for stage in Stage::ALL.iter().copied() {
        let typed = form.get(stage.word()).trim();
        match typed.parse::<i64>() {
            _ if typed.is_empty() => limits.push((stage, None)),
            Ok(days) if (1..=MOST).contains(&days) => limits.push((stage, Some(days))),
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
    for (stage, days) in &limits {
        let days = days.map(|days| days.to_string());
        setting::put(change.db(), &format!("{PREFIX}{}", stage.word()), days.as_deref()).await?;
    }
    let was = setting::value(change.db(), EXPERTS_UNBOUND).await?;
    setting::put(change.db(), EXPERTS_UNBOUND, Some(bound).filter(|word| !word.is_empty())).await?;
    let after: Set = limits.iter().filter_map(|(stage, days)| Some((stage.word().to_owned(), (*days)?))).collect();
    let event = Entry::new("trail-register-limits", SETTING, 0);
    let told = |days: &Set, bound: Option<&str>| serde_json::json!({ "days": days, BINDING: bound });
    let event =
        event.before(told(&before, was.as_deref())).after(told(&after, Some(bound).filter(|word| !word.is_empty())));
    change.record(event).await?;
    change.commit().await?;
    Ok(Redirect::to("/register/limits").into_response())
}
