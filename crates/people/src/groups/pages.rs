//! The list of groups, and a new one.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sea_orm::SqlErr;
use sheber_kernel::{AcademicYear, Lang};
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Address, Form, Pairs};
use sheber_platform::once::Once;
use sheber_platform::page::{Page, Pager, address, html};

use super::store::{self, Filter, Group};
use super::{form, rights};
use crate::accounts::store::{Colleague, colleagues};

#[derive(Template)]
#[template(path = "groups/list.html")]
struct ListPage {
    page: Page,
    filter: Filter,
    /// The filter as the address of the workbook.
    query: String,
    year: AcademicYear,
    groups: Vec<Group>,
    pager: Pager,
    students: i64,
    people: Vec<Colleague>,
    years: Vec<AcademicYear>,
    langs: [Lang; 2],
    edits: bool,
    f: Fields,
}

/// The list with a form.
pub async fn show(app: &App, context: Context, filter: Filter, f: Fields) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let year = context.year;
    let list = store::list(&actor, year, &filter.q);
    let groups = list.page(&app.db, &filter.at).await?;
    let template = ListPage {
        page: Page::new(context.clone(), "groups", context.t("nav-groups")).wide(),
        query: address(&filter),
        year,
        pager: Pager::of("/groups", &filter, &groups),
        groups: groups.rows,
        students: store::students_in(&app.db, &list).await?,
        people: colleagues(&app.db, actor.organisation_id).await?,
        years: form::years(year),
        langs: form::LANGS,
        edits: actor.may(rights::EDIT),
        filter,
        f,
    };
    html(&template)
}

pub async fn list(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let fields = form::empty(context.year);
    show(&app, context, filter, fields).await
}

pub async fn create(State(app): State<App>, context: Context, Form(pairs): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    if let Some(new) = form::read(&app, &context, &mut fields).await? {
        let deed = async |change: &Change| Ok(store::insert(change, actor.organisation_id, &new).await?);
        match Once::of_form(actor.id, "/groups", &fields).make(&app, &actor, deed).await {
            Ok(id) => return Ok(Redirect::to(&format!("/groups/{id}")).into_response()),
            Err(AppError::Database(error)) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
                fields.wrong("code", "group-known");
            }
            Err(error) => return Err(error),
        }
    }
    let page = show(&app, context, Filter::default(), fields).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}
