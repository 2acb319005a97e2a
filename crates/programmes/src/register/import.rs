//! The register of 2022 from a file.

use askama::Template;
use axum::extract::State as Shared;
use axum::response::Response;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::Upload;
use sheber_platform::import;
use sheber_platform::page::{Page, html};

use super::doors::Earlier;

#[derive(Template)]
#[template(path = "register/earlier.html")]
struct EarlierPage {
    page: Page,
}

pub async fn page(context: Context) -> Result<Response, AppError> {
    let page = Page::new(context.clone(), "register", context.t("earlier-title"))
        .crumb(context.t("nav-register"), "/register")
        .wide();
    html(&EarlierPage { page })
}

pub async fn take(Shared(app): Shared<App>, context: Context, upload: Upload) -> Result<Response, AppError> {
    import::receive(&Earlier, app, context, upload).await
}

/// An empty workbook with the headings that are known.
pub async fn template(context: Context) -> Result<Response, AppError> {
    import::template(&Earlier, &context).await
}
