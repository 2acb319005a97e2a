//! The list of programmes: search, filters, order of the language, saved filters, export of exactly what is filtered.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Redirect, Response};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use sheber_kernel::Lang;
use sheber_norms::programme::{EntryBase, Level};
use utoipa::IntoParams;

use crate::params;
use crate::platform::actor::Scope;
use crate::platform::app::App;
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::forms::Form;
use crate::platform::page::{Choice, Page, html};
use crate::platform::{database, secret};

use super::catalogue::{self, Cursor, Entry, Found, Order};

/// What is asked for; the same words stand in the address, in a saved filter and in the export's link.
#[derive(Clone, Debug, Default, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Filter {
    #[serde(skip_serializing_if = "String::is_empty")]
    q: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    level: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    entry: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    language: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    intake: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    edition: String,
    /// `violations`, `warnings`, `clean` or `archived`
    #[serde(skip_serializing_if = "String::is_empty")]
    state: String,
    /// `name` (the default) or `updated`
    #[serde(skip_serializing_if = "String::is_empty")]
    sort: String,
    /// Where the page before ended.
    #[serde(skip_serializing_if = "String::is_empty")]
    after: String,
}

const PAGE: usize = 50;

impl Filter {
    /// A search among what is not archived, the newest first.
    pub fn recent(query: &str) -> Self {
        Self { q: query.to_owned(), sort: "updated".to_owned(), ..Self::default() }
    }

    pub fn words(&self) -> &str {
        &self.q
    }

    /// Whether the entry passes every filter but the search.
    pub fn admits(&self, entry: &Entry) -> bool {
        let same = |wanted: &str, has: &str| wanted.is_empty() || wanted == has;
        let state = match self.state.as_str() {
            "violations" => entry.violations > 0,
            "warnings" => entry.warnings > 0,
            "clean" => entry.violations == 0,
            _ => true,
        };
        state
            && entry.archived == (self.state == "archived")
            && same(&self.level, &entry.level)
            && same(&self.entry, &entry.entry_base)
            && same(&self.language, &entry.language)
            && same(&self.intake, &entry.intake)
            && same(&self.edition, &entry.edition)
    }

    pub fn order(&self, lang: Lang) -> Order {
        match (self.sort.as_str(), lang) {
            ("updated", _) => Order::Updated,
            (_, Lang::Ru) => Order::Russian,
            _ => Order::Kazakh,
        }
    }

    /// Where the page before ended, as the address says it.
    pub fn cursor(&self) -> Result<Option<Cursor>, AppError> {
        let wrong = || AppError::Bad("error-address");
        let Some((value, id)) = self.after.split_once('.') else {
            return if self.after.is_empty() { Ok(None) } else { Err(wrong()) };
        };
        let id = id.parse().map_err(|_| wrong())?;
        Ok(Some(if self.sort == "updated" {
            Cursor::Updated(value.parse().map_err(|_| wrong())?, id)
        } else {
            Cursor::Name(unhex(value).ok_or_else(wrong)?, id)
        }))
    }

    fn is_plain(&self) -> bool {
        let mut plain = self.clone();
        plain.sort.clear();
        plain.after.clear();
        plain.query().is_empty()
    }

    pub fn query(&self) -> String {
        serde_urlencoded::to_string(self).unwrap_or_default()
    }
}

/// The place of the last line, in the address.
pub fn cursor(entry: &Entry, order: Order) -> String {
    let value = match order {
        Order::Updated => entry.updated_at.to_string(),
        Order::Russian => secret::hex(&entry.sort_ru),
        Order::Kazakh => secret::hex(&entry.sort_kk),
    };
    format!("{value}.{}", entry.id)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

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
    found: Arc<Found>,
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

    fn number(&self, text: &str) -> String {
        sheber_messages::number(self.page.lang(), text)
    }

    fn count(&self) -> String {
        sheber_messages::count(self.page.lang(), "list-total", self.found.total)
    }
}

