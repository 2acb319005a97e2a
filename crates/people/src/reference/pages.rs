//! Lists of reference data, editing by the operator.

use std::borrow::Cow;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sheber_kernel::Day;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Address, Form, Pairs};
use sheber_platform::page::{Page, Pager, address, html};
use sheber_platform::record::Record;
use sheber_platform::{sheet, trail};

use super::entry::{Kind, ReferenceEntry};
use super::store::{self, EntryRow, Filter, REFERENCE_ENTRY};
use super::{columns, rights};

#[derive(Template)]
#[template(path = "reference/index.html")]
struct IndexPage {
    page: Page,
    kinds: Vec<(Kind, i64)>,
}

pub async fn index(State(app): State<App>, context: Context) -> Result<Response, AppError> {
    let totals = store::totals(&app.db).await?;
    let kinds = Kind::ALL.iter().map(|kind| (*kind, totals.get(kind).copied().unwrap_or_default())).collect();
    html(&IndexPage { page: Page::new(context.clone(), "reference", context.t("nav-reference")), kinds })
}

/// The kind that an address names.
pub fn kind(word: &str) -> Result<Kind, AppError> {
    word.parse().map_err(|_| AppError::NotFound)
}

/// A day as a cell shows it.
fn day(day: Option<Day>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

#[derive(Template)]
#[template(path = "reference/list.html")]
struct ListPage {
    page: Page,
    kind: Kind,
    entries: Vec<ReferenceEntry>,
    pager: Pager,
    filter: Filter,
    f: Fields,
    has_parent: bool,
    edits: bool,
    /// The filter as the address of the workbook.
    query: String,
}

impl ListPage {
    fn or<'a>(&self, text: &'a Option<String>) -> &'a str {
        text.as_deref().unwrap_or_default()
    }

    fn day(&self, of: &Option<Day>) -> String {
        day(*of)
    }
}

async fn show(app: &App, context: Context, kind: Kind, filter: Filter, f: Fields) -> Result<Response, AppError> {
    let entries = store::list(kind, &filter).page(&app.db, &filter.at).await?;
    let pager = Pager::of(&format!("/reference/{kind}"), &filter, &entries);
    let title = context.t(&format!("reference-{kind}"));
    let edits = context.actor()?.may(rights::EDIT);
    let page = Page::new(context.clone(), "reference", title).crumb(context.t("nav-reference"), "/reference").wide();
    let (query, has_parent) = (address(&filter), kind.parent().is_some());
    let (status, rows) = (f.status(), entries.rows);
    let page = html(&ListPage { page, kind, entries: rows, pager, filter, f, has_parent, edits, query })?;
    Ok((status, page).into_response())
}

pub async fn list(
    State(app): State<App>,
    context: Context,
    Path(word): Path<String>,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let kind = kind(&word)?;
    let mut form = Fields::default();
    if !filter.edit.is_empty()
        && let Some(row) = store::row(&app.db, kind, &filter.edit).await?
    {
        form = row.entry.filled();
        form.set("edited", &row.entry.code);
        form.set("version", row.version.to_string());
    }
    show(&app, context, kind, filter, form).await
}

pub async fn export(
    State(app): State<App>,
    context: Context,
    Path(word): Path<String>,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let kind = kind(&word)?;
    let entries: Vec<ReferenceEntry> = store::list(kind, &filter).all(&app.db).await?;
    // The headings read back.
    let table = columns::of(kind);
    let row = |entry: &ReferenceEntry| {
        let fields = entry.filled();
        table.shown(context.lang, |field| Cow::Owned(fields.value(field).to_owned()))
    };
    let rows = entries.iter().map(row).collect();
    let title = context.t(&format!("reference-{kind}"));
    sheet::workbook("reference.xlsx", title, table.headed(context.lang), [], rows).await
}

#[derive(Deserialize)]
pub struct One {
    code: String,
}

#[derive(Template)]
#[template(path = "reference/entry.html")]
struct EntryPage {
    page: Page,
    kind: Kind,
    entry: ReferenceEntry,
    edits: bool,
    under: Vec<(Kind, Vec<ReferenceEntry>)>,
    history: Vec<trail::Line>,
}

impl EntryPage {
    fn facts(&self) -> Vec<(&'static str, String)> {
        let fields = self.entry.filled();
        let facts = [
            ("col-code", "code"),
            ("reference-parent-code", "parent"),
            ("col-name-kk", "name_kk"),
            ("col-name-ru", "name_ru"),
            ("reference-date", "day"),
            ("reference-valid-from", "valid_from"),
            ("reference-valid-to", "valid_to"),
            ("reference-note", "note"),
        ];
        let facts = facts.map(|(label, column)| (label, fields.value(column).to_owned()));
        facts.into_iter().filter(|(_, text)| !text.is_empty()).collect()
    }
}

/// One entry with what belongs under it and its history.
pub async fn one(
    State(app): State<App>,
    context: Context,
    Path(word): Path<String>,
    Address(one): Address<One>,
) -> Result<Response, AppError> {
    let kind = kind(&word)?;
    let EntryRow { id, entry, .. } = store::row(&app.db, kind, &one.code).await?.ok_or(AppError::NotFound)?;
    let history = trail::history(&app.db, REFERENCE_ENTRY, id, 100).await?;
    let mut under = Vec::new();
    for child in Kind::ALL.iter().filter(|child| child.parent() == Some(kind)) {
        let entries = store::under(&app.db, *child, &entry.code).await?;
        if !entries.is_empty() {
            under.push((*child, entries));
        }
    }
    let edits = context.actor()?.may(rights::EDIT);
    let title = format!("{} {}", entry.code, entry.name(context.lang));
    let page = Page::new(context.clone(), "reference", title)
        .crumb(context.t("nav-reference"), "/reference")
        .crumb(context.t(&format!("reference-{kind}")), format!("/reference/{kind}"));
    html(&EntryPage { page, kind, entry, edits, under, history })
}

pub async fn save(
    State(app): State<App>,
    context: Context,
    Path(word): Path<String>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let kind = kind(&word)?;
    let mut fields = Fields::of(pairs);
    let Some(entry) = ReferenceEntry::of(kind, &mut fields) else {
        return show(&app, context, kind, Filter::default(), fields).await;
    };
    if fields.version() != 0 && fields.value("edited") != entry.code {
        fields.wrong("code", "reference-code-fixed");
        return show(&app, context, kind, Filter::default(), fields).await;
    }
    if let Err(now) = store::save(&app, context.actor()?, kind, &entry, fields.version()).await? {
        match fields.version() {
            // A new entry with a code that is taken.
            0 => fields.wrong("code", "reference-stale"),
            _ => fields.overtaken("code", now.version, now.entry.filled()),
        }
        return show(&app, context, kind, Filter::default(), fields).await;
    }
    let query = serde_urlencoded::to_string([("q", &entry.code)]).unwrap_or_default();
    Ok(Redirect::to(&format!("/reference/{kind}?{query}")).into_response())
}
