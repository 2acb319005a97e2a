//! The exclusion of an entry that no case brought.

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::clock;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::Form;
use sheber_platform::page::{Page, html};

use super::entries::{self, Entry};
use super::readers;
use super::workflow::State;

#[derive(Template)]
#[template(path = "register/exclude.html")]
struct ExcludePage {
    page: Page,
    entry: Entry,
    why: String,
    error: Option<String>,
}

fn show(context: Context, entry: Entry, why: String, error: Option<&str>) -> Result<Response, AppError> {
    let page = Page::new(context.clone(), "register", entry.number.clone())
        .crumb(context.t("nav-register"), "/register")
        .crumb(context.t("public-title"), "/r");
    html(&ExcludePage { page, entry, why, error: error.map(|key| context.t(key)) })
}

/// An entry without a case, still included.
fn is_for_exclusion(app: &App, entry: &Entry) -> bool {
    entry.case_id.is_none() && entry.state_on(clock::day(app.clock.millis())) == State::Included
}

pub async fn page(
    Shared(app): Shared<App>,
    context: Context,
    Path(number): Path<String>,
) -> Result<Response, AppError> {
    let entry = entries::by_number(&app.db, &number).await?;
    if !is_for_exclusion(&app, &entry) {
        return Err(AppError::NotFound);
    }
    show(context, entry, String::new(), None)
}

#[derive(Deserialize)]
pub struct Exclusion {
    #[serde(default)]
    why: String,
    #[serde(default)]
    sure: String,
}

pub async fn exclude(
    Shared(app): Shared<App>,
    context: Context,
    Path(number): Path<String>,
    Form(form): Form<Exclusion>,
) -> Result<Response, AppError> {
    let change = Change::begin(&app, Some(context.actor()?)).await?;
    let entry = entries::by_number(change.db(), &number).await?;
    if !is_for_exclusion(&app, &entry) {
        return Err(AppError::NotFound);
    }
    let why: String = form.why.trim().chars().take(10_000).collect();
    let error = match (why.is_empty(), form.sure == "true") {
        (true, _) => Some("register-guard-grounds"),
        (_, false) => Some("register-not-sure"),
        _ => None,
    };
    if error.is_some() {
        drop(change);
        let page = show(context, entry, why, error)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    if !entries::end_one(&change, entry.id, State::Excluded, clock::day(change.at()), &why).await? {
        return Err(AppError::NotFound);
    }
    let names = (&entry.names(), &entry.colleges());
    let path = format!("/r/{number}");
    readers::tell_college(&change, entry.college_id, "register-told-exclude", names, &path).await?;
    change.commit().await?;
    Ok(Redirect::to(&path).into_response())
}
