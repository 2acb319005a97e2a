//! Lists of reference data, editing by the operator, import with a preview.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sheber_messages as messages;

use super::store::{self, Entry, KINDS, PAGE, Standing};
use super::table;
use crate::platform::app::App;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::forms::{Form, Pairs, Upload};
use crate::platform::page::{Page, html};

#[derive(Template)]
#[template(path = "reference/index.html")]
struct IndexPage {
    page: Page,
    kinds: Vec<(&'static str, i64)>,
}

pub async fn index(State(app): State<App>, context: Context) -> Result<Response, AppError> {
    let mut kinds = Vec::new();
    for (kind, _) in KINDS {
        let (_, total) = store::list(&app.db, kind, &store::Query::default(), 1).await?;
        kinds.push((*kind, total));
    }
    html(&IndexPage { page: Page::new(context.clone(), "reference", context.t("nav-reference")), kinds })
}

#[derive(Template)]
#[template(path = "reference/list.html")]
struct ListPage {
    page: Page,
    kind: String,
    entries: Vec<Entry>,
    total: i64,
    query: store::Query,
    next: Option<String>,
    form: Entry,
    /// The mark of the entry as it was when the form was opened.
    was: String,
    error: Option<String>,
    has_parent: bool,
    address: String,
}

impl ListPage {
    fn or(&self, text: &Option<String>) -> String {
        text.clone().unwrap_or_default()
    }
}

async fn show(
    app: &App,
    context: Context,
    kind: String,
    query: store::Query,
    (form, was): (Entry, String),
    error: Option<&str>,
) -> Result<Response, AppError> {
    if !store::is_kind(&kind) {
        return Err(AppError::NotFound);
    }
    let (entries, total) = store::list(&app.db, &kind, &query, PAGE).await?;
    let shown = query.page.saturating_mul(PAGE) + entries.len();
    let next = (i64::try_from(shown).unwrap_or(i64::MAX) < total).then(|| {
        serde_urlencoded::to_string(store::Query { page: query.page + 1, ..query.clone() }).unwrap_or_default()
    });
    let address = serde_urlencoded::to_string(&query).unwrap_or_default();
    let error = error.map(|key| context.t(key));
    let title = context.t(&format!("reference-{kind}"));
    let page = Page::new(context.clone(), "reference", title).crumb(context.t("nav-reference"), "/reference").wide();
    let has_parent = store::parent_kind(&kind).is_some();
    html(&ListPage { page, kind, entries, total, query, next, form, was, error, has_parent, address })
}

pub async fn list(
    State(app): State<App>,
    context: Context,
    Path(kind): Path<String>,
    Query(query): Query<store::Query>,
) -> Result<Response, AppError> {
    let form = if query.edit.is_empty() { None } else { store::entry(&app.db, &kind, &query.edit).await? };
    let was = form.as_ref().map(Entry::mark).unwrap_or_default();
    show(&app, context, kind, query, (form.unwrap_or_default(), was), None).await
}

pub async fn export(
    State(app): State<App>,
    Path(kind): Path<String>,
    Query(query): Query<store::Query>,
) -> Result<Response, AppError> {
    if !store::is_kind(&kind) {
        return Err(AppError::NotFound);
    }
    let query = store::Query { page: 0, ..query };
    let (entries, _) = store::list(&app.db, &kind, &query, 1_000_000).await?;
    let headings: Vec<String> = table::HEADINGS.iter().map(|heading| (*heading).to_owned()).collect();
    let rows = entries.into_iter().map(|entry| {
        let or = |text: Option<String>| text.unwrap_or_default();
        vec![
            entry.code,
            or(entry.parent),
            entry.name_kk,
            entry.name_ru,
            or(entry.note),
            or(entry.day),
            or(entry.valid_from),
            or(entry.valid_to),
        ]
    });
    let bytes = sheber_exchange::xlsx::list(&kind, &headings, &[], rows)
        .map_err(|error| AppError::Internal(error.to_string()))?;
    Ok((
        [
            (axum::http::header::CONTENT_TYPE, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (axum::http::header::CONTENT_DISPOSITION, "attachment; filename=\"reference.xlsx\""),
        ],
        bytes,
    )
        .into_response())
}

#[derive(Deserialize)]
pub struct One {
    code: String,
}

#[derive(Template)]
#[template(path = "reference/entry.html")]
struct EntryPage {
    page: Page,
    kind: String,
    entry: Entry,
    under: Vec<(&'static str, Vec<Entry>)>,
    history: Vec<crate::platform::audit::Line>,
}

impl EntryPage {
    fn facts(&self) -> Vec<(&'static str, &str)> {
        let entry = &self.entry;
        vec![
            ("col-code", entry.code.as_str()),
            ("reference-parent-code", entry.parent.as_deref().unwrap_or_default()),
            ("col-name-kk", entry.name_kk.as_str()),
            ("col-name-ru", entry.name_ru.as_str()),
            ("reference-date", entry.day.as_deref().unwrap_or_default()),
            ("reference-valid-from", entry.valid_from.as_deref().unwrap_or_default()),
            ("reference-valid-to", entry.valid_to.as_deref().unwrap_or_default()),
            ("reference-note", entry.note.as_deref().unwrap_or_default()),
        ]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .collect()
    }
}

/// One entry with what belongs under it and its history.
pub async fn one(
    State(app): State<App>,
    context: Context,
    Path(kind): Path<String>,
    Query(one): Query<One>,
) -> Result<Response, AppError> {
    let entry = store::entry(&app.db, &kind, &one.code).await?.ok_or(AppError::NotFound)?;
    let id = store::key(&app.db, &kind, &one.code).await?;
    let history = crate::platform::audit::history(&app.db, "reference_entry", id, 100).await?;
    let mut under = Vec::new();
    for (child, _) in KINDS.iter().filter(|(_, parent)| *parent == Some(kind.as_str())) {
        let entries = store::under(&app.db, child, &entry.code).await?;
        if !entries.is_empty() {
            under.push((*child, entries));
        }
    }
    let title = format!("{} {}", entry.code, entry.name(context.lang));
    let page = Page::new(context.clone(), "reference", title)
        .crumb(context.t("nav-reference"), "/reference")
        .crumb(context.t(&format!("reference-{kind}")), format!("/reference/{kind}"));
    html(&EntryPage { page, kind, entry, under, history })
}

fn tidy(mut entry: Entry) -> Entry {
    for text in [&mut entry.code, &mut entry.name_kk, &mut entry.name_ru] {
        *text = text.trim().to_owned();
    }
    for text in [&mut entry.parent, &mut entry.note, &mut entry.day, &mut entry.valid_from, &mut entry.valid_to] {
        *text = text.take().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    }
    entry
}

#[derive(Deserialize)]
pub struct Was {
    #[serde(default)]
    was: String,
}

pub async fn save(
    State(app): State<App>,
    context: Context,
    Path(kind): Path<String>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    if !store::is_kind(&kind) {
        return Err(AppError::NotFound);
    }
    let sent = serde_urlencoded::to_string(&pairs).unwrap_or_default();
    let entry: Entry = serde_urlencoded::from_str(&sent).map_err(|_| AppError::Bad("error-form"))?;
    let Was { was } = serde_urlencoded::from_str(&sent).map_err(|_| AppError::Bad("error-form"))?;
    let entry = tidy(entry);
    // Who does not know the entry that is there, or knows an older one, would wipe out what somebody else wrote.
    let known = store::entry(&app.db, &kind, &entry.code).await?;
    let stale = known.is_some_and(|known| known.mark() != was).then_some("reference-stale");
    if let Some(fault) = entry.fault(&kind).or(stale) {
        let page = show(&app, context, kind, store::Query::default(), (entry, was), Some(fault)).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    store::put(&app, Some(context.actor()?), &kind, std::slice::from_ref(&entry)).await?;
    let query = serde_urlencoded::to_string([("q", &entry.code)]).unwrap_or_default();
    Ok(Redirect::to(&format!("/reference/{kind}?{query}")).into_response())
}

/// A line of the preview.
struct Line {
    row: usize,
    entry: Entry,
    standing: Standing,
    fault: Option<String>,
}

#[derive(Template)]
#[template(path = "reference/import.html")]
struct ImportPage {
    page: Page,
    kind: String,
    lines: Vec<Line>,
    new: usize,
    changed: usize,
    same: usize,
    faults: usize,
    /// What will be stored, to be sent back and read again.
    payload: String,
    error: Option<String>,
    done: Option<String>,
}

impl ImportPage {
    fn standing(&self, line: &Line) -> String {
        self.page.t(match line.standing {
            Standing::New => "reference-new",
            Standing::Changed => "reference-changed",
            Standing::Same => "reference-same",
        })
    }
}

fn import_view(context: &Context, kind: String) -> ImportPage {
    let title = context.t("import-title");
    let page = Page::new(context.clone(), "reference", title)
        .crumb(context.t("nav-reference"), "/reference")
        .crumb(context.t(&format!("reference-{kind}")), format!("/reference/{kind}"));
    ImportPage {
        page,
        kind,
        lines: Vec::new(),
        new: 0,
        changed: 0,
        same: 0,
        faults: 0,
        payload: String::new(),
        error: None,
        done: None,
    }
}

pub async fn import_page(context: Context, Path(kind): Path<String>) -> Result<Response, AppError> {
    if !store::is_kind(&kind) {
        return Err(AppError::NotFound);
    }
    html(&import_view(&context, kind))
}

pub async fn import(
    State(app): State<App>,
    context: Context,
    Path(kind): Path<String>,
    upload: Upload,
) -> Result<Response, AppError> {
    if !store::is_kind(&kind) {
        return Err(AppError::NotFound);
    }
    let mut view = import_view(&context, kind.clone());
    let read = match upload.files.first() {
        None => Err(context.t("import-no-file")),
        Some(file) => sheber_exchange::table::read(&file.bytes)
            .map_err(|error| error.describe(context.lang))
            .and_then(|read| table::entries(&kind, &read).ok_or_else(|| context.t("reference-no-code-column"))),
    };
    let entries = match read {
        Ok(entries) => entries,
        Err(error) => {
            view.error = Some(error);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&view)?).into_response());
        }
    };
    let mut good = Vec::new();
    for (row, entry) in entries {
        let entry = tidy(entry);
        let fault = entry.fault(&kind).map(|key| context.t(key));
        let standing = store::standing(&app.db, &kind, &entry).await?;
        match (&fault, standing) {
            (Some(_), _) => view.faults += 1,
            (None, Standing::New) => view.new += 1,
            (None, Standing::Changed) => view.changed += 1,
            (None, Standing::Same) => view.same += 1,
        }
        if fault.is_none() && standing != Standing::Same {
            good.push(entry.clone());
        }
        if view.lines.len() < 500 && (fault.is_some() || standing != Standing::Same) {
            view.lines.push(Line { row, entry, standing, fault });
        }
    }
    view.payload = serde_json::to_string(&good).map_err(|error| AppError::Internal(error.to_string()))?;
    html(&view)
}

#[derive(Deserialize)]
pub struct Take {
    payload: String,
}

pub async fn take(
    State(app): State<App>,
    context: Context,
    Path(kind): Path<String>,
    Form(form): Form<Take>,
) -> Result<Response, AppError> {
    if !store::is_kind(&kind) {
        return Err(AppError::NotFound);
    }
    if form.payload.contains("\\u0000") {
        return Err(AppError::Bad("error-form"));
    }
    let entries: Vec<Entry> = serde_json::from_str(&form.payload).map_err(|_| AppError::Bad("error-form"))?;
    let entries: Vec<Entry> = entries.into_iter().map(tidy).collect();
    if entries.iter().any(|entry| entry.fault(&kind).is_some()) {
        return Err(AppError::Bad("error-form"));
    }
    let changed = store::put(&app, Some(context.actor()?), &kind, &entries).await?;
    let mut view = import_view(&context, kind);
    view.done = Some(messages::count(context.lang, "reference-taken", changed));
    html(&view)
}
