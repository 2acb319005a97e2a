//! The list of organisations, and a new one.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sea_orm::SqlErr;
use serde::Deserialize;
use sheber_kernel::{Bin, OrganisationKind, RegionCode};
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, Form};
use sheber_platform::page::{Page, Pager, address, html};
use sheber_platform::sheet;

use super::store::{self, Filter, NewOrganisation, Organisation};
use crate::reference::entry::{Kind, ReferenceEntry};
use crate::reference::store as reference;

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
    filter: Filter,
    /// The filter as the address of the workbook.
    query: String,
    list: Vec<Organisation>,
    pager: Pager,
    regions: Arc<Vec<ReferenceEntry>>,
    form: NewForm,
    error: Option<String>,
}

impl ListPage {
    fn region(&self, code: &Option<String>) -> String {
        let named = |code: &String| self.regions.iter().find(|region| region.code == *code);
        code.as_ref().and_then(named).map(|region| region.name(self.page.lang()).to_owned()).unwrap_or_default()
    }

    fn kinds(&self) -> &'static [OrganisationKind] {
        OrganisationKind::ALL
    }
}

async fn show(
    app: &App,
    context: Context,
    filter: Filter,
    form: NewForm,
    error: Option<&str>,
) -> Result<Response, AppError> {
    let list = store::list(&filter, context.lang).page(&app.db, &filter.at).await?;
    let pager = Pager::of("/organisations", &filter, &list);
    let regions = reference::entries(app, Kind::Region, context.lang).await?;
    let error = error.map(|key| context.t(key));
    let title = context.t("nav-organisations");
    let page = Page::new(context, "organisations", title).wide();
    html(&ListPage { page, query: address(&filter), filter, list: list.rows, pager, regions, form, error })
}

pub async fn list(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    show(&app, context, filter, NewForm::default(), None).await
}

pub async fn export(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let all: Vec<Organisation> = store::list(&filter, context.lang).all(&app.db).await?;
    let headings = ["col-name-kk", "col-name-ru", "col-kind", "organisation-bin-label", "region"];
    let headings = headings.map(|key| context.t(key)).to_vec();
    let rows = all.into_iter().map(|one| {
        let kind = context.t(&format!("organisation-{}", one.kind));
        let bin = one.bin.map(|bin| bin.to_string()).unwrap_or_default();
        vec![one.name_kk, one.name_ru, kind, bin, one.region.unwrap_or_default()]
    });
    let title = context.t("nav-organisations");
    sheet::workbook("organisations.xlsx", title, headings, &[], rows.collect()).await
}

/// So many letters a name has at most.
const LONGEST: usize = 300;

/// Reads the form; the key of a message where it does not read. A region is one of the reference's.
fn read(form: &NewForm, regions: &[ReferenceEntry]) -> Result<NewOrganisation, &'static str> {
    let kind: OrganisationKind = form.kind.parse().map_err(|_| "organisation-kind")?;
    let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let bin: Option<Bin> = filled(&form.bin).map(|bin| bin.parse()).transpose().map_err(|_| "organisation-bin")?;
    if kind == OrganisationKind::College && bin.is_none() {
        return Err("organisation-bin");
    }
    let region: Option<RegionCode> =
        filled(&form.region).map(|region| region.parse()).transpose().map_err(|_| "organisation-region")?;
    if region.as_ref().is_some_and(|region| !regions.iter().any(|known| known.code == region.to_string())) {
        return Err("organisation-region");
    }
    if matches!(kind, OrganisationKind::College | OrganisationKind::Department) && region.is_none() {
        return Err("organisation-region");
    }
    let name_kk = filled(&form.name_kk).ok_or("reference-name")?;
    let name_ru = filled(&form.name_ru).unwrap_or_else(|| name_kk.clone());
    if [&name_kk, &name_ru].iter().any(|name| name.chars().count() > LONGEST) {
        return Err("organisation-long");
    }
    Ok(NewOrganisation { kind, bin, name_kk, name_ru, region })
}

pub async fn create(State(app): State<App>, context: Context, Form(form): Form<NewForm>) -> Result<Response, AppError> {
    let regions = reference::entries(&app, Kind::Region, context.lang).await?;
    let fault = match read(&form, &regions) {
        Ok(new) => {
            let change = Change::begin(&app, Some(context.actor()?)).await?;
            match store::insert(&change, &new).await {
                Ok(_) => {
                    change.commit().await?;
                    return Ok(Redirect::to("/organisations").into_response());
                }
                Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
                    "organisation-known"
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(key) => key,
    };
    let page = show(&app, context, Filter::default(), form, Some(fault)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}
