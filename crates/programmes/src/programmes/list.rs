//! The list of programmes: search, filters, order of the language, saved filters, export of exactly what is filtered.

use std::borrow::Cow;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use sheber_kernel::{AcademicYear, Day, Lang, Word};
use sheber_messages as messages;
use sheber_norms::edition::{self, Edition};
use sheber_norms::programme::{EntryBase, Language, Level};
use sheber_platform::actor::Scope;
use sheber_platform::app::App;
use sheber_platform::cache::Cache;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::Address;
use sheber_platform::list::PAGE;
use sheber_platform::page::{Choice, Page, Pager, drawn, html};
use sheber_platform::{clock, sheet};

use super::catalogue::{self, Entry, Filter, Sort, State as Standing};
use super::filters::{self, SavedFilter};

/// The lines of the list, drawn once for everybody who sees the same ones.
#[derive(Template)]
#[template(path = "programmes/rows.html")]
struct Rows<'f> {
    lang: Lang,
    found: &'f catalogue::Page,
    many_colleges: bool,
}

impl Rows<'_> {
    fn t(&self, key: impl AsRef<str>) -> Cow<'static, str> {
        messages::label(self.lang, key.as_ref())
    }

    fn when(&self, millis: &i64) -> String {
        clock::local(*millis)
    }

    fn language(&self, entry: &Entry) -> String {
        messages::word(self.lang, "language", &entry.language.to_string())
    }

    fn number(&self, credits: &impl std::fmt::Display) -> String {
        messages::number(self.lang, &credits.to_string())
    }
}

/// One of the filter's lists: its name, the key of its label, its choices.
type Select = (&'static str, &'static str, Vec<Choice>);

/// What a filter finds, with the filter's lists.
struct Lines {
    found: Arc<catalogue::Page>,
    rows: String,
    selects: [Select; 7],
}

#[derive(Template)]
#[template(path = "programmes/list.html")]
struct ListPage {
    page: Page,
    filter: Filter,
    listed: Arc<Lines>,
    pager: Pager,
    saved: Arc<Vec<SavedFilter>>,
    query: String,
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

/// The filter's lists.
fn selects(context: &Context, filter: &Filter) -> [Select; 7] {
    let first = edition::FIRST_YEAR.start();
    let years: Vec<AcademicYear> =
        (first - 2..=context.this_year.start() + 1).rev().map(AcademicYear::starting).collect();
    let languages = [Language::KAZAKH, Language::RUSSIAN];
    let language = |lang| context.t(&format!("language-{lang}"));
    let sort = filter.sort.unwrap_or(Sort::Name);
    [
        ("level", "col-level", words::<Level>(context, "level-", filter.level)),
        ("entry", "col-entry-base", words::<EntryBase>(context, "entry-", filter.entry)),
        ("language", "col-language", choices(context, &languages, filter.language, language)),
        ("intake", "col-intake", choices(context, &years, filter.intake, |year| year.to_string())),
        ("edition", "col-standard-edition", choices(context, &standards(), filter.edition, |day| day.to_string())),
        ("state", "state", words::<Standing>(context, "list-state-", filter.state)),
        ("sort", "list-sort", words::<Sort>(context, "list-sort-", Some(sort)).split_off(1)),
    ]
}

async fn listed(app: &App, context: &Context, filter: &Filter) -> Result<Lines, AppError> {
    let (scope, lang) = (context.actor()?.scope(), context.lang);
    let found = catalogue::find(app, &scope, filter, lang, PAGE).await?;
    let rows = drawn(&Rows { lang, found: &found, many_colleges: !matches!(scope, Scope::College(_)) })?;
    Ok(Lines { rows, selects: selects(context, filter), found })
}

pub async fn page(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let query = filter.query();
    let question = format!("{:?} {} {} {query}", actor.scope(), context.lang, filter.after);
    let listed = Cache::of(&app, &question, || listed(&app, &context, &filter)).await?;
    let pager = Pager::after("/programmes", &query, &listed.found);
    let saved = filters::of(&app, actor.id).await?;
    let page = Page::new(context.clone(), "programmes", context.t("nav-programmes")).wide();
    html(&ListPage { page, filter, listed, pager, saved, query })
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
            messages::word(lang, "language", &entry.language.to_string()),
            entry.intake.to_string(),
            entry.edition.to_string(),
            entry.credits.to_string(),
            entry.violations.to_string(),
            entry.warnings.to_string(),
        ]
    });
    sheet::workbook("programmes.xlsx", context.t("nav-programmes"), headings, &[9, 10, 11], rows.collect()).await
}
