//! The list of organisations, and a new one.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sea_orm::SqlErr;
use serde::Deserialize;
use sheber_kernel::{Bin, RegionCode};

use super::store::{self, New, Organisation};
use crate::platform::actor::OrganisationKind;
use crate::platform::app::App;
use crate::platform::audit::Change;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::forms::Form;
use crate::platform::page::{Page, html};
use crate::reference::store::{self as reference, Entry};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Search {
    q: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct NewForm {
    kind: String,
    bin: String,
    name_kk: String,
    name_ru: String,
    region: String,
}

#[derive(Template)]
#[template(path = "organisations/list.html")]
struct ListPage {
    page: Page,
    query: String,
    list: Vec<Organisation>,
    regions: Vec<Entry>,
    form: NewForm,
    error: Option<String>,
}

impl ListPage {
    fn pick(&self, kk: &str, ru: &str) -> String {
        sheber_kernel::LocalName::new(kk, ru).get(self.page.lang()).to_owned()
    }

    fn region(&self, code: &Option<String>) -> String {
        code.as_ref()
            .and_then(|code| self.regions.iter().find(|region| region.code == *code))
            .map(|region| region.name(self.page.lang()).to_owned())
            .unwrap_or_default()
    }

    fn kinds(&self) -> Vec<&'static str> {
        OrganisationKind::ALL.iter().map(|kind| kind.word()).collect()
    }
}

async fn show(
    app: &App,
    context: Context,
    query: String,
    form: NewForm,
    error: Option<&str>,
) -> Result<Response, AppError> {
    let list = store::list(&app.db, &query).await?;
    let regions = reference::of_kind(&app.db, "region", context.lang).await?;
    let error = error.map(|key| context.t(key));
    let title = context.t("nav-organisations");
    html(&ListPage { page: Page::new(context, "organisations", title).wide(), query, list, regions, form, error })
}

pub async fn list(
    State(app): State<App>,
    context: Context,
    Query(search): Query<Search>,
) -> Result<Response, AppError> {
    show(&app, context, search.q, NewForm::default(), None).await
}

/// Reads the form; the key of a message where it does not read.
fn read(form: &NewForm) -> Result<New, &'static str> {
    let kind: OrganisationKind = form.kind.parse().map_err(|_| "organisation-kind")?;
    let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let bin = filled(&form.bin);
    if bin.as_deref().is_some_and(|bin| bin.parse::<Bin>().is_err())
        || (kind == OrganisationKind::College && bin.is_none())
    {
        return Err("organisation-bin");
    }
    let region = filled(&form.region);
    let regional = matches!(kind, OrganisationKind::College | OrganisationKind::Department);
    if regional && region.as_deref().is_none_or(|region| region.parse::<RegionCode>().is_err()) {
        return Err("organisation-region");
    }
    let name_kk = filled(&form.name_kk).ok_or("reference-name")?;
    let name_ru = filled(&form.name_ru).unwrap_or_else(|| name_kk.clone());
    Ok(New { kind, bin, name_kk, name_ru, region })
}

pub async fn create(State(app): State<App>, context: Context, Form(form): Form<NewForm>) -> Result<Response, AppError> {
    let new = match read(&form) {
        Ok(new) => new,
        Err(key) => {
            let page = show(&app, context, String::new(), form, Some(key)).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let change = Change::begin(&app, Some(context.actor()?)).await?;
    match store::insert(&change, &new).await {
        Ok(_) => {
            change.commit().await?;
            Ok(Redirect::to("/organisations").into_response())
        }
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            drop(change);
            let page = show(&app, context, String::new(), form, Some("organisation-known")).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
