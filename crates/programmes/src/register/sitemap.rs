//! The map of the open register for search engines.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use sheber_platform::app::App;
use sheber_platform::error::AppError;

use super::catalogue::{self, Filter};
use super::entries::Entry;

/// How many addresses a file of the site map may hold.
const SITEMAP: usize = 50_000;

const SITES: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

fn xml(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], text).into_response()
}

/// The addresses of a part of the entries; the first part begins with the search.
fn sites(base: &str, entries: &[Arc<Entry>], part: usize) -> String {
    use std::fmt::Write;
    let mut text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"{SITES}\">\n");
    if part == 1 {
        let _ = writeln!(text, "<url><loc>{base}/r</loc></url>");
    }
    // A number is letters, digits, hyphens, dots and low lines: nothing in it needs escaping.
    for entry in entries.iter().skip((part - 1) * (SITEMAP - 1)).take(SITEMAP - 1) {
        let _ = writeln!(text, "<url><loc>{base}/r/{}</loc></url>", entry.number);
    }
    text.push_str("</urlset>\n");
    text
}

/// One file where all addresses fit into one, else the list of the files.
pub async fn sitemap(Shared(app): Shared<App>) -> Result<Response, AppError> {
    use std::fmt::Write;
    let found = catalogue::find(&app, Filter::default(), usize::MAX).await?;
    let base = app.config.base_url.clone();
    let parts = found.page.rows.len().div_ceil(SITEMAP - 1).max(1);
    if parts == 1 {
        return Ok(xml(sites(&base, &found.page.rows, 1)));
    }
    let mut text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"{SITES}\">\n");
    for part in 1..=parts {
        let _ = writeln!(text, "<sitemap><loc>{base}/sitemap/{part}.xml</loc></sitemap>");
    }
    text.push_str("</sitemapindex>\n");
    Ok(xml(text))
}

pub async fn part(Shared(app): Shared<App>, Path(part): Path<String>) -> Result<Response, AppError> {
    let part: usize = part.strip_suffix(".xml").and_then(|part| part.parse().ok()).ok_or(AppError::NotFound)?;
    let found = catalogue::find(&app, Filter::default(), usize::MAX).await?;
    let parts = found.page.rows.len().div_ceil(SITEMAP - 1).max(1);
    if !(1..=parts).contains(&part) {
        return Err(AppError::NotFound);
    }
    Ok(xml(sites(&app.config.base_url, &found.page.rows, part)))
}

pub async fn robots(Shared(app): Shared<App>) -> Response {
    let text = format!(
        "User-agent: *\nAllow: /r\nAllow: /guidance\nDisallow: /\nSitemap: {}/sitemap.xml\n",
        app.config.base_url
    );
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
