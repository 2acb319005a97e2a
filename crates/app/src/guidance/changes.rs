//! What one edition changes against another.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use sheber_kernel::AcademicYear;
use sheber_norms::Edition;
use sheber_norms::edition::FIRST_YEAR;
use sheber_platform::actor::Scope;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, open};
use sheber_platform::house::House;
use sheber_platform::page::{Page, html};

use super::differences::{self, Difference};

/// Which editions are compared.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Query {
    #[serde(deserialize_with = "open")]
    from: Option<AcademicYear>,
    #[serde(deserialize_with = "open")]
    to: Option<AcademicYear>,
}

#[derive(Template)]
#[template(path = "guidance/changes.html")]
struct ChangesPage {
    page: Page,
    from: String,
    to: String,
    list: Vec<Difference>,
    /// A college whose own programmes and records can be tried against the next edition.
    has_own: bool,
}

pub async fn page(
    State(app): State<App>,
    context: Context,
    Address(query): Address<Query>,
) -> Result<Response, AppError> {
    let from = query.from.unwrap_or(FIRST_YEAR);
    let to = query.to.unwrap_or_else(|| context.year.max(FIRST_YEAR.next()));
    let list = differences::of(&House::of(&app), context.lang, Edition::of(from), Edition::of(to));
    let is_college = context.actor.as_ref().is_some_and(|actor| matches!(actor.scope(), Scope::College(_)));
    let has_own = is_college && context.opens("/guidance/next");
    let page = Page::new(context.clone(), "guidance", context.t("changes-title-page"));
    let page = page.crumb(context.t("nav-guidance"), "/guidance");
    html(&ChangesPage { page, from: from.to_string(), to: to.to_string(), list, has_own })
}
