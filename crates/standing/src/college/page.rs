//! What the norms say of the own college.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use sheber_platform::actor::Scope;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::house::House;
use sheber_platform::page::{Page, html};

use super::cards::{Card, cards};

#[derive(Template)]
#[template(path = "college/page.html")]
struct CollegePage {
    page: Page,
    /// Where the facts are kept: what the pages are called, and where.
    facts: Vec<(&'static str, &'static str)>,
    cards: Vec<Card>,
}

pub async fn page(State(app): State<App>, context: Context) -> Result<Response, AppError> {
    let Scope::College(college) = context.actor()?.scope() else { return Err(AppError::NotFound) };
    let house = House::of(&app);
    let cards = cards(&app, college, context.year, context.lang).await?;
    let is_checked = |path: &str| house.checks().any(|check| check.page() == path);
    let pages = house.rooms().flat_map(|room| room.of_college).copied();
    let facts = pages.filter(|(_, path)| is_checked(path) && context.opens(path)).collect();
    let title = context.t("nav-college");
    html(&CollegePage { page: Page::new(context, "college", title), facts, cards })
}
