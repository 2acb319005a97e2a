//! The list of programmes: search, filters, order of the language, saved filters, export of exactly what is filtered.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Redirect, Response};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use sheber_kernel::Lang;
use sheber_norms::programme::{EntryBase, Level};

use crate::params;
use crate::platform::actor::{Actor, Scope};
use crate::platform::app::App;
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::database::Conditions;
use crate::platform::error::AppError;
use crate::platform::forms::Form;
use crate::platform::page::{Choice, Page, html};
use crate::platform::{database, search};

/// What is asked for; the same words stand in the address, in a saved filter and in the export's link.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
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

#[derive(Debug, FromQueryResult)]
pub struct Line {
    pub id: i64,
    pub specialty: String,
    pub qualifications: String,
    pub name_kk: String,
    pub name_ru: String,
    pub college_kk: String,
    pub college_ru: String,
    pub entry_base: String,
    pub level: String,
    pub language: String,
    pub intake: String,
    pub edition: String,
    pub credits: String,
    pub violations: i64,
    pub warnings: i64,
    pub updated_at: i64,
    pub sort_kk: Vec<u8>,
    pub sort_ru: Vec<u8>,
}

impl Filter {
    async fn conditions(&self, app: &App, actor: &Actor) -> Result<Conditions, AppError> {
        let mut conditions = actor.scope().colleges("p.college_id");
        conditions.and(if self.state == "archived" { "p.archived = TRUE" } else { "p.archived = FALSE" }, params![]);
        for (column, value) in [
            ("level", &self.level),
            ("entry_base", &self.entry),
            ("language", &self.language),
            ("intake", &self.intake),
            ("edition", &self.edition),
        ] {
            if !value.is_empty() {
                conditions.and(&format!("p.{column} = ?"), params![value.clone()]);
            }
        }
        match self.state.as_str() {
            "violations" => _ = conditions.and("p.violations > 0", params![]),
            "warnings" => _ = conditions.and("p.warnings > 0", params![]),
            "clean" => _ = conditions.and("p.violations = 0", params![]),
            _ => {}
        }
        let place =
            search::Place { fts: is_wide(actor).then_some("programme_fts"), column: "p.search_name", id: "p.id" };
        search::matching(&app.db, &mut conditions, &place, &self.q).await?;
        Ok(conditions)
    }

    /// The column that decides the order, and whether it falls.
    fn order(&self, lang: Lang) -> (&'static str, bool) {
        match (self.sort.as_str(), lang) {
            ("updated", _) => ("p.updated_at", true),
            (_, Lang::Ru) => ("p.sort_ru", false),
            _ => ("p.sort_kk", false),
        }
    }

    fn is_plain(&self) -> bool {
        let mut plain = self.clone();
        plain.sort.clear();
        plain.after.clear();
        plain.query().is_empty()
    }

    fn query(&self) -> String {
        serde_urlencoded::to_string(self).unwrap_or_default()
    }
}

/// The keyset: the order's value and the key of the last line, in the address.
fn cursor(line: &Line, order: &str) -> String {
    let value = match order {
        "p.updated_at" => line.updated_at.to_string(),
        "p.sort_ru" => hex(&line.sort_ru),
        _ => hex(&line.sort_kk),
    };
    format!("{value}.{}", line.id)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

const COLUMNS: &str = "p.id, p.specialty, p.qualifications, p.name_kk, p.name_ru, o.name_kk AS college_kk, o.name_ru AS college_ru,
    p.entry_base, p.level, p.language, p.intake, p.edition, p.credits, p.violations, p.warnings, p.updated_at, p.sort_kk, p.sort_ru";

impl Filter {
    /// Conditions and order of the lines from the cursor on.
    async fn after_cursor(&self, app: &App, actor: &Actor, lang: Lang) -> Result<(Conditions, String), AppError> {
        let mut conditions = self.conditions(app, actor).await?;
        let (order, falls) = self.order(lang);
        if let Some((value, id)) = self.after.split_once('.') {
            let id: i64 = id.parse().map_err(|_| AppError::Bad("error-address"))?;
            let bound = if order == "p.updated_at" {
                sea_orm::Value::from(value.parse::<i64>().map_err(|_| AppError::Bad("error-address"))?)
            } else {
                sea_orm::Value::from(unhex(value).ok_or(AppError::Bad("error-address"))?)
            };
            let sign = if falls { '<' } else { '>' };
            conditions.and(&format!("({order}, p.id) {sign} (?, ?)"), vec![bound, id.into()]);
        }
        let by = if falls { format!("{order} DESC, p.id DESC") } else { format!("{order}, p.id") };
        Ok((conditions, by))
    }
}

/// How long an answer over many colleges is good for, in milliseconds. One's own college is asked anew each time.
const KEPT: i64 = 15_000;

fn is_wide(actor: &Actor) -> bool {
    !matches!(actor.scope(), Scope::College(_))
}

/// Keys of the lines of a page and one more, so that the caller knows whether there is a next page.
async fn keys(app: &App, actor: &Actor, filter: &Filter, lang: Lang) -> Result<Vec<i64>, AppError> {
    let (order, _) = filter.order(lang);
    let key = format!("{:?} {order} {}", actor.scope(), filter.query());
    let now = app.clock.millis();
    if let Some(keys) = app.pages.get(&key, now).filter(|_| is_wide(actor)) {
        return Ok(keys);
    }
    #[derive(FromQueryResult)]
    struct Key {
        id: i64,
    }
    let _turn = if is_wide(actor) { Some(app.turn(&key).lock().await) } else { None };
    if let Some(keys) = app.pages.renewed(&key, now).filter(|_| is_wide(actor)) {
        return Ok(keys);
    }
    let (conditions, by) = filter.after_cursor(app, actor, lang).await?;
    let sql = format!("SELECT p.id FROM programme p{} ORDER BY {by} LIMIT {}", conditions.sql(), PAGE + 1);
    let keys: Vec<Key> = database::all(&app.db, &sql, conditions.values).await?;
    let keys: Vec<i64> = keys.into_iter().map(|key| key.id).collect();
    if is_wide(actor) {
        app.pages.keep(key, keys.clone(), now + KEPT);
    }
    Ok(keys)
}

/// The lines of these keys, read anew and within the actor's scope, in the order of the list.
async fn lines(app: &App, actor: &Actor, filter: &Filter, lang: Lang, keys: &[i64]) -> Result<Vec<Line>, AppError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let (order, falls) = filter.order(lang);
    let direction = if falls { "DESC" } else { "ASC" };
    let mut conditions = actor.scope().colleges("p.college_id");
    let marks = vec!["?"; keys.len()].join(", ");
    conditions.and(&format!("p.id IN ({marks})"), keys.iter().map(|key| sea_orm::Value::from(*key)).collect());
    let sql = format!(
        "SELECT {COLUMNS} FROM programme p JOIN organisation o ON o.id = p.college_id{} ORDER BY {order} {direction}, p.id {direction}",
        conditions.sql()
    );
    Ok(database::all(&app.db, &sql, conditions.values).await?)
}

