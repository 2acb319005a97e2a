//! The list of titles that colleges need (15.4): typed, or from a sheet.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sheber_kernel::LocalName;
use sheber_messages as messages;

use super::import;
use super::store::{self, Counts, Line, Needed, Wish};
use crate::platform::actor::{Ability, OrganisationKind};
use crate::platform::app::App;
use crate::platform::audit::Change;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::fields::Fields;
use crate::platform::forms::{Form, Pairs, Upload};
use crate::platform::heavy::heavy;
use crate::platform::page::{Page, Pager, html};
use crate::platform::sheet;

#[derive(Template)]
#[template(path = "textbooks/needed.html")]
struct NeededPage {
    page: Page,
    wish: Wish,
    lines: Vec<Needed>,
    counts: Counts,
    pager: Pager,
    above: bool,
    edits: bool,
    /// What came of an import.
    told: Option<String>,
    f: Fields,
}

impl NeededPage {
    fn query(&self) -> String {
        serde_urlencoded::to_string(&self.wish).unwrap_or_default()
    }

    fn college(&self, line: &Needed) -> String {
        LocalName::new(&line.name_kk, &line.name_ru).get(self.page.lang()).to_owned()
    }
}

async fn show(app: &App, context: Context, wish: Wish, f: Fields, told: Option<String>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let (lines, counts) = store::needed(&app.db, &actor, context.year, &wish, store::PAGE).await?;
    let shown = if wish.short.is_empty() { counts.lines } else { counts.short };
    let total = usize::try_from(shown).unwrap_or(0);
    let pager = Pager::of("/textbooks/needed", wish.page, store::PAGE, total, |page| Wish { page, ..wish.clone() });
    let status = f.status();
    let title = context.t("needed-title");
    let shown = NeededPage {
        page: Page::new(context.clone(), "textbooks", title).crumb(context.t("nav-textbooks"), "/textbooks").wide(),
        wish,
        lines,
        counts,
        pager,
        above: actor.role.organisation() != OrganisationKind::College,
        edits: actor.may(Ability::EditTextbooks),
        told,
        f,
    };
    Ok((status, html(&shown)?).into_response())
}

pub async fn list(State(app): State<App>, context: Context, Query(wish): Query<Wish>) -> Result<Response, AppError> {
    show(&app, context, wish, Fields::default(), None).await
}

pub async fn need(State(app): State<App>, context: Context, Form(pairs): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let line = read(&mut fields);
    if !fields.is_sound() {
        return show(&app, context, Wish::default(), fields, None).await;
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    change.in_order().await?;
    store::need(&change, &actor, &store::region(&actor)?, context.year, &line).await?;
    change.commit().await?;
    Ok(Redirect::to("/textbooks/needed").into_response())
}

pub async fn need_no_more(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let change = Change::begin(&app, Some(&actor)).await?;
    change.in_order().await?;
    if !store::need_no_more(&change, &actor, id, context.year).await? {
        return Err(AppError::NotFound);
    }
    change.commit().await?;
    Ok(Redirect::to("/textbooks/needed").into_response())
}

/// Reads a title that is needed.
fn read(fields: &mut Fields) -> Line {
    let (title, specialty) = (fields.text("title", 400), fields.open_text("specialty", 200));
    let copies = fields.number("copies", 1_000_000);
    if copies == 0 {
        fields.wrong("copies", "field-number");
    }
    if store::title_key(&title).is_empty() {
        fields.wrong("title", "field-required");
    }
    Line { title, specialty, copies }
}

/// The columns of a sheet in their order: the field of the form, the key of the heading.
const COLUMNS: [(&str, &str); 3] =
    [("title", "textbook-title"), ("specialty", "textbook-specialty"), ("copies", "needed-copies")];

fn headings(context: &Context) -> Vec<String> {
    COLUMNS.iter().map(|(_, key)| context.t(key)).collect()
}

pub async fn template(context: Context) -> Result<Response, AppError> {
    let row = ["Слесарь ісі", "07161300", "25"].map(str::to_owned).to_vec();
    sheet::workbook("needed-template.xlsx", context.t("needed-title"), headings(&context), &[2], vec![row]).await
}

pub async fn export(State(app): State<App>, context: Context, Query(wish): Query<Wish>) -> Result<Response, AppError> {
    let wish = Wish { page: 0, ..wish };
    let (lines, _) = store::needed(&app.db, context.actor()?, context.year, &wish, 200_000).await?;
    let mut titles = headings(&context);
    titles.extend([context.t("needed-bought"), context.t("event-holder")]);
    let row = |line: Needed| {
        let college = LocalName::new(&line.name_kk, &line.name_ru).get(context.lang).to_owned();
        vec![line.title, line.specialty, line.copies.to_string(), line.bought.to_string(), college]
    };
    let rows = lines.into_iter().map(row).collect();
    sheet::workbook("needed.xlsx", context.t("needed-title"), titles, &[2, 3], rows).await
}

/// Takes a sheet whole or not at all. A title that is on the list already has its copies set anew.
pub async fn take(State(app): State<App>, context: Context, upload: Upload) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let lang = context.lang;
    let refuse = async |told: String| {
        let page = show(&app, context.clone(), Wish::default(), Fields::default(), Some(told)).await?;
        Ok::<_, AppError>((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let Some(file) = upload.files.into_iter().next() else { return refuse(context.t("import-none")).await };
    let table = match heavy(move || sheber_exchange::table::read(&file.bytes)).await? {
        Ok(table) => table,
        Err(error) => return refuse(error.describe(lang)).await,
    };
    let (mut lines, mut wrong) = (Vec::new(), Vec::new());
    for (row, place) in table.rows.iter().zip(&table.places) {
        let cell = |column: usize| row.get(column).map_or("", |cell| cell.trim()).to_owned();
        let mut fields = Fields::filled(COLUMNS.iter().enumerate().map(|(column, (field, _))| (*field, cell(column))));
        lines.push(read(&mut fields));
        wrong.extend(import::said(&context, &COLUMNS, &fields, place));
    }
    if !wrong.is_empty() || lines.is_empty() {
        return refuse(import::told(&context, wrong)).await;
    }
    let region = store::region(&actor)?;
    let change = Change::begin(&app, Some(&actor)).await?;
    change.in_order().await?;
    for line in &lines {
        store::need(&change, &actor, &region, context.year, line).await?;
    }
    change.commit().await?;
    let told = messages::count(lang, "textbook-imported", lines.len());
    show(&app, context, Wish::default(), Fields::default(), Some(told)).await
}
