//! Tokens and components on one page, for whoever builds pages; only where the demo runs.

use askama::Template;
use axum::response::Response;
use sheber_platform::access::Access::Public;
use sheber_platform::access::Nav;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::house::Room;
use sheber_platform::page::{Page, html};
use sheber_platform::route::{Route, get};

pub const ROOM: Room = Room {
    name: "design",
    routes,
    nav: &[Nav { name: "design", link: "/design", access: Public, demo: true }],
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    vec![get("/design", Public, page)]
}

#[derive(Template)]
#[template(path = "design/page.html")]
struct DesignPage {
    page: Page,
}

async fn page(context: Context) -> Result<Response, AppError> {
    if !context.demo {
        return Err(AppError::NotFound);
    }
    let title = context.t("nav-design");
    html(&DesignPage { page: Page::new(context, "design", title) })
}
