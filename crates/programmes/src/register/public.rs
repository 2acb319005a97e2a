//! What anyone may see of the register: the search, the page behind the number on the wall, the certificate, and what is
//! published for checking without a network.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sheber_documents::certificate::{self, Certificate};
use sheber_documents::curriculum::Paper;
use sheber_kernel::{Day, Lang};
use utoipa::ToSchema;

use sheber_people::reference::entry::Kind;
use sheber_people::reference::store as reference;
use sheber_platform::app::App;
use sheber_platform::cache::Cache;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, open};
use sheber_platform::heads;
use sheber_platform::heavy::heavy;
use sheber_platform::keys;
use sheber_platform::names::Names;
use sheber_platform::page::{Choice, Page, Pager, drawn, html};
use sheber_platform::sheet::{XLSX, attachment, inline_pdf};
use sheber_platform::{clock, search as searching};

use super::catalogue::{self, Answer, FACETS, Filter};
use super::entries::{self, Entry};
use super::seal::{self, Publication, Verdict};
use super::workflow::State;
use crate::programmes::exchange::printed;
use crate::programmes::store as programmes;

const PAGE: usize = 30;

pub fn today(app: &App) -> NaiveDate {
    clock::day(app.clock.millis())
}

/// What an entry is called where a facet's value is a word of the field or a code.
async fn regions(app: &App, lang: Lang) -> Result<HashMap<String, String>, AppError> {
    let regions = reference::entries(app, Kind::Region, lang).await?;
    Ok(regions.iter().map(|region| (region.code.clone(), region.name(lang).to_owned())).collect())
}

/// What a filter finds: its entries drawn once for everybody, and its facets.
struct SearchResult {
    answer: Arc<Answer>,
    rows: String,
    facets: Vec<(&'static str, Vec<Choice>)>,
}

#[derive(Template)]
#[template(path = "register/search.html")]
struct SearchPage {
    page: Page,
    filter: Filter,
    found: Arc<SearchResult>,
    pager: Pager,
    query: String,
}

#[derive(Template)]
#[template(path = "register/rows.html")]
struct Rows<'f> {
    lang: Lang,
    answer: &'f Answer,
    regions: &'f HashMap<String, String>,
    today: NaiveDate,
}

impl Rows<'_> {
    fn t(&self, key: impl AsRef<str>) -> Cow<'static, str> {
        sheber_messages::label(self.lang, key.as_ref())
    }

    fn state(&self, entry: &Entry) -> State {
        entry.state_on(self.today)
    }

    fn is_over(&self, entry: &Entry) -> bool {
        self.state(entry) != State::Included
    }

    fn region(&self, entry: &Entry) -> &str {
        self.regions.get(&*entry.region).map_or("", String::as_str)
    }

    fn day(&self, entry: &Entry) -> String {
        sheber_messages::date(self.lang, entry.included_on.0)
    }
}

/// A facet's choices with how many entries each gives; what is chosen stands there even where it gives none.
fn choices(
    context: &Context,
    facet: usize,
    chosen: &str,
    found: &Answer,
    regions: &HashMap<String, String>,
) -> Vec<Choice> {
    let lang = context.lang;
    let label = |word: &str, name: &str| match FACETS[facet] {
        "region" => regions.get(word).cloned().unwrap_or_else(|| word.to_owned()),
        "level" | "language" => sheber_messages::word(lang, FACETS[facet], word),
        "state" => sheber_messages::word(lang, "register-state", word),
        _ => name.to_owned(),
    };
    let mut list: Vec<(String, String, usize)> = found.facets[facet]
        .iter()
        .map(|(value, count)| (value.word.clone(), label(&value.word, lang.pick(&value.kk, &value.ru)), *count))
        .collect();
    let sort = if lang == Lang::Ru { Lang::Ru } else { Lang::Kk };
    list.sort_by_cached_key(|(_, label, _)| searching::sort_key(sort, label));
    if FACETS[facet] == "year" {
        list.reverse();
    }
    if !chosen.is_empty() && !list.iter().any(|(word, ..)| word == chosen) {
        list.push((chosen.to_owned(), label(chosen, chosen), 0));
    }
    let mut choices = vec![Choice { value: String::new(), label: context.t("any"), chosen: chosen.is_empty() }];
    choices.extend(list.into_iter().map(|(word, label, count)| Choice {
        chosen: word == chosen,
        label: format!("{label} ({})", sheber_messages::number(lang, &count.to_string())),
        value: word,
    }));
    choices
}