/// How many programmes the filter holds, exactly.
async fn count(app: &App, actor: &Actor, filter: &Filter) -> Result<i64, AppError> {
    let plain = Filter { after: String::new(), sort: String::new(), ..filter.clone() };
    let key = format!("{:?} {}", actor.scope(), plain.query());
    let now = app.clock.millis();
    if let Some(total) = app.totals.get(&key, now).filter(|_| is_wide(actor)) {
        return Ok(total);
    }
    let _turn = if is_wide(actor) { Some(app.turn(&key).lock().await) } else { None };
    if let Some(total) = app.totals.renewed(&key, now).filter(|_| is_wide(actor)) {
        return Ok(total);
    }
    let conditions = filter.conditions(app, actor).await?;
    let sql = format!("SELECT COUNT(*) FROM programme p{}", conditions.sql());
    let total = database::number(&app.db, &sql, conditions.values).await?;
    if is_wide(actor) {
        app.totals.keep(key, total, now + KEPT);
    }
    Ok(total)
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
    lines: Vec<Line>,
    total: i64,
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
    fn pick<'a>(&self, kk: &'a str, ru: &'a str) -> &'a str {
        let (first, second) = if self.page.lang() == Lang::Ru { (ru, kk) } else { (kk, ru) };
        if first.is_empty() { second } else { first }
    }

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
        sheber_messages::count(self.page.lang(), "list-total", usize::try_from(self.total).unwrap_or(0))
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
    let mut keys = keys(&app, &actor, &filter, lang).await?;
    let more = keys.len() > PAGE;
    keys.truncate(PAGE);
    let lines = lines(&app, &actor, &filter, lang, &keys).await?;
    let total = if filter.after.is_empty() && !more {
        i64::try_from(lines.len()).unwrap_or(i64::MAX)
    } else {
        count(&app, &actor, &filter).await?
    };
    let (order, _) = filter.order(lang);
    let next =
        lines.last().filter(|_| more).map(|line| Filter { after: cursor(line, order), ..filter.clone() }.query());
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
        lines,
        total,
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
    let (conditions, by) = filter.after_cursor(&app, &actor, lang).await?;
    let sql = format!(
        "SELECT {COLUMNS} FROM programme p JOIN organisation o ON o.id = p.college_id{} ORDER BY {by}",
        conditions.sql()
    );
    let lines: Vec<Line> = database::all(&app.db, &sql, conditions.values).await?;
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
    let rows = lines.into_iter().map(|line| {
        let (name, college) =
            if lang == Lang::Ru { (line.name_ru, line.college_ru) } else { (line.name_kk, line.college_kk) };
        let t = |kind: &str, word: &str| sheber_messages::text(lang, &format!("{kind}-{word}"));
        vec![
            line.specialty,
            name,
            college,
            line.qualifications,
            t("entry", &line.entry_base),
            t("level", &line.level),
            line.language,
            line.intake,
            line.edition,
            line.credits,
            line.violations.to_string(),
            line.warnings.to_string(),
        ]
    });
    let title = context.t("nav-programmes");
    let bytes = sheber_exchange::xlsx::list(&title, &headings, &[9, 10, 11], rows)
        .map_err(|error| AppError::Internal(error.to_string()))?;
    Ok(super::exchange::attachment("programmes.xlsx", super::exchange::XLSX, bytes))
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
