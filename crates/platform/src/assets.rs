//! Style and script, compiled in, each under an address that changes with its content.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::error::AppError;
use super::secret;

struct Asset {
    name: &'static str,
    kind: &'static str,
    body: &'static str,
}

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml; charset=utf-8";

const ASSETS: &[Asset] = &[
    Asset { name: "sheber.css", kind: CSS, body: include_str!("assets/sheber.css") },
    Asset { name: "page.js", kind: JS, body: include_str!("assets/page.js") },
    Asset { name: "editor.js", kind: JS, body: include_str!("assets/editor.js") },
    Asset { name: "icon.svg", kind: SVG, body: include_str!("assets/icon.svg") },
];

/// Eight digits that change with any asset.
pub static VERSION: LazyLock<String> = LazyLock::new(|| {
    let all: String = ASSETS.iter().map(|asset| asset.body).collect();
    secret::sha256(&all)[..8].to_owned()
});

pub async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return AppError::NotFound.into_response();
    };
    let tag = format!("\"{}\"", *VERSION);
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let headers = [
        (header::CONTENT_TYPE, asset.kind.to_owned()),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
        (header::ETAG, tag),
    ];
    (headers, asset.body).into_response()
}