async fn found(app: &App, context: &Context, filter: &Filter) -> Result<SearchResult, AppError> {
    let answer = catalogue::find(app, filter.clone(), PAGE).await?;
    let regions = regions(app, context.lang).await?;
    let chosen = filter.chosen();
    let facets = FACETS
        .iter()
        .enumerate()
        // The colleges of the whole country are no list to choose from: first a region.
        .filter(|(_, name)| **name != "college" || filter.region.is_some() || filter.college.is_some())
        .map(|(at, name)| (*name, choices(context, at, &chosen[at], &answer, &regions)))
        .collect();
    let rows = drawn(&Rows { lang: context.lang, answer: &answer, regions: &regions, today: today(app) })?;
    Ok(SearchResult { answer, rows, facets })
}

pub async fn search(
    Shared(app): Shared<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let query = filter.query();
    let question = format!("{} {} {query}", context.lang, filter.after);
    let found = Cache::of(&app, &question, || found(&app, &context, &filter)).await?;
    let pager = Pager::after("/r", &query, &found.answer.page);
    let page = Page::new(context.clone(), "public", context.t("public-title")).wide();
    html(&SearchPage { page, filter, found, pager, query })
}

/// An entry as programs read it.
#[derive(Serialize, ToSchema)]
pub struct Open {
    number: String,
    #[schema(inline)]
    state: State,
    college: Names,
    region: String,
    specialty: String,
    name: Names,
    qualifications: String,
    level: String,
    language: String,
    entry_base: String,
    form: String,
    intake: String,
    included_on: NaiveDate,
    valid_to: Option<NaiveDate>,
    ended_on: Option<NaiveDate>,
    hash: String,
}

/// A value as a word; empty where it is not known.
fn word<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

impl Open {
    pub fn of(entry: &Entry, today: NaiveDate) -> Self {
        Self {
            number: entry.number.clone(),
            state: entry.state_on(today),
            college: Names::new(&entry.college_kk, &entry.college_ru),
            region: entry.region.to_string(),
            specialty: entry.specialty.to_string(),
            name: Names::new(&entry.name_kk, &entry.name_ru),
            qualifications: entry.qualifications.to_string(),
            level: entry.level.to_string(),
            language: word(entry.language),
            entry_base: word(entry.entry_base),
            form: word(entry.form),
            intake: word(entry.intake),
            included_on: entry.included_on.0,
            valid_to: entry.valid_to.map(|day| day.0),
            ended_on: entry.ended_on.map(|day| day.0),
            hash: entry.hash.to_string(),
        }
    }

    /// The same in the order of the table's headings.
    fn cells(self) -> Vec<String> {
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        vec![
            self.number,
            self.state.to_string(),
            self.college.kk,
            self.college.ru,
            self.region,
            self.specialty,
            self.name.kk,
            self.name.ru,
            self.qualifications,
            self.level,
            self.language,
            self.entry_base,
            self.form,
            self.intake,
            self.included_on.to_string(),
            day(self.valid_to),
            day(self.ended_on),
            self.hash,
        ]
    }
}

const HEADINGS: [&str; 18] = [
    "number",
    "state",
    "college_kk",
    "college_ru",
    "region",
    "specialty",
    "name_kk",
    "name_ru",
    "qualifications",
    "level",
    "language",
    "entry_base",
    "form",
    "intake",
    "included_on",
    "valid_to",
    "ended_on",
    "sha256",
];

