//! The search of everything: each room finds what its reader may see there.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::Address;
use sheber_platform::house::{Hit, House};
use sheber_platform::page::{Page, html};

/// So many finds of each room are shown.
const MOST: usize = 20;

#[derive(Template)]
#[template(path = "home/search.html")]
struct SearchPage {
    page: Page,
    query: String,
    found: Vec<(String, Vec<Hit>)>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Query {
    q: String,
}

pub async fn page(
    State(app): State<App>,
    context: Context,
    Address(Query { q: query }): Address<Query>,
) -> Result<Response, AppError> {
    let mut found = Vec::new();
    if !sheber_platform::search::folded(&query).is_empty() {
        for finds in House::of(&app).rooms().filter_map(|room| room.finds) {
            if finds.access().lets(context.actor.as_ref()) {
                found.push((context.t(finds.heading()), finds.find(&app, &context, &query, MOST).await?));
            }
        }
        found.retain(|(_, list)| !list.is_empty());
    }
    let title = context.t("search-all");
    html(&SearchPage { page: Page::new(context, "", title), query, found })
}
