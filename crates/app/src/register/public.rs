//! What anyone may see of an entry of the register: the page behind the number on the wall.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::store::{self, Case};
use crate::platform::app::App;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::page::{Page, html};

#[derive(Template)]
#[template(path = "register/public.html")]
struct EntryPage {
    page: Page,
    case: Case,
    number: String,
}

impl EntryPage {
    fn or(&self, text: Option<String>) -> String {
        text.unwrap_or_else(|| "–".to_owned())
    }

    fn is_valid(&self) -> bool {
        self.case.state() == super::workflow::State::Included
    }
}

pub async fn entry(State(app): State<App>, context: Context, Path(number): Path<String>) -> Result<Response, AppError> {
    let case = store::by_number(&app.db, &number).await?;
    let page = Page::new(context.clone(), "register", number.clone());
    html(&EntryPage { page, case, number })
}