/// Everything the filter finds, as a file: `json`, `csv` or `xlsx`.
pub async fn export(
    Shared(app): Shared<App>,
    context: Context,
    Path(kind): Path<String>,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let today = today(&app);
    let found = catalogue::find(&app, Filter { after: String::new(), ..filter }, usize::MAX).await?;
    let title = context.t("public-title");
    heavy(move || exported(&kind, &found, &title, today)).await?
}

fn exported(kind: &str, found: &Answer, title: &str, today: NaiveDate) -> Result<Response, AppError> {
    let lines = found.page.rows.iter().map(|entry| Open::of(entry, today));
    let internal = |error: &dyn std::fmt::Display| AppError::Internal(error.to_string());
    match kind {
        "register.json" => {
            let lines: Vec<Open> = lines.collect();
            let bytes = serde_json::to_vec(&lines).map_err(|error| internal(&error))?;
            Ok(attachment("register.json", "application/json", bytes))
        }
        "register.csv" => {
            let bytes =
                sheber_exchange::table::written(&HEADINGS, lines.map(Open::cells)).map_err(|error| internal(&error))?;
            Ok(attachment("register.csv", "text/csv; charset=utf-8", bytes))
        }
        "register.xlsx" => {
            let headings: Vec<String> = HEADINGS.iter().map(ToString::to_string).collect();
            let bytes = sheber_exchange::xlsx::list(title, &headings, &[], lines.map(Open::cells))
                .map_err(|error| internal(&error))?;
            Ok(attachment("register.xlsx", XLSX, bytes))
        }
        _ => Err(AppError::NotFound),
    }
}

/// A value of a list as it is called; a dash where it is not known.
fn called<T: ToString>(lang: Lang, list: &str, value: Option<&T>) -> String {
    value.map_or_else(|| "–".to_owned(), |word| sheber_messages::word(lang, list, &word.to_string()))
}

#[derive(Template)]
#[template(path = "register/public.html")]
struct EntryPage {
    page: Page,
    entry: Option<Entry>,
    number: String,
    state: &'static str,
    today: NaiveDate,
    region: String,
    history: Vec<Entry>,
    /// What the code on the paper turned out to be, where somebody came by one.
    verdict: Option<&'static str>,
}

impl EntryPage {
    fn day(&self, day: &Option<Day>) -> String {
        day.map_or_else(|| "–".to_owned(), |day| sheber_messages::date(self.page.lang(), day.0))
    }

    fn state_of(&self, entry: &Entry) -> State {
        entry.state_on(self.today)
    }

    fn on(&self, entry: &Entry) -> String {
        self.day(&Some(entry.included_on))
    }

    fn is_valid(&self) -> bool {
        self.state == State::Included.word()
    }

    fn is_genuine(&self) -> bool {
        self.verdict.is_none_or(|verdict| verdict == "genuine")
    }

