//! The list of programmes: search, filters, order of the language, saved filters, export of exactly what is filtered.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Redirect, Response};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use sheber_kernel::{AcademicYear, Day, Word};
use sheber_messages as messages;
use sheber_norms::edition::{self, Edition};
use sheber_norms::programme::{EntryBase, Language, Level};
use sheber_platform::actor::Scope;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, Form};
use sheber_platform::list::PAGE;
use sheber_platform::page::{Choice, Page, html};
use sheber_platform::{clock, database, params, sheet};

use super::catalogue::{self, Filter, Sort, State as Standing};

#[derive(Debug, FromQueryResult)]
pub struct SavedFilter {
    id: i64,
    name: String,
    query: String,
}

#[derive(Template)]
#[template(path = "programmes/list.html")]
struct ListPage {
    page: Page,
    filter: Filter,
    found: Arc<catalogue::Page>,
    before: Option<String>,
    next: Option<String>,
    levels: Vec<Choice>,
    entries: Vec<Choice>,
    languages: Vec<Choice>,
    intakes: Vec<Choice>,
    editions: Vec<Choice>,
    states: Vec<Choice>,
    sorts: Vec<Choice>,
    saved: Vec<SavedFilter>,
    query: String,
    many_colleges: bool,
}

impl ListPage {
    fn when(&self, millis: &i64) -> String {
        clock::local(*millis)
    }

    /// The filter's lists: name, label, choices.
    fn selects(&self) -> [(&'static str, &'static str, &[Choice]); 7] {
        [
            ("level", "col-level", &self.levels),
            ("entry", "col-entry-base", &self.entries),
            ("language", "col-language", &self.languages),
            ("intake", "col-intake", &self.intakes),
            ("edition", "col-standard-edition", &self.editions),
            ("state", "state", &self.states),
            ("sort", "list-sort", &self.sorts),
        ]
    }

    fn number(&self, credits: &impl std::fmt::Display) -> String {
        messages::number(self.page.lang(), &credits.to_string())
    }
}

/// The choices of a filter: any, and each value with its label.
fn choices<T: Copy + PartialEq + ToString>(
    context: &Context,
    values: &[T],
    chosen: Option<T>,
    label: impl Fn(T) -> String,
) -> Vec<Choice> {
    let any = Choice { value: String::new(), label: context.t("any"), chosen: chosen.is_none() };
    let choice = |value: &T| Choice { value: value.to_string(), label: label(*value), chosen: chosen == Some(*value) };
    std::iter::once(any).chain(values.iter().map(choice)).collect()
}

/// The choices of a filter by words, whose labels are messages.
fn words<T: Word + ToString>(context: &Context, prefix: &str, chosen: Option<T>) -> Vec<Choice> {
    choices(context, T::ALL, chosen, |value| context.t(&format!("{prefix}{}", value.word())))
}

/// The editions of the standard that programmes can be made by, the newest first.
fn standards() -> Vec<Day> {
    let editions = edition::YEARS.iter().map(|year| &Edition::of(*year).parameters);
    let mut days: Vec<Day> = editions.flat_map(|law| law.standards().map(Day)).collect();
    days.sort_unstable();
    days.dedup();
    days.reverse();
    days
}

pub async fn page(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let found = catalogue::find(&app, &actor.scope(), &filter, context.lang, PAGE).await?;
    let query = filter.query();
    let link = |word: &String| format!("{query}{}after={word}", if query.is_empty() { "" } else { "&" });
    let saved = database::all(
        &app.db,
        "SELECT id, name, query FROM saved_filter WHERE account_id = $1 AND page = 'programmes' ORDER BY name",
        params![actor.id],
    )
    .await?;
    let first = edition::FIRST_YEAR.start();
    let years: Vec<AcademicYear> =
        (first - 2..=context.this_year.start() + 1).rev().map(AcademicYear::starting).collect();
    let sort = filter.sort.unwrap_or(Sort::Name);
    let template = ListPage {
        levels: words::<Level>(&context, "level-", filter.level),
        entries: words::<EntryBase>(&context, "entry-", filter.entry),
        languages: choices(&context, &[Language::KAZAKH, Language::RUSSIAN], filter.language, |lang| {
            context.t(&format!("language-{lang}"))
        }),
        intakes: choices(&context, &years, filter.intake, |year| year.to_string()),
        editions: choices(&context, &standards(), filter.edition, |day| day.to_string()),
        states: words::<Standing>(&context, "list-state-", filter.state),
        sorts: words::<Sort>(&context, "list-sort-", Some(sort)).split_off(1),
        page: Page::new(context.clone(), "programmes", context.t("nav-programmes")).wide(),
        before: found.before.as_ref().map(link),
        next: found.next.as_ref().map(link),
        saved,
        many_colleges: !matches!(actor.scope(), Scope::College(_)),
        filter,
        found,
        query,
    };
    html(&template)
}

/// Every line of the filter, however many, as XLSX.
pub async fn export(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let filter = Filter { after: String::new(), ..filter };
    let lang = context.lang;
    let found = catalogue::find(&app, &actor.scope(), &filter, lang, usize::MAX).await?;
    let keys = [
        "col-specialty-code",
        "doc-specialty",
        "organisation",
        "doc-qualifications",
        "col-entry-base",
        "col-level",
        "col-language",
        "col-intake",
        "col-standard-edition",
        "col-credits",
        "list-violations",
        "list-warnings",
    ];
    let headings: Vec<String> = keys.iter().map(|key| context.t(key)).collect();
    let rows = found.rows.iter().map(|entry| {
        vec![
            entry.specialty.to_string(),
            entry.name(lang).to_owned(),
            entry.college(lang).to_owned(),
            entry.qualifications.to_string(),
            messages::text(lang, &format!("entry-{}", entry.entry_base)),
            messages::text(lang, &format!("level-{}", entry.level)),
            entry.language.to_string(),
            entry.intake.to_string(),
            entry.edition.to_string(),
            entry.credits.to_string(),
            entry.violations.to_string(),
            entry.warnings.to_string(),
        ]
    });
    sheet::workbook("programmes.xlsx", context.t("nav-programmes"), headings, &[9, 10, 11], rows.collect()).await
}

#[derive(Deserialize)]
pub struct SaveFilter {
    name: String,
    query: String,
}

pub async fn save_filter(
    State(app): State<App>,
    context: Context,
    Form(form): Form<SaveFilter>,
) -> Result<Redirect, AppError> {
    let actor = context.actor()?;
    // Read and written again, so that nothing but a filter is kept.
    let filter: Filter = serde_urlencoded::from_str(&form.query).map_err(|_| AppError::Bad("error-form"))?;
    let name: String = form.name.trim().chars().take(80).collect();
    if !name.is_empty() {
        database::run(
            &app.db,
            "INSERT INTO saved_filter (account_id, page, name, query) VALUES ($1, 'programmes', $2, $3)",
            params![actor.id, name, filter.query()],
        )
        .await?;
    }
    Ok(Redirect::to(&format!("/programmes?{}", filter.query())))
}

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn delete_filter(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Redirect, AppError> {
    let actor = context.actor()?;
    let gone =
        database::run(&app.db, "DELETE FROM saved_filter WHERE id = $1 AND account_id = $2", params![id, actor.id])
            .await?;
    if gone == 0 { Err(AppError::NotFound) } else { Ok(Redirect::to("/programmes")) }
}