fn choices(context: &Context, prefix: &str, words: &[&str], chosen: &str) -> Vec<Choice> {
    let mut list = vec![Choice { value: String::new(), label: context.t("any"), chosen: chosen.is_empty() }];
    list.extend(words.iter().map(|word| Choice {
        value: (*word).to_owned(),
        label: if prefix.is_empty() { (*word).to_owned() } else { context.t(&format!("{prefix}-{word}")) },
        chosen: *word == chosen,
    }));
    list
}

pub async fn page(
    State(app): State<App>,
    context: Context,
    Query(filter): Query<Filter>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let lang = context.lang;
    let found = catalogue::find(&app, &actor.scope(), &filter, lang, PAGE).await?;
    let order = filter.order(lang);
    let last = found.entries.last().filter(|_| found.more);
    let next = last.map(|entry| Filter { after: cursor(entry, order), ..filter.clone() }.query());
    let saved = database::all(
        &app.db,
        "SELECT id, name, query FROM saved_filter WHERE account_id = $1 AND page = 'programmes' ORDER BY name",
        params![actor.id],
    )
    .await?;
    let first = sheber_norms::edition::FIRST_YEAR.start();
    let years: Vec<String> = (first - 2..=context.this_year.start() + 1)
        .rev()
        .map(|start| sheber_kernel::AcademicYear::starting(start).to_string())
        .collect();
    let years: Vec<&str> = years.iter().map(String::as_str).collect();
    let level_words: Vec<&str> = Level::ALL.iter().map(|level| level.word()).collect();
    let entry_words: Vec<&str> = EntryBase::ALL.iter().map(|entry| entry.word()).collect();
    let query = Filter { after: String::new(), ..filter.clone() }.query();
    let many_colleges = !matches!(actor.scope(), Scope::College(_));
    let template = ListPage {
        levels: choices(&context, "level", &level_words, &filter.level),
        entries: choices(&context, "entry", &entry_words, &filter.entry),
        languages: choices(&context, "language", &["kk", "ru"], &filter.language),
        intakes: choices(&context, "", &years, &filter.intake),
        editions: choices(&context, "", &["2022-09-23", "2023-06-06"], &filter.edition),
        states: choices(&context, "list-state", &["violations", "warnings", "clean", "archived"], &filter.state),
        sorts: ["name", "updated"]
            .iter()
            .map(|sort| Choice {
                value: (*sort).to_owned(),
                label: context.t(&format!("list-sort-{sort}")),
                chosen: *sort == filter.sort,
            })
            .collect(),
        page: Page::new(context.clone(), "programmes", context.t("nav-programmes")).wide(),
        filter,
        found,
        next,
        saved,
        query,
        many_colleges,
    };
    html(&template)
}

/// Every line of the filter, however many, as XLSX.
pub async fn export(
    State(app): State<App>,
    context: Context,
    Query(filter): Query<Filter>,
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
    let rows = found.entries.iter().map(|entry| {
        let t = |kind: &str, word: &str| sheber_messages::text(lang, &format!("{kind}-{word}"));
        vec![
            entry.specialty.to_string(),
            entry.name(lang).to_owned(),
            entry.college(lang).to_owned(),
            entry.qualifications.to_string(),
            t("entry", &entry.entry_base),
            t("level", &entry.level),
            entry.language.to_string(),
            entry.intake.to_string(),
            entry.edition.to_string(),
            entry.credits.to_string(),
            entry.violations.to_string(),
            entry.warnings.to_string(),
        ]
    });
    let title = context.t("nav-programmes");
    let bytes = sheber_exchange::xlsx::list(&title, &headings, &[9, 10, 11], rows)
        .map_err(|error| AppError::Internal(error.to_string()))?;
    Ok(crate::platform::sheet::attachment("programmes.xlsx", crate::platform::sheet::XLSX, bytes))
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