    fn known<T: ToString>(&self, value: &Option<T>) -> String {
        value.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string)
    }

    /// A word of a list as it is called; earlier entries do not have them all.
    fn called<T: ToString>(&self, list: &str, value: &Option<T>) -> String {
        called(self.page.lang(), list, value.as_ref())
    }

    fn number(&self, version: &i64) -> String {
        version.to_string()
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Scan {
    /// The seal that a code on paper carries.
    s: Option<String>,
    #[serde(deserialize_with = "open")]
    lang: Option<Lang>,
}

pub async fn entry(
    Shared(app): Shared<App>,
    context: Context,
    Path(number): Path<String>,
    Address(scanned): Address<Scan>,
) -> Result<Response, AppError> {
    let entry = match entries::by_number(&app.db, &number).await {
        Err(AppError::NotFound) => None,
        other => Some(other?),
    };
    let verdict = match scanned.s {
        Some(text) => Some(judged(&app, &text, entry.as_ref())?),
        None => None,
    };
    let state = entry.as_ref().map_or("", |entry| entry.state_on(today(&app)).word());
    let history = match entry.as_ref().and_then(|entry| entry.programme_id) {
        Some(programme) => entries::of_programme(&app.db, programme).await?,
        None => Vec::new(),
    };
    let region = match &entry {
        Some(entry) => regions(&app, context.lang).await?.remove(&*entry.region).unwrap_or_default(),
        None => String::new(),
    };
    let page = Page::new(context.clone(), "public", number.clone()).crumb(context.t("public-title"), "/r");
    let status = if entry.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let today = today(&app);
    let shown = html(&EntryPage { page, entry, number, state, today, region, history, verdict })?;
    Ok((status, shown).into_response())
}

/// What a seal is worth beside the entry it was scanned for.
fn judged(app: &App, text: &str, entry: Option<&Entry>) -> Result<&'static str, AppError> {
    let published = keys::with(app, keys::Keys::published).map_err(|error| AppError::Internal(error.to_string()))?;
    Ok(match (seal::opened(text, &published), entry) {
        (Verdict::Genuine(seal), Some(entry)) if seal == entry.seal() => {
            if entry.state_on(today(app)) == State::Included { "genuine" } else { "ended" }
        }
        (Verdict::Genuine(_) | Verdict::Altered, Some(_)) => "altered",
        _ => "unknown",
    })
}

pub async fn certificate(
    Shared(app): Shared<App>,
    context: Context,
    Path(number): Path<String>,
    Address(scanned): Address<Scan>,
) -> Result<Response, AppError> {
    let entry = entries::by_number(&app.db, &number).await?;
    // What has ended gets no new paper.
    if entry.state_on(today(&app)) != State::Included {
        return Err(AppError::NotFound);
    }
    let lang = scanned.lang.unwrap_or(context.lang);
    let sealed =
        keys::with(&app, |keys| keys.sign(&entry.seal())).map_err(|error| AppError::Internal(error.to_string()))??;
    let address = format!("{}/r/{}", app.config.base_url, entry.number);
    let certificate = Certificate {
        link: format!("{address}?s={sealed}"),
        address,
        college: entry.college(lang).to_owned(),
        specialty: format!("{} {}", entry.specialty, entry.name(lang)),
        qualifications: entry.qualifications.to_string(),
        level: entry.level,
        language: entry.language,
        included_on: entry.included_on.0,
        valid_to: entry.valid_to.map(|day| day.0),
        hash: entry.hash.chars().take(32).collect(),
        demo: app.config.demo,
        number: entry.number,
    };
    let name = format!("{}.pdf", certificate.number);
    let bytes = heavy(move || certificate::pdf(&certificate, lang)).await??;
    Ok(inline_pdf(&name, bytes))
}

/// The working curriculum of the version that is in the register.
pub async fn curriculum(
    Shared(app): Shared<App>,
    context: Context,
    Path(number): Path<String>,
) -> Result<Response, AppError> {
    let entry = entries::by_number(&app.db, &number).await?;
    let (Some(programme), Some(version)) = (entry.programme_id, entry.version) else { return Err(AppError::NotFound) };
    let (_, _, programme) = programmes::frozen(&app.db, programme, Some(version)).await?;
    let lang = if context.lang == Lang::Ru { Lang::Ru } else { Lang::Kk };
    printed(programme, lang, Paper::A3).await
}

/// So many of the trail's signed heads are published: the newest first.
const HEADS: i64 = 48;

/// Keys and ended entries, for checking without a network; also a JWK set.
pub async fn published(Shared(app): Shared<App>) -> Result<Response, AppError> {
    let today = today(&app);
    let keys = keys::with(&app, keys::Keys::published).map_err(|error| AppError::Internal(error.to_string()))?;
    let heads = heads::newest(&app.db, HEADS).await?;
    let published = Publication { as_of: today, keys, ended: catalogue::ended(&app, today).await?, heads };
    Ok(axum::Json(published).into_response())
}
