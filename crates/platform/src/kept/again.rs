//! The page on which somebody sends a form again.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::KeptForm;
use crate::context::Context;
use crate::error::AppError;
use crate::page::{Page, html};

#[derive(Template)]
#[template(path = "page/kept.html")]
struct KeptPage {
    page: Page,
    kept: KeptForm,
    /// What people read of it.
    texts: Vec<String>,
}

/// A value that somebody wrote, and no word of a list or key.
fn is_text(value: &str) -> bool {
    value.chars().count() > 3 && value.chars().any(char::is_alphabetic) && (value.contains(' ') || !value.is_ascii())
}

/// The page on which somebody sends a form again.
///
/// # Errors
/// Where it cannot be drawn.
pub fn page(context: Context, kept: KeptForm, status: StatusCode) -> Result<Response, AppError> {
    let context = context.with_token();
    let texts = kept.pairs.iter().map(|(_, value)| value.trim().to_owned()).filter(|value| is_text(value)).collect();
    let title = context.t("kept-title");
    let page = Page::new(context, "", title);
    Ok((status, html(&KeptPage { page, kept, texts })?).into_response())
}
