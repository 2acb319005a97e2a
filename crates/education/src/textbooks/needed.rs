//! The list of titles that colleges need (15.4): typed, or from a sheet.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use sheber_kernel::OrganisationKind;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Address, Form, Pairs, Upload};
use sheber_platform::page::{Page, Pager, address, html};
use sheber_platform::{import, sheet};

use super::columns::NEEDED;
use super::doors::NeededTitles;
use super::needs::{self, Counts, Filter, Need, NeedForm};
use super::rights;

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

async fn show(app: &App, context: Context, filter: Filter, f: Fields) -> Result<Response, AppError> {
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
        f,
    };
    Ok((status, html(&template)?).into_response())
}

pub async fn list(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    show(&app, context, filter, Fields::default()).await
}

pub async fn need(State(app): State<App>, context: Context, Form(pairs): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let Some(new) = NeedForm::of(&mut fields) else {
        return show(&app, context, Filter::default(), fields).await;
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

pub async fn template(context: Context) -> Result<Response, AppError> {
    import::template(&NeededTitles, &context).await
}

pub async fn export(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let lines = needs::all(&app.db, context.actor()?, (context.year, context.lang), &filter).await?;
    let mut titles = NEEDED.headed(context.lang);
    titles.extend([context.t("needed-bought"), context.t("event-holder")]);
    let row = |line: Need| {
        let college = line.college(context.lang).to_owned();
        let NeedForm { title, specialty, copies } = line.details;
        vec![title, specialty, copies.to_string(), line.bought.to_string(), college]
    };
    let rows = lines.into_iter().map(row).collect();
    sheet::workbook("needed.xlsx", context.t("needed-title"), titles, &[2, 3], rows).await
}

/// A sheet of titles comes. A title that is on the list already has its copies set anew.
pub async fn take(State(app): State<App>, context: Context, upload: Upload) -> Result<Response, AppError> {
    import::receive(&NeededTitles, app, context, upload).await
}
