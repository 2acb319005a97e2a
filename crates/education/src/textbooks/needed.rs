//! The list of titles that colleges need (15.4): typed, or from a sheet.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sheber_kernel::OrganisationKind;
use sheber_messages as messages;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Address, Form, Pairs, Upload};
use sheber_platform::heavy::heavy;
use sheber_platform::page::{Page, Pager, address, html};
use sheber_platform::sheet;

use super::needs::{self, Counts, Filter, Need, NeedForm};
use super::{import, rights};

#[derive(Template)]
#[template(path = "textbooks/needed.html")]
struct NeededPage {
    page: Page,
    filter: Filter,
    lines: Vec<Need>,
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
        address(&self.filter)
    }

    fn college<'a>(&self, line: &'a Need) -> &'a str {
        line.college(self.page.lang())
    }
}

async fn show(
    app: &App,
    context: Context,
    filter: Filter,
    f: Fields,
    told: Option<String>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let list = needs::list(&app.db, actor, (context.year, context.lang), &filter).await?;
    let status = f.status();
    let page = Page::new(context.clone(), "textbooks", context.t("needed-title"));
    let template = NeededPage {
        page: page.crumb(context.t("nav-textbooks"), "/textbooks").wide(),
        counts: needs::counts(&app.db, actor, context.year, &filter).await?,
        pager: Pager::of("/textbooks/needed", &filter, &list),
        lines: list.rows,
        filter,
        above: actor.role.organisation() != OrganisationKind::College,
        edits: actor.may(rights::EDIT),
        told,
        f,
    };
    Ok((status, html(&template)?).into_response())
}

pub async fn list(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    show(&app, context, filter, Fields::default(), None).await
}

pub async fn need(State(app): State<App>, context: Context, Form(pairs): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let Some(new) = NeedForm::of(&mut fields) else {
        return show(&app, context, Filter::default(), fields, None).await;
    };
    let change = Change::begin(&app, Some(&actor)).await?;
    needs::put(&change, &actor, context.year, &new).await?;
    change.commit().await?;
    Ok(Redirect::to("/textbooks/needed").into_response())
}

pub async fn need_no_more(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let change = Change::begin(&app, Some(actor)).await?;
    if !needs::remove(&change, actor, id, context.year).await? {
        return Err(AppError::NotFound);
    }
    change.commit().await?;
    Ok(Redirect::to("/textbooks/needed").into_response())
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

pub async fn export(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let lines = needs::all(&app.db, context.actor()?, (context.year, context.lang), &filter).await?;
    let mut titles = headings(&context);
    titles.extend([context.t("needed-bought"), context.t("event-holder")]);
    let row = |line: Need| {
        let college = line.college(context.lang).to_owned();
        let NeedForm { title, specialty, copies } = line.details;
        vec![title, specialty, copies.to_string(), line.bought.to_string(), college]
    };
    let rows = lines.into_iter().map(row).collect();
    sheet::workbook("needed.xlsx", context.t("needed-title"), titles, &[2, 3], rows).await
}

/// Takes a sheet whole or not at all. A title that is on the list already has its copies set anew.
pub async fn take(State(app): State<App>, context: Context, upload: Upload) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let lang = context.lang;
    let refuse = async |told: String| {
        let page = show(&app, context.clone(), Filter::default(), Fields::default(), Some(told)).await?;
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
        match NeedForm::of(&mut fields) {
            Some(new) => lines.push(new),
            None => wrong.extend(import::faults(&context, &COLUMNS, &fields, place)),
        }
    }
    if !wrong.is_empty() || lines.is_empty() {
        return refuse(import::summary(&context, wrong)).await;
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    for line in &lines {
        needs::put(&change, &actor, context.year, line).await?;
    }
    change.commit().await?;
    let told = messages::count(lang, "textbook-imported", lines.len());
    show(&app, context, Filter::default(), Fields::default(), Some(told)).await
}
