//! Reference lists from files.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::Upload;
use sheber_platform::import;
use sheber_platform::page::{Page, html};

use super::doors;
use super::entry::Kind;
use super::pages::kind;

#[derive(Template)]
#[template(path = "reference/import.html")]
struct ImportPage {
    page: Page,
    kind: Kind,
}

pub async fn page(context: Context, Path(word): Path<String>) -> Result<Response, AppError> {
    let kind = kind(&word)?;
    let page = Page::new(context.clone(), "reference", context.t("import-title"))
        .crumb(context.t("nav-reference"), "/reference")
        .crumb(context.t(&format!("reference-{kind}")), format!("/reference/{kind}"));
    html(&ImportPage { page, kind })
}

pub async fn template(context: Context, Path(word): Path<String>) -> Result<Response, AppError> {
    import::template(doors::of(kind(&word)?), &context).await
}

pub async fn take(
    State(app): State<App>,
    context: Context,
    Path(word): Path<String>,
    upload: Upload,
) -> Result<Response, AppError> {
    import::receive(doors::of(kind(&word)?), app, context, upload).await
}
